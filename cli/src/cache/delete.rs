//! `cache prune` and `cache clear`: delete files of the cache.

use bmes_store::{Evicted, NotStored, Store, Totals};
use serde::Serialize;

use super::{Cache, kinds, print, size, with_progress};
use crate::args;
use crate::failure::{Failure, Result, Status};
use crate::json::Object;
use crate::text::count;

/// Deletes the least recently used modules and packs, down to the limit.
pub(super) fn prune(cache: &Cache, arguments: &args::Prune, json: bool) -> Result<Status> {
    #[derive(Serialize)]
    struct Answer {
        files: u64,
        bytes: u64,
        temporary: u64,
        limit: u64,
    }
    let limit = arguments.max.map_or(cache.settings.limit, |max| max.as_u64());
    let evicted = with_progress(Store::FOLDERS + 1, |step| existing(cache.store.prune(limit, step)))?;
    let Evicted { files, bytes, temporary, .. } = evicted;
    if json {
        return print(&Object::answer(None, Answer { files, bytes, temporary, limit }).line());
    }
    let parts = [("file", files), ("temporary file", temporary)];
    let none = format!("no folder is above its part of the limit of {}", size(limit));
    print(deleted(&parts, bytes, &none).as_bytes())
}

/// Deletes all files.
pub(super) fn clear(cache: &Cache, json: bool) -> Result<Status> {
    let cleared = with_progress(Store::FOLDERS, |step| existing(cache.store.clear(step)))?;
    let left = kinds(&cache.store.contents(|| {})).iter().map(|(_, totals)| totals.files).sum();
    if left > 0 {
        let left = number(left, "file");
        let message = format!("the cache still has {left}: another program stored them now, or they cannot be deleted");
        return Err(Failure::unwritten(message).of(&crate::input::Source::File(cache.location().into())));
    }
    if json {
        return print(&Object::answer(None, cleared).line());
    }
    let parts = kinds(&cleared).map(|(kind, Totals { files, .. })| (kind, files));
    let bytes = kinds(&cleared).iter().map(|(_, totals)| totals.bytes).sum();
    print(deleted(&parts, bytes, "the cache is empty").as_bytes())
}

/// Returns the result of an operation. If the cache does not exist, nothing was deleted.
fn existing<T: Default>(done: std::result::Result<T, NotStored>) -> Result<T> {
    match done {
        Err(NotStored::NoCache) => Ok(T::default()),
        done => done.map_err(Failure::unwritten),
    }
}

/// Returns a line that says how many files of each kind were deleted.
fn deleted(parts: &[(&str, u64)], bytes: u64, none: &str) -> String {
    let parts: Vec<_> =
        parts.iter().filter(|(_, files)| *files > 0).map(|(kind, files)| number(*files, kind)).collect();
    match parts.as_slice() {
        [] => format!("nothing to delete: {none}\n"),
        parts => format!("deleted {}: {}\n", parts.join(", "), size(bytes)),
    }
}

fn number(files: u64, kind: &str) -> String {
    count(usize::try_from(files).unwrap_or(usize::MAX), kind)
}
