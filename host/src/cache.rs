//! The cache of a program: what its bytecode depends on, and where it is looked up.

use std::sync::Arc;

use bmes::Digest;
use bmes::v4::{KnownSource, ModuleView, Source};
use bmes_pack::Format;
use bmes_pack::build::Options;
use bmes_store::{Buffer, Counters, Key, Mode, Producer, Settings, Store};

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
#[derive(Clone)]
pub(crate) struct Cache {
    store: Option<Arc<Store>>,
    pub(crate) producer: Producer,
    /// How packs are made: with the digest of the producer, and with the resolution of the host.
    pub(crate) options: Options,
    mode: CacheMode,
    /// The cache has no bytecode of this producer, so that nothing needs to be looked up.
    is_empty: bool,
}

impl Cache {
    /// Opens the cache that the settings name, for the bytecode of this producer.
    pub(crate) fn open(mut settings: Settings, mode: CacheMode, producer: Producer) -> Self {
        if mode == CacheMode::ReadOnly {
            settings.mode = Mode::ReadOnly;
        }
        // The digest of a producer fails only if a text has 4 GiB or more.
        let digest = producer.digest().ok();
        let store = (mode != CacheMode::Off && digest.is_some()).then(|| Arc::new(Store::open(settings)));
        let digest = digest.unwrap_or(Digest([0; 32]));
        let is_empty = store.as_ref().is_none_or(|store| store.producer(&digest).is_none());
        Self { store, producer, options: Options::new(digest), mode, is_empty }
    }

    /// Returns the store. `None`: the cache is off.
    pub(crate) fn store(&self) -> Option<&Arc<Store>> {
        self.store.as_ref()
    }

    /// Returns the store, if the run may write to it.
    pub(crate) fn writable(&self) -> Option<&Arc<Store>> {
        self.store.as_ref().filter(|_| self.mode == CacheMode::On)
    }

    /// Returns the reasons why folders and settings are not used.
    pub(crate) fn problems(&self) -> &[bmes_store::Problem] {
        self.store.as_ref().map_or(&[], |store| store.problems())
    }

    /// Returns what the store did.
    pub(crate) fn counters(&self) -> Counters {
        self.store.as_ref().map(|store| store.counters()).unwrap_or_default()
    }

    /// Returns the key of a module. `None`: a text has 4 GiB or more.
    pub(crate) fn key(&self, name: &str, source: &Source) -> Option<Key> {
        Key::new(name, &self.options.producer, &source.sha256).ok()
    }

    /// Returns whether the cache may have a module.
    pub(crate) const fn may_have(&self) -> bool {
        !self.is_empty
    }

    /// Returns the record and the bytecode of a module, if the cache has it.
    pub(crate) fn get<'b>(
        &self,
        name: &str,
        source: Source,
        buffer: &'b mut Buffer,
    ) -> Option<(ModuleView<'b>, &'b [u8])> {
        let key = self.key(name, &source)?;
        let known = KnownSource::Source(source);
        let verified = self.store.as_ref()?.get(&key, &self.options.producer, known, buffer).hit()?;
        Some((*verified.view(), unseal(name, Format::Module, verified.bytecode())?))
    }
}

/// Puts the format and the name of a module before its bytecode. The engine stores the name in the bytecode, and a file says
/// nothing else about it: without this, a file under the key of another module with the same source would pass all checks.
/// And the same file is an ECMAScript module or a CommonJS module, depending on a package.json.
pub(crate) fn seal(name: &str, format: Format, code: &[u8]) -> Vec<u8> {
    let len = u32::try_from(name.len()).unwrap_or(u32::MAX);
    [&[letter(format)], &len.to_le_bytes()[..], name.as_bytes(), code].concat()
}

/// Returns the bytecode after the name of the module. `None`: it is the bytecode of another module.
pub(crate) fn unseal<'b>(name: &str, format: Format, sealed: &'b [u8]) -> Option<&'b [u8]> {
    let (first, rest) = sealed.split_first()?;
    let (len, rest) = rest.split_first_chunk()?;
    let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
    let (found, code) = rest.split_at_checked(len)?;
    (*first == letter(format) && found == name.as_bytes()).then_some(code)
}

const fn letter(format: Format) -> u8 {
    if matches!(format, Format::CommonJs) { b'c' } else { b'm' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_bytecode_is_returned_only_under_its_name_and_format() {
        let sealed = seal("src/a.js", Format::Module, b"code");
        assert_eq!(unseal("src/a.js", Format::Module, &sealed), Some(&b"code"[..]));
        assert_eq!(unseal("src/a.js", Format::CommonJs, &sealed), None);
        assert_eq!(unseal("src/b.js", Format::Module, &sealed), None);
        assert_eq!(unseal("src/a.js", Format::Module, &sealed[..8]), None);
    }
}
