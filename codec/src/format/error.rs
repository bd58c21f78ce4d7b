//! The error type of all operations: a kind, an offset, a field and a clause.

use crate::format::clause::Clause;
use crate::format::field::{FieldPath, Section};
use crate::format::rule::Rule;
use crate::format::version::Version;

/// The error of an operation that reads a file, or that checks, converts or writes a record.
///
/// An error is `Copy`. It has:
///
/// - a [kind](Self::kind);
/// - the offset and the path of the field at fault;
/// - the [class](Self::class) that `spec/errors.md` gives to the kind;
/// - the [clause](Self::clause) of the specification that the file or the record breaks;
/// - the [number](Self::code) that identifies the class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Error {
    kind: ErrorKind,
    clause: Option<Clause>,
    offset: Option<usize>,
    path: FieldPath,
}

impl Error {
    /// Makes the error of a field at `offset` in a file of `version`. The field breaks the clause with the name
    /// `clause`.
    pub(crate) const fn in_file(
        kind: ErrorKind,
        version: Version,
        clause: &'static str,
        path: FieldPath,
        offset: usize,
    ) -> Self {
        Self { kind, clause: Some(Clause::new(version, clause)), offset: Some(offset), path }
    }

    /// Makes the error of a record that is not in a file. `clause` is `None` if the specification has no clause for the
    /// error.
    pub(crate) const fn in_record(kind: ErrorKind, clause: Option<Clause>, path: FieldPath) -> Self {
        Self { kind, clause, offset: None, path }
    }

    /// Returns the error of a record whose file broke a rule.
    pub(crate) const fn without_offset(self) -> Self {
        Self { offset: None, ..self }
    }

    /// Makes the error of a rule that a record of `version` breaks.
    pub(crate) const fn of_rule(rule: Rule, version: Version, path: FieldPath, offset: Option<usize>) -> Self {
        Self { kind: ErrorKind::Rule(rule), clause: rule.clause(version), offset, path }
    }

    /// Makes the error for an allocation of `bytes` bytes that failed.
    pub(crate) const fn out_of_memory(bytes: usize) -> Self {
        let path = FieldPath::new(Section::Header, "file");
        Self::in_record(ErrorKind::OutOfMemory { bytes }, None, path)
    }

    /// Returns the kind of the error, with the values that were found in the file or the record.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the position of the first byte of the field at fault, in bytes from the start of the file.
    ///
    /// If a rule is broken, the position is that of the entry that breaks the rule. If no bytes are left for the field,
    /// the position is the end of the file. In the metadata of versions 2 and 3, it is then `bytecode_offset`, because
    /// the metadata must end there.
    ///
    /// The position is `None` for a record that is not in a file.
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

    /// Returns the number of the class. A class never changes its number, and no number is used for a second class. The
    /// table is in `spec/errors.md`.
    pub const fn code(&self) -> u16 {
        self.kind.code()
    }

    /// Returns the clause that the file or the record breaks, in the document of its version.
    ///
    /// If the error occurs before the file's version is known, the clause is in the document of version 1.
    ///
    /// The clause is `None` for `out-of-memory` and `text-changed`, because these are not faults of a file or a record.
    pub const fn clause(&self) -> Option<Clause> {
        self.clause
    }
}

impl core::error::Error for Error {}

