//! Selects the cases that run, and their order.

mod shard;

use std::collections::BTreeMap;

use globset::{Glob, GlobMatcher};

use crate::case::{Case, ExpectedResult, Origin};
use crate::corpus::Corpus;
use crate::derive::{self, Change, Depth, Original};
use crate::plan::Work;
pub use shard::Shard;

/// The sections from whose files the runner derives no cases. These files have the same fields as those of other
/// sections. They differ only in names and in the order of entries. Derived cases of them would double the number of
/// cases and test nothing new.
const NOT_DERIVED: [&str; 4] = ["names", "position", "size", STATE];

/// The section of the cases that run directly one after the other in one process.
const STATE: &str = "state";

/// The options that select cases.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only cases whose ids match. Without a `#`, a filter that matches a file case also selects its derived cases.
    pub filter: Option<Filter>,
    /// Only cases about this clause. Without a version in the clause's name, cases of every version.
    pub clause: Option<String>,
    /// Only cases of this version of the format.
    pub format_version: Option<u32>,
    /// The depth, which determines the number of derived cases.
    pub depth: Depth,
    /// The seed that chooses the derived cases and the order of all cases.
    pub seed: u64,
    /// Only this part of the selected cases.
    pub shard: Option<Shard>,
}

impl Selection {
    /// Returns true if the selection has every case of its depth: no filter, clause, version or shard is selected.
    pub const fn is_whole(&self) -> bool {
        self.is_unfiltered() && self.shard.is_none()
    }

    /// Returns true if all shards together have every case of the depth: no filter, clause or version is selected.
    pub const fn is_unfiltered(&self) -> bool {
        self.filter.is_none() && self.clause.is_none() && self.format_version.is_none()
    }

    /// Returns true if `case` tests the selected clause, or if no clause is selected. The cases derived from `case` are
    /// selected with it.
    fn is_about(&self, case: &Case) -> bool {
        let is_clause = |wanted: &str, clause: &str| {
            clause == wanted || clause.split_once('-').is_some_and(|(_, name)| name == wanted)
        };
        self.clause.as_ref().is_none_or(|wanted| case.clauses.iter().any(|clause| is_clause(wanted, clause)))
    }
}

/// A pattern for ids: `*` matches any text, `?` one character, and `{a,b}` either `a` or `b`.
#[derive(Clone, Debug)]
pub struct Filter {
    pattern: String,
    glob: GlobMatcher,
}

impl Filter {
    /// Parses a pattern.
    pub fn parse(pattern: &str) -> Result<Self, String> {
        let glob = Glob::new(pattern).map_err(|error| error.kind().to_string())?;
        Ok(Self { pattern: pattern.to_owned(), glob: glob.compile_matcher() })
    }

    /// Returns the pattern as the user gave it.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    fn takes_all_derived(&self, base: &str) -> bool {
        !self.pattern.contains('#') && self.glob.is_match(base)
    }

    /// Returns true if the pattern matches the whole `id`, including the part after `#`.
    pub fn matches(&self, id: &str) -> bool {
        self.glob.is_match(id)
    }
}

/// Returns the selected cases: file cases by id, then derived cases.
pub fn select(corpus: &Corpus, selection: &Selection) -> Vec<Work> {
    let mut selected = Vec::new();
    for (place, file_case) in corpus.cases().iter().enumerate() {
        let id = &file_case.case.id;
        if selection.format_version.is_some_and(|version| !id.starts_with(&format!("v{version}/"))) {
            continue;
        }
        if !selection.is_about(&file_case.case) {
            continue;
        }
        let original = Original::of(file_case).filter(|_| !NOT_DERIVED.contains(&section(&file_case.case)));
        let changes = original.map(|original| derive::changes(original, selection.depth, selection.seed));
        let changes = changes.unwrap_or_default();
        let all = std::iter::once(None).chain(changes.into_iter().map(Some)).map(|change| Work { change, case: place });
        match &selection.filter {
            None => selected.extend(all),
            Some(filter) if filter.takes_all_derived(id) => selected.extend(all),
            Some(filter) => selected.extend(all.filter(|work| filter.matches(&work.id(corpus)))),
        }
    }
    if let Some(shard) = selection.shard {
        selected.retain(|work| shard.has(&work.id(corpus)));
    }
    selected.sort_by_key(|work| (work.change.is_some(), work.case, work.change));
    selected
}

