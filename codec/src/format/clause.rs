//! The clauses of the specification by name.

use core::fmt;

use crate::format::version::Version;

/// A clause of the specification: the requirement that a file or a record breaks.
///
/// `Display` prints the clause's anchor in the document of its version: `v2-string-bounds` in `spec/v2.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Clause {
    version: Version,
    name: &'static str,
}

impl Clause {
    pub(crate) const fn new(version: Version, name: &'static str) -> Self {
        Self { version, name }
    }

    /// Returns the version whose document has the clause.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Returns the clause's name without the version, such as `string-bounds`. The name is the same in every version
    /// that has the clause.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}-{}", self.version, self.name)
    }
}
