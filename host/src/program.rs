//! A program that runs: the identities of its modules, and what the engine loads for each of them.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use bmes::v4::{KnownSource, ModuleView};
use bmes_analyzer::{Analyzer, Options, SourceType};
use bmes_pack::Format;
use bmes_pack::build::{self, CommonJs, Conditions, Kind, Resolver, Target};
use bmes_store::{Buffer, SourceFile};

use crate::builtins;
use crate::cache::{Cache, Missed};
use crate::error::{Class, LoadError};
use crate::stats::{Phase, Stats};

/// A specifier that begins with this character is the name of a module. Only the host uses it.
pub(crate) const NAME: char = '\u{1}';

/// A program: its modules, and where they come from.
///
/// The name of a module is its path relative to the program's root, with its query. The engine stores it in the bytecode,
/// and shows it in stack traces; so bytecode can be moved, and traces can be read. The name stands for the module's
/// identity, which is the URL and the attribute `type`.
pub struct Program {
    root: PathBuf,
    /// The name of the module that the program starts with.
    entry: String,
    resolver: Resolver,
    analyzer: Analyzer,
    modules: HashMap<String, Module>,
    /// How often modules of this name could not be loaded. See [`retire`](Self::retire).
    retired: HashMap<String, u32>,
    pub(crate) cache: Cache,
    /// The numbers of the run.
    pub stats: Stats,
}

/// A module that a specifier resolved to.
struct Module {
    place: Place,
    /// The attribute `type` of the requests for it.
    attribute: Option<String>,
    /// The requests of a module that is loaded from bytecode, which the engine resolves in this order.
    requests: Option<Requests>,
}

enum Place {
    File { path: PathBuf, query: String },
    Builtin(String),
}

/// The requests that bytecode holds without their attributes: QuickJS-ng drops these.
struct Requests {
    list: Vec<Request>,
    /// The names that the first requests resolved to.
    names: Vec<String>,
    /// The number of requests that the engine has asked for. It asks for each of them twice: while it reads the bytecode, and
    /// while it links the module. What it asks for later is an `import()`, which has its attributes.
    asked: usize,
}

/// What is known about a request that the engine asks for.
enum Known {
    /// The name of the module: it was resolved before.
    Name(String),
    /// Its attributes: it was not.
    Attributes(Attributes),
}

/// The keys and values of import attributes.
type Attributes = Vec<(String, String)>;

/// A request with its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    specifier: String,
    attributes: Attributes,
}

impl Requests {
    /// Returns the number of the request that the engine asks for now. `None`: this is not a request, but an `import()`.
    fn next(&mut self, specifier: &str) -> Option<usize> {
        let number = self.asked.checked_rem(self.list.len()).filter(|_| self.asked < 2 * self.list.len())?;
        self.asked += 1;
        (self.list[number].specifier == specifier).then_some(number)
    }
}

/// What the engine loads for a module.
pub(crate) enum Fetched<'b> {
    /// Bytecode that was made from the module's source.
    Bytecode {
        code: &'b [u8],
        uses_meta: bool,
        requests: Vec<Request>,
    },
    Source(String),
    Json(String),
    /// A CommonJS module with these export names, without `default`.
    CommonJs(Vec<String>),
    Builtin(&'static str),
    /// The functions of the host for the built-in modules.
    Host,
}

impl Program {
    /// Opens the program that starts with this file.
    pub fn open(entry: &Path, cache: Cache) -> io::Result<Self> {
        let entry = entry.canonicalize()?;
        let root = build::root_of(std::slice::from_ref(&entry)).unwrap_or_default();
        let mut program = Self {
            root,
            entry: String::new(),
            resolver: Resolver::new(&Conditions::node(), false),
            analyzer: Analyzer::new(),
            modules: HashMap::new(),
            retired: HashMap::new(),
            cache,
            stats: Stats::default(),
        };
        let not_utf8 = |error: LoadError| io::Error::new(io::ErrorKind::InvalidData, error.message);
        program.entry = program.identify(Target::File(entry, String::new()), None).map_err(not_utf8)?;
        Ok(program)
    }

    /// Returns the name of the module that the program starts with.
    pub fn entry(&self) -> &str {
        &self.entry
    }

    /// Returns the path of a module that is a file.
    pub fn path(&self, name: &str) -> Option<&Path> {
        match &self.modules.get(name)?.place {
            Place::File { path, .. } => Some(path),
            Place::Builtin(_) => None,
        }
    }

