//! Cases for the sum of `bytecode_offset` and `bytecode_size`, which can need 33 bits.

use bmes::Version;

use super::{UNCHECKED, WRAPPED, claiming, length};
use crate::cases::builder::File;
use crate::cases::shared::typical;
use crate::cases::{At, Described, at, from_review, reject};

pub(super) fn cases(version: Version) -> Vec<Described> {
    [wraps_to_length(version), wraps_elsewhere(version), signed(version), other_conventions(version)].concat()
}

const BOUNDS: &[&str] = &["bytecode-bounds", "arithmetic", "all-or-nothing"];

/// Returns cases for the sixteen largest offsets. Each has the size for which the 32-bit sum of offset and size is the
/// length of the file.
fn wraps_to_length(version: Version) -> Vec<Described> {
    let case = |offset: u32| {
        let file = claiming(typical(version).layout(), offset);
        let name = format!("sum-wraps-{offset:08x}");
        if version == Version::V3 && !offset.is_multiple_of(8) {
            let title = format!(
                "two faults: bytecode_offset is {offset:#x}, which is no multiple of 8, and the sum is too large by 2^32"
            );
            let clauses = &["bytecode-offset-aligned", "first-error"];
            return reject(&name, &title, clauses, file, "bad-layout", at("bytecode_offset"));
        }
        let title =
            format!("bytecode_offset is {offset:#x}, and bytecode_size makes the sum, in 32 bits, the file's length");
        from_review(reject(&name, &title, BOUNDS, file, "truncated", at("bytecode_offset")), WRAPPED)
    };
    (0xFFFF_FFF0..=u32::MAX).map(case).collect()
}

fn wraps_elsewhere(version: Version) -> Vec<Described> {
    let file = || typical(version).layout();
    let case = |name, title, file: File, place: At<'_>| {
        from_review(reject(name, title, BOUNDS, file, "truncated", place), WRAPPED)
    };
    let with_size = |sum: u32| {
        let file = file();
        let offset = u32::try_from(file.range("bytecode").start).expect("a file of the corpus is shorter than 4 GiB");
        file.set_u32("bytecode_size", sum.wrapping_sub(offset))
    };
    let with_offset = |size: u32| file().set_header(0xFFFF_FFF0, size);
    vec![
        case(
            "sum-wraps-to-zero",
            "bytecode_offset is right, and bytecode_size makes the sum, in 32 bits, 0",
            with_size(0),
            at("bytecode_size"),
        ),
        case(
            "sum-wraps-to-header",
            "bytecode_offset is right, and bytecode_size makes the sum, in 32 bits, 16",
            with_size(16),
            at("bytecode_size"),
        ),
        case(
            "sum-wraps-to-offset",
            "bytecode_size is 2^32 - 1: the sum, in 32 bits, is one less than bytecode_offset",
            file().set_u32("bytecode_size", u32::MAX),
            at("bytecode_size"),
        ),
        case(
            "sum-wraps-to-less",
            "bytecode_offset is 0xfffffff0, and the sum, in 32 bits, is less than the file's length",
            with_offset(0x20),
            at("bytecode_offset"),
        ),
        case(
            "sum-wraps-to-one-less",
            "bytecode_offset is 0xfffffff0, and the sum, in 32 bits, is one less than the file's length",
            with_offset(length(&file()) + 15),
            at("bytecode_offset"),
        ),
        case(
            "sum-wraps-to-more",
            "bytecode_offset is 0xfffffff0, and the sum, in 32 bits, is more than the file's length",
            with_offset(length(&file()) + 24),
            at("bytecode_offset"),
        ),
        case(
            "sum-both-all-ones",
            "bytecode_offset is 0xfffffff8 and bytecode_size 2^32 - 1: the largest sum of all",
            file().set_header(0xFFFF_FFF8, u32::MAX),
            at("bytecode_offset"),
        ),
    ]
}

/// Returns cases with numbers whose sum looks correct or small to a reader that treats them as signed.
fn signed(version: Version) -> Vec<Described> {
    let file = || typical(version).layout();
    let case = |name, title, file: File| {
        let clauses = &["bytecode-bounds", "arithmetic", "u32"];
        reject(name, title, clauses, file, "truncated", at("bytecode_offset"))
    };
    vec![
        case(
            "sum-of-two-negative",
            "bytecode_offset is 2^31, and bytecode_size makes the sum, in 32 bits, the file's length",
            claiming(file(), 1 << 31),
        ),
        case(
            "sum-of-positive-and-negative",
            "bytecode_offset is 0x7ffffff8, and bytecode_size makes the sum, in 32 bits, the file's length",
            claiming(file(), 0x7FFF_FFF8),
        ),
        case(
            "sum-negative",
            "bytecode_offset and bytecode_size are 2^30: their sum is negative, as a signed number",
            file().set_header(1 << 30, 1 << 30),
        ),
        case(
            "offset-negative-sum-right",
            "bytecode_offset is minus 1,024, as a signed number, and bytecode_size 1,024 more than the file's length",
            claiming(file(), 0u32.wrapping_sub(1024)),
        ),
    ]
}

/// Returns cases with numbers that would be correct under another convention, for example if the offset counted from
/// the metadata.
fn other_conventions(version: Version) -> Vec<Described> {
    let file = || typical(version).layout();
    let (bytecode, all) = (file().range("bytecode"), length(&file()));
    let number = |number: usize| u32::try_from(number).expect("a file of the corpus is shorter than 4 GiB");
    let (offset, size) = (number(bytecode.start), number(bytecode.len()));
    vec![
        reject(
            "size-counts-from-start",
            "bytecode_size is the file's length, as if it were where the bytecode ends",
            &["bytecode-bounds", "layout"],
            file().set_u32("bytecode_size", all),
            "truncated",
            at("bytecode_size"),
        ),
        from_review(
            reject(
                "offset-counts-from-metadata",
                "bytecode_offset is 16 less than where the bytecode begins, as if it were counted from the metadata",
                &["end", "layout"],
                file().set_u32("bytecode_offset", offset - 16),
                "trailing-bytes",
                at("bytecode_size"),
            ),
            UNCHECKED,
        ),
        reject(
            "offset-and-size-swapped",
            "bytecode_offset and bytecode_size in the wrong order",
            &["layout", "bytecode-offset"],
            file().set_header(size, offset),
            "bad-layout",
            at("bytecode_offset"),
        ),
    ]
}
