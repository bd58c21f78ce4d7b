//! Reads files and standard input, and defines the reasons why reading can fail.
//!
//! Files are read into memory, not memory-mapped. Mapping needs `unsafe`, and the process would end if another program
//! truncated a mapped file.

mod text;
mod unread;

use std::borrow::Cow;
use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::{self, IsTerminal as _, Read, Seek as _};
use std::path::{Path, PathBuf};

pub(crate) use text::{BYTE_ORDER_MARK, Entries, Position, other_encoding};
pub(crate) use unread::Unread;

use crate::failure::{Failure, Status};
use crate::identity::{self, Identity};
use unread::Why;

/// The maximum number of bytes that are read from an input without a known length: a pipe or a device.
const MOST_UNMEASURED: u64 = 1 << 28;
/// If a file has more bytes than this, its first bytes are validated before the rest is read.
const LONG: u64 = 1 << 20;
/// The number of first bytes that are validated before the rest is read. For a file of version 1, the number is then
/// multiplied by [`GROWTH`] until an error is found or the number reaches the length of the file.
const HEAD: u64 = 1 << 16;
const GROWTH: u64 = 8;

/// An input: standard input or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Standard input, which the user names as `-`.
    Standard,
    /// The file at a path. It may not exist.
    File(PathBuf),
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Self {
        if path.as_os_str() == "-" { Self::Standard } else { Self::File(path.to_owned()) }
    }
}

/// Writes the name for messages.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard => f.write_str("standard input"),
            Self::File(path) => f.write_str(&crate::text::path(path)),
        }
    }
}

impl Source {
    /// Returns the name that the user gave.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Standard => "-".into(),
            Self::File(path) => path.to_string_lossy(),
        }
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Standard => None,
            Self::File(path) => Some(path),
        }
    }

    /// Returns the identity of the file, if the file exists.
    pub(crate) fn identity(&self) -> Option<Identity> {
        Identity::of(&self.metadata()?)
    }

    /// Returns whether the source is a pipe, which can be read only once.
    #[cfg(unix)]
    pub(crate) fn is_pipe(&self) -> bool {
        use std::os::unix::fs::FileTypeExt as _;
        self.metadata().is_some_and(|metadata| metadata.file_type().is_fifo())
    }

    #[cfg(not(unix))]
    pub(crate) fn is_pipe(&self) -> bool {
        *self == Self::Standard
    }

    fn metadata(&self) -> Option<Metadata> {
        match self {
            Self::Standard => identity::standard_input().and_then(|file| file.metadata()).ok(),
            Self::File(path) => fs::metadata(path).ok(),
        }
    }

    /// Reads all bytes.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        self.open()?.read(&mut bytes, u64::MAX).map_err(|why| self.unread(why))?;
        Ok(bytes)
    }

    /// Reads the first bytes, at most `most`. They replace the content of `bytes`.
    pub(crate) fn read_into(&self, bytes: &mut Vec<u8>, most: u64) -> Result<(), Failure> {
        self.open()?.read(bytes, most).map_err(|why| self.unread(why).into())
    }

    /// Reads a BMES file, which replaces the content of `bytes`.
    ///
    /// The first bytes of a pipe, or the first bytes and the length of a file longer than [`LONG`], can show that the
    /// file is invalid. Then this function returns the error and does not read the rest.
    pub(crate) fn read_module(&self, bytes: &mut Vec<u8>) -> Result<(), Failure> {
        self.read_judged(bytes, |len| len.is_none_or(|len| len > LONG))
    }

    /// Reads a BMES file for `inspect`, which also shows invalid files. If a file is longer than [`MOST_UNMEASURED`],
    /// and its first bytes or its length show that it is invalid, returns the error.
    pub(crate) fn read_shown(&self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let read = self.read_judged(&mut bytes, |len| len.is_some_and(|len| len > MOST_UNMEASURED));
        read.map_err(|failure| match failure.status() {
            Status::Invalid => failure.tip(format_args!(
                "`bmes inspect` can show an invalid file only if it has at most {MOST_UNMEASURED} bytes"
            )),
            _ => failure,
        })?;
        Ok(bytes)
    }

    /// Reads all bytes. If `is_judged` returns true for the length (`None` if it is not known), the first bytes are
    /// validated before the rest is read.
    fn read_judged(&self, bytes: &mut Vec<u8>, is_judged: impl Fn(Option<u64>) -> bool) -> Result<(), Failure> {
        let mut input = self.open()?;
        bytes.clear();
        if is_judged(input.len) {
            self.judge(&mut input, bytes)?;
        }
        input.read_more(bytes, u64::MAX).map_err(|why| self.unread(why).into())
    }

    fn judge(&self, input: &mut Input, bytes: &mut Vec<u8>) -> Result<(), Failure> {
        let invalid = |error| Failure::from(error).of(self);
        let mut head = HEAD;
        input.read_more(bytes, head).map_err(|why| self.unread(why))?;
        if is_pack(bytes) {
            return Ok(());
        }
        // Without a length, only the version is validated. An input has no length if it is a pipe or a device, or if
        // its length does not fit into 32 bits on a 32-bit machine.
        let Some(len) = input.len.and_then(|len| usize::try_from(len).ok()) else {
            return if bytes.len() < 8 { Ok(()) } else { bmes::identify(bytes).map(drop).map_err(invalid) };
        };
        loop {
            bmes::validate_head(bytes, len).map_err(invalid)?;
            head = head.saturating_mul(GROWTH);
            // In version 1, the size of the bytecode is after the metadata, so more bytes are needed to verify the
            // length of the file. In later versions, the size is in the header.
            if bmes::identify(bytes) != Ok(bmes::Version::V1) || bytes.len() >= len || head >= len as u64 {
                return Ok(());
            }
            input.read_more(bytes, head).map_err(|why| self.unread(why))?;
        }
    }

    /// Returns the failure of a run in which two arguments name this source.
    pub(crate) fn named_twice(&self) -> Failure {
        Failure::usage(format_args!("{self} is used as more than one input, but it can be read only once"))
            .tip("save it to a file, and pass that file instead")
    }

    fn open(&self) -> Result<Input, Unread> {
        let input = match self {
            Self::Standard if io::stdin().is_terminal() => Err(Why::Terminal),
            Self::Standard => identity::standard_input().map_err(Why::from).and_then(|mut file| {
                // Another program may already have read a part of standard input.
                let position = file.stream_position().unwrap_or(0);
                Input::new(file, position)
            }),
            Self::File(path) => File::open(path).map_err(Why::from).and_then(|file| Input::new(file, 0)),
        };
        input.map_err(|why| self.unread(why))
    }

    fn unread(&self, why: Why) -> Unread {
        Unread::new(self.clone(), why)
    }
}

