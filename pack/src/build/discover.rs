//! Finds all modules of a program, breadth first, and what each of their requests resolves to.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use bmes::v4::{self, Flags, Phase};
use bmes::{ModuleRecord, ModuleRequest, VersionFields};
use bmes_analyzer::{Analysis, Analyzer, Options as Language, SourceType};

use super::resolve::{Kind, Resolver, Seen, Target};
use super::{CommonJs, Compile, MakeError, Numbers, Options, Rejected, Text, file_of, relative};
use crate::index::{Format, Module, Resolution, Source};

/// The modules of a program.
pub(super) struct Program {
    pub(super) entries: Vec<u32>,
    pub(super) modules: Vec<Module>,
    /// The paths of all modules that are files.
    pub(super) paths: Vec<PathBuf>,
    /// The file of each module that has one.
    pub(super) files: Vec<Option<Vec<u8>>>,
    pub(super) left_out: Vec<(PathBuf, String)>,
    pub(super) seen: Seen,
}

/// A module that was found but not read yet.
struct Waiting {
    number: u32,
    target: Target,
    /// The attribute `type` of the request.
    kind: Option<String>,
}

struct Discovery<'a> {
    root: &'a Path,
    options: &'a Options,
    compile: Compile,
    resolver: Resolver,
    analyzer: Analyzer,
    numbers: Numbers,
    waiting: VecDeque<Waiting>,
    program: Program,
}

/// The stack of the thread that finds the modules, in bytes. It is address space until it is used.
const STACK: usize = 128 << 20;

/// Finds all modules that the entries reach. It runs on a thread with a large stack: the analyzer would otherwise start a
/// thread for each longer source.
pub(super) fn discover(
    entries: &[PathBuf],
    root: &Path,
    options: &Options,
    compiler: impl FnOnce() -> Compile + Send,
) -> Result<Program, MakeError> {
    std::thread::scope(|scope| {
        let here = || reach(entries, root, options, compiler());
        match std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, here) {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(error) => Err(MakeError::Thread(error)),
        }
    })
}

fn reach(entries: &[PathBuf], root: &Path, options: &Options, compile: Compile) -> Result<Program, MakeError> {
    let resolver = Resolver::new(&options.conditions, options.preserve_symlinks);
    let program = Program {
        entries: Vec::new(),
        modules: Vec::new(),
        paths: Vec::new(),
        files: Vec::new(),
        left_out: Vec::new(),
        seen: Seen::default(),
    };
    let (numbers, waiting) = (Numbers::new(), VecDeque::new());
    let analyzer = Analyzer::new();
    let mut discovery = Discovery { root, options, compile, resolver, analyzer, numbers, waiting, program };
    for entry in entries {
        let number = discovery.number(Target::File(entry.clone(), String::new()), None)?;
        if !discovery.program.entries.contains(&number) {
            discovery.program.entries.push(number);
        }
    }
    while let Some(waiting) = discovery.waiting.pop_front() {
        discovery.read(waiting)?;
    }
    let Discovery { resolver, mut program, .. } = discovery;
    program.seen = resolver.seen();
    program.remove_unread();
    Ok(program)
}

impl Program {
    /// Removes the modules that could not be read. Requests for them resolve to nothing.
    fn remove_unread(&mut self) {
        let is_read = |module: &Module| module.source.is_some() || module.format == Format::Builtin;
        let mut unused = 0..;
        let numbers: Vec<Option<u32>> =
            self.modules.iter().map(|module| is_read(module).then(|| unused.next()).flatten()).collect();
        if !numbers.contains(&None) {
            return;
        }
        let renumber = |number: u32| numbers.get(number as usize).copied().flatten();
        // Every entry was read.
        self.entries = self.entries.iter().copied().filter_map(renumber).collect();
        let mut kept = numbers.iter().map(Option::is_some);
        self.files.retain(|_| kept.next().unwrap_or(true));
        self.modules.retain(is_read);
        for module in &mut self.modules {
            for request in module.requests.iter_mut().chain(&mut module.dynamic) {
                request.module = request.module.and_then(renumber);
            }
        }
    }
}

