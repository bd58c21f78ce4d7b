//! The layout of versions 2 and 3: a header with the offset and the size of the bytecode, and padding before the
//! bytecode.

use core::cmp::Ordering;

use crate::bytes::count::{low, wide};
use crate::bytes::writer::{Reserved, Writer};
use crate::format::error::{Error, ErrorKind};
use crate::format::field::Section;
use crate::format::limits;
use crate::versions::fields::Fields;

/// The positions of the fields `bytecode_offset` and `bytecode_size` in the file, in bytes.
const OFFSET_AT: usize = 8;
pub(crate) const SIZE_AT: usize = 12;

/// The values of `bytecode_offset` and `bytecode_size`. The offset is at least 16, the size of the header.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    offset: u32,
    size: u32,
}

/// Reads `bytecode_offset` and `bytecode_size`. Both are read before the offset is checked.
pub(crate) fn header(f: &mut Fields<'_, '_>) -> Result<Header, Error> {
    let offset = f.header_u32("bytecode_offset", "header-whole")?;
    let size = f.header_u32("bytecode_size", "header-whole")?;
    if offset < limits::HEADER {
        let kind = ErrorKind::OffsetInHeader { found: offset };
        return Err(f.error("bytecode_offset", OFFSET_AT, "bytecode-offset", kind));
    }
    Ok(Header { offset, size })
}

impl Header {
    /// Verifies that the bytecode begins at a multiple of 8.
    pub(crate) fn aligned(self, f: &Fields<'_, '_>) -> Result<Self, Error> {
        if self.offset.is_multiple_of(limits::ALIGNMENT) {
            return Ok(self);
        }
        let kind = ErrorKind::OffsetUnaligned { found: self.offset };
        Err(f.error("bytecode_offset", OFFSET_AT, "bytecode-offset-aligned", kind))
    }

    /// Verifies that the bytecode ends where the file ends. Returns a separate cursor over the metadata and the
    /// padding.
    pub(crate) fn metadata<'a, 'f>(self, f: &'f mut Fields<'a, '_>) -> Result<Fields<'a, 'f>, Error> {
        self.fits(f, f.reader().end())?;
        let beyond = f.error("bytecode_offset", OFFSET_AT, "bytecode-bounds", self.beyond(f.reader().end()));
        f.sub(self.offset).ok_or(beyond)
    }

    fn beyond(self, file_len: usize) -> ErrorKind {
        let Self { offset, size } = self;
        ErrorKind::BytecodeBeyondEnd { offset, size, file_len }
    }

    /// Verifies that the bytecode ends at `file_len`, the length of the file.
    pub(crate) fn fits(self, f: &Fields<'_, '_>, file_len: usize) -> Result<(), Error> {
        let Self { offset, size } = self;
        let beyond = self.beyond(file_len);
        let before = ErrorKind::BytecodeBeforeEnd { offset, size, file_len };
        let offset_beyond = f.error("bytecode_offset", OFFSET_AT, "bytecode-bounds", beyond);
        let size_beyond = f.error("bytecode_size", SIZE_AT, "bytecode-bounds", beyond);
        let size_before = f.error("bytecode_size", SIZE_AT, "end", before);
        match u64::from(offset).saturating_add(u64::from(size)).cmp(&wide(file_len)) {
            _ if u64::from(offset) > wide(file_len) => Err(offset_beyond),
            Ordering::Greater => Err(size_beyond),
            Ordering::Less => Err(size_before),
            Ordering::Equal => Ok(()),
        }
    }

    /// Reads the bytecode, which follows the metadata and the padding. Returns the position at which it begins.
    pub(crate) fn bytecode(self, f: &mut Fields<'_, '_>) -> Result<usize, Error> {
        f.enter(Section::Bytecode);
        f.bytecode(self.size, SIZE_AT)
    }
}

/// Reads the padding after the metadata: at most 7 bytes, all zero.
pub(crate) fn padding(metadata: &mut Fields<'_, '_>) -> Result<(), Error> {
    let (start, count) = (metadata.reader().position(), metadata.reader().rest().len());
    if count > limits::PADDING.len() {
        metadata.enter(Section::Header);
        return Err(metadata.error("bytecode_offset", OFFSET_AT, "gap", ErrorKind::Gap { count }));
    }
    metadata.enter(Section::Bytecode);
    for (offset, &found) in (start..).zip(metadata.remainder("padding")) {
        if found != 0 {
            return Err(metadata.error("padding", offset, "padding", ErrorKind::Padding { found }));
        }
    }
    Ok(())
}

/// Returns the position at which the encoder puts the bytecode: the first multiple of 8 from `metadata_end` on.
pub(crate) fn bytecode_start(metadata_end: u64) -> u64 {
    metadata_end.checked_next_multiple_of(u64::from(limits::ALIGNMENT)).unwrap_or(u64::MAX)
}

/// Writes the padding. Then the position of the bytecode is known, and the skipped fields of the header are written.
/// Returns this position.
pub(crate) fn write(header: Reserved<'_, 8>, bytecode_size: u32, w: &mut Writer<'_>) -> usize {
    let end = w.position();
    let alignment = usize::try_from(limits::ALIGNMENT).unwrap_or(1);
    let padding = end.checked_next_multiple_of(alignment).unwrap_or(end).saturating_sub(end);
    w.append(limits::PADDING.get(..padding).unwrap_or_default());
    let offset = u64::from(low(wide(w.position())));
    header.fill((offset | u64::from(bytecode_size) << 32).to_le_bytes());
    w.position()
}
