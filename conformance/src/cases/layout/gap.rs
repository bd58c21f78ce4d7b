//! Cases for the padding between the metadata and the bytecode: at most seven bytes, all of them zero.

use bmes::Version;

use super::ending_before_multiple;
use crate::cases::{Described, accept, at, inside, reject};
use crate::text::count;

pub(super) fn cases(version: Version) -> Vec<Described> {
    [padded(version), too_long(version), not_zero(version)].concat()
}

/// Returns cases with the padding that a writer adds, for each possible end of the metadata.
fn padded(version: Version) -> Vec<Described> {
    const PADDED: &[&str] = &["gap", "padding", "u32-bounds", "writer-padding", "bytecode-place"];
    const EMPTY: &[&str] = &["gap", "writer-padding", "bytecode-empty", "bytecode-place", "bytecode-bounds"];
    let with_bytecode = |bytes| {
        let module = ending_before_multiple(version, bytes).bytecode(&[0xCC]);
        accept(
            &format!("padding-{bytes}"),
            &format!("{} of padding, to the next multiple of 8", count(bytes, "byte", "bytes")),
            PADDED,
            module,
        )
    };
    let empty = |bytes| {
        let name = format!("padding-{bytes}-empty-bytecode");
        let padding = count(bytes, "byte", "bytes");
        let title = format!("{padding} of padding, to the next multiple of 8, and no bytecode after them");
        accept(&name, &title, EMPTY, ending_before_multiple(version, bytes))
    };
    let mut cases: Vec<_> = (0..8).map(with_bytecode).collect();
    cases.extend([1, 4, 7].map(empty));
    cases.push(accept(
        "padding-before-zeros",
        "three bytes of padding, and five zero bytes of bytecode",
        &["bytecode-opaque", "bytecode-place", "writer-padding", "writer-bytecode"],
        ending_before_multiple(version, 3).bytecode(&[0; 5]),
    ));
    cases.push(accept(
        "no-padding-before-zeros",
        "no padding, and eight zero bytes of bytecode: from bytecode_offset on, zero bytes are bytecode",
        &["bytecode-opaque", "bytecode-place", "gap", "writer-bytecode"],
        ending_before_multiple(version, 0).bytecode(&[0; 8]),
    ));
    cases
}

fn too_long(version: Version) -> Vec<Described> {
    const GAP: &[&str] = &["gap", "all-or-nothing"];
    let of = |bytes: usize| ending_before_multiple(version, bytes % 8).padding(bytes);
    let case = |bytes: usize| {
        let title = format!("{bytes} zero bytes between the metadata and the bytecode");
        let file = of(bytes).bytecode(&[0xCC]).layout();
        reject(&format!("gap-{bytes}"), &title, GAP, file, "bad-layout", at("bytecode_offset"))
    };
    let mut cases: Vec<_> = [8, 9, 15, 16, 128, 256, 4096].map(case).into();
    cases.extend([
        reject(
            "gap-8-empty-bytecode",
            "eight zero bytes after the metadata, and no bytecode",
            GAP,
            of(8).layout(),
            "bad-layout",
            at("bytecode_offset"),
        ),
        reject(
            "gap-8-not-zero",
            "two faults: eight bytes between the metadata and the bytecode, none of them zero; their number is checked first",
            &["gap", "first-error"],
            of(8).bytecode(&[0xCC]).layout().overwrite("padding", &[0xFF; 8]),
            "bad-layout",
            at("bytecode_offset"),
        ),
        reject(
            "gap-holds-counts",
            "sixteen bytes between the metadata and the bytecode, which would be four valid counts",
            GAP,
            of(16).bytecode(&[0xCC]).layout().overwrite("padding", &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            "bad-layout",
            at("bytecode_offset"),
        ),
    ]);
    cases
}

fn not_zero(version: Version) -> Vec<Described> {
    let case = |name: &str, title: &str, padding: &[u8], at: usize| {
        let file = ending_before_multiple(version, padding.len()).bytecode(&[0xCC]).layout();
        let clauses = &["padding", "all-or-nothing"];
        reject(name, title, clauses, file.overwrite("padding", padding), "bad-layout", inside("padding", at))
    };
    let seventh = |index: usize| {
        let mut padding = [0; 7];
        padding[index] = 1;
        let position = index + 1;
        case(
            &format!("padding-not-zero-{position}"),
            &format!("byte {position} of seven of padding is 1"),
            &padding,
            index,
        )
    };
    let mut cases: Vec<_> = (0..7).map(seventh).collect();
    cases.extend([
        case("padding-80", "the first byte of seven of padding is 80", &[0x80, 0, 0, 0, 0, 0, 0], 0),
        case("padding-ff", "the last byte of seven of padding is FF", &[0, 0, 0, 0, 0, 0, 0xFF], 6),
        case("padding-all-ones", "seven bytes FF of padding: the error is at the first of them", &[0xFF; 7], 0),
        case("padding-two", "the third and the sixth byte of seven of padding are not zero", &[0, 0, 3, 0, 0, 6, 0], 2),
        case("padding-of-one-byte", "the only byte of padding is 1", &[1], 0),
        case("padding-of-spaces", "four spaces in the place of padding", b"    ", 0),
        case("padding-is-bytecode", "the byte before the bytecode is the same as its first one", &[0, 0xCC], 1),
        case("padding-sums-to-zero", "two bytes of padding whose sum, in eight bits, is zero", &[0xFF, 1], 0),
        reject(
            "padding-not-zero-empty-bytecode",
            "the last byte of padding is 1, and no bytecode follows it",
            &["padding", "all-or-nothing"],
            ending_before_multiple(version, 3).layout().overwrite("padding", &[0, 0, 1]),
            "bad-layout",
            inside("padding", 2),
        ),
    ]);
    cases
}
