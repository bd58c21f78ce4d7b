//! Combines the reports of several shards into the report of the whole run.
//!
//! It merges neither reports of different testees nor reports of different corpora. [`super::page`] compares reports of
//! different testees.

use std::collections::BTreeMap;

use super::Tallies;
use super::claim::Claim;
use super::document::{Chosen, Document, Limit, Section, Suite, Tested};
use crate::corpus::Corpus;

/// A report and the name of its file, for messages.
pub type Named = (String, Document);

/// Merges the shards of a run into the report of the whole run. The reports must be all shards, in any order, or one
/// run without shards. The error is one line that says which reports do not fit together.
pub fn merge(reports: Vec<Named>) -> Result<Document, String> {
    let mut reports = in_order(reports)?;
    let rest = reports.split_off(1);
    let Some((_, mut whole)) = reports.pop() else {
        return Err("no report to merge".into());
    };
    for (_, shard) in rest {
        whole.add(shard);
    }
    whole.options.shard = None;
    whole.sort();
    whole.warnings.sort();
    whole.warnings.dedup();
    let too_costly = whole.costs.iter().any(|cost| cost.is_failure(whole.options.strict_cost));
    whole.success = whole.ended.is_none() && whole.stale.is_empty() && whole.total.all().fail == 0 && !too_costly;
    whole.claim = Claim::of(&whole).ok();
    Ok(whole)
}

/// Returns an error of one line if a report is not about `corpus`.
pub fn about(corpus: &Corpus, reports: &[Named]) -> Result<(), String> {
    let here = Suite::of(corpus);
    for (name, report) in reports {
        same_suite((name, &report.suite), ("this runner", &here))?;
    }
    Ok(())
}

/// Returns an error of one line if two of these reports are of runs with different cases, or if one is only a shard.
pub fn comparable(reports: &[Named]) -> Result<(), String> {
    let Some((first_name, first)) = reports.first() else {
        return Err("no report to compare".into());
    };
    for (name, report) in reports {
        let chosen = |report: &Document| {
            let Chosen { depth, seed, filter, clause, format_version, .. } = &report.options;
            (depth.clone(), *seed, filter.clone(), clause.clone(), *format_version)
        };
        if let Some(shard) = report.options.shard {
            return Err(format!(
                "{name} is the report of only shard {shard}; first merge all shards with `bmes-conformance merge`"
            ));
        }
        if chosen(report) != chosen(first) {
            return Err(format!(
                "{name} and {first_name} are reports of runs with different cases: compare runs with the same --depth, --seed, --filter, --clause and --format-version"
            ));
        }
    }
    Ok(())
}

impl Document {
    fn add(&mut self, other: Self) {
        self.complete &= other.complete;
        self.elapsed_seconds += other.elapsed_seconds;
        self.restarts += other.restarts;
        self.options.jobs = self.options.jobs.max(other.options.jobs);
        if other.memory == Limit::Unenforced {
            self.memory = Limit::Unenforced;
        }
        self.ended = self.ended.take().or(other.ended);
        self.warnings.extend(other.warnings);
        self.stale.extend(other.stale);
        self.total = self.total.and(other.total);
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        for (why, count) in other.skipped {
            *self.skipped.entry(why).or_default() += count;
        }
        let mut sections: BTreeMap<String, Tallies> = BTreeMap::new();
        for Section { section, tallies } in self.sections.drain(..).chain(other.sections) {
            let sum = sections.entry(section).or_default();
            *sum = sum.and(tallies);
        }
        self.sections = sections.into_iter().map(|(section, tallies)| Section { section, tallies }).collect();
        self.costs.extend(other.costs);
        self.cases.extend(other.cases);
        self.failures.extend(other.failures);
    }
}

