//! Stores what the cache did not have: the modules, and the pack of the program.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bmes::v4::{self, Flags, ModuleRecord, Supplied};
use bmes_analyzer::{Analyzer, Options, SourceType};
use bmes_pack::build::{self, Text};
use bmes_pack::{Format, Freshness, Pack, Stamps, changes};
use bmes_store::{Buffer, PackName, SourceFile, Store};

use crate::cache::{Cache, seal};
use crate::engine::{CompileError, Compiler};
use crate::program::{Missed, text};

/// The alignment of bytecode in a file, in bytes. QuickJS needs none.
const ALIGNMENT: u32 = 8;

/// How long one start may compile modules for the cache. What is left waits for the next start.
const TIME: Duration = Duration::from_secs(3);
/// The bytes of bytecode that one start may compile for the cache.
const BYTES: usize = 128 << 20;

/// What is to be stored. It is done on any thread, while the program runs.
pub(crate) struct Job {
    pub(crate) entry: PathBuf,
    pub(crate) root: PathBuf,
    pub(crate) cache: Cache,
    /// The modules that were compiled.
    pub(crate) missed: Vec<Missed>,
    /// The pack that the program was loaded from.
    pub(crate) old: Option<&'static Pack<'static>>,
    /// The pack of the program in the cache is missing, or parts of it could not be used.
    pub(crate) makes_pack: bool,
    pub(crate) compiler: fn() -> Compiler,
}

impl Job {
    /// Stores the modules and the pack. What cannot be stored is compiled again next time.
    pub(crate) fn run(self) {
        let Some(store) = self.cache.writable().cloned() else { return };
        let _ = store.put_producer(&self.cache.producer);
        let packed = if self.makes_pack { self.pack(&store) } else { HashSet::new() };
        let mut compiler = Budget::new((self.compiler)());
        let mut analyzer = Analyzer::new();
        for module in self.missed.iter().filter(|module| !packed.contains(&module.name)) {
            self.store(&store, module, &mut analyzer, &mut compiler);
        }
        store.evict();
    }

    /// Makes the pack of the program and stores it, with the files of its modules. Returns the names of the modules.
    fn pack(&self, store: &Arc<Store>) -> HashSet<String> {
        let (compiler, cache, old) = (self.compiler, self.cache.clone(), self.old);
        let compile = move || -> build::Compile {
            let mut compiler = Budget::new(compiler());
            Box::new(move |module| code(module, &cache, old, &mut compiler))
        };
        // A program that cannot be packed, such as one whose entry has an error, is loaded module by module.
        let Ok(made) = build::make_with(std::slice::from_ref(&self.entry), &self.cache.options, compile) else {
            return HashSet::new();
        };
        let Ok(pack) = Pack::open(&made.pack) else { return HashSet::new() };
        let index = pack.index();
        let url = build::relative(&self.root, &self.entry).unwrap_or_default();
        if let Some(key) = self.cache.options.key(&[&url]) {
            let name = PackName::new(&key, &self.root);
            if store.put_pack(&name, &made.pack).is_ok() {
                let mut stamps = Stamps::default();
                changes(index, &self.root, Freshness::Stat, &mut stamps);
                let _ = store.put_stamps(&name, &stamps);
            }
        }
        let mut names = HashSet::new();
        for (number, module) in index.modules.iter().enumerate() {
            let (Some(file), Some(source)) = (pack.unverified_member(number), module.source) else { continue };
            let source = v4::Source { size: source.size, sha256: source.sha256 };
            if module.format == Format::Module
                && let Some(key) = self.cache.key(&module.url, &source)
            {
                let _ = store.put(&key, file);
            }
            names.insert(module.url.clone());
        }
        names
    }

    /// Stores a module that is not in the pack.
    fn store(&self, store: &Store, module: &Missed, analyzer: &mut Analyzer, compiler: &mut Budget) {
        let Ok(file) = SourceFile::read(&module.path) else { return };
        let Some(key) = self.cache.key(&module.name, &file.source).filter(|_| file.is_stable) else { return };
        let made = self.file(module, &file, analyzer, compiler);
        if let Some(made) = made {
            let _ = store.put(&key, &made);
        }
    }

    /// Makes the file of a module.
    fn file(
        &self,
        module: &Missed,
        file: &SourceFile,
        analyzer: &mut Analyzer,
        compiler: &mut Budget,
    ) -> Option<Vec<u8>> {
        let analysis = analyzer.analyze(&file.bytes, &Options::new(SourceType::Mjs)).ok()?;
        let flags = Flags {
            top_level_await: analysis.flags.top_level_await,
            import_meta: analysis.flags.import_meta,
            typescript: false,
        };
        let producer = self.cache.options.producer;
        let supplied = Supplied { producer, source: file.source, flags, alignment: ALIGNMENT, lexical_features: None };
        let record = ModuleRecord::from_named(&analysis.record, supplied).ok()?;
        let code = compiler.compile(&module.name, &file.bytes, Format::Module).ok()?;
        v4::encode(&record, b"", &code).ok()
    }
}

/// Returns the bytecode of a module: that of the old pack or of the cache, else new one.
fn code(module: &Text<'_>, cache: &Cache, old: Option<&Pack<'_>>, compiler: &mut Budget) -> Result<Vec<u8>, String> {
    let is_same = |pack: &&Pack<'_>, number: &usize| {
        let source = pack.index().modules[*number].source;
        source.is_some_and(|source| source.sha256 == module.source.sha256)
    };
    if let Some(pack) = old
        && let Some(number) = pack
            .index()
            .modules
            .iter()
            .position(|known| known.url == module.url && known.format == module.format && known.member.is_some())
        && is_same(&pack, &number)
        && let Ok(verified) = pack.verify(number)
    {
        return Ok(verified.bytecode().to_vec());
    }
    let mut buffer = Buffer::new();
    if cache.may_have()
        && module.format == Format::Module
        && let Some((_, code)) = cache.get(module.url, module.source, &mut buffer)
    {
        return Ok(seal(module.url, module.format, code));
    }
    compiler.compile(module.url, module.bytes, module.format).map_err(|error| error.to_string())
}

/// A compiler that may only take so long.
struct Budget {
    compile: Compiler,
    until: Instant,
    bytes: usize,
}

impl Budget {
    fn new(compile: Compiler) -> Self {
        Self { compile, until: Instant::now() + TIME, bytes: BYTES }
    }

    /// Compiles a module, and puts its name before the bytecode.
    fn compile(&mut self, name: &str, bytes: &[u8], format: Format) -> Result<Vec<u8>, CompileError> {
        if self.bytes == 0 || Instant::now() >= self.until {
            return Err(CompileError("the next start stores this module".to_owned()));
        }
        let code = (self.compile)(name, &text(bytes.to_vec()), format)?;
        self.bytes = self.bytes.saturating_sub(code.len());
        Ok(seal(name, format, &code))
    }
}
