//! The reasons why a store does not use a folder or a setting.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::folder::user;

/// A reason why a store does not use a folder or a setting. The program runs as it does without that folder or setting.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Problem {
    /// A folder belongs to another user.
    OtherOwner {
        /// The folder of the cache.
        location: PathBuf,
        /// The cache's folder or one above it.
        folder: PathBuf,
        /// The number of the user who owns the folder.
        owner: u32,
    },
    /// Other users may write to a folder.
    OthersMayWrite {
        /// The folder of the cache.
        location: PathBuf,
        /// The cache's folder or one above it.
        folder: PathBuf,
    },
    /// A folder cannot be created or opened.
    Unusable {
        /// The folder of the cache.
        location: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// The value of `BMES_CACHE_MAX` is not a size. The default is used.
    BadLimit {
        /// The value.
        value: String,
    },
}

impl Problem {
    /// Returns the folder of the cache that is not used. `None` if the problem is a setting.
    pub fn location(&self) -> Option<&Path> {
        match self {
            Self::OtherOwner { location, .. }
            | Self::OthersMayWrite { location, .. }
            | Self::Unusable { location, .. } => Some(location),
            Self::BadLimit { .. } => None,
        }
    }

    /// Returns what the user can do. `None` if only the system's reason is known.
    pub fn tip(&self) -> Option<&'static str> {
        match self {
            Self::OtherOwner { .. } => Some("set BMES_CACHE_DIR to a folder of your own"),
            Self::OthersMayWrite { .. } => {
                Some("remove their right (chmod go-w) and delete the cache, or set BMES_CACHE_DIR to another folder")
            }
            Self::Unusable { .. } => None,
            Self::BadLimit { .. } => Some("write a number of bytes, or a number with a unit such as 500 MiB"),
        }
    }

    /// Returns what happened, without the tip.
    pub fn message(&self) -> String {
        match self {
            Self::OtherOwner { location, folder, owner } => {
                let you = user().map(|user| format!(" (user {user})")).unwrap_or_default();
                let (location, folder) = (location.display(), folder.display());
                format!("the cache {location} is not used: {folder} belongs to user {owner}, not to you{you}")
            }
            Self::OthersMayWrite { location, folder } => {
                let (location, folder) = (location.display(), folder.display());
                format!("the cache {location} is not used: other users may write to {folder}")
            }
            Self::Unusable { location, reason } => format!("the cache {} is not used: {reason}", location.display()),
            Self::BadLimit { value } => format!("BMES_CACHE_MAX is not a size: {value:?}"),
        }
    }
}

/// Writes the message, and the tip after a semicolon.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())?;
        self.tip().map_or(Ok(()), |tip| write!(f, "; {tip}"))
    }
}