/// The kinds of error, each with the values that were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file does not begin with the magic.
    BadMagic {
        /// The first four bytes.
        found: [u8; 4],
    },
    /// This codec does not know the version in the version field.
    UnsupportedVersion {
        /// The value of the version field.
        found: u32,
    },
    /// The header has no offset of the bytecode. The class is `unsupported-version`, but the file may be valid.
    ///
    /// Only [`bytecode_range`](crate::bytecode_range) returns this kind, for files of version 1. The clause is
    /// `layout`: the layout of version 1 lacks the field.
    NoBytecodeOffset,
    /// `bytecode_offset` is inside the header.
    OffsetInHeader {
        /// The value of `bytecode_offset`.
        found: u32,
    },
    /// `bytecode_offset` is not a multiple of 8.
    OffsetUnaligned {
        /// The value of `bytecode_offset`.
        found: u32,
    },
    /// According to the header, the bytecode ends beyond the file's end. The class is `truncated`.
    BytecodeBeyondEnd {
        /// `bytecode_offset`.
        offset: u32,
        /// `bytecode_size`.
        size: u32,
        /// The file's length in bytes.
        file_len: usize,
    },
    /// According to the header, the bytecode ends before the file's end. The class is `trailing-bytes`.
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
        /// The number of bytes that the field, or its piece, takes.
        needed: u64,
        /// The number of bytes that are left.
        left: usize,
    },
    /// A count is larger than the number of entries that the bytes left can hold. The class is `truncated`.
    ImplausibleCount {
        /// The value of the count field.
        count: u32,
        /// The size of the smallest possible entry, in bytes.
        smallest: u32,
        /// The number of bytes after the count field. In versions 2 and 3, only the bytes before `bytecode_offset`
        /// count.
        left: usize,
    },
    /// `has_attributes` is neither 0 nor 1.
    BadFlag {
        /// The value of the flag field.
        found: u32,
    },
    /// The type of an import or export entry is not 0, 1 or 2.
    BadType {
        /// The value of the type field.
        found: u32,
    },
    /// A string is not UTF-8. The offset is that of the first byte that is not part of well-formed UTF-8.
    BadUtf8 {
        /// The byte at the offset.
        found: u8,
    },
    /// Too many bytes lie between the metadata and the bytecode: padding has at most 7 bytes.
    Gap {
        /// The number of bytes between the metadata and the bytecode.
        count: usize,
    },
    /// A byte of the padding is not zero. The offset is that of this byte.
    Padding {
        /// The value of the byte.
        found: u8,
    },
    /// A checksum differs from the one that the file holds (version 4).
    BadChecksum {
        /// The checksum in the file.
        stored: u32,
        /// The checksum of the bytes.
        computed: u32,
    },
    /// A flag of the header is not defined (version 4). The class is `bad-flag`.
    UnknownFlags {
        /// The value of `flags`.
        found: u32,
    },
    /// `alignment` is not a power of two from 8 to 65536, or is not 8 without bytecode (version 4).
    BadAlignment {
        /// The value of `alignment`.
        found: u32,
    },
    /// `metadata_size` is less than 48 (version 4).
    SmallMetadata {
        /// The value of `metadata_size`.
        found: u32,
    },
    /// The checksum of a text or of bytecode that is not there is not 0 (version 4).
    ChecksumOfNothing {
        /// The checksum in the file.
        found: u32,
    },
    /// By its header, a file of version 4 has more than 4294967295 bytes. The class is `bad-layout`.
    LargeFile {
        /// The size of the file by its header, in bytes.
        size: u64,
    },
    /// A file of version 4 does not have the length that its header gives. The class is `truncated` or `trailing-bytes`.
    OtherLength {
        /// The size of the file by its header, in bytes.
        size: u64,
        /// The file's length in bytes.
        file_len: usize,
    },
    /// `metadata_size` is not the size that the counts give (version 4).
    OtherMetadataSize {
        /// The value of `metadata_size`.
        found: u32,
        /// The size that the counts give, in bytes.
        expected: u64,
    },
    /// A number must be 0, because a flag is not set (version 4).
    WithoutFlag {
        /// The number.
        found: u32,
        /// The bit of the flag.
        flag: u8,
    },
    /// An index is not less than the number of entries of its list (version 4).
    BadIndex {
        /// The index.
        found: u32,
        /// The number of entries.
        count: u32,
    },
    /// The end of a string, or of a request's attributes, is less than the end before it (version 4). The class is
    /// `bad-index`.
    DescendingEnd {
        /// The end in the file.
        found: u32,
        /// The end before it.
        before: u32,
    },
    /// The end of a string, or of a request's attributes, does not fit the end of all strings or attributes (version 4).
    /// The class is `bad-index`.
    OtherEnd {
        /// The end in the file.
        found: u32,
        /// The end of all.
        expected: u32,
    },
    /// An entry is not greater than the entry before it (version 4).
    NotAscending,
    /// A local name is empty (version 4).
    EmptyLocalName,
    /// The fields of an entry, with the phase of its request, belong to no kind of entry (version 4).
    NoKind,
    /// A Local export has the local name of an import, and the import is neither tolerant nor of phase source or defer
    /// (version 4).
    ForbiddenExport,
    /// No field uses a string (version 4).
    UnusedString,
    /// The file was made by another producer (version 4).
    OtherProducer,
    /// The file was not made from the caller's source (version 4).
    StaleSource {
        /// What shows it.
        why: &'static str,
    },
    /// The operation is for another version. The class is `unsupported-version`, but the file may be valid.
    OtherVersion {
        /// The version of the file or of the record.
        found: Version,
        /// The versions that the operation is for.
        expected: &'static str,
    },
    /// A conversion to version 4 needs the features of the module's scope exactly for a record with an environment. The
    /// class is `unsupported-version`.
    LexicalFeatures {
        /// True if they are missing. False if they were supplied for a record without environment.
        are_missing: bool,
    },
    /// A version cannot hold the phase of a request. The class is `unsupported-version`.
    LostPhase {
        /// The name of the phase.
        phase: &'static str,
        /// The version.
        to: Version,
    },
    /// Bytes follow the bytecode.
    TrailingBytes {
        /// The number of bytes after the bytecode.
        count: usize,
    },
    /// The record breaks a semantic rule.
    Rule(Rule),
    /// A record is not written: a size or an offset in its file does not fit the `u32` of its field.
    TooLarge {
        /// The size or the offset.
        value: u64,
    },
    /// A record is not converted: the target version needs an environment, and the converted record would have none.
    /// The class is `unsupported-version`.
    MissingEnvironment {
        /// The target version of the conversion.
        to: Version,
    },
    /// A record is not converted: the caller supplied an environment, but the target version cannot hold one, or the
    /// record has one already. The class is `unsupported-version`.
    UnexpectedEnvironment {
        /// The target version of the conversion.
        to: Version,
    },
    /// A record is not converted: it has an environment, and the target version cannot hold one. The class is
    /// `unsupported-version`.
    LostEnvironment {
        /// The target version of the conversion.
        to: Version,
        /// The number of variables in the environment.
        variables: usize,
    },
    /// A record is not written: the [`AsRef<str>`](AsRef) of one of its strings returned different texts. The first
    /// call measured the string, and a later call wrote it.
    TextChanged,
    /// The allocator could not provide the memory for a file or a record.
    OutOfMemory {
        /// The number of bytes that were requested.
        bytes: usize,
    },
}

