//! Cases for the bytecode and for the end of the file.

use bmes::Version::V1;

use crate::cases::builder::{File, module};
use crate::cases::shared::{bytecode, fields, typical};
use crate::cases::{Described, accept, after, at, from_review, inside, reject};

pub(super) fn cases() -> Vec<Described> {
    [bytecode::content(V1), own_content(), sizes(), end(), fields::cut_number(V1, "bytecode-size", "bytecode_size")]
        .concat()
}

fn own_content() -> Vec<Described> {
    let counting: Vec<_> = (0..1_u32 << 18).flat_map(u32::to_le_bytes).collect();
    let largest = &counting[module(V1).layout().bytes().len()..];
    vec![
        accept(
            "odd-offset",
            "bytecode that begins at an odd offset: version 1 aligns nothing",
            &["bytecode-place", "layout", "writer-bytecode"],
            module(V1).request("odd").bytecode(&[1, 2, 3, 4]),
        ),
        accept(
            "file-of-one-mib",
            "a file of 1,048,576 bytes, almost all bytecode",
            &["limit-accept", "bytecode-bounds", "writer-bytecode"],
            module(V1).bytecode(largest),
        ),
    ]
}

fn sizes() -> Vec<Described> {
    const BOUNDS: &[&str] = &["bytecode-bounds", "all-or-nothing"];
    const LARGE: &[&str] = &["bytecode-bounds", "arithmetic", "u32"];
    let case = |name, title, clauses: &[&str], file: File| {
        reject(name, title, clauses, file, "truncated", at("bytecode_size"))
    };
    let file = || typical(V1).layout();
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
            "bytecode_size is 1, and the file ends after it",
            BOUNDS,
            module(V1).layout().set_u32("bytecode_size", 1),
        ),
        case(
            "cut",
            "the last byte of the bytecode is missing",
            &["bytecode-bounds", "all-or-nothing", "check-decode-first"],
            file().cut_last_byte(),
        ),
        case(
            "empty-size-cut-after-three",
            "three zero bytes in the place of bytecode_size: with a fourth, it would be a whole file",
            &["u32-bounds", "all-or-nothing"],
            module(V1).layout().cut_last_byte(),
        ),
        case("missing", "the file ends where the bytecode should begin", BOUNDS, file().truncated_at(at("bytecode"))),
        case("size-high-bit", "bytecode_size is 2^31", LARGE, file().set_u32("bytecode_size", 1 << 31)),
        case("size-all-ones", "bytecode_size is 2^32 - 1", LARGE, file().set_u32("bytecode_size", u32::MAX)),
        from_review(
            case(
                "size-wraps-to-zero",
                "bytecode_size is so large that, in 32 bits, the bytecode would end at the file's first byte",
                LARGE,
                file().set_u32_by("bytecode_size", |file| (1 << 32) - file.range("bytecode_size").end),
            ),
            wrapped,
        ),
        from_review(
            case(
                "size-minus-four",
                "bytecode_size is 2^32 - 4: in 32 bits, the bytecode would end at bytecode_size itself",
                LARGE,
                file().set_u32("bytecode_size", u32::MAX - 3),
            ),
            wrapped,
        ),
        case(
            "size-big-endian",
            "bytecode_size is 4 in the wrong byte order",
            &["u32", "bytecode-bounds"],
            file().set_u32("bytecode_size", 0x0400_0000),
        ),
    ]
}

fn end() -> Vec<Described> {
    const END: &[&str] = &["end", "all-or-nothing"];
    let case = |name, title, file: File| reject(name, title, END, file, "trailing-bytes", after("bytecode"));
    let file = || typical(V1).layout();
    vec![
        case("one-byte-follows", "a zero byte after the bytecode", file().append(&[0])),
        case("line-feed-follows", "a line feed after the bytecode", file().append(b"\n")),
        case("four-bytes-follow", "four zero bytes after the bytecode", file().append(&[0; 4])),
        case("thousand-bytes-follow", "a thousand bytes after the bytecode", file().append(&[0x55; 1000])),
        case("file-follows", "another BMES file after the bytecode", file().append(typical(V1).layout().bytes())),
        case("one-byte-follows-nothing", "no bytecode, and a zero byte after it", module(V1).layout().append(&[0])),
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
            &["end", "layout"],
            file().insert_before("bytecode", &[0; 4]),
            "trailing-bytes",
            at("bytecode"),
        ),
    ]
}
