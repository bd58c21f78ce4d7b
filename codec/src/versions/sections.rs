//! The positions of the parts of a file. The functions that read or write a file return them.

use crate::format::version::Version;

/// The entries of a section: their count, and their position in the file.
#[derive(Clone, Copy, Default)]
pub(crate) struct List {
    pub(crate) count: u32,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The positions of the sections of a valid file, in bytes from its start.
#[derive(Clone, Copy)]
pub(crate) struct Sections {
    pub(crate) version: Version,
    pub(crate) requests: List,
    pub(crate) imports: List,
    pub(crate) exports: List,
    pub(crate) star_exports: List,
    /// The sections of an environment, in a version that has one.
    pub(crate) environment: Option<EnvironmentSections>,
    /// The position at which the bytecode begins. The bytecode ends where the file ends.
    pub(crate) bytecode_start: usize,
}

#[derive(Clone, Copy)]
pub(crate) struct EnvironmentSections {
    pub(crate) declared_variables: List,
    pub(crate) lexical_variables: List,
    pub(crate) code_features: u32,
}

impl Sections {
    /// Returns the position at which the metadata ends: after the star exports, or in version 3 after the code
    /// features.
    pub(crate) fn metadata_end(&self) -> usize {
        self.environment.map_or(self.star_exports.end, |it| it.lexical_variables.end.saturating_add(4))
    }
}
