//! Folders and files of a cache, as the system shows them.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

use std::time::SystemTime;

#[cfg(not(unix))]
pub(crate) use other::{Folder, create_all, is_no_file, read_spare, status_of, touch, user};
#[cfg(unix)]
pub(crate) use unix::{Folder, create_all, is_no_file, read_spare, status_of, touch, user};

/// What the system says of a file or folder.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each of the four is a separate fact about the file")]
pub(crate) struct Status {
    pub(crate) is_file: bool,
    pub(crate) is_folder: bool,
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

/// The user with all rights.
const ROOT: u32 = 0;

impl Status {
    /// Returns whether the owner is the user of this process or, if `root_may_own`, root. True if the system has no
    /// owners.
    pub(crate) fn has_safe_owner(&self, root_may_own: bool) -> bool {
        self.owner.is_none_or(|owner| Some(owner) == user() || (root_may_own && owner == ROOT))
    }
}
