//! Cases for every string: for its length, its bytes and its text.

use bmes::Version;

use super::{TEXTS, Text, roomy};
use crate::cases::builder::File;
use crate::cases::shared::{
    NOTHING_IS_DUE, beyond_metadata, cut_at, end_of_bounds, end_of_metadata, whole, without_padding,
};
use crate::cases::{At, Described, accept, after, at, before, from_review, inside, leave_out, reject};

/// The path of the first string of [`roomy`]. The string grows if version 3 requires the metadata to end at a multiple
/// of 8.
const FIRST_STRING: &str = "requests[0].specifier";

/// Text that some readers wrongly change: a byte order mark, spaces at both ends, U+0000, é in both forms (composed and
/// decomposed), a character beyond U+FFFF, a noncharacter.
const ODD_TEXT: &str = "\u{FEFF} a\0e\u{301}\u{E9}\u{1F980}\u{FFFF} ";

pub(super) fn cases(version: Version, section: &str) -> Vec<Described> {
    let there = TEXTS.iter().filter(|text| text.section == section);
    there.flat_map(|text| [cut(version, text), length(version, text), content(version, text)].concat()).collect()
}

fn cut(version: Version, text: &Text) -> Vec<Described> {
    let Text { name, title, last, .. } = text;
    let whole = whole(version);
    let (length, bytes) = (&format!("{last}.length"), &format!("{last}.bytes"));
    let truncated = |what: &str, how: &str, clause: &str, end: At<'_>| {
        reject(
            &format!("{name}-{what}"),
            &format!("the {whole} ends {how} {title}"),
            &beyond_metadata(version, &[clause, "all-or-nothing"]),
            cut_at(roomy(version).layout(), end, FIRST_STRING),
            "truncated",
            at(length),
        )
    };
    let inside_character = roomy(version).layout().set_text(last, "caf\u{E9}".as_bytes()).padded();
    let no_length = "a string's length was read without a check that four bytes are left";
    let no_bytes = "a string's bytes were taken without a check that they are there";
    vec![
        from_review(truncated("missing", "before the length of", "u32-bounds", at(length)), no_length),
        from_review(truncated("length-cut", "inside the length of", "u32-bounds", inside(length, 3)), no_length),
        from_review(truncated("bytes-missing", "behind the length of", "string-bounds", at(bytes)), no_bytes),
        reject(
            &format!("{name}-cut-inside-character"),
            &format!("the {whole} ends inside a character of {title}: the missing bytes come first"),
            &beyond_metadata(version, &["string-bounds", "first-error"]),
            cut_at(inside_character, inside(bytes, 4), FIRST_STRING),
            "truncated",
            at(length),
        ),
        from_review(truncated("bytes-cut", "inside the bytes of", "string-bounds", inside(bytes, 3)), no_bytes),
    ]
}