    /// Returns the URL of a module, as `import.meta.url` has it.
    pub fn url(&self, name: &str) -> Option<String> {
        match &self.modules.get(name)?.place {
            Place::File { path, query } => Some(bmes_store::file_url(path)? + query),
            Place::Builtin(name) => Some(name.clone()),
        }
    }

    /// Returns the name of the module that a specifier in the module `base` resolves to.
    pub(crate) fn resolve(
        &mut self,
        base: &str,
        specifier: &str,
        attributes: &[(String, String)],
    ) -> Result<String, LoadError> {
        if let Some(name) = specifier.strip_prefix(NAME) {
            if builtins::source(name).is_some() {
                return self.identify(Target::Builtin(name.to_owned()), None);
            }
            return Ok(name.to_owned());
        }
        let outer = self.stats.enter(Phase::Resolve);
        let resolved = match self.request(base, specifier) {
            None => self.resolve_as(base, specifier, attributes, Kind::Import),
            Some((_, Known::Name(name))) => Ok(name),
            Some((number, Known::Attributes(attributes))) => {
                let resolved = self.resolve_as(base, specifier, &attributes, Kind::Import);
                let requests = self.modules.get_mut(base).and_then(|module| module.requests.as_mut());
                if let (Some(requests), Ok(name)) = (requests, &resolved)
                    && requests.names.len() == number
                {
                    requests.names.push(name.clone());
                }
                resolved
            }
        };
        self.stats.enter(outer);
        resolved
    }

    /// Returns the request that the engine asks for: what its number is, and what is known about it.
    fn request(&mut self, base: &str, specifier: &str) -> Option<(usize, Known)> {
        let requests = self.modules.get_mut(base)?.requests.as_mut()?;
        let number = requests.next(specifier)?;
        let known = match requests.names.get(number) {
            Some(name) => Known::Name(name.clone()),
            None => Known::Attributes(requests.list[number].attributes.clone()),
        };
        Some((number, known))
    }

    /// Returns the name of the module that `require(specifier)` in the module `base` resolves to.
    pub(crate) fn resolve_require(&mut self, base: &str, specifier: &str) -> Result<String, LoadError> {
        let outer = self.stats.enter(Phase::Resolve);
        let resolved = self.resolve_as(base, specifier, &[], Kind::Require);
        self.stats.enter(outer);
        resolved
    }

    fn resolve_as(
        &mut self,
        base: &str,
        specifier: &str,
        attributes: &[(String, String)],
        kind: Kind,
    ) -> Result<String, LoadError> {
        let attribute = attribute(attributes)?;
        // Code that is made from a text, such as that of `new Function`, has another name. It is resolved from the entry.
        let from = self.modules.get(base).or_else(|| self.modules.get(&self.entry)).map(|module| &module.place);
        let target = match from {
            Some(Place::File { path, .. }) => self.resolver.resolve(path, specifier, kind),
            Some(Place::Builtin(_)) | None => Some(Target::Builtin(specifier.to_owned())),
        };
        if let Some(Target::Builtin(name)) = &target
            && matches!(from, Some(Place::File { .. }))
            && !builtins::is_public(name)
        {
            return Err(LoadError::no_builtin(name, &builtins::names()));
        }
        let target = target.ok_or_else(|| LoadError::not_found(specifier, base))?;
        self.identify(target, attribute)
    }

    /// Returns the name of a module.
    fn identify(&mut self, target: Target, attribute: Option<String>) -> Result<String, LoadError> {
        let (mut name, place) = match target {
            Target::Builtin(name) => (name.clone(), Place::Builtin(name)),
            Target::File(path, query) => {
                let relative = build::relative(&self.root, &path).ok_or_else(|| {
                    LoadError::new(
                        Class::Error,
                        "ERR_INVALID_ARG_VALUE",
                        format_args!("{} is not UTF-8", path.display()),
                    )
                })?;
                (relative + &query, Place::File { path, query })
            }
        };
        // The name of a file has no `#`: it is percent-encoded.
        if let Some(attribute) = &attribute {
            name = format!("{name}#{attribute}");
        }
        if let Some(count) = self.retired.get(&name) {
            name = format!("{name}#{count}");
        }
        self.modules.entry(name.clone()).or_insert(Module { place, attribute, requests: None });
        Ok(name)
    }

