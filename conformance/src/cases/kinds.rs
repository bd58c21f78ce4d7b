//! Cases for kinds of mistakes: each holds for every threshold that an implementation may have, and not for one number.
//!
//! - `position`: a violation at every place of a list, and sets of two, three and many.
//! - `size`: lists of 70,000 entries, names of 1 MiB, files of 16 MiB. They grow from small files: see [`large`].
//! - `names`: names that a hash, a prefix, a folding or a normalisation takes for equal, and orders of names that a sort gets wrong.
//! - `state`: files that are asked one after the other: the same by a sum, or smaller than one that was refused.
//! - `order`: two violations in one file, for each pair that a reader may meet in the wrong order.

mod large;
mod names;
mod order;
mod position;
mod size;
mod state;

use bmes::Version;

use super::{Described, Section};

/// The sections of this version.
pub(super) fn sections(version: Version) -> Vec<Section> {
    vec![
        Section::of(version, "order", order::cases(version)),
        Section::of(version, "position", position::cases(version)),
        Section::of(version, "names", names::cases(version)),
        Section::of(version, "size", size::cases(version)),
        Section::of(version, "state", state::cases(version)),
    ]
}

/// A third of the cases: the versions share out those of which one is enough, because the versions do not differ there.
fn shared_out(version: Version, cases: Vec<Described>) -> Vec<Described> {
    cases.into_iter().skip(place(version)).step_by(Version::ALL.len()).collect()
}

/// The cases, beginning with another one each time: so that a version does not get the same variant each time that they are shared out.
fn in_turn<T, const N: usize>(mut cases: [T; N], turn: usize) -> [T; N] {
    cases.rotate_left(turn % N);
    cases
}

/// The place of the version among all: 0 for the first.
fn place(version: Version) -> usize {
    Version::ALL.iter().position(|other| *other == version).unwrap_or_default()
}
