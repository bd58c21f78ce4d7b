//! The cases of versions 2 and 3 for their header of 16 bytes, which states where the bytecode is.
//!
//! In each case, one number of the header is wrong. If it is `bytecode_offset`, [`claiming`] chooses a `bytecode_size`
//! for which the sum of the two numbers is the length of the file. So a reader finds the fault only if it checks
//! `bytecode_offset` alone. In the module `sum`, the sum is wrong, too.

mod bytecode;
mod gap;
mod header;
mod metadata;
mod offset;
mod order;
mod sum;

use bmes::Version;

use super::Section;
use super::builder::{File, Module, module};
use super::shared::identification;

const UNCHECKED: &str = "the reader of the metadata used the header's offset and size without any check";
const WRAPPED: &str =
    "offset + size > length was computed in 32 bits, wrapped, and passed, and the bytecode's pointer left the buffer";

/// Returns the sections of a version whose header states where the bytecode is.
pub(super) fn sections(version: Version) -> Vec<Section> {
    let layout = [
        offset::cases(version),
        sum::cases(version),
        metadata::cases(version),
        gap::cases(version),
        order::cases(version),
    ];
    vec![
        Section::of(version, "header", [identification::cases(version), header::cases(version)].concat()),
        Section::of(version, "layout", layout.concat()),
        Section::of(version, "bytecode", bytecode::cases(version)),
    ]
}

/// Returns a module whose metadata ends `bytes` bytes before a multiple of 8.
pub(super) fn ending_before_multiple(version: Version, bytes: usize) -> Module {
    let lengths = 1..=8;
    let mut modules = lengths.map(|length| module(version).request(&"r".repeat(length)));
    modules
        .find(|module| module.layout().range("padding").len() == bytes)
        .expect("one of the eight specifier lengths gives this padding")
}

/// Returns the file's length as a `u32`, the type of the numbers in the header.
fn length(file: &File) -> u32 {
    u32::try_from(file.bytes().len()).expect("a file of the corpus is shorter than 4 GiB")
}

/// Returns the file with this `bytecode_offset`, and with the `bytecode_size` for which the 32-bit sum of the two
/// numbers is the length of the file.
pub(super) fn claiming(file: File, bytecode_offset: u32) -> File {
    let size = length(&file).wrapping_sub(bytecode_offset);
    file.set_header(bytecode_offset, size)
}
