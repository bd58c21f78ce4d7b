//! Cases for the magic and the version. In every version, an identifier must report the same for them.

use bmes::Version;

use super::typical;
use crate::cases::builder::{File, module};
use crate::cases::{Described, at, inside, reject};

const BOUNDS: &[&str] = &["header-bounds", "identify-first"];
const MAGIC: &[&str] = &["magic", "identify-first"];
const VERSION: &[&str] = &["version", "identify-first"];

pub(in crate::cases) fn cases(version: Version) -> Vec<Described> {
    [cut(version), wrong_magic(version), unknown_version(version)].concat()
}

fn cut(version: Version) -> Vec<Described> {
    let magic = |kept| module(version).layout().truncated_at(inside("magic", kept));
    let cut_version = |kept| module(version).layout().truncated_at(inside("version", kept));
    vec![
        reject(
            "no-bytes",
            "an empty file",
            BOUNDS,
            module(version).layout().truncated_at(at("magic")),
            "truncated",
            at("magic"),
        ),
        reject("one-byte", "the first byte of the magic", BOUNDS, magic(1), "truncated", at("magic")),
        reject("two-bytes", "the first two bytes of the magic", BOUNDS, magic(2), "truncated", at("magic")),
        reject("three-bytes", "the first three bytes of the magic", BOUNDS, magic(3), "truncated", at("magic")),
        reject(
            "three-wrong-bytes",
            "three bytes that do not begin the magic: too few to check it",
            BOUNDS,
            module(version).layout().overwrite("magic", b"#!/u").truncated_at(inside("magic", 3)),
            "truncated",
            at("magic"),
        ),
        reject(
            "magic-alone",
            "the magic and nothing else",
            BOUNDS,
            module(version).layout().truncated_at(at("version")),
            "truncated",
            at("version"),
        ),
        reject(
            "five-bytes",
            "the magic and one byte of the version",
            BOUNDS,
            cut_version(1),
            "truncated",
            at("version"),
        ),
        reject(
            "six-bytes",
            "the magic and two bytes of the version",
            BOUNDS,
            cut_version(2),
            "truncated",
            at("version"),
        ),
        reject(
            "seven-bytes",
            "the magic and three bytes of the version",
            BOUNDS,
            cut_version(3),
            "truncated",
            at("version"),
        ),
    ]
}

fn wrong_magic(version: Version) -> Vec<Described> {
    let with = |magic: &[u8; 4]| typical(version).layout().overwrite("magic", magic);
    let wrong = |name, title, file: File| reject(name, title, MAGIC, file, "bad-magic", at("magic"));
    vec![
        wrong("magic-big-endian", "the magic in the wrong byte order: the file begins with \"BMES\"", with(b"BMES")),
        wrong(
            "file-big-endian",
            "a file whose numbers are all big-endian",
            module(version).layout().overwrite("magic", b"BMES").set_u32("version", 0x0100_0000),
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
            &["magic", "header-bounds", "identify-first"],
            module(version).layout().overwrite("magic", b"BMES").truncated_at(at("version")),
            "bad-magic",
            at("magic"),
        ),
        wrong(
            "magic-before-length",
            "two faults: five bytes, the first four not the magic; the magic is checked first",
            module(version).layout().overwrite("magic", b"BMES").truncated_at(inside("version", 1)),
        ),
        wrong(
            "magic-before-version",
            "two faults: a wrong magic and an unknown version; the magic is checked first",
            with(b"BMES").set_u32("version", 0),
        ),
    ]
}

fn unknown_version(version: Version) -> Vec<Described> {
    let behind_version = if version.has_bytecode_offset() { "bytecode_offset" } else { "request_count" };
    let wrong = |name: &str, title: &str, number| {
        let file = typical(version).layout().set_u32("version", number);
        reject(name, title, VERSION, file, "unsupported-version", at("version"))
    };
    let mut cases = vec![
        wrong("version-0", "version 0, which is never assigned", 0),
        wrong("version-high-bit", "version 2^31", 0x8000_0000),
        wrong("version-low-byte", "version 2^31 + 1: only the lowest bit looks right", 0x8000_0001),
        wrong("version-all-ones", "version 2^32 - 1", u32::MAX),
        reject(
            "version-0-alone",
            "the magic, version 0, and nothing else",
            VERSION,
            module(version).layout().set_u32("version", 0).truncated_at(at(behind_version)),
            "unsupported-version",
            at("version"),
        ),
        reject(
            "version-before-the-rest",
            "two faults: an unknown version, and a request count that is too large; the version is checked first",
            &["version", "identify-first", "first-error"],
            typical(version).layout().set_u32("version", 0x8000_0000).set_u32("request_count", u32::MAX),
            "unsupported-version",
            at("version"),
        ),
    ];
    // A testee may offer one of these versions. The suite does not run the case of that version against it.
    let more = [5, 6, 7, 8, 9, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255];
    cases.extend(more.map(|number| {
        wrong(&format!("version-{number}"), &format!("version {number}, which has no specification yet"), number)
    }));
    let number = version.number();
    cases.extend([8, 16, 24].map(|bits| {
        wrong(
            &format!("version-and-bit-{bits}"),
            &format!("version {number} + 2^{bits}: only the lower bits look right"),
            number + (1 << bits),
        )
    }));
    cases.extend([8, 16, 24].map(|bits| {
        wrong(
            &format!("version-in-byte-{}", bits / 8),
            &format!("version {number} in byte {} of the field", bits / 8),
            number << bits,
        )
    }));
    cases
}
