//! The store: looks modules up, and stores them.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bmes::Digest;
use bmes::v4::{self, DigestError, KnownSource};

use crate::buffer::{Buffer, Copy};
use crate::counters::{Counters, Shared};
use crate::folder::{self, Folder, Status};
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
    pub(crate) own: Option<Folder>,
    /// The own cache can be used, but it does not exist yet, and the store only reads.
    is_missing: bool,
    lower: Option<Folder>,
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
        let Settings { location, lower, limit, mode, mut problems } = settings;
        let access = if mode == Mode::ReadWrite { Access::Write } else { Access::Read };
        let mut open = |location: Option<PathBuf>, access| {
            let opened = location.map(|location| location::open(&location, access)).transpose();
            opened.map(Option::flatten).map_err(|problem| problems.push(problem))
        };
        let is_named = location.is_some();
        let own = open(location, access);
        let lower = open(lower, Access::ReadLower).ok().flatten();
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
        match self.find(key, buffer, |file| v4::match_file(file, producer, source)?.check()) {
            Ok(verified) => Lookup::Hit(verified),
            Err(miss) => Lookup::Miss(miss),
        }
    }

    /// Does everything that [`get`](Self::get) does, except for the match and the check. For benchmarks: a program must not
    /// use bytes that were not verified.
    #[doc(hidden)]
    pub fn get_unverified<'b>(&self, key: &Key, buffer: &'b mut Buffer) -> Result<&'b [u8], Miss> {
        self.find(key, buffer, Ok)
    }

    /// Returns what `verify` makes of the first file of a module that it accepts, and counts the hit or the miss.
    fn find<'b, T>(
        &self,
        key: &Key,
        buffer: &'b mut Buffer,
        verify: impl Fn(&'b [u8]) -> Result<T, bmes::Error>,
    ) -> Result<T, Miss> {
        let place = layout::module(&key.0);
        let mut reason = if self.is_missing { Miss::Absent } else { Miss::NoCache };
        for (index, copy) in buffer.copies.iter_mut().enumerate() {
            let folder = if index == 0 { &self.own } else { &self.lower };
            let Some(folder) = folder else { continue };
            let writable = index == 0 && self.mode == Mode::ReadWrite;
            match look_up(folder, &place, copy, &verify, index != 0, writable) {
                Ok(verified) => {
                    Shared::add(&self.counters.hits, 1);
                    return Ok(verified);
                }
                Err(miss) => {
                    if matches!(miss, Miss::Damaged(_)) && writable {
                        self.remove_damaged(folder, &place);
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
        self.write(&layout::module(&key.0), file)
    }

    /// Stores the pairs of a producer, so that `bmes cache explain` can name the pair that differs.
    pub fn put_producer(&self, producer: &Producer) -> Result<(), NotStored> {
        let place = layout::producer(&producer.digest().map_err(NotStored::TooLarge)?);
        let own = self.own.as_ref().ok_or(NotStored::NoCache)?;
        if own.status(&place.path()).is_ok_and(|status| status.is_file) {
            return Ok(());
        }
        self.write(&place, producer.to_json().as_bytes())
    }

    /// Returns the pairs of a producer, if a cache has them.
    pub fn producer(&self, digest: &Digest) -> Option<Producer> {
        let path = layout::producer(digest).path();
        [(&self.own, false), (&self.lower, true)].into_iter().find_map(|(folder, is_lower)| {
            let mut copy = Copy::default();
            let (file, status) = open(folder.as_ref()?, &path, is_lower).ok()?;
            copy.read(&file, status.len).ok()?;
            Producer::from_json(copy.bytes()).filter(|pairs| pairs.digest().is_ok_and(|own| own == *digest))
        })
    }

    /// Returns the own cache, if it may be changed.
    pub(crate) fn writable(&self) -> Result<&Folder, NotStored> {
        match (&self.own, self.mode) {
            (None, _) => Err(NotStored::NoCache),
            (_, Mode::ReadOnly) => Err(NotStored::ReadOnly),
            (Some(own), Mode::ReadWrite) => Ok(own),
        }
    }

    fn write(&self, place: &Place, bytes: &[u8]) -> Result<(), NotStored> {
        let written = self.writable().and_then(|own| Ok(self.write_to(own, place, bytes)?));
        let counter = if written.is_ok() { &self.counters.stored } else { &self.counters.not_stored };
        Shared::add(counter, 1);
        written
    }

    fn write_to(&self, own: &Folder, place: &Place, bytes: &[u8]) -> io::Result<()> {
        if is_stored(own, place, bytes) {
            return Ok(());
        }
        let temporary = ensure(own, layout::TEMPORARY)?;
        let folder = ensure(own, &place.folder)?;
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

    fn remove_damaged(&self, own: &Folder, place: &Place) {
        if own.subfolder(&place.folder).and_then(|folder| folder.remove(&place.name)).is_ok() {
            Shared::add(&self.counters.removed, 1);
        }
    }
}

/// Reads and verifies the file of a module in one cache.
fn look_up<'b, T>(
    folder: &Folder,
    place: &Place,
    copy: &'b mut Copy,
    verify: impl Fn(&'b [u8]) -> Result<T, bmes::Error>,
    is_lower: bool,
    is_writable: bool,
) -> Result<T, Miss> {
    let (file, status) = open(folder, &place.path(), is_lower)?;
    copy.read(&file, status.len)?;
    let verified = verify(copy.bytes())?;
    if is_writable && is_old(status.accessed) {
        // This fails on a file system that is mounted read-only. Then nothing is evicted there either.
        let _ = folder::touch(&file);
    }
    Ok(verified)
}

/// Opens a file that only the user could have written.
pub(crate) fn open(folder: &Folder, path: &str, is_lower: bool) -> Result<(File, Status), Miss> {
    let (file, status) = folder.open_file(path, !is_lower).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Miss::Absent,
        _ if folder::is_no_file(&error) => Miss::NotAFile,
        _ => Miss::Unreadable(error),
    })?;
    if !status.is_file {
        return Err(Miss::NotAFile);
    }
    if !status.has_safe_owner(is_lower) {
        return Err(Miss::OtherOwner);
    }
    if status.others_may_write {
        return Err(Miss::OthersMayWrite);
    }
    Ok((file, status))
}

/// Returns whether a file was stored before, perhaps by a process that was faster. To replace a file takes long: some file
/// systems then write it to the disk at once. The header of a module's file has the checksums of the rest. If the rest is
/// damaged, the next lookup removes the file.
fn is_stored(own: &Folder, place: &Place, bytes: &[u8]) -> bool {
    let Ok((file, status)) = open(own, &place.path(), false) else { return false };
    let mut copy = Copy::default();
    status.len == bytes.len() as u64 && copy.read_start(&file).is_ok() && bytes.starts_with(copy.bytes())
}

/// Returns whether a time is more than [`ACCESS_STEP`] away: long ago or, if the clock was changed, in the future.
fn is_old(accessed: SystemTime) -> bool {
    match SystemTime::now().duration_since(accessed) {
        Ok(age) => age > ACCESS_STEP,
        Err(ahead) => ahead.duration() > ACCESS_STEP,
    }
}

/// Opens a folder of the cache, and creates it if it does not exist.
fn ensure(own: &Folder, path: &str) -> io::Result<Folder> {
    match own.subfolder(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened,
    }
    let mut parent: Option<Folder> = None;
    for name in path.split('/') {
        let above = parent.as_ref().unwrap_or(own);
        above.create_subfolder(name)?;
        parent = Some(above.subfolder(name)?);
    }
    parent.ok_or_else(|| io::ErrorKind::NotFound.into())
}
