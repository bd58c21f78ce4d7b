//! The reports of a run: a table, explanations, a page and a badge for people, JSON and JUnit's XML for programs.
//!
//! [`document::Document`] holds a whole run in the form of the JSON report. All reports in files are made from it.
//! [`mod@merge`] combines several documents into one.

pub mod badge;
pub mod cause;
pub mod claim;
pub mod destination;
pub mod document;
pub mod explain;
pub mod junit;
pub mod merge;
pub mod page;
pub mod table;

use std::collections::BTreeMap;

use crate::corpus::Corpus;
use crate::plan::Skip;
use crate::protocol::Operation;
use crate::run::{CaseResult, Report, Verdict};
use crate::status::Status;
use crate::testee::Target;
use serde::{Deserialize, Serialize};

/// The information that the reports need in addition to the results of the run.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The corpus that was run.
    pub corpus: &'a Corpus,
    /// The testee and the way to run it.
    pub target: Target<'a>,
    /// The name by which the runner was called. Every command that a report shows begins with this name.
    pub program: &'a str,
    /// The options that are necessary to reproduce a single case, such as another corpus.
    pub options: &'a [String],
    /// The seed of the run.
    pub seed: u64,
}

impl Context<'_> {
    /// Returns the command that runs one case alone. If `encode` failed, the command includes the seed, because the
    /// seed chooses the escapes in the request.
    pub fn reproduction(&self, id: &str, failed: impl IntoIterator<Item = Operation>) -> String {
        let mut command = format!("{} repro", shell_words::quote(self.program));
        for option in self.options {
            command.push(' ');
            command.push_str(&shell_words::quote(option));
        }
        if self.target.command().is_some() && failed.into_iter().any(|operation| operation == Operation::Encode) {
            command.push_str(" --seed ");
            command.push_str(&self.seed.to_string());
        }
        command.push(' ');
        command.push_str(&shell_words::quote(id));
        if let Some(testee) = self.target.command() {
            command.push_str(" -- ");
            command.push_str(&testee.to_string());
        }
        command
    }
}

/// The possible results of a case as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseOutcome {
    /// Every operation that ran passed, and at least one ran.
    Pass,
    /// An operation failed.
    Fail,
    /// The case failed as expected: `--xfail` names it.
    Expected,
    /// The testee offers none of the case's operations.
    Skip,
    /// The run ended before the case ran.
    NotRun,
}

impl CaseOutcome {
    /// Returns the outcome of `result`.
    pub fn of(result: &CaseResult) -> Self {
        let any = |is: fn(&Verdict) -> bool| result.verdicts.iter().any(is);
        if result.excuse.is_some() {
            Self::Expected
        } else if any(|verdict| matches!(verdict, Verdict::Fail(_))) {
            Self::Fail
        } else if any(|verdict| matches!(verdict, Verdict::NotRun)) {
            Self::NotRun
        } else if any(|verdict| matches!(verdict, Verdict::Pass)) {
            Self::Pass
        } else {
            Self::Skip
        }
    }
}

/// The number of cases with each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// The cases that passed.
    pub pass: usize,
    /// The cases that failed.
    pub fail: usize,
    /// The cases that failed as expected.
    pub expected: usize,
    /// The cases that were skipped because the testee offers none of their operations.
    pub skip: usize,
    /// The cases that did not run, because the run ended early.
    pub not_run: usize,
}

impl Tally {
    fn add(&mut self, outcome: CaseOutcome) {
        match outcome {
            CaseOutcome::Pass => self.pass += 1,
            CaseOutcome::Fail => self.fail += 1,
            CaseOutcome::Expected => self.expected += 1,
            CaseOutcome::Skip => self.skip += 1,
            CaseOutcome::NotRun => self.not_run += 1,
        }
    }

    /// Returns the sum of both tallies.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            pass: self.pass + other.pass,
            fail: self.fail + other.fail,
            expected: self.expected + other.expected,
            skip: self.skip + other.skip,
            not_run: self.not_run + other.not_run,
        }
    }

    /// Returns the number of all cases.
    pub const fn total(self) -> usize {
        self.pass + self.fail + self.expected + self.skip + self.not_run
    }
}

/// The tallies of a section, with file cases and derived cases counted separately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tallies {
    /// File cases.
    pub files: Tally,
    /// Derived cases.
    pub derived: Tally,
}

impl Tallies {
    /// Returns the tally of file cases and derived cases together.
    pub const fn all(self) -> Tally {
        self.files.and(self.derived)
    }

    /// Returns the sum of `self` and `other`.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { files: self.files.and(other.files), derived: self.derived.and(other.derived) }
    }

    fn add(&mut self, result: &CaseResult) {
        let outcome = CaseOutcome::of(result);
        if result.work.change.is_some() {
            self.derived.add(outcome);
        } else {
            self.files.add(outcome);
        }
    }
}

/// The results of a run as numbers.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The tallies by section.
    pub sections: BTreeMap<String, Tallies>,
    /// The tallies of all sections together.
    pub total: Tallies,
    /// The number of questions with each status, passes included.
    pub statuses: BTreeMap<Status, usize>,
    /// The number of questions that were skipped, by reason.
    pub skipped: BTreeMap<Skip, usize>,
}

impl Summary {
    /// Counts the results of all cases.
    pub fn of(report: &Report, corpus: &Corpus) -> Self {
        let mut summary = Self::default();
        for result in &report.results {
            summary.sections.entry(result.work.section(corpus)).or_default().add(result);
            summary.total.add(result);
            for status in result.verdicts.iter().filter_map(Verdict::status) {
                *summary.statuses.entry(status).or_default() += 1;
            }
            for verdict in &result.verdicts {
                if let Verdict::Skipped(why) = verdict {
                    *summary.skipped.entry(*why).or_default() += 1;
                }
            }
        }
        summary
    }

    /// Returns the number of questions with `status`.
    pub fn count(&self, status: Status) -> usize {
        self.statuses.get(&status).copied().unwrap_or_default()
    }
}
