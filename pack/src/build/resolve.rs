//! Resolves specifiers as Node.js does, and records what the resolution read, followed and did not find.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bmes::{Digest, v4};
use oxc_resolver::{FileMetadata, FileSystem, FileSystemOs, ResolveError, ResolveOptions, ResolverGeneric};

use super::url::{self, FileUrl};
use crate::index::Format;

/// The links that are followed on the way to a file. Linux follows as many.
const MOST_LINKS: usize = 40;

/// The conditions of package.json's `exports` and `imports` that are true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// For both `import` and `require`.
    pub common: Vec<String>,
}

impl Conditions {
    /// Returns the conditions of Node.js, besides `import` and `require`.
    pub fn node() -> Self {
        Self { common: ["module-sync", "node", "node-addons"].map(str::to_owned).into() }
    }

    /// Returns all conditions, in ascending order.
    pub(crate) fn all(&self) -> Vec<String> {
        let mut all: BTreeSet<String> = self.common.iter().cloned().collect();
        all.extend(["import".to_owned(), "require".to_owned()]);
        all.into_iter().collect()
    }
}

/// What a specifier resolves to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file, and the query and the fragment of the URL with their `?` and `#`, or an empty text.
    File(PathBuf, String),
    /// A module that Node.js has without a file: one that is built in, such as `node:fs`, or a `data:` URL.
    Builtin(String),
}

/// How a module asks for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `import` or `import()`.
    Import,
    /// `require()`.
    Require,
}

/// What the resolution depended on.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The package.json files that were read, with their digests.
    pub(super) packages: BTreeMap<PathBuf, Digest>,
    pub(super) links: BTreeMap<PathBuf, PathBuf>,
    pub(super) absent: BTreeSet<PathBuf>,
}

/// Resolves specifiers as Node.js does, for `import` and for `require`.
pub struct Resolver {
    import: ResolverGeneric<Tracker>,
    require: ResolverGeneric<Tracker>,
    tracker: Tracker,
    preserve_symlinks: bool,
    /// The format that the nearest package.json gives to files in a folder.
    types: HashMap<PathBuf, Option<Format>>,
    files: RefCell<Found>,
    folders: RefCell<Found>,
}

/// The files or the folders at paths, after all links. The system is asked about each path once.
type Found = HashMap<PathBuf, Option<PathBuf>>;

/// Returns what was found at a path before, or finds it.
fn once(found: &RefCell<Found>, path: &Path, find: impl FnOnce() -> Option<PathBuf>) -> Option<PathBuf> {
    if let Some(known) = found.borrow().get(path) {
        return known.clone();
    }
    let new = find();
    found.borrow_mut().insert(path.to_owned(), new.clone());
    new
}

impl Resolver {
    /// Creates a resolver. With `preserve_symlinks`, links are not followed before a path becomes a URL.
    pub fn new(conditions: &Conditions, preserve_symlinks: bool) -> Self {
        let tracker = Tracker::new();
        let options = |kind: &str| ResolveOptions {
            condition_names: conditions.common.iter().cloned().chain([kind.to_owned()]).collect(),
            symlinks: !preserve_symlinks,
            extensions: [".js", ".json", ".node"].map(str::to_owned).into(),
            builtin_modules: true,
            node_path: false,
            ..ResolveOptions::default()
        };
        // An import names its file in full. Only the main file of a package can lack its extension.
        let import = ResolveOptions { fully_specified: true, ..options("import") };
        Self {
            import: ResolverGeneric::new_with_file_system(tracker.clone(), import),
            require: ResolverGeneric::new_with_file_system(tracker.clone(), options("require")),
            tracker,
            preserve_symlinks,
            types: HashMap::new(),
            files: RefCell::default(),
            folders: RefCell::default(),
        }
    }

    /// Resolves a specifier in a module. Returns `None` if it resolves to nothing.
    pub fn resolve(&self, from: &Path, specifier: &str, kind: Kind) -> Option<Target> {
        if specifier.starts_with("node:") {
            return Some(Target::Builtin(specifier.to_owned()));
        }
        let folder = from.parent()?;
        match kind {
            Kind::Import => self.import(folder, specifier),
            Kind::Require => self.require(folder, specifier),
        }
    }

