//! What a process saw of a store, as JSON on its standard output.

use std::collections::BTreeMap;
use std::fmt;

use bmes_store::Store;
use serde::{Deserialize, Serialize};

/// What a process saw of a store.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) hits: u64,
    pub(crate) misses: BTreeMap<String, u64>,
    pub(crate) stored: u64,
    pub(crate) not_stored: u64,
    pub(crate) evicted: u64,
    /// Lookups that gave other bytes than were stored.
    pub(crate) wrong: u64,
    /// The reasons why the store does not use a folder.
    pub(crate) problems: Vec<String>,
    /// The process's clock, in seconds since 1970.
    pub(crate) clock: u64,
}

impl Report {
    /// Returns what the store has counted.
    pub(crate) fn of(store: &Store, wrong: u64) -> Self {
        let counters = store.counters();
        let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
        Self {
            hits: counters.hits,
            misses: counters.misses_by_reason().map(|(reason, count)| (reason.to_owned(), count)).collect(),
            stored: counters.stored,
            not_stored: counters.not_stored,
            evicted: counters.evicted,
            wrong,
            problems: store.problems().iter().map(ToString::to_string).collect(),
            clock,
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.hits += other.hits;
        for (reason, count) in other.misses {
            *self.misses.entry(reason).or_default() += count;
        }
        self.stored += other.stored;
        self.not_stored += other.not_stored;
        self.evicted += other.evicted;
        self.wrong += other.wrong;
        self.problems.extend(other.problems);
        self.clock = other.clock;
    }

    /// Returns the number of misses with this reason.
    pub(crate) fn missed(&self, reason: &str) -> u64 {
        self.misses.get(reason).copied().unwrap_or_default()
    }

    /// Returns the report as one line of JSON.
    pub(crate) fn line(&self) -> String {
        format!("{}\n", serde_json::to_string(self).expect("every key is a text"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} hits, {} stored", self.hits, self.stored)?;
        let misses = self.misses.iter().map(|(reason, count)| (reason.as_str(), *count));
        for (what, count) in misses.chain([("not stored", self.not_stored), ("evicted", self.evicted)]) {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        Ok(())
    }
}
