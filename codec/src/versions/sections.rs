//! Where the parts of a file are: what reading and writing a file return.

use crate::format::version::Version;

/// A section's entries: how many, and where they are in the file.
#[derive(Clone, Copy, Default)]
pub(crate) struct List {
    pub(crate) count: u32,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The sections of a valid file, in bytes from its start.
#[derive(Clone, Copy)]
pub(crate) struct Sections {
    pub(crate) version: Version,
    pub(crate) requests: List,
    pub(crate) imports: List,
    pub(crate) exports: List,
    pub(crate) star_exports: List,
    /// The sections of an environment, in a version that has one.
    pub(crate) environment: Option<EnvironmentSections>,
    /// Where the bytecode begins. It ends where the file ends.
    pub(crate) bytecode_start: usize,
}

#[derive(Clone, Copy)]
pub(crate) struct EnvironmentSections {
    pub(crate) declared_variables: List,
    pub(crate) lexical_variables: List,
    pub(crate) code_features: u32,
}

impl Sections {
    /// Returns where the metadata ends: behind its last list, in version 3 behind the features.
    pub(crate) fn metadata_end(&self) -> usize {
        self.environment.map_or(self.star_exports.end, |it| it.lexical_variables.end.saturating_add(4))
    }
}
