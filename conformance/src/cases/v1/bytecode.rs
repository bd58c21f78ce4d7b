//! The bytecode, and the end of the file.

use super::typical;
use crate::cases::builder::{File, module};
use crate::cases::{FileCase, accept, after, at, from_review, inside, reject};

pub(super) fn cases() -> Vec<FileCase> {
    [content(), sizes(), end()].concat()
}

fn content() -> Vec<FileCase> {
    const OPAQUE: &[&str] = &["v1-bytecode-opaque", "v1-bytecode-place", "v1-writer-bytecode"];
    let whole = module().request("./a.js").star("./a.js").bytecode(b"inner").layout();
    let every_byte: Vec<_> = (0..=255).collect();
    let counting: Vec<_> = (0..1_u32 << 18).flat_map(u32::to_le_bytes).collect();
    let largest = &counting[module().layout().bytes().len()..];
    vec![
        accept(
            "empty",
            "no bytecode: its offset is the file's length",
            &["v1-bytecode-empty", "v1-bytecode-place", "v1-end"],
            typical().bytecode(&[]),
        ),
        accept(
            "one-byte",
            "one byte of bytecode",
            &["v1-bytecode-bounds", "v1-bytecode-place", "v1-end"],
            typical().bytecode(&[0]),
        ),
        accept("magic", "bytecode that begins with the magic", OPAQUE, typical().bytecode(b"SEMB")),
        accept("whole-file", "bytecode that is a BMES file", OPAQUE, typical().bytecode(whole.bytes())),
        accept("not-text", "bytecode that is not UTF-8", OPAQUE, typical().bytecode(b"\xC0\x80\xED\xA0\x80\xFF\xFE")),
        accept("zeros", "eight zero bytes of bytecode", OPAQUE, typical().bytecode(&[0; 8])),
        accept("ones", "sixteen bytes FF of bytecode", OPAQUE, typical().bytecode(&[0xFF; 16])),
        accept(
            "line-ends",
            "bytecode that a program in text mode changes",
            OPAQUE,
            typical().bytecode(b"\r\n\n\r\x1A\0\r\n"),
        ),
        accept("every-byte", "all 256 bytes as bytecode", OPAQUE, typical().bytecode(&every_byte)),
        accept(
            "odd-offset",
            "bytecode that begins at an odd offset: version 1 aligns nothing",
            &["v1-bytecode-place", "v1-layout", "v1-writer-bytecode"],
            module().request("odd").bytecode(&[1, 2, 3, 4]),
        ),
        accept(
            "size-257",
            "257 bytes of bytecode: the size has two bytes, 01 and 01",
            &["v1-u32", "v1-bytecode-bounds"],
            module().bytecode(&counting[..257]),
        ),
        accept(
            "size-65536",
            "65,536 bytes of bytecode",
            &["v1-u32", "v1-bytecode-bounds"],
            module().bytecode(&[0xAB; 65_536]),
        ),
        accept(
            "file-of-one-mib",
            "a file of 1,048,576 bytes, almost all bytecode",
            &["v1-limit-accept", "v1-bytecode-bounds", "v1-writer-bytecode"],
            module().bytecode(largest),
        ),
    ]
}

fn sizes() -> Vec<FileCase> {
    const BOUNDS: &[&str] = &["v1-bytecode-bounds", "v1-all-or-nothing"];
    const LARGE: &[&str] = &["v1-bytecode-bounds", "v1-arithmetic", "v1-u32"];
    let case = |name, title, clauses: &[&str], file: File| {
        reject(name, title, clauses, file, "truncated", at("bytecode_size"))
    };
    let file = || typical().layout();
    let wrapped = "offset + size > length was computed in 32 bits, wrapped, and passed, and the bytecode's pointer left the buffer";
    vec![
        case(
            "size-one-too-many",
            "bytecode_size is one more than the bytes left",
            BOUNDS,
            file().set_u32("bytecode_size", 5),
        ),
        case(
            "size-without-bytes",
            "bytecode_size is 1, and the file ends behind it",
            BOUNDS,
            module().layout().set_u32("bytecode_size", 1),
        ),
        case(
            "cut",
            "the last byte of the bytecode is missing",
            &["v1-bytecode-bounds", "v1-all-or-nothing", "v1-check-decode-first"],
            file().cut_last_byte(),
        ),
        case(
            "empty-size-cut-after-three",
            "three zero bytes in the place of bytecode_size: with a fourth, it would be a whole file",
            &["v1-u32-bounds", "v1-all-or-nothing"],
            module().layout().cut_last_byte(),
        ),
        case("missing", "the file ends where the bytecode should begin", BOUNDS, file().cut_before("bytecode")),
        case("size-high-bit", "bytecode_size is 2^31", LARGE, file().set_u32("bytecode_size", 1 << 31)),
        case("size-all-ones", "bytecode_size is 2^32 - 1", LARGE, file().set_u32("bytecode_size", u32::MAX)),
        from_review(
            case(
                "size-wraps-to-zero",
                "bytecode_size is what makes its end, computed in 32 bits, the file's first byte",
                LARGE,
                file().set_u32_by("bytecode_size", |place| (1 << 32) - place.after),
            ),
            wrapped,
        ),
        from_review(
            case(
                "size-minus-four",
                "bytecode_size is 2^32 - 4: added to its position in 32 bits, that is bytecode_size itself",
                LARGE,
                file().set_u32("bytecode_size", u32::MAX - 3),
            ),
            wrapped,
        ),
        case(
            "size-big-endian",
            "bytecode_size is 4 in the wrong byte order",
            &["v1-u32", "v1-bytecode-bounds"],
            file().set_u32("bytecode_size", 0x0400_0000),
        ),
    ]
}

fn end() -> Vec<FileCase> {
    const END: &[&str] = &["v1-end", "v1-all-or-nothing"];
    let case = |name, title, file: File| reject(name, title, END, file, "trailing-bytes", after("bytecode"));
    let file = || typical().layout();
    vec![
        case("one-byte-follows", "a zero byte behind the bytecode", file().append(&[0])),
        case("line-feed-follows", "a line feed behind the bytecode", file().append(b"\n")),
        case("four-bytes-follow", "four zero bytes behind the bytecode", file().append(&[0; 4])),
        case("thousand-bytes-follow", "a thousand bytes behind the bytecode", file().append(&[0x55; 1000])),
        case("file-follows", "another BMES file behind the bytecode", file().append(typical().layout().bytes())),
        case("one-byte-follows-nothing", "no bytecode, and a zero byte behind it", module().layout().append(&[0])),
        reject(
            "size-zero-with-bytes",
            "bytecode_size is 0, and four bytes follow",
            END,
            file().set_u32("bytecode_size", 0),
            "trailing-bytes",
            at("bytecode"),
        ),
        reject(
            "size-one-too-few",
            "bytecode_size is one less than the bytes left",
            END,
            file().set_u32("bytecode_size", 3),
            "trailing-bytes",
            inside("bytecode", 3),
        ),
        reject(
            "padding-before",
            "four zero bytes between bytecode_size and the bytecode, which would align it",
            &["v1-end", "v1-layout"],
            file().insert_before("bytecode", &[0; 4]),
            "trailing-bytes",
            at("bytecode"),
        ),
    ]
}
