//! The places that bytecode comes from: the pack in the cache, a pack that was made before, and the files of modules.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use bmes_host_integration::runs::Runner;

/// A place that bytecode comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The pack in the cache.
    CachedPack,
    /// A pack that `bmes pack` has made, at the path in `BMES_PACK`.
    NamedPack,
    /// A pack that `bmes pack` has made, in the folder `.bmes` of the program.
    OwnPack,
    /// The files of modules in the cache.
    Modules,
}

impl Place {
    pub(crate) const ALL: [Self; 4] = [Self::CachedPack, Self::NamedPack, Self::OwnPack, Self::Modules];
}

/// A program with a cache, whose bytecode comes from one place.
pub(crate) struct Scene {
    pub(crate) place: Place,
    pub(crate) entry: PathBuf,
    /// The folder of the cache and of the pack.
    pub(crate) cache: PathBuf,
    bmes: PathBuf,
}

impl Scene {
    /// Creates a scene without a cache. `folder` is for the cache.
    pub(crate) fn new(bmes: &Path, place: Place, entry: PathBuf, folder: &Path) -> Self {
        Self { place, entry, cache: folder.to_owned(), bmes: bmes.to_owned() }
    }

    /// Returns the command that runs the program.
    pub(crate) fn runner(&self) -> Runner {
        let runner = Runner::cached(&self.bmes, &self.cache.join("cache"));
        if self.place == Place::NamedPack { runner.packed(&self.named()) } else { runner }
    }

    /// Returns the path of the pack that `BMES_PACK` names.
    pub(crate) fn named(&self) -> PathBuf {
        self.cache.join("program.zip")
    }

    /// Makes the pack, or fills the cache.
    pub(crate) fn fill(&self) -> io::Result<()> {
        fs::create_dir_all(&self.cache)?;
        match self.place {
            Place::NamedPack | Place::OwnPack => {
                let mut command = Command::new(&self.bmes);
                command.arg("pack").arg(&self.entry);
                if self.place == Place::NamedPack {
                    command.arg("-o").arg(self.named());
                }
                // A program with a link error has a pack, too.
                command.output()?;
            }
            Place::CachedPack | Place::Modules => {
                self.runner().run(&self.entry)?;
            }
        }
        // Writes the stamps.
        self.runner().run(&self.entry)?;
        self.remove_packs_of_modules()
    }

    /// Removes the packs in the cache, if the bytecode is to come from the files of modules.
    pub(crate) fn remove_packs_of_modules(&self) -> io::Result<()> {
        if self.place == Place::Modules {
            for pack in self.files("zip")? {
                fs::remove_file(pack)?;
            }
        }
        Ok(())
    }

    /// Returns the files with this extension in the cache, beside it, and in the folder `.bmes` of the program.
    pub(crate) fn files(&self, extension: &str) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        let mut folders = vec![self.cache.clone(), self.entry.with_file_name(".bmes")];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            for entry in entries {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|found| found == extension) {
                    files.push(path);
                }
            }
        }
        files.sort();
        Ok(files)
    }

    /// Returns the files that the bytecode comes from.
    pub(crate) fn sources(&self) -> io::Result<Vec<PathBuf>> {
        self.files(if self.place == Place::Modules { "bmes" } else { "zip" })
    }
}
