//! `cache` and its commands: they show, verify, limit and empty the cache of compiled modules.
//!
//! | module | commands |
//! |---|---|
//! | this one | `dir`, `stats` |
//! | `modules` | `ls`, `verify` |
//! | `delete` | `prune`, `clear` |
//! | `explain`, `verdict`, `blocks` | `explain` |

mod blocks;
mod delete;
mod explain;
mod modules;
mod verdict;

use std::borrow::Cow;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bmes_store::{Contents, Miss, Mode, Problem, Settings, Store};
use bytesize::ByteSize;
use indicatif::HumanDuration;
use serde::Serialize;

use crate::args::{self, CacheCommand};
use crate::failure::{Failure, Result, Status, after_printing};
use crate::json::{FolderName, Object};
use crate::lines::Lines;
use crate::output::Out;
use crate::text::{path, thousands};

/// A store writes the time of the last use only if the time that the file has is older than this.
const HOUR: Duration = Duration::from_hours(1);

/// Runs a command of `bmes cache`.
pub(crate) fn run(arguments: &args::Cache, json: bool) -> Result<Status> {
    let mut settings = Settings::from_env();
    settings.location = arguments.dir.clone().or(settings.location);
    settings.location = settings.location.map(|location| std::path::absolute(&location).unwrap_or(location));
    match &arguments.command {
        CacheCommand::Dir => dir(settings, json),
        CacheCommand::Stats => stats(&Cache::open(settings, Mode::ReadOnly)?, json),
        CacheCommand::Ls(arguments) => modules::ls(&Cache::open(settings, Mode::ReadOnly)?, arguments, json),
        CacheCommand::Verify(arguments) => {
            let mode = if arguments.remove { Mode::ReadWrite } else { Mode::ReadOnly };
            modules::verify(&Cache::open(settings, mode)?, arguments, json)
        }
        CacheCommand::Prune(arguments) => delete::prune(&Cache::open(settings, Mode::ReadWrite)?, arguments, json),
        CacheCommand::Clear => delete::clear(&Cache::open(settings, Mode::ReadWrite)?, json),
        CacheCommand::Explain(arguments) => explain::explain(&Cache::look(settings), arguments, json),
    }
}

/// An open store with its settings.
struct Cache {
    settings: Settings,
    store: Store,
    /// The reason why the own cache cannot be used.
    unusable: Option<Failure>,
}

impl Cache {
    /// Opens the cache. Returns an error if its folder cannot be used. Prints the other problems as warnings.
    ///
    /// A cache that does not exist is not created. It is empty for the commands.
    fn open(settings: Settings, mode: Mode) -> Result<Self> {
        let mut cache = Self::look(settings);
        if mode == Mode::ReadWrite && cache.store.has_own_cache() {
            cache = Self::with_mode(cache.settings, mode);
        }
        cache.warn();
        match cache.unusable {
            Some(failure) if mode == Mode::ReadWrite => Err(failure.into_unwritten()),
            Some(failure) => Err(failure),
            None => Ok(cache),
        }
    }

    /// Opens the cache to read it, whether its folder can be used or not.
    fn look(settings: Settings) -> Self {
        Self::with_mode(settings, Mode::ReadOnly)
    }

    fn with_mode(mut settings: Settings, mode: Mode) -> Self {
        settings.mode = mode;
        let store = Store::open(settings.clone());
        let unusable = match &settings.location {
            None => Some(
                Failure::unread("no environment variable names a folder for the cache")
                    .tip("set BMES_CACHE_DIR to a folder of your own, or add --dir DIR"),
            ),
            Some(location) if !store.has_own_cache() => {
                store.problems().iter().find(|problem| problem.location() == Some(location)).map(failure)
            }
            Some(_) => None,
        };
        Self { settings, store, unusable }
    }

    /// Prints the problems as warnings, except the one that makes the own cache unusable.
    fn warn(&self) {
        let own = self.unusable.as_ref().and(self.settings.location.as_deref());
        let others = self.store.problems().iter().filter(|problem| own.is_none() || problem.location() != own);
        others.for_each(|problem| failure(problem).warn());
    }

    /// Returns the folder of the cache, and an empty path if there is none.
    fn location(&self) -> &Path {
        self.settings.location.as_deref().unwrap_or(Path::new(""))
    }
}

fn failure(problem: &Problem) -> Failure {
    Failure::unread(problem.message()).tip(problem.tip())
}

