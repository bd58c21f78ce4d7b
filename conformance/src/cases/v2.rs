//! The cases that only version 2 has. Its reader accepts bytecode at any offset, but no field of version 3.

use bmes::Version::{V2, V3};

use super::builder::module;
use super::layout::{claiming, ending_before_multiple};
use super::{Described, Section, accept, at, from_review, inside, layout, real, reject, shared};
use crate::text::count;

/// Returns every section of version 2.
pub(super) fn sections() -> Vec<Section> {
    let own = vec![
        Section::of(V2, "layout", [unaligned(), wrong(), far()].concat()),
        Section::of(V2, "header", version_3()),
        Section::of(V2, "real", real::cases(V2)),
    ];
    [shared::sections(V2), layout::sections(V2), own].concat()
}

/// Returns files whose bytecode begins up to seven bytes after or before a multiple of 8. In the canonical file of each
/// case, the bytecode is at the next multiple of 8.
fn unaligned() -> Vec<Described> {
    const ANY: &[&str] = &["padding-length", "padding", "gap", "writer-padding", "bytecode-place"];
    let case = |name: &str, title: &str, before: usize, padding: usize| {
        let module = ending_before_multiple(V2, before).padding(padding).bytecode(&[0xCC, 0]);
        accept(name, title, ANY, module)
    };
    let behind_multiple = |bytes| {
        let title = format!("the metadata ends at a multiple of 8, before {}", count(bytes, "zero byte", "zero bytes"));
        case(&format!("gap-{bytes}"), &title, 0, bytes)
    };
    let unpadded = |bytes| {
        let distance = count(bytes, "byte", "bytes");
        let title = format!("the metadata ends {distance} before a multiple of 8, and the bytecode begins there");
        case(&format!("unpadded-{bytes}"), &title, bytes, 0)
    };
    let mut cases: Vec<_> = (1..8).map(behind_multiple).collect();
    cases.extend((1..8).map(unpadded));
    cases.extend([
        case("gap-7-odd", "seven zero bytes from one odd offset to another, over a multiple of 8", 3, 7),
        case("gap-to-multiple-of-4", "the bytecode begins at a multiple of 4 that is none of 8", 7, 3),
        case("gap-over-multiple", "the metadata ends one byte before a multiple of 8, and the bytecode begins one after it", 1, 2),
        accept(
            "unpadded-empty-bytecode",
            "no padding and no bytecode: bytecode_offset is the file's length, which is odd",
            &["padding-length", "bytecode-empty", "bytecode-place", "bytecode-bounds", "end"],
            ending_before_multiple(V2, 3).padding(0),
        ),
        accept(
            "gap-7-empty-bytecode",
            "seven zero bytes after a multiple of 8, and no bytecode",
            &["padding-length", "bytecode-empty", "gap", "writer-padding"],
            ending_before_multiple(V2, 0).padding(7),
        ),
        accept(
            "unaligned-and-flagged",
            "bytecode at an odd offset, has_attributes 1 with attribute_count 0, and unsorted attributes: none of it is canonical",
            &["padding-length", "attributes-empty", "writer-padding", "writer-flag", "writer-attributes"],
            module(V2).request_flagged("./a.js").request_with("./b.json", &[("b", "1"), ("a", "2")]).padding(1).bytecode(b"code"),
        ),
    ]);
    cases
}

/// Returns cases with more than seven bytes between the metadata and the bytecode, or with padding that is not zero.
/// Both are wrong, whatever the offset of the bytecode is.
fn wrong() -> Vec<Described> {
    let gap = |name: &str, title: &str, before, padding| {
        let file = ending_before_multiple(V2, before).padding(padding).bytecode(&[0xCC]).layout();
        reject(name, title, &["gap", "all-or-nothing"], file, "bad-layout", at("bytecode_offset"))
    };
    let not_zero = |name: &str, title: &str, padding: &[u8], place| {
        let file = ending_before_multiple(V2, 0).padding(padding.len()).bytecode(&[0xCC]).layout();
        let file = file.overwrite("padding", padding);
        reject(name, title, &["padding", "all-or-nothing"], file, "bad-layout", inside("padding", place))
    };
    vec![
        gap("gap-8-odd", "eight zero bytes from one odd offset to another", 3, 8),
        gap("gap-10-odd", "ten zero bytes, from an odd offset", 5, 10),
        gap("gap-12", "twelve zero bytes, to a multiple of 4 that is none of 8", 0, 12),
        not_zero(
            "gap-7-not-zero",
            "the last of seven bytes after a multiple of 8 is not zero",
            &[0, 0, 0, 0, 0, 0, 1],
            6,
        ),
        not_zero("gap-1-not-zero", "the one byte after a multiple of 8 is not zero", &[0x2A], 0),
        not_zero("gap-4-holds-number", "four bytes after a multiple of 8 hold the number 1", &[1, 0, 0, 0], 0),
    ]
}

/// Returns cases with offsets that are wrong for their size and are no multiples of 8. Version 3 rejects them for the
/// alignment.
fn far() -> Vec<Described> {
    let case = |name, title, file| {
        reject(name, title, &["bytecode-bounds", "u32", "all-or-nothing"], file, "truncated", at("bytecode_offset"))
    };
    let file = || module(V2).bytecode(&[0; 8]).layout();
    let one_past = u32::try_from(file().bytes().len() + 1).expect("a file of the corpus is shorter than 4 GiB");
    let wrapped = "offset + size > length was computed in 32 bits, wrapped, and passed, and the bytecode's pointer left the buffer";
    vec![
        case("offset-7fffffff", "bytecode_offset is 2^31 - 1", file().set_header(0x7FFF_FFFF, 0)),
        case("offset-80000001", "bytecode_offset is 2^31 + 1", file().set_header(0x8000_0001, 0)),
        case(
            "offset-ffffffff",
            "bytecode_offset is 2^32 - 1: minus 1, as a signed number",
            file().set_header(u32::MAX, 0),
        ),
        from_review(
            case(
                "sum-wraps-one-past-end",
                "bytecode_offset is one byte after the file's end, and bytecode_size is minus 1 as a signed number: the sum is the file's length",
                claiming(file(), one_past),
            ),
            wrapped,
        ),
        reject(
            "offset-17",
            "bytecode_offset is 17: the first byte of request_count is all the metadata that there is",
            &["metadata-bounds", "u32-bounds", "bytecode-offset"],
            claiming(file(), 17),
            "truncated",
            at("request_count"),
        ),
    ]
}

fn version_3() -> Vec<Described> {
    vec![
        reject(
            "layout-of-version-3",
            "a file of version 3 under version 2's number: twelve bytes of variables and features are after the metadata, all zero",
            &["gap", "layout", "identify-alone"],
            module(V3).layout().called(V2),
            "bad-layout",
            at("bytecode_offset"),
        ),
        reject(
            "layout-of-version-3-with-variables",
            "a file of version 3 with variables under version 2's number",
            &["gap", "layout", "identify-alone"],
            module(V3).declared("a", 4).lexical("b", 8).code_features(1).layout().called(V2),
            "bad-layout",
            at("bytecode_offset"),
        ),
    ]
}
