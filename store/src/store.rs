//! The store: looks modules up, and stores them.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bmes::Digest;
use bmes::v4::{self, DigestError, KnownSource};

use crate::buffer::{Buffer, Copy, Read};
use crate::cache::Cache;
use crate::counters::{Counters, Shared};
use crate::folder::{self, Folder};
use crate::key::Key;
use crate::layout::{self, Place};
use crate::location::{self, Access};
use crate::lookup::{Lookup, Miss};
use crate::problem::Problem;
use crate::producer::Producer;
use crate::settings::{Mode, Settings};

/// The time of the last access to a file is written if it is older than this.
const ACCESS_STEP: Duration = Duration::from_secs(60 * 60);
/// How often a new name for a temporary file is tried if the name exists.
const NAMES: u32 = 8;

/// A cache of modules. All operations work on a shared reference, from any number of threads and processes.
///
/// No operation reports an error that a program must handle: a problem is a miss, or a file that is not stored.
#[derive(Debug)]
pub struct Store {
    pub(crate) own: Option<Cache>,
    /// The own cache can be used, but it does not exist yet, and the store only reads.
    is_missing: bool,
    pub(crate) lower: Option<Cache>,
    pub(crate) mode: Mode,
    pub(crate) limit: u64,
    problems: Vec<Problem>,
    pub(crate) counters: Shared,
    /// One file is written at a time, so that a process that is killed leaves at most one temporary file.
    writing: Mutex<()>,
    /// The number of temporary names that the store has made.
    names: AtomicU32,
}

/// The reason why a file was not stored. The program goes on: the module is compiled again next time.
#[derive(Debug)]
#[non_exhaustive]
pub enum NotStored {
    /// No folder of a cache can be used.
    NoCache,
    /// The store only reads.
    ReadOnly,
    /// The system did not create, write or rename the file.
    Io(io::Error),
    /// A name or a value of a producer has 4 GiB or more.
    TooLarge(DigestError),
}

