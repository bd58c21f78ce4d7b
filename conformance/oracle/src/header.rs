//! Identification, which all versions share, and the header of versions 2 and 3: sections 4.1 and 4.3 of the
//! specification.

use std::ops::Range;

use super::reader::Reader;
use super::{FORMATS, Format, Rejection};

const MAGIC: u32 = 0x424D_4553;

/// Reads the first eight bytes, and returns their version, which must be one of the supported versions.
pub(super) fn version(reader: &mut Reader<'_>, mut supported: impl Iterator<Item = u32>) -> Result<u32, Rejection> {
    if reader.header_u32("header-bounds")? != MAGIC {
        return Err(reader.rejection("bad-magic", 0, "magic"));
    }
    let version = reader.header_u32("header-bounds")?;
    if !supported.any(|number| number == version) {
        return Err(reader.rejection("unsupported-version", 4, "version"));
    }
    Ok(version)
}

/// Reads the first eight bytes of a file of versions 1 to 3, and returns the format of their version.
pub(super) fn format(reader: &mut Reader<'_>) -> Result<&'static Format, Rejection> {
    let version = version(reader, FORMATS.iter().map(|format| format.number))?;
    let format = FORMATS.iter().find(|format| format.number == version).expect("only these versions are supported");
    reader.version = version;
    Ok(format)
}

/// The two numbers that follow the version in versions 2 and 3: `bytecode_offset` and `bytecode_size`.
///
/// They have 64 bits here, so that their sum cannot wrap (arithmetic).
pub(super) struct BytecodePlace {
    offset: u64,
    size: u64,
}

impl BytecodePlace {
    const OFFSET: usize = 8;
    const SIZE: usize = 12;

    /// Reads both numbers. Neither is checked before both are read.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Rejection> {
        let offset = reader.header_u32("header-whole")?.into();
        let size = reader.header_u32("header-whole")?.into();
        Ok(Self { offset, size })
    }

    /// Verifies that the bytecode does not begin inside the header.
    pub(super) fn is_behind_the_header(&self, reader: &Reader<'_>) -> Result<(), Rejection> {
        if self.offset < 16 {
            return Err(reader.rejection("bad-layout", Self::OFFSET, "bytecode-offset"));
        }
        Ok(())
    }

    /// Verifies that the bytecode begins at a multiple of 8: version 3 only.
    pub(super) fn is_aligned(&self, reader: &Reader<'_>) -> Result<(), Rejection> {
        if !self.offset.is_multiple_of(8) {
            return Err(reader.rejection("bad-layout", Self::OFFSET, "bytecode-offset-aligned"));
        }
        Ok(())
    }

    /// Verifies that the bytecode ends at the end of the file, and returns the range of the bytecode.
    pub(super) fn range(&self, reader: &Reader<'_>) -> Result<Range<usize>, Rejection> {
        let length = reader.file_length();
        if self.offset > length as u64 {
            return Err(reader.rejection("truncated", Self::OFFSET, "bytecode-bounds"));
        }
        let end = self.offset + self.size;
        if end > length as u64 {
            return Err(reader.rejection("truncated", Self::SIZE, "bytecode-bounds"));
        }
        if end < length as u64 {
            return Err(reader.rejection("trailing-bytes", Self::SIZE, "end"));
        }
        let start = usize::try_from(self.offset).expect("the offset is at most the file's length");
        Ok(start..length)
    }
}
