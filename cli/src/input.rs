//! Reading: files and standard input, and what can keep them from being read.
//!
//! Files are read and not mapped: a file that is cut while it is mapped ends the process, and mapping it needs `unsafe`.

mod text;
mod unread;

use std::borrow::Cow;
use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::{self, IsTerminal as _, Read, Seek as _};
use std::path::{Path, PathBuf};

pub(crate) use text::{BYTE_ORDER_MARK, Position, other_encoding};
pub(crate) use unread::Unread;

use crate::failure::{Failure, Status};
use crate::identity::{self, Identity};
use unread::Why;

/// The most that is read of what does not say how long it is: a pipe or a device.
const MOST_UNMEASURED: u64 = 1 << 28;
/// A file that is longer than this is judged by its first bytes before it is read whole.
const LONG: u64 = 1 << 20;
/// So many first bytes. If they are not enough, so many times more are read.
const HEAD: u64 = 1 << 16;
const GROWTH: u64 = 8;

/// Where bytes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// `-`
    Standard,
    /// A path, which may or may not exist.
    File(PathBuf),
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Self {
        if path.as_os_str() == "-" { Self::Standard } else { Self::File(path.to_owned()) }
    }
}

/// The name in messages.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard => f.write_str("standard input"),
            Self::File(path) => f.write_str(&crate::text::path(path)),
        }
    }
}

impl Source {
    /// Returns the word that it was named with.
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

    /// Returns which file it is, if that exists.
    pub(crate) fn identity(&self) -> Option<Identity> {
        Identity::of(&self.metadata()?)
    }

    /// Returns whether it is a pipe, which can be read only once.
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

    /// Reads the first bytes, at most `most`, in place of what `bytes` holds.
    pub(crate) fn read_into(&self, bytes: &mut Vec<u8>, most: u64) -> Result<(), Failure> {
        self.open()?.read(bytes, most).map_err(|why| self.unread(why).into())
    }

    /// Reads a BMES file in place of what `bytes` holds. A file longer than [`LONG`] whose first bytes or length show that it is
    /// invalid is not read whole: the error is returned, and `bytes` holds its beginning.
    pub(crate) fn read_module(&self, bytes: &mut Vec<u8>) -> Result<(), Failure> {
        self.read_module_unless(bytes, LONG)
    }

    /// Reads a BMES file of which an invalid one is shown, too, unless it is too long for that.
    pub(crate) fn read_shown(&self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let tip = format!("a file of up to {MOST_UNMEASURED} bytes is shown in spite of it");
        self.read_module_unless(&mut bytes, MOST_UNMEASURED).map_err(|failure| match failure.status() {
            Status::Invalid => failure.tip(tip),
            _ => failure,
        })?;
        Ok(bytes)
    }

    fn read_module_unless(&self, bytes: &mut Vec<u8>, long: u64) -> Result<(), Failure> {
        let mut input = self.open()?;
        bytes.clear();
        if let Some(len) = input.len.filter(|len| *len > long)
            && let Ok(file_len) = usize::try_from(len)
        {
            let mut head = HEAD;
            while head < len {
                input.read_more(bytes, head).map_err(|why| self.unread(why))?;
                bmes::validate_head(bytes, file_len).map_err(|error| Failure::from(error).of(self))?;
                // Only version 1 has its length behind its metadata.
                let is_first = bmes::identify(bytes) == Ok(bmes::Version::V1);
                head = if is_first { head.saturating_mul(GROWTH) } else { len };
            }
        } else if input.len.is_none() && long == LONG {
            input.read_more(bytes, HEAD).map_err(|why| self.unread(why))?;
            if bytes.len() >= 8 {
                bmes::identify(bytes).map_err(|error| Failure::from(error).of(self))?;
            }
        }
        input.read_more(bytes, u64::MAX).map_err(|why| self.unread(why).into())
    }

    fn open(&self) -> Result<Input, Unread> {
        let input = match self {
            Self::Standard if io::stdin().is_terminal() => Err(Why::Terminal),
            Self::Standard => identity::standard_input().map_err(Why::from).and_then(|mut file| {
                // It may have been read in part.
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

/// A file that was opened.
struct Input {
    file: File,
    /// How many bytes there are to read, of a regular file.
    len: Option<u64>,
}

impl Input {
    /// A file of which the bytes before `position` have been read.
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

    /// Reads all bytes up to `most` in place of what `bytes` holds.
    fn read(mut self, bytes: &mut Vec<u8>, most: u64) -> Result<(), Why> {
        bytes.clear();
        self.read_more(bytes, most)
    }

    /// Reads on until `bytes` holds the first `most` bytes, or all.
    fn read_more(&mut self, bytes: &mut Vec<u8>, most: u64) -> Result<(), Why> {
        let most = most.min(if self.len.is_none() { MOST_UNMEASURED + 1 } else { u64::MAX });
        let missing = most.saturating_sub(bytes.len() as u64);
        if let Some(len) = self.len {
            let expected = missing.min(len.saturating_sub(bytes.len() as u64));
            let expected = usize::try_from(expected).map_err(|_| Why::Memory(len))?;
            // One more, so that the end is met without growing.
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
