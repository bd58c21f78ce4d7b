//! Runs of `bmes run`, for the programs that test it: `bmes-host-integration`, and `bmes-host-semantics`.

pub mod parallel;
pub mod runs;
