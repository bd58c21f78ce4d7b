//! What versions 2 and 3 share: a header that says where the bytecode is, and padding that puts it there.

use core::cmp::Ordering;
use core::ops::Range;

use crate::encode::{Sink, TooLarge, fit};
use crate::error::ErrorKind;
use crate::length::wide;
use crate::path::{FieldPath, Section};
use crate::walk::Walk;

/// Where the header ends and the metadata begins.
const HEADER: u32 = 16;
/// Where the two numbers are in the header, which errors have to know after the walk has left them behind.
const OFFSET_AT: usize = 8;
const SIZE_AT: usize = 12;
/// What writers make `bytecode_offset` a multiple of. Fewer bytes than this are padding, in any file.
const ALIGNMENT: u32 = 8;
const ZEROS: [u8; 7] = [0; 7];

/// The numbers of a header, the offset behind the header.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    offset: u32,
    size: u32,
}

/// The header is there as a whole before any of it is judged.
#[inline(always)]
pub(crate) fn header<'a, W: Walk<'a>>(w: &mut W) -> Result<Header, W::Fault> {
    let offset = w.number("bytecode_offset")?;
    let size = w.number("bytecode_size")?;
    if offset < HEADER {
        return Err(w.fault("bytecode_offset", OFFSET_AT, ErrorKind::OffsetInHeader { found: offset }));
    }
    Ok(Header { offset, size })
}

impl Header {
    /// The bytecode begins at a multiple of 8.
    #[inline(always)]
    pub(crate) fn aligned<'a, W: Walk<'a>>(self, w: &W) -> Result<Self, W::Fault> {
        if self.offset.is_multiple_of(ALIGNMENT) {
            Ok(self)
        } else {
            Err(w.fault("bytecode_offset", OFFSET_AT, ErrorKind::OffsetUnaligned { found: self.offset }))
        }
    }

    /// The bytecode ends where the file ends. The walk goes on in front of it, and nowhere else.
    #[inline(always)]
    pub(crate) fn layout<'a, W: Walk<'a>>(self, w: &mut W) -> Result<Layout<'a>, W::Fault> {
        let Self { offset, size } = self;
        let file_len = w.cursor().end();
        let beyond = ErrorKind::BytecodeBeyondEnd { offset, size, file_len };
        let before = ErrorKind::BytecodeBeforeEnd { offset, size, file_len };
        let Some(bytecode) = w.cursor().narrow(offset) else {
            return Err(w.fault("bytecode_offset", OFFSET_AT, beyond));
        };
        match u64::from(size).cmp(&wide(bytecode.len())) {
            Ordering::Greater => Err(w.fault("bytecode_size", SIZE_AT, beyond)),
            Ordering::Less => Err(w.fault("bytecode_size", SIZE_AT, before)),
            Ordering::Equal => Ok(Layout { start: w.cursor().end(), size, bytecode }),
        }
    }
}

/// Where the bytecode is, in a file that is as long as its header says.
pub(crate) struct Layout<'a> {
    start: usize,
    size: u32,
    bytecode: &'a [u8],
}

impl<'a> Layout<'a> {
    /// The bytecode's bytes, from the file's start.
    pub(crate) const fn range(&self) -> Range<usize> {
        self.start..self.start.saturating_add(self.bytecode.len())
    }

    /// What follows the metadata: padding, then the bytecode.
    #[inline(always)]
    pub(crate) fn bytecode<W: Walk<'a>>(&self, w: &mut W) -> Result<(), W::Fault> {
        let count = w.cursor().rest().len();
        if count > ZEROS.len() {
            w.enter(Section::Header);
            return Err(w.fault("bytecode_offset", OFFSET_AT, ErrorKind::Gap { count }));
        }
        w.enter(Section::Bytecode);
        let (start, padding) = w.remainder("padding");
        for (offset, &found) in (start..).zip(padding) {
            if found != 0 {
                return Err(w.fault("padding", offset, ErrorKind::Padding { found }));
            }
        }
        w.cursor().widen(self.bytecode);
        w.bytecode(SIZE_AT, self.size)
    }
}

/// What is written behind the metadata: padding. Then the numbers in the gap that was left for them in the header are known.
pub(crate) fn write_padding<S: Sink>(header: S::Gap, bytecode_size: u64, sink: &mut S) -> Result<(), TooLarge> {
    let end = sink.position();
    let offset = end.checked_next_multiple_of(u64::from(ALIGNMENT)).unwrap_or(u64::MAX);
    let padding = usize::try_from(offset.saturating_sub(end)).ok().and_then(|size| ZEROS.get(..size));
    sink.bytes(padding.unwrap_or_default());
    let offset = fit(FieldPath::new(Section::Header, "bytecode_offset"), offset)?;
    let size = fit(FieldPath::new(Section::Header, "bytecode_size"), bytecode_size)?;
    sink.fill(header, [offset, size]);
    Ok(())
}
