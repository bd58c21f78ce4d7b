//! Cases with a `bytecode_offset` that is a multiple of 8, and with one that is not.

use bmes::Version::V3;

use crate::cases::builder::{File, module};
use crate::cases::layout::{claiming, ending_before_multiple};
use crate::cases::shared::typical;
use crate::cases::{Described, accept, at, reject};
use crate::text::count;

pub(super) fn cases() -> Vec<Described> {
    [aligned(), misaligned(), first_of_two()].concat()
}

fn aligned() -> Vec<Described> {
    // If a module has only one request, whose specifier has n bytes, its metadata ends at offset 52 + n.
    let case = |offset: usize, title: &str| {
        let module = module(V3).request(&"r".repeat(offset - 52)).bytecode(b"bytecode");
        let clauses = &["bytecode-offset-aligned", "bytecode-place", "writer-padding"];
        accept(&format!("aligned-{offset}"), title, clauses, module)
    };
    vec![
        case(56, "bytecode_offset is 56: a multiple of 8, and of nothing higher"),
        case(64, "bytecode_offset is 64"),
        case(72, "bytecode_offset is 72"),
        case(128, "bytecode_offset is 128, the alignment that later engines ask for"),
        case(4096, "bytecode_offset is 4,096"),
    ]
}

fn misaligned() -> Vec<Described> {
    const ALIGNED: &[&str] = &["bytecode-offset-aligned", "all-or-nothing"];
    let case =
        |name: &str, title: &str, file: File| reject(name, title, ALIGNED, file, "bad-layout", at("bytecode_offset"));
    let behind_multiple = |bytes| {
        let title = format!("bytecode_offset is {bytes} more than a multiple of 8, at which the metadata ends");
        let file = ending_before_multiple(V3, 0).padding(bytes).bytecode(&[0xCC]).layout();
        case(&format!("misaligned-{bytes}"), &title, file)
    };
    let unpadded = |bytes| {
        let distance = count(bytes, "byte", "bytes");
        let title = format!("bytecode_offset is where the metadata ends, {distance} before a multiple of 8");
        let file = ending_before_multiple(V3, bytes).padding(0).bytecode(&[0xCC]).layout();
        case(&format!("unpadded-{bytes}"), &title, file)
    };
    let mut cases: Vec<_> = (1..8).map(behind_multiple).collect();
    cases.extend((1..8).map(unpadded));
    cases.extend([
        case(
            "misaligned-empty-bytecode",
            "no bytecode, and bytecode_offset, the file's length, is four more than a multiple of 8",
            ending_before_multiple(V3, 4).padding(0).layout(),
        ),
        case(
            "misaligned-from-metadata",
            "bytecode_offset is a multiple of 8 if it is counted from the end of version 1's header, which has eight bytes less four",
            ending_before_multiple(V3, 2).padding(6).bytecode(&[0xCC]).layout(),
        ),
        case(
            "misaligned-into-metadata",
            "bytecode_offset is 20, after request_count",
            claiming(typical(V3).layout(), 20),
        ),
    ]);
    cases
}

fn first_of_two() -> Vec<Described> {
    let case = |name: &str, title: &str, file: File| {
        let title =
            format!("two faults: bytecode_offset is no multiple of 8, and {title}; the alignment is checked first");
        let clauses = &["first-error", "bytecode-offset-aligned"];
        reject(name, &title, clauses, file, "bad-layout", at("bytecode_offset"))
    };
    let misaligned = || ending_before_multiple(V3, 0).padding(4).bytecode(&[0xCC; 4]).layout();
    vec![
        case("alignment-before-bounds", "it is after the file's end", typical(V3).layout().set_header(0x7FFF_FFFF, 0)),
        case("alignment-before-size", "the bytecode ends after the file's end", {
            misaligned().set_u32("bytecode_size", 5)
        }),
        case("alignment-before-end", "a byte follows the bytecode", misaligned().append(&[0])),
        case(
            "alignment-before-metadata",
            "a specifier is not UTF-8",
            ending_before_multiple(V3, 4).padding(0).layout().set_text("requests[0].specifier", b"\xFF").with_header(),
        ),
        case(
            "alignment-before-gap",
            "twelve bytes are before it",
            ending_before_multiple(V3, 0).padding(12).bytecode(&[0xCC]).layout(),
        ),
        case("alignment-before-padding", "the padding is not zero", misaligned().overwrite("padding", &[1; 4])),
        case(
            "alignment-before-empty-metadata",
            "it is 17, so that the metadata is cut",
            claiming(typical(V3).layout(), 17),
        ),
    ]
}
