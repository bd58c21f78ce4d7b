//! What can be wrong with a file or a record, and where.
//!
//! Every error is `Copy` and has a kind, a place and the path of the field at fault. The kind's [`class`](ErrorKind::class)
//! is one of the names that `spec/errors.md` owns; [`Error::clause`] names the sentence of the specification that was broken.

use core::fmt;

use crate::length::{Bytes, wide};
use crate::path::{FieldPath, Piece, Section};

/// Why a file is not a BMES file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Error {
    pub(crate) kind: ErrorKind,
    pub(crate) offset: usize,
    pub(crate) path: FieldPath,
}

impl Error {
    /// What is wrong.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The absolute position of the first byte of the field at fault. It is the file's length where nothing is left to read.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The field at fault.
    pub const fn path(&self) -> FieldPath {
        self.path
    }

    /// The specification's name for this kind of error, such as `bad-type`.
    pub const fn class(&self) -> &'static str {
        self.kind.class()
    }

    /// The anchor of the sentence in `spec/v1.md` that the file breaks.
    pub const fn clause(&self) -> &'static str {
        match self.kind {
            ErrorKind::BadMagic { .. } => "v1-magic",
            ErrorKind::UnsupportedVersion { .. } => "v1-version",
            ErrorKind::Truncated { .. } => match (self.path.section, self.path.piece) {
                (Section::Header, _) => "v1-header-bounds",
                (Section::Bytecode, Piece::Bytes) => "v1-bytecode-bounds",
                (_, Piece::Bytes) => "v1-string-bounds",
                (_, Piece::Length | Piece::Whole) => "v1-u32-bounds",
            },
            ErrorKind::ImplausibleCount { .. } => "v1-count-bounds",
            ErrorKind::BadFlag { .. } => "v1-has-attributes",
            ErrorKind::BadType { .. } => match self.path.section {
                Section::Exports => "v1-export-type",
                _ => "v1-import-type",
            },
            ErrorKind::BadUtf8 { .. } => "v1-string-utf8",
            ErrorKind::TrailingBytes { .. } => "v1-end",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, offset, path } = self;
        write!(f, "{}: {path} at byte {offset} ({offset:#x}): ", kind.class())?;
        match *kind {
            ErrorKind::BadMagic {
                found: [0x42, 0x4D, 0x45, 0x53],
            } => f.write_str(
                "expected 53 45 4d 42, found 42 4d 45 53: the magic is a little-endian number, and this one was written big-endian",
            ),
            ErrorKind::BadMagic { found } => {
                f.write_str("expected 53 45 4d 42, found")?;
                for byte in found {
                    write!(f, " {byte:02x}")?;
                }
                f.write_str(": this is not a BMES file")
            }
            ErrorKind::UnsupportedVersion { found } => {
                write!(f, "expected a version that this codec knows (1), found {found}")
            }
            ErrorKind::Truncated { needed, left } => {
                write!(f, "expected {}, found {left}", Bytes(needed))
            }
            ErrorKind::ImplausibleCount { count, smallest, left } => {
                let left = wide(left);
                let most = left.checked_div(u64::from(smallest)).unwrap_or(0);
                write!(
                    f,
                    "expected at most {most} (an entry takes at least {}, and {} follow), found {count}",
                    Bytes(u64::from(smallest)),
                    Bytes(left)
                )
            }
            ErrorKind::BadFlag { found } => write!(f, "expected 0 or 1, found {found}"),
            ErrorKind::BadType { found } => write!(f, "expected 0, 1 or 2, found {found}"),
            ErrorKind::BadUtf8 { found } => {
                write!(f, "expected UTF-8, found a byte {found:02x} that is not part of any well-formed sequence")
            }
            ErrorKind::TrailingBytes { count } => {
                write!(f, "expected the end of the file, found {}", Bytes(wide(count)))
            }
        }
    }
}

impl core::error::Error for Error {}

/// The structural kinds of error, each with what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file does not begin with the magic.
    BadMagic {
        /// The first four bytes.
        found: [u8; 4],
    },
    /// The version is none that this codec reads.
    UnsupportedVersion {
        /// The version field.
        found: u32,
    },
    /// The file ends inside a field.
    Truncated {
        /// The bytes that the field takes.
        needed: u64,
        /// The bytes that are left.
        left: usize,
    },
    /// A count promises more entries than the bytes left can hold: of class `truncated`, too.
    ImplausibleCount {
        /// The count field.
        count: u32,
        /// The bytes that the smallest entry takes.
        smallest: u32,
        /// The bytes after the count field.
        left: usize,
    },
    /// `has_attributes` is neither 0 nor 1.
    BadFlag {
        /// The flag field.
        found: u32,
    },
    /// An entry's type is outside its table.
    BadType {
        /// The type field.
        found: u32,
    },
    /// A string is not UTF-8; the offset is the first byte that is not part of it.
    BadUtf8 {
        /// The byte at the offset.
        found: u8,
    },
    /// Bytes follow the bytecode.
    TrailingBytes {
        /// How many.
        count: usize,
    },
}

impl ErrorKind {
    /// The specification's name for this kind of error.
    pub const fn class(self) -> &'static str {
        match self {
            Self::BadMagic { .. } => "bad-magic",
            Self::UnsupportedVersion { .. } => "unsupported-version",
            Self::Truncated { .. } | Self::ImplausibleCount { .. } => "truncated",
            Self::BadFlag { .. } => "bad-flag",
            Self::BadType { .. } => "bad-type",
            Self::BadUtf8 { .. } => "bad-utf8",
            Self::TrailingBytes { .. } => "trailing-bytes",
        }
    }
}

/// A record that decodes and that must not be linked: which rule it breaks, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SemanticError {
    pub(crate) rule: Rule,
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

    /// The anchor of the sentence in `spec/v1.md` that the record breaks.
    pub const fn clause(&self) -> &'static str {
        self.rule.clause()
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
        }
    }

    /// The anchor of the rule in `spec/v1.md`.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::DuplicateRequest => "v1-duplicate-request",
            Self::DuplicateAttribute => "v1-duplicate-attribute",
            Self::AmbiguousRequest => "v1-ambiguous-request",
            Self::UnrequestedModule => "v1-unrequested-module",
            Self::MissingLocalName => "v1-missing-local-name",
            Self::DuplicateLocalName => "v1-duplicate-local-name",
            Self::DuplicateExportName => "v1-duplicate-export-name",
            Self::DuplicateStarExport => "v1-duplicate-star-export",
            Self::MisplacedField => "v1-misplaced-field",
        }
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
        }
    }
}

/// Why a record was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EncodeError {
    /// The record breaks a semantic rule.
    Semantic(SemanticError),
    /// A length or a count does not fit its `u32`.
    TooLarge {
        /// The field that would hold it.
        path: FieldPath,
        /// The number.
        value: u64,
    },
}

impl EncodeError {
    /// The specification's name for the refusal.
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Semantic(error) => error.class(),
            Self::TooLarge { .. } => "too-large",
        }
    }

    /// The anchor of the sentence in `spec/v1.md` that forbids the record.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::Semantic(error) => error.clause(),
            Self::TooLarge { .. } => "v1-writer-too-large",
        }
    }
}

impl From<SemanticError> for EncodeError {
    fn from(error: SemanticError) -> Self {
        Self::Semantic(error)
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Semantic(error) => error.fmt(f),
            Self::TooLarge { path, value } => {
                write!(f, "too-large: {path}: expected at most {}, found {value}", u32::MAX)
            }
        }
    }
}

impl core::error::Error for EncodeError {}