/// Prints the path of the folder.
fn dir(settings: Settings, json: bool) -> Result<Status> {
    #[derive(Serialize)]
    struct Answer<'a> {
        #[serde(flatten)]
        dir: FolderName<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        lower: Option<Cow<'a, str>>,
        limit: u64,
        exists: bool,
    }
    let cache = Cache::look(settings);
    if let Some(failure) = &cache.unusable {
        if cache.settings.location.is_none() {
            return Err(failure.clone());
        }
        failure.warn();
    }
    cache.warn();
    let location = cache.location();
    let mut out = Out::plain();
    let printed = if json {
        let answer = Answer {
            dir: FolderName::new(location),
            lower: cache.settings.lower.as_deref().map(Path::to_string_lossy),
            limit: cache.settings.limit,
            exists: location.exists(),
        };
        out.write_all(&Object::answer(None, answer).line())
    } else if Out::is_terminal() {
        writeln!(out, "{}", path(location))
    } else {
        // A script needs the exact bytes.
        out.write_all(location.as_os_str().as_encoded_bytes()).and_then(|()| writeln!(out))
    };
    after_printing(printed.and_then(|()| out.flush()), Status::Ok)
}

/// Prints how many files the cache has.
fn stats(cache: &Cache, json: bool) -> Result<Status> {
    #[derive(Serialize)]
    struct Answer<'a> {
        #[serde(flatten)]
        dir: FolderName<'a>,
        exists: bool,
        #[serde(flatten)]
        contents: Contents,
        bytes: u64,
        limit: u64,
        /// Absent if the limit is 0.
        #[serde(skip_serializing_if = "Option::is_none")]
        percent: Option<f64>,
    }
    let contents = with_progress(Store::FOLDERS, |step| cache.store.contents(step));
    let bytes = kinds(&contents).iter().map(|(_, totals)| totals.bytes).sum();
    let limit = cache.settings.limit;
    let percent = percent(bytes, limit);
    let exists = cache.store.has_own_cache();
    let mut out = Out::plain();
    let printed = if json {
        let dir = FolderName::new(cache.location());
        out.write_all(&Object::answer(None, Answer { dir, exists, contents, bytes, limit, percent }).line())
    } else {
        let missing = if exists { "" } else { " (does not exist yet)" };
        writeln!(out, "{}{missing}", path(cache.location()))
            .and_then(|()| write_stats(&mut out, &contents, limit, percent))
    };
    after_printing(printed.and_then(|()| out.flush()), Status::Ok)
}

fn write_stats(out: &mut Out, contents: &Contents, limit: u64, percent: Option<f64>) -> io::Result<()> {
    for (kind, totals) in kinds(contents) {
        let files = thousands(usize::try_from(totals.files).unwrap_or(usize::MAX));
        writeln!(out, "{:<16}{files:>9}  {:>9}", format!("{kind}s"), size(totals.bytes))?;
    }
    let percent = percent.map(|percent| format!(", {percent:.1} % of it used")).unwrap_or_default();
    writeln!(out, "{:<16}{:>9}  {:>9}{percent}", "limit", "", size(limit))
}

/// Returns a part in percent, with one decimal.
#[expect(clippy::cast_precision_loss, reason = "one decimal is precise enough")]
fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 * 1000.0 / whole as f64).round() / 10.0)
}

/// Returns the kinds of files in a cache, each with its name.
fn kinds(contents: &Contents) -> [(&'static str, bmes_store::Totals); 4] {
    [
        ("module", contents.modules),
        ("pack", contents.packs),
        ("producer", contents.producers),
        ("temporary file", contents.temporary),
    ]
}

/// Prints the result of a command.
fn print(text: &[u8]) -> Result<Status> {
    let mut out = Out::plain();
    let printed = out.write_all(text).and_then(|()| out.flush());
    after_printing(printed, Status::Ok)
}

/// Shows a progress bar on a terminal while `work` runs, which calls its argument after each of the `steps`.
fn with_progress<T>(steps: usize, work: impl FnOnce(&mut dyn FnMut()) -> T) -> T {
    let mut lines = Lines::new(steps, Out::plain());
    // No line is printed, so neither of the two calls can fail.
    let done = work(&mut || {
        let _ = lines.done(b"");
    });
    let _ = lines.finish();
    done
}

/// Returns the failure for a file of the cache that cannot be used.
fn failure_of(miss: Miss) -> Failure {
    match miss {
        Miss::Damaged(error) | Miss::OtherVersion(error) => error.into(),
        other => Failure::unread(other),
    }
}

/// Returns a size for people: `1.5 KiB`.
fn size(bytes: u64) -> ByteSize {
    ByteSize(bytes)
}

/// Returns when a file was last used, for people.
fn ago(used: SystemTime) -> String {
    match SystemTime::now().duration_since(used) {
        Ok(age) if age >= HOUR => format!("{} ago", HumanDuration(age)),
        Ok(_) => "less than an hour ago".to_owned(),
        Err(_) => "in the future".to_owned(),
    }
}

/// Returns a time as the seconds since 1970 in UTC.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
