//! The reasons why a file could not be read, with their messages and tips.

use std::cmp::Reverse;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{MOST_UNMEASURED, Source};
use crate::failure::Failure;
use crate::text;

/// A file that could not be read.
#[derive(Clone, Debug)]
pub(crate) struct Unread {
    source: Source,
    why: Why,
}

#[derive(Clone, Debug)]
pub(crate) enum Why {
    Folder,
    /// Standard output is redirected to the file.
    Output,
    /// A folder without a file that has one of these extensions.
    Empty(&'static [&'static str]),
    /// A glob that matches no file.
    NoMatch,
    /// A path that does not exist and is not a valid glob. The string says why it is not valid.
    NoGlob(String),
    Terminal,
    /// The file does not fit into memory. The number is its length in bytes.
    Memory(u64),
    Endless,
    /// Another error: its kind and the system's message.
    Other(io::ErrorKind, String),
}

impl From<io::Error> for Why {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::IsADirectory => Self::Folder,
            _ if text::is_link_loop(&error) => Self::Other(error.kind(), text::LINK_LOOP.into()),
            kind => Self::Other(kind, error.to_string()),
        }
    }
}

impl Unread {
    pub(crate) fn new(source: Source, why: impl Into<Why>) -> Self {
        Self { source, why: why.into() }
    }

    /// Returns the error for a folder in which no file name ends in one of `extensions`.
    pub(crate) fn empty(path: &Path, extensions: &'static [&'static str]) -> Self {
        Self::new(Source::File(path.to_owned()), Why::Empty(extensions))
    }

    /// Returns the error for a glob that matches no file.
    pub(crate) fn no_match(path: &Path) -> Self {
        Self::new(Source::File(path.to_owned()), Why::NoMatch)
    }

    /// Returns the error for a path that does not exist and is not a valid glob.
    pub(crate) fn no_glob(path: &Path, reason: impl fmt::Display) -> Self {
        Self::new(Source::File(path.to_owned()), Why::NoGlob(reason.to_string()))
    }

    fn tip(&self) -> Option<String> {
        let tip = match &self.why {
            Why::Folder => "pass the path of a file in this folder",
            Why::Output => "redirect standard output to another file",
            Why::Empty(_) => "pass the paths of the files, or a glob that matches them",
            Why::NoMatch => "* matches any characters except /; ** also matches /",
            Why::NoGlob(_) => "to match one of the characters * ? [ {, put a backslash before it",
            Why::Terminal => "redirect a file or a pipe to standard input",
            Why::Memory(_) => return None,
            Why::Endless => "save the bytes to a file, and pass that file to the command",
            Why::Other(kind, _) => match (kind, &self.source) {
                (io::ErrorKind::NotFound, Source::File(path)) => return missing(path),
                (io::ErrorKind::PermissionDenied, Source::File(path)) => {
                    return Some(format!("to see who may read it, run: ls -l {}", text::word(path)));
                }
                _ => return None,
            },
        };
        Some(tip.into())
    }
}

/// Returns a tip for a path that does not exist: a similar name, or the part of the path that exists.
fn missing(path: &Path) -> Option<String> {
    let mut folders = path.ancestors().skip(1).peekable();
    let mut absent = None;
    while let Some(folder) = folders.next_if(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        absent = Some(folder);
    }
    match (folders.next(), absent) {
        (Some(folder), Some(absent)) if !folder.as_os_str().is_empty() => {
            Some(format!("the folder {} exists, but the folder {} does not", text::path(folder), text::path(absent)))
        }
        (_, Some(_)) => None,
        (_, None) => similar_name(path).map(|name| format!("did you mean {}?", text::word(&name))),
    }
}

/// Returns the file in the same folder with the most similar name. Only names that differ from the name of `path` in
/// nothing but case or extension are candidates.
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

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder => f.write_str("is a folder, expected a file"),
            Self::Output => f.write_str("is an input, but standard output is redirected to the same file"),
            Self::Empty(extensions) => {
                write!(f, "this folder has no files whose names end in .{}", extensions.join(", ."))
            }
            Self::NoMatch => f.write_str("no file matches this glob"),
            Self::NoGlob(reason) => write!(f, "no such file, and not a valid glob: {reason}"),
            Self::Terminal => f.write_str("is a terminal, expected a file"),
            Self::Memory(length) => write!(f, "does not fit into memory: it has {length} bytes"),
            Self::Endless => write!(f, "has more than {MOST_UNMEASURED} bytes, the limit for pipes and devices"),
            Self::Other(io::ErrorKind::NotFound, _) => f.write_str("no such file"),
            Self::Other(io::ErrorKind::PermissionDenied, _) => f.write_str("no permission to read it"),
            Self::Other(io::ErrorKind::InvalidFilename, _) => f.write_str("the name is too long"),
            Self::Other(io::ErrorKind::NotADirectory, _) => f.write_str("a part of the path is a file, not a folder"),
            Self::Other(_, sentence) => write!(f, "cannot be read: {sentence}"),
        }
    }
}

impl From<Unread> for Failure {
    fn from(unread: Unread) -> Self {
        let failure = Self::unread(&unread.why).of(&unread.source);
        match unread.tip() {
            Some(tip) => failure.tip(tip),
            None => failure,
        }
    }
}
