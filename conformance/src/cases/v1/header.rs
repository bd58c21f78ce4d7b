//! Magic, version, and what an identifier answers.

use super::typical;
use crate::cases::builder::{File, module};
use crate::cases::{FileCase, accept, at, from_review, reject};

const BOUNDS: &[&str] = &["v1-header-bounds", "v1-identify-first"];
const MAGIC: &[&str] = &["v1-magic", "v1-identify-first"];
const VERSION: &[&str] = &["v1-version", "v1-identify-first"];

pub(super) fn cases() -> Vec<FileCase> {
    [whole(), cut(), magic(), version(), after_the_header()].concat()
}

fn whole() -> Vec<FileCase> {
    vec![
        accept(
            "smallest-file",
            "the smallest file: nothing requested, imported or exported, no bytecode",
            &["v1-layout", "v1-header-bounds", "v1-magic", "v1-version", "v1-u32-bounds"],
            module(),
        ),
        accept(
            "every-kind-of-entry",
            "a module with a request of each kind, an import and an export of each type, a star export and bytecode",
            &["v1-layout", "v1-entries-kept", "v1-fields-verbatim", "v1-magic", "v1-version"],
            typical(),
        ),
    ]
}

fn cut() -> Vec<FileCase> {
    let magic = |kept| module().layout().cut_inside("magic", kept);
    let version = |kept| module().layout().cut_inside("version", kept);
    vec![
        reject("no-bytes", "an empty file", BOUNDS, module().layout().cut_before("magic"), "truncated", at("magic")),
        reject("one-byte", "the first byte of the magic", BOUNDS, magic(1), "truncated", at("magic")),
        reject("two-bytes", "the first two bytes of the magic", BOUNDS, magic(2), "truncated", at("magic")),
        reject("three-bytes", "the first three bytes of the magic", BOUNDS, magic(3), "truncated", at("magic")),
        reject(
            "three-wrong-bytes",
            "three bytes that do not begin the magic: too few to judge it",
            BOUNDS,
            module().layout().overwrite("magic", b"#!/u").cut_inside("magic", 3),
            "truncated",
            at("magic"),
        ),
        reject(
            "magic-alone",
            "the magic and nothing else",
            BOUNDS,
            module().layout().cut_before("version"),
            "truncated",
            at("version"),
        ),
        reject("five-bytes", "the magic and one byte of the version", BOUNDS, version(1), "truncated", at("version")),
        reject("six-bytes", "the magic and two bytes of the version", BOUNDS, version(2), "truncated", at("version")),
        reject(
            "seven-bytes",
            "the magic and three bytes of the version",
            BOUNDS,
            version(3),
            "truncated",
            at("version"),
        ),
    ]
}

fn magic() -> Vec<FileCase> {
    let with = |magic: &[u8; 4]| typical().layout().overwrite("magic", magic);
    let wrong = |name, title, file: File| reject(name, title, MAGIC, file, "bad-magic", at("magic"));
    vec![
        wrong("magic-big-endian", "the magic in the wrong byte order: the file begins with \"BMES\"", with(b"BMES")),
        wrong(
            "file-big-endian",
            "a file whose numbers are all big-endian",
            module().layout().overwrite("magic", b"BMES").set_u32("version", 0x0100_0000),
        ),
        wrong("magic-zero", "four zero bytes in the place of the magic", with(b"\0\0\0\0")),
        wrong("magic-all-ones", "four bytes FF in the place of the magic", with(b"\xFF\xFF\xFF\xFF")),
        wrong("magic-first-byte", "only the first byte of the magic is wrong", with(b"REMB")),
        wrong("magic-second-byte", "only the second byte of the magic is wrong", with(b"SFMB")),
        wrong("magic-third-byte", "only the third byte of the magic is wrong", with(b"SELB")),
        wrong("magic-last-byte", "only the last byte of the magic is wrong", with(b"SEMC")),
        wrong("magic-lower-case", "the magic in lower case", with(b"semb")),
        wrong("magic-halves-swapped", "the two halves of the magic in the wrong order", with(b"MBSE")),
        wrong("byte-before-magic", "a zero byte before the magic", with(b"\0SEM").insert_after("magic", b"B")),
        wrong(
            "byte-order-mark-before-magic",
            "the UTF-8 byte order mark before the magic",
            with(b"\xEF\xBB\xBFS").insert_after("magic", b"EMB"),
        ),
        reject(
            "four-wrong-bytes",
            "four bytes that are not the magic, and nothing else",
            &["v1-magic", "v1-header-bounds", "v1-identify-first"],
            module().layout().overwrite("magic", b"BMES").cut_before("version"),
            "bad-magic",
            at("magic"),
        ),
        wrong(
            "magic-before-length",
            "two faults: five bytes, the first four not the magic; the magic is judged first",
            module().layout().overwrite("magic", b"BMES").cut_inside("version", 1),
        ),
        wrong(
            "magic-before-version",
            "two faults: a wrong magic and an unknown version; the magic is judged first",
            with(b"BMES").set_u32("version", 0),
        ),
    ]
}

fn version() -> Vec<FileCase> {
    let wrong = |name, title, version| {
        let file = typical().layout().set_u32("version", version);
        reject(name, title, VERSION, file, "unsupported-version", at("version"))
    };
    vec![
        wrong("version-0", "version 0, which is never assigned", 0),
        wrong("version-high-bit", "version 2^31", 0x8000_0000),
        wrong("version-low-byte", "version 2^31 + 1: only the lowest bit looks right", 0x8000_0001),
        wrong("version-all-ones", "version 2^32 - 1", u32::MAX),
        reject(
            "version-0-alone",
            "the magic, version 0, and nothing else",
            VERSION,
            module().layout().set_u32("version", 0).cut_before("request_count"),
            "unsupported-version",
            at("version"),
        ),
        reject(
            "version-before-the-rest",
            "two faults: an unknown version, and a request count that cannot be; the version is judged first",
            &["v1-version", "v1-identify-first", "v1-first-error"],
            typical().layout().set_u32("version", 0x8000_0000).set_u32("request_count", u32::MAX),
            "unsupported-version",
            at("version"),
        ),
    ]
}

fn after_the_header() -> Vec<FileCase> {
    const ALONE: &[&str] = &["v1-identify-alone", "v1-header-bounds", "v1-magic", "v1-version", "v1-all-or-nothing"];
    let header = || module().layout().cut_before("request_count");
    let not_a_promise = "\"validated\" meant magic and version, so that every cut or flipped file was valid";
    vec![
        from_review(
            reject(
                "header-alone",
                "eight bytes: a header that identifies, and no module",
                ALONE,
                header(),
                "truncated",
                at("request_count"),
            ),
            not_a_promise,
        ),
        from_review(
            reject(
                "header-and-noise",
                "a header that identifies, and a hundred bytes FF",
                ALONE,
                header().append(&[0xFF; 100]),
                "truncated",
                at("request_count"),
            ),
            not_a_promise,
        ),
        reject(
            "header-and-text",
            "a header that identifies, and JavaScript source",
            ALONE,
            header().append(b"export default 1;\n"),
            "truncated",
            at("request_count"),
        ),
        reject(
            "gap-after-version",
            "four zero bytes between version and request_count, so that every field is four bytes late",
            &["v1-layout", "v1-end"],
            module().layout().insert_before("request_count", &[0; 4]),
            "trailing-bytes",
            at("bytecode_size"),
        ),
    ]
}