fn length(version: Version, text: &Text) -> Vec<Described> {
    const BOUNDS: &[&str] = &["string-bounds", "arithmetic"];
    let Text { name, title, path, first, holding, .. } = text;
    let (length, whole) = (&format!("{path}.length"), whole(version));
    let takes_all = &format!("{name}-length-takes-all");
    // The bytecode is not UTF-8. So a reader that lets a string extend into the bytecode reports another error than
    // expected.
    let file = || holding(version, "text").bytecode(&[0xFF]).layout();
    // In version 3, the end of the metadata (`code_features`) is not UTF-8 either. If the end of a string wraps around
    // in 32 bits, the string contains these bytes, too.
    let runs_on = || match version {
        Version::V3 => holding(version, "text").code_features(u32::MAX).bytecode(&[0xFF]).layout(),
        _ => file(),
    };
    let (last_is_not_text, not_text) = match version {
        Version::V1 => (file(), at("bytecode")),
        _ => (without_padding(file().insert_before("padding", &[0xFF]).padded(), first), before("padding", 1)),
    };
    let left = |file: &File, end: At<'_>| file.between(after(length), end);
    let too_long = |what: &str, how: &str, clauses: &[&str], file: File| {
        reject(
            &format!("{name}-length-{what}"),
            &format!("the length of {title} is {how}"),
            clauses,
            file,
            "truncated",
            at(length),
        )
    };
    let one_too_many: &[&str] = match version {
        Version::V1 => &["string-bounds"],
        _ => &["string-bounds", "metadata-bounds"],
    };
    let wrapped = "offset + size > length was computed in 32 bits, wrapped, and passed";
    vec![
        too_long(
            "one-too-many",
            &format!("one byte more than are left in the {whole}"),
            one_too_many,
            runs_on().set_u32_by(length, |file| left(file, end_of_bounds(version)) + 1),
        ),
        if version == Version::V2 && path.starts_with("star_exports") {
            leave_out(takes_all, NOTHING_IS_DUE)
        } else {
            reject(
                takes_all,
                &format!(
                    "the length of {title} takes all the bytes that are left in the {whole}, so that the next field is missing"
                ),
                &beyond_metadata(version, &["string", "u32-bounds"]),
                without_padding(holding(version, "text").layout(), first)
                    .set_u32_by(length, |file| left(file, end_of_metadata(version))),
                "truncated",
                end_of_metadata(version),
            )
        },
        reject(
            &format!("{name}-length-takes-all-not-utf8"),
            &format!(
                "the length of {title} takes all the bytes that are left in the {whole}, the last of which is not UTF-8"
            ),
            &["string-utf8", "string-bounds", "first-error"],
            last_is_not_text.set_u32_by(length, |file| left(file, end_of_metadata(version))),
            "bad-utf8",
            not_text,
        ),
        too_long(
            "plus-2-24",
            "2^24 bytes too large: its lower bytes are right",
            &["string-bounds", "u32"],
            runs_on().set_u32_by(length, |_| "text".len() + (1 << 24)),
        ),
        accept(
            &format!("{name}-of-257-bytes"),
            &format!("{title} of 257 bytes: its length has two bytes, 01 and 01"),
            &["string", "u32"],
            holding(version, &"a".repeat(257)),
        ),
        too_long(
            "high-bit",
            "2^31 bytes: negative, as a signed number",
            &["string-bounds", "u32", "memory"],
            runs_on().set_u32(length, 1 << 31),
        ),
        too_long(
            "all-ones",
            "2^32 - 1 bytes",
            &["string-bounds", "arithmetic", "u32", "memory"],
            runs_on().set_u32(length, u32::MAX),
        ),
        from_review(
            too_long(
                "minus-four",
                "2^32 - 4 bytes: in 32 bits, the string would end at its own length",
                BOUNDS,
                runs_on().set_u32(length, u32::MAX - 3),
            ),
            wrapped,
        ),
        from_review(
            too_long(
                "wraps-to-zero",
                "so large that, in 32 bits, the string would end at the file's first byte",
                BOUNDS,
                runs_on().set_u32_by(length, |file| (1 << 32) - file.range(length).end),
            ),
            wrapped,
        ),
    ]
}

fn content(version: Version, text: &Text) -> Vec<Described> {
    let Text { name, title, path, holding, .. } = text;
    // The ill-formed sequence begins with the third byte of the string.
    let bad = |what: &str, how: &str, bytes: &[u8]| {
        let file = holding(version, "text").layout().set_text(path, bytes).padded().with_header();
        let bytes = format!("{path}.bytes");
        reject(
            &format!("{name}-{what}"),
            &format!("{title} {how}"),
            &["string-utf8", "check-decode-first"],
            file,
            "bad-utf8",
            inside(&bytes, 2),
        )
    };
    let mut cases = vec![
        from_review(bad("latin-1", "in Latin-1", b"na\xEFve"), "invalid UTF-8 silently became a null string"),
        bad("surrogate", "with a lone surrogate, as WTF-8 writes it", b"te\xED\xA0\x80xt"),
        bad("character-cut", "that ends inside a character of three bytes", b"te\xE2\x82"),
        accept(
            &format!("{name}-odd-text"),
            &format!(
                "{title} with a byte order mark, spaces, U+0000, é in both forms, an astral character and a noncharacter"
            ),
            &["string-verbatim", "string-utf8", "string"],
            holding(version, ODD_TEXT),
        ),
    ];
    if *name != "local-name" {
        cases.push(from_review(
            accept(
                &format!("{name}-empty"),
                &format!("{title}, empty"),
                &["string-empty", "string", "check-accepts"],
                holding(version, ""),
            ),
            "a length of zero became a null string",
        ));
    }
    cases
}
