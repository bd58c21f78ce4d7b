//! Makes the pack of a program: finds all its modules, resolves all their requests as Node.js does, and checks its links.

mod commonjs;
mod discover;
mod place;
mod resolve;
mod url;

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use bmes::Digest;
use bmes::v4::{self, Flags, ModuleRecord, ModuleView, Supplied};
use bmes_analyzer::AnalyzeError;

use crate::fresh::ESCAPES;
use crate::index::{Format, Freshness, Index, Link, Watched};
use crate::link::{self, LinkError};
use crate::write::{WriteError, write};

pub use commonjs::CommonJs;
pub use place::places;
pub use resolve::{Conditions, Kind, Resolver, Target};

/// The stack that is certainly left, in bytes. A source that might need more is parsed on another thread.
const STACK: usize = 512 << 10;

/// How a pack is made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The producer of the members: what makes the records, and its options.
    pub producer: Digest,
    /// How a host decides whether a module is fresh.
    pub freshness: Freshness,
    /// The conditions of package.json's `exports` and `imports`.
    pub conditions: Conditions,
    /// Links are not followed before a path becomes a URL: Node.js' `--preserve-symlinks`.
    pub preserve_symlinks: bool,
}

impl Options {
    /// Creates options with the conditions of Node.js, and the mode `stat`.
    pub fn new(producer: Digest) -> Self {
        Self { producer, freshness: Freshness::Stat, conditions: Conditions::node(), preserve_symlinks: false }
    }

    /// Returns the flags of resolution, as the index has them.
    fn flags(&self) -> Vec<String> {
        self.preserve_symlinks.then(|| "--preserve-symlinks".to_owned()).into_iter().collect()
    }

    /// Returns the [key](crate::key) of the pack of a program with these entries, whose paths are relative to the root.
    pub fn key(&self, entries: &[&str]) -> Option<Digest> {
        let (conditions, flags) = (self.conditions.all(), self.flags());
        crate::key(entries, &self.producer, &texts(&conditions), &texts(&flags))
    }

    /// Returns whether a pack was made with the producer and the resolution of these options, for the environment of this
    /// process, and with this entry: the clause `pack-fits`.
    pub fn fits(&self, index: &Index, entry: &str) -> bool {
        let is_entry = |number: &u32| index.modules.get(*number as usize).is_some_and(|module| module.url == entry);
        index.producer == self.producer
            && index.conditions == self.conditions.all()
            && index.flags == self.flags()
            && index.environment.iter().all(|variable| std::env::var(&variable.name).ok() == variable.value)
            && index.entries.iter().any(is_entry)
    }
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// A pack that was made.
#[derive(Debug)]
#[non_exhaustive]
pub struct Made {
    /// The bytes of the pack.
    pub pack: Vec<u8>,
    /// The folder that the paths of the index are relative to.
    pub root: PathBuf,
    /// What ECMA-262's linking would reject.
    pub link_errors: Vec<LinkError>,
    /// Modules that are in the index without what their sources would show, or that cannot be read and are not in the index,
    /// each with the reason.
    pub left_out: Vec<(PathBuf, String)>,
}

/// The reason why no pack was made.
#[derive(Debug)]
#[non_exhaustive]
pub enum MakeError {
    /// There is no entry.
    NoEntry,
    /// An entry cannot be read.
    Entry(PathBuf, io::Error),
    /// The source of an entry cannot be read as JavaScript.
    Rejected(PathBuf, Rejected),
    /// The path of a module is not UTF-8.
    NotUtf8(PathBuf),
    /// The thread that finds the modules cannot be started.
    Thread(io::Error),
    /// The pack cannot be written.
    Write(WriteError),
}

/// The reason why a source cannot be read as JavaScript.
#[derive(Debug)]
#[non_exhaustive]
pub enum Rejected {
    /// The analyzer rejects it.
    Analyzer(AnalyzeError),
    /// It is not CommonJS: the message of the parser.
    CommonJs(String),
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Analyzer(error) => error.fmt(f),
            Self::CommonJs(message) => write!(f, "syntax: {message}"),
        }
    }
}

