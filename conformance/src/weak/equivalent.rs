//! Weakenings that no file can tell from a right implementation, each with the proof.

/// The weakening's id, and why nothing can notice it.
pub const EQUIVALENT: &[(&str, &str)] = &[];
