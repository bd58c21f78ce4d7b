//! The cursor over bytes. It checks every bound, and knows its position in the file.
//!
//! A separate cursor reads a part of the file that has its own end ([`Reader::sub`]), so that no read passes that end.

use crate::bytes::count::wide;

/// A cursor over the bytes of a file, or of a part of it.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// The position in the file at which `rest` ends.
    end: usize,
    /// The bytes that are left. This is a shrinking slice and not an index, so the position costs nothing until it is
    /// needed.
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    #[inline(always)]
    pub(crate) const fn new(file: &'a [u8]) -> Self {
        Self { end: file.len(), rest: file }
    }

    /// Returns the bytes that are left.
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

    /// Reads the next `size` bytes, if they are all there.
    #[inline(always)]
    pub(crate) fn take(&mut self, size: u32) -> Option<&'a [u8]> {
        self.take_and(size, 0)
    }

    /// Reads the next `size` bytes and `more` bytes after them, if they are all there.
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

    /// Reads two numbers.
    #[inline(always)]
    pub(crate) fn pair(&mut self) -> Option<[u32; 2]> {
        let bytes = self.array::<8>()?;
        let [first, second] = bytes.as_chunks().0 else { return None };
        Some([u32::from_le_bytes(*first), u32::from_le_bytes(*second)])
    }

    /// Splits off the bytes up to the position `end` of the file, as a separate cursor. Returns `None` if `end` is
    /// before the next byte or beyond the bytes left.
    #[inline(always)]
    pub(crate) fn sub(&mut self, end: u32) -> Option<Self> {
        let end = usize::try_from(end).ok()?;
        let (bytes, rest) = self.rest.split_at_checked(end.checked_sub(self.position())?)?;
        self.rest = rest;
        Some(Self { end, rest: bytes })
    }

    /// Continues with `rest`, which is the end of the bytes that are left.
    #[inline(always)]
    pub(crate) const fn resume(&mut self, rest: &'a [u8]) {
        self.rest = rest;
    }

    /// Reads everything that is left.
    #[inline(always)]
    pub(crate) fn remainder(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.rest)
    }

    /// Verifies that no bytes are left. Otherwise returns the number of bytes left.
    #[inline(always)]
    pub(crate) fn finish(&self) -> Result<(), usize> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.rest.len()) }
    }

    /// Returns the bytes that have been read since `before`.
    #[inline(always)]
    pub(crate) fn since(&self, before: Self) -> &'a [u8] {
        let length = before.rest.len().saturating_sub(self.rest.len());
        before.rest.get(..length).unwrap_or_default()
    }

    /// Returns whether the bytes that are left can hold `count` entries of at least `smallest` bytes.
    #[inline(always)]
    pub(crate) fn can_hold(&self, count: u32, smallest: u32) -> bool {
        // The product of two 32-bit numbers fits 64 bits.
        u64::from(count).saturating_mul(u64::from(smallest)) <= wide(self.rest.len())
    }
}