impl fmt::Display for MakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEntry => f.write_str("there is no entry"),
            Self::Entry(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Rejected(path, reason) => write!(f, "{}: {reason}", path.display()),
            Self::NotUtf8(path) => write!(f, "{}: the path is not UTF-8", path.display()),
            Self::Thread(error) => write!(f, "cannot start a thread: {error}"),
            Self::Write(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for MakeError {}

/// Makes the bytecode of an ECMAScript module or of a CommonJS module. An error is the reason why the pack has no member for
/// the module. A CommonJS module without bytecode has no member either.
pub type Compile = Box<dyn FnMut(&Text<'_>) -> Result<Vec<u8>, String>>;

/// The source of a module.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Text<'a> {
    /// The URL that the index has for the module.
    pub url: &'a str,
    /// The bytes.
    pub bytes: &'a [u8],
    /// The size and the digest of the bytes.
    pub source: v4::Source,
    /// What the source is: `Module` or `CommonJs`.
    pub format: Format,
}

/// Makes the pack of the program that starts with these entries. Its members have no bytecode.
pub fn make(entries: &[PathBuf], options: &Options) -> Result<Made, MakeError> {
    make_with(entries, options, || Box::new(|_| Ok(Vec::new())))
}

/// Makes the pack of the program that starts with these entries, with the bytecode that a compiler makes. The compiler is
/// created on the thread that finds the modules.
pub fn make_with(
    entries: &[PathBuf],
    options: &Options,
    compiler: impl FnOnce() -> Compile + Send,
) -> Result<Made, MakeError> {
    let real = |entry: &PathBuf| entry.canonicalize().map_err(|error| MakeError::Entry(entry.clone(), error));
    let entries: Vec<PathBuf> = entries.iter().map(real).collect::<Result<_, _>>()?;
    let root = root_of(&entries).ok_or(MakeError::NoEntry)?;
    let program = discover::discover(&entries, &root, options, compiler)?;
    let mut index = Index {
        freshness: options.freshness,
        conditions: options.conditions.all(),
        flags: options.flags(),
        entries: program.entries,
        modules: program.modules,
        ..Index::new(options.producer)
    };
    let relative = |path: &Path| relative(&root, path).ok_or_else(|| MakeError::NotUtf8(path.to_owned()));
    for (path, sha256) in &program.seen.packages {
        index.packages.push(Watched { path: relative(path)?, sha256: *sha256 });
    }
    for (path, target) in &program.seen.links {
        let target = target.to_str().ok_or_else(|| MakeError::NotUtf8(path.clone()))?.to_owned();
        index.links.push(Link { path: relative(path)?, target });
    }
    let scope = scope(&root, program.paths.iter().chain(program.seen.packages.keys()));
    let absent = program.seen.absent.iter().filter(|path| path.starts_with(&scope));
    index.absent = absent.map(|path| relative(path)).collect::<Result<_, _>>()?;
    index.packages.sort_unstable();
    index.links.sort_unstable();
    index.absent.sort_unstable();
    let views = program.files.iter().map(|file| ModuleView::parse(file.as_deref()?).ok()).collect();
    let link_errors = link::check(&link::linked(&index, views));
    let pack = write(index, &program.files).map_err(MakeError::Write)?;
    Ok(Made { pack, root, link_errors, left_out: program.left_out })
}

/// Returns the nearest folder at or above all entries that has a package.json; if there is none, the folder of the first
/// entry.
pub fn root_of(entries: &[PathBuf]) -> Option<PathBuf> {
    let first = entries.first()?.parent()?;
    let is_above_all = |folder: &&Path| entries.iter().all(|entry| entry.starts_with(folder));
    let mut above = first.ancestors().filter(is_above_all);
    let common = above.clone().next()?;
    Some(above.find(|folder| folder.join("package.json").is_file()).unwrap_or(common).to_owned())
}

/// Returns the nearest folder above all files of a program. Node.js also looks for packages in the folders above it, up to
/// the root of the file system. What is absent there is not in a pack: the pack would depend on where the program is.
fn scope<'p>(root: &Path, paths: impl Iterator<Item = &'p PathBuf>) -> PathBuf {
    let mut scope = root.to_owned();
    for path in paths {
        while !path.starts_with(&scope) && scope.pop() {}
    }
    scope
}

/// Returns a path relative to the root, with `/` between its segments. Characters that mean something else in a URL are
/// percent-encoded.
pub fn relative(root: &Path, path: &Path) -> Option<String> {
    let (mut above, mut relative) = (root, String::new());
    let rest = loop {
        match path.strip_prefix(above) {
            Ok(rest) => break rest,
            Err(_) => above = above.parent()?,
        }
        relative.push_str("../");
    };
    for segment in rest.components() {
        let text = segment.as_os_str().to_str()?;
        if text.contains(['%', '?', '#', '\\']) {
            relative +=
                &ESCAPES.iter().fold(text.to_owned(), |name, (character, escape)| name.replace(character, escape));
        } else {
            relative += text;
        }
        relative.push('/');
    }
    relative.pop();
    Some(relative)
}

/// Makes the file of a module from its source. Returns the reason if the module cannot be stored.
fn file_of(
    record: &bmes::ModuleRecord<String>,
    flags: Flags,
    source: v4::Source,
    producer: Digest,
    code: &[u8],
) -> Result<Vec<u8>, String> {
    let supplied = Supplied { producer, source, flags, alignment: 8, lexical_features: None };
    let record = ModuleRecord::from_named(record, supplied).map_err(|error| error.to_string())?;
    v4::encode(&record, b"", code).map_err(|error| error.to_string())
}

/// The numbers of modules by their identity: the URL, whether the module is built in, and the attribute `type`.
type Numbers = HashMap<(String, bool, Option<String>), u32>;
