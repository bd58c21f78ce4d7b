//! The reasons why a file is not a pack.

use std::fmt;

/// The reason why a file is not a well-formed pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    class: Class,
    message: String,
}

/// The classes of errors, which `spec/errors.md` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Class {
    /// The ZIP structures are not those of a pack.
    BadZip,
    /// A member has a wrong name or a wrong place.
    BadMember,
    /// The index is not JSON of the form of this page, or contradicts itself or the members.
    BadPackIndex,
    /// The index has another layout.
    UnsupportedVersion,
    /// A member's bytes do not have its CRC-32.
    BadChecksum,
}

impl Class {
    /// Returns the name of the class, which never changes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BadZip => "bad-zip",
            Self::BadMember => "bad-member",
            Self::BadPackIndex => "bad-pack-index",
            Self::UnsupportedVersion => "unsupported-version",
            Self::BadChecksum => "bad-checksum",
        }
    }

    /// Returns the number of the class, which never changes.
    pub const fn code(self) -> u16 {
        match self {
            Self::UnsupportedVersion => 2,
            Self::BadChecksum => 9,
            Self::BadZip => 501,
            Self::BadMember => 502,
            Self::BadPackIndex => 503,
        }
    }
}

impl Error {
    pub(crate) fn new(class: Class, message: impl fmt::Display) -> Self {
        Self { class, message: message.to_string() }
    }

    /// Returns the class.
    pub const fn class(&self) -> Class {
        self.class
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class.name(), self.message)
    }
}

impl std::error::Error for Error {}
