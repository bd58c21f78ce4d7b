//! A cursor that reads bytes. It checks every bound, and knows its position in the file.
//!
//! A part of the file that has its own end is read with a separate cursor ([`Reader::sub`]), so that no read passes
//! that end.

use crate::bytes::count::wide;

/// A cursor over the bytes of a file, or of a part of it.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// The position in the file at which `rest` ends.
    end: usize,
    /// The bytes that are not read yet. Each read shrinks this slice, and no index is stored: [`Self::position`]
    /// computes the position only when it is needed.
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    #[inline(always)]
    pub(crate) const fn new(file: &'a [u8]) -> Self {
        Self { end: file.len(), rest: file }
    }

    /// Returns the bytes that are not read yet.
    #[inline(always)]
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Returns the position in the file of the next byte.
    #[inline(always)]
    pub(crate) const fn position(&self) -> usize {
        self.end.saturating_sub(self.rest.len())
    }

    /// Returns the position in the file at which the bytes of this cursor end.
    pub(crate) const fn end(&self) -> usize {
        self.end
    }

    /// Reads the next `size` bytes. Returns `None`, and reads nothing, if fewer bytes are left.
    #[inline(always)]
    pub(crate) fn take(&mut self, size: u32) -> Option<&'a [u8]> {
        self.take_and(size, 0)
    }

    /// Reads the next `size + more` bytes as one slice. Returns `None`, and reads nothing, if fewer bytes are left.
    #[inline(always)]
    pub(crate) fn take_and(&mut self, size: u32, more: usize) -> Option<&'a [u8]> {
        // A size that does not fit a `usize` is larger than any slice.
        let size = usize::try_from(size).ok()?.checked_add(more)?;
        let (bytes, rest) = self.rest.split_at_checked(size)?;
        self.rest = rest;
        Some(bytes)
    }

    #[inline(always)]
    pub(crate) fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(bytes)
    }

    #[inline(always)]
    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(|bytes| u32::from_le_bytes(*bytes))
    }

    /// Reads two `u32` numbers.
    #[inline(always)]
    pub(crate) fn pair(&mut self) -> Option<[u32; 2]> {
        let bytes = self.array::<8>()?;
        let [first, second] = bytes.as_chunks().0 else { return None };
        Some([u32::from_le_bytes(*first), u32::from_le_bytes(*second)])
    }

    /// Returns a new cursor over the next bytes, up to the position `end` in the file. The old cursor, `self`,
    /// continues at `end`. Returns `None` if `end` is before the next byte or beyond the bytes left.
    #[inline(always)]
    pub(crate) fn sub(&mut self, end: u32) -> Option<Self> {
        let end = usize::try_from(end).ok()?;
        let (bytes, rest) = self.rest.split_at_checked(end.checked_sub(self.position())?)?;
        self.rest = rest;
        Some(Self { end, rest: bytes })
    }

    /// Skips to `rest`, which must be a suffix of the bytes that are left.
    #[inline(always)]
    pub(crate) const fn resume(&mut self, rest: &'a [u8]) {
        self.rest = rest;
    }

    /// Reads everything that is left.
    #[inline(always)]
    pub(crate) fn remainder(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.rest)
    }

    /// Returns `Ok` if no bytes are left. Otherwise the error is the number of bytes left.
    #[inline(always)]
    pub(crate) fn finish(&self) -> Result<(), usize> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.rest.len()) }
    }

    /// Returns the bytes that this cursor has read since `before`, an earlier copy of it.
    #[inline(always)]
    pub(crate) fn since(&self, before: Self) -> &'a [u8] {
        let length = before.rest.len().saturating_sub(self.rest.len());
        before.rest.get(..length).unwrap_or_default()
    }

    /// Returns true if the bytes that are left can hold `count` entries of `smallest` bytes each.
    #[inline(always)]
    pub(crate) fn can_hold(&self, count: u32, smallest: u32) -> bool {
        // The product of two 32-bit numbers fits 64 bits.
        u64::from(count).saturating_mul(u64::from(smallest)) <= wide(self.rest.len())
    }
}
