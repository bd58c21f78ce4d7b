//! The strings: their ends, UTF-8, and their order relative to other faults.

use super::module::{Module, module};
use super::{reject, typical};
use crate::cases::Described;
use crate::cases::builder::{At, File, at, inside};

pub(super) fn cases() -> Vec<Described> {
    [ends(), utf8(), passes()].concat()
}

/// Returns a module with these strings, which are the specifiers of its requests.
fn of(strings: &[&str]) -> Module {
    strings.iter().fold(module(), |module, string| module.request(string))
}

fn ends() -> Vec<Described> {
    let case = |name: &str, title: &str, file: File, place: At<'_>| {
        reject(name, title, &["string-end", "first-error"], file.sealed(), "bad-index", place)
    };
    let file = || of(&["aaaa", "bbbb", "cccc", "dddd"]).layout();
    vec![
        case(
            "end-descends-first",
            "the first end is greater than the second one",
            file().set_u32("strings[0].end", 9),
            at("strings[1].end"),
        ),
        case(
            "end-descends-middle",
            "the second end is less than the first one",
            file().set_u32("strings[1].end", 3),
            at("strings[1].end"),
        ),
        case(
            "end-descends-last",
            "the last end is less than the one before it",
            file().set_u32("strings[3].end", 11),
            at("strings[3].end"),
        ),
        case(
            "end-below-sum",
            "the last end is less than string_bytes",
            file().set_u32("strings[3].end", 15),
            at("strings[3].end"),
        ),
        case(
            "end-above-sum",
            "the last end is greater than string_bytes",
            file().set_u32("strings[3].end", 17),
            at("strings[3].end"),
        ),
        case(
            "end-ffffffff-last",
            "the last end is 4294967295",
            file().set_u32("strings[3].end", u32::MAX),
            at("strings[3].end"),
        ),
        case(
            "end-ffffffff-middle",
            "an end in the middle is 4294967295, and the next one is smaller",
            file().set_u32("strings[1].end", u32::MAX),
            at("strings[2].end"),
        ),
        case(
            "end-beyond-sum-middle",
            "an end in the middle is one byte after string_bytes, and the next one is smaller",
            file().set_u32("strings[2].end", 17),
            at("strings[3].end"),
        ),
        case(
            "end-high-byte",
            "an end with a higher byte",
            file().set_u32("strings[0].end", 0x0100_0004),
            at("strings[1].end"),
        ),
        case(
            "end-of-one-string",
            "the only string ends before string_bytes",
            of(&["abc"]).layout().set_u32("strings[0].end", 2),
            at("strings[0].end"),
        ),
        case(
            "bytes-without-strings",
            "bytes of strings, and no string",
            {
                let file = module().layout().insert_before("metadata_padding", b"abc").set_u32("string_bytes", 3);
                file.resized().padded_to(8)
            },
            at("string_bytes"),
        ),
    ]
}

