//! Runs JavaScriptCore's `jsc` and collects the module records that it prints.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, io, process};

/// The Debian package that contains `jsc`, the shell of the engine JavaScriptCore.
pub(crate) const PACKAGE: &str = "libjavascriptcoregtk-4.0-bin";

/// The engine's result for a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EngineResult {
    /// The engine accepts the module. The text is the record as the engine prints it.
    Accepted(String),
    /// The engine rejects the module. The text is the engine's message.
    Rejected(String),
}

/// Returns the path of `jsc`, if it is on the search path.
pub(crate) fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join("jsc")).find(|program| program.is_file())
}

/// Runs the engine so that it prints module records. Returns its standard output and its standard
/// error. Both are written to files first, because the engine's long output is truncated in a pipe.
pub(crate) fn run(command: &mut Command) -> io::Result<(String, String)> {
    let folder = temporary_folder()?;
    let (stdout, stderr) = (folder.join("stdout"), folder.join("stderr"));
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("JSC_")) {
        command.env_remove(name);
    }
    command.env("JSC_dumpModuleRecord", "1").stdin(Stdio::null());
    let status = command.stdout(File::create(&stdout)?).stderr(File::create(&stderr)?).status();
    let text = |path: &Path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let output = status.and_then(|_| Ok((text(&stdout)?, text(&stderr)?)));
    fs::remove_dir_all(&folder)?;
    output
}

/// Creates an empty folder. The caller must remove it.
pub(crate) fn temporary_folder() -> io::Result<PathBuf> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = env::temp_dir().join(format!("bmes-analyzer-{}-{count}", process::id()));
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