    /// Returns the name of the module that a file would be. The file need not exist.
    pub(crate) fn identify_file(&mut self, path: &str) -> Result<String, LoadError> {
        self.identify(Target::File(path.into(), String::new()), None)
    }

    /// Gives modules other names from now on. If a module cannot be loaded, QuickJS frees those that request it, but other
    /// modules may point to them; so the engine must never find one of these modules again.
    pub(crate) fn retire(&mut self, names: &[String]) {
        for name in names {
            let first = name.rsplit_once('#').filter(|(_, count)| count.parse::<u32>().is_ok());
            let first = first.map_or(name.as_str(), |(first, _)| first);
            *self.retired.entry(first.to_owned()).or_insert(1) += 1;
        }
    }

    /// Notes the requests of a module, before the engine reads its bytecode.
    pub(crate) fn expect(&mut self, name: &str, requests: Option<Vec<Request>>) {
        if let Some(module) = self.modules.get_mut(name) {
            module.requests = requests.map(|list| Requests { list, names: Vec::new(), asked: 0 });
        }
    }

    /// Returns what the engine loads for a module.
    pub(crate) fn fetch<'b>(&mut self, name: &str, buffer: &'b mut Buffer) -> Result<Fetched<'b>, LoadError> {
        let outer = self.stats.enter(Phase::Read);
        let fetched = self.fetch_as(name, buffer);
        self.stats.enter(outer);
        if !matches!(fetched, Ok(Fetched::Bytecode { .. } | Fetched::Source(_)) | Err(_)) {
            self.stats.others += 1;
        }
        fetched
    }

    fn fetch_as<'b>(&mut self, name: &str, buffer: &'b mut Buffer) -> Result<Fetched<'b>, LoadError> {
        if name == builtins::HOST {
            return Ok(Fetched::Host);
        }
        let module = self.modules.get(name).ok_or_else(|| LoadError::not_found(name, "the host"))?;
        let (path, attribute) = match &module.place {
            Place::Builtin(name) => return builtin(name),
            Place::File { path, .. } => (path.clone(), module.attribute.clone()),
        };
        let own = self.resolver.format(&path, None);
        let format = agree(own, attribute.as_deref(), &path)?;
        if format == Some(Format::CommonJs) {
            return self.commonjs(&path);
        }
        let file = SourceFile::read(&path).map_err(|error| unreadable(&path, &error))?;
        if format == Some(Format::Json) {
            return Ok(Fetched::Json(text(file.bytes)));
        }
        let key = self.cache.key(name, &file);
        if let Some(key) = &key
            && let Some((view, code)) = self.cache.get(name, key, KnownSource::Source(file.source), buffer)
        {
            let uses_meta = view.header().flags().import_meta;
            return Ok(Fetched::Bytecode { code, uses_meta, requests: requests(&view) });
        }
        // A file that can be either is a CommonJS module, unless it has the syntax of an ES module.
        if format.is_none() && !self.has_module_syntax(&file.bytes) {
            return self.commonjs(&path);
        }
        if let Some(key) = key {
            let bytes = file.bytes.clone();
            self.cache.missed.push(Missed { name: name.to_owned(), bytes, source: file.source, key });
        }
        Ok(Fetched::Source(text(file.bytes)))
    }

    /// Returns the source of a module whose bytecode the engine rejected.
    pub(crate) fn source(&mut self, name: &str) -> Result<String, LoadError> {
        let path = self.path(name).map(Path::to_owned).unwrap_or_default();
        std::fs::read(&path).map(text).map_err(|error| unreadable(&path, &error))
    }

    fn has_module_syntax(&mut self, bytes: &[u8]) -> bool {
        let options = Options::new(SourceType::Mjs);
        self.analyzer.analyze(bytes, &options).is_ok_and(|analysis| analysis.flags.module_syntax)
    }

    fn commonjs<'b>(&mut self, path: &Path) -> Result<Fetched<'b>, LoadError> {
        let mut names = Vec::new();
        self.export_names(path, &mut names, &mut HashSet::new())?;
        names.retain(|name| name != "default");
        Ok(Fetched::CommonJs(names))
    }

    /// Adds the names that a CommonJS module exports, and those of the modules that it exports again.
    fn export_names(
        &mut self,
        path: &Path,
        names: &mut Vec<String>,
        visited: &mut HashSet<PathBuf>,
    ) -> Result<(), LoadError> {
        if !visited.insert(path.to_owned()) {
            return Ok(());
        }
        let source = std::fs::read(path).map(text).map_err(|error| unreadable(path, &error))?;
        // The engine reports an error of the syntax when the module is evaluated.
        let Ok(found) = CommonJs::read(&source) else { return Ok(()) };
        for name in found.exports {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for specifier in found.reexports {
            if let Some(Target::File(target, _)) = self.resolver.resolve(path, &specifier, Kind::Require)
                && matches!(self.resolver.format(&target, None), Some(Format::CommonJs) | None)
            {
                self.export_names(&target, names, visited)?;
            }
        }
        Ok(())
    }

    /// Returns how `require` loads a module: `commonjs`, `json`, `module` or `builtin`.
    pub(crate) fn require_kind(&mut self, name: &str) -> Result<&'static str, LoadError> {
        let Some(path) = self.path(name).map(Path::to_owned) else { return Ok("builtin") };
        match self.resolver.format(&path, None) {
            Some(Format::Module) => Ok("module"),
            Some(Format::Json) => Ok("json"),
            Some(Format::CommonJs) => Ok("commonjs"),
            None => {
                let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
                Ok(if self.has_module_syntax(&bytes) { "module" } else { "commonjs" })
            }
            Some(format) => Err(unsupported(format, &path)),
        }
    }
}

