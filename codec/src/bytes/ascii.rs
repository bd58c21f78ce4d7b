//! The test whether bytes are ASCII.

/// Returns true if all bytes are ASCII.
///
/// The standard library's `is_ascii` is slow if the last block is not full. Here, the last block is always full,
/// because it overlaps the block before it.
#[inline(always)]
pub(crate) fn is_ascii(bytes: &[u8]) -> bool {
    let union = union::<4>(bytes).or_else(|| union::<1>(bytes));
    let union = union.unwrap_or_else(|| bytes.iter().fold(0, |union, byte| union | u64::from(*byte)));
    union & 0x8080_8080_8080_8080 == 0
}

/// Returns the bitwise OR of all bytes, in blocks of eight bytes. Returns `None` if there are fewer than `N` full
/// blocks.
#[inline(always)]
fn union<const N: usize>(bytes: &[u8]) -> Option<u64> {
    let (blocks, _) = bytes.as_chunks::<8>();
    let (blocks, _) = blocks.as_chunks::<N>();
    let (_, last) = bytes.as_rchunks::<8>();
    let mut union = last.last_chunk::<N>()?.map(u64::from_le_bytes);
    for block in blocks {
        union.iter_mut().zip(block).for_each(|(union, bytes)| *union |= u64::from_le_bytes(*bytes));
    }
    Some(union.iter().fold(0, |all, lane| all | lane))
}