impl ErrorKind {
    /// Returns the specification's class of this kind of error.
    pub const fn class(self) -> &'static str {
        self.class_and_code().0
    }

    /// Returns the number that identifies the class.
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
            | Self::LostEnvironment { .. }
            | Self::OtherVersion { .. }
            | Self::LexicalFeatures { .. }
            | Self::LostPhase { .. } => ("unsupported-version", 2),
            Self::Truncated { .. } | Self::ImplausibleCount { .. } | Self::BytecodeBeyondEnd { .. } => ("truncated", 3),
            Self::BadFlag { .. } | Self::UnknownFlags { .. } => ("bad-flag", 4),
            Self::BadType { .. } => ("bad-type", 5),
            Self::BadUtf8 { .. } => ("bad-utf8", 6),
            Self::TrailingBytes { .. } | Self::BytecodeBeforeEnd { .. } => ("trailing-bytes", 8),
            Self::OffsetInHeader { .. }
            | Self::OffsetUnaligned { .. }
            | Self::Gap { .. }
            | Self::Padding { .. }
            | Self::BadAlignment { .. }
            | Self::SmallMetadata { .. }
            | Self::ChecksumOfNothing { .. }
            | Self::LargeFile { .. }
            | Self::OtherMetadataSize { .. }
            | Self::WithoutFlag { .. } => ("bad-layout", 7),
            Self::OtherLength { size, file_len } => {
                // A conversion to `u64` with `from` is not possible in a constant function.
                #[allow(clippy::as_conversions, reason = "a file's length fits 64 bits")]
                if size > file_len as u64 { ("truncated", 3) } else { ("trailing-bytes", 8) }
            }
            Self::BadChecksum { .. } => ("bad-checksum", 9),
            Self::BadIndex { .. } | Self::DescendingEnd { .. } | Self::OtherEnd { .. } => ("bad-index", 10),
            Self::NotAscending => ("bad-order", 11),
            Self::EmptyLocalName | Self::NoKind | Self::ForbiddenExport => ("bad-entry", 12),
            Self::UnusedString => ("unused-string", 111),
            Self::OtherProducer => ("other-producer", 401),
            Self::StaleSource { .. } => ("stale-source", 402),
            Self::Rule(rule) => (rule.class(), rule.code()),
            Self::TooLarge { .. } => ("too-large", 201),
            Self::OutOfMemory { .. } => ("out-of-memory", 301),
            Self::TextChanged => ("text-changed", 302),
        }
    }
}
