//! Cases for every class of ill-formed UTF-8, and for well-formed sequences that are close to it, all in one field: the
//! specifier.

use bmes::Version;

use crate::cases::builder::module;
use crate::cases::{Described, accept, inside, reject};
use crate::text::count;

pub(super) fn cases(version: Version, section: &str) -> Vec<Described> {
    if section != "requests" {
        return Vec::new();
    }
    [ill_formed(version), at_the_end(version), well_formed(version), verbatim(version), lengths(version)].concat()
}

/// Returns cases with ill-formed sequences in the middle of a specifier. Three well-formed bytes are before each
/// sequence, and one is after it.
fn ill_formed(version: Version) -> Vec<Described> {
    let sequences: &[(&str, &str, &[u8])] = &[
        ("continuation-80", "a continuation byte, 80, without a lead byte", b"\x80"),
        ("continuation-bf", "a continuation byte, BF, without a lead byte", b"\xBF"),
        ("continuations", "four continuation bytes without a lead byte", b"\x80\x80\x80\x80"),
        ("lead-c2-then-ascii", "a lead byte of two, and an ASCII character", b"\xC2"),
        ("lead-e2-then-ascii", "a lead byte of three, and an ASCII character", b"\xE2"),
        ("lead-e2-82-then-ascii", "a lead byte of three, one continuation byte, and an ASCII character", b"\xE2\x82"),
        ("lead-f0-then-ascii", "a lead byte of four, and an ASCII character", b"\xF0"),
        (
            "lead-f0-9f-a6-then-ascii",
            "a lead byte of four, two continuation bytes, and an ASCII character",
            b"\xF0\x9F\xA6",
        ),
        ("lead-then-lead", "a lead byte followed by a whole character", b"\xC3\xC3\xA9"),
        ("lead-then-zero", "a lead byte followed by U+0000", b"\xC3\0"),
        ("overlong-two-zero", "U+0000 in two bytes, C0 80, as Java writes it", b"\xC0\x80"),
        ("overlong-two-last", "U+007F in two bytes, C1 BF", b"\xC1\xBF"),
        ("overlong-two-slash", "a slash in two bytes, C0 AF", b"\xC0\xAF"),
        ("overlong-three-first", "U+0000 in three bytes, E0 80 80", b"\xE0\x80\x80"),
        ("overlong-three-last", "U+07FF in three bytes, E0 9F BF", b"\xE0\x9F\xBF"),
        ("overlong-four-first", "U+0000 in four bytes, F0 80 80 80", b"\xF0\x80\x80\x80"),
        ("overlong-four-last", "U+FFFF in four bytes, F0 8F BF BF", b"\xF0\x8F\xBF\xBF"),
        ("surrogate-first", "the first surrogate, U+D800", b"\xED\xA0\x80"),
        ("surrogate-last-high", "the last high surrogate, U+DBFF", b"\xED\xAF\xBF"),
        ("surrogate-first-low", "the first low surrogate, U+DC00", b"\xED\xB0\x80"),
        ("surrogate-last", "the last surrogate, U+DFFF", b"\xED\xBF\xBF"),
        (
            "surrogate-pair",
            "a character in two surrogates of three bytes each, as CESU-8 writes it",
            b"\xED\xA0\xBE\xED\xB6\x80",
        ),
        ("above-unicode", "U+110000, the first number that is no code point", b"\xF4\x90\x80\x80"),
        ("lead-f5", "the byte F5, which would lead four", b"\xF5\x80\x80\x80"),
        ("lead-f7", "U+1FFFFF, F7 BF BF BF", b"\xF7\xBF\xBF\xBF"),
        ("lead-f8", "a sequence of five bytes", b"\xF8\x88\x80\x80\x80"),
        ("lead-fc", "a sequence of six bytes", b"\xFC\x84\x80\x80\x80\x80"),
        ("byte-fe", "the byte FE", b"\xFE"),
        ("byte-ff", "the byte FF", b"\xFF"),
        ("utf-16-mark", "the byte order mark of UTF-16", b"\xFF\xFE"),
    ];
    let case = |&(name, title, bytes): &(&str, &str, &[u8])| {
        let text = ["a\u{E9}".as_bytes(), bytes, b"z"].concat();
        bad(version, &format!("utf8-{name}"), &format!("a specifier with {title}"), &text, 3)
    };
    sequences.iter().map(case).collect()
}

