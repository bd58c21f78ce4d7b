//! Lists, verifies and deletes what a cache contains: for people who look into it.

use std::fs::File;
use std::time::SystemTime;

use bmes::v4::{self, Header, ModuleView};
use bmes::{Digest, Version};

use crate::buffer::Copy;
use crate::folder::{Folder, Status};
use crate::key::Key;
use crate::layout::{self, FOLDERS, PACKS, PRODUCERS, Place, TEMPORARY};
use crate::lookup::Miss;
use crate::store::{NotStored, Store};

/// The file of a module in a cache.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The key, which is the name of the file.
    pub key: Key,
    /// The length of the file in bytes.
    pub len: u64,
    /// The bytes that the file takes on the disk: a multiple of 4 KiB.
    pub space: u64,
    /// The time when the file was last used, to the hour.
    pub used: SystemTime,
}

/// What a cache contains, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Contents {
    /// The files of modules.
    pub modules: Totals,
    /// The packs, and the files of stamps beside them.
    pub packs: Totals,
    /// The pairs of producers.
    pub producers: Totals,
    /// The files that are being written, or that were left by processes that were killed.
    pub temporary: Totals,
}

/// A number of files and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Totals {
    /// The number of files.
    pub files: u64,
    /// The bytes that these files take on the disk: each file takes a multiple of 4 KiB.
    pub bytes: u64,
}

impl Totals {
    fn add(&mut self, status: Status) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(status.space());
    }
}

impl Store {
    /// The number of folders that have modules: the index of [`entries`](Self::entries).
    pub const FOLDERS: usize = FOLDERS;

    /// Returns the files of modules in one of the [`FOLDERS`](Self::FOLDERS) folders of the own cache, ordered by key.
    pub fn entries(&self, folder: usize) -> Vec<Entry> {
        let mut entries = Vec::new();
        self.for_each(&layout::module_folder(folder), |name, status| {
            let entry = |key| Entry { key: Key(key), len: status.len, space: status.space(), used: status.used() };
            entries.extend(layout::module_key(folder, name).map(entry));
        });
        entries.sort_unstable_by_key(|entry| entry.key);
        entries
    }

    /// Counts the files of the own cache. Calls `progress` after each of the 256 folders of modules.
    pub fn contents(&self, mut progress: impl FnMut()) -> Contents {
        let mut contents = Contents::default();
        for folder in 0..FOLDERS {
            let is_module = |name: &str| layout::module_key(folder, name).is_some();
            self.count(&layout::module_folder(folder), is_module, &mut contents.modules);
            progress();
        }
        self.count(PACKS, layout::is_pack, &mut contents.packs);
        self.count(PRODUCERS, |name| layout::producer_digest(name).is_some(), &mut contents.producers);
        self.count(TEMPORARY, layout::is_temporary, &mut contents.temporary);
        contents
    }

    /// Returns the digests of the producers whose pairs the own cache has.
    pub fn producers(&self) -> Vec<Digest> {
        let mut digests = Vec::new();
        self.for_each(PRODUCERS, |name, _| digests.extend(layout::producer_digest(name)));
        digests.sort_unstable();
        digests
    }

    /// Reads the header of an entry: its producer, and the digest of its source. The rest of the file is not read.
    pub fn header(&self, key: &Key) -> Result<Header, Miss> {
        let (file, status) = self.file(key)?;
        Ok(Copy::default().read_header(&file, status.len)?)
    }

    /// Verifies everything in an entry that can be verified without its source and its URL. The file must have version 4,
    /// be complete, undamaged and linkable.
    pub fn verify(&self, key: &Key) -> Result<(), Miss> {
        let mut copy = Copy::default();
        let (file, status) = self.file(key)?;
        copy.read(&file, status.len)?;
        let file = copy.bytes();
        match bmes::identify(file)? {
            Version::V4 => Ok(ModuleView::parse(file)?.check()?),
            // The check of version 4 says which version it found.
            _ => v4::open(file, file.len()).map(drop).map_err(Miss::OtherVersion),
        }
    }

    /// Deletes an entry of the own cache.
    pub fn remove(&self, key: &Key) -> Result<(), NotStored> {
        let Place { folder, name } = layout::module(&key.0);
        Ok(self.writable()?.folder.subfolder(&folder)?.remove(&name)?)
    }

    /// Deletes all files of the own cache whose names are of this layout, and returns what was deleted. Calls `progress`
    /// after each of the 256 folders of modules. The folders stay.
    pub fn clear(&self, mut progress: impl FnMut()) -> Result<Contents, NotStored> {
        let own = self.writable()?;
        let mut cleared = Contents::default();
        let remove = |path: &str, is_ours: &dyn Fn(&str) -> bool, totals: &mut Totals| {
            let Ok(folder) = own.folder.subfolder(path) else { return };
            let mut files = Vec::new();
            for_each(&folder, |name, status| files.extend(is_ours(name).then(|| (name.to_owned(), status))));
            for (name, status) in files {
                if folder.remove(&name).is_ok() {
                    totals.add(status);
                }
            }
        };
        for index in 0..FOLDERS {
            let is_module = |name: &str| layout::module_key(index, name).is_some();
            remove(&layout::module_folder(index), &is_module, &mut cleared.modules);
            progress();
        }
        remove(PACKS, &layout::is_pack, &mut cleared.packs);
        remove(PRODUCERS, &|name| layout::producer_digest(name).is_some(), &mut cleared.producers);
        remove(TEMPORARY, &layout::is_temporary, &mut cleared.temporary);
        Ok(cleared)
    }

    fn file(&self, key: &Key) -> Result<(File, Status), Miss> {
        self.own.as_ref().ok_or(Miss::NoCache)?.open_file(&layout::module(&key.0).path())
    }

    fn count(&self, path: &str, is_ours: impl Fn(&str) -> bool, totals: &mut Totals) {
        self.for_each(path, |name, status| {
            if is_ours(name) {
                totals.add(status);
            }
        });
    }

    fn for_each(&self, path: &str, take: impl FnMut(&str, Status)) {
        if let Some(folder) = self.own.as_ref().and_then(|own| own.folder.subfolder(path).ok()) {
            for_each(&folder, take);
        }
    }
}

/// Calls `take` with the name and the status of each regular file in a folder.
fn for_each(folder: &Folder, mut take: impl FnMut(&str, Status)) {
    // An error ends the list early: it shows the files that can be seen.
    let _ = folder.for_each_name(|name| {
        if let Some(status) = folder.status(name).ok().filter(|status| status.is_file) {
            take(name, status);
        }
        true
    });
}
