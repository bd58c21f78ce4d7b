//! The claim: one line with the results of a complete run, for a project to publish.
//!
//! [`Claim::of`] is the entry point.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::document::{Case, Document};
use super::table::FAINT;
use super::{CaseOutcome, Tally};
use crate::plan::Skip;
use crate::protocol::Operation;
use crate::status::Status;
use crate::text::{count, thousands};

/// A claim, as text and in parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The text of the line.
    pub text: String,
    /// The versions of the format for which a case passed.
    pub formats: Vec<u32>,
    /// The operations for which a case passed.
    pub ops: Vec<Operation>,
    /// True if the error classes were compared.
    pub errors: bool,
    /// The share of the file cases that passed.
    pub files: Share,
    /// The share of the derived cases that passed.
    pub derived: Share,
    /// The run's depth, which determines the number of derived cases.
    pub depth: String,
    /// The digest of the corpus, [`Corpus::digest`](crate::corpus::Corpus::digest).
    pub corpus: String,
}

/// The number of cases that passed, of those that the implementation supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The number of cases that passed.
    pub passed: usize,
    /// The number of cases that ran. The cases that ran but did not pass are known failures.
    pub total: usize,
}

/// The reason why a run has no claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoClaim {
    /// The run failed.
    Failed,
    /// An option excluded cases. The text is the option.
    Narrowed(&'static str),
    /// No case passed.
    Nothing,
}

impl fmt::Display for NoClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed => f.write_str("the run failed"),
            Self::Narrowed(option) => write!(f, "{option} excluded cases"),
            Self::Nothing => f.write_str("no case passed"),
        }
    }
}

impl Claim {
    /// Returns the claim of a run. Returns an error if the run failed, or if it left out cases that the testee
    /// supports.
    pub fn of(report: &Document) -> Result<Self, NoClaim> {
        let options = &report.options;
        if !report.success {
            return Err(NoClaim::Failed);
        }
        let narrowed = [
            ("--filter", options.filter.is_some()),
            ("--clause", options.clause.is_some()),
            ("--format-version", options.format_version.is_some()),
            ("--shard", options.shard.is_some()),
        ];
        if let Some((option, _)) = narrowed.into_iter().find(|(_, is_there)| *is_there) {
            return Err(NoClaim::Narrowed(option));
        }
        // Ids with `#` do not count here: a case of `other-version` passes if the testee does not offer the version.
        let passed = |case: &&Case| case.outcome == CaseOutcome::Pass && !case.id.contains('#');
        let passed: Vec<_> = report.cases.iter().filter(passed).collect();
        let operations = passed.iter().flat_map(|case| &case.operations);
        let operations = operations.filter(|(_, status)| **status == Status::Pass).map(|(operation, _)| *operation);
        let ops: Vec<_> = operations.collect::<BTreeSet<_>>().into_iter().collect();
        let version = |case: &&Case| case.id.strip_prefix('v')?.split('/').next()?.parse().ok();
        let formats: Vec<u32> = passed.iter().filter_map(version).collect::<BTreeSet<_>>().into_iter().collect();
        if formats.is_empty() || ops.is_empty() {
            return Err(NoClaim::Nothing);
        }
        let mut claim = Self {
            text: String::new(),
            formats,
            ops,
            errors: report.testee.errors,
            files: Share::of(report.total.files),
            derived: Share::of(report.total.derived),
            depth: options.depth.clone(),
            corpus: report.suite.corpus.clone(),
        };
        claim.text = claim.in_words(report.skipped.get(&Skip::Line).copied().unwrap_or_default());
        Ok(claim)
    }

