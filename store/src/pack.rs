//! Packs and their stamps in the cache: the last place where a host looks for them.

use std::path::Path;

use bmes::Digest;
use bmes_pack::{Pack, Stamps};
use sha2::{Digest as _, Sha256};

use crate::buffer::{Buffer, Copy};
use crate::cache::Cache;
use crate::layout;
use crate::lookup::Miss;
use crate::store::{NotStored, Store};

/// The name of a pack in a cache, as `spec/pack.md` says: a digest of the pack's key and of the place of the program.
/// Programs in several folders can have entries with the same relative path, and so the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PackName(pub Digest);

impl PackName {
    /// Returns the name of the pack with this [key](bmes_pack::key), of a program whose root is this absolute path.
    pub fn new(key: &Digest, root: &Path) -> Self {
        let mut hash = Sha256::new_with_prefix(b"BMES pack in a cache 1\0");
        hash.update(key.0);
        hash.update(root.as_os_str().as_encoded_bytes());
        Self(Digest(hash.finalize().into()))
    }
}

impl Store {
    /// Looks a pack up in the own cache, then in the second one. The pack is well-formed; the files of its modules are not
    /// verified yet. The caller compares its index with what it looked for.
    ///
    /// A damaged pack is removed from the own cache, unless the store only reads.
    pub fn get_pack<'b>(&self, name: &PackName, buffer: &'b mut Buffer) -> Result<Pack<'b>, Miss> {
        self.find(&layout::pack(&name.0), Copy::read_pack, buffer, |file| Ok(Pack::open(file)?))
    }

    /// Stores a pack, and replaces the one that the cache has. It takes effect at once or not at all.
    pub fn put_pack(&self, name: &PackName, pack: &[u8]) -> Result<(), NotStored> {
        self.replace(&layout::pack(&name.0), pack)
    }

    /// Returns the stamps of the pack with this name. There are none if their file is missing or damaged.
    pub fn stamps(&self, name: &PackName) -> Stamps {
        let place = layout::stamps(&name.0);
        let read = |cache: &Cache| {
            let mut copy = Copy::default();
            cache.read(&place.path(), Copy::read_pack, &mut copy).ok()?;
            Stamps::read(copy.bytes())
        };
        [&self.own, &self.lower].into_iter().flatten().find_map(read).unwrap_or_default()
    }

    /// Stores the stamps of the pack with this name, and replaces those that the cache has. The pack itself can be elsewhere:
    /// in a folder that the program cannot write to.
    pub fn put_stamps(&self, name: &PackName, stamps: &Stamps) -> Result<(), NotStored> {
        self.replace(&layout::stamps(&name.0), &stamps.write())
    }
}
