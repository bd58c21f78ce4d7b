//! Helpers for the tests and the examples `packages` and `test262`: they compare the analyzer's
//! results with the engine's.

pub(crate) mod compare;
pub(crate) mod dump;
pub(crate) mod jsc;
pub(crate) mod table;
