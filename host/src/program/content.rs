//! What the engine loads for each module of a program.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use bmes::v4::ModuleView;
use bmes_analyzer::{Options, SourceType};
use bmes_pack::build::{CommonJs, Kind, Target};
use bmes_pack::{Format, MemberError};
use bmes_store::{Buffer, SourceFile};

use super::discover::Found;
use super::requests::Requests;
use super::{Fetched, Missed, Place, Program};
use crate::builtins;
use crate::clock::Phase;
use crate::error::{Class, LoadError};

impl Program {
    /// Returns what the engine loads for a module.
    pub(crate) fn fetch<'b>(&mut self, name: &str, buffer: &'b mut Buffer) -> Result<Fetched<'b>, LoadError> {
        let outer = self.clock.enter(Phase::Read, name);
        let fetched = self.fetch_as(name, buffer);
        self.clock.leave(outer);
        if matches!(fetched, Ok(Fetched::Json(_) | Fetched::Builtin(_) | Fetched::Host)) {
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
        if let Some(fetched) = self.packed_content(name, attribute.as_deref(), &path)? {
            return Ok(fetched);
        }
        let own = self.resolver.format(&path, None);
        let format = agree(own, attribute.as_deref(), &path)?;
        if format == Some(Format::CommonJs) {
            return self.commonjs(&path);
        }
        if format == Some(Format::Json) {
            return Ok(Fetched::Json(read(&path)?));
        }
        // The bytecode has another name than a module that is loaded for the second time.
        let may_store = self.modules.get(name).is_some_and(|module| !module.is_retired);
        if let Some(Found { view, code, names }) = self.found.remove(name).filter(|_| may_store)
            && (format.is_some() || is_surely_a_module(&view))
        {
            return Ok(bytecode(&view, code, names));
        }
        let bytes = if self.cache.may_have() && may_store {
            let file = SourceFile::read(&path).map_err(|error| unreadable(&path, &error))?;
            if file.is_stable
                && let Some((view, code)) = self.cache.get(name, file.source, buffer)
                && (format.is_some() || is_surely_a_module(&view))
            {
                return Ok(bytecode(&view, code, Vec::new()));
            }
            file.bytes
        } else {
            std::fs::read(&path).map_err(|error| unreadable(&path, &error))?
        };
        // A file that can be either is a CommonJS module, unless it has the syntax of an ES module.
        if format.is_none() && !self.has_module_syntax(&bytes) {
            return self.commonjs(&path);
        }
        if may_store {
            self.missed.push(Missed { name: name.to_owned(), path });
        }
        Ok(Fetched::Source(text(bytes)))
    }

    /// Returns what the pack has for a module. `None`: the host looks elsewhere.
    fn packed_content<'b>(
        &mut self,
        name: &str,
        attribute: Option<&str>,
        path: &Path,
    ) -> Result<Option<Fetched<'b>>, LoadError> {
        let Some((packed, number)) = self.packed.as_ref().zip(self.modules.get(name).and_then(|module| module.packed))
        else {
            return Ok(None);
        };
        let is_retired = self.modules.get(name).is_some_and(|module| module.is_retired);
        let Some(module) = packed.fresh(number).filter(|_| !is_retired) else { return Ok(None) };
        // If a package.json has changed, the same source can be another kind of module.
        if !packed.is_resolved() && self.resolver.format(path, None) != Some(module.format) {
            return Ok(None);
        }
        match agree(Some(module.format), attribute, path)? {
            Some(Format::Module) => match packed.code(number) {
                Ok((verified, code)) => return Ok(Some(bytecode(verified.view(), code, Vec::new()))),
                Err(MemberError::Absent) => {}
                Err(_) => self.stats.damaged += 1,
            },
            Some(Format::CommonJs) => {
                let mut names = Vec::new();
                if packed.export_names(number, &mut names, &mut Vec::new()).is_some() {
                    names.retain(|name| name != "default");
                    return Ok(Some(Fetched::CommonJs(names)));
                }
            }
            Some(Format::Json) => return Ok(Some(Fetched::Json(read(path)?))),
            _ => {}
        }
        Ok(None)
    }

    /// Returns the source of a module whose bytecode the engine rejected.
    pub(crate) fn source(&mut self, name: &str) -> Result<String, LoadError> {
        let path = self.path(name).map(Path::to_owned).unwrap_or_default();
        read(&path)
    }

    /// Returns the bytecode of a CommonJS module, if the pack has it.
    pub(crate) fn commonjs_code(&mut self, name: &str) -> Option<&'static [u8]> {
        let module = self.modules.get(name)?;
        let (packed, number) = self.packed.as_ref().zip(module.packed)?;
        packed.fresh(number).filter(|module| module.format == Format::CommonJs)?;
        match packed.code(number) {
            Ok((_, code)) => Some(code),
            Err(MemberError::Absent) => None,
            Err(_) => {
                self.stats.damaged += 1;
                None
            }
        }
    }

    /// Counts a module that was loaded from bytecode of this length.
    pub(crate) fn count_loaded(&mut self, bytes: usize) {
        self.stats.loaded += 1;
        self.stats.bytes += bytes;
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
        let source = read(path)?;
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
        let packed = self.modules.get(name).and_then(|module| module.packed);
        let known = self.packed.as_ref().filter(|packed| packed.is_resolved()).zip(packed);
        let known = known.and_then(|(packed, number)| packed.fresh(number));
        match known.map(|module| module.format) {
            Some(Format::Module) => return Ok("module"),
            Some(Format::CommonJs) => return Ok("commonjs"),
            _ => {}
        }
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
    builtins::code(name).map(Fetched::Builtin).ok_or_else(|| LoadError::no_builtin(name, &builtins::names()))
}

fn unsupported(format: Format, path: &Path) -> LoadError {
    let message = format_args!("bmes does not run modules of the format {}: {}", format.name(), path.display());
    LoadError::new(Class::Type, "ERR_UNKNOWN_MODULE_FORMAT", message)
}

fn read(path: &Path) -> Result<String, LoadError> {
    std::fs::read(path).map(text).map_err(|error| unreadable(path, &error))
}

/// Returns whether a record shows that its source has the syntax of an ES module. If not, the source can have it anyway, as in
/// `export {}`.
fn is_surely_a_module(view: &ModuleView<'_>) -> bool {
    let flags = view.header().flags();
    flags.import_meta || flags.top_level_await || view.requests().len() + view.exports().len() > 0
}

fn bytecode<'b>(view: &ModuleView<'_>, code: &'b [u8], names: Vec<String>) -> Fetched<'b> {
    Fetched::Bytecode { code, uses_meta: view.header().flags().import_meta, requests: Requests::new(view, names) }
}

fn unreadable(path: &Path, error: &io::Error) -> LoadError {
    LoadError::new(Class::Error, "ERR_MODULE_NOT_FOUND", format_args!("Cannot read {}: {error}", path.display()))
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
