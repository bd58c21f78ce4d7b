//! The error type of all operations: its kind, and the offset, the field and the clause that it is about.

use core::fmt;

use crate::bytes::count::{ByteCount, wide};
use crate::format::clause::Clause;
use crate::format::field::{FieldPath, Section};
use crate::format::rule::Rule;
use crate::format::version::Version;

/// Why a file was not read, or a record not checked, converted or written.
///
/// It is `Copy`. It has a [kind](Self::kind), the offset and the path of the field at fault, the [class](Self::class) that
/// `spec/errors.md` gives to the kind, the [clause](Self::clause) of the specification that was broken, and a number of the same
/// meaning as the class ([`code`](Self::code)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Error {
    kind: ErrorKind,
    clause: Option<Clause>,
    offset: Option<usize>,
    path: FieldPath,
}

impl Error {
    /// Makes the error of a field at `offset` of a file of `version` that breaks the clause with this name.
    pub(crate) const fn in_file(
        kind: ErrorKind,
        version: Version,
        clause: &'static str,
        path: FieldPath,
        offset: usize,
    ) -> Self {
        Self { kind, clause: Some(Clause::new(version, clause)), offset: Some(offset), path }
    }

    /// Makes the error of a record that is not in a file. It has a clause unless the specification has none for it.
    pub(crate) const fn in_record(kind: ErrorKind, clause: Option<Clause>, path: FieldPath) -> Self {
        Self { kind, clause, offset: None, path }
    }

    /// Makes the error of a rule that a record of `version` breaks.
    pub(crate) const fn of_rule(rule: Rule, version: Version, path: FieldPath, offset: Option<usize>) -> Self {
        Self { kind: ErrorKind::Rule(rule), clause: rule.clause(version), offset, path }
    }

    /// Makes the error of memory that the allocator did not give.
    pub(crate) const fn out_of_memory(bytes: usize) -> Self {
        let path = FieldPath::new(Section::Header, "file");
        Self::in_record(ErrorKind::OutOfMemory { bytes }, None, path)
    }

    /// Returns the kind, with what was found.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the absolute position of the first byte of the field at fault; of a broken rule, of the entry that breaks it. Where
    /// nothing is left to read, it is where the file ends, or the part of it before `bytecode_offset`.
    ///
    /// It is `None` for a record that is not in a file.
    pub const fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// Returns the field at fault.
    pub const fn path(&self) -> FieldPath {
        self.path
    }

    /// Returns the specification's class of this kind of error, such as `bad-type`.
    pub const fn class(&self) -> &'static str {
        self.kind.class()
    }

    /// Returns the number of the class. It never changes, and no number gets a second meaning: the table is in `spec/errors.md`.
    pub const fn code(&self) -> u16 {
        self.kind.code()
    }

    /// Returns the clause that the file or the record breaks, in the document of its version. A fault before a file's version is
    /// known has its clause in the document of version 1.
    ///
    /// It is `None` for `out-of-memory` and `text-changed`, which are no faults of a file or a record.
    pub const fn clause(&self) -> Option<Clause> {
        self.clause
    }

    /// Returns the words for what ends the bytes that are left, if it is not the file's end.
    fn bound(&self) -> &'static str {
        match (self.path.section, self.clause) {
            (Section::Header, _) => "",
            (_, Some(clause)) if clause.version().has_bytecode_offset() => " before bytecode_offset",
            _ => "",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, offset, path, .. } = self;
        write!(f, "{}: {path}", kind.class())?;
        match (kind, offset) {
            (ErrorKind::Rule(_), Some(offset)) => write!(f, " in the entry at byte {offset}: ")?,
            (_, Some(offset)) => write!(f, " at byte {offset} ({offset:#x}): ")?,
            (_, None) => f.write_str(": ")?,
        }
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
                write!(f, "expected a version that this codec knows (1, 2 or 3), found {found}")
            }
            ErrorKind::NoBytecodeOffset => {
                f.write_str("expected a version whose header says where the bytecode is, found 1")
            }
            ErrorKind::OffsetInHeader { found } => {
                write!(f, "expected at least 16, where the header ends, found {found}")
            }
            ErrorKind::OffsetUnaligned { found } => write!(f, "expected a multiple of 8, found {found}"),
            ErrorKind::BytecodeBeyondEnd { offset, size, file_len }
            | ErrorKind::BytecodeBeforeEnd { offset, size, file_len } => {
                let end = u64::from(offset).saturating_add(u64::from(size));
                let file = ByteCount(wide(file_len));
                write!(f, "bytecode_offset {offset} + bytecode_size {size} = {end}, but the file has {file}")
            }
            ErrorKind::Truncated { needed, left } => {
                write!(f, "expected {}{}, found {left}", ByteCount(needed), self.bound())
            }
            ErrorKind::ImplausibleCount { count, smallest, left } => {
                let left = wide(left);
                let most = left.checked_div(u64::from(smallest)).unwrap_or(0);
                write!(
                    f,
                    "expected at most {most} (an entry takes at least {}, and {} follow{}), found {count}",
                    ByteCount(u64::from(smallest)),
                    ByteCount(left),
                    self.bound()
                )
            }
            ErrorKind::BadFlag { found } => write!(f, "expected 0 or 1, found {found}"),
            ErrorKind::BadType { found } => write!(f, "expected 0, 1 or 2, found {found}"),
            ErrorKind::BadUtf8 { found } => {
                write!(f, "expected UTF-8, found a byte {found:02x} that is not part of any well-formed sequence")
            }
            ErrorKind::Gap { count } => {
                write!(f, "expected at most 7 bytes between the metadata and the bytecode, found {count}")
            }
            ErrorKind::Padding { found } => write!(f, "expected a byte 00, found {found:02x}"),
            ErrorKind::TrailingBytes { count } => {
                write!(f, "expected the end of the file, found {}", ByteCount(wide(count)))
            }
            ErrorKind::Rule(rule) => f.write_str(rule.explanation()),
            ErrorKind::TooLarge { value } => write!(f, "expected at most {}, found {value}", u32::MAX),
            ErrorKind::MissingEnvironment { to } => {
                write!(f, "version {to} needs the module's environment: supply it")
            }
            ErrorKind::UnexpectedEnvironment { to } if to.has_environment() => {
                f.write_str("the record has an environment, and another one was supplied")
            }
            ErrorKind::UnexpectedEnvironment { to } => {
                write!(f, "version {to} has no place for the environment that was supplied")
            }
            ErrorKind::LostEnvironment { to, variables } => {
                let plural = if variables == 1 { "" } else { "s" };
                write!(
                    f,
                    "version {to} has no place for the record's environment ({variables} variable{plural} and the features of \
                     the code would be lost): drop it"
                )
            }
            ErrorKind::TextChanged => {
                f.write_str("a string of the record had another text when it was written than when it was measured")
            }
            ErrorKind::OutOfMemory { bytes } => write!(f, "{} could not be allocated", ByteCount(wide(bytes))),
        }
    }
}

