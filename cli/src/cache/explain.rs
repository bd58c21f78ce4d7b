//! `cache explain`: tells why the cache has a module or does not have it.
//!
//! The key of a module depends on its URL, its producer and its source, and does not show them. So this command computes
//! the keys that a program looks up. If it finds no file, it reads the headers of all files, and searches for files that
//! differ from the expected one in the URL, in the producer or in the source.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::SystemTime;

use bmes::Digest;
use bmes::v4::{self, KnownSource};
use bmes_store::{Buffer, Key, Miss, Producer, Store};

use super::blocks;
use super::verdict::Verdict;
use super::{Cache, with_progress};
use crate::args;
use crate::failure::{Failure, Result, Status};
use crate::input::{Source, read_once};
use crate::producer;

/// A module for which the command explains what the cache has.
pub(super) struct Question {
    pub(super) file: Source,
    pub(super) source: v4::Source,
    /// The URLs under which a program may look the module up. An empty text is no URL.
    pub(super) urls: Vec<String>,
    pub(super) producer: Option<Digest>,
    /// The pairs of the producer, if they are known.
    pub(super) pairs: Option<Producer>,
}

/// The result of looking up a key.
pub(super) struct Lookup {
    pub(super) key: Key,
    pub(super) url: String,
    pub(super) producer: Digest,
    pub(super) verdict: Verdict,
}

/// A file in the cache that may have been made from an older state of the module, or by another producer.
pub(super) struct Found {
    pub(super) key: Key,
    /// `None`: a URL other than those of the question.
    pub(super) url: Option<String>,
    pub(super) producer: Digest,
    pub(super) source: Digest,
    pub(super) len: u64,
    pub(super) used: SystemTime,
    pub(super) verdict: Verdict,
}

/// Runs `bmes cache explain`.
pub(super) fn explain(cache: &Cache, arguments: &args::Explain, json: bool) -> Result<Status> {
    let question = Question::new(cache, arguments)?;
    let given = question.producer.iter().copied();
    let mut lookups = question.look_up(cache, given)?;
    let mut found = Vec::new();
    if !lookups.iter().any(|lookup| lookup.verdict.has_file()) {
        found = with_progress(Store::FOLDERS, |step| question.search(&cache.store, step))?;
    }
    if question.producer.is_none() {
        let mut producers: BTreeSet<Digest> = found.iter().map(|found| found.producer).collect();
        // The header of a damaged file does not name its producer.
        producers.extend(cache.store.producers());
        lookups = question.look_up(cache, producers)?;
    }
    if question.producer.is_none() || lookups.iter().any(|lookup| lookup.verdict.has_file()) {
        lookups.retain(|lookup| lookup.verdict.has_file());
    }
    found.retain(|found| lookups.iter().all(|lookup| lookup.key != found.key));
    lookups.sort_by_key(|lookup| lookup.verdict.rank());
    found.sort_by_key(|found| (found.verdict.rank(), std::cmp::Reverse(found.used)));
    let absent = absent(cache);
    let verdicts = lookups.iter().map(|lookup| &lookup.verdict).chain(found.iter().map(|found| &found.verdict));
    let verdict = verdicts.min_by_key(|verdict| verdict.rank()).unwrap_or(&absent);
    if let (Some(failure), false) = (&cache.unusable, matches!(verdict, Verdict::NoCache(_))) {
        failure.warn();
    }
    cache.warn();
    blocks::print(cache, &question, verdict, &lookups, &found, json)
}

/// Returns the verdict if no file has a key.
fn absent(cache: &Cache) -> Verdict {
    cache.unusable.clone().map_or(Verdict::Absent, Verdict::NoCache)
}

impl Question {
    fn new(cache: &Cache, arguments: &args::Explain) -> Result<Self> {
        let file = Source::from(arguments.file.as_path());
        let producer = arguments.producer.as_deref().map(producer::Producer::from);
        let pairs_file = producer.as_ref().and_then(producer::Producer::file);
        read_once(&[&file].into_iter().chain(pairs_file).collect::<Vec<_>>())?;
        let source = v4::source(&file.read()?);
        let urls = match &arguments.url {
            Some(url) => vec![url.clone()],
            None => file.path().map(urls_of).into_iter().flatten().chain([String::new()]).collect(),
        };
        let given = producer.map(|producer| producer.read()).transpose()?;
        let (producer, pairs) = given
            .map_or((None, None), |(digest, pairs)| (Some(digest), pairs.or_else(|| cache.store.producer(&digest))));
        Ok(Self { file, source, urls, producer, pairs })
    }

    /// Looks the module up as programs with these producers do.
    fn look_up(&self, cache: &Cache, producers: impl IntoIterator<Item = Digest>) -> Result<Vec<Lookup>> {
        let mut buffer = Buffer::new();
        let mut lookups = Vec::new();
        for producer in producers {
            for url in &self.urls {
                let key = key(url, &producer, &self.source.sha256)?;
                let known = KnownSource::Source(self.source);
                let verdict = match cache.store.get(&key, &producer, known, &mut buffer) {
                    bmes_store::Lookup::Hit(_) => Verdict::Hit,
                    bmes_store::Lookup::Miss(Miss::Absent | Miss::NoCache) => absent(cache),
                    bmes_store::Lookup::Miss(miss) => Verdict::Unusable(miss),
                };
                lookups.push(Lookup { key, url: url.clone(), producer, verdict });
            }
        }
        Ok(lookups)
    }

    /// Reads the headers of all files in the cache. Returns the files of this source or of these URLs.
    fn search(&self, store: &Store, step: &mut dyn FnMut()) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        for folder in 0..Store::FOLDERS {
            for entry in store.entries(folder) {
                let Ok(header) = store.header(&entry.key) else { continue };
                let (producer, source) = (header.producer(), header.source().sha256);
                let mut url = None;
                for candidate in &self.urls {
                    if key(candidate, &producer, &source)? == entry.key {
                        url = Some(candidate.clone());
                    }
                }
                let is_same_source = source == self.source.sha256;
                let is_same_producer = self.producer.is_none_or(|wanted| wanted == producer);
                // All modules without a URL have the same one, so only the source can tell them apart.
                let is_same_url = url.as_ref().is_some_and(|url| !url.is_empty());
                let verdict = match (is_same_source, is_same_producer) {
                    (true, true) => Verdict::OtherUrl,
                    (true, false) => Verdict::OtherProducer,
                    (false, true) if is_same_url => Verdict::StaleSource,
                    (false, false) if is_same_url => Verdict::BothDiffer,
                    (false, _) => continue,
                };
                found.push(Found { key: entry.key, url, producer, source, len: entry.len, used: entry.used, verdict });
            }
            step();
        }
        Ok(found)
    }
}

fn key(url: &str, producer: &Digest, source: &Digest) -> Result<Key> {
    // Only a URL of 4 GiB has no key.
    Key::new(url, producer, source).map_err(Failure::usage)
}

/// Returns the URLs of a file: that of its path, and that of the file that its path leads to. Some programs follow links
/// before they make a URL, and some do not.
#[cfg(unix)]
fn urls_of(path: &Path) -> Vec<String> {
    let paths = [std::path::absolute(path), path.canonicalize()];
    let mut urls: Vec<_> = paths.into_iter().flatten().filter_map(|path| bmes_store::file_url(&path)).collect();
    urls.dedup();
    urls
}

/// The store computes URLs only on Unix.
#[cfg(not(unix))]
fn urls_of(_: &Path) -> Vec<String> {
    Vec::new()
}
