//! The known failures of an implementation. The `--xfail` file lists the cases that are expected to fail, with the
//! failure, its reason, and a link to the issue.
//!
//! The comparison is exact in both directions. If a case fails in another way than expected, that is an ordinary
//! failure. If a case no longer fails, its entry is stale, and a run with a stale entry does not succeed. Call
//! [`Expectations::read`] before a run, and [`Expectations::apply`] after it.

mod bless;
mod file;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::corpus::Corpus;
use crate::derive::Depth;
use crate::protocol::Operation;
use crate::run::{CaseResult, Report, Verdict};
use crate::select::{self, Filter, Selection};
use crate::status::Status;
use crate::text::thousands;
pub use file::Strictness;

/// The failures of a case: the status of each operation that fails.
pub type Fails = BTreeMap<Operation, Status>;

/// The expected failures of an implementation.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    entries: Vec<Entry>,
    /// The index in `entries` of the entry that names each id. Patterns are not included.
    exact: HashMap<String, usize>,
    patterns: Vec<(Filter, usize)>,
}

/// Cases that fail in the same way for the same reason.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    reason: String,
    link: String,
    fails: Fails,
    ids: Vec<String>,
}

/// The reason why a case is expected to fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excuse {
    /// The reason, in a sentence.
    pub reason: String,
    /// The URL of the issue about the failure.
    pub link: String,
}

/// An expected failure that did not occur as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stale {
    /// The case's id, or a pattern that matches nothing.
    pub id: String,
    /// The expected failure.
    pub expected: String,
    /// The actual result.
    pub got: String,
}

/// The maximum number of cases that a pattern may match. A pattern that matches more hides new failures.
const BROAD: usize = 20;

impl Expectations {
    /// Returns an error if a pattern matches more than 20 of the cases with these `ids`. The error is one line.
    pub fn broad(&self, ids: impl IntoIterator<Item = String>) -> Result<(), String> {
        let mut matched = vec![0; self.patterns.len()];
        if matched.is_empty() {
            return Ok(());
        }
        for id in ids {
            for ((pattern, _), matched) in self.patterns.iter().zip(&mut matched) {
                *matched += usize::from(pattern.matches(&id));
            }
        }
        match self.patterns.iter().zip(matched).find(|(_, matched)| *matched > BROAD) {
            None => Ok(()),
            Some(((pattern, _), matched)) => Err(format!(
                "`{}` matches {} cases; a pattern that matches more than {BROAD} hides new failures: list the ids, or use \
                 --allow-broad-xfail",
                pattern.pattern(),
                thousands(matched),
            )),
        }
    }

    /// Marks the results that failed as expected, and adds to `report.stale` each expected failure that did not occur.
    pub fn apply(&self, report: &mut Report, corpus: &Corpus, selection: &Selection) {
        let mut matched = vec![false; self.patterns.len()];
        let excuses: Vec<_> = self
            .entries
            .iter()
            .map(|entry| Arc::new(Excuse { reason: entry.reason.clone(), link: entry.link.clone() }))
            .collect();
        for result in &mut report.results {
            let id = result.work.id(corpus);
            let Some(place) = self.entry(&id, &mut matched) else { continue };
            let Some(entry) = self.entries.get(place) else { continue };
            if result.verdicts.iter().any(|verdict| matches!(verdict, Verdict::NotRun)) {
                continue;
            }
            let fails = fails(result);
            if fails == entry.fails {
                result.excuse = excuses.get(place).cloned();
            } else {
                report.stale.push(Stale { id, expected: in_words(&entry.fails), got: instead(result, &fails) });
            }
        }
        report.stale.extend(self.vain(&matched, corpus, selection));
    }

    /// Returns the entry for the case with the given id: the entry that names the id, or else the first one with a
    /// pattern that matches it.
    fn entry(&self, id: &str, matched: &mut [bool]) -> Option<usize> {
        let mut by_pattern = None;
        for ((pattern, entry), matched) in self.patterns.iter().zip(matched) {
            if pattern.matches(id) {
                *matched = true;
                by_pattern = by_pattern.or(Some(*entry));
            }
        }
        self.exact.get(id).copied().or(by_pattern)
    }

    /// Returns the patterns that match no case of any shard. The result is empty if the selection excludes cases,
    /// because a pattern could match an excluded case.
    fn vain(&self, matched: &[bool], corpus: &Corpus, selection: &Selection) -> Vec<Stale> {
        if !selection.is_unfiltered() {
            return Vec::new();
        }
        let asked = |pattern: &Filter| selection.depth != Depth::Quick || !pattern.pattern().contains('#');
        let mut vain: Vec<_> = self
            .patterns
            .iter()
            .zip(matched)
            .filter(|((pattern, _), matched)| !**matched && asked(pattern))
            .map(|(pattern, _)| pattern)
            .collect();
        if !vain.is_empty() && selection.shard.is_some() {
            for work in select::select(corpus, &Selection { shard: None, ..selection.clone() }) {
                let id = work.id(corpus);
                vain.retain(|(pattern, _)| !pattern.matches(&id));
            }
        }
        let of = |entry: &usize| self.entries.get(*entry).map(|entry| in_words(&entry.fails)).unwrap_or_default();
        let stale = vain.into_iter().map(|(pattern, entry)| Stale {
            id: pattern.pattern().into(),
            expected: of(entry),
            got: "matches no case of this run".into(),
        });
        stale.collect()
    }
}

fn fails(result: &CaseResult) -> Fails {
    result.failures().map(|(operation, failure)| (operation, failure.status)).collect()
}

fn in_words(fails: &Fails) -> String {
    let fails: Vec<_> = fails.iter().map(|(operation, status)| format!("{operation} {status}")).collect();
    fails.join(", ")
}

/// Describes the result of a case that did not fail as expected.
fn instead(result: &CaseResult, fails: &Fails) -> String {
    if !fails.is_empty() {
        return in_words(fails);
    }
    let passed = result.verdicts.iter().any(|verdict| matches!(verdict, Verdict::Pass));
    if passed { "passes".into() } else { "skipped: not offered".into() }
}