    fn import(&self, folder: &Path, specifier: &str) -> Option<Target> {
        let scheme = url::scheme(specifier);
        if url::is_relative(specifier) || scheme.as_deref() == Some("file") {
            let FileUrl { path, suffix } = url::file_url(folder, specifier)?;
            return Some(Target::File(self.file(&path)?, suffix));
        }
        match scheme.as_deref() {
            Some("data") => return Some(Target::Builtin(specifier.to_owned())),
            Some(_) => return None,
            None => {}
        }
        if specifier.starts_with('#') {
            return find(&self.import, folder, specifier).filter(|found| is_literal(specifier, found));
        }
        // The part after the name of a package is a URL relative to the package.
        let (name, inner) = specifier.split_at(package_len(specifier));
        let (inner, suffix) = url::split(inner);
        let found = find(&self.import, folder, &format!("{name}{}", url::decode(inner)?))?;
        match found {
            Target::File(path, _) if !suffix.is_empty() => Some(Target::File(path, url::suffix_of(suffix))),
            found => Some(found).filter(|found| is_literal(name, found)),
        }
    }

    /// The specifiers of `require` are paths, and not URLs.
    fn require(&self, folder: &Path, specifier: &str) -> Option<Target> {
        let found = find(&self.require, folder, specifier).filter(|found| is_literal(specifier, found));
        match found? {
            Target::File(..) if specifier.starts_with("file:") => None,
            Target::File(path, _) => Some(Target::File(path, String::new())),
            builtin @ Target::Builtin(_) => Some(builtin),
        }
    }

    /// Returns the file at a path. `None`: there is none, or something else is there.
    fn file(&self, path: &Path) -> Option<PathBuf> {
        once(&self.files, path, || self.find_file(path))
    }

    fn find_file(&self, path: &Path) -> Option<PathBuf> {
        if !self.tracker.metadata(path).ok()?.is_file() {
            return None;
        }
        if self.preserve_symlinks {
            return Some(path.to_owned());
        }
        let file = self.folder(path.parent()?)?.join(path.file_name()?);
        if fs::symlink_metadata(&file).ok()?.is_symlink() {
            self.tracker.trace(&file);
            return file.canonicalize().ok();
        }
        Some(file)
    }

    /// Returns the folder that links lead to.
    fn folder(&self, folder: &Path) -> Option<PathBuf> {
        once(&self.folders, folder, || {
            self.tracker.trace(folder);
            folder.canonicalize().ok()
        })
    }

