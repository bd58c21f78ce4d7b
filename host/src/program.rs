//! A program that runs: the identities of its modules, and what the engine loads for each of them.

mod content;
mod discover;
mod requests;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use bmes_analyzer::Analyzer;
use bmes_pack::build::{self, Conditions, Kind, Resolver, Target};
use bmes_pack::{Format, Freshness, locate};

use crate::builtins;
use crate::cache::Cache;
use crate::clock::{Clock, Phase};
use crate::engine::Compiler;
use crate::error::{Class, LoadError};
use crate::packed::{self, Found, Packed, Wanted};
use crate::stats::Stats;
use crate::writer::Job;

pub(crate) use content::text;
use discover::Found as Discovered;
use requests::{Attributes, Requests};

/// A specifier that begins with this character is the name of a module. Only the host uses it. It also separates what is
/// added to the name of a module from its path.
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
    pub(crate) packed: Option<Packed>,
    /// The modules that were found before the engine asks for them, by name.
    found: HashMap<String, Discovered>,
    pub(crate) cache: Cache,
    /// The modules that were compiled, because neither the pack nor the cache had them.
    pub(crate) missed: Vec<Missed>,
    /// The numbers of the run.
    pub stats: Stats,
    pub(crate) clock: Clock,
}

/// A module that was compiled. It is stored later: a start must not wait for that.
pub(crate) struct Missed {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

/// A module that a specifier resolved to.
struct Module {
    place: Place,
    /// The attribute `type` of the requests for it.
    attribute: Option<String>,
    /// The requests of a module that is loaded from bytecode, which the engine resolves in this order.
    requests: Option<Requests>,
    /// The number of the module in the pack.
    packed: Option<u32>,
    /// A module of this identity could not be loaded before.
    is_retired: bool,
}

enum Place {
    File { path: PathBuf, query: String },
    Builtin(String),
}

/// What is known about a request that the engine asks for.
enum Known {
    /// The name of the module: it was resolved before.
    Name(String),
    /// Its attributes: it was not.
    Attributes(Attributes),
}

/// What the engine loads for a module.
pub(crate) enum Fetched<'b> {
    /// Bytecode that was made from the module's source.
    Bytecode {
        code: &'b [u8],
        uses_meta: bool,
        requests: Requests,
    },
    Source(String),
    Json(String),
    /// A CommonJS module with these export names, without `default`.
    CommonJs(Vec<String>),
    Builtin(&'static [u8]),
    /// The functions of the host for the built-in modules.
    Host,
}

impl Program {
    /// Opens the program that starts with this file. Its pack is at the path `pack`, or where packs are looked for.
    pub(crate) fn open(
        entry: &Path,
        cache: Cache,
        pack: Option<&Path>,
        verify: Option<Freshness>,
        mut clock: Clock,
    ) -> io::Result<Self> {
        let entry = entry.canonicalize()?;
        let outer = clock.enter(Phase::Check, "");
        let Found { packed, root, note } = packed::find(&entry, pack, &cache, verify);
        clock.leave(outer);
        let stats = Stats { pack: note, ..Stats::default() };
        let mut program = Self {
            root,
            entry: String::new(),
            resolver: Resolver::new(&Conditions::node(), false),
            analyzer: Analyzer::new(),
            modules: HashMap::new(),
            retired: HashMap::new(),
            packed,
            found: HashMap::new(),
            cache,
            missed: Vec::new(),
            stats,
            clock,
        };
        let not_utf8 = |error: LoadError| io::Error::new(io::ErrorKind::InvalidData, error.message);
        program.entry = program.identify(Target::File(entry, String::new()), None).map_err(not_utf8)?;
        program.discover();
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
            if builtins::code(name).is_some() {
                return self.identify(Target::Builtin(name.to_owned()), None);
            }
            return Ok(name.to_owned());
        }
        let outer = self.clock.enter(Phase::Resolve, base);
        let resolved = match self.request(base, specifier) {
            None => {
                let wanted = Wanted { specifier, attributes, kind: Kind::Import, number: None };
                self.resolve_as(base, &wanted)
            }
            Some((_, Known::Name(name))) => Ok(name),
            Some((number, Known::Attributes(attributes))) => {
                let wanted = Wanted { specifier, attributes: &attributes, kind: Kind::Import, number: Some(number) };
                let resolved = self.resolve_as(base, &wanted);
                let requests = self.modules.get_mut(base).and_then(|module| module.requests.as_mut());
                if let (Some(requests), Ok(name)) = (requests, &resolved)
                    && requests.names.len() == number
                {
                    requests.names.push(name.clone());
                }
                resolved
            }
        };
        self.clock.leave(outer);
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
        let outer = self.clock.enter(Phase::Resolve, base);
        let wanted = Wanted { specifier, attributes: &[], kind: Kind::Require, number: None };
        let resolved = self.resolve_as(base, &wanted);
        self.clock.leave(outer);
        resolved
    }

