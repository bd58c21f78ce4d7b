//! Reading: files and standard input, whole, and what can keep them from being read.
//!
//! Files are read and not mapped: a file that is cut while it is mapped ends the process, and mapping it needs `unsafe`.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::stop::Stop;
use crate::text;

/// The most that is read of what does not say how long it is: a pipe, a device, standard input.
const MOST_UNMEASURED: u64 = 1 << 28;

/// Where bytes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// `-`
    Standard,
    /// A path, which may or may not be there.
    File(PathBuf),
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Self {
        if path.as_os_str() == "-" { Self::Standard } else { Self::File(path.to_owned()) }
    }
}

/// What messages call it.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard => f.write_str("standard input"),
            Self::File(path) => f.write_str(&text::path(path)),
        }
    }
}

impl Source {
    /// The word that it was named with.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Standard => "-".into(),
            Self::File(path) => path.to_string_lossy(),
        }
    }

    /// All bytes.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Unread> {
        let mut bytes = Vec::new();
        self.read_into(&mut bytes, u64::MAX)?;
        Ok(bytes)
    }

    /// The first bytes, at most `most`, in place of what `bytes` holds.
    pub(crate) fn read_into(&self, bytes: &mut Vec<u8>, most: u64) -> Result<(), Unread> {
        bytes.clear();
        let result = match self {
            Self::Standard if io::stdin().is_terminal() => Err(Why::Terminal),
            Self::Standard => read_unmeasured(io::stdin().lock(), bytes, most),
            Self::File(path) => read_file(path, bytes, most),
        };
        result.map_err(|why| Unread { source: self.clone(), why })
    }

    /// A text, which has to be UTF-8.
    pub(crate) fn read_text(&self) -> Result<String, Stop> {
        String::from_utf8(self.read()?).map_err(|error| {
            let Place { line, column } = Place::of(error.as_bytes(), error.utf8_error().valid_up_to());
            Stop::bad(format_args!("{self}: line {line}, column {column}: a byte that is not UTF-8"))
                .tip("save the file as UTF-8")
        })
    }

    /// A JSON document. `shape` says what it is expected to be.
    pub(crate) fn read_json<T: DeserializeOwned>(&self, shape: &str) -> Result<T, Stop> {
        let text = self.read_text()?;
        if !text.trim_start().starts_with('{') {
            let Place { line, column } = Place::of(text.as_bytes(), text.len() - text.trim_start().len());
            let what = if text.trim().is_empty() { "the file is empty" } else { "no JSON object begins here" };
            return Err(Stop::bad(format_args!("{self}: line {line}, column {column}: {what}"))
                .tip(format_args!("expected {shape}")));
        }
        serde_json::from_str(&text).map_err(|error| {
            // The library puts the place behind its message, if it knows one.
            let whole = error.to_string();
            let reason = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(reason, _)| reason);
            let place = format!("line {}, column {}", error.line(), error.column());
            Stop::bad(format_args!("{self}: {place}: {}", text::printable(reason)))
                .tip(format_args!("expected {shape}"))
        })
    }
}

/// A place in a text, as people count: from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    /// In characters.
    pub(crate) column: usize,
}

impl Place {
    /// The place of the byte at `offset`; what is before it is UTF-8.
    pub(crate) fn of(bytes: &[u8], offset: usize) -> Self {
        let before = &bytes[..offset];
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |line_feed| line_feed + 1);
        let line = before[..start].split(|byte| *byte == b'\n').count();
        Self { line, column: String::from_utf8_lossy(&before[start..]).chars().count() + 1 }
    }
}

fn read_file(path: &Path, bytes: &mut Vec<u8>, most: u64) -> Result<(), Why> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(Why::Folder);
    }
    if !metadata.is_file() {
        return read_unmeasured(file, bytes, most);
    }
    let expected = usize::try_from(metadata.len().min(most)).map_err(|_| Why::Memory(metadata.len()))?;
    // One more, so that the end is met without growing.
    bytes.try_reserve_exact(expected.saturating_add(1)).map_err(|_| Why::Memory(metadata.len()))?;
    Read::by_ref(&mut file).take(most).read_to_end(bytes)?;
    Ok(())
}

fn read_unmeasured(from: impl Read, bytes: &mut Vec<u8>, most: u64) -> Result<(), Why> {
    from.take(most.min(MOST_UNMEASURED + 1)).read_to_end(bytes)?;
    if bytes.len() as u64 > MOST_UNMEASURED { Err(Why::Endless) } else { Ok(()) }
}

/// A source that could not be read.
#[derive(Clone, Debug)]
pub(crate) struct Unread {
    source: Source,
    why: Why,
}

#[derive(Clone, Debug)]
enum Why {
    Folder,
    /// A folder without any file that ends in one of these.
    Empty(&'static [&'static str]),
    /// A glob without any file.
    NoMatch,
    /// Neither there nor a glob, because of this.
    NoGlob(String),
    /// Nobody types what is expected here.
    Terminal,
    /// The file's length.
    Memory(u64),
    Endless,
    /// The kind, and the system's sentence.
    Other(io::ErrorKind, String),
}

impl From<io::Error> for Why {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::IsADirectory => Self::Folder,
            kind => Self::Other(kind, error.to_string()),
        }
    }
}

