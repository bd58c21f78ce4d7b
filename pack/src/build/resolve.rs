//! Resolves specifiers as Node.js does, and records what the resolution read, followed and did not find.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::index::Format;
use oxc_resolver::{FileMetadata, FileSystem, FileSystemOs, ResolveError, ResolveOptions, ResolverGeneric};

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
pub(super) enum Target {
    /// A file, and the query of the specifier with its `?`, or an empty text.
    File(PathBuf, String),
    /// A module that is built into Node.js, such as `node:fs`.
    Builtin(String),
}

/// How a module asks for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Import,
    Require,
}

/// What the resolution depended on.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The package.json files that were read, with their bytes.
    pub(super) packages: BTreeMap<PathBuf, Vec<u8>>,
    pub(super) links: BTreeMap<PathBuf, PathBuf>,
    pub(super) absent: BTreeSet<PathBuf>,
}

/// A resolver for both kinds.
pub(super) struct Resolver {
    import: ResolverGeneric<Tracker>,
    require: ResolverGeneric<Tracker>,
    seen: Arc<Mutex<Seen>>,
    /// The format that the nearest package.json gives to files in a folder.
    types: HashMap<PathBuf, Option<Format>>,
}

impl Resolver {
    pub(super) fn new(conditions: &Conditions, preserve_symlinks: bool) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let tracker = || Tracker { seen: Arc::clone(&seen) };
        let options = |kind: &str| ResolveOptions {
            condition_names: conditions.common.iter().cloned().chain([kind.to_owned()]).collect(),
            symlinks: !preserve_symlinks,
            builtin_modules: true,
            node_path: false,
            ..ResolveOptions::default()
        };
        let import = ResolveOptions { fully_specified: true, extensions: Vec::new(), ..options("import") };
        let extensions = [".js", ".json", ".node"].map(str::to_owned).into();
        let require = ResolveOptions { extensions, ..options("require") };
        Self {
            import: ResolverGeneric::new_with_file_system(tracker(), import),
            require: ResolverGeneric::new_with_file_system(tracker(), require),
            seen,
            types: HashMap::new(),
        }
    }

    /// Resolves a specifier in a module. Returns `None` if it resolves to nothing.
    pub(super) fn resolve(&self, from: &Path, specifier: &str, kind: Kind) -> Option<Target> {
        if let Some(name) = specifier.strip_prefix("node:") {
            return Some(Target::Builtin(format!("node:{name}")));
        }
        let specifier = match (kind, specifier.strip_prefix("file://")) {
            (Kind::Import, Some(path)) => path,
            _ => specifier,
        };
        let resolver = if kind == Kind::Import { &self.import } else { &self.require };
        match resolver.resolve(from.parent()?, specifier) {
            Ok(found) => Some(Target::File(found.path().to_owned(), found.query().unwrap_or_default().to_owned())),
            Err(ResolveError::Builtin { resolved, .. }) => Some(Target::Builtin(resolved)),
            Err(_) => None,
        }
    }

    /// Returns the format that the `type` of the nearest package.json gives to a file that ends in `.js`. `None`: it gives
    /// none, and the source decides.
    pub(super) fn package_type(&mut self, path: &Path) -> Option<Format> {
        self.folder_type(path.parent()?)
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
        let tracker = Tracker { seen: Arc::clone(&self.seen) };
        let found = match tracker.read(&folder.join("package.json")) {
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
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The file system, which records what it is asked.
struct Tracker {
    seen: Arc<Mutex<Seen>>,
}

impl Tracker {
    fn note(&self, note: impl FnOnce(&mut Seen)) {
        note(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn note_absence<T>(&self, path: &Path, result: &io::Result<T>) {
        if result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            self.note(|seen| _ = seen.absent.insert(path.to_owned()));
        }
    }
}

impl FileSystem for Tracker {
    fn new() -> Self {
        Self { seen: Arc::default() }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let read = std::fs::read(path);
        self.note_absence(path, &read);
        if let Ok(bytes) = &read {
            self.note(|seen| _ = seen.packages.insert(path.to_owned(), bytes.clone()));
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
        self.note(|seen| _ = seen.links.insert(path.to_owned(), target.clone()));
        Ok(target)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        FileSystemOs::canonicalize(path)
    }
}
