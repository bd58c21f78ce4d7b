//! The store (`bmes-store`) on a real disk: its lookups and its writes beside the system calls that they cannot avoid, and
//! beside other caches that do the same job. All files are in the page cache of the system.
//!
//! Start with [`Results::measure`].

pub mod caches;
pub mod growth;
pub mod lookups;
pub mod modules;
pub mod node;
pub mod peers;
pub mod system_calls;
pub mod writes;

use crate::measure::{Effort, Time};
use bmes_store::{Settings, Store};
use growth::Growth;
use modules::Size;
use peers::Peers;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

/// All measurements of the store in one run.
pub struct Results {
    /// The times of lookups, for each size of a module.
    pub lookups: Vec<(Size, Vec<Time>)>,
    /// The times of lookups in a small cache and in a large one, or the reason why they were not measured.
    pub growth: Result<Growth, String>,
    /// The times of writes, for each size of a module.
    pub writes: Vec<(Size, Vec<Time>)>,
    /// The store and other caches with the same content.
    pub peers: Peers,
}

impl Results {
    /// Measures everything. `scratch` is the folder below which the caches are made. They are deleted at the end. `node` is the
    /// program of a Node.js; without it, the one on the search path is used.
    pub fn measure(scratch: &Path, node: Option<&Path>, effort: Effort) -> io::Result<Self> {
        fs::create_dir_all(scratch)?;
        let scratch = &Scratch(tempfile::tempdir_in(scratch)?);
        let lookups = Size::ALL.map(|size| Ok((size, lookups::measure(scratch, size, effort)?)));
        let writes = Size::ALL.map(|size| Ok((size, writes::measure(scratch, size, effort)?)));
        Ok(Self {
            lookups: lookups.into_iter().collect::<io::Result<_>>()?,
            writes: writes.into_iter().collect::<io::Result<_>>()?,
            peers: Peers::measure(scratch, node, effort)?,
            growth: growth::measure(scratch, effort)?,
        })
    }
}

/// A folder for all files of a run. No file is deleted before the end of the run: an ext4 without a journal does not use the
/// inode of a deleted file again for some minutes, and takes long to search past many of them.
pub struct Scratch(TempDir);

impl Scratch {
    /// Returns the path.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Creates a folder with a new name.
    pub(crate) fn folder(&self) -> io::Result<PathBuf> {
        Ok(tempfile::tempdir_in(self.path())?.keep())
    }

    /// Removes all files from a folder and from those below it, which stay: a cache that is in use has them. The files move
    /// into another folder, and lose their content, so that the system does not write it to the disk.
    pub(crate) fn empty(&self, folder: &Path) -> io::Result<()> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let removed = self.path().join("removed");
        fs::create_dir_all(&removed)?;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                self.empty(&entry.path())?;
            } else {
                let path = removed.join(COUNT.fetch_add(1, Ordering::Relaxed).to_string());
                fs::rename(entry.path(), &path)?;
                File::create(path)?;
            }
        }
        Ok(())
    }
}

/// Opens a store with a cache in `folder`. Fails if the store does not use the folder, for which it has strict rules.
pub(crate) fn open(folder: &Path) -> io::Result<Store> {
    let store = Store::open(Settings::new(folder));
    match store.problems().first() {
        Some(problem) => Err(io::Error::other(problem.to_string())),
        None => Ok(store),
    }
}

#[cfg(test)]
mod tests {
    use super::Scratch;
    use std::fs;

    /// Returns a folder for the files of a test.
    pub(crate) fn scratch() -> Scratch {
        Scratch(tempfile::tempdir().unwrap())
    }

    #[test]
    fn files_are_removed_and_folders_stay() {
        let scratch = scratch();
        let folder = scratch.folder().unwrap();
        fs::create_dir_all(folder.join("a/b")).unwrap();
        fs::write(folder.join("a/b/c"), "content").unwrap();
        scratch.empty(&folder).unwrap();
        assert_eq!(fs::read_dir(folder.join("a/b")).unwrap().count(), 0);
    }
}
