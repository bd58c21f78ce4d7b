//! Freshness: section 5 of `spec/pack.md`.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bmes::{Digest, v4};

use crate::index::{Format, Freshness, Index};
use crate::stamps::{Stamps, State};

/// What has changed since a pack was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The modules that are not fresh, by their index, each with the reason.
    pub modules: Vec<(usize, Change)>,
    /// What the resolution depended on and what is not the same, by path. If there is any, all requests must be resolved
    /// again.
    pub resolution: Vec<(String, Change)>,
    /// The number of files that were read.
    pub read: usize,
}

/// A reason why a file is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// The content has another digest.
    Content,
    /// The file is gone.
    Missing,
    /// The file cannot be read.
    Unreadable(String),
    /// The names in the folder have another digest.
    Names,
    /// The link has another target.
    Target,
    /// There is something at a path where nothing was.
    Appeared,
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Content => "the content has changed",
            Self::Missing => "the file is gone",
            Self::Unreadable(reason) => return write!(f, "the file cannot be read: {reason}"),
            Self::Names => "other files are in the folder",
            Self::Target => "the link has another target",
            Self::Appeared => "a file is there that was not there before",
        })
    }
}

impl Changes {
    /// Returns whether nothing has changed.
    pub fn is_none(&self) -> bool {
        self.modules.is_empty() && self.resolution.is_empty()
    }
}

/// Compares the files of a program with the index of its pack. `root` is the pack's root. Adds a stamp for each file that was
/// read and that has not changed.
pub fn changes(index: &Index, root: &Path, freshness: Freshness, stamps: &mut Stamps) -> Changes {
    let mut changes = Changes::default();
    if freshness == Freshness::None {
        return changes;
    }
    let mut seen = Seen { root, freshness, stamps, files: HashMap::new(), read: 0 };
    for (number, module) in index.modules.iter().enumerate() {
        let Some(source) = module.source.filter(|_| module.format != Format::Builtin) else { continue };
        let change = seen.file(path_of(&module.url), &source.sha256);
        changes.modules.extend(change.map(|change| (number, change)));
    }
    for package in &index.packages {
        let change = seen.file(&package.path, &package.sha256);
        changes.resolution.extend(change.map(|change| (package.path.clone(), change)));
    }
    for folder in &index.directories {
        let change = seen.folder(&folder.path, &folder.sha256);
        changes.resolution.extend(change.map(|change| (folder.path.clone(), change)));
    }
    for link in &index.links {
        let change = match fs::read_link(locate(root, &link.path)) {
            Ok(target) if target == Path::new(&link.target) => continue,
            Ok(_) => Change::Target,
            Err(error) => Change::of(&error),
        };
        changes.resolution.push((link.path.clone(), change));
    }
    for path in &index.absent {
        if fs::symlink_metadata(locate(root, path)).is_ok() {
            changes.resolution.push((path.clone(), Change::Appeared));
        }
    }
    changes.read = seen.read;
    changes
}

/// Returns the file at a path of an index, or of a module's URL. `root` is the pack's root.
pub fn locate(root: &Path, url: &str) -> PathBuf {
    let mut parts = path_of(url).split('%');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // Only the characters that `relative` encodes are encoded, and each has one byte.
        let digits = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match digits.filter(u8::is_ascii) {
            Some(byte) => path.extend([&*char::from(byte).to_string(), &part[2..]]),
            None => path.extend(["%", part]),
        }
    }
    root.join(path)
}

/// Returns the path of a URL, without its query.
pub(crate) fn path_of(url: &str) -> &str {
    url.split_once('?').map_or(url, |(path, _)| path)
}

/// Returns the digest of a folder: that of its names in ascending order, each ended by a zero byte.
pub fn folder_digest(path: &Path) -> io::Result<Digest> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        names.push(entry?.file_name().into_encoded_bytes());
    }
    names.sort_unstable();
    let joined: Vec<u8> = names.into_iter().flat_map(|name| name.into_iter().chain([0])).collect();
    Ok(v4::source(&joined).sha256)
}

impl Change {
    fn of(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Unreadable(error.to_string()),
        }
    }
}

/// The files that were compared so far.
struct Seen<'a> {
    root: &'a Path,
    freshness: Freshness,
    stamps: &'a mut Stamps,
    /// The digests of files that were read: several modules can have the same file.
    files: HashMap<PathBuf, Digest>,
    read: usize,
}

impl Seen<'_> {
    /// Compares the content of a file with a digest.
    fn file(&mut self, path: &str, expected: &Digest) -> Option<Change> {
        self.compare(path, expected, Change::Content, |path| Ok(v4::source(&fs::read(path)?).sha256))
    }

    /// Compares the names in a folder with a digest.
    fn folder(&mut self, path: &str, expected: &Digest) -> Option<Change> {
        self.compare(path, expected, Change::Names, folder_digest)
    }

    fn compare(
        &mut self,
        path: &str,
        expected: &Digest,
        changed: Change,
        digest: impl FnOnce(&Path) -> io::Result<Digest>,
    ) -> Option<Change> {
        let full = locate(self.root, path);
        let state = match fs::metadata(&full) {
            Ok(metadata) => State::of(&metadata),
            Err(error) => return Some(Change::of(&error)),
        };
        if self.freshness == Freshness::Stat && self.stamps.vouch(path, expected, &state) {
            return None;
        }
        let known = self.files.get(&full).copied();
        self.read += usize::from(known.is_none());
        let found = match known.map_or_else(|| digest(&full), Ok) {
            Ok(found) => found,
            Err(error) => return Some(Change::of(&error)),
        };
        self.files.insert(full, found);
        if found != *expected {
            return Some(changed);
        }
        self.stamps.add(path, found, state);
        None
    }
}
