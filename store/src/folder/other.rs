//! Folders of systems other than Unix. Owners and permissions are not checked there. This code is not tested.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::Status;

/// The path of a folder.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Opens the folder at a path.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        if fs::metadata(path)?.is_dir() { Ok(Self(path.to_owned())) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// Opens a folder below this one.
    pub(crate) fn subfolder(&self, path: &str) -> io::Result<Self> {
        Self::open(&self.0.join(path))
    }

    /// Creates a folder unless it exists. Returns whether it was created.
    pub(crate) fn create_subfolder(&self, path: &str) -> io::Result<bool> {
        create(&self.0.join(path))
    }

    /// Opens a file to read it.
    pub(crate) fn open_file(&self, path: &str, _is_own: bool) -> io::Result<(File, Status)> {
        let path = self.0.join(path);
        let status = status_of(&path)?;
        Ok((File::open(path)?, status))
    }

    /// Creates a file. Fails if the name exists.
    pub(crate) fn create_file(&self, name: &str) -> io::Result<File> {
        File::create_new(self.0.join(name))
    }

    /// Renames a file of this folder, and moves it into the folder `to`.
    pub(crate) fn rename(&self, name: &str, to: &Self, new_name: &str) -> io::Result<()> {
        fs::rename(self.0.join(name), to.0.join(new_name))
    }

    /// Removes a file of this folder.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    /// Returns the status of a file of this folder. If the file is a link, this is the status of the link.
    pub(crate) fn status(&self, name: &str) -> io::Result<Status> {
        status_of(&self.0.join(name))
    }

    /// Returns the status of the folder itself.
    pub(crate) fn own_status(&self) -> io::Result<Status> {
        status_of(&self.0)
    }

    /// Calls `take` with each name in the folder that is Unicode, until `take` returns false.
    pub(crate) fn for_each_name(&self, mut take: impl FnMut(&str) -> bool) -> io::Result<()> {
        for entry in fs::read_dir(&self.0)? {
            if entry?.file_name().to_str().is_some_and(|name| !take(name)) {
                break;
            }
        }
        Ok(())
    }
}

impl From<Metadata> for Status {
    fn from(metadata: Metadata) -> Self {
        Self {
            is_file: metadata.is_file(),
            is_link: metadata.is_symlink(),
            owner: None,
            others_may_write: false,
            is_sticky: false,
            len: metadata.len(),
            accessed: metadata.accessed().unwrap_or(UNIX_EPOCH),
            modified: metadata.modified().unwrap_or(UNIX_EPOCH),
        }
    }
}

/// Sets the time of the last access to a file to the current time. The file was opened to read, so this can fail.
pub(crate) fn touch(file: &File) -> io::Result<()> {
    file.set_times(fs::FileTimes::new().set_accessed(SystemTime::now()))
}

/// Reads up to the end of the file or until the vector's capacity is used.
pub(crate) fn read_spare(file: &File, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let spare = bytes.capacity() - bytes.len();
    file.take(spare as u64).read_to_end(bytes)
}

/// Returns the status of a path without following a link at its end.
pub(crate) fn status_of(path: &Path) -> io::Result<Status> {
    fs::symlink_metadata(path).map(Status::from)
}

/// Returns `None`: owners are not checked on this system.
pub(crate) fn user() -> Option<u32> {
    None
}

/// Creates a folder unless it exists. Returns whether it was created.
pub(crate) fn create(path: &Path) -> io::Result<bool> {
    match fs::create_dir(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns whether a path could not be opened because it is a folder.
pub(crate) fn is_no_file(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::IsADirectory
}
