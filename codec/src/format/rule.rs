//! The names of the semantic rules. A record can be linked only if it keeps all of them.

use crate::format::clause::Clause;
use crate::format::version::Version;

/// The semantic rules, in the order in which they are applied to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u16)]
pub enum Rule {
    /// Two requests have the same specifier and the same attributes.
    DuplicateRequest = 101,
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
    /// Two declared variables, or two lexical variables, have the same name (version 3).
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

    /// Returns the error class that the specification gives to a violation of this rule.
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

    /// Returns the rule's clause in the document of `version`, or `None` if that version has no such rule.
    pub const fn clause(self, version: Version) -> Option<Clause> {
        match self {
            Self::DuplicateVariable if !version.has_environment() => None,
            // The clause of a rule and the error class of its violation have the same name.
            _ => Some(Clause::new(version, self.class())),
        }
    }

    /// Returns the number that [`Error::code`](crate::Error::code) returns for a violation of this rule.
    #[allow(clippy::as_conversions, reason = "the discriminant of a variant is its code")]
    pub(crate) const fn code(self) -> u16 {
        self as u16
    }

    pub(crate) const fn explanation(self) -> &'static str {
        match self {
            Self::DuplicateRequest => "an earlier request has the same specifier and the same attributes",
            Self::DuplicateAttribute => "an earlier attribute of this request has the same key",
            Self::AmbiguousRequest => "several requests have this specifier, so it does not identify one request",
            Self::UnrequestedModule => "no request has this specifier",
            Self::MissingLocalName => "the local name is empty",
            Self::DuplicateLocalName => "an earlier import entry binds the same local name",
            Self::DuplicateExportName => "an earlier export entry has the same name",
            Self::DuplicateStarExport => "an earlier star export names the same module",
            Self::MisplacedField => "this field does not apply to an entry of this type, so it must be empty",
            Self::DuplicateVariable => "an earlier variable of this list has the same name",
        }
    }
}
