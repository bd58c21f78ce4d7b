//! The semantic rules by name, and the error that one of them is broken.

use core::fmt;

use crate::clause::Clause;
use crate::path::FieldPath;
use crate::version::Version;

/// A record that decodes and that must not be linked: which rule it breaks, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SemanticError {
    pub(crate) rule: Rule,
    pub(crate) version: Version,
    pub(crate) path: FieldPath,
    pub(crate) offset: Option<usize>,
}

impl SemanticError {
    /// The rule that is broken.
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// The field that breaks it, in the entry that completes the violation.
    pub const fn path(&self) -> FieldPath {
        self.path
    }

    /// Where that entry begins in the file; `None` for a record that was not checked in a file.
    pub const fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// The specification's name for the rule, such as `duplicate-export-name`.
    pub const fn class(&self) -> &'static str {
        self.rule.class()
    }

    /// The clause that the record breaks, in the document of the record's version.
    pub const fn clause(&self) -> Clause {
        self.rule.clause(self.version)
    }
}

impl fmt::Display for SemanticError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class(), self.path)?;
        if let Some(offset) = self.offset {
            write!(f, " in the entry at byte {offset}")?;
        }
        write!(f, ": {}", self.rule.explanation())
    }
}

impl core::error::Error for SemanticError {}

/// The semantic rules, in the order in which they are applied to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// Two requests have the same specifier and the same attributes.
    DuplicateRequest,
    /// A request has a key twice.
    DuplicateAttribute,
    /// An entry names a specifier that several requests share.
    AmbiguousRequest,
    /// An entry names a module that is not requested.
    UnrequestedModule,
    /// An entry that needs a local name has none.
    MissingLocalName,
    /// Two import entries bind the same local name.
    DuplicateLocalName,
    /// Two export entries have the same name.
    DuplicateExportName,
    /// Two star exports name the same module.
    DuplicateStarExport,
    /// A field that does not apply to the entry's type is not empty.
    MisplacedField,
    /// Two declared, or two lexical, variables have the same name.
    DuplicateVariable,
}

impl Rule {
    /// Every rule, in order.
    pub const ALL: &'static [Self] = &[
        Self::DuplicateRequest,
        Self::DuplicateAttribute,
        Self::AmbiguousRequest,
        Self::UnrequestedModule,
        Self::MissingLocalName,
        Self::DuplicateLocalName,
        Self::DuplicateExportName,
        Self::DuplicateStarExport,
        Self::MisplacedField,
        Self::DuplicateVariable,
    ];

    /// The specification's name for a violation.
    pub const fn class(self) -> &'static str {
        match self {
            Self::DuplicateRequest => "duplicate-request",
            Self::DuplicateAttribute => "duplicate-attribute",
            Self::AmbiguousRequest => "ambiguous-request",
            Self::UnrequestedModule => "unrequested-module",
            Self::MissingLocalName => "missing-local-name",
            Self::DuplicateLocalName => "duplicate-local-name",
            Self::DuplicateExportName => "duplicate-export-name",
            Self::DuplicateStarExport => "duplicate-star-export",
            Self::MisplacedField => "misplaced-field",
            Self::DuplicateVariable => "duplicate-variable",
        }
    }

    /// The rule's clause in the document of `version`, if that version has what the rule is about.
    pub const fn clause(self, version: Version) -> Clause {
        // A rule's clause and the class of its violation have one name.
        Clause::new(version, self.class())
    }

    const fn explanation(self) -> &'static str {
        match self {
            Self::DuplicateRequest => "an earlier request has the same specifier and the same attributes",
            Self::DuplicateAttribute => "an earlier attribute of this request has the same key",
            Self::AmbiguousRequest => "several requests have this specifier, so it does not say which one is meant",
            Self::UnrequestedModule => "no request has this specifier",
            Self::MissingLocalName => "the local name is empty",
            Self::DuplicateLocalName => "an earlier import entry binds the same local name",
            Self::DuplicateExportName => "an earlier export entry has the same name",
            Self::DuplicateStarExport => "an earlier star export names the same module",
            Self::MisplacedField => "this field does not apply to an entry of this type, and is not empty",
            Self::DuplicateVariable => "an earlier variable of this list has the same name",
        }
    }
}
