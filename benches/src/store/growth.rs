//! The time of a lookup in a cache with many modules, beside the time in a cache with few.

use super::Scratch;
use super::modules::{get, key};
use crate::compare::over;
use crate::measure::{Effort, Time, in_turns};
use crate::version4::{PRODUCER, SOURCE};
use bmes::v4::{self, ModuleRecord};
use bmes_store::{Buffer, Key, Store};
use fastrand::Rng;
use std::fs::File;
use std::io;
use std::path::Path;

/// A million files of one block take 4 GiB, and their inodes and folders half a gigabyte. The rest stays free for others.
const NEEDED: u64 = 8 << 30;

/// Lookups of the same keys in two caches.
pub struct Growth {
    /// The numbers of modules in the small cache and in the large one.
    pub modules: [usize; 2],
    /// The number of keys that are looked up.
    pub keys: usize,
    /// The times of a lookup in the small cache and in the large one.
    pub times: [Time; 2],
}

/// Measures lookups in a cache with 1,000 modules and in one with a million, or in smaller ones for a test. Returns the reason
/// if the disk has too little space.
pub fn measure(scratch: &Scratch, effort: Effort) -> io::Result<Result<Growth, String>> {
    let is_test = effort.rounds == 1;
    let (few, many, count) = if is_test { (10, 100, 5) } else { (1_000, 1_000_000, 500) };
    let disk = rustix::fs::statvfs(scratch.path())?;
    let free = disk.f_bavail * disk.f_frsize;
    if !is_test && free < NEEDED {
        return Ok(Err(format!("the disk has {} GiB of free space, and 8 GiB are needed", free >> 30)));
    }
    let folders = [scratch.folder()?, scratch.folder()?];
    let stores = [fill(&folders[0], few)?, fill(&folders[1], many)?];
    // The system writes the files to the disk at some time, and would do so during the measurement.
    rustix::fs::syncfs(File::open(scratch.path())?)?;
    let mut keys: Vec<Key> = (0..few).map(nth).collect();
    Rng::with_seed(few as u64).shuffle(&mut keys);
    keys.truncate(count);
    let mut buffer = Buffer::new();
    assert!(
        stores.iter().all(|store| keys.iter().all(|key| get(store, key, &mut buffer))),
        "both caches have each key"
    );
    let candidates = stores.iter().zip([few, many]).map(|(store, modules)| {
        let mut buffer = Buffer::new();
        over(&format!("`get` in a cache with {modules} modules"), &keys, move |key| get(store, key, &mut buffer))
    });
    let times = in_turns(candidates.collect(), effort);
    let times = <[Time; 2]>::try_from(times).expect("two candidates were measured");
    Ok(Ok(Growth { modules: [few, many], keys: count, times }))
}

/// Fills a cache with modules in random order, so that the first ones are not beside each other on the disk.
fn fill(folder: &Path, modules: usize) -> io::Result<Store> {
    let store = super::open(folder)?;
    let file = v4::encode(&ModuleRecord::<&str>::new(PRODUCER, SOURCE), b"", b"bytecode").expect("the record is valid");
    let mut order: Vec<usize> = (0..modules).collect();
    Rng::with_seed(modules as u64).shuffle(&mut order);
    for index in order {
        store.put(&nth(index), &file).map_err(io::Error::other)?;
    }
    Ok(store)
}

fn nth(index: usize) -> Key {
    key(&index.to_string())
}

#[cfg(test)]
mod tests {
    use super::measure;
    use crate::measure::Effort;
    use crate::store::tests::scratch;

    #[test]
    fn both_caches_are_measured() {
        let growth = measure(&scratch(), Effort::SMOKE).unwrap().unwrap();
        assert_eq!((growth.modules, growth.keys), ([10, 100], 5));
    }
}
