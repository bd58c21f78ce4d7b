//! The identity of a file. It shows whether two paths or descriptors lead to the same file.

use std::fs::{File, Metadata};
use std::io;
use std::sync::OnceLock;

/// A file's device and inode numbers. Only Unix has them. On other systems, no file has an identity, so `bmes` does not
/// detect that two names lead to the same file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    #[expect(clippy::unnecessary_wraps, reason = "other systems have no identity")]
    pub(crate) fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        Some(Self(metadata.dev(), metadata.ino()))
    }

    #[cfg(not(unix))]
    pub(crate) fn of(_: &Metadata) -> Option<Self> {
        None
    }

    /// Returns the identity of standard output.
    pub(crate) fn of_standard_output() -> Option<Self> {
        static IDENTITY: OnceLock<Option<Identity>> = OnceLock::new();
        *IDENTITY.get_or_init(|| Self::of(&standard_output().and_then(|file| file.metadata()).ok()?))
    }
}

/// Returns true if the file is a regular file to which standard output is redirected.
pub(crate) fn is_standard_output(metadata: &Metadata) -> bool {
    metadata.is_file() && Identity::of(metadata).is_some_and(|file| Identity::of_standard_output() == Some(file))
}

/// Returns standard input as a file, without a buffer.
pub(crate) fn standard_input() -> io::Result<File> {
    file_of(&io::stdin())
}

/// Returns standard output as a file, without a buffer.
pub(crate) fn standard_output() -> io::Result<File> {
    file_of(&io::stdout())
}

/// Returns standard error as a file.
#[cfg(target_os = "linux")]
pub(crate) fn standard_error() -> io::Result<File> {
    file_of(&io::stderr())
}

#[cfg(unix)]
fn file_of(stream: &impl std::os::fd::AsFd) -> io::Result<File> {
    stream.as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn file_of(stream: &impl std::os::windows::io::AsHandle) -> io::Result<File> {
    stream.as_handle().try_clone_to_owned().map(File::from)
}
