//! Folders and files of a cache, as the system shows them.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

use std::time::SystemTime;

#[cfg(not(unix))]
pub(crate) use other::{Folder, create, is_no_file, read_spare, status_of, touch, user};
#[cfg(unix)]
pub(crate) use unix::{Folder, create, is_no_file, read_spare, status_of, touch, user};

/// What the system says of a file or folder.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each of the four is a separate fact about the file")]
pub(crate) struct Status {
    pub(crate) is_file: bool,
    pub(crate) is_link: bool,
    /// The number of the user who owns it. `None` if the system has no such number.
    pub(crate) owner: Option<u32>,
    /// The mode lets the group or all users write to it. An access list that does so sets the group's bit as well.
    pub(crate) others_may_write: bool,
    /// In a folder with this bit, only the owner of a file can rename or remove it.
    pub(crate) is_sticky: bool,
    /// The length in bytes.
    pub(crate) len: u64,
    pub(crate) accessed: SystemTime,
    pub(crate) modified: SystemTime,
}

/// The unit in which most file systems give space to files.
const BLOCK: u64 = 4096;

impl Status {
    /// Returns the bytes that the file takes on the disk, as most file systems count them.
    pub(crate) fn space(&self) -> u64 {
        self.len.div_ceil(BLOCK).saturating_mul(BLOCK)
    }

    /// Returns the time when the file was last used, to the hour.
    pub(crate) fn used(&self) -> SystemTime {
        self.accessed.max(self.modified)
    }
}

/// The user with all rights.
const ROOT: u32 = 0;

/// The users who may own a file or folder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owners {
    user: Option<u32>,
    root: bool,
}

impl Owners {
    /// The user on whose behalf this process opens files, and perhaps root.
    pub(crate) fn new(root: bool) -> Self {
        Self { user: user(), root }
    }

    /// Returns whether the owner is one of these. True if the system has no owners.
    pub(crate) fn contain(&self, status: &Status) -> bool {
        status.owner.is_none_or(|owner| Some(owner) == self.user || (self.root && owner == ROOT))
    }

    /// Returns whether the user may own it, and not root.
    pub(crate) const fn is_only_user(&self) -> bool {
        !self.root
    }
}