impl Unread {
    pub(crate) fn new(source: Source, error: io::Error) -> Self {
        Self { source, why: error.into() }
    }

    /// A folder in which nothing ends in one of `extensions`.
    pub(crate) fn empty(path: &Path, extensions: &'static [&'static str]) -> Self {
        Self { source: Source::File(path.to_owned()), why: Why::Empty(extensions) }
    }

    /// A glob that matches nothing.
    pub(crate) fn no_match(path: &Path) -> Self {
        Self { source: Source::File(path.to_owned()), why: Why::NoMatch }
    }

    /// A path that is not there, and no glob either.
    pub(crate) fn no_glob(path: &Path, reason: impl fmt::Display) -> Self {
        Self { source: Source::File(path.to_owned()), why: Why::NoGlob(reason.to_string()) }
    }

    /// What could not be read.
    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// What to do about it.
    pub(crate) fn tip(&self) -> String {
        match &self.why {
            Why::Folder => "name a file in it".into(),
            Why::Empty(_) => "name the files themselves, or a glob: 'FOLDER/**/*.cache'".into(),
            Why::NoMatch => "look at the folders; * stands for what is between two slashes, ** also for slashes".into(),
            Why::NoGlob(_) => "look at the path; *, ?, [ and { that stand for themselves need a backslash".into(),
            Why::Terminal => "send a file into it: … < FILE".into(),
            Why::Memory(_) => "is it the file that you meant?".into(),
            Why::Endless => "if that is right, save it to a file first".into(),
            Why::Other(kind, _) => match (kind, &self.source) {
                (io::ErrorKind::NotFound, Source::File(path)) => missing(path),
                (io::ErrorKind::PermissionDenied, _) => "become somebody who may read it, or change its mode".into(),
                _ => "try again, or copy it to another disk".into(),
            },
        }
    }
}

/// What to do about a path that is not there: look where it ends to be.
fn missing(path: &Path) -> String {
    let there = path.ancestors().skip(1).find(|folder| folder.as_os_str().is_empty() || folder.is_dir());
    match there {
        Some(folder) if Some(folder) != path.parent() => {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            format!("look at the path: it is there as far as {}", text::path(folder))
        }
        _ => similar_name(path).map_or_else(
            || "look at the path, and at the folder: the name may be spelled differently".into(),
            |name| format!("did you mean {}?", text::word(&name)),
        ),
    }
}

/// The file beside it whose name is most like this one's, of those that differ in their case or their extension only.
fn similar_name(path: &Path) -> Option<PathBuf> {
    let lower = |text: &OsStr| text.to_string_lossy().to_lowercase();
    let (folder, name, stem) = (path.parent()?, lower(path.file_name()?), lower(path.file_stem()?));
    let entries = fs::read_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }).ok()?;
    let files = entries.filter_map(Result::ok).filter(|entry| entry.path().is_file());
    let mut similar: Vec<_> = files
        .map(|entry| folder.join(entry.file_name()))
        .filter(|other| other.file_stem().is_some_and(|other| lower(other) == stem))
        .collect();
    similar.sort();
    let in_common = |other: &PathBuf| {
        let other = lower(other.file_name().unwrap_or_default());
        let same = |(a, b): &(char, char)| a == b;
        let before = name.chars().zip(other.chars()).take_while(same).count();
        let behind = name.chars().rev().zip(other.chars().rev()).take_while(same).count();
        Reverse(before + behind)
    };
    similar.into_iter().min_by_key(in_common)
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, why } = self;
        write!(f, "{source}: ")?;
        match why {
            Why::Folder => f.write_str("is a folder, and a file is expected"),
            Why::Empty(extensions) => {
                write!(f, "is a folder without any file that ends in .{}", extensions.join(", ."))
            }
            Why::NoMatch => f.write_str("no file matches"),
            Why::NoGlob(reason) => write!(f, "there is no such file, and it is no glob: {reason}"),
            Why::Terminal => f.write_str("is a terminal, and a file is expected"),
            Why::Memory(length) => write!(f, "does not fit into memory: it has {length} bytes"),
            Why::Endless => write!(f, "does not end: more than {MOST_UNMEASURED} bytes came"),
            Why::Other(io::ErrorKind::NotFound, _) => f.write_str("there is no such file"),
            Why::Other(io::ErrorKind::PermissionDenied, _) => f.write_str("no permission to read it"),
            Why::Other(_, sentence) => write!(f, "cannot be read: {sentence}"),
        }
    }
}

impl From<Unread> for Stop {
    fn from(unread: Unread) -> Self {
        Self::usage(&unread).tip(unread.tip())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_from_one_and_in_characters() {
        let text = "a\ngröße\n".as_bytes();
        assert_eq!(Place::of(text, 0), Place { line: 1, column: 1 });
        assert_eq!(Place::of(text, 8), Place { line: 2, column: 5 });
        assert_eq!(Place::of(text, text.len()), Place { line: 3, column: 1 });
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_does_not_end_is_given_up() {
        let mut bytes = Vec::new();
        Source::File("/dev/zero".into()).read_into(&mut bytes, 8).unwrap();
        assert_eq!(bytes, [0; 8]);
    }
}
