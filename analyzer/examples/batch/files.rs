//! Finds files below folders.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Returns the files below a folder for which `is_wanted` returns true, sorted by path.
pub(crate) fn files(folder: &Path, is_wanted: &dyn Fn(&Path) -> bool) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect(folder, is_wanted, &mut files)?;
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, is_wanted: &dyn Fn(&Path) -> bool, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, is_wanted, files)?;
        } else if is_wanted(&path) {
            files.push(path);
        }
    }
    Ok(())
}