/// Returns whether a file is a pack, and not the file of a module: a ZIP file begins with the header of a member.
pub(crate) fn is_pack(file: &[u8]) -> bool {
    file.starts_with(b"PK\x03\x04")
}

/// Verifies that an input that can be read only once, such as standard input, is not given twice.
pub(crate) fn read_once(inputs: &[&Source]) -> Result<(), Failure> {
    for (index, a) in inputs.iter().enumerate() {
        for b in &inputs[..index] {
            let is_one_pipe = || a.is_pipe() && a.identity().is_some_and(|identity| b.identity() == Some(identity));
            if (**a == Source::Standard && a == b) || is_one_pipe() {
                return Err(a.named_twice());
            }
        }
    }
    Ok(())
}

/// An open file.
struct Input {
    file: File,
    /// The number of bytes from the position to the end of a regular file; `None` for a pipe or a device.
    len: Option<u64>,
}

impl Input {
    /// Creates an input from a file whose bytes before `position` have been read.
    fn new(file: File, position: u64) -> Result<Self, Why> {
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(Why::Folder);
        }
        if identity::is_standard_output(&metadata) {
            return Err(Why::Output);
        }
        let len = metadata.is_file().then(|| metadata.len().saturating_sub(position));
        Ok(Self { file, len })
    }

    /// Reads at most `most` bytes. They replace the content of `bytes`.
    fn read(mut self, bytes: &mut Vec<u8>, most: u64) -> Result<(), Why> {
        bytes.clear();
        self.read_more(bytes, most)
    }

    /// Reads until `bytes` holds the first `most` bytes, or all bytes of the input.
    fn read_more(&mut self, bytes: &mut Vec<u8>, most: u64) -> Result<(), Why> {
        let most = most.min(if self.len.is_none() { MOST_UNMEASURED + 1 } else { u64::MAX });
        let missing = most.saturating_sub(bytes.len() as u64);
        if let Some(len) = self.len {
            let expected = missing.min(len.saturating_sub(bytes.len() as u64));
            let expected = usize::try_from(expected).map_err(|_| Why::Memory(len))?;
            // One byte more, so that `read_to_end` finds the end without growing the buffer.
            bytes.try_reserve_exact(expected.saturating_add(1)).map_err(|_| Why::Memory(len))?;
        }
        Read::by_ref(&mut self.file).take(missing).read_to_end(bytes)?;
        if bytes.len() as u64 > MOST_UNMEASURED && self.len.is_none() { Err(Why::Endless) } else { Ok(()) }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_of_a_device_without_end_than_was_asked_for() {
        let mut bytes = Vec::new();
        Source::File("/dev/zero".into()).read_into(&mut bytes, 8).unwrap();
        assert_eq!(bytes, [0; 8]);
    }
}
