//! The versions of the format.

use core::fmt;

/// The first four bytes of every file, as a little-endian number.
pub(crate) const MAGIC: u32 = 0x424D_4553;

/// A version of the format that this codec reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Version {
    /// `spec/v1.md`: the metadata, then the bytecode.
    V1,
    /// `spec/v2.md`: the header has the offset and the size of the bytecode.
    V2,
    /// `spec/v3.md`: the metadata has the module's [`Environment`](crate::Environment), and the bytecode is aligned.
    V3,
    /// `spec/v4.md`: checksums, the source and the producer, and each string once.
    V4,
}

impl Version {
    /// Every version, oldest first.
    pub const ALL: &'static [Self] = &[Self::V1, Self::V2, Self::V3, Self::V4];

    /// The versions whose entries hold names: those of [`ModuleRecord`](crate::ModuleRecord) and
    /// [`ModuleView`](crate::ModuleView). Version 4 has [types of its own](crate::v4).
    pub const NAMED: &'static [Self] = &[Self::V1, Self::V2, Self::V3];

    /// Returns the number that stands for this version in a file.
    pub const fn number(self) -> u32 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
            Self::V3 => 3,
            Self::V4 => 4,
        }
    }

    /// Returns the version that has this number.
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::V1),
            2 => Some(Self::V2),
            3 => Some(Self::V3),
            4 => Some(Self::V4),
            _ => None,
        }
    }

    /// Returns the version of a file that begins with these bytes.
    #[inline]
    pub(crate) fn identified_by(first: [u8; 8]) -> Option<Self> {
        match u64::from_le_bytes(first) {
            0x1_424D_4553 => Some(Self::V1),
            0x2_424D_4553 => Some(Self::V2),
            0x3_424D_4553 => Some(Self::V3),
            0x4_424D_4553 => Some(Self::V4),
            _ => None,
        }
    }

    /// Returns true if the header of a file of this version has the field `bytecode_offset`. The header of version 4 has
    /// sizes, from which the offset follows.
    pub const fn has_bytecode_offset(self) -> bool {
        match self {
            Self::V1 | Self::V4 => false,
            Self::V2 | Self::V3 => true,
        }
    }

    /// Returns true if a file of this version holds the module's [`Environment`](crate::Environment).
    pub const fn has_environment(self) -> bool {
        match self {
            Self::V1 | Self::V2 => false,
            Self::V3 | Self::V4 => true,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}
