//! The report as JSON. It holds all results of a run, for programs, and all other reports are made from it. Its
//! schema is `corpus/schema/report.schema.json`.
//!
//! [`Document::of`] creates it from a run, and [`Document::parse`] from a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::claim::Claim;
use super::{CaseOutcome, Context, Summary, Tallies, explain};
use crate::corpus::Corpus;
use crate::cost::Cost;
use crate::derive::Change;
use crate::expectations::{Excuse, Stale};
use crate::judge::Difference;
use crate::plan::{Prepared, Skip, section};
use crate::protocol::{Info, Operation};
use crate::run::{CaseResult, Options, Report, Verdict};
use crate::select::Shard;
use crate::status::Status;
use crate::testee::{Command, Memory, Target};

/// The version of the form of the report.
pub const REPORT: u32 = 1;

/// A run in the form of the JSON report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the schema describes them")]
pub struct Document {
    pub report: u32,
    pub suite: Suite,
    pub testee: Tested,
    pub options: Chosen,
    pub success: bool,
    pub complete: bool,
    pub claim: Option<Claim>,
    pub elapsed_seconds: f64,
    pub restarts: usize,
    pub memory: Limit,
    pub ended: Option<String>,
    pub warnings: Vec<String>,
    pub stale: Vec<Stale>,
    pub total: Tallies,
    pub statuses: BTreeMap<Status, usize>,
    pub skipped: BTreeMap<Skip, usize>,
    pub costs: Vec<Cost>,
    pub sections: Vec<Section>,
    pub cases: Vec<Case>,
    pub failures: Vec<Failed>,
}

/// The runner and the corpus of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// The version of the runner.
    pub version: String,
    /// The digest of the corpus, [`Corpus::digest`].
    pub corpus: String,
    /// The number of file cases in the corpus.
    pub file_cases: usize,
}

/// The testee: its answer to `hello`, and the way it was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "as in `Info`")]
pub struct Tested {
    pub name: String,
    pub version: String,
    pub language: String,
    pub formats: Vec<u32>,
    pub ops: Vec<Operation>,
    pub errors: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_line: Option<usize>,
    pub mode: Mode,
    /// The command, unless the testee is in the runner's process.
    pub command: Option<String>,
}

impl Tested {
    /// Returns the answer to `hello`.
    pub fn info(&self) -> Info {
        Info {
            name: self.name.clone(),
            version: self.version.clone(),
            language: self.language.clone(),
            formats: self.formats.clone(),
            operations: self.ops.clone(),
            errors: self.errors,
            max_line: self.max_line,
        }
    }
}

/// The way the testee was run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "as in `Target`")]
pub enum Mode {
    Embedded,
    Process,
    OneShot,
}

/// The state of the memory limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "as in `Memory`")]
pub enum Limit {
    Enforced,
    Unenforced,
}

/// The options of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "as in `Options` and `Selection`")]
pub struct Chosen {
    pub depth: String,
    pub seed: u64,
    pub filter: Option<String>,
    pub clause: Option<String>,
    pub format_version: Option<u32>,
    pub shard: Option<Shard>,
    pub jobs: usize,
    pub timeout_seconds: f64,
    pub fail_fast: bool,
    pub strict_cost: bool,
    /// The class of each error name in the `--error-map` of the testee.
    pub error_map: Option<BTreeMap<String, String>>,
}

/// The results of a section in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The name of the section, such as `v1/imports`.
    pub section: String,
    /// The tallies of its cases.
    #[serde(flatten)]
    pub tallies: Tallies,
}

/// The result of a case. The report has every file case, and each derived case that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The case's id.
    pub id: String,
    /// The outcome of the case.
    pub outcome: CaseOutcome,
    /// The status of each operation.
    pub operations: BTreeMap<Operation, Status>,
    /// The reason why the case was expected to fail, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excuse: Option<Excuse>,
}

impl Case {
    /// Returns the part of the id before the case's own name.
    pub fn section(&self) -> String {
        section(&self.id)
    }
}

/// One operation that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "as in `Failure`")]
pub struct Failed {
    pub id: String,
    pub title: String,
    pub operation: Operation,
    pub status: Status,
    pub clause: Option<String>,
    pub symptom: String,
    pub expected: String,
    pub got: String,
    pub differences: Vec<Difference>,
    pub offset: Option<usize>,
    /// The file that `encode` returned, in hexadecimal digits.
    pub file: Option<String>,
    pub clauses: Vec<String>,
    pub stderr: String,
    pub reproduce: String,
}

