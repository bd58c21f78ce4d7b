//! The cases of version 1 only: its header is magic and version, and the size of the bytecode precedes the bytecode.

mod bytecode;
mod header;

use bmes::Version::V1;

use super::{Section, real, shared};

/// Returns every section of version 1.
pub(super) fn sections() -> Vec<Section> {
    let own = vec![
        Section::of(V1, "header", header::cases()),
        Section::of(V1, "bytecode", bytecode::cases()),
        Section::of(V1, "real", real::cases(V1)),
    ];
    [shared::sections(V1), own].concat()
}
