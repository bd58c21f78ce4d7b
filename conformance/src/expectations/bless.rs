//! Updates the expected failures from the results of a run, for `--bless`.

use std::collections::{BTreeMap, HashSet};

use super::{Entry, Expectations, Fails, fails};
use crate::corpus::Corpus;
use crate::report::CaseOutcome;
use crate::run::Report;
use crate::select::Filter;

impl Expectations {
    /// Returns new expectations: the failures of `report`. Call [`Expectations::apply`] with `report` before. An entry
    /// that is still correct keeps its reason, and an entry that is no longer correct is removed. A new entry has no
    /// reason and no link yet: a person must add both. Entries for cases that did not run stay.
    #[must_use]
    pub fn blessed(&self, report: &Report, corpus: &Corpus) -> Self {
        let mut excused = Vec::new();
        let mut other = HashSet::new();
        let mut new: BTreeMap<Fails, Vec<String>> = BTreeMap::new();
        for result in &report.results {
            let id = result.work.id(corpus);
            match CaseOutcome::of(result) {
                CaseOutcome::Expected => excused.push(id),
                CaseOutcome::NotRun => {}
                CaseOutcome::Fail => {
                    new.entry(fails(result)).or_default().push(id.clone());
                    other.insert(id);
                }
                CaseOutcome::Pass | CaseOutcome::Skip => {
                    other.insert(id);
                }
            }
        }
        let vain: HashSet<_> = report.stale.iter().map(|stale| stale.id.as_str()).collect();
        let mut entries = Vec::new();
        let mut taken = HashSet::new();
        for entry in &self.entries {
            let ids = entry.ids.iter().flat_map(|id| match self.patterns.iter().find(|(p, _)| p.pattern() == id) {
                _ if vain.contains(id.as_str()) || other.contains(id) => Vec::new(),
                Some((pattern, _)) => still(pattern, &excused, &other, &self.exact_ids()),
                None => vec![id.clone()],
            });
            // Patterns may overlap, but each id is written only once.
            let ids = ids.filter(|id| taken.insert(id.clone())).collect();
            entries.push(Entry { ids, ..entry.clone() });
        }
        let unexplained = |(fails, ids)| Entry { reason: String::new(), link: String::new(), fails, ids };
        entries.extend(new.into_iter().map(unexplained));
        entries.retain(|entry| !entry.ids.is_empty());
        Self::of(entries)
    }

    /// Returns the number of entries, and the number of those that still need a reason or a link.
    pub fn counts(&self) -> (usize, usize) {
        let wanting = |entry: &&Entry| entry.reason.trim().is_empty() || entry.link.trim().is_empty();
        (self.entries.len(), self.entries.iter().filter(wanting).count())
    }

    fn exact_ids(&self) -> HashSet<&str> {
        self.exact.keys().map(String::as_str).collect()
    }
}

/// Returns the pattern itself if every case that it matches failed as expected. Otherwise returns the ids of the cases
/// that failed as expected.
fn still(pattern: &Filter, excused: &[String], other: &HashSet<String>, exact: &HashSet<&str>) -> Vec<String> {
    let mine = |id: &&String| pattern.matches(id) && !exact.contains(id.as_str());
    if other.iter().any(|id| mine(&id)) {
        excused.iter().filter(mine).cloned().collect()
    } else {
        vec![pattern.pattern().to_owned()]
    }
}
