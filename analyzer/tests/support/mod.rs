//! What the tests and the example `packages` need to hold an analysis against the engine's.

pub(crate) mod compare;
pub(crate) mod dump;
pub(crate) mod jsc;
pub(crate) mod table;
