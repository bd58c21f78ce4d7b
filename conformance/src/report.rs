//! What a run looks like: a table, explanations, a page and a badge for people, JSON and JUnit's XML for programs.
//!
//! [`document::Document`] is the whole of a run as JSON has it, and all that is written to files is made from it; [`mod@merge`] makes one of several.

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

/// Everything that reports need beside the run itself.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The corpus that was run.
    pub corpus: &'a Corpus,
    /// What was tested.
    pub target: Target<'a>,
    /// How the runner itself was called, up to the first option: the beginning of every command that is shown.
    pub program: &'a str,
    /// The options that a single case needs to be reproduced, such as another corpus.
    pub options: &'a [String],
    /// The run's seed.
    pub seed: u64,
}

impl Context<'_> {
    /// The command that runs one case alone. The seed matters where `encode` failed: it chooses the escapes in the request.
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

/// What can become of a case as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every operation that was asked passed, and one was.
    Pass,
    /// An operation failed.
    Fail,
    /// It failed as expected: `--xfail` names it.
    Expected,
    /// No operation is offered.
    Skip,
    /// The run ended before.
    NotRun,
}

impl Outcome {
    /// What became of `result`.
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

/// How many cases came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Passed.
    pub pass: usize,
    /// Failed.
    pub fail: usize,
    /// Failed as expected.
    pub expected: usize,
    /// Skipped: the testee offers none of the operations.
    pub skip: usize,
    /// The run ended before.
    pub not_run: usize,
}

impl Tally {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Pass => self.pass += 1,
            Outcome::Fail => self.fail += 1,
            Outcome::Expected => self.expected += 1,
            Outcome::Skip => self.skip += 1,
            Outcome::NotRun => self.not_run += 1,
        }
    }

    /// These and those.
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

    /// All of them.
    pub const fn total(self) -> usize {
        self.pass + self.fail + self.expected + self.skip + self.not_run
    }
}

/// The tallies of a section, derived cases apart from files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tallies {
    /// File cases.
    pub files: Tally,
    /// Derived cases.
    pub derived: Tally,
}

impl Tallies {
    /// Files and derived cases together.
    pub const fn all(self) -> Tally {
        self.files.and(self.derived)
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { files: self.files.and(other.files), derived: self.derived.and(other.derived) }
    }

    fn add(&mut self, result: &CaseResult) {
        let outcome = Outcome::of(result);
        if result.work.change.is_some() {
            self.derived.add(outcome);
        } else {
            self.files.add(outcome);
        }
    }
}

/// A run in numbers.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// By section.
    pub sections: BTreeMap<String, Tallies>,
    /// All sections together.
    pub total: Tallies,
    /// How many questions had each status, passes included.
    pub statuses: BTreeMap<Status, usize>,
    /// How many questions were not asked, by reason.
    pub skipped: BTreeMap<Skip, usize>,
}

impl Summary {
    /// Counts what became of every case.
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

    /// How many questions had `status`.
    pub fn count(&self, status: Status) -> usize {
        self.statuses.get(&status).copied().unwrap_or_default()
    }
}
