//! Finds the target of an output's path. Symbolic links are followed one at a time, because the last one may lead to a
//! file that does not exist yet, or be an open descriptor such as `/proc/self/fd/5`.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::identity::{self, Identity};
use crate::text;

/// The maximum number of links to follow, as in Linux.
const MOST_LINKS: u32 = 40;

/// The target of an output.
pub(super) enum Target {
    /// An open descriptor. Writing begins at its current position.
    Open(File),
    /// A device or a pipe.
    Direct(PathBuf),
    /// A regular file, which may not exist yet.
    File { path: PathBuf, before: Option<Metadata> },
}

impl Target {
    pub(super) fn metadata(&self) -> Option<Metadata> {
        match self {
            Self::Open(file) => file.metadata().ok(),
            Self::Direct(path) => fs::metadata(path).ok(),
            Self::File { before, .. } => before.clone(),
        }
    }

    /// Returns whether standard output goes to the same file or pipe.
    pub(super) fn is_standard_output(&self) -> bool {
        let identity = self.identity();
        identity.is_some() && identity == Identity::of_standard_output()
    }

    /// Returns whether both targets are the same file or pipe.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File { path, before: None }, Self::File { path: other, before: None }) => path == other,
            _ => self.identity().is_some() && self.identity() == other.identity(),
        }
    }

    /// Returns the identity of the file or pipe. A device such as `/dev/null` has none, because it can take several
    /// outputs.
    fn identity(&self) -> Option<Identity> {
        let metadata = self.metadata().filter(|metadata| matches!(self, Self::Open(_)) || !is_device(metadata));
        metadata.as_ref().and_then(Identity::of)
    }
}

/// Returns the target that `path` leads to.
pub(super) fn find(path: &Path) -> Result<Target, Failure> {
    if path.as_os_str() == "-" {
        return identity::standard_output().map(Target::Open).map_err(|error| Failure::unwritable(&error));
    }
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        if let Some(opened) = descriptor(&target) {
            return opened.map_err(|error| {
                Failure::unwritten(format_args!("cannot be opened: {error}"))
                    .tip("redirect standard output to it, and pass - as the output file")
            });
        }
        match fs::read_link(&target) {
            // A relative link is relative to the folder that contains it.
            Ok(to) => target = target.parent().unwrap_or(Path::new("")).join(to),
            Err(_) => return at(path, target),
        }
    }
    Err(loops(path))
}

/// Returns the [`Target`] for `target`. `path` is the path that the user gave; its links led to `target`, which is not a
/// link.
fn at(path: &Path, target: PathBuf) -> Result<Target, Failure> {
    match fs::metadata(&target) {
        Ok(metadata) if metadata.is_dir() => {
            Err(Failure::unwritten("is a folder, expected a file").tip("pass the path of a file in this folder"))
        }
        Ok(metadata) if metadata.is_file() => Ok(Target::File { path: target, before: Some(metadata) }),
        Ok(_) => Ok(Target::Direct(target)),
        Err(error) if text::is_link_loop(&error) => Err(loops(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => missing(target),
        Err(error) => Err(Failure::unwritable(&error)),
    }
}

/// Returns the target for a file that does not exist yet, or an error if `target` cannot be the name of a new file.
fn missing(target: PathBuf) -> Result<Target, Failure> {
    // `Path` ignores `/` or `/.` at the end, so this code looks at the bytes.
    let bytes = target.as_os_str().as_encoded_bytes();
    if bytes.ends_with(b"/") || bytes.ends_with(b"/.") || target.file_name().is_none() {
        let folder = target.components().as_path();
        return Err(Failure::unwritten("is the path of a folder, expected a file").tip(format_args!(
            "pass the path of a file in this folder, and create the folder first: mkdir -p {}",
            text::word(folder)
        )));
    }
    let folder = folder_of(&target);
    if folder.is_dir() {
        return Ok(Target::File { path: target, before: None });
    }
    Err(Failure::unwritten(format_args!("cannot be written: no such folder: {}", text::path(&folder)))
        .tip(format_args!("create it first: mkdir -p {}", text::word(&folder))))
}

fn loops(path: &Path) -> Failure {
    Failure::unwritten(format_args!("cannot be written: {}", text::LINK_LOOP))
        .tip(format_args!("to see where the path leads, run: ls -l {}", text::word(path)))
}

pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => ".".into(),
    }
}

