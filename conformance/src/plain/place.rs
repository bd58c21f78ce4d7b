//! Where the header says that the bytecode is: sections 4.3 and 4.6 or 4.7 of versions 2 and 3.

use super::Rejection;
use super::reader::Reader;
use super::rules::{Header, Layout};
use crate::case::Bytecode;

/// Where the two numbers stand in the file.
const OFFSET: usize = 8;
const SIZE: usize = 12;

/// What the header says.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) offset: u64,
    size: u64,
}

impl Place {
    /// The rest of the header: both numbers are there before one of them is judged.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Rejection> {
        let offset = reader.header_u32("header-whole", "bytecode_offset")?;
        if reader.rules.header() == Some(Header::OffsetFirst) {
            Self { offset, size: 0 }.is_behind_the_header(reader)?;
        }
        let size = reader.header_u32("header-whole", "bytecode_size")?;
        let place = match reader.rules.header() {
            Some(Header::Swapped) => Self { offset: size, size: offset },
            Some(Header::ZeroIsNone) if (offset, size) == (0, 0) => Self { offset: reader.file_length(), size },
            _ if reader.rules.layout(Layout::BytecodeToTheEnd) => {
                Self { offset, size: reader.file_length().saturating_sub(offset) }
            }
            _ => Self { offset, size },
        };
        reader.find_bytecode(place.size);
        if reader.rules.header() == Some(Header::BoundsFirst) {
            place.ends_the_file(reader)?;
        }
        Ok(place)
    }

    pub(super) fn is_behind_the_header(self, reader: &mut Reader<'_>) -> Result<(), Rejection> {
        let seen = match reader.rules.header() {
            Some(Header::OffsetSigned) if self.offset > 0x7FFF_FFFF => 0,
            _ => self.offset,
        };
        reader.at_most("bytecode-offset", "bad-layout", OFFSET, self.offset, (16, seen))?;
        let too_strict = match reader.rules.header() {
            Some(Header::MoreAligned(to)) => !self.offset.is_multiple_of(to),
            Some(Header::SizeAligned(to)) => !self.size.is_multiple_of(to),
            _ => false,
        };
        reader.require("bytecode-offset", "bad-layout", OFFSET, !too_strict)
    }

    /// Version 3 alone.
    pub(super) fn is_aligned(self, reader: &mut Reader<'_>) -> Result<(), Rejection> {
        let to = match reader.rules.header() {
            Some(Header::LessAligned(to)) => to,
            _ => 8,
        };
        reader.require("bytecode-offset-aligned", "bad-layout", OFFSET, self.offset.is_multiple_of(to))
    }

    /// The bytecode ends where the file ends, not behind it and not before.
    pub(super) fn ends_the_file(self, reader: &mut Reader<'_>) -> Result<(), Rejection> {
        let length = reader.file_length();
        let at = if self.offset > length { OFFSET } else { SIZE };
        // 33 bits (arithmetic).
        let end = self.offset + self.size;
        let (within, reaching) = reader.rules.header().map_or((end, end), |wrong| self.ends_wrongly(wrong, end));
        reader.at_most("bytecode-bounds", "truncated", at, self.size, (within, length))?;
        if reader.rules.header() == Some(Header::TrailingZeros) && reader.only_zeros_from(end) {
            return Ok(());
        }
        reader.at_most("end", "trailing-bytes", SIZE, self.size, (length, reaching))
    }

    /// What somebody takes for the bytecode's end who asks whether the file goes that far, and whether it goes further.
    fn ends_wrongly(self, wrong: Header, end: u64) -> (u64, u64) {
        let both = |end| (end, end);
        match wrong {
            Header::SumWraps => both(end & 0xFFFF_FFFF),
            Header::SizeSigned if self.size > 0x7FFF_FFFF => both(end.saturating_sub(1 << 32)),
            Header::SizeIsEnd => both(self.size),
            Header::OffsetAlone => (self.offset, end),
            Header::EachAlone => (self.offset.max(self.size), end),
            Header::TrailingAligned => (end, end.next_multiple_of(8)),
            _ => both(end),
        }
    }

    /// The bytecode as it is reported (bytecode-place, bytecode-empty), behind so much padding.
    pub(super) fn bytecode(self, reader: &mut Reader<'_>, padding: usize) -> Result<Bytecode, Rejection> {
        let place = Bytecode { offset: usize(self.offset), length: usize(self.size) };
        reader.opaque(SIZE, place)?;
        Ok(match reader.rules.header() {
            Some(Header::PlaceOfPadding) => Bytecode { offset: place.offset.saturating_sub(padding), ..place },
            Some(Header::PlaceFromPadding) => Bytecode { offset: padding, ..place },
            Some(Header::SizeWithPadding) => Bytecode { length: place.length + padding, ..place },
            _ => place,
        })
    }
}

fn usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
