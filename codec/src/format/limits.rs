//! Every number that bounds a file, on one page.

/// The bytes of the header of versions 2 and 3.
pub(crate) const HEADER: u32 = 16;

/// Writers of versions 2 and 3 make `bytecode_offset` a multiple of this. Readers of version 3 require it.
pub(crate) const ALIGNMENT: u32 = 8;

/// The zeros that may stand between the metadata and the bytecode: fewer than the alignment.
pub(crate) const PADDING: [u8; 7] = [0; 7];

/// The bytes of the smallest entry of each kind: a count is measured against them before anything is read or allocated.
pub(crate) const SMALLEST_REQUEST: u32 = 8;
pub(crate) const SMALLEST_ATTRIBUTE: u32 = 8;
pub(crate) const SMALLEST_IMPORT: u32 = 16;
pub(crate) const SMALLEST_EXPORT: u32 = 20;
pub(crate) const SMALLEST_STAR_EXPORT: u32 = 4;
pub(crate) const SMALLEST_VARIABLE: u32 = 8;

/// The most bytes that this codec writes before the bytecode, and the largest bytecode: a `u32` counts them.
pub(crate) const LARGEST: u64 = 0xFFFF_FFFF;