/// Opens the descriptor that a path names, if it names one: `/dev/fd/5`, `/proc/self/fd/5`, or the path that
/// `/dev/stdout` leads to. Opening such a path as a file would create a second descriptor: writing would begin at the
/// start of the file, and would not move the position of the first descriptor.
#[cfg(target_os = "linux")]
fn descriptor(path: &Path) -> Option<io::Result<Target>> {
    use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
    let number: i32 = path.file_name()?.to_str()?.parse().ok()?;
    let folder = fs::canonicalize(folder_of(path)).ok()?;
    let parts: Vec<_> = folder.iter().filter_map(|part| part.to_str()).collect();
    let (["/", "proc", process, "fd"] | ["/", "proc", process, "task", _, "fd"]) = parts[..] else { return None };
    // The path may contain the process number of another namespace, so the code does not compare it with `getpid()`,
    // but compares the folders.
    let is_own =
        ["/proc/self/fd", "/proc/thread-self/fd"].map(fs::canonicalize).iter().flatten().any(|own| *own == folder);
    let process = if is_own { getpid() } else { Pid::from_raw(process.parse().ok()?)? };
    if fs::symlink_metadata(path).is_err() {
        return Some(Err(io::Error::other("this descriptor is not open")));
    }
    let file = match number {
        1 if is_own => identity::standard_output(),
        2 if is_own => identity::standard_error(),
        _ => {
            let process = pidfd_open(process, PidfdFlags::empty());
            let file = process.and_then(|process| pidfd_getfd(process, number, PidfdGetfdFlags::empty()));
            file.map(File::from).map_err(io::Error::from)
        }
    };
    // A sandbox may forbid these system calls. Then anything but a regular file is opened by its path: only a regular
    // file has a position that this would lose.
    match (file, fs::metadata(path)) {
        (Err(_), Ok(metadata)) if !metadata.is_file() => Some(Ok(Target::Direct(path.to_owned()))),
        (file, _) => Some(file.map(Target::Open)),
    }
}

/// Opens the descriptor that a path names, if it names one. On these systems, opening `/dev/fd/5` returns a copy of the
/// descriptor with the same position.
#[cfg(not(target_os = "linux"))]
fn descriptor(path: &Path) -> Option<io::Result<Target>> {
    let is_descriptor = path.parent() == Some(Path::new("/dev/fd")) && cfg!(unix);
    is_descriptor.then(|| fs::OpenOptions::new().write(true).open(path).map(Target::Open))
}

/// Returns true if replacing the file by a new one would lose more than the old bytes. Other names (hard links) would
/// still lead to the old bytes, and access control lists and other attributes would be lost.
#[cfg(unix)]
pub(super) fn is_more_than_bytes(path: &Path, metadata: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1 || has_attributes(path)
}

#[cfg(not(unix))]
pub(super) fn is_more_than_bytes(_: &Path, _: &Metadata) -> bool {
    false
}

/// Returns whether a file has extended attributes. The `SELinux` label does not count, because the system gives each new
/// file a label.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn has_attributes(path: &Path) -> bool {
    const LABEL: &[u8] = b"security.selinux";
    let mut names = Vec::with_capacity(1 << 12);
    match rustix::fs::listxattr(path, rustix::buffer::spare_capacity(&mut names)) {
        Ok(_) => names.split(|byte| *byte == 0).any(|name| !name.is_empty() && name != LABEL),
        // `RANGE` means that the names of the file's attributes do not fit into the buffer. Other errors mean that the
        // file system has no attributes.
        Err(error) => error == rustix::io::Errno::RANGE,
    }
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "macos"))))]
fn has_attributes(_: &Path) -> bool {
    false
}

#[cfg(unix)]
fn is_device(metadata: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_char_device(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_device(_: &Metadata) -> bool {
    false
}

/// Gives a new file the owner and the group of the file that it replaces.
#[cfg(unix)]
pub(super) fn keep_owner(file: &File, before: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let now = file.metadata()?;
    if (now.uid(), now.gid()) == (before.uid(), before.gid()) {
        return Ok(());
    }
    fchown(file, Some(before.uid()), Some(before.gid()))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "Unix can fail")]
pub(super) fn keep_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}