    fn resolve_as(&mut self, base: &str, wanted: &Wanted<'_>) -> Result<String, LoadError> {
        let attribute = attribute(wanted.attributes)?;
        // Code that is made from a text, such as that of `new Function`, has another name. It is resolved from the entry.
        let from = self.modules.get(base).or_else(|| self.modules.get(&self.entry));
        if let Some(packed) = &self.packed
            && let Some(base) = from.and_then(|module| module.packed)
            && let Some(number) = packed.target(base, wanted)
        {
            return self.identify_packed(number);
        }
        let target = match from.map(|module| &module.place) {
            Some(Place::File { path, .. }) => self.resolver.resolve(path, wanted.specifier, wanted.kind),
            Some(Place::Builtin(_)) | None => {
                return self.identify(Target::Builtin(wanted.specifier.to_owned()), None);
            }
        };
        if let Some(Target::Builtin(name)) = &target {
            check_public(name)?;
        }
        let target = target.ok_or_else(|| LoadError::not_found(wanted.specifier, base))?;
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
        if let Some(attribute) = &attribute {
            name = format!("{name}{NAME}{attribute}");
        }
        let packed = self.packed.as_ref().filter(|_| matches!(place, Place::File { .. }));
        let packed = packed.and_then(|packed| packed.number(&name));
        Ok(self.add(name, packed, || (place, attribute)))
    }

    /// Returns the name of a module of the pack.
    fn identify_packed(&mut self, number: u32) -> Result<String, LoadError> {
        let module = self.packed.as_ref().and_then(|packed| packed.module(number));
        let module = module.ok_or_else(|| LoadError::not_found("a module of the pack", "the pack"))?;
        if module.format == Format::Builtin {
            check_public(&module.url)?;
            return self.identify(Target::Builtin(module.url.clone()), None);
        }
        let root = self.root.clone();
        Ok(self.add(packed::name_of(module), Some(number), || {
            let (path, query) = module.url.split_at(module.url.find(['?', '#']).unwrap_or(module.url.len()));
            let path = locate(&root, path).unwrap_or_default();
            (Place::File { path, query: query.to_owned() }, module.r#type.clone())
        }))
    }

    /// Adds a module, if it is new. Returns its name, which is another one if the module could not be loaded before.
    fn add(
        &mut self,
        mut name: String,
        packed: Option<u32>,
        place: impl FnOnce() -> (Place, Option<String>),
    ) -> String {
        let retired = self.retired.get(&name);
        let is_retired = retired.is_some();
        if let Some(count) = retired {
            name = format!("{name}{NAME}({count})");
        }
        if !self.modules.contains_key(&name) {
            let (place, attribute) = place();
            self.modules.insert(name.clone(), Module { place, attribute, requests: None, packed, is_retired });
        }
        name
    }

    /// Returns the name of the module that a file would be. The file need not exist.
    pub(crate) fn identify_file(&mut self, path: &str) -> Result<String, LoadError> {
        self.identify(Target::File(path.into(), String::new()), None)
    }

    /// Gives modules other names from now on. If a module cannot be loaded, QuickJS frees those that request it, but other
    /// modules may point to them; so the engine must never find one of these modules again.
    pub(crate) fn retire(&mut self, names: &[String]) {
        // They have resolved to names that may be retired now.
        self.found.clear();
        for name in names {
            let is_retired = self.modules.get(name).is_some_and(|module| module.is_retired);
            let first = name.rsplit_once(NAME).filter(|_| is_retired).map_or(name.as_str(), |(first, _)| first);
            *self.retired.entry(first.to_owned()).or_insert(1) += 1;
        }
    }

    /// Returns what is to be stored.
    pub(crate) fn job(&mut self, makes_pack: bool, compiler: fn() -> Compiler) -> Job {
        Job {
            entry: self.path(&self.entry).map(Path::to_owned).unwrap_or_default(),
            root: self.root.clone(),
            cache: self.cache.clone(),
            missed: std::mem::take(&mut self.missed),
            old: self.packed.as_ref().map(|packed| packed.pack),
            makes_pack,
            compiler,
        }
    }

    /// Writes the stamps of the pack, if there are new ones.
    pub(crate) fn write_stamps(&mut self) {
        if let Some(packed) = &mut self.packed
            && self.cache.writable().is_some()
        {
            packed.write_stamps(&self.root, &self.cache);
        }
    }

    /// Notes the requests of a module, before the engine reads its bytecode.
    pub(crate) fn expect(&mut self, name: &str, requests: Option<Requests>) {
        if let Some(module) = self.modules.get_mut(name) {
            module.requests = requests;
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

/// Returns an error if a program cannot import a module that is built in.
fn check_public(name: &str) -> Result<(), LoadError> {
    if builtins::is_public(name) { Ok(()) } else { Err(LoadError::no_builtin(name, &builtins::names())) }
}
