//! Large files: lists of 70,000 entries, names of 1 MiB, files of just under 16 MiB. All of them grow from small ones.

use bmes::Version;

use super::large::Large;
use crate::cases::Described;
use crate::cases::builder::module;

/// More than 16 bits count.
const MANY: usize = 70_000;

pub(super) fn cases(version: Version) -> Vec<Described> {
    accepted(version)
}

fn accepted(version: Version) -> Vec<Described> {
    let exports = Large::of(module(version).local("n000000", "n000000").bytecode(&[0xCC])).times("exports[0]", MANY);
    vec![exports.accept(
        "exports-70000",
        "70,000 exports",
        &["limit-accept", "count-bounds", "entries-kept", "check-accepts", "writer-accepts"],
    )]
}
