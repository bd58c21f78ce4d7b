//! Counts of bytes: conversions that never truncate a length, and a text form with the unit.

use core::fmt;

/// Returns a slice's length as a `u64`. A `u64` holds every length, and the sum of any two lengths.
pub(crate) fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Returns the low 32 bits of `value`.
#[inline]
pub(crate) const fn low(value: u64) -> u32 {
    let [a, b, c, d, ..] = value.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// A number of bytes. Its `Display` adds the unit: `1 byte`, `2 bytes`.
pub(crate) struct ByteCount(pub(crate) u64);

impl fmt::Display for ByteCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, if self.0 == 1 { "byte" } else { "bytes" })
    }
}
