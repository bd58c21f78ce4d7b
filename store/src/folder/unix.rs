//! Folders of Unix, as open descriptors. A path that is relative to a descriptor stays in the same folder, even if
//! another process renames the folders above it.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};
use rustix::io::Errno;

use super::Status;

/// An open folder.
#[derive(Debug)]
pub(crate) struct Folder(OwnedFd);

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY);
/// Without `NONBLOCK`, opening a FIFO waits for a writer.
const FILE: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY);
/// Only the owner of a file may use this flag.
#[cfg(target_os = "linux")]
const OWN: OFlags = OFlags::NOATIME;
#[cfg(not(target_os = "linux"))]
const OWN: OFlags = OFlags::empty();
const NEW_FILE: OFlags = OFlags::WRONLY.union(OFlags::CREATE).union(OFlags::EXCL);
/// Every descriptor is closed in child processes, and no link is followed.
const ALWAYS: OFlags = OFlags::CLOEXEC.union(OFlags::NOFOLLOW);

impl Folder {
    /// Opens the folder at a path. The last part of the path must not be a link.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(rustix::fs::open(path, FOLDER | ALWAYS, Mode::empty())?))
    }

    /// Opens a folder below this one. No part of the path may be a link.
    pub(crate) fn subfolder(&self, path: &str) -> io::Result<Self> {
        Ok(Self(self.open_below(path, FOLDER)?))
    }

    /// Creates a folder that only the user may use, unless the folder exists. Returns whether it was created.
    pub(crate) fn create_subfolder(&self, path: &str) -> io::Result<bool> {
        created(rustix::fs::mkdirat(&self.0, path, Mode::RWXU))
    }

    /// Opens a file to read it. No part of the path may be a link. If the file `is_own`, the system does not change the
    /// time of its last access: only [`touch`] does.
    pub(crate) fn open_file(&self, path: &str, is_own: bool) -> io::Result<(File, Status)> {
        let file = self.open_below(path, if is_own { FILE.union(OWN) } else { FILE })?;
        let status = Status::from(rustix::fs::fstat(&file)?);
        Ok((file.into(), status))
    }

    /// Creates a file that only the user may read and write. Fails if the name exists.
    pub(crate) fn create_file(&self, name: &str) -> io::Result<File> {
        let mode = Mode::RUSR | Mode::WUSR;
        Ok(rustix::fs::openat(&self.0, name, NEW_FILE | ALWAYS, mode)?.into())
    }

    /// Renames a file of this folder, and moves it into the folder `to`.
    pub(crate) fn rename(&self, name: &str, to: &Self, new_name: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.0, name, &to.0, new_name)?)
    }

    /// Removes a file of this folder.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Returns the status of a file of this folder. If the file is a link, this is the status of the link.
    pub(crate) fn status(&self, name: &str) -> io::Result<Status> {
        Ok(rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?.into())
    }

    /// Returns the status of the folder itself.
    pub(crate) fn own_status(&self) -> io::Result<Status> {
        Ok(rustix::fs::fstat(&self.0)?.into())
    }

    /// Calls `take` with each name in the folder that is UTF-8, until `take` returns false.
    pub(crate) fn for_each_name(&self, mut take: impl FnMut(&str) -> bool) -> io::Result<()> {
        for entry in Dir::read_from(&self.0)? {
            let entry = entry?;
            if entry.file_name().to_str().is_ok_and(|name| !take(name)) {
                break;
            }
        }
        Ok(())
    }

    fn open_below(&self, path: &str, flags: OFlags) -> rustix::io::Result<OwnedFd> {
        let mut flags = flags | ALWAYS;
        #[cfg(target_os = "linux")]
        match rustix::fs::openat2(&self.0, path, flags, Mode::empty(), rustix::fs::ResolveFlags::NO_SYMLINKS) {
            // Kernels before 5.6 do not have this call.
            Err(Errno::NOSYS) => {}
            // Some containers forbid the call, and a file of another user does not allow `OWN`.
            Err(Errno::PERM) => flags = flags.difference(OWN),
            opened => return opened,
        }
        let (folders, name) = path.rsplit_once('/').map_or((None, path), |(folders, name)| (Some(folders), name));
        let mut parent = None;
        for folder in folders.into_iter().flat_map(|folders| folders.split('/')) {
            let above = parent.as_ref().unwrap_or(&self.0);
            parent = Some(rustix::fs::openat(above, folder, FOLDER | ALWAYS, Mode::empty())?);
        }
        rustix::fs::openat(parent.as_ref().unwrap_or(&self.0), name, flags, Mode::empty())
    }
}

impl From<Stat> for Status {
    fn from(stat: Stat) -> Self {
        let mode = Mode::from_raw_mode(stat.st_mode);
        Self {
            is_file: FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile,
            is_link: FileType::from_raw_mode(stat.st_mode) == FileType::Symlink,
            owner: Some(stat.st_uid),
            others_may_write: mode.intersects(Mode::WGRP | Mode::WOTH),
            is_sticky: mode.contains(Mode::SVTX),
            len: u64::try_from(stat.st_size).unwrap_or_default(),
            accessed: time(stat.st_atime),
            modified: time(stat.st_mtime),
        }
    }
}

fn time(seconds: impl TryInto<i64>) -> SystemTime {
    let seconds = seconds.try_into().unwrap_or_default();
    let since = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 { UNIX_EPOCH.checked_sub(since) } else { UNIX_EPOCH.checked_add(since) };
    time.unwrap_or(UNIX_EPOCH)
}

/// Sets the time of the last access to a file to the current time.
pub(crate) fn touch(file: &File) -> io::Result<()> {
    let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
    let unchanged = Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT };
    Ok(rustix::fs::futimens(file, &Timestamps { last_access: now, last_modification: unchanged })?)
}

/// Reads up to the end of the file or until the vector's capacity is used, without clearing the memory first.
pub(crate) fn read_spare(file: &File, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let read = rustix::io::retry_on_intr(|| rustix::io::read(file, rustix::buffer::spare_capacity(bytes)));
    Ok(read?)
}

/// Returns the status of a path without following a link at its end.
pub(crate) fn status_of(path: &Path) -> io::Result<Status> {
    Ok(rustix::fs::lstat(path)?.into())
}

/// Returns the user on whose behalf the process opens files.
#[expect(clippy::unnecessary_wraps, reason = "other systems have no such number")]
pub(crate) fn user() -> Option<u32> {
    Some(rustix::process::geteuid().as_raw())
}

/// Creates a folder that only the user may use, unless it exists. Returns whether it was created.
pub(crate) fn create(path: &Path) -> io::Result<bool> {
    created(rustix::fs::mkdir(path, Mode::RWXU))
}

fn created(result: rustix::io::Result<()>) -> io::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(Errno::EXIST) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Returns whether a path could not be opened because a part of it is a link, or is not what it should be.
pub(crate) fn is_no_file(error: &io::Error) -> bool {
    Errno::from_io_error(error)
        .is_some_and(|error| matches!(error, Errno::LOOP | Errno::ISDIR | Errno::NOTDIR | Errno::NXIO))
}
