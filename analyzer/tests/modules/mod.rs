//! Finds the modules that the tests analyse: those in `edges/`, and those of `conformance/real`.

use std::fs;
use std::path::{Path, PathBuf};

use bmes_analyzer::{Analysis, AnalyzeError, Options, analyze};

pub(crate) fn analyze_file(file: &Path) -> Result<Analysis, AnalyzeError> {
    analyze(fs::read(file).unwrap(), &Options::for_path(file).unwrap())
}

/// Returns the paths of the `.mjs` files in a folder, sorted. `folder` is relative to the crate's
/// folder.
pub(crate) fn modules(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "mjs"));
    files.sort();
    files
}

pub(crate) fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
