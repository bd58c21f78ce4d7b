//! `cache ls` and `cache verify`: print a line per module of the cache.

use std::cmp::Reverse;
use std::io::Write as _;

use anstyle::Style;
use bmes::Digest;
use bmes_store::{Entry, Miss, Store};
use serde::Serialize;

use super::{Cache, ago, failure_of, seconds, size, with_progress};
use crate::args::{self, Order};
use crate::failure::{Failure, Result, Status};
use crate::input::Source;
use crate::json::Object;
use crate::lines::Lines;
use crate::ordered::{self, Threads};
use crate::output::Out;
use crate::style::{ERROR, STRONG};
use crate::tally::Tally;
use crate::text::{printable, word};

/// The number of lines that are printed together if the modules are sorted.
const CHUNK: usize = 256;

/// Lists the modules. In the order of the keys, it keeps only one of the folders in memory.
pub(super) fn ls(cache: &Cache, arguments: &args::Ls, json: bool) -> Result<Status> {
    let sorted = match arguments.sort {
        Order::Key => Vec::new(),
        Order::Size | Order::Used => sorted(cache, arguments.sort),
    };
    let is_sorted = arguments.sort != Order::Key;
    let steps = if is_sorted { sorted.len().div_ceil(CHUNK) } else { Store::FOLDERS };
    let mut lines = Lines::new(steps, Out::plain());
    let mut tally = Tally::default();
    let mut text = Vec::new();
    let mut printed = Ok(());
    for step in 0..steps {
        let folder = if is_sorted { Vec::new() } else { cache.store.entries(step) };
        let chunk = sorted.chunks(CHUNK).nth(step).unwrap_or(&folder);
        for entry in chunk {
            if let Some(row) = Row::new(&cache.store, entry, arguments.long) {
                tally.add(&row.digests);
                row.add_line(json, &mut text);
            }
        }
        printed = lines.done(&text);
        if printed.is_err() {
            break;
        }
        text.clear();
    }
    match printed.and(lines.finish()) {
        Err(failure) if !failure.is_silent() => Err(failure),
        Ok(()) | Err(_) => Ok(tally.status()),
    }
}

/// Returns all modules of the cache: the largest or the last used first.
fn sorted(cache: &Cache, order: Order) -> Vec<Entry> {
    let mut entries = entries(&cache.store);
    match order {
        Order::Key => {}
        Order::Size => entries.sort_by_key(|entry| Reverse(entry.len)),
        Order::Used => entries.sort_by_key(|entry| Reverse(entry.used)),
    }
    entries
}

/// Returns all modules of the cache, in the order of their keys.
fn entries(store: &Store) -> Vec<Entry> {
    with_progress(Store::FOLDERS, |step| {
        (0..Store::FOLDERS)
            .flat_map(|folder| {
                step();
                store.entries(folder)
            })
            .collect()
    })
}

/// The line of a module in a list.
struct Row<'a> {
    entry: &'a Entry,
    /// The digests of the producer and of the source. `None` if they were not read, or if the file has another version.
    digests: Result<Option<[Digest; 2]>>,
}

impl<'a> Row<'a> {
    /// Returns `None` if the file was deleted after the folder was listed.
    fn new(store: &Store, entry: &'a Entry, is_long: bool) -> Option<Self> {
        let digests = match is_long.then(|| store.header(&entry.key)) {
            None | Some(Err(Miss::OtherVersion(_))) => Ok(None),
            Some(Ok(header)) => Ok(Some([header.producer(), header.source().sha256])),
            Some(Err(Miss::Absent)) => return None,
            Some(Err(miss)) => Err(failure_of(miss)),
        };
        Some(Self { entry, digests })
    }

