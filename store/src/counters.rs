//! What a store has done: hits, misses by reason, and what was written and deleted.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::lookup::Miss;

/// What a store has done since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Modules that the cache had.
    pub hits: u64,
    /// Modules that the cache did not have, by the index of the reason in [`Miss::REASONS`].
    pub misses: [u64; Miss::REASONS.len()],
    /// Files that were stored.
    pub stored: u64,
    /// Files that could not be stored.
    pub not_stored: u64,
    /// Damaged files that were removed.
    pub removed: u64,
    /// Files that were deleted because the cache was too large.
    pub evicted: u64,
}

impl Counters {
    /// Returns the number of misses, whatever their reason.
    pub fn all_misses(&self) -> u64 {
        self.misses.iter().sum()
    }

    /// Returns the reasons that occurred, each with the number of its misses.
    pub fn misses_by_reason(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Miss::REASONS.into_iter().zip(self.misses).filter(|(_, count)| *count > 0)
    }
}

/// Counters that several threads change.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) hits: AtomicU64,
    pub(crate) misses: [AtomicU64; Miss::REASONS.len()],
    pub(crate) stored: AtomicU64,
    pub(crate) not_stored: AtomicU64,
    pub(crate) removed: AtomicU64,
    pub(crate) evicted: AtomicU64,
}

impl Shared {
    pub(crate) fn add(counter: &AtomicU64, count: u64) {
        counter.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Counters {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counters {
            hits: read(&self.hits),
            misses: self.misses.each_ref().map(read),
            stored: read(&self.stored),
            not_stored: read(&self.not_stored),
            removed: read(&self.removed),
            evicted: read(&self.evicted),
        }
    }
}
