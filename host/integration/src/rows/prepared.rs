//! A program whose cache is full, for the rows that change the files of the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{Ended, Setting, compare, failed, same};
use crate::places::{Place, Scene};
use crate::program::{self, MAIN};
use bmes_host_integration::runs::{Numbers, Output, Runner};

/// The places whose files are changed: the pack in the folder of a program is read as one that `BMES_PACK` names.
pub(super) const PLACES: [Place; 3] = [Place::CachedPack, Place::NamedPack, Place::Modules];

/// A program and its full cache.
pub(super) struct Prepared {
    _folder: TempDir,
    pub(super) scene: Scene,
    /// A run without a cache.
    pub(super) expected: Output,
    /// The files that the bytecode comes from, with their bytes.
    pub(super) files: Vec<(PathBuf, Vec<u8>)>,
}

/// Writes a program, and fills its cache.
pub(super) fn prepare(setting: &Setting, place: Place) -> Result<Prepared, Ended> {
    let folder = tempfile::tempdir()?;
    let app = folder.path().join("app");
    program::write(&app)?;
    let scene = Scene::new(&setting.bmes, place, app.join(MAIN), &folder.path().join("cache"));
    scene.fill()?;
    let expected = Runner::off(&setting.bmes).run(&scene.entry)?;
    let files: Vec<_> =
        scene.sources()?.into_iter().map(|path| Ok((path.clone(), fs::read(path)?))).collect::<std::io::Result<_>>()?;
    if files.is_empty() {
        return failed(format_args!("{place:?}: there are no files"));
    }
    Ok(Prepared { _folder: folder, scene, expected, files })
}

impl Prepared {
    /// Starts the program with this content of a file, then restores the file.
    pub(super) fn start(&self, path: &Path, bytes: &[u8], what: &str) -> Result<(), Ended> {
        fs::write(path, bytes)?;
        compare(&self.scene.runner(), &self.scene.entry, &self.expected, &self.describe(path, what))?;
        self.restore()
    }

    /// Starts the program three times with this content of a file, then restores the file. The host replaces its own
    /// files, so that the last start compiles nothing.
    pub(super) fn start_until_repaired(&self, path: &Path, bytes: &[u8], what: &str) -> Result<(), Ended> {
        fs::write(path, bytes)?;
        let what = self.describe(path, what);
        for start in 1..=2 {
            compare(&self.scene.runner(), &self.scene.entry, &self.expected, &format!("{what}, start {start}"))?;
        }
        let numbers = self.count(&what)?;
        if numbers.compiled > 0 {
            return failed(format_args!("{what}: the third start compiles modules\n{}", numbers.text));
        }
        self.restore()
    }

    /// Runs the program once more with the files as they are.
    pub(super) fn count(&self, what: &str) -> Result<Numbers, Ended> {
        let (output, numbers) = self.scene.runner().run_counted(&self.scene.entry)?;
        same(&output, &self.expected, what)?;
        Ok(numbers)
    }

    /// Writes the old bytes of all files.
    pub(super) fn restore(&self) -> Result<(), Ended> {
        self.scene.remove_packs_of_modules()?;
        for (path, old) in &self.files {
            fs::write(path, old)?;
        }
        Ok(())
    }

    pub(super) fn describe(&self, path: &Path, what: &str) -> String {
        format!("{:?}, {}: {what}", self.scene.place, path.display())
    }
}

/// Fails if `bmes cache verify` finds a file that is not valid, or no file.
pub(super) fn verify(setting: &Setting, cache: &Path) -> Result<(), Ended> {
    let output = Command::new(&setting.bmes).args(["cache", "verify", "--dir"]).arg(cache).output()?;
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    if output.status.success() { Ok(()) } else { failed(format_args!("`bmes cache verify`:\n{text}")) }
}
