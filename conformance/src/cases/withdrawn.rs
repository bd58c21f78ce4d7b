//! The ids of withdrawn cases. No other case ever gets one of these ids.

/// A case that is no longer in the corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Withdrawn {
    /// The case's id.
    pub id: &'static str,
    /// The first release that no longer has the case.
    pub since: &'static str,
    /// The reason why the case was wrong or is not needed, and the case that replaces it, if there is one.
    pub reason: &'static str,
}

/// Every withdrawn case, in the order of the releases.
pub const WITHDRAWN: &[Withdrawn] = &[
    withdrawn("v1/header/version-4", OTHER_VERSION),
    withdrawn("v2/header/version-4", OTHER_VERSION),
    withdrawn("v3/header/version-4", OTHER_VERSION),
    withdrawn(
        "pack/index/member-commonjs",
        "A CommonJS module can have a member with its bytecode. The case pack/valid/member-commonjs replaces this one.",
    ),
];

const OTHER_VERSION: &str =
    "Version 4 now has a specification, so a reader may accept it. The case version-5 replaces this one.";

const fn withdrawn(id: &'static str, reason: &'static str) -> Withdrawn {
    Withdrawn { id, since: "0.1.0", reason }
}
