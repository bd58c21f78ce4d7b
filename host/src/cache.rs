//! The cache of a program: looks modules up, and stores those that were missing.

use bmes::Digest;
use bmes::v4::{self, Flags, KnownSource, ModuleRecord, ModuleView, Supplied};
use bmes_analyzer::{Analyzer, Options, SourceType};
use bmes_store::{Buffer, Counters, Key, Mode, Producer, Settings, SourceFile, Store};

use crate::engine::CompileError;

/// The alignment of bytecode in a file, in bytes. QuickJS needs none.
const ALIGNMENT: u32 = 8;

/// Whether a run uses the cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheMode {
    /// Modules are loaded from the cache, and stored after the program has run.
    #[default]
    On,
    /// The cache is not used.
    Off,
    /// Modules are loaded from the cache. Nothing is written.
    ReadOnly,
}

/// The cache of a program.
pub struct Cache {
    store: Option<Store>,
    producer: Producer,
    digest: Digest,
    mode: CacheMode,
    pub(crate) missed: Vec<Missed>,
}

/// A module that the cache did not have. It is stored later: a start must not wait for that.
pub(crate) struct Missed {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) source: v4::Source,
    pub(crate) key: Key,
}

impl Cache {
    /// Opens the cache that the settings name, for the bytecode of this producer.
    pub fn open(mut settings: Settings, mode: CacheMode, producer: Producer) -> Self {
        if mode == CacheMode::ReadOnly {
            settings.mode = Mode::ReadOnly;
        }
        // The digest of a producer fails only if a text has 4 GiB or more.
        let digest = producer.digest().ok();
        let store = (mode != CacheMode::Off && digest.is_some()).then(|| Store::open(settings));
        Self { store, producer, digest: digest.unwrap_or(Digest([0; 32])), mode, missed: Vec::new() }
    }

    /// Returns the reasons why folders and settings are not used.
    pub fn problems(&self) -> &[bmes_store::Problem] {
        self.store.as_ref().map_or(&[], Store::problems)
    }

    /// Returns what the store did.
    pub fn counters(&self) -> Counters {
        self.store.as_ref().map(Store::counters).unwrap_or_default()
    }

    /// Returns the key of a module. `None`: the cache is off, or the source changed while it was read.
    pub(crate) fn key(&self, name: &str, file: &SourceFile) -> Option<Key> {
        self.store.as_ref().filter(|_| file.is_stable)?;
        Key::new(name, &self.digest, &file.source.sha256).ok()
    }

    /// Returns the record and the bytecode of a module, if the cache has it.
    pub(crate) fn get<'b>(
        &self,
        name: &str,
        key: &Key,
        source: KnownSource,
        buffer: &'b mut Buffer,
    ) -> Option<(ModuleView<'b>, &'b [u8])> {
        let verified = self.store.as_ref()?.get(key, &self.digest, source, buffer).hit()?;
        Some((*verified.view(), unseal(name, verified.bytecode())?))
    }

    /// Stores the modules that were missing. Modules that cannot be stored are compiled again next time.
    pub(crate) fn write(&mut self, mut compile: impl FnMut(&str, &str) -> Result<Vec<u8>, CompileError>) {
        let missed = std::mem::take(&mut self.missed);
        let Some(store) = self.store.as_ref().filter(|_| self.mode == CacheMode::On && !missed.is_empty()) else {
            return;
        };
        let mut analyzer = Analyzer::new();
        for module in missed {
            let Some(file) = file(&module, self.digest, &mut analyzer, &mut compile) else { continue };
            let _ = store.put(&module.key, &file);
        }
        let _ = store.put_producer(&self.producer);
        store.evict();
    }
}

/// Makes the file of a module.
fn file(
    module: &Missed,
    producer: Digest,
    analyzer: &mut Analyzer,
    compile: &mut impl FnMut(&str, &str) -> Result<Vec<u8>, CompileError>,
) -> Option<Vec<u8>> {
    let analysis = analyzer.analyze(&module.bytes, &Options::new(SourceType::Mjs)).ok()?;
    let flags = Flags {
        top_level_await: analysis.flags.top_level_await,
        import_meta: analysis.flags.import_meta,
        typescript: false,
    };
    let supplied = Supplied { producer, source: module.source, flags, alignment: ALIGNMENT, lexical_features: None };
    let record = ModuleRecord::from_named(&analysis.record, supplied).ok()?;
    let code = compile(&module.name, &crate::program::text(module.bytes.clone())).ok()?;
    v4::encode(&record, b"", &seal(&module.name, &code)).ok()
}

/// Puts the name of a module before its bytecode. The engine stores the name in the bytecode, and a file says nothing else
/// about it: without this, a file under the key of another module with the same source would pass all checks.
fn seal(name: &str, code: &[u8]) -> Vec<u8> {
    let len = u32::try_from(name.len()).unwrap_or(u32::MAX);
    [&len.to_le_bytes(), name.as_bytes(), code].concat()
}

/// Returns the bytecode after the name of the module. `None`: it is the bytecode of another module.
fn unseal<'b>(name: &str, sealed: &'b [u8]) -> Option<&'b [u8]> {
    let (len, rest) = sealed.split_first_chunk()?;
    let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
    let (found, code) = rest.split_at_checked(len)?;
    (found == name.as_bytes()).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_bytecode_is_returned_only_under_its_name() {
        let sealed = seal("src/a.mjs", b"code");
        assert_eq!(unseal("src/a.mjs", &sealed), Some(&b"code"[..]));
        assert_eq!(unseal("src/b.mjs", &sealed), None);
        assert_eq!(unseal("src/a.mjs", &sealed[..8]), None);
    }
}
