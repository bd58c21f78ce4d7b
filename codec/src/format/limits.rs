//! All numbers that bound a file.

/// The size of the header of versions 2 and 3, in bytes.
pub(crate) const HEADER: u32 = 16;

/// The alignment of the bytecode, in bytes. Writers of versions 2 and 3 make `bytecode_offset` a multiple of it.
/// Readers of version 3 require this.
pub(crate) const ALIGNMENT: u32 = 8;

/// The longest padding between the metadata and the bytecode: zeros, fewer than the alignment.
pub(crate) const PADDING: [u8; 7] = [0; 7];

/// The size of the smallest entry of each kind, in bytes. A reader compares a count with it before it reads or
/// allocates anything.
pub(crate) const SMALLEST_REQUEST: u32 = 8;
pub(crate) const SMALLEST_ATTRIBUTE: u32 = 8;
pub(crate) const SMALLEST_IMPORT: u32 = 16;
pub(crate) const SMALLEST_EXPORT: u32 = 20;
pub(crate) const SMALLEST_STAR_EXPORT: u32 = 4;
pub(crate) const SMALLEST_VARIABLE: u32 = 8;

/// The largest number of bytes that this codec writes before the bytecode, and the largest size of the bytecode. A
/// `u32` holds each.
pub(crate) const LARGEST: u64 = 0xFFFF_FFFF;
