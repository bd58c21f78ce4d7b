//! The reasons why a store does not use a folder or a setting.

use std::fmt;
use std::path::PathBuf;

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

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherOwner { location, folder, owner } => {
                let you = user().map(|user| format!(" (user {user})")).unwrap_or_default();
                write!(
                    f,
                    "the cache {} is not used: {} belongs to user {owner}, not to you{you}; set BMES_CACHE_DIR to a folder \
                     of your own",
                    location.display(),
                    folder.display()
                )
            }
            Self::OthersMayWrite { location, folder } => write!(
                f,
                "the cache {} is not used: other users may write to {}; remove their right (chmod go-w), or set \
                 BMES_CACHE_DIR to another folder",
                location.display(),
                folder.display()
            ),
            Self::Unusable { location, reason } => {
                write!(f, "the cache {} is not used: {reason}", location.display())
            }
            Self::BadLimit { value } => write!(
                f,
                "BMES_CACHE_MAX is not a size: {value:?}; write a number of bytes, or a number with a unit such as 500 MiB"
            ),
        }
    }
}
