//! Cases with a wrong `bytecode_offset`: it lies in the header, in the metadata, in the bytecode, or beyond the end of
//! the file.

use bmes::Version;

use super::{UNCHECKED, claiming, length};
use crate::cases::builder::{File, module};
use crate::cases::shared::{cut_at, typical};
use crate::cases::{At, Described, at, before, from_review, reject};

pub(super) fn cases(version: Version) -> Vec<Described> {
    [into_header(version), into_metadata(version), into_bytecode(version), behind_file(version)].concat()
}

fn into_header(version: Version) -> Vec<Described> {
    let case = |name, title, offset| {
        let file = claiming(typical(version).layout(), offset);
        let clauses = &["bytecode-offset", "check-decode-first", "all-or-nothing"];
        from_review(reject(name, title, clauses, file, "bad-layout", at("bytecode_offset")), UNCHECKED)
    };
    vec![
        case("offset-0", "bytecode_offset is 0: the bytecode would be the whole file", 0),
        case("offset-1", "bytecode_offset is 1", 1),
        case("offset-8", "bytecode_offset is 8: the bytecode would begin with bytecode_offset", 8),
        case("offset-12", "bytecode_offset is 12: the bytecode would begin with bytecode_size", 12),
        case("offset-15", "bytecode_offset is 15: the bytecode would begin with the header's last byte", 15),
    ]
}

fn into_metadata(version: Version) -> Vec<Described> {
    let cut = |end: At<'_>| {
        let file = module(version).request("./a.js").bytecode(&[0; 32]).layout();
        cut_at(file, end, "requests[0].specifier")
    };
    let last = if version.has_environment() { "code_features" } else { "star_export_count" };
    let case = |name, title, file: File, place| {
        from_review(
            reject(name, title, &["metadata-bounds", "u32-bounds", "bytecode-offset"], file, "truncated", at(place)),
            UNCHECKED,
        )
    };
    vec![
        case(
            "offset-16",
            "bytecode_offset is 16: the whole metadata is there, and belongs to the bytecode",
            claiming(typical(version).layout(), 16),
            "request_count",
        ),
        case(
            "offset-one-short",
            "bytecode_offset is one byte before the metadata's end",
            cut(before("padding", 1)),
            last,
        ),
        case("offset-four-short", "bytecode_offset is where the metadata's last number begins", cut(at(last)), last),
    ]
}

fn into_bytecode(version: Version) -> Vec<Described> {
    let case = |name, title, moved: Option<u32>| {
        let file = module(version).bytecode(&[0; 32]).layout();
        let start = u32::try_from(file.range("bytecode").start).expect("a file of the corpus is shorter than 4 GiB");
        let offset = moved.map_or_else(|| length(&file), |moved| start + moved);
        reject(name, title, &["gap", "bytecode-offset"], claiming(file, offset), "bad-layout", at("bytecode_offset"))
    };
    vec![
        case("offset-eight-late", "bytecode_offset is eight bytes after where the bytecode begins", Some(8)),
        case(
            "offset-at-length",
            "bytecode_offset is the file's length, and 32 zero bytes of bytecode are left after the metadata",
            None,
        ),
    ]
}

/// Returns cases with an offset beyond the end of the file and a `bytecode_size` of 0.
fn behind_file(version: Version) -> Vec<Described> {
    let case = |name, title, offset: Option<u32>| {
        let file = module(version).bytecode(&[0; 8]).layout();
        let past = length(&file) + if version == Version::V2 { 1 } else { 8 };
        let file = file.set_header(offset.unwrap_or(past), 0);
        reject(name, title, &["bytecode-bounds", "u32", "all-or-nothing"], file, "truncated", at("bytecode_offset"))
    };
    let past = if version == Version::V2 { "one byte" } else { "eight bytes" };
    vec![
        from_review(
            case("offset-past-end", &format!("bytecode_offset is {past} after the file's end"), None),
            UNCHECKED,
        ),
        case("offset-64-kib", "bytecode_offset is 65,536", Some(0x1_0000)),
        case("offset-16-mib", "bytecode_offset is 16,777,216", Some(0x100_0000)),
        case("offset-big-endian", "bytecode_offset is 32 in the wrong byte order", Some(0x2000_0000)),
        case("offset-7ffffff8", "bytecode_offset is 0x7ffffff8", Some(0x7FFF_FFF8)),
        case("offset-80000000", "bytecode_offset is 2^31: negative, as a signed number", Some(0x8000_0000)),
        case("offset-fffffff0", "bytecode_offset is 0xfffffff0: minus 16, as a signed number", Some(0xFFFF_FFF0)),
        case("offset-fffffff8", "bytecode_offset is 0xfffffff8: minus 8, as a signed number", Some(0xFFFF_FFF8)),
    ]
}
