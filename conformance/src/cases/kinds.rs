//! Cases for kinds of mistakes that implementations make. Each kind tries several sizes or positions, because
//! implementations fail at different limits.
//!
//! - `position`: a violation at several positions in a list, and sets of two, three and many entries that break a rule
//!   together.
//! - `size`: lists of 70,000 entries, names of 1 MiB, files of 16 MiB. They grow from small files: see [`large`].
//! - `names`: different names that a wrong comparison treats as equal (by a hash, a prefix, case folding or Unicode
//!   normalisation), and orders of names that a wrong sort does not sort.
//! - `state`: files that one process gets one after the other. A file has the same checksum as the file before it, or
//!   is smaller than a rejected file before it.
//! - `order`: two violations in one file, for each pair that a reader may report in the wrong order.

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

/// Returns every third case, as the share of this version. These cases do not depend on the version, so one version for
/// each case is enough.
fn shared_out(version: Version, cases: Vec<Described>) -> Vec<Described> {
    cases.into_iter().skip(version_index(version)).step_by(Version::NAMED.len()).collect()
}

/// Rotates the cases by `turn`. Without the rotation, [`shared_out`] would give a version the same variant of every
/// group of `N` cases.
fn in_turn<T, const N: usize>(mut cases: [T; N], turn: usize) -> [T; N] {
    cases.rotate_left(turn % N);
    cases
}

/// Returns the index of the version among all versions: 0 for the first.
fn version_index(version: Version) -> usize {
    Version::NAMED.iter().position(|other| *other == version).unwrap_or_default()
}
