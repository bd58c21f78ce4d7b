//! A cursor that writes into a slice. The size of the slice is computed before anything is written. The cursor checks
//! every bound.
//!
//! [`Writer::reserve`] skips the bytes of a number that is not known yet. [`Reserved::fill`] writes this number later.

use core::mem;

use crate::bytes::count::{low, wide};

/// A cursor over the memory that a file is written into.
#[derive(Default)]
pub(crate) struct Writer<'b> {
    size: usize,
    rest: &'b mut [u8],
    overflowed: bool,
}

/// Bytes that the cursor skipped, and that are written later.
pub(crate) struct Reserved<'b, const N: usize>(Option<&'b mut [u8; N]>);

impl<const N: usize> Reserved<'_, N> {
    /// Writes the skipped bytes.
    pub(crate) fn fill(self, bytes: [u8; N]) {
        if let Some(target) = self.0 {
            *target = bytes;
        }
    }
}

impl<'b> Writer<'b> {
    pub(crate) const fn new(target: &'b mut [u8]) -> Self {
        Self { size: target.len(), rest: target, overflowed: false }
    }

    /// Returns how many bytes have been written.
    #[inline(always)]
    pub(crate) const fn position(&self) -> usize {
        self.size.saturating_sub(self.rest.len())
    }

    /// Returns true if the slice is full and no write was too large for it.
    pub(crate) const fn is_full(&self) -> bool {
        self.rest.is_empty() && !self.overflowed
    }

    #[inline(always)]
    fn take(&mut self, size: usize) -> &'b mut [u8] {
        let Some((target, rest)) = mem::take(&mut self.rest).split_at_mut_checked(size) else {
            self.overflowed = true;
            return &mut [];
        };
        self.rest = rest;
        target
    }

    /// Writes the bytes.
    #[inline(always)]
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        copy(self.take(bytes.len()), bytes);
    }

    #[inline(always)]
    pub(crate) fn u32(&mut self, value: u32) {
        self.reserve().fill(value.to_le_bytes());
    }

    /// Writes a count as a `u32`. Every count fits: the size of the file was computed first, and it fits a `u32`.
    #[inline(always)]
    pub(crate) fn count(&mut self, count: usize) {
        self.u32(low(wide(count)));
    }

    /// Writes a string: its length, then its bytes. This takes one bounds check.
    #[inline(always)]
    pub(crate) fn string(&mut self, bytes: &[u8]) {
        if let Some((length, text)) = self.take(bytes.len().saturating_add(4)).split_first_chunk_mut() {
            *length = low(wide(bytes.len())).to_le_bytes();
            copy(text, bytes);
        }
    }

    /// Writes a number, then a string.
    #[inline(always)]
    pub(crate) fn number_and_string(&mut self, number: u32, bytes: &[u8]) {
        let target = self.take(bytes.len().saturating_add(8));
        if let Some((numbers, text)) = target.split_first_chunk_mut::<8>() {
            *numbers = (u64::from(low(wide(bytes.len()))) << 32 | u64::from(number)).to_le_bytes();
            copy(text, bytes);
        }
    }

    /// Writes a string, then a number.
    #[inline(always)]
    pub(crate) fn string_and_number(&mut self, bytes: &[u8], number: u32) {
        let target = self.take(bytes.len().saturating_add(8)).split_first_chunk_mut();
        if let Some((length, rest)) = target
            && let Some((text, last)) = rest.split_last_chunk_mut()
        {
            *length = low(wide(bytes.len())).to_le_bytes();
            copy(text, bytes);
            *last = number.to_le_bytes();
        }
    }

    /// Skips `N` bytes, which are filled in later.
    #[inline(always)]
    pub(crate) fn reserve<const N: usize>(&mut self) -> Reserved<'b, N> {
        Reserved(self.take(N).first_chunk_mut())
    }
}

/// Copies `bytes` into `target` if both have the same length. Most strings are short. A string of 4 to 32 bytes is
/// copied as two pieces that may overlap, because a call of `memcpy` takes longer.
#[inline(always)]
fn copy(target: &mut [u8], bytes: &[u8]) {
    if target.len() != bytes.len() {
        return;
    }
    let size = bytes.len();
    // This is not a `match` on ranges, because the compiler turns that into a jump table.
    if size >= 8 {
        if size <= 16 {
            ends::<8>(target, bytes);
        } else if size <= 32 {
            ends::<16>(target, bytes);
        } else {
            target.copy_from_slice(bytes);
        }
    } else if size >= 4 {
        ends::<4>(target, bytes);
    } else {
        target.iter_mut().zip(bytes).for_each(|(to, byte)| *to = *byte);
    }
}

/// Copies the first `N` bytes and the last `N` bytes.
#[inline(always)]
fn ends<const N: usize>(target: &mut [u8], bytes: &[u8]) {
    if let (Some(first), Some(to)) = (bytes.first_chunk::<N>(), target.first_chunk_mut()) {
        *to = *first;
    }
    if let (Some(last), Some(to)) = (bytes.last_chunk::<N>(), target.last_chunk_mut()) {
        *to = *last;
    }
}
