//! Writes into the store, beside the same writes without a store, and beside another cache.

use super::Scratch;
use super::caches::{Cache, Kind};
use super::modules::{Module, Size};
use crate::compare::over;
use crate::measure::{Candidate, Effort, Time, in_turns};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Creates a file, writes it, and renames it.
pub const FILE: &str = "create + write + rename";
/// The same, and waits for the disk before it renames the file.
pub const SYNCED: &str = "create + write + fsync + rename";

/// Measures the writes of modules of one size.
pub fn measure(scratch: &Scratch, size: Size, effort: Effort) -> io::Result<Vec<Time>> {
    let modules = size.modules();
    let folders = [scratch.folder()?, scratch.folder()?];
    let caches = caches(scratch, &[Kind::Bmes, Kind::Cacache, Kind::CacacheXxh3])?;
    let mut candidates = Vec::new();
    for (folder, name) in folders.iter().zip([FILE, SYNCED]) {
        for module in &modules {
            fs::create_dir_all(folder.join(module.path()).with_file_name(""))?;
        }
        let write = move |module: &Module| write(folder, module, name == SYNCED);
        candidates.push(over(name, &modules, write).prepared_by(move || empty(scratch, folder)));
    }
    candidates.extend(caches.iter().map(|(cache, folder)| candidate(scratch, cache, folder, &modules)));
    Ok(in_turns(candidates, effort_of(effort)))
}

/// A batch is one pass, so that each module is new. The disk is slow, so there are fewer rounds than elsewhere.
pub(super) fn effort_of(effort: Effort) -> Effort {
    Effort { batch: Duration::ZERO, rounds: effort.rounds.div_ceil(2) }
}

/// Opens an empty cache of each kind, in a folder of its own.
pub(super) fn caches(scratch: &Scratch, kinds: &[Kind]) -> io::Result<Vec<(Cache, PathBuf)>> {
    let open = |kind: &Kind| {
        let folder = scratch.folder()?;
        Ok((Cache::open(*kind, &folder)?, folder))
    };
    kinds.iter().map(open).collect()
}

/// Returns a candidate that stores each module in an empty cache, whose folders exist.
pub(super) fn candidate<'a>(
    scratch: &'a Scratch,
    cache: &'a Cache,
    folder: &'a Path,
    modules: &'a [Module],
) -> Candidate<'a> {
    assert!(modules.iter().all(|module| cache.store(module)), "{}: a module is not stored", cache.kind().name());
    over(cache.kind().name(), modules, |module| cache.store(module)).prepared_by(move || empty(scratch, folder))
}

fn empty(scratch: &Scratch, folder: &Path) {
    scratch.empty(folder).expect("a benchmark may remove what it wrote");
}

fn write(folder: &Path, module: &Module, is_synced: bool) -> io::Result<()> {
    let temporary = folder.join(&module.name);
    let mut file = File::create_new(&temporary)?;
    file.write_all(&module.file)?;
    if is_synced {
        file.sync_all()?;
    }
    drop(file);
    fs::rename(temporary, folder.join(module.path()))
}

#[cfg(test)]
mod tests {
    use super::{Size, measure};
    use crate::measure::Effort;
    use crate::store::tests::scratch;

    #[test]
    fn the_caches_follow_the_files() {
        let times = measure(&scratch(), Size::Small, Effort::SMOKE).unwrap();
        let names: Vec<&str> = times.iter().map(|time| time.name.as_str()).collect();
        assert_eq!(names[..2], [super::FILE, super::SYNCED]);
        assert_eq!(names.len(), 5);
    }
}