/// Returns the attribute `type`. Other attributes are errors, as in Node.js.
fn attribute(attributes: &[(String, String)]) -> Result<Option<String>, LoadError> {
    let mut found = None;
    for (key, value) in attributes {
        if key != "type" || value != "json" {
            let message = format_args!("Import attribute \"{key}\" with value \"{value}\" is not supported");
            return Err(LoadError::new(Class::Type, "ERR_IMPORT_ATTRIBUTE_UNSUPPORTED", message));
        }
        found = Some(value.clone());
    }
    Ok(found)
}

/// Returns the format of a file, if the attribute `type` of the request agrees with it.
fn agree(own: Option<Format>, attribute: Option<&str>, path: &Path) -> Result<Option<Format>, LoadError> {
    let url = || bmes_store::file_url(path).unwrap_or_default();
    match (own, attribute) {
        (Some(Format::Json), Some("json")) | (Some(Format::Module | Format::CommonJs) | None, None) => Ok(own),
        (Some(Format::Json), _) => {
            let message = format_args!("Module \"{}\" needs an import attribute of \"type: json\"", url());
            Err(LoadError::new(Class::Type, "ERR_IMPORT_ATTRIBUTE_MISSING", message))
        }
        (_, Some(attribute)) => {
            let message = format_args!("Module \"{}\" is not of type \"{attribute}\"", url());
            Err(LoadError::new(Class::Type, "ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE", message))
        }
        (Some(format), None) => Err(unsupported(format, path)),
    }
}

fn builtin<'b>(name: &str) -> Result<Fetched<'b>, LoadError> {
    builtins::source(name).map(Fetched::Builtin).ok_or_else(|| LoadError::no_builtin(name, &builtins::names()))
}

fn unsupported(format: Format, path: &Path) -> LoadError {
    let message = format_args!("bmes does not run modules of the format {}: {}", format.name(), path.display());
    LoadError::new(Class::Type, "ERR_UNKNOWN_MODULE_FORMAT", message)
}

fn unreadable(path: &Path, error: &io::Error) -> LoadError {
    LoadError::new(Class::Error, "ERR_MODULE_NOT_FOUND", format_args!("Cannot read {}: {error}", path.display()))
}

fn requests(view: &ModuleView<'_>) -> Vec<Request> {
    let string = |index| view.string(index).unwrap_or_default().to_owned();
    let pairs = |request: &bmes::v4::Request<'_>| {
        request.attributes().map(|attribute| (string(attribute.key), string(attribute.value))).collect()
    };
    let request = |request: bmes::v4::Request<'_>| Request {
        specifier: request.specifier().to_owned(),
        attributes: pairs(&request),
    };
    view.requests().map(request).collect()
}

/// Returns the text of a source. As in Node.js, a byte order mark is removed, and bytes that are not UTF-8 become U+FFFD.
pub(crate) fn text(bytes: Vec<u8>) -> String {
    let mut text =
        String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    text
}