impl std::fmt::Display for NotStored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoCache => f.write_str("there is no cache that can be used"),
            Self::ReadOnly => f.write_str("the cache is only read"),
            Self::Io(error) => write!(f, "the file cannot be written: {error}"),
            Self::TooLarge(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NotStored {}

impl From<io::Error> for NotStored {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Store {
    /// Opens the caches that the settings name. If the store may write, creates the first one.
    ///
    /// A folder that cannot be used, or to which other users may write, is left out. [`problems`](Self::problems) has
    /// the reason, which a program shows once.
    pub fn open(settings: Settings) -> Self {
        let Settings { location, lower, limit, mode, default, mut problems } = settings;
        let is_default = location.is_some() && location == default;
        let access = if mode == Mode::ReadWrite { Access::Write } else { Access::Read };
        let mut open = |location: Option<PathBuf>, access| {
            let opened = location.map(|location| location::open(&location, access)).transpose();
            opened.map(Option::flatten).map_err(|problem| problems.push(problem))
        };
        let is_named = location.is_some();
        let own = open(location, access);
        let lower = open(lower, Access::ReadLower).ok().flatten();
        // Some users, such as those of services, have no home directory that they may write to.
        problems.retain(|problem| !(is_default && matches!(problem, Problem::Unusable { .. })));
        let is_missing = is_named && matches!(own, Ok(None));
        let (own, counters) = (own.ok().flatten(), Shared::default());
        let (writing, names) = (Mutex::new(()), AtomicU32::new(0));
        Self { own, is_missing, lower, mode, limit, problems, counters, writing, names }
    }

    /// Returns the reasons why folders and settings are not used.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns whether the own cache is open. It is not if its folder cannot be used, or if the store only reads and the
    /// folder does not exist yet. In the second case, no [problem](Self::problems) has the folder's location.
    pub fn has_own_cache(&self) -> bool {
        self.own.is_some()
    }

    /// Returns what the store has done since it was opened.
    pub fn counters(&self) -> Counters {
        self.counters.read()
    }

    /// Looks a module up in the own cache, then in the second one.
    ///
    /// Reads the file into `buffer`, a private copy, at a multiple of the alignment that the file asks for; so the
    /// bytecode has its alignment in memory, too. Then [matches](v4::match_file) and [checks](v4::Matched::check) it.
    /// A damaged file is removed from the own cache, unless the store only reads.
    pub fn get<'b>(&self, key: &Key, producer: &Digest, source: KnownSource, buffer: &'b mut Buffer) -> Lookup<'b> {
        let verify = |file| Ok(v4::match_file(file, producer, source)?.check()?);
        match self.find(&layout::module(&key.0), Copy::read, buffer, verify) {
            Ok(verified) => Lookup::Hit(verified),
            Err(miss) => Lookup::Miss(miss),
        }
    }

    /// Does everything that [`get`](Self::get) does, except for the match and the check. For benchmarks: a program must not
    /// use bytes that were not verified.
    #[doc(hidden)]
    pub fn get_unverified<'b>(&self, key: &Key, buffer: &'b mut Buffer) -> Result<&'b [u8], Miss> {
        self.find(&layout::module(&key.0), Copy::read, buffer, Ok)
    }

    /// Returns what `verify` makes of the first file at a place that it accepts, and counts the hit or the miss.
    pub(crate) fn find<'b, T>(
        &self,
        place: &Place,
        how: Read,
        buffer: &'b mut Buffer,
        verify: impl Fn(&'b [u8]) -> Result<T, Miss>,
    ) -> Result<T, Miss> {
        let mut reason = if self.is_missing { Miss::Absent } else { Miss::NoCache };
        for (cache, copy) in [&self.own, &self.lower].into_iter().zip(&mut buffer.copies) {
            let Some(cache) = cache else { continue };
            let is_writable = self.mode == Mode::ReadWrite && cache.owners.is_only_user();
            let read = cache.read(&place.path(), how, copy);
            match read.and_then(|opened| Ok((opened, verify(copy.bytes())?))) {
                Ok(((file, status), verified)) => {
                    if is_writable && is_old(status.accessed) {
                        // This fails on a file system that is mounted read-only. Then nothing is evicted there either.
                        let _ = folder::touch(&file);
                    }
                    Shared::add(&self.counters.hits, 1);
                    return Ok(verified);
                }
                Err(miss) => {
                    if miss.is_damage() && is_writable {
                        self.remove_damaged(cache, place);
                    }
                    if reason.is_absence() {
                        reason = miss;
                    }
                }
            }
        }
        Shared::add(&self.counters.misses[reason.index()], 1);
        Err(reason)
    }

    /// Stores the file of a module. It takes effect at once or not at all. A file that the cache has already is not written
    /// again.
    ///
    /// Does not wait for the disk: after a power failure, a file may be incomplete, which is found when it is read.
    pub fn put(&self, key: &Key, file: &[u8]) -> Result<(), NotStored> {
        let place = layout::module(&key.0);
        let stored = self.writable().and_then(|own| {
            if own.has(&place, file) {
                return Ok(());
            }
            Ok(self.write(own, &place, file)?)
        });
        let counter = if stored.is_ok() { &self.counters.stored } else { &self.counters.not_stored };
        Shared::add(counter, 1);
        stored
    }

    /// Stores a file in place of the one that the cache has, unless it has the same bytes. The counters do not count this.
    pub(crate) fn replace(&self, place: &Place, bytes: &[u8]) -> Result<(), NotStored> {
        let own = self.writable()?;
        let mut copy = Copy::default();
        let is_there = own.read(&place.path(), Copy::read_pack, &mut copy).is_ok() && copy.bytes() == bytes;
        if !is_there {
            self.write(own, place, bytes)?;
        }
        Ok(())
    }

    /// Stores the pairs of a producer, so that `bmes cache explain` can name the pair that differs. The counters do not count
    /// this.
    pub fn put_producer(&self, producer: &Producer) -> Result<(), NotStored> {
        let digest = producer.digest().map_err(NotStored::TooLarge)?;
        let own = self.writable()?;
        if read_producer(own, &digest).is_none() {
            self.write(own, &layout::producer(&digest), producer.to_json().as_bytes())?;
        }
        Ok(())
    }

    /// Returns the pairs of a producer, if a cache has them.
    pub fn producer(&self, digest: &Digest) -> Option<Producer> {
        [&self.own, &self.lower].into_iter().flatten().find_map(|cache| read_producer(cache, digest))
    }

    /// Returns the own cache, if it may be changed.
    pub(crate) fn writable(&self) -> Result<&Cache, NotStored> {
        match (&self.own, self.mode) {
            (None, _) => Err(NotStored::NoCache),
            (_, Mode::ReadOnly) => Err(NotStored::ReadOnly),
            (Some(own), Mode::ReadWrite) => Ok(own),
        }
    }

    fn write(&self, own: &Cache, place: &Place, bytes: &[u8]) -> io::Result<()> {
        let temporary = own.ensure(layout::TEMPORARY)?;
        let folder = own.ensure(&place.folder)?;
        let _one_at_a_time = self.writing.lock();
        let (name, mut file) = self.create(&temporary)?;
        let written = file.write_all(bytes).and_then(|()| {
            drop(file);
            temporary.rename(&name, &folder, &place.name)
        });
        if written.is_err() {
            // If this fails, too, eviction deletes the file later.
            let _ = temporary.remove(&name);
        }
        written
    }

    /// Creates a temporary file with a new name.
    fn create(&self, temporary: &Folder) -> io::Result<(String, File)> {
        let mut created = Err(io::ErrorKind::AlreadyExists.into());
        for _ in 0..NAMES {
            let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or_default();
            let count = self.names.fetch_add(1, Ordering::Relaxed);
            let name = layout::temporary(std::process::id(), nanoseconds, count);
            match temporary.create_file(&name) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => created = Err(error),
                Err(error) => return Err(error),
                Ok(file) => return Ok((name, file)),
            }
        }
        created
    }

    fn remove_damaged(&self, own: &Cache, place: &Place) {
        if own.folder.subfolder(&place.folder).and_then(|folder| folder.remove(&place.name)).is_ok() {
            Shared::add(&self.counters.removed, 1);
        }
    }
}

/// Returns whether a time is more than [`ACCESS_STEP`] away: long ago or, if the clock was changed, in the future.
fn is_old(accessed: SystemTime) -> bool {
    match SystemTime::now().duration_since(accessed) {
        Ok(age) => age > ACCESS_STEP,
        Err(ahead) => ahead.duration() > ACCESS_STEP,
    }
}

/// Reads the pairs of a producer. Pairs with another digest are not returned.
fn read_producer(cache: &Cache, digest: &Digest) -> Option<Producer> {
    let mut copy = Copy::default();
    cache.read(&layout::producer(digest).path(), Copy::read, &mut copy).ok()?;
    Producer::from_json(copy.bytes()).filter(|pairs| pairs.digest().is_ok_and(|own| own == *digest))
}
