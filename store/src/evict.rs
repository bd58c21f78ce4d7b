//! Keeps a cache below its limit: deletes the files that were not used for the longest time.
//!
//! Each of the 256 folders of `modules/` may hold 1/512 of the limit, `packs/` the other half, and `producers/` as much as a
//! folder of modules. So eviction looks at one folder at a time, and needs neither a lock nor a list of all files.

use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::counters::Shared;
use crate::folder::{Folder, Status};
use crate::layout::{self, FOLDERS, PACKS, PRODUCERS, TEMPORARY};
use crate::store::{NotStored, Store};

/// The time that eviction at the exit of a process may take.
const BUDGET: Duration = Duration::from_millis(20);
/// The part of its share that a folder keeps after eviction, in percent.
const KEPT: u64 = 70;
/// Eviction looks at `packs/` each 16th time.
const PACKS_EACH: u64 = 16;
/// A temporary file that is older than this belongs to a process that was killed.
const ABANDONED: Duration = Duration::from_secs(60 * 60);
/// A time that is further in the future than this is that of a clock that was wrong.
const FUTURE: Duration = Duration::from_secs(24 * 60 * 60);

/// What eviction has deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evicted {
    /// The number of files of modules, packs and producers.
    pub files: u64,
    /// The bytes that these files took on the disk.
    pub bytes: u64,
    /// The number of temporary files that were left by processes that were killed.
    pub temporary: u64,
}

impl Store {
    /// Looks at one folder of the own cache, for at most 20 ms. If the folder holds more than its share, deletes the least
    /// recently used files until 70 % of the share is left. A host calls this once, at the end of a run.
    ///
    /// If the time is not enough for the whole folder, looks at a part of its files, chosen by chance.
    pub fn evict(&self) -> Evicted {
        let Ok(mut eviction) = Eviction::new(self, Some(BUDGET)) else { return Evicted::default() };
        // The folders take turns by chance: processes do not know of each other.
        let chance = eviction.random.u64(..);
        match usize::try_from(chance / PACKS_EACH % (FOLDERS as u64 + 1)) {
            _ if chance.is_multiple_of(PACKS_EACH) => eviction.packs(self.limit),
            Ok(index @ 0..FOLDERS) => eviction.modules(index, self.limit),
            _ => eviction.producers(self.limit),
        }
        eviction.delete_abandoned();
        eviction.evicted
    }

    /// Looks at all folders of the own cache, and keeps each below its share of `limit` bytes. Calls `progress` after
    /// each of the 257 folders.
    pub fn prune(&self, limit: u64, mut progress: impl FnMut()) -> Result<Evicted, NotStored> {
        let mut eviction = Eviction::new(self, None)?;
        for index in 0..FOLDERS {
            eviction.modules(index, limit);
            progress();
        }
        eviction.packs(limit);
        eviction.producers(limit);
        eviction.delete_abandoned();
        progress();
        Ok(eviction.evicted)
    }
}

/// A file that may be deleted.
struct Candidate {
    name: String,
    status: Status,
}

/// Eviction that is under way.
struct Eviction<'s> {
    store: &'s Store,
    own: &'s Folder,
    deadline: Option<Instant>,
    random: fastrand::Rng,
    evicted: Evicted,
}

impl<'s> Eviction<'s> {
    fn new(store: &'s Store, budget: Option<Duration>) -> Result<Self, NotStored> {
        let own = &store.writable()?.folder;
        let deadline = budget.map(|budget| Instant::now() + budget);
        // Some clocks have steps of 10 ms or stand still, and the first process of a container often has the number 1: so the
        // seed has both. The system's source of chance can fail.
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seed =
            u64::from(std::process::id()) << 32 ^ u64::from(time.subsec_nanos()) ^ time.as_secs().rotate_left(40);
        let random = fastrand::Rng::with_seed(seed);
        Ok(Self { store, own, deadline, random, evicted: Evicted::default() })
    }

    fn modules(&mut self, index: usize, limit: u64) {
        let is_module = |name: &str| layout::module_key(index, name).is_some();
        self.folder(&layout::module_folder(index), limit / (2 * FOLDERS as u64), is_module);
    }

    fn packs(&mut self, limit: u64) {
        self.folder(PACKS, limit / 2, layout::is_pack);
    }

    fn producers(&mut self, limit: u64) {
        self.folder(PRODUCERS, limit / (2 * FOLDERS as u64), |name| layout::producer_digest(name).is_some());
    }

    /// Deletes files of a folder if they take more bytes than its share.
    fn folder(&mut self, path: &str, share: u64, is_ours: impl Fn(&str) -> bool) {
        // A folder that does not exist or cannot be read holds nothing that could be deleted.
        let Ok(folder) = self.own.subfolder(path) else { return };
        let (mut files, count) = self.candidates(&folder, is_ours);
        let seen = files.iter().fold(0, |sum: u64, file| sum.saturating_add(file.status.space()));
        // What the files that were not looked at take is estimated from those that were.
        let held = u128::from(seen) * u128::from(count) / (files.len() as u128).max(1);
        let mut held = u64::try_from(held).unwrap_or(u64::MAX);
        if held <= share {
            return;
        }
        let now = SystemTime::now();
        files.sort_unstable_by_key(|file| used(&file.status, now));
        let kept = share / 100 * KEPT + share % 100 * KEPT / 100;
        for Candidate { name, status } in files {
            if held <= kept || self.is_late() {
                break;
            }
            match folder.remove(&name) {
                Ok(()) => {
                    self.evicted.files += 1;
                    self.evicted.bytes = self.evicted.bytes.saturating_add(status.space());
                    Shared::add(&self.store.counters.evicted, 1);
                }
                // Another process was faster.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(_) => continue,
            }
            held = held.saturating_sub(status.space());
        }
    }

    fn delete_abandoned(&mut self) {
        let Ok(folder) = self.own.subfolder(TEMPORARY) else { return };
        let now = SystemTime::now();
        for Candidate { name, status } in self.candidates(&folder, layout::is_temporary).0 {
            if self.is_late() {
                break;
            }
            if now.duration_since(used(&status, now)).is_ok_and(|age| age > ABANDONED) {
                self.evicted.temporary += u64::from(folder.remove(&name).is_ok());
            }
        }
    }

    /// Returns the files of a folder whose names are of this layout, and the number of such names. If there is a deadline,
    /// half of the time that is left is for this. If that is not enough, the files are chosen by chance.
    fn candidates(&mut self, folder: &Folder, is_ours: impl Fn(&str) -> bool) -> (Vec<Candidate>, u64) {
        let half = self.deadline.map(|deadline| {
            let now = Instant::now();
            now + deadline.saturating_duration_since(now) / 2
        });
        let mut names = Vec::new();
        // An error ends the list early; the next eviction goes on.
        let _ = folder.for_each_name(|name| {
            names.extend(is_ours(name).then(|| name.to_owned()));
            true
        });
        self.random.shuffle(&mut names);
        let count = names.len() as u64;
        let mut files = Vec::new();
        for name in names {
            if half.is_some_and(|half| Instant::now() >= half) {
                break;
            }
            if let Some(status) = folder.status(&name).ok().filter(|status| status.is_file) {
                files.push(Candidate { name, status });
            }
        }
        (files, count)
    }

    fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// Returns when a file was last used. A time far in the future counts as the beginning of time: a clock was wrong.
fn used(status: &Status, now: SystemTime) -> SystemTime {
    let used = status.used();
    if used > now + FUTURE { UNIX_EPOCH } else { used }
}
