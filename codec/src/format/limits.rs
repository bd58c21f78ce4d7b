//! The sizes and limits of the format, in bytes.

/// The size of the header of versions 2 and 3, in bytes.
pub(crate) const HEADER: u32 = 16;

/// The alignment of the bytecode, in bytes. Writers of versions 2 and 3 make `bytecode_offset` a multiple of it.
/// Readers of version 3 require this.
pub(crate) const ALIGNMENT: u32 = 8;

/// The longest padding between the metadata and the bytecode: 7 zero bytes, one less than the alignment.
pub(crate) const PADDING: [u8; 7] = [0; 7];

/// The size of the smallest possible entry of each kind, in bytes. Before a reader reads entries or allocates memory
/// for them, it verifies that the bytes left can hold `count` entries of this size.
pub(crate) const SMALLEST_REQUEST: u32 = 8;
pub(crate) const SMALLEST_ATTRIBUTE: u32 = 8;
pub(crate) const SMALLEST_IMPORT: u32 = 16;
pub(crate) const SMALLEST_EXPORT: u32 = 20;
pub(crate) const SMALLEST_STAR_EXPORT: u32 = 4;
pub(crate) const SMALLEST_VARIABLE: u32 = 8;

/// The largest number of bytes that this codec writes before the bytecode, and the largest size of the bytecode. Each
/// of the two must fit a `u32`.
pub(crate) const LARGEST: u64 = 0xFFFF_FFFF;
