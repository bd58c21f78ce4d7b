//! Lookups in the store, beside reading the same files without a store.

use super::Scratch;
use super::modules::{Size, get};
use crate::compare::over;
use crate::measure::{Effort, Time, in_turns};
use bmes_store::Buffer;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;

/// Opens, reads and closes the file. The length is known, and the memory is used again.
pub const FILE: &str = "open + read + close";
/// Everything that `get` does, except for the match and the check of version 4.
pub const UNVERIFIED: &str = "`get` without version 4's check";
/// The complete `get`.
pub const GET: &str = "`get`";

/// Measures the lookups of modules of one size.
pub fn measure(scratch: &Scratch, size: Size, effort: Effort) -> io::Result<Vec<Time>> {
    let folder = scratch.folder()?;
    let store = super::open(&folder)?;
    let modules = size.modules();
    for module in &modules {
        store.put(&module.key, &module.file).map_err(io::Error::other)?;
    }
    let files: Vec<(PathBuf, usize)> = modules.iter().map(|it| (folder.join(it.path()), it.file.len())).collect();
    let mut memory = vec![0; files.iter().map(|(_, len)| *len).max().unwrap_or_default()];
    let [mut unverified, mut verified] = [Buffer::new(), Buffer::new()];
    for module in &modules {
        let file = store.get_unverified(&module.key, &mut unverified);
        assert!(file.is_ok_and(|file| file == module.file) && get(&store, &module.key, &mut verified));
    }
    let candidates = vec![
        over(FILE, &files, |(path, len)| File::open(path)?.read_exact(&mut memory[..*len])),
        over(UNVERIFIED, &modules, |it| store.get_unverified(&it.key, &mut unverified).is_ok()),
        over(GET, &modules, |it| get(&store, &it.key, &mut verified)),
    ];
    Ok(in_turns(candidates, effort))
}
