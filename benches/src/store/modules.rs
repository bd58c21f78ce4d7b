//! Modules as a cache on disk has them.

use crate::version4::{PRODUCER, SOURCE, Workload4};
use crate::workloads::{Shape, Workload};
use bmes::Version;
use bmes::v4::{self, Header, KnownSource, ModuleRecord};
use bmes_store::{Buffer, Key, Store};
use fastrand::Rng;
use std::path::PathBuf;

/// The size of a module's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// About 1 KiB.
    Small,
    /// About 20 KiB.
    Typical,
    /// About 1 MiB.
    Large,
}

impl Size {
    /// All sizes.
    pub const ALL: [Self; 3] = [Self::Small, Self::Typical, Self::Large];

    /// Returns the name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small, 1 KiB",
            Self::Typical => "typical, 20 KiB",
            Self::Large => "large, 1 MiB",
        }
    }

    pub(super) const fn bytes(self) -> usize {
        match self {
            Self::Small => 1 << 10,
            Self::Typical => 20 << 10,
            Self::Large => 1 << 20,
        }
    }

    /// The shape whose record the modules have.
    const fn shape(self) -> Shape {
        match self {
            Self::Small => Shape::Small,
            Self::Typical => Shape::Typical,
            Self::Large => Shape::Large,
        }
    }

    /// The number of modules: so many that a processor cannot learn them, but not more than 4 MiB.
    const fn count(self) -> usize {
        match self {
            Self::Small | Self::Typical => 64,
            Self::Large => 4,
        }
    }

    /// Returns the modules of this size. They have the same record and different bytecode: random bytes.
    pub fn modules(self) -> Vec<Module> {
        let workload = Workload::new(self.shape(), Version::V1);
        let converted = Workload4::of(&workload);
        let len = self.bytes() - Header::SIZE - converted.metadata_size();
        let mut random = Rng::with_seed(self.bytes() as u64);
        let module = |index: usize| {
            let bytecode: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(len).collect();
            Module::new(&format!("{index:08x}"), &converted.record, &bytecode)
        };
        (0..self.count()).map(module).collect()
    }
}

/// A module with its key and its file.
pub struct Module {
    /// The key in the store.
    pub key: Key,
    /// The key as text, which is the key in other caches.
    pub text: String,
    /// The name of the file that Node.js has for the module.
    pub name: String,
    /// The size and the CRC-32 of the source, which Node.js knows before a lookup.
    pub code: [u32; 2],
    /// The file.
    pub file: Vec<u8>,
    bytecode: usize,
}

impl Module {
    /// Encodes a module. The name tells it from other modules.
    pub fn new(name: &str, record: &ModuleRecord<&str>, bytecode: &[u8]) -> Self {
        let file = v4::encode(record, b"", bytecode).expect("a workload is valid");
        let key = key(name);
        Self { key, text: key.to_string(), name: name.to_owned(), code: [0; 2], file, bytecode: bytecode.len() }
    }

    /// Returns the bytecode, which is the end of the file.
    pub fn bytecode(&self) -> &[u8] {
        &self.file[self.file.len() - self.bytecode..]
    }

    /// Returns the path of the module's file, relative to the folder of a store.
    pub fn path(&self) -> PathBuf {
        let (folder, name) = self.text.split_at(2);
        PathBuf::from(format!("1/modules/{folder}/{name}.bmes"))
    }
}

/// Returns the key of a module with this name.
pub(crate) fn key(name: &str) -> Key {
    Key::new(name, &PRODUCER, &SOURCE.sha256).expect("a name is short")
}

/// Looks a module up. Returns true if the store has it.
pub(crate) fn get(store: &Store, key: &Key, buffer: &mut Buffer) -> bool {
    store.get(key, &PRODUCER, KnownSource::Source(SOURCE), buffer).hit().is_some()
}

#[cfg(test)]
mod tests {
    use super::{Size, get};
    use bmes_store::Buffer;

    #[test]
    fn a_module_has_its_size_and_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let store = crate::store::open(folder.path()).unwrap();
        for size in Size::ALL {
            let module = &size.modules()[1];
            store.put(&module.key, &module.file).unwrap();
            assert!((size.bytes() - 64..size.bytes() + 64).contains(&module.file.len()), "{}", module.file.len());
            assert_eq!(std::fs::read(folder.path().join(module.path())).unwrap(), module.file);
            assert!(get(&store, &module.key, &mut Buffer::new()));
            let decoded = bmes::v4::decode(&module.file).unwrap();
            assert!(module.bytecode() == &module.file[decoded.bytecode]);
        }
    }
}
