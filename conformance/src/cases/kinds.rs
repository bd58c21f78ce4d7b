//! Cases for kinds of mistakes. Each kind covers every threshold that an implementation may have, not only one number.
//!
//! - `position`: a violation at several positions in a list, and sets of two, three and many entries.
//! - `size`: lists of 70,000 entries, names of 1 MiB, files of 16 MiB. They grow from small files: see [`large`].
//! - `names`: different names that a hash, a prefix, a folding or a normalisation makes equal, and orders of names that
//!   a sort gets wrong.
//! - `state`: files that a process gets one after the other. They have the same sum, or are smaller than a rejected
//!   file before them.
//! - `order`: two violations in one file, for each pair that a reader may find in the wrong order.

mod large;
mod names;
mod order;
mod position;
mod size;
mod state;

use bmes::Version;

use super::{Described, Section};

/// Returns the sections of this version.
pub(super) fn sections(version: Version) -> Vec<Section> {
    vec![
        Section::of(version, "order", order::cases(version)),
        Section::of(version, "position", position::cases(version)),
        Section::of(version, "names", names::cases(version)),
        Section::of(version, "size", size::cases(version)),
        Section::of(version, "state", state::cases(version)),
    ]
}

/// Returns a third of the cases. The versions share cases that do not depend on the version: one version for each case
/// is enough.
fn shared_out(version: Version, cases: Vec<Described>) -> Vec<Described> {
    cases.into_iter().skip(version_index(version)).step_by(Version::ALL.len()).collect()
}

/// Rotates the cases by `turn`, so that a version does not get the same variant each time that the versions share
/// cases.
fn in_turn<T, const N: usize>(mut cases: [T; N], turn: usize) -> [T; N] {
    cases.rotate_left(turn % N);
    cases
}

/// Returns the index of the version among all versions: 0 for the first.
fn version_index(version: Version) -> usize {
    Version::ALL.iter().position(|other| *other == version).unwrap_or_default()
}
