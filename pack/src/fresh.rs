//! Freshness: section 5 of `spec/pack.md`.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use bmes::{Digest, v4};
use sha2::{Digest as _, Sha256};

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
        let change = seen.file(path_of(&module.url), Some(source.size), &source.sha256);
        changes.modules.extend(change.map(|change| (number, change)));
    }
    for package in &index.packages {
        let change = seen.file(&package.path, None, &package.sha256);
        changes.resolution.extend(change.map(|change| (package.path.clone(), change)));
    }
    for folder in &index.directories {
        let change = seen.folder(&folder.path, &folder.sha256);
        changes.resolution.extend(change.map(|change| (folder.path.clone(), change)));
    }
    for link in &index.links {
        let change = match locate(root, &link.path).map(fs::read_link) {
            Some(Ok(target)) if target == Path::new(&link.target) => continue,
            Some(Ok(_)) => Change::Target,
            // A file or a folder is there now.
            Some(Err(error)) if error.kind() == io::ErrorKind::InvalidInput => Change::Target,
            Some(Err(error)) => Change::of(&error),
            None => Change::Missing,
        };
        changes.resolution.push((link.path.clone(), change));
    }
    for path in &index.absent {
        if locate(root, path).is_some_and(|path| fs::symlink_metadata(path).is_ok()) {
            changes.resolution.push((path.clone(), Change::Appeared));
        }
    }
    changes.read = seen.read;
    changes
}

/// Returns the file at a path of an index, or of a module's URL. `root` is the pack's root. Returns `None` if the path is
/// absolute, or has a segment that is no name of a file on this system.
pub fn locate(root: &Path, url: &str) -> Option<PathBuf> {
    let mut file = root.to_owned();
    for segment in path_of(url).split('/') {
        let name =
            ESCAPES.iter().rev().fold(segment.to_owned(), |name, (character, escape)| name.replace(escape, character));
        let mut components = Path::new(&name).components();
        match (components.next(), components.next()) {
            (Some(Component::Normal(only)), None) if only == name.as_str() => file.push(only),
            (Some(Component::ParentDir), None) => file.push(".."),
            // The root itself.
            (None, None) if url.is_empty() => {}
            _ => return None,
        }
    }
    Some(file)
}

/// The characters of a file's name that mean something else in a URL, and how a path of an index has them.
pub(crate) const ESCAPES: [(&str, &str); 4] = [("%", "%25"), ("?", "%3F"), ("#", "%23"), ("\\", "%5C")];

/// Returns the path of a URL, without its query and its fragment.
pub(crate) fn path_of(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
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
    /// The files that were read: several modules can have the same file.
    files: HashMap<PathBuf, Read>,
    read: usize,
}

/// A file that was read.
#[derive(Clone, Copy)]
struct Read {
    digest: Digest,
    /// The state of the file before it was read.
    state: State,
    /// When the state was asked for.
    time: SystemTime,
}

impl Seen<'_> {
    /// Compares a file with a digest and, if it is known, with the size that its content had.
    fn file(&mut self, path: &str, size: Option<u64>, expected: &Digest) -> Option<Change> {
        self.compare(path, expected, Change::Content, |path, metadata| {
            if !metadata.is_file() {
                return Err(io::Error::other("it is not a file"));
            }
            if size.is_some_and(|size| size != metadata.len()) {
                return Ok(None);
            }
            let mut hash = Sha256::new();
            let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
            while let chunk @ [_, ..] = file.fill_buf()? {
                hash.update(chunk);
                let len = chunk.len();
                file.consume(len);
            }
            Ok(Some(Digest(hash.finalize().into())))
        })
    }

    /// Compares the names in a folder with a digest.
    fn folder(&mut self, path: &str, expected: &Digest) -> Option<Change> {
        self.compare(path, expected, Change::Names, |path, _| folder_digest(path).map(Some))
    }

    /// `digest` returns `None` if the file certainly has another digest.
    fn compare(
        &mut self,
        path: &str,
        expected: &Digest,
        changed: Change,
        digest: impl FnOnce(&Path, &fs::Metadata) -> io::Result<Option<Digest>>,
    ) -> Option<Change> {
        let Some(full) = locate(self.root, path) else { return Some(Change::Missing) };
        let read = if let Some(read) = self.files.get(&full) {
            *read
        } else {
            // The time and the state are those before the file is read: a change during the reading makes another state.
            let time = SystemTime::now();
            let metadata = match fs::metadata(&full) {
                Ok(metadata) => metadata,
                Err(error) => return Some(Change::of(&error)),
            };
            let state = State::of(&metadata);
            if self.freshness == Freshness::Stat && self.stamps.vouch(path, expected, &state) {
                return None;
            }
            let digest = match digest(&full, &metadata) {
                Ok(Some(digest)) => digest,
                Ok(None) => return Some(changed),
                Err(error) => return Some(Change::of(&error)),
            };
            self.read += 1;
            *self.files.entry(full).or_insert(Read { digest, state, time })
        };
        if read.digest != *expected {
            return Some(changed);
        }
        self.stamps.add(path, read.digest, read.state, read.time);
        None
    }
}
