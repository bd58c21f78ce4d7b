//! The versions of the format, and the only `match` on them.

mod v1;

pub(crate) mod shared;

use core::fmt;

use crate::encode::Sink;
use crate::error::{EncodeError, Error, ErrorKind};
use crate::record::ModuleRecord;
use crate::walk::{Ignore, Visit, Walker};

const MAGIC: u32 = 0x424D_4553;

/// A version of the format that this codec reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Version {
    /// `spec/v1.md`.
    V1,
}

impl Version {
    /// Every version, oldest first.
    pub const ALL: &'static [Self] = &[Self::V1];

    /// The number in the file.
    pub const fn number(self) -> u32 {
        match self {
            Self::V1 => 1,
        }
    }

    /// The version that has this number.
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::V1),
            _ => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

/// The version of a file, from its first eight bytes and in constant time. It says nothing about the bytes that follow:
/// [`validate`](crate::validate()) does.
pub fn identify(file: &[u8]) -> Result<Version, Error> {
    header(&mut Walker::new(file, Ignore))
}

/// A whole file: the header, then what its version puts behind it.
pub(crate) fn file<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<Version, Error> {
    let version = header(w)?;
    match version {
        Version::V1 => v1::body(w)?,
    }
    w.finish()?;
    Ok(version)
}

/// Everything of a record's file but the bytecode itself, which is `bytecode_size` bytes long and comes last.
pub(crate) fn write<S: AsRef<str>>(
    record: &ModuleRecord<S>,
    bytecode_size: u64,
    sink: &mut impl Sink,
) -> Result<(), EncodeError> {
    sink.u32(MAGIC);
    sink.u32(record.version.number());
    match record.version {
        Version::V1 => v1::write(record, bytecode_size, sink),
    }
}

fn header<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<Version, Error> {
    let (offset, magic) = w.u32("magic")?;
    if magic != MAGIC {
        let found = magic.to_le_bytes();
        return Err(w.error("magic", offset, ErrorKind::BadMagic { found }));
    }
    let (offset, found) = w.u32("version")?;
    Version::from_number(found).ok_or_else(|| w.error("version", offset, ErrorKind::UnsupportedVersion { found }))
}

#[cfg(feature = "serde")]
impl serde::Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.number())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let number = u32::deserialize(deserializer)?;
        Self::from_number(number).ok_or_else(|| D::Error::custom(format_args!("BMES version {number} is unknown")))
    }
}
