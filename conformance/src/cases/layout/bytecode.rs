//! Cases for the bytecode and for the end of the file.

use bmes::Version;

use super::ending_before_multiple;
use crate::cases::builder::{File, module};
use crate::cases::shared::{bytecode, typical};
use crate::cases::{Described, accept, at, reject};

pub(super) fn cases(version: Version) -> Vec<Described> {
    [bytecode::content(version), content(version), sizes(version), end(version)].concat()
}

fn content(version: Version) -> Vec<Described> {
    const OPAQUE: &[&str] = &["bytecode-opaque", "bytecode-place", "writer-bytecode"];
    let file = module(version).request("./a.js").star("./a.js").layout();
    let metadata = &file.bytes()[file.range("request_count").start..];
    let counting: Vec<_> = (0..1_u32 << 18).flat_map(u32::to_le_bytes).collect();
    let largest = &counting[module(version).layout().bytes().len()..];
    vec![
        accept(
            "metadata",
            "bytecode that is metadata",
            &["bytecode-opaque", "bytecode-place", "metadata-bounds"],
            typical(version).bytecode(metadata),
        ),
        accept(
            "header",
            "bytecode that is a header of its own",
            OPAQUE,
            typical(version).bytecode(&module(version).layout().bytes()[..16]),
        ),
        accept(
            "behind-64-kib",
            "bytecode after more than 65,536 bytes of metadata",
            &["bytecode-place", "u32", "bytecode-bounds", "writer-bytecode"],
            module(version).request(&"a".repeat(70_000)).bytecode(b"bytecode"),
        ),
        accept(
            "file-of-one-mib",
            "a file of 1,048,576 bytes, almost all bytecode",
            &["limit-accept", "bytecode-bounds", "bytecode-place", "writer-bytecode"],
            module(version).bytecode(largest),
        ),
        accept(
            "seven-bytes",
            "seven zero bytes of bytecode: nothing aligns the bytecode's end",
            &["bytecode-opaque", "bytecode-bounds", "end", "writer-bytecode"],
            ending_before_multiple(version, 0).bytecode(&[0; 7]),
        ),
    ]
}

fn sizes(version: Version) -> Vec<Described> {
    const BOUNDS: &[&str] = &["bytecode-bounds", "all-or-nothing"];
    const LARGE: &[&str] = &["bytecode-bounds", "u32", "all-or-nothing"];
    const CUT: &[&str] = &["bytecode-bounds", "check-decode-first", "all-or-nothing"];
    let of =
        |clauses| move |name, title, file: File| reject(name, title, clauses, file, "truncated", at("bytecode_size"));
    let (case, large, cut) = (of(BOUNDS), of(LARGE), of(CUT));
    let file = || typical(version).layout();
    vec![
        case("size-one-too-many", "bytecode_size is one more than the bytes there", file().set_u32("bytecode_size", 5)),
        case(
            "size-without-bytes",
            "bytecode_size is 1, and the file ends at bytecode_offset",
            module(version).layout().set_u32("bytecode_size", 1),
        ),
        cut("cut", "the last byte of the bytecode is missing", file().cut_last_byte()),
        cut("missing", "the file ends where the bytecode should begin", file().truncated_at(at("bytecode"))),
        case(
            "size-counts-padding",
            "bytecode_size counts the seven bytes of padding, too",
            ending_before_multiple(version, 7).bytecode(&[1; 9]).layout().set_u32("bytecode_size", 16),
        ),
        large(
            "size-big-endian",
            "bytecode_size is 4 in the wrong byte order",
            file().set_u32("bytecode_size", 0x0400_0000),
        ),
        large("size-one-gib", "bytecode_size is 2^30", file().set_u32("bytecode_size", 1 << 30)),
        large("size-7fffffff", "bytecode_size is 2^31 - 1", file().set_u32("bytecode_size", 0x7FFF_FFFF)),
        large("size-high-bit", "bytecode_size is 2^31", file().set_u32("bytecode_size", 1 << 31)),
        reject(
            "file-ends-in-padding",
            "the file ends inside the padding, and bytecode_offset is after its end",
            BOUNDS,
            ending_before_multiple(version, 7).layout().cut_last_byte(),
            "truncated",
            at("bytecode_offset"),
        ),
        reject(
            "file-ends-in-metadata",
            "the file ends inside the metadata, and bytecode_offset is after its end",
            &["bytecode-bounds", "first-error", "all-or-nothing"],
            file().truncated_at(at("import_count")),
            "truncated",
            at("bytecode_offset"),
        ),
        reject(
            "file-ends-with-header",
            "the file ends after the header, and bytecode_offset is after its end",
            &["bytecode-bounds", "header-whole", "all-or-nothing"],
            file().truncated_at(at("request_count")),
            "truncated",
            at("bytecode_offset"),
        ),
    ]
}

fn end(version: Version) -> Vec<Described> {
    const END: &[&str] = &["end", "all-or-nothing"];
    let case = |name, title, file: File| reject(name, title, END, file, "trailing-bytes", at("bytecode_size"));
    let file = || typical(version).layout();
    vec![
        case("one-byte-follows", "a zero byte after the bytecode", file().append(&[0])),
        case("line-feed-follows", "a line feed after the bytecode", file().append(b"\n")),
        case(
            "four-bytes-follow",
            "four zero bytes after the bytecode, which make the file's length a multiple of 8",
            file().append(&[0; 4]),
        ),
        case("thousand-bytes-follow", "a thousand bytes after the bytecode", file().append(&[0x55; 1000])),
        case("file-follows", "another BMES file after the bytecode", file().append(typical(version).layout().bytes())),
        case(
            "one-byte-follows-nothing",
            "no bytecode, and a zero byte after it",
            module(version).layout().append(&[0]),
        ),
        case(
            "eight-bytes-follow-nothing",
            "no bytecode, and eight zero bytes after it",
            module(version).layout().append(&[0; 8]),
        ),
        case("size-zero-with-bytes", "bytecode_size is 0, and four bytes follow", file().set_u32("bytecode_size", 0)),
        case("size-one-too-few", "bytecode_size is one less than the bytes there", file().set_u32("bytecode_size", 3)),
        case("size-low-byte", "260 bytes of bytecode, and a bytecode_size of 4: its low byte is right", {
            typical(version).bytecode(&[7; 260]).layout().set_u32("bytecode_size", 4)
        }),
    ]
}