/// Sorts the reports by their shards. Each shard must occur once, and all must belong to the same run.
fn in_order(mut reports: Vec<Named>) -> Result<Vec<Named>, String> {
    let Some((first_name, first)) = reports.first() else {
        return Err("no report to merge".into());
    };
    for (name, report) in &reports[1..] {
        same_run((name, report), (first_name, first))?;
    }
    if let [(_, Document { options: Chosen { shard: None, .. }, .. })] = reports.as_slice() {
        return Ok(reports);
    }
    let whole = reports.iter().find(|(_, report)| report.options.shard.is_none());
    if let Some((name, _)) = whole {
        return Err(format!("{name} is the report of a whole run: merge only shards of one run"));
    }
    reports.sort_by_key(|(_, report)| report.options.shard);
    let shards: Vec<_> = reports.iter().filter_map(|(name, report)| Some((name, report.options.shard?))).collect();
    let Some((first_name, first)) = shards.first() else {
        return Err("no report to merge".into());
    };
    if let Some((name, shard)) = shards.iter().find(|(_, shard)| shard.count() != first.count()) {
        return Err(format!("{first_name} is shard {first} and {name} is shard {shard}: they are not of the same run"));
    }
    for pair in shards.windows(2) {
        if let [(one, shard), (other, next)] = pair
            && shard == next
        {
            return Err(format!("{one} and {other} are both shard {shard}: pass each shard only once"));
        }
    }
    // The loop stops after a few missing shards, because the number of shards in a report can be very large.
    if (shards.len() as u64) < first.count() {
        let mut present = shards.iter().map(|(_, shard)| shard.index()).peekable();
        let absent: Vec<_> = (1..=first.count())
            .filter(|index| present.next_if_eq(index).is_none())
            .take(MOST)
            .map(|index| format!("{index}/{}", first.count()))
            .collect();
        let missing = first.count() - shards.len() as u64;
        let more = missing - absent.len() as u64;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let (noun, verb) = if missing == 1 { ("shard", "is") } else { ("shards", "are") };
        return Err(format!("{noun} {}{more} {verb} missing", absent.join(", ")));
    }
    Ok(reports)
}

/// The maximum number of missing shards that the error message names.
const MOST: usize = 10;

fn same_run((name, report): (&str, &Document), (first_name, first): (&str, &Document)) -> Result<(), String> {
    same_suite((name, &report.suite), (first_name, &first.suite))?;
    let differs = |what: &str, mine: &dyn std::fmt::Display, its: &dyn std::fmt::Display| {
        Err(format!("{name} and {first_name} are not of the same run: {what} {mine}, and {what} {its}"))
    };
    // The command is not compared, because the same program may have another path on another machine.
    let told = |testee: &Tested| Tested { command: None, ..testee.clone() };
    if told(&report.testee) != told(&first.testee) {
        let who = |testee: &Tested| format!("{} {} ({})", testee.name, testee.version, testee.language);
        let (mine, its) = (who(&report.testee), who(&first.testee));
        let same = mine == its;
        let more = if same { " with another answer to hello" } else { "" };
        return differs("testee", &format!("{mine}{more}"), &its);
    }
    let (mine, its) = (&report.options, &first.options);
    let or_none = |option: &Option<String>| option.clone().unwrap_or_else(|| "none".into());
    if mine.depth != its.depth {
        differs("depth", &mine.depth, &its.depth)
    } else if mine.seed != its.seed {
        differs("seed", &mine.seed, &its.seed)
    } else if mine.filter != its.filter {
        differs("filter", &or_none(&mine.filter), &or_none(&its.filter))
    } else if mine.clause != its.clause {
        differs("clause", &or_none(&mine.clause), &or_none(&its.clause))
    } else if mine.format_version != its.format_version {
        let number = |version: Option<u32>| or_none(&version.map(|version| version.to_string()));
        differs("format version", &number(mine.format_version), &number(its.format_version))
    } else if mine.error_map != its.error_map {
        Err(format!("{name} and {first_name} are not of the same run: their error maps differ"))
    } else {
        Ok(())
    }
}

/// Returns an error if the two reports are about different suites.
pub(super) fn same_suite((name, suite): (&str, &Suite), (other_name, other): (&str, &Suite)) -> Result<(), String> {
    if suite == other {
        return Ok(());
    }
    let show = |suite: &Suite| {
        let corpus: String = suite.corpus.chars().take(12).collect();
        format!("suite {}, corpus {corpus}, {} file cases", suite.version, suite.file_cases)
    };
    Err(format!("{name} was made with another corpus ({}) than that of {other_name} ({})", show(suite), show(other)))
}
