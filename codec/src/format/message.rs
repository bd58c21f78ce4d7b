//! The messages of errors.

use core::fmt;

use crate::bytes::count::{ByteCount, wide};
use crate::format::error::{Error, ErrorKind};
use crate::format::field::Section;

impl Error {
    /// Returns the text ` before bytecode_offset` if the field must end there. The message adds it to the number of
    /// bytes left. Returns an empty text if the field may extend to the end of the file.
    fn bound(&self) -> &'static str {
        match (self.path().section, self.clause()) {
            (Section::Header, _) => "",
            (_, Some(clause)) if clause.version().has_bytecode_offset() => " before bytecode_offset",
            _ => "",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, offset, path) = (self.kind(), self.offset(), self.path());
        write!(f, "{}: {path}", kind.class())?;
        match (kind, offset) {
            (ErrorKind::Rule(_), Some(offset)) => write!(f, " in the entry at byte {offset}: ")?,
            (_, Some(offset)) => write!(f, " at byte {offset} ({offset:#x}): ")?,
            (_, None) => f.write_str(": ")?,
        }
        match kind {
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
                write!(f, "expected a version that this codec knows (1, 2, 3 or 4), found {found}")
            }
            ErrorKind::NoBytecodeOffset => {
                f.write_str("expected a version whose header has the offset of the bytecode (2, 3 or 4), found 1")
            }
            ErrorKind::OffsetInHeader { found } => {
                write!(f, "expected at least 16 (the end of the header), found {found}")
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
                f.write_str("the record already has an environment: do not supply another one")
            }
            ErrorKind::UnexpectedEnvironment { to } => {
                write!(f, "version {to} cannot hold an environment, but one was supplied")
            }
            ErrorKind::LostEnvironment { to, variables } => {
                let plural = if variables == 1 { "" } else { "s" };
                write!(
                    f,
                    "version {to} cannot hold the record's environment ({variables} variable{plural} and the features of the \
                     code would be lost): drop the environment"
                )
            }
            ErrorKind::TextChanged => {
                f.write_str(
                    "a string of the record returned one text when it was measured, and a different text when it was \
                     written: `as_ref` must always return the same text",
                )
            }
            ErrorKind::OutOfMemory { bytes } => write!(f, "{} could not be allocated", ByteCount(wide(bytes))),
            kind => version_4(kind, f),
        }
    }
}

/// Writes the message of a kind of error that came with version 4.
fn version_4(kind: ErrorKind, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match kind {
        ErrorKind::BadChecksum { stored, computed } => {
            write!(f, "expected the checksum {computed:#010x} of the bytes, found {stored:#010x}: the file is damaged")
        }
        ErrorKind::UnknownFlags { found } => write!(f, "expected only the bits 0 to 3, found {found:#x}"),
        ErrorKind::BadAlignment { found } => {
            write!(f, "expected a power of two from 8 to 65536, and 8 without bytecode, found {found}")
        }
        ErrorKind::SmallMetadata { found } => write!(f, "expected at least 48, found {found}"),
        ErrorKind::ChecksumOfNothing { found } => write!(f, "expected 0, found {found:#010x}: there are no bytes"),
        ErrorKind::LargeFile { size } => write!(f, "expected a file of at most {} bytes, found {size}", u32::MAX),
        ErrorKind::OtherLength { size, file_len } => {
            write!(f, "expected a file of {}, as its header says, found {}", ByteCount(size), ByteCount(wide(file_len)))
        }
        ErrorKind::OtherMetadataSize { found, expected } => {
            write!(f, "expected {expected}, the size that the counts give, found {found}")
        }
        ErrorKind::WithoutFlag { found, flag } => {
            write!(f, "expected 0, because bit {flag} of the flags is not set, found {found}")
        }
        ErrorKind::BadIndex { found, count } => write!(f, "expected an index less than {count}, found {found}"),
        ErrorKind::DescendingEnd { found, before } => {
            write!(f, "expected at least {before}, the end before it, found {found}")
        }
        ErrorKind::OtherEnd { found, expected } => {
            write!(f, "expected {expected}, the end of the whole, found {found}")
        }
        ErrorKind::NotAscending => f.write_str("expected an entry that is greater than the one before it"),
        ErrorKind::EmptyLocalName => f.write_str("a local name must not be empty"),
        ErrorKind::NoKind => f.write_str("no kind of entry has these fields and this phase of its request"),
        ErrorKind::ForbiddenExport => {
            f.write_str("an import entry has this local name, so the export must be Indirect or Namespace")
        }
        ErrorKind::UnusedString => f.write_str("no field uses this string"),
        ErrorKind::OtherProducer => f.write_str("another producer made the file"),
        ErrorKind::StaleSource { why } => f.write_str(why),
        ErrorKind::OtherVersion { found, expected } => {
            write!(f, "this operation is for version {expected}, found {found}")?;
            f.write_str(if found.number() == 4 { ": use the operations for version 4 (`bmes::v4`)" } else { "" })
        }
        ErrorKind::LexicalFeatures { are_missing: true } => f.write_str(
            "version 4 needs the features of the module's scope for a record with an environment: supply them",
        ),
        ErrorKind::LexicalFeatures { are_missing: false } => {
            f.write_str("the record has no environment: do not supply the features of the module's scope")
        }
        ErrorKind::LostPhase { phase, to } => {
            write!(
                f,
                "version {to} cannot hold the phase {phase}, and without it the request would evaluate the module"
            )
        }
        // The caller has written the messages of all other kinds.
        _ => Ok(()),
    }
}