    /// Describes what the implementation supports: `reads versions 1 to 3, checks, writes`.
    pub fn abilities(&self) -> String {
        // An implementation that decodes or checks a file also reads its version.
        let is_implied = self.ops.contains(&Operation::Decode) || self.ops.contains(&Operation::Check);
        let said = self.ops.iter().filter(|operation| **operation != Operation::Identify || !is_implied);
        let mut versions = Some(versions(&self.formats));
        let words = said.map(|operation| match (operation, verb(*operation)) {
            // Packs have no version of the format.
            (Operation::OpenPack, verb) => verb.to_owned(),
            (_, verb) => versions.take().map_or_else(|| verb.to_owned(), |versions| format!("{verb} {versions}")),
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// Returns the number of cases that failed as expected.
    pub const fn known_failures(&self) -> usize {
        self.files.total - self.files.passed + self.derived.total - self.derived.passed
    }

    fn in_words(&self, too_long: usize) -> String {
        let mut parts = vec![self.abilities()];
        if !self.errors {
            parts.push("error classes not compared".into());
        }
        let files = count(self.files.total, "file case", "file cases");
        let mut cases = format!("{} of {files}", thousands(self.files.passed));
        let Share { passed, total } = self.derived;
        if total > 0 {
            let some = if passed < total { format!("{} of ", thousands(passed)) } else { String::new() };
            cases = format!("{cases} and {some}{}", count(total, "derived case", "derived cases"));
        }
        parts.push(format!("{cases} at depth {}", self.depth));
        if too_long > 0 {
            parts.push(format!(
                "{} not sent: longer than the testee's max_line",
                count(too_long, "question", "questions")
            ));
        }
        parts.push(format!("corpus sha256:{}", self.corpus));
        parts.join("; ")
    }
}

impl Share {
    const fn of(tally: Tally) -> Self {
        Self { passed: tally.pass, total: tally.total() - tally.skip }
    }
}

/// Returns the last line of a run: its claim, or the reason why it has none. `report` may be `None` only if the run
/// failed.
pub fn line(report: Option<&Document>) -> String {
    match report.map_or(Err(NoClaim::Failed), Claim::of) {
        Ok(claim) => format!("claim: {}\n", claim.text),
        Err(why) => format!("{FAINT}no claim: {why}{FAINT:#}\n"),
    }
}

const fn verb(operation: Operation) -> &'static str {
    match operation {
        Operation::Identify => "identifies",
        Operation::Decode => "reads",
        Operation::Check => "checks",
        Operation::Encode => "writes",
        Operation::Match => "matches",
        Operation::OpenPack => "opens packs",
    }
}

/// Formats ascending versions: `version 2`, `versions 1 and 3`, `versions 1 to 3`.
fn versions(numbers: &[u32]) -> String {
    match numbers {
        [only] => format!("version {only}"),
        [first, .., last] if numbers.len() > 2 && numbers.is_sorted_by(|a, b| a + 1 == *b) => {
            format!("versions {first} to {last}")
        }
        [before @ .., last] => {
            let before: Vec<_> = before.iter().map(ToString::to_string).collect();
            format!("versions {} and {last}", before.join(", "))
        }
        [] => "no version".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(formats: &[u32], ops: &[Operation]) -> Claim {
        let share = Share { passed: 2, total: 2 };
        Claim {
            text: String::new(),
            formats: formats.into(),
            ops: ops.into(),
            errors: true,
            files: share,
            derived: share,
            depth: "standard".into(),
            corpus: "0a".into(),
        }
    }

    #[test]
    fn abilities_name_the_versions_once() {
        use Operation::{Check, Decode, Encode, Identify, OpenPack};
        let words = |formats: &[u32], ops: &[Operation]| claim(formats, ops).abilities();
        assert_eq!(words(&[1, 2, 3], &Operation::ALL), "reads versions 1 to 3, checks, writes, matches, opens packs");
        assert_eq!(words(&[1, 2], &[Identify, Check]), "checks versions 1 and 2");
        assert_eq!(words(&[1, 3, 4], &[Decode]), "reads versions 1, 3 and 4");
        assert_eq!(words(&[2], &[Identify, Encode]), "identifies version 2, writes");
        assert_eq!(words(&[4], &[OpenPack, Decode]), "opens packs, reads version 4");
    }

    #[test]
    fn what_was_not_compared_or_not_asked_is_in_the_claim() {
        let mut claim = claim(&[1], &[Operation::Decode]);
        claim.errors = false;
        claim.derived = Share { passed: 1, total: 1 };
        let text = "reads version 1; error classes not compared; 2 of 2 file cases and 1 derived case at depth \
            standard; 3 questions not sent: longer than the testee's max_line; corpus sha256:0a";
        assert_eq!(claim.in_words(3), text);
    }

    #[test]
    fn known_failures_are_in_the_claim() {
        let mut claim = claim(&[1], &[Operation::Decode]);
        claim.files.passed = 1;
        claim.derived = Share { passed: 1_000, total: 1_234 };
        assert_eq!(claim.known_failures(), 235);
        let text =
            "reads version 1; 1 of 2 file cases and 1,000 of 1,234 derived cases at depth standard; corpus sha256:0a";
        assert_eq!(claim.in_words(0), text);
    }
}
