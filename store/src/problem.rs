//! The reasons why a store does not use a folder or a setting.

use std::fmt;
use std::path::{Path, PathBuf};

use bmes::Printable;

/// A reason why a store does not use a folder or a setting. The program runs as it does without that folder or setting.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Problem {
    /// A folder or a link belongs to another user.
    OtherOwner {
        /// The folder of the cache.
        location: PathBuf,
        /// The cache's folder, or a folder or link on the way to it.
        folder: PathBuf,
        /// The setting that names the location.
        setting: Setting,
        /// The number of the user who owns the folder.
        owner: u32,
    },
    /// Other users may write to a folder.
    OthersMayWrite {
        /// The folder of the cache.
        location: PathBuf,
        /// The cache's folder, or a folder on the way to it.
        folder: PathBuf,
        /// The setting that names the location.
        setting: Setting,
    },
    /// A folder cannot be created or opened.
    Unusable {
        /// The folder of the cache.
        location: PathBuf,
        /// The folder that cannot be created or opened: the cache's, or one on the way to it.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// The value of a variable is not an absolute path. There is no such cache.
    NotAbsolute {
        /// The setting.
        setting: Setting,
        /// The value.
        value: String,
    },
    /// The value of `BMES_CACHE_MAX` is not a size. The default is used.
    BadLimit {
        /// The value.
        value: String,
    },
}

/// A setting that names the folder of a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// `BMES_CACHE_DIR`, or what is used without it.
    Dir,
    /// `BMES_CACHE_LOWER`.
    Lower,
}

impl Setting {
    /// Returns the name of the variable.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Dir => "BMES_CACHE_DIR",
            Self::Lower => "BMES_CACHE_LOWER",
        }
    }
}

impl Problem {
    /// Returns the folder of the cache that is not used. `None` if the problem is the value of a variable.
    pub fn location(&self) -> Option<&Path> {
        match self {
            Self::OtherOwner { location, .. }
            | Self::OthersMayWrite { location, .. }
            | Self::Unusable { location, .. } => Some(location),
            Self::NotAbsolute { .. } | Self::BadLimit { .. } => None,
        }
    }

    /// Returns what the user can do.
    pub fn tip(&self) -> String {
        match self {
            Self::OtherOwner { setting, .. } => format!("set {} to a folder of your own", setting.variable()),
            Self::OthersMayWrite { setting, .. } => format!(
                "remove their right (chmod go-w) and delete the cache, or set {} to another folder",
                setting.variable()
            ),
            Self::Unusable { .. } => {
                "check the rights of that folder, or set BMES_CACHE_DIR to another folder".to_owned()
            }
            Self::NotAbsolute { .. } => "write a path that begins with /, without ~ and without variables".to_owned(),
            Self::BadLimit { .. } => "write a number of bytes, or a number with a unit such as 500 MiB".to_owned(),
        }
    }

    /// Returns what happened, without the tip.
    pub fn message(&self) -> String {
        match self {
            Self::OtherOwner { location, folder, owner, .. } => {
                let (location, folder) = (printable(location), printable(folder));
                format!("the cache {location} is not used: {folder} belongs to user {owner}, and not to you")
            }
            Self::OthersMayWrite { location, folder, .. } => {
                format!("the cache {} is not used: other users may write to {}", printable(location), printable(folder))
            }
            Self::Unusable { location, path, reason } => {
                format!("the cache {} is not used: {}: {reason}", printable(location), printable(path))
            }
            Self::NotAbsolute { setting, value } => {
                format!("{} is not an absolute path: {}", setting.variable(), Printable(value))
            }
            Self::BadLimit { value } => format!("BMES_CACHE_MAX is not a size: {}", Printable(value)),
        }
    }
}

fn printable(path: &Path) -> String {
    Printable(&path.to_string_lossy()).to_string()
}

/// Writes the message, and the tip after a semicolon.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message(), self.tip())
    }
}
