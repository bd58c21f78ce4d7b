//! The versions of the format, and the only `match` on them.

#![allow(
    clippy::inline_always,
    reason = "the walk is fast as one piece: the counts of `benches` say where it falls apart"
)]

mod layout;
mod v1;
mod v2;
mod v3;

pub(crate) mod environment;
pub(crate) mod shared;

use core::fmt;
use core::ops::Range;

use crate::encode::{Sink, TooLarge};
use crate::error::{EncodeError, Error, ErrorKind};
use crate::record::ModuleRecord;
use crate::walk::{Exact, Ignore, Walk};

const MAGIC: u32 = 0x424D_4553;

/// A version of the format that this codec reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Version {
    /// `spec/v1.md`: the metadata, then the bytecode.
    V1,
    /// `spec/v2.md`: the header says where the bytecode is.
    V2,
    /// `spec/v3.md`: the metadata has the module's [`Environment`](crate::Environment), and the bytecode is aligned.
    V3,
}

impl Version {
    /// Every version, oldest first.
    pub const ALL: &'static [Self] = &[Self::V1, Self::V2, Self::V3];

    /// The number in the file.
    pub const fn number(self) -> u32 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
            Self::V3 => 3,
        }
    }

    /// The version that has this number.
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::V1),
            2 => Some(Self::V2),
            3 => Some(Self::V3),
            _ => None,
        }
    }

    /// The version of a file that begins with these bytes.
    #[inline]
    fn identified_by(first: [u8; 8]) -> Option<Self> {
        match u64::from_le_bytes(first) {
            0x1_424D_4553 => Some(Self::V1),
            0x2_424D_4553 => Some(Self::V2),
            0x3_424D_4553 => Some(Self::V3),
            _ => None,
        }
    }

    /// Whether the header of a file of this version says where the bytecode is, so that
    /// [`bytecode_range`] needs nothing else.
    pub const fn has_bytecode_offset(self) -> bool {
        match self {
            Self::V1 => false,
            Self::V2 | Self::V3 => true,
        }
    }

    /// Whether a file of this version holds the module's [`Environment`](crate::Environment).
    pub const fn has_environment(self) -> bool {
        match self {
            Self::V1 | Self::V2 => false,
            Self::V3 => true,
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
    let known = file.first_chunk().and_then(|first| Version::identified_by(*first));
    known.map_or_else(|| header(&mut Exact::new(file, &mut Ignore)), Ok)
}

/// Where the bytecode is, from the header alone and in constant time: versions 2 and 3.
///
/// **This is no validation.** It makes every check that the header allows: that the file is a BMES file, that the offset is
/// one that its version permits, that the bytecode ends where the file ends. The metadata was not read, and may be anything.
///
/// A file of version 1 does not say where its bytecode is before its metadata has been read. The answer to it is an error of the
/// kind [`ErrorKind::NoBytecodeOffset`], which is no verdict on the file; [`ModuleView::bytecode`](crate::ModuleView::bytecode) has
/// the bytecode of every version, after one pass.
///
/// ```
/// # let record: bmes::ModuleRecord = bmes::ModuleRecord::new(bmes::Version::V2);
/// let file = bmes::encode(&record, b"bytecode")?;
/// assert_eq!(&file[bmes::bytecode_range(&file)?], b"bytecode");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn bytecode_range(file: &[u8]) -> Result<Range<usize>, Error> {
    let mut ignore = Ignore;
    let mut w = Exact::new(file, &mut ignore);
    let layout = match header(&mut w)? {
        Version::V1 => return Err(w.wrong("version", ErrorKind::NoBytecodeOffset)),
        Version::V2 => v2::layout(&mut w)?,
        Version::V3 => v3::layout(&mut w)?,
    };
    Ok(layout.range())
}

/// A whole file: the header, what its version puts behind it, and then nothing.
#[inline(always)]
pub(crate) fn file<'a, W: Walk<'a>>(w: &mut W) -> Result<Version, W::Fault> {
    let version = header(w)?;
    match version {
        Version::V1 => v1::body(w)?,
        Version::V2 => v2::body(w)?,
        Version::V3 => v3::body(w)?,
    }
    let (count, end) = (w.cursor().rest().len(), w.cursor().position());
    if count == 0 { Ok(version) } else { Err(w.fault("end", end, ErrorKind::TrailingBytes { count })) }
}

/// Everything of a record's file but the bytecode itself, which is `bytecode_size` bytes long and comes last.
pub(crate) fn write<S: AsRef<str>>(
    record: &ModuleRecord<S>,
    bytecode_size: u64,
    sink: &mut impl Sink,
) -> Result<(), EncodeError> {
    let version = record.version;
    sink.u32(MAGIC);
    sink.u32(version.number());
    match (version, &record.environment) {
        (Version::V1, None) => v1::write(record, bytecode_size, sink),
        (Version::V2, None) => v2::write(record, bytecode_size, sink),
        (Version::V3, Some(environment)) => v3::write(record, environment, bytecode_size, sink),
        (Version::V1 | Version::V2, Some(_)) | (Version::V3, None) => {
            return Err(EncodeError::Environment { version });
        }
    }
    .map_err(|TooLarge { path, value }| EncodeError::TooLarge { version, path, value })
}

#[inline(always)]
fn header<'a, W: Walk<'a>>(w: &mut W) -> Result<Version, W::Fault> {
    let magic = w.number("magic")?;
    if magic != MAGIC {
        let found = magic.to_le_bytes();
        return Err(w.wrong("magic", ErrorKind::BadMagic { found }));
    }
    let found = w.number("version")?;
    let version =
        Version::from_number(found).ok_or_else(|| w.wrong("version", ErrorKind::UnsupportedVersion { found }))?;
    w.set_version(version);
    Ok(version)
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
