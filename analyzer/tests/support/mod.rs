//! Helpers for the tests and the example `packages`, to compare an analysis with the engine's.

pub(crate) mod compare;
pub(crate) mod dump;
pub(crate) mod jsc;
pub(crate) mod table;
