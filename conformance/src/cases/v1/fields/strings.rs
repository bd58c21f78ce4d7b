//! Every string: its length, its bytes, and what text it may hold.

use super::{TEXTS, Text, roomy};
use crate::cases::builder::File;
use crate::cases::{FileCase, accept, after, at, from_review, in_section, inside, reject};

/// Text that lenient readers change: a byte order mark, spaces at both ends, U+0000, é in both forms, a character beyond U+FFFF, a noncharacter.
const ODD_TEXT: &str = "\u{FEFF} a\0e\u{301}\u{E9}\u{1F980}\u{FFFF} ";

pub(super) fn cases() -> Vec<FileCase> {
    TEXTS.iter().flat_map(|text| in_section(text.folder, [cut(text), length(text), content(text)].concat())).collect()
}

fn cut(text: &Text) -> Vec<FileCase> {
    let Text { name, title, last, .. } = text;
    let file = || roomy().layout();
    let (length, bytes) = (&format!("{last}.length"), &format!("{last}.bytes"));
    let truncated = |what: &str, how: &str, clause: &str, file: File| {
        reject(
            &format!("{name}-{what}"),
            &format!("the file ends {how} {title}"),
            &[clause, "v1-all-or-nothing"],
            file,
            "truncated",
            at(length),
        )
    };
    let inside_character = roomy().layout().set_text(last, "caf\u{E9}".as_bytes()).cut_inside(bytes, 4);
    let no_length = "a string's length was read without a check that four bytes are left";
    let no_bytes = "a string's bytes were taken without a check that they are there";
    vec![
        from_review(
            truncated("missing", "before the length of", "v1-u32-bounds", file().cut_before(length)),
            no_length,
        ),
        from_review(
            truncated("length-cut", "inside the length of", "v1-u32-bounds", file().cut_inside(length, 3)),
            no_length,
        ),
        from_review(
            truncated("bytes-missing", "behind the length of", "v1-string-bounds", file().cut_before(bytes)),
            no_bytes,
        ),
        reject(
            &format!("{name}-cut-inside-character"),
            &format!("the file ends inside a character of {title}: that the bytes are missing is met first"),
            &["v1-string-bounds", "v1-first-error"],
            inside_character,
            "truncated",
            at(length),
        ),
        from_review(
            truncated("bytes-cut", "inside the bytes of", "v1-string-bounds", file().cut_inside(bytes, 3)),
            no_bytes,
        ),
    ]
}

fn length(text: &Text) -> Vec<FileCase> {
    const BOUNDS: &[&str] = &["v1-string-bounds", "v1-arithmetic"];
    let Text { name, title, path, holding, .. } = text;
    // The bytecode is not UTF-8: a string that runs into it is noticed twice.
    let file = || holding("text").bytecode(&[0xFF]).layout();
    let length = &format!("{path}.length");
    let too_long = |what: &str, how: &str, clauses: &[&str], file: File| {
        reject(
            &format!("{name}-length-{what}"),
            &format!("{title} says that it has {how}"),
            clauses,
            file,
            "truncated",
            at(length),
        )
    };
    let wrapped = "offset + size > length was computed in 32 bits, wrapped, and passed";
    vec![
        too_long(
            "one-too-many",
            "one byte more than are left in the file",
            &["v1-string-bounds"],
            file().set_u32_by(length, |place| place.left + 1),
        ),
        reject(
            &format!("{name}-length-takes-all"),
            &format!(
                "{title} says that it has all the bytes that are left in the file, so that the next field is missing"
            ),
            &["v1-string", "v1-u32-bounds"],
            holding("text").layout().set_u32_by(length, |place| place.left),
            "truncated",
            after("bytecode"),
        ),
        reject(
            &format!("{name}-length-takes-all-not-utf8"),
            &format!(
                "{title} says that it has all the bytes that are left in the file, the last of which is not UTF-8"
            ),
            &["v1-string-utf8", "v1-string-bounds", "v1-first-error"],
            file().set_u32_by(length, |place| place.left),
            "bad-utf8",
            at("bytecode"),
        ),
        too_long(
            "plus-2-24",
            "2^24 bytes more than it has: its lower bytes are right",
            &["v1-string-bounds", "v1-u32"],
            file().set_u32_by(length, |_| "text".len() + (1 << 24)),
        ),
        accept(
            &format!("{name}-of-257-bytes"),
            &format!("{title} of 257 bytes: its length has two bytes, 01 and 01"),
            &["v1-string", "v1-u32"],
            holding(&"a".repeat(257)),
        ),
        too_long(
            "high-bit",
            "2^31 bytes: negative, as a signed number",
            &["v1-string-bounds", "v1-u32", "v1-memory"],
            file().set_u32(length, 1 << 31),
        ),
        too_long(
            "all-ones",
            "2^32 - 1 bytes",
            &["v1-string-bounds", "v1-arithmetic", "v1-u32", "v1-memory"],
            file().set_u32(length, u32::MAX),
        ),
        from_review(
            too_long(
                "minus-four",
                "2^32 - 4 bytes: added to its position in 32 bits, that is its own length",
                BOUNDS,
                file().set_u32(length, u32::MAX - 3),
            ),
            wrapped,
        ),
        from_review(
            too_long(
                "wraps-to-zero",
                "as many bytes as make its end, computed in 32 bits, the file's first byte",
                BOUNDS,
                file().set_u32_by(length, |place| (1 << 32) - place.after),
            ),
            wrapped,
        ),
    ]
}

fn content(text: &Text) -> Vec<FileCase> {
    let Text { name, title, path, holding, .. } = text;
    // The ill-formed sequence begins with the third byte of the string.
    let bad = |what: &str, how: &str, bytes: &[u8]| {
        let file = holding("text").layout().set_text(path, bytes);
        let bytes = format!("{path}.bytes");
        reject(
            &format!("{name}-{what}"),
            &format!("{title} {how}"),
            &["v1-string-utf8", "v1-check-decode-first"],
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
            &["v1-string-verbatim", "v1-string-utf8", "v1-string"],
            holding(ODD_TEXT),
        ),
    ];
    if *name != "local-name" {
        cases.push(from_review(
            accept(
                &format!("{name}-empty"),
                &format!("{title}, empty"),
                &["v1-string-empty", "v1-string", "v1-check-accepts"],
                holding(""),
            ),
            "a length of zero became a null string",
        ));
    }
    cases
}