/// Returns cases with strings that end inside a character. Further cases have a fault at the end of 32, 64 or 4,096
/// bytes, because some validators read in blocks of such a size.
fn at_the_end(version: Version) -> Vec<Described> {
    let long = |good: usize, rest: &[u8]| [vec![b'a'; good], rest.to_vec()].concat();
    vec![
        bad(version, "utf8-end-c3", "a specifier whose last byte is a lead byte of two", b"caf\xC3", 3),
        bad(version, "utf8-end-e2", "a specifier whose last byte is a lead byte of three", b"a\xE2", 1),
        bad(version, "utf8-end-e2-82", "a specifier that ends after two bytes of three", b"a\xE2\x82", 1),
        bad(version, "utf8-end-f0", "a specifier whose last byte is a lead byte of four", b"a\xF0", 1),
        bad(version, "utf8-end-f0-9f", "a specifier that ends after two bytes of four", b"a\xF0\x9F", 1),
        bad(version, "utf8-end-f0-9f-a6", "a specifier that ends after three bytes of four", b"a\xF0\x9F\xA6", 1),
        bad(version, "utf8-only-lead", "a specifier of one byte, a lead byte", b"\xC3", 0),
        bad(version, "utf8-only-continuation", "a specifier of one byte, a continuation byte", b"\xA9", 0),
        bad(
            version,
            "utf8-extra-continuation",
            "a specifier that ends with a character and one continuation byte more",
            b"caf\xC3\xA9\xA9",
            5,
        ),
        bad(version, "utf8-after-31", "a specifier of 31 ASCII characters and a lead byte", &long(31, b"\xC3"), 31),
        bad(
            version,
            "utf8-after-63",
            "a specifier of 63 ASCII characters and a surrogate over the end of 64 bytes",
            &long(63, b"\xED\xA0\x80z"),
            63,
        ),
        bad(
            version,
            "utf8-after-4095",
            "a specifier of 4,095 ASCII characters and a continuation byte",
            &long(4095, b"\x80"),
            4095,
        ),
    ]
}

fn bad(version: Version, name: &str, title: &str, text: &[u8], offset: usize) -> Described {
    let file =
        module(version).request("./m.js").layout().set_text("requests[0].specifier", text).padded().with_header();
    reject(name, title, &["string-utf8"], file, "bad-utf8", inside("requests[0].specifier.bytes", offset))
}

fn well_formed(version: Version) -> Vec<Described> {
    let characters = [
        ('\u{7F}', "the last of one byte"),
        ('\u{80}', "the first of two bytes"),
        ('\u{7FF}', "the last of two bytes"),
        ('\u{800}', "the first of three bytes"),
        ('\u{D7FF}', "the last before the surrogates"),
        ('\u{E000}', "the first after the surrogates"),
        ('\u{FFFD}', "the replacement character itself"),
        ('\u{FFFF}', "the last of three bytes, a noncharacter"),
        ('\u{10000}', "the first of four bytes"),
        ('\u{10FFFF}', "the last of all, a noncharacter"),
    ];
    let case = |(character, what): (char, &str)| {
        let number = u32::from(character);
        let (name, title) = (format!("utf8-u-{number:04x}"), format!("a specifier with U+{number:04X}, {what}"));
        accept(&name, &title, &["string-utf8", "string-verbatim"], module(version).request(&format!("a{character}z")))
    };
    characters.map(case).into()
}

fn verbatim(version: Version) -> Vec<Described> {
    let texts = [
        ("zero", "is U+0000", "\0"),
        ("zero-inside", "has U+0000 in it", "./a\0.js"),
        ("zero-at-end", "ends with U+0000", "./a.js\0"),
        ("byte-order-mark", "begins with U+FEFF", "\u{FEFF}./a.js"),
        ("spaces", "has spaces at both ends", "  ./a.js  "),
        ("line-breaks", "has every kind of line break", "a\nb\r\nc\rd\u{2028}e\u{2029}f\u{85}g"),
        ("escapes", "needs escaping in JSON and in JavaScript", "\"\\\u{8}\u{C}\t\u{1B}[31m\u{7F}'`${}</script>"),
        ("decomposed", "has é as e and a combining accent", "./cafe\u{301}.js"),
        ("composed", "has é as one character", "./caf\u{E9}.js"),
        ("singleton", "has the ångström sign, which normalisation replaces", "./\u{212B}.js"),
        ("astral", "has characters beyond U+FFFF", "./\u{1F468}\u{200D}\u{1F680}\u{20000}.js"),
        ("right-to-left", "has characters that change the direction of text", "./\u{202E}sj.a\u{202C}"),
        ("percent", "has escapes of a URL", "./%E2%82%AC%00.js?a=b&c#d"),
        ("dots", "is a path that could be shorter", "./b/../a.js"),
    ];
    let case = |(name, title, text): (&str, &str, &str)| {
        accept(
            &format!("text-{name}"),
            &format!("a specifier that {title}"),
            &["string-verbatim"],
            module(version).request(text),
        )
    };
    texts.map(case).into()
}

fn lengths(version: Version) -> Vec<Described> {
    let case = |length: usize| {
        let title = format!("a specifier of {}", count(length, "byte", "bytes"));
        accept(&format!("length-{length}"), &title, &["string", "u32"], module(version).request(&"a".repeat(length)))
    };
    let mut cases: Vec<_> = [1, 127, 128, 255, 256, 257, 70_000].map(case).into();
    cases.push(accept(
        "length-counts-bytes",
        "a specifier of 4 characters, 6 UTF-16 code units and 14 bytes: the length is 14",
        &["string", "string-verbatim"],
        module(version).request("\u{1F980}\u{20AC}\u{20AC}\u{1F980}"),
    ));
    cases
}