impl Discovery<'_> {
    /// Returns the number of a module, and queues the module if it is new.
    fn number(&mut self, target: Target, kind: Option<String>) -> Result<u32, MakeError> {
        // A module without a file is the same with each type.
        let kind = kind.filter(|_| matches!(target, Target::File(..)));
        let url = match &target {
            Target::File(path, suffix) => {
                relative(self.root, path).ok_or_else(|| MakeError::NotUtf8(path.clone()))? + suffix
            }
            Target::Builtin(name) => name.clone(),
        };
        let is_builtin = matches!(target, Target::Builtin(_));
        let identity = (url, is_builtin, kind.clone());
        if let Some(number) = self.numbers.get(&identity) {
            return Ok(*number);
        }
        let url = identity.0.clone();
        let number = u32::try_from(self.program.modules.len()).unwrap_or(u32::MAX);
        self.numbers.insert(identity, number);
        // The format of a file is known when it is read.
        let format = if is_builtin { Format::Builtin } else { Format::CommonJs };
        self.program.modules.push(Module { r#type: kind.clone(), ..Module::new(url, format) });
        self.program.files.push(None);
        self.waiting.push_back(Waiting { number, target, kind });
        Ok(number)
    }

    fn read(&mut self, Waiting { number, target, kind }: Waiting) -> Result<(), MakeError> {
        let Target::File(path, _) = target else { return Ok(()) };
        let is_entry = self.program.entries.contains(&number);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if is_entry => return Err(MakeError::Entry(path, error)),
            Err(error) => {
                self.program.left_out.push((path, error.to_string()));
                return Ok(());
            }
        };
        let number = number as usize;
        self.program.paths.push(path.clone());
        let source = v4::source(&bytes);
        self.program.modules[number].source = Some(Source { size: source.size, sha256: source.sha256 });
        let format = self.resolver.format(&path, kind.as_deref());
        let mut rejected = None;
        if matches!(format, Some(Format::Module) | None) {
            match self.analyzer.analyze(&bytes, &language(&path, format)) {
                Ok(found) if format.is_some() || found.flags.module_syntax => {
                    self.program.modules[number].format = Format::Module;
                    let url = self.program.modules[number].url.clone();
                    return self.module(
                        number,
                        &path,
                        kind.as_deref(),
                        Text { url: &url, bytes: &bytes, source, format: Format::Module },
                        &found,
                    );
                }
                Ok(_) => {}
                Err(error) => rejected = Some(Rejected::Analyzer(error)),
            }
        }
        self.program.modules[number].format = format.unwrap_or(Format::CommonJs);
        let result = match (format, rejected) {
            (Some(Format::Module), Some(reason)) => Err(reason),
            (Some(Format::CommonJs), _) => self.commonjs(number, &path, &bytes, source)?,
            // The source is neither a module nor CommonJS. It is more probably meant to be a module.
            (None, rejected) => {
                self.commonjs(number, &path, &bytes, source)?.map_err(|reason| rejected.unwrap_or(reason))
            }
            _ => Ok(()),
        };
        match result {
            Err(reason) if is_entry => return Err(MakeError::Rejected(path, reason)),
            Err(reason) => self.program.left_out.push((path, reason.to_string())),
            Ok(()) => {}
        }
        Ok(())
    }

    fn module(
        &mut self,
        number: usize,
        path: &Path,
        kind: Option<&str>,
        text: Text<'_>,
        analysis: &Analysis,
    ) -> Result<(), MakeError> {
        let flags = Flags {
            top_level_await: analysis.flags.top_level_await,
            import_meta: analysis.flags.import_meta,
            typescript: is_typescript(path),
        };
        // Node.js loads no JavaScript with a type. Its member would have the key of the same module without a type.
        let file = match kind {
            Some(kind) => Err(format!("a request has the type {kind:?}, but the module is JavaScript")),
            None => (self.compile)(&text)
                .and_then(|code| file_of(&analysis.record, flags, text.source, self.options.producer, &code)),
        };
        match file {
            Ok(file) => self.program.files[number] = Some(file),
            Err(reason) => self.program.left_out.push((path.to_owned(), reason)),
        }
        let pairs = |attributes: &[bmes::Attribute<String>]| -> Vec<(String, String)> {
            attributes.iter().map(|attribute| (attribute.key.clone(), attribute.value.clone())).collect()
        };
        let mut requests = Vec::new();
        // The analyzer rejects `import defer` and `import source`, so each request has the phase `evaluation`.
        for request in &analysis.record.requests {
            let attributes = pairs(&request.attributes);
            requests.push(self.resolve(path, &request.specifier, attributes, Phase::Evaluation, Kind::Import)?);
        }
        let mut dynamic = Vec::new();
        for import in &analysis.dynamic_imports {
            // Without the attributes, it is not known which module the import asks for.
            let Some(attributes) = import.attributes.as_deref().map(pairs) else { continue };
            dynamic.push(self.resolve(path, &import.specifier, attributes, phase(import.phase), Kind::Import)?);
        }
        (self.program.modules[number].requests, self.program.modules[number].dynamic) = (requests, dynamic);
        Ok(())
    }

    /// Reads a CommonJS module. The inner error is the reason why the source cannot be read.
    fn commonjs(
        &mut self,
        number: usize,
        path: &Path,
        bytes: &[u8],
        source: v4::Source,
    ) -> Result<Result<(), Rejected>, MakeError> {
        let found = match CommonJs::read(&String::from_utf8_lossy(bytes)) {
            Ok(found) => found,
            Err(reason) => return Ok(Err(reason)),
        };
        let module = &self.program.modules[number];
        if module.r#type.is_none() {
            let url = module.url.clone();
            let text = Text { url: &url, bytes, source, format: Format::CommonJs };
            match self.commonjs_file(&text, &found.requires) {
                Ok(file) => self.program.files[number] = file,
                Err(reason) => self.program.left_out.push((path.to_owned(), reason)),
            }
        }
        let mut resolve = |specifiers: Vec<String>, kind| {
            let resolve = |specifier: String| self.resolve(path, &specifier, Vec::new(), Phase::Evaluation, kind);
            specifiers.into_iter().map(resolve).collect::<Result<Vec<_>, _>>()
        };
        let requests = resolve(found.requires, Kind::Require)?;
        let dynamic = resolve(found.dynamic, Kind::Import)?;
        let module = &mut self.program.modules[number];
        (module.requests, module.dynamic) = (requests, dynamic);
        (module.exports, module.reexports) = (found.exports, found.reexports);
        Ok(Ok(()))
    }

    /// Makes the file of a CommonJS module, if there is bytecode for it. Its record has the requests.
    fn commonjs_file(&mut self, text: &Text<'_>, requires: &[String]) -> Result<Option<Vec<u8>>, String> {
        let code = (self.compile)(text)?;
        if code.is_empty() {
            return Ok(None);
        }
        let mut record = ModuleRecord::new(VersionFields::V2);
        record.requests = requires.iter().map(|specifier| ModuleRequest::new(specifier.clone())).collect();
        file_of(&record, Flags::default(), text.source, self.options.producer, &code).map(Some)
    }

    fn resolve(
        &mut self,
        from: &Path,
        specifier: &str,
        attributes: Vec<(String, String)>,
        phase: Phase,
        kind: Kind,
    ) -> Result<Resolution, MakeError> {
        let r#type = attributes.iter().find(|(key, _)| key == "type").map(|(_, value)| value.clone());
        let target = self.resolver.resolve(from, specifier, kind);
        let module = target.map(|target| self.number(target, r#type)).transpose()?;
        Ok(Resolution { specifier: specifier.to_owned(), phase, attributes, module })
    }
}

/// Returns how the analyzer reads a file. Node.js reads a file without a known extension as JavaScript. Where a package.json
/// says that a file is an ECMAScript module, the file need not have the syntax of one.
fn language(path: &Path, format: Option<Format>) -> Language {
    let is_plain = path.extension().is_none_or(|extension| extension == "js");
    let of_path = if is_plain && format == Some(Format::Module) { None } else { Language::for_path(path).ok() };
    of_path.unwrap_or_else(|| Language::new(SourceType::Mjs)).with_stack_len(STACK / 2)
}

fn phase(phase: bmes_analyzer::Phase) -> Phase {
    match phase {
        bmes_analyzer::Phase::Source => Phase::Source,
        bmes_analyzer::Phase::Defer => Phase::Defer,
        _ => Phase::Evaluation,
    }
}

fn is_typescript(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["ts", "mts", "tsx"].iter().any(|known| extension == *known))
}
