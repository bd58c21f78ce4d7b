//! Keeps a cache below its limit: deletes the files that were not used for the longest time.
//!
//! Each of the 256 folders of `modules/` may hold 1/512 of the limit, and `packs/` the other half. So eviction looks at one
//! folder at a time, and needs neither a lock nor a list of all files.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::counters::Shared;
use crate::folder::Folder;
use crate::layout::{self, FOLDERS, PACKS, TEMPORARY};
use crate::store::{NotStored, Store};

/// The time that eviction at the exit of a process may take.
const BUDGET: Duration = Duration::from_millis(20);
/// The part of its share that a folder keeps after eviction, in percent.
const KEPT: u64 = 70;
/// Eviction looks at `packs/` each 16th time.
const PACKS_EACH: u32 = 16;
/// A temporary file that is older than this belongs to a process that was killed.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// What eviction has deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evicted {
    /// The number of files of modules and packs.
    pub files: u64,
    /// The bytes of these files.
    pub bytes: u64,
    /// The number of temporary files that were left by processes that were killed.
    pub temporary: u64,
}

/// A file that may be deleted.
struct Candidate {
    /// The time of the last use. A time in the future counts as the beginning of time: a clock was wrong.
    used: SystemTime,
    len: u64,
    name: String,
}

impl Store {
    /// Looks at one folder of the own cache, for at most 20 ms. If the folder holds more than its share, deletes the least
    /// recently used files until 70 % of the share is left. A host calls this once, at the end of a run.
    pub fn evict(&self) -> Evicted {
        let Ok(mut eviction) = Eviction::new(self, Some(BUDGET)) else { return Evicted::default() };
        eviction.delete_abandoned();
        // The folders take turns by chance: processes do not know of each other.
        let chance = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.subsec_micros());
        if chance.is_multiple_of(PACKS_EACH) {
            eviction.packs(self.limit);
        } else {
            eviction.modules((chance / PACKS_EACH) as usize % FOLDERS, self.limit);
        }
        eviction.evicted
    }

    /// Looks at all folders of the own cache, and keeps each below its share of `limit` bytes. Calls `progress` after
    /// each of the 257 folders.
    pub fn prune(&self, limit: u64, mut progress: impl FnMut()) -> Result<Evicted, NotStored> {
        let mut eviction = Eviction::new(self, None)?;
        eviction.delete_abandoned();
        for index in 0..FOLDERS {
            eviction.modules(index, limit);
            progress();
        }
        eviction.packs(limit);
        progress();
        Ok(eviction.evicted)
    }
}

/// Eviction that is under way.
struct Eviction<'s> {
    store: &'s Store,
    own: &'s Folder,
    deadline: Option<Instant>,
    evicted: Evicted,
}

impl<'s> Eviction<'s> {
    fn new(store: &'s Store, budget: Option<Duration>) -> Result<Self, NotStored> {
        let deadline = budget.map(|budget| Instant::now() + budget);
        Ok(Self { store, own: store.writable()?, deadline, evicted: Evicted::default() })
    }

    /// Deletes files of one folder of modules if they have more bytes than its share of the limit.
    fn modules(&mut self, index: usize, limit: u64) {
        let is_module = |name: &str| layout::module_key(index, name).is_some();
        self.folder(&layout::module_folder(index), limit / (2 * FOLDERS as u64), is_module);
    }

    /// Deletes packs if they have more bytes than half of the limit.
    fn packs(&mut self, limit: u64) {
        self.folder(PACKS, limit / 2, layout::is_pack);
    }

    fn folder(&mut self, path: &str, share: u64, is_ours: impl Fn(&str) -> bool) {
        // A folder that does not exist or cannot be read holds nothing that could be deleted.
        let Ok(folder) = self.own.subfolder(path) else { return };
        // Half of the time is for the list, so that a slow file system makes progress, too.
        let half = self.time_left().map(|left| Instant::now() + left / 2);
        let mut files = candidates(&folder, is_ours, half);
        let mut held: u64 = files.iter().map(|file| file.len).sum();
        if held <= share {
            return;
        }
        files.sort_unstable_by_key(|file| file.used);
        let kept = share / 100 * KEPT + share % 100 * KEPT / 100;
        for file in files {
            if held <= kept || self.time_left().is_some_and(|left| left.is_zero()) {
                break;
            }
            held -= file.len;
            if folder.remove(&file.name).is_ok() {
                self.evicted.files += 1;
                self.evicted.bytes += file.len;
                Shared::add(&self.store.counters.evicted, 1);
            }
        }
    }

    fn delete_abandoned(&mut self) {
        let Ok(folder) = self.own.subfolder(TEMPORARY) else { return };
        let now = SystemTime::now();
        for file in candidates(&folder, layout::is_temporary, self.deadline) {
            if now.duration_since(file.used).is_ok_and(|age| age > ABANDONED) {
                self.evicted.temporary += u64::from(folder.remove(&file.name).is_ok());
            }
        }
    }

    fn time_left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}

/// Returns the files of a folder whose names are of this layout, until the deadline.
fn candidates(folder: &Folder, is_ours: impl Fn(&str) -> bool, deadline: Option<Instant>) -> Vec<Candidate> {
    let now = SystemTime::now();
    let mut files = Vec::new();
    // An error ends the list early; the next eviction goes on.
    let _ = folder.for_each_name(|name| {
        let status = is_ours(name).then(|| folder.status(name).ok()).flatten();
        if let Some(status) = status.filter(|status| status.is_file) {
            let used = status.accessed.max(status.modified);
            let used = if used > now + ABANDONED { UNIX_EPOCH } else { used };
            files.push(Candidate { used, len: status.len, name: name.to_owned() });
        }
        deadline.is_none_or(|deadline| Instant::now() < deadline)
    });
    files
}