impl Document {
    /// Creates the report of a run.
    pub fn of(report: &Report, summary: &Summary, options: &Options, context: Context<'_>) -> Self {
        let selection = &options.selection;
        let sections = summary.sections.iter();
        let mut document = Self {
            report: REPORT,
            suite: Suite::of(context.corpus),
            testee: tested(&report.info, context.target),
            options: Chosen {
                depth: selection.depth.name().into(),
                seed: selection.seed,
                filter: selection.filter.as_ref().map(|filter| filter.pattern().into()),
                clause: selection.clause.clone(),
                format_version: selection.format_version,
                shard: selection.shard,
                jobs: options.jobs,
                timeout_seconds: options.timeout.as_secs_f64(),
                fail_fast: options.fail_fast,
                strict_cost: report.strict_cost,
                error_map: context.target.command().and_then(Command::error_map).map(|map| map.to_classes()),
            },
            success: report.is_success(),
            complete: report.ended.is_none() && summary.total.all().not_run == 0,
            claim: None,
            elapsed_seconds: report.elapsed.as_secs_f64(),
            restarts: report.restarts,
            memory: match report.memory {
                Memory::Enforced => Limit::Enforced,
                Memory::Unenforced(_) => Limit::Unenforced,
            },
            ended: report.ended.as_ref().map(ToString::to_string),
            warnings: report.warnings.clone(),
            stale: report.stale.clone(),
            total: summary.total,
            statuses: summary.statuses.clone(),
            skipped: summary.skipped.clone(),
            costs: report.costs.clone(),
            sections: sections
                .map(|(section, tallies)| Section { section: section.clone(), tallies: *tallies })
                .collect(),
            cases: report
                .results
                .iter()
                .filter(|result| is_listed(result))
                .map(|result| case(result, context))
                .collect(),
            failures: report.results.iter().flat_map(|result| failures(result, context)).collect(),
        };
        document.sort();
        document.claim = Claim::of(&document).ok();
        document
    }

    /// Sorts the cases, so that their order does not depend on the run: file cases first, then derived cases, each by
    /// id.
    pub(super) fn sort(&mut self) {
        let key = |id: &str| (id.contains('#'), id.to_owned());
        self.cases.sort_by_cached_key(|case| key(&case.id));
        self.failures.sort_by_cached_key(|failed| (key(&failed.id), failed.operation));
        self.costs.sort_by(|a, b| (&a.id, a.operation).cmp(&(&b.id, b.operation)));
        self.stale.sort_by_cached_key(|stale| key(&stale.id));
    }

    /// Parses a report. The error is one line.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Shape {
            report: u32,
        }
        // The first step checks the version of the report, because the rest of a report of another version can have
        // any shape.
        match serde_json::from_slice::<Shape>(text) {
            Ok(Shape { report: REPORT }) => {}
            Ok(Shape { report }) => {
                return Err(format!("the report has version {report}, but this runner reads version {REPORT}"));
            }
            Err(error) => return Err(format!("not a report of bmes-conformance: {error}")),
        }
        serde_json::from_slice(text).map_err(|error| format!("not a report of bmes-conformance: {error}"))
    }

    /// Returns the report's JSON, which ends with a line feed.
    pub fn to_json(&self) -> String {
        // This writes strings, numbers and lists to a string, which cannot fail.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Suite {
    /// Returns the version of this runner, and the digest and the size of `corpus`.
    pub fn of(corpus: &Corpus) -> Self {
        Self { version: env!("CARGO_PKG_VERSION").into(), corpus: corpus.digest(), file_cases: corpus.cases().len() }
    }
}

fn tested(info: &Info, target: Target<'_>) -> Tested {
    Tested {
        name: info.name.clone(),
        version: info.version.clone(),
        language: info.language.clone(),
        formats: info.formats.clone(),
        ops: info.operations.clone(),
        errors: info.errors,
        max_line: info.max_line,
        mode: match target {
            Target::Embedded(_) => Mode::Embedded,
            Target::Process(_) => Mode::Process,
            Target::OneShot(_) => Mode::OneShot,
        },
        command: target.command().map(ToString::to_string),
    }
}

/// Returns true if the report lists the case. It lists every file case, every case of `other-version`, and each derived
/// case that failed. It only counts the other derived cases, because there are very many.
fn is_listed(result: &CaseResult) -> bool {
    matches!(result.work.change, None | Some(Change::OtherVersion))
        || matches!(CaseOutcome::of(result), CaseOutcome::Fail | CaseOutcome::Expected)
}

fn case(result: &CaseResult, context: Context<'_>) -> Case {
    let statuses = Operation::ALL.into_iter().zip(&result.verdicts);
    Case {
        id: result.work.id(context.corpus),
        outcome: CaseOutcome::of(result),
        operations: statuses.filter_map(|(operation, verdict)| Some((operation, verdict.status()?))).collect(),
        excuse: result.excuse.as_deref().cloned(),
    }
}

fn failures(result: &CaseResult, context: Context<'_>) -> Vec<Failed> {
    if !result.verdicts.iter().any(|verdict| matches!(verdict, Verdict::Fail(_))) {
        return Vec::new();
    }
    let id = result.work.id(context.corpus);
    let clauses = Prepared::new(context.corpus, result.work).clauses();
    let failed = result.failures().map(|(operation, failure)| Failed {
        id: id.clone(),
        title: explain::title(result.work, context),
        operation,
        status: failure.status,
        clause: failure.clause.clone(),
        symptom: failure.symptom.clone(),
        expected: failure.expected.clone(),
        got: failure.got.clone(),
        differences: failure.differences.clone(),
        offset: failure.offset,
        file: failure.file.as_ref().map(hex::encode),
        clauses: explain::in_order_of(failure.clause.as_deref(), &clauses),
        stderr: failure.stderr.clone(),
        reproduce: context.reproduction(&id, [operation]),
    });
    failed.collect()
}
