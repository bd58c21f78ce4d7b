//! A folder for one row, with a copy of this program that every user can start.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use bmes_store::{Settings, Store};
use tempfile::TempDir;

use crate::modules::Module;
use crate::process::Start;
use crate::worker::Task;

/// A user without rights. Root ignores the modes of files, so rows about modes need such a user.
pub(crate) const UNPRIVILEGED: u32 = 65534;

/// The folder of a row.
pub(crate) struct Scene {
    folder: TempDir,
    program: PathBuf,
}

impl Scene {
    pub(crate) fn new() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("bmes-faults-").tempdir()?;
        set_mode(folder.path(), 0o755)?;
        let program = folder.path().join("worker");
        fs::copy(std::env::current_exe()?, &program)?;
        set_mode(&program, 0o755)?;
        Ok(Self { folder, program })
    }

    /// Returns a path in the scene.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts a worker on the cache in this folder.
    pub(crate) fn worker<'a>(&'a self, task: Task, dir: &'a Path) -> Start<'a> {
        Start::new(&self.program, task, dir)
    }

    /// Starts a worker on the cache in this folder, as the user without rights.
    pub(crate) fn unprivileged_worker<'a>(&'a self, task: Task, dir: &'a Path) -> Start<'a> {
        let user = [format!("--reuid={UNPRIVILEGED}"), format!("--regid={UNPRIVILEGED}")];
        self.worker(task, dir).below(["setpriv"]).below(user).below(["--clear-groups", "--"])
    }
}

/// Creates a cache with the first modules.
pub(crate) fn cache(dir: &Path, count: u64) -> Store {
    let store = Store::open(Settings::new(dir));
    for module in (0..count).map(Module::new) {
        // If this fails, the row sees that a module is missing.
        let _ = store.put(&module.key, &module.file);
    }
    store
}

pub(crate) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// Gives a folder and everything in it to a user.
pub(crate) fn give(path: &Path, user: u32) -> io::Result<()> {
    for_each_below(path, &mut |path| chown(path, Some(user), Some(user)))
}

/// Calls `act` with a path and everything below it, without following links.
pub(crate) fn for_each_below(path: &Path, act: &mut impl FnMut(&Path) -> io::Result<()>) -> io::Result<()> {
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path)? {
            for_each_below(&entry?.path(), act)?;
        }
    }
    act(path)
}

/// Returns the names of the files that a store was writing.
pub(crate) fn temporary_files(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir.join("1/tmp")).into_iter().flatten().flatten();
    // 32 digits and `.tmp`; a row plants files with other names.
    entries.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| name.len() == 36).collect()
}

/// Verifies every module of a cache, and returns the number of modules and the first fault.
pub(crate) fn verify(dir: &Path) -> (u64, Option<String>) {
    let mut settings = Settings::new(dir);
    settings.mode = bmes_store::Mode::ReadOnly;
    let store = Store::open(settings);
    let mut count = 0;
    let mut fault = store.problems().first().map(ToString::to_string);
    for entry in (0..Store::FOLDERS).flat_map(|folder| store.entries(folder)) {
        count += 1;
        if let Err(miss) = store.verify(&entry.key) {
            fault.get_or_insert(format!("a module is left damaged: {miss}"));
        }
    }
    (count, fault)
}