    fn add_line(&self, json: bool, text: &mut Vec<u8>) {
        #[derive(Serialize)]
        struct Answer {
            key: Digest,
            size: u64,
            used: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            producer: Option<Digest>,
            #[serde(skip_serializing_if = "Option::is_none")]
            source: Option<Digest>,
        }
        let Entry { key, len, used, .. } = *self.entry;
        let digests = self.digests.as_ref().ok().copied().flatten();
        if json {
            let [producer, source] = [digests.map(|digests| digests[0]), digests.map(|digests| digests[1])];
            let answer = Answer { key: key.0, size: len, used: seconds(used), producer, source };
            let error = self.digests.as_ref().err().map(Failure::error);
            return Object::answer(None, answer).with_error(error).add_line(text);
        }
        let more = match &self.digests {
            Ok(Some([producer, source])) => format!("  {producer}  {source}"),
            Ok(None) => String::new(),
            Err(failure) => format!("  invalid: {}", printable(&failure.error().in_a_line())),
        };
        let (size, used) = (size(len).to_string(), ago(used));
        let line = format!("{key}  {size:>9}  {used:<21}{more}");
        // Writing to memory cannot fail.
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// The result for a module that `verify` has read.
enum Verified {
    Ok,
    /// Only the file's version was verified.
    OtherVersion,
    /// The file was deleted after its folder was listed.
    Gone,
    Failed {
        failure: Failure,
        is_removed: bool,
    },
}

/// Verifies all modules.
pub(super) fn verify(cache: &Cache, arguments: &args::Verify, json: bool) -> Result<Status> {
    let entries = entries(&cache.store);
    let colours = !json && Out::has_colours();
    let out = if colours { Out::styled() } else { Out::plain() };
    let mut lines = Lines::new(entries.len(), out);
    let mut tally = Tally::default();
    let (mut other_versions, mut removed) = (0, 0);
    let work = |(): &mut (), entry: &Entry, text: &mut Vec<u8>| {
        let verified = verify_one(cache, entry, arguments.remove);
        verified.add_line(cache, entry, json, colours, text);
        verified
    };
    let take = |verified: Verified, line: &[u8]| {
        match verified {
            Verified::Gone => {}
            Verified::Ok => tally.add(&Ok(())),
            Verified::OtherVersion => {
                tally.add(&Ok(()));
                other_versions += 1;
            }
            Verified::Failed { failure, is_removed } => {
                removed += usize::from(is_removed);
                let is_unread = failure.status() == Status::Failed;
                let failed = Err::<(), _>(failure);
                tally.add(&failed);
                if let (Err(failure), true) = (&failed, is_unread && !json) {
                    return lines.failed(failure);
                }
            }
        }
        lines.done(line)
    };
    let threads = Threads { jobs: ordered::jobs(arguments.jobs), stack: None };
    let done = ordered::for_each(&entries, threads, |_| (), work, take);
    match done.and(lines.finish()) {
        Ok(()) if !json => {
            tally.print_with("ok", "invalid", &[(other_versions, "of another version"), (removed, "deleted")]);
            if tally.status() == Status::Invalid && !arguments.remove {
                print_tip(cache);
            }
        }
        Err(failure) if !failure.is_silent() => return Err(failure),
        Ok(()) | Err(_) => {}
    }
    Ok(tally.status())
}

fn verify_one(cache: &Cache, entry: &Entry, remove: bool) -> Verified {
    let miss = match cache.store.verify(&entry.key) {
        Ok(()) => return Verified::Ok,
        Err(Miss::OtherVersion(_)) => return Verified::OtherVersion,
        Err(Miss::Absent) => return Verified::Gone,
        Err(miss) => miss,
    };
    let is_damaged = matches!(miss, Miss::Damaged(_));
    let failure = failure_of(miss).of(&file(cache, entry));
    if !(is_damaged && remove) {
        return Verified::Failed { failure, is_removed: false };
    }
    match cache.store.remove(&entry.key) {
        Ok(()) => Verified::Failed { failure, is_removed: true },
        Err(error) => {
            let message = format!("is invalid, but cannot be deleted: {error}");
            Verified::Failed { failure: Failure::unwritten(message).of(&file(cache, entry)), is_removed: false }
        }
    }
}

fn file(cache: &Cache, entry: &Entry) -> Source {
    Source::File(cache.settings.module_path(&entry.key).unwrap_or_default())
}

impl Verified {
    /// Adds the line of the module: in JSON always, as text only if it is invalid.
    fn add_line(&self, cache: &Cache, entry: &Entry, json: bool, colours: bool, text: &mut Vec<u8>) {
        #[derive(Serialize)]
        struct Answer {
            key: Digest,
            size: u64,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            other_version: bool,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            deleted: bool,
        }
        let (failure, deleted) = match self {
            Self::Gone => return,
            Self::Ok | Self::OtherVersion => (None, false),
            Self::Failed { failure, is_removed } => (Some(failure), *is_removed),
        };
        if json {
            let other_version = matches!(self, Self::OtherVersion);
            let answer = Answer { key: entry.key.0, size: entry.len, other_version, deleted };
            let error = failure.map(Failure::error);
            Object::answer(Some(&file(cache, entry)), answer).with_error(error).add_line(text);
        } else if let Some(failure) = failure.filter(|failure| failure.status() == Status::Invalid) {
            let invalid = if colours { ERROR } else { Style::new() };
            let (line, deleted) = (failure.error().in_a_line(), if deleted { "; deleted" } else { "" });
            let file = file(cache, entry);
            let _ = writeln!(text, "{invalid}invalid{invalid:#}  {file}: {}{deleted}", printable(&line));
        }
    }
}

/// Prints a tip: the command that deletes the invalid files.
fn print_tip(cache: &Cache) {
    let dir = word(cache.location());
    // If the tip cannot be printed, the lines already contain the most important information.
    let _ = writeln!(
        anstream::stderr(),
        "  {STRONG}tip:{STRONG:#} to delete the invalid files, run: bmes cache verify --remove --dir {dir}"
    );
}