/// Returns one case for each version that the suite supports and the testee does not offer. Each case uses the smallest
/// file of its version that `encode` can write. The testee must reject the file as `unsupported-version`.
pub fn other_versions(corpus: &Corpus, selection: &Selection, offered: &[u32]) -> Vec<Work> {
    // These cases test no clause of a version that the testee offers, so `--clause` selects none of them.
    if selection.clause.is_some() {
        return Vec::new();
    }
    let mut smallest: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for (place, file_case) in corpus.cases().iter().enumerate() {
        let is_written = matches!(file_case.case.expect.encode, Some(ExpectedResult::Ok { .. }));
        // A corpus of fuzzed files runs only these files, without additional cases.
        let is_written = is_written && file_case.case.origin != Origin::Fuzz;
        let (Some(file), Some(decoded), true) = (&file_case.file, file_case.case.expect.record(), is_written) else {
            continue;
        };
        let version = decoded.record.version().number();
        if !offered.contains(&version) && selection.format_version.is_none_or(|only| only == version) {
            let candidate = (file.len(), place);
            smallest.entry(version).and_modify(|best| *best = candidate.min(*best)).or_insert(candidate);
        }
    }
    let of_place = |(_, case)| Work { change: Some(Change::OtherVersion), case };
    let mut works: Vec<_> = smallest.into_values().map(of_place).collect();
    works.retain(|work| {
        let id = work.id(corpus);
        selection.filter.as_ref().is_none_or(|filter| filter.matches(&id))
            && selection.shard.is_none_or(|shard| shard.has(&id))
    });
    works
}

/// Returns the section of the case, without its version.
fn section(case: &Case) -> &str {
    case.section().rsplit('/').next().unwrap_or_default()
}

/// Returns the cases in the order in which they run, in batches. The cases of a batch run directly one after the other
/// in one process of the testee.
pub fn batches(works: &[Work], corpus: &Corpus, seed: u64) -> Vec<Vec<Work>> {
    let name = |work: &Work| {
        let case = &work.file_case(corpus).case;
        let name = case.id.rsplit_once('-').map_or(case.id.as_str(), |(name, _)| name);
        (section(case) == STATE).then_some(name)
    };
    let follows = |one: &Work, next: &Work| name(one).is_some_and(|one| name(next) == Some(one));
    let mut batches: Vec<_> = works.chunk_by(follows).map(<[Work]>::to_vec).collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut batches);
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_of_a_name_in_state_stay_together_and_in_order() {
        let corpus = Corpus::standard().unwrap();
        let works = select(&corpus, &Selection { depth: Depth::Quick, ..Selection::default() });
        for seed in 0..3 {
            let batches = batches(&works, &corpus, seed);
            let mut in_order = batches.concat();
            in_order.sort_by_key(|work| work.case);
            assert_eq!(in_order, works);
            let of_crc32 = batches.iter().find(|batch| batch[0].id(&corpus) == "v2/state/crc32-1").unwrap();
            let ids: Vec<_> = of_crc32.iter().map(|work| work.id(&corpus)).collect();
            assert_eq!(ids, ["v2/state/crc32-1", "v2/state/crc32-2", "v2/state/crc32-3"]);
            let others = batches.iter().filter(|batch| section(&batch[0].file_case(&corpus).case) != STATE);
            assert!(others.into_iter().all(|batch| batch.len() == 1));
        }
    }
}
