//! Readers that get text wrong.

use super::reader::{read, report, strings};
use super::{Change, Idea, Strings, Words};
use crate::plain::rules::{Text, Where, Wrong};

pub(super) fn all(version: u32) -> Vec<Idea> {
    [utf8(version), texts(version)].concat()
}

fn utf8(version: u32) -> Vec<Idea> {
    const CLAUSE: &str = "string-utf8";
    let texts = [
        ("latin-1", "What is not UTF-8 is read as Latin-1.", Text::Latin1),
        ("replaced", "What is not UTF-8 becomes U+FFFD.", Text::Replaced),
        ("emptied", "What is not UTF-8 becomes the empty string.", Text::Emptied),
        ("surrogates", "Surrogates are let through.", Text::Surrogates),
        ("overlong", "Overlong forms are let through.", Text::Overlong),
        ("beyond", "Code points above U+10FFFF are let through.", Text::Beyond),
        ("cut-dropped", "A sequence that the string's end cuts is dropped.", Text::CutDropped),
    ];
    let strict = [
        ("no-nul", "U+0000 is refused.", '\0'),
        ("no-byte-order-mark", "U+FEFF is refused.", '\u{feff}'),
        ("no-noncharacter", "U+FFFF is refused.", '\u{ffff}'),
        ("no-replacement", "U+FFFD, written as such, is refused.", '\u{fffd}'),
        ("no-line-feed", "A line feed is refused.", '\n'),
    ];
    let mut all = Vec::new();
    for (id, what, text) in texts {
        all.push(read(format!("utf8-{id}"), CLAUSE, what, Wrong::Text(Where::Everywhere, text)));
    }
    all.push(read(
        "utf8-but-first",
        CLAUSE,
        "UTF-8 is checked in the first entry of a section only.",
        Wrong::Text(Where::AllButFirst, Text::Replaced),
    ));
    for field in strings(version) {
        let what = format!("That `{field}` is UTF-8 is not checked.");
        all.push(read(
            format!("utf8-unchecked/{field}"),
            CLAUSE,
            what,
            Wrong::Text(Where::Field(field), Text::Replaced),
        ));
    }
    for (id, what, refused) in strict {
        all.push(read(
            format!("text-{id}"),
            "string-verbatim",
            what,
            Wrong::Text(Where::Everywhere, Text::Refuses(refused)),
        ));
    }
    for (bytes, most) in [("255-bytes", 255), ("65535-bytes", 65_535)] {
        all.push(read(
            format!("text-up-to-{bytes}"),
            "limit-accept",
            format!("A string of more than {most} bytes is refused."),
            Wrong::Text(Where::Everywhere, Text::LongerThan(most)),
        ));
    }
    all.push(read(
        "utf8-late",
        "first-error",
        "That strings are UTF-8 is judged when everything else has been read.",
        Wrong::Late(CLAUSE),
    ));
    all.push(read(
        "count-late",
        "first-error",
        "Counts are judged when everything else has been read.",
        Wrong::Late("count-bounds"),
    ));
    all
}

fn texts(version: u32) -> Vec<Idea> {
    const CLAUSE: &str = "string-verbatim";
    let words = [
        ("up-to-nul", "Text ends before its first U+0000.", Words::UpToNul),
        ("without-nul", "U+0000 is left out of text.", Words::WithoutNul),
        ("without-byte-order-mark", "A leading U+FEFF is left out.", Words::WithoutByteOrderMark),
        ("trimmed", "White space around text is left out.", Words::Trimmed),
        ("trimmed-end", "White space at the end of text is left out.", Words::TrimmedEnd),
        ("nfc", "Text is normalised to NFC.", Words::Composed),
        ("nfd", "Text is normalised to NFD.", Words::Decomposed),
        ("nfkc", "Text is normalised to NFKC.", Words::Compatible),
        ("lowercase", "Text is put into lower case.", Words::Lowercase),
        ("latin-1", "All text is read as Latin-1.", Words::Latin1),
        ("ascii", "What is not ASCII becomes a question mark.", Words::Ascii),
        ("without-astral", "What is beyond U+FFFF is replaced.", Words::WithoutAstral),
        ("without-noncharacters", "Noncharacters are replaced.", Words::WithoutNoncharacters),
        ("line-feeds", "Line ends become line feeds.", Words::LineFeeds),
        ("up-to-255", "Text ends after 255 bytes.", Words::UpTo(255)),
        ("up-to-65535", "Text ends after 65,535 bytes.", Words::UpTo(65_535)),
    ];
    let mut all: Vec<_> = words
        .map(|(id, what, words)| report(format!("text-{id}"), CLAUSE, what, Change::Strings(Strings::All, words)))
        .into();
    for field in strings(version) {
        let what = format!("An empty `{field}` is reported as absent.");
        all.push(report(
            format!("empty-is-absent/{field}"),
            "string-empty",
            what,
            Change::Strings(Strings::Of(field), Words::EmptyIs("undefined")),
        ));
        let what = format!("`{field}` ends before its first U+0000.");
        all.push(report(
            format!("text-up-to-nul/{field}"),
            CLAUSE,
            what,
            Change::Strings(Strings::Of(field), Words::UpToNul),
        ));
        let what = format!("`{field}` is normalised to NFC.");
        all.push(report(
            format!("text-nfc/{field}"),
            CLAUSE,
            what,
            Change::Strings(Strings::Of(field), Words::Composed),
        ));
    }
    all.extend(
        [
            ("default", "exports.local_name", "starDefault", "*default*"),
            ("namespace", "imports.import_name", "starNamespace", "*"),
            ("default-exported", "exports.local_name", "*default*", "default"),
        ]
        .map(|(id, field, from, to)| {
            let what = format!("`{field}` {from} is reported as {to}.");
            report(
                format!("private-name-{id}"),
                "private-names",
                what,
                Change::Strings(Strings::Of(field), Words::Renamed(from, to)),
            )
        }),
    );
    all
}
