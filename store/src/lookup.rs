//! The results of looking a module up: a hit, or a miss with its reason.

use std::fmt;
use std::io;

use bmes::ErrorKind;
use bmes::v4::Verified;
use bmes_pack::Class;

use crate::buffer::ReadError;

/// The result of [`Store::get`](crate::Store::get).
#[derive(Debug)]
#[must_use]
pub enum Lookup<'b> {
    /// The cache has the module. The file was made by this producer from this source, and it is not damaged.
    Hit(Verified<'b>),
    /// The cache does not have the module, or its file cannot be used.
    Miss(Miss),
}

impl<'b> Lookup<'b> {
    /// Returns the verified file of a hit.
    pub fn hit(self) -> Option<Verified<'b>> {
        match self {
            Self::Hit(verified) => Some(verified),
            Self::Miss(_) => None,
        }
    }

    /// Returns the reason of a miss.
    pub fn miss(&self) -> Option<&Miss> {
        match self {
            Self::Hit(_) => None,
            Self::Miss(miss) => Some(miss),
        }
    }
}

/// The reason of a miss.
#[derive(Debug)]
#[non_exhaustive]
pub enum Miss {
    /// No folder of a cache can be used.
    NoCache,
    /// No file has this name.
    Absent,
    /// The name is that of a link, a folder, a FIFO or a device.
    NotAFile,
    /// The file belongs to another user.
    OtherOwner,
    /// Other users may write to the file.
    OthersMayWrite,
    /// The system did not open or read the file.
    Unreadable(io::Error),
    /// There is not enough memory for the file.
    OutOfMemory,
    /// The file has another version of the format.
    OtherVersion(bmes::Error),
    /// The file was made by another producer.
    OtherProducer,
    /// The file was made from another source.
    StaleSource,
    /// The file's bytes are not those that were written.
    Damaged(bmes::Error),
    /// The file is not a pack that this program can open: it is damaged, or has another layout.
    BadPack(bmes_pack::Error),
}

impl Miss {
    /// The names of all reasons, in the order of the variants. A bad pack is `damaged` or `other-version`.
    pub const REASONS: [&'static str; 11] = [
        "no-cache",
        "absent",
        "not-a-file",
        "other-owner",
        "others-may-write",
        "unreadable",
        "out-of-memory",
        "other-version",
        "other-producer",
        "stale-source",
        "damaged",
    ];

    /// Returns the name of the reason, which never changes.
    pub fn reason(&self) -> &'static str {
        Self::REASONS[self.index()]
    }

    /// Returns the index of the reason in [`Self::REASONS`].
    pub(crate) const fn index(&self) -> usize {
        match self {
            Self::NoCache => 0,
            Self::Absent => 1,
            Self::NotAFile => 2,
            Self::OtherOwner => 3,
            Self::OthersMayWrite => 4,
            Self::Unreadable(_) => 5,
            Self::OutOfMemory => 6,
            Self::BadPack(_) if self.is_damage() => 10,
            Self::OtherVersion(_) | Self::BadPack(_) => 7,
            Self::OtherProducer => 8,
            Self::StaleSource => 9,
            Self::Damaged(_) => 10,
        }
    }

    /// Returns whether the file is of no use for any program.
    pub(crate) const fn is_damage(&self) -> bool {
        match self {
            Self::Damaged(_) => true,
            Self::BadPack(error) => !matches!(error.class(), Class::UnsupportedVersion),
            _ => false,
        }
    }

    /// Returns whether the cache has no file for the module, not even one that cannot be used.
    pub(crate) const fn is_absence(&self) -> bool {
        matches!(self, Self::NoCache | Self::Absent)
    }
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoCache => "there is no cache that can be used",
            Self::Absent => "the cache has no file for this module",
            Self::NotAFile => "the name is that of a link, a folder, a FIFO or a device, and not of a file",
            Self::OtherOwner => "the file belongs to another user",
            Self::OthersMayWrite => "other users may write to the file",
            Self::Unreadable(error) => return write!(f, "the file cannot be read: {error}"),
            Self::OutOfMemory => "there is not enough memory for the file",
            Self::OtherVersion(error) => return write!(f, "the file has another version of the format: {error}"),
            Self::OtherProducer => "the file was made by another engine, or with other options",
            Self::StaleSource => "the file was made from another source",
            Self::Damaged(error) => return write!(f, "the file is damaged: {error}"),
            Self::BadPack(error) => return write!(f, "the pack cannot be used: {error}"),
        })
    }
}

impl From<bmes::Error> for Miss {
    fn from(error: bmes::Error) -> Self {
        match error.kind() {
            ErrorKind::OtherProducer => Self::OtherProducer,
            ErrorKind::StaleSource { .. } => Self::StaleSource,
            ErrorKind::OutOfMemory { .. } => Self::OutOfMemory,
            _ if error.class() == "unsupported-version" => Self::OtherVersion(error),
            _ => Self::Damaged(error),
        }
    }
}

impl From<bmes_pack::Error> for Miss {
    fn from(error: bmes_pack::Error) -> Self {
        Self::BadPack(error)
    }
}

impl From<ReadError> for Miss {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => Self::Unreadable(error),
            ReadError::Damaged(error) => error.into(),
            ReadError::OutOfMemory => Self::OutOfMemory,
        }
    }
}
