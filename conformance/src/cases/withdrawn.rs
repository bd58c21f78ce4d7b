//! The ids of cases that were withdrawn: they are never given to another case.

/// A case that is no longer in the corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Withdrawn {
    /// Its id.
    pub id: &'static str,
    /// The release that no longer has it.
    pub since: &'static str,
    /// Why it was wrong or is not needed, and which case stands in its place, if one does.
    pub reason: &'static str,
}

/// Every withdrawn case, in the order of the releases.
pub const WITHDRAWN: &[Withdrawn] = &[];
