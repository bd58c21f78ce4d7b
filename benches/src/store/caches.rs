//! Caches that keep the bytecode of modules on disk: the store, and others that do the same job.

use super::modules::{Module, get};
use super::node;
use bmes_store::{Buffer, Store};
use cacache::Algorithm;
use std::io;
use std::path::{Path, PathBuf};

/// A kind of cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The store of this project.
    Bmes,
    /// cacache, which finds damage with SHA-256 by default.
    Cacache,
    /// cacache with its fastest checksum.
    CacacheXxh3,
    /// The compile cache of Node.js.
    Node,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Bmes, Self::Cacache, Self::CacacheXxh3, Self::Node];

    /// Returns the name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bmes => "bmes-store",
            Self::Cacache => "cacache, SHA-256 (its default)",
            Self::CacacheXxh3 => "cacache, XXH3",
            Self::Node => "Node's compile cache: the same system calls, replayed",
        }
    }
}

/// A cache in a folder.
pub enum Cache {
    /// The store.
    Bmes(Store),
    /// cacache with a digest.
    Cacache(PathBuf, Algorithm),
    /// The folder of a version of Node.js.
    Node(PathBuf),
}

/// The memory for lookups, which is used again if the cache allows this.
#[derive(Default)]
pub struct Memory {
    store: Buffer,
    node: Vec<u8>,
}

impl Cache {
    /// Opens the cache in a folder.
    pub fn open(kind: Kind, folder: &Path) -> io::Result<Self> {
        Ok(match kind {
            Kind::Bmes => Self::Bmes(super::open(folder)?),
            Kind::Cacache => Self::Cacache(folder.to_owned(), Algorithm::Sha256),
            Kind::CacacheXxh3 => Self::Cacache(folder.to_owned(), Algorithm::Xxh3),
            Kind::Node => Self::Node(folder.to_owned()),
        })
    }

    /// Returns the kind of the cache.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Bmes(_) => Kind::Bmes,
            Self::Cacache(_, Algorithm::Xxh3) => Kind::CacacheXxh3,
            Self::Cacache(..) => Kind::Cacache,
            Self::Node(_) => Kind::Node,
        }
    }

    /// Stores a module. Returns whether it was stored.
    pub fn store(&self, module: &Module) -> bool {
        match self {
            Self::Bmes(store) => store.put(&module.key, &module.file).is_ok(),
            Self::Cacache(folder, algorithm) => {
                cacache::write_sync_with_algo(*algorithm, folder, &module.text, &module.file).is_ok()
            }
            Self::Node(folder) => node::store(folder, module).is_ok(),
        }
    }

    /// Looks a module up and verifies it. Returns whether the cache has it.
    pub fn look_up(&self, module: &Module, memory: &mut Memory) -> bool {
        match self {
            Self::Bmes(store) => get(store, &module.key, &mut memory.store),
            Self::Cacache(folder, _) => {
                cacache::read_sync(folder, &module.text).is_ok_and(|file| file.len() == module.file.len())
            }
            Self::Node(folder) => node::look_up(folder, module, &mut memory.node).is_ok_and(|found| found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cache, Kind, Memory};
    use crate::store::modules::Size;

    #[test]
    fn every_cache_has_what_was_stored_and_finds_damage() {
        let modules = Size::Typical.modules();
        let mut memory = Memory::default();
        for kind in Kind::ALL {
            let folder = tempfile::tempdir().unwrap();
            let cache = Cache::open(kind, folder.path()).unwrap();
            assert_eq!(cache.kind(), kind);
            assert!(!cache.look_up(&modules[0], &mut memory), "{}", kind.name());
            assert!(cache.store(&modules[0]) && cache.look_up(&modules[0], &mut memory), "{}", kind.name());
            flip_the_last_byte_of_the_longest_file(folder.path());
            assert!(!cache.look_up(&modules[0], &mut memory), "{}", kind.name());
        }
    }

    fn flip_the_last_byte_of_the_longest_file(folder: &std::path::Path) {
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        let path = files.into_iter().max_by_key(|path| path.metadata().unwrap().len()).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(path, bytes).unwrap();
    }
}
