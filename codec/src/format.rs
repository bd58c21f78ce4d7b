//! The vocabulary of the format: versions, sections and fields, clauses, rules, errors, limits.

pub(crate) mod clause;
pub(crate) mod digest;
pub(crate) mod error;
pub(crate) mod field;
pub(crate) mod limits;
pub(crate) mod message;
pub(crate) mod rule;
pub(crate) mod span;
pub(crate) mod version;