impl core::error::Error for Error {}

/// The kinds of error, each with what was found.
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
    /// The header has no offset of the bytecode: of class `unsupported-version`, and no verdict on the file. Only
    /// [`bytecode_range`](crate::bytecode_range) says so, of files of version 1, whose layout (the clause) lacks the field.
    NoBytecodeOffset,
    /// `bytecode_offset` is inside the header.
    OffsetInHeader {
        /// The offset field.
        found: u32,
    },
    /// `bytecode_offset` is not a multiple of 8.
    OffsetUnaligned {
        /// The offset field.
        found: u32,
    },
    /// By the header the bytecode ends beyond the file's end: of class `truncated`.
    BytecodeBeyondEnd {
        /// `bytecode_offset`.
        offset: u32,
        /// `bytecode_size`.
        size: u32,
        /// The file's length in bytes.
        file_len: usize,
    },
    /// By the header the bytecode ends before the file's end: of class `trailing-bytes`.
    BytecodeBeforeEnd {
        /// `bytecode_offset`.
        offset: u32,
        /// `bytecode_size`.
        size: u32,
        /// The file's length in bytes.
        file_len: usize,
    },
    /// The file, or its part before `bytecode_offset`, ends inside a field.
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
        /// The bytes after the count field, up to `bytecode_offset` in a version that has one.
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
    /// More lies between the metadata and the bytecode than padding.
    Gap {
        /// How many bytes.
        count: usize,
    },
    /// A byte of the padding is not zero; the offset is that byte's.
    Padding {
        /// The byte.
        found: u8,
    },
    /// Bytes follow the bytecode.
    TrailingBytes {
        /// How many.
        count: usize,
    },
    /// The record breaks a semantic rule.
    Rule(Rule),
    /// A record and its bytecode are not written, because a number does not fit the `u32` of its field.
    TooLarge {
        /// The number.
        value: u64,
    },
    /// A record is not converted: the version needs an environment, and there is none. Of class `unsupported-version`.
    MissingEnvironment {
        /// The version that was asked for.
        to: Version,
    },
    /// A record is not converted: an environment was supplied, and the version has no place for it, or the record has one. Of
    /// class `unsupported-version`.
    UnexpectedEnvironment {
        /// The version that was asked for.
        to: Version,
    },
    /// A record is not converted: it has an environment, and the version has no place for it. Of class `unsupported-version`.
    LostEnvironment {
        /// The version that was asked for.
        to: Version,
        /// How many variables the environment has.
        variables: usize,
    },
    /// A record is not written: the [`AsRef<str>`](AsRef) of its strings returned another text the second time.
    TextChanged,
    /// The allocator did not give the memory that a file or a record takes.
    OutOfMemory {
        /// How many bytes.
        bytes: usize,
    },
}

impl ErrorKind {
    /// Returns the specification's class of this kind of error.
    pub const fn class(self) -> &'static str {
        self.class_and_code().0
    }

    /// Returns the number of the class.
    pub const fn code(self) -> u16 {
        self.class_and_code().1
    }

    const fn class_and_code(self) -> (&'static str, u16) {
        match self {
            Self::BadMagic { .. } => ("bad-magic", 1),
            Self::UnsupportedVersion { .. }
            | Self::NoBytecodeOffset
            | Self::MissingEnvironment { .. }
            | Self::UnexpectedEnvironment { .. }
            | Self::LostEnvironment { .. } => ("unsupported-version", 2),
            Self::Truncated { .. } | Self::ImplausibleCount { .. } | Self::BytecodeBeyondEnd { .. } => ("truncated", 3),
            Self::BadFlag { .. } => ("bad-flag", 4),
            Self::BadType { .. } => ("bad-type", 5),
            Self::BadUtf8 { .. } => ("bad-utf8", 6),
            Self::OffsetInHeader { .. } | Self::OffsetUnaligned { .. } | Self::Gap { .. } | Self::Padding { .. } => {
                ("bad-layout", 7)
            }
            Self::TrailingBytes { .. } | Self::BytecodeBeforeEnd { .. } => ("trailing-bytes", 8),
            Self::Rule(rule) => (rule.class(), rule.code()),
            Self::TooLarge { .. } => ("too-large", 201),
            Self::OutOfMemory { .. } => ("out-of-memory", 301),
            Self::TextChanged => ("text-changed", 302),
        }
    }
}