    /// Returns the format that the name of a file, its package and the attribute `type` decide. `None`: the source decides.
    pub fn format(&mut self, path: &Path, attribute: Option<&str>) -> Option<Format> {
        match attribute {
            Some("json") => return Some(Format::Json),
            Some("text") => return Some(Format::Text),
            Some("bytes") => return Some(Format::Bytes),
            _ => {}
        }
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("mjs" | "mts") => Some(Format::Module),
            Some("cjs" | "cts") => Some(Format::CommonJs),
            Some("json") => Some(Format::Json),
            Some("wasm") => Some(Format::Wasm),
            Some("node") => Some(Format::Addon),
            _ => self.folder_type(path.parent()?),
        }
    }

    /// Returns the format that the nearest package.json at or above a folder gives. Each package.json is read once.
    fn folder_type(&mut self, folder: &Path) -> Option<Format> {
        #[derive(serde::Deserialize)]
        struct Package {
            r#type: Option<serde_json::Value>,
        }
        // The packages of different folders of node_modules have nothing to do with each other.
        if folder.ends_with("node_modules") {
            return None;
        }
        if let Some(known) = self.types.get(folder) {
            return *known;
        }
        let found = match self.tracker.read(&folder.join("package.json")) {
            Ok(bytes) => {
                let package: Option<Package> = serde_json::from_slice(&bytes).ok();
                match package.and_then(|package| package.r#type).as_ref().and_then(serde_json::Value::as_str) {
                    Some("module") => Some(Format::Module),
                    Some("commonjs") => Some(Format::CommonJs),
                    _ => None,
                }
            }
            Err(_) => folder.parent().and_then(|above| self.folder_type(above)),
        };
        self.types.insert(folder.to_owned(), found);
        found
    }

    /// Returns what the resolution depended on.
    pub(super) fn seen(&self) -> Seen {
        self.tracker.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Resolves with one of the resolvers.
fn find(resolver: &ResolverGeneric<Tracker>, folder: &Path, specifier: &str) -> Option<Target> {
    match resolver.resolve(folder, specifier) {
        Ok(found) => {
            let [query, fragment] = [found.query(), found.fragment()].map(Option::unwrap_or_default);
            Some(Target::File(found.path().to_owned(), url::suffix_of(&format!("{query}{fragment}"))))
        }
        Err(ResolveError::Builtin { resolved, .. }) => Some(Target::Builtin(resolved)),
        Err(_) => None,
    }
}

/// Returns whether what was found is what a specifier without a query and a fragment names. The resolver takes a `?` or a
/// `#` for their beginning also where Node.js takes it for a part of a name.
fn is_literal(specifier: &str, found: &Target) -> bool {
    let names = specifier.trim_start_matches('#');
    !names.contains(['?', '#']) || matches!(found, Target::File(_, suffix) if suffix.is_empty())
}

/// Returns the length of the name of the package at the beginning of a specifier.
fn package_len(specifier: &str) -> usize {
    let slashes = if specifier.starts_with('@') { 2 } else { 1 };
    specifier.match_indices('/').nth(slashes - 1).map_or(specifier.len(), |(position, _)| position)
}

/// The file system, which records what it is asked.
#[derive(Clone)]
struct Tracker {
    seen: Arc<Mutex<Seen>>,
}

impl Tracker {
    fn note(&self, note: impl FnOnce(&mut Seen)) {
        note(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn note_absence<T>(&self, path: &Path, result: &io::Result<T>) {
        if result.as_ref().is_err_and(is_absent) {
            if fs::symlink_metadata(path).is_ok() {
                // A link without a target: the target is absent.
                self.trace(path);
            } else {
                self.note(|seen| _ = seen.absent.insert(path.to_owned()));
            }
        }
    }

    /// Records the links on the way to a file. If one leads to nothing, records the path that it leads to.
    fn trace(&self, path: &Path) {
        let parts =
            |path: &Path| path.components().rev().map(|part| part.as_os_str().to_owned()).collect::<Vec<OsString>>();
        let (mut rest, mut at, mut links) = (parts(path), PathBuf::new(), 0);
        while let Some(part) = rest.pop() {
            if part == ".." {
                at.pop();
                continue;
            }
            at.push(part);
            match fs::symlink_metadata(&at) {
                Ok(metadata) if metadata.is_symlink() => {
                    links += 1;
                    let Ok(target) = self.read_link(&at) else { return };
                    if links > MOST_LINKS {
                        return;
                    }
                    at.pop();
                    rest.extend(parts(&target));
                }
                Ok(_) => {}
                Err(error) => {
                    at.extend(rest.into_iter().rev());
                    if is_absent(&error) {
                        self.note(|seen| _ = seen.absent.insert(at));
                    }
                    return;
                }
            }
        }
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

impl FileSystem for Tracker {
    fn new() -> Self {
        Self { seen: Arc::default() }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let read = fs::read(path);
        self.note_absence(path, &read);
        if let Ok(bytes) = &read {
            // The first digest stays: if the file changes meanwhile, the pack does not fit it.
            let digest = v4::source(bytes).sha256;
            self.note(|seen| _ = seen.packages.entry(path.to_owned()).or_insert(digest));
        }
        read
    }

    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        FileSystemOs::validate_string(self.read(path)?)
    }

    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        let metadata = FileSystemOs::metadata(path);
        self.note_absence(path, &metadata);
        metadata
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        let metadata = FileSystemOs::symlink_metadata(path);
        self.note_absence(path, &metadata);
        metadata
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ResolveError> {
        let target = FileSystemOs::read_link(path)?;
        self.note(|seen| _ = seen.links.entry(path.to_owned()).or_insert_with(|| target.clone()));
        Ok(target)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        FileSystemOs::canonicalize(path)
    }
}
