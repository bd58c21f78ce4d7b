//! What can be wrong with a file or a record, and where.
//!
//! Every error is `Copy` and has a kind, a place and the path of the field at fault. The kind's [`class`](ErrorKind::class)
//! is one of the names that `spec/errors.md` owns; [`Error::clause`] names the sentence of the specification that was broken.
//! What can be wrong with what a record says is in [`rule`](crate::rule).

use core::fmt;

use crate::clause::Clause;
use crate::length::{Bytes, wide};
use crate::path::{FieldPath, Piece, Section};
use crate::rule::SemanticError;
use crate::version::Version;

/// Why a file is not a BMES file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Error {
    pub(crate) kind: ErrorKind,
    // The file's; version 1 as long as that is not known.
    pub(crate) version: Version,
    pub(crate) offset: usize,
    pub(crate) path: FieldPath,
}

impl Error {
    /// What is wrong.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The absolute position of the first byte of the field at fault. Where nothing is left to read, it is where the file ends, or
    /// the part of it before `bytecode_offset`.
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

    /// The clause that the file breaks, in the document of the file's version. What is wrong before a version is known has its
    /// clause in the document of version 1.
    pub const fn clause(&self) -> Clause {
        let name = match self.kind {
            ErrorKind::BadMagic { .. } => "magic",
            ErrorKind::UnsupportedVersion { .. } => "version",
            ErrorKind::NoBytecodeOffset => "layout",
            ErrorKind::OffsetInHeader { .. } => "bytecode-offset",
            ErrorKind::OffsetUnaligned { .. } => "bytecode-offset-aligned",
            ErrorKind::Truncated { .. } => match (self.path.section, self.path.piece) {
                (Section::Header, _) if self.offset < IDENTIFIED => "header-bounds",
                (Section::Header, _) => "header-whole",
                (Section::Bytecode, Piece::Bytes) => "bytecode-bounds",
                (_, Piece::Bytes) => "string-bounds",
                (_, Piece::Length | Piece::Whole) => "u32-bounds",
            },
            ErrorKind::BytecodeBeyondEnd { .. } => "bytecode-bounds",
            ErrorKind::ImplausibleCount { .. } => "count-bounds",
            ErrorKind::BadFlag { .. } => "has-attributes",
            ErrorKind::BadType { .. } => match self.path.section {
                Section::Exports => "export-type",
                _ => "import-type",
            },
            ErrorKind::BadUtf8 { .. } => "string-utf8",
            ErrorKind::Gap { .. } => "gap",
            ErrorKind::Padding { .. } => "padding",
            ErrorKind::TrailingBytes { .. } | ErrorKind::BytecodeBeforeEnd { .. } => "end",
        };
        Clause::new(self.version, name)
    }

    /// What ends the bytes that are left, if not the file's end.
    fn bound(&self) -> &'static str {
        match self.path.section {
            Section::Header => "",
            _ if self.version.has_bytecode_offset() => " before bytecode_offset",
            _ => "",
        }
    }
}

/// Where the part of the header ends that all versions have: magic and version.
const IDENTIFIED: usize = 8;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, version, offset, path } = self;
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
                write!(f, "expected a version that this codec knows ({}), found {found}", Known(Version::ALL))
            }
            ErrorKind::NoBytecodeOffset => {
                write!(f, "expected a version whose header says where the bytecode is, found {version}")
            }
            ErrorKind::OffsetInHeader { found } => {
                write!(f, "expected at least 16, where the header ends, found {found}")
            }
            ErrorKind::OffsetUnaligned { found } => write!(f, "expected a multiple of 8, found {found}"),
            ErrorKind::BytecodeBeyondEnd { offset, size, file_len }
            | ErrorKind::BytecodeBeforeEnd { offset, size, file_len } => {
                let end = u64::from(offset).saturating_add(u64::from(size));
                let file = Bytes(wide(file_len));
                write!(f, "bytecode_offset {offset} + bytecode_size {size} = {end}, but the file has {file}")
            }
            ErrorKind::Truncated { needed, left } => {
                write!(f, "expected {}{}, found {left}", Bytes(needed), self.bound())
            }
            ErrorKind::ImplausibleCount { count, smallest, left } => {
                let left = wide(left);
                let most = left.checked_div(u64::from(smallest)).unwrap_or(0);
                write!(
                    f,
                    "expected at most {most} (an entry takes at least {}, and {} follow{}), found {count}",
                    Bytes(u64::from(smallest)),
                    Bytes(left),
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
                write!(f, "expected the end of the file, found {}", Bytes(wide(count)))
            }
        }
    }
}

impl core::error::Error for Error {}

/// The versions that this codec knows, as a person lists them.
struct Known(&'static [Version]);

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.0.len().saturating_sub(1);
        for (index, version) in self.0.iter().enumerate() {
            let before = match index {
                0 => "",
                _ if index == last => " or ",
                _ => ", ",
            };
            write!(f, "{before}{version}")?;
        }
        Ok(())
    }
}

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
}

impl ErrorKind {
    /// The specification's name for this kind of error.
    pub const fn class(self) -> &'static str {
        match self {
            Self::BadMagic { .. } => "bad-magic",
            Self::UnsupportedVersion { .. } | Self::NoBytecodeOffset => "unsupported-version",
            Self::Truncated { .. } | Self::ImplausibleCount { .. } | Self::BytecodeBeyondEnd { .. } => "truncated",
            Self::BadFlag { .. } => "bad-flag",
            Self::BadType { .. } => "bad-type",
            Self::BadUtf8 { .. } => "bad-utf8",
            Self::OffsetInHeader { .. } | Self::OffsetUnaligned { .. } | Self::Gap { .. } | Self::Padding { .. } => {
                "bad-layout"
            }
            Self::TrailingBytes { .. } | Self::BytecodeBeforeEnd { .. } => "trailing-bytes",
        }
    }
}

/// Why a record was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EncodeError {
    /// The record breaks a semantic rule.
    Semantic(SemanticError),
    /// The record has an environment and its version no place for it, or the version needs one and the record has none.
    Environment {
        /// The record's version.
        version: Version,
    },
    /// A length, a count, a size or an offset does not fit its `u32`.
    TooLarge {
        /// The record's version.
        version: Version,
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
            Self::Environment { .. } => "unsupported-version",
            Self::TooLarge { .. } => "too-large",
        }
    }

    /// The clause that forbids the record, in the document of the record's version.
    pub const fn clause(&self) -> Clause {
        match *self {
            Self::Semantic(error) => error.clause(),
            Self::Environment { version } => Clause::new(version, "writer-type"),
            Self::TooLarge { version, .. } => Clause::new(version, "writer-too-large"),
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
            Self::Environment { version } if version.has_environment() => {
                write!(f, "unsupported-version: version {version} needs an environment, and the record has none")
            }
            Self::Environment { version } => {
                write!(f, "unsupported-version: version {version} has no place for the environment that the record has")
            }
            Self::TooLarge { version: _, path, value } => {
                write!(f, "too-large: {path}: expected at most {}, found {value}", u32::MAX)
            }
        }
    }
}

impl core::error::Error for EncodeError {}