fn utf8() -> Vec<Described> {
    let case = |name: &str, title: &str, file: File, place: At<'_>| {
        reject(name, title, &["string-utf8", "first-error"], file.sealed(), "bad-utf8", place)
    };
    let of_bytes = |bytes: &[u8; 4]| of(&["aaaa", "bbbb", "cccc"]).layout().overwrite("strings[1].bytes", bytes);
    let mut cases = Vec::new();
    for (name, title, bytes, fault) in [
        ("continuation", "a string that begins with a continuation byte", b"\x80bbb", 0),
        ("overlong-slash", "an overlong form of two bytes", b"b\xC0\xAFb", 1),
        ("overlong-nul", "U+0000 in the two bytes of modified UTF-8", b"b\xC0\x80b", 1),
        ("overlong-of-three", "an overlong form of three bytes", b"b\xE0\x80\x80", 1),
        ("overlong-of-four", "an overlong form of four bytes", b"\xF0\x80\x80\x80", 0),
        ("surrogate", "a surrogate", b"b\xED\xA0\x80", 1),
        ("beyond-u-10ffff", "a code point after U+10FFFF", b"\xF4\x90\x80\x80", 0),
        ("lead-f5", "a byte F5", b"bb\xF5b", 2),
        ("byte-ff", "a byte FF at the end", b"bbb\xFF", 3),
        ("cut-of-two", "the first byte of two at the end", b"bbb\xC3", 3),
        ("cut-of-three", "two bytes of three at the end", b"bb\xE2\x82", 2),
        ("cut-of-four", "three bytes of four at the end", b"b\xF0\x9F\x98", 1),
    ] {
        cases.push(case(&format!("utf-8-{name}"), title, of_bytes(bytes), inside("strings[1].bytes", fault)));
    }
    let split = |bytes: [&[u8]; 2]| {
        let file = of(&["aaaa", "bbbb"]).layout();
        file.overwrite("strings[0].bytes", bytes[0]).overwrite("strings[1].bytes", bytes[1])
    };
    cases.extend([
        case(
            "utf-8-across-strings-of-two",
            "a character of two bytes begins in one string and ends in the next one",
            split([b"aaa\xC3", b"\xA9bbb"]),
            inside("strings[0].bytes", 3),
        ),
        case(
            "utf-8-across-strings-of-three",
            "a character of three bytes begins in one string and ends in the next one",
            split([b"aa\xE2\x82", b"\xACbbb"]),
            inside("strings[0].bytes", 2),
        ),
        case(
            "utf-8-across-strings-of-four",
            "a character of four bytes begins in one string and ends in the next one",
            split([b"aaa\xF0", b"\x9F\x98\x80b"]),
            inside("strings[0].bytes", 3),
        ),
        case(
            "utf-8-first-string",
            "the first of three strings is not UTF-8",
            of(&["aaaa", "bbbb", "cccc"]).layout().overwrite("strings[0].bytes", b"a\xFFaa"),
            inside("strings[0].bytes", 1),
        ),
        case(
            "utf-8-last-string",
            "the last of three strings is not UTF-8",
            of(&["aaaa", "bbbb", "cccc"]).layout().overwrite("strings[2].bytes", b"ccc\xFF"),
            inside("strings[2].bytes", 3),
        ),
        case(
            "utf-8-150th-of-200",
            "of 200 strings, the 150th is not UTF-8",
            {
                let names: Vec<_> = (0..200).map(|number| format!("n{number:03}")).collect();
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                of(&names).layout().overwrite("strings[149].bytes", b"n14\xFF")
            },
            inside("strings[149].bytes", 3),
        ),
        case(
            "utf-8-two-strings",
            "two faults: two strings are not UTF-8",
            of(&["aaaa", "bbbb", "cccc"])
                .layout()
                .overwrite("strings[1].bytes", b"b\xFFbb")
                .overwrite("strings[2].bytes", b"\xFFccc"),
            inside("strings[1].bytes", 1),
        ),
        case(
            "utf-8-long-string",
            "a byte in the middle of a string of 300 bytes is not UTF-8",
            {
                let file = of(&["a", &"b".repeat(300)]).layout();
                let mut bytes = vec![b'b'; 300];
                bytes[200] = 0xC3;
                file.overwrite("strings[1].bytes", &bytes)
            },
            inside("strings[1].bytes", 200),
        ),
    ]);
    cases
}

/// Two faults, in passes that must not be mixed.
fn passes() -> Vec<Described> {
    let clauses = &["string-end", "string-utf8", "strings-ascend", "first-error"];
    let file = || of(&["aaaa", "bbbb", "cccc"]).layout();
    vec![
        reject(
            "utf-8-before-order",
            "two faults: strings that do not ascend, and a later one that is not UTF-8",
            clauses,
            file().overwrite("strings[1].bytes", b"aaaa").overwrite("strings[2].bytes", b"c\xFFcc").sealed(),
            "bad-utf8",
            inside("strings[2].bytes", 1),
        ),
        reject(
            "ends-before-utf-8",
            "two faults: a string that is not UTF-8, and a later end that descends",
            clauses,
            file().overwrite("strings[0].bytes", b"\xFFaaa").set_u32("strings[2].end", 7).sealed(),
            "bad-index",
            at("strings[2].end"),
        ),
        reject(
            "ends-before-order",
            "two faults: strings that do not ascend, and an end that is wrong",
            clauses,
            file().overwrite("strings[1].bytes", b"aaaa").set_u32("strings[2].end", 13).sealed(),
            "bad-index",
            at("strings[2].end"),
        ),
        reject(
            "strings-before-lists",
            "two faults: strings that do not ascend, and a specifier that is no index",
            &["strings-ascend", "index", "first-error"],
            file().overwrite("strings[2].bytes", b"bbbb").set_u32("requests[0].specifier", 3).sealed(),
            "bad-order",
            at("strings[2].end"),
        ),
        reject(
            "flags-before-strings",
            "two faults: a flag that is missing, and a string that is not UTF-8",
            &["environment", "string-utf8", "first-error"],
            {
                let file = typical().layout().overwrite("strings[0].bytes", b"*default\xFF");
                file.set_u32("flags", 8).sealed()
            },
            "bad-layout",
            at("declared_variable_count"),
        ),
    ]
}
