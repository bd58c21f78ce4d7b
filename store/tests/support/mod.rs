//! Stores and modules for the tests.

#![allow(dead_code, reason = "each test file uses some of these")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use bmes::v4::{self, KnownSource, ModuleRecord, Source};
use bmes::{Digest, ErrorKind};
use bmes_store::{Buffer, Key, Lookup, Miss, Settings, Store};
use tempfile::TempDir;

pub(crate) const PRODUCER: Digest = Digest([7; 32]);

/// A module with its key and its file.
pub(crate) struct Module {
    pub(crate) source: Source,
    pub(crate) key: Key,
    pub(crate) file: Vec<u8>,
    pub(crate) bytecode: Vec<u8>,
}

/// Returns a module whose bytecode has `len` bytes.
pub(crate) fn module(name: &str, len: usize) -> Module {
    aligned(name, len, 8)
}

pub(crate) fn aligned(name: &str, len: usize, alignment: u32) -> Module {
    let source = v4::source(name.as_bytes());
    let mut record = ModuleRecord::<String>::new(PRODUCER, source);
    record.alignment = alignment;
    let bytecode: Vec<u8> = name.bytes().cycle().take(len).collect();
    let file = v4::encode(&record, b"", &bytecode).unwrap();
    Module { source, key: Key::new("", &PRODUCER, &source.sha256).unwrap(), file, bytecode }
}

/// A folder for a cache that is safe: the temporary folder itself may be everyone's, but it is sticky.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn location(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings::new(self.location())
    }

    pub(crate) fn store(&self) -> Store {
        let store = Store::open(self.settings());
        assert!(store.problems().is_empty(), "{:?}", store.problems());
        store
    }

    /// Returns the path of a module's file.
    pub(crate) fn path(&self, module: &Module) -> PathBuf {
        let key = module.key.to_string();
        self.location().join("1/modules").join(&key[..2]).join(format!("{}.bmes", &key[2..]))
    }
}

/// Returns whether the store has the module, with the right bytecode.
pub(crate) fn has(store: &Store, module: &Module) -> bool {
    miss(store, module).is_none()
}

/// Returns the reason of the miss, or `None` after a hit.
pub(crate) fn miss(store: &Store, module: &Module) -> Option<&'static str> {
    let mut buffer = Buffer::new();
    match store.get(&module.key, &PRODUCER, KnownSource::Source(module.source), &mut buffer) {
        Lookup::Hit(verified) => {
            assert_eq!(verified.bytecode(), module.bytecode);
            None
        }
        Lookup::Miss(miss) => Some(miss.reason()),
    }
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Returns the names in a folder, sorted; none if it does not exist.
pub(crate) fn names(path: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(path) else { return Vec::new() };
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

pub(crate) fn is_checksum(miss: &Miss) -> bool {
    matches!(miss, Miss::Damaged(error) if matches!(error.kind(), ErrorKind::BadChecksum { .. }))
}
