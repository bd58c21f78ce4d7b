//! The report as JSON: everything of the run, for programs. Its schema is `corpus/schema/report.schema.json`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Context, Outcome, Summary, Tallies, explain};
use crate::judge::Difference;
use crate::plan::Prepared;
use crate::protocol::Operation;
use crate::run::{CaseResult, Options, Report, Verdict};
use crate::select::Filter;
use crate::testee::{Memory, Target};

/// The version of the report's shape.
const REPORT: u32 = 1;

/// The report, as one JSON document that ends with a line feed.
pub fn render(report: &Report, summary: &Summary, options: &Options, context: Context<'_>) -> String {
    let document = document(report, summary, options, context);
    // Strings, numbers and lists into a string: nothing here can fail.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn document<'a>(report: &'a Report, summary: &'a Summary, options: &'a Options, context: Context<'a>) -> Document<'a> {
    let info = &report.info;
    Document {
        report: REPORT,
        suite: Suite { version: env!("CARGO_PKG_VERSION"), file_cases: context.corpus.cases().len() },
        testee: Testee {
            name: &info.name,
            version: &info.version,
            language: &info.language,
            formats: &info.formats,
            ops: info.operations.iter().map(|operation| operation.name()).collect(),
            errors: info.errors,
            mode: match context.target {
                Target::Embedded(_) => "embedded",
                Target::Process(_) => "process",
                Target::OneShot(_) => "one-shot",
            },
            command: context.target.command().map(ToString::to_string),
        },
        options: Chosen {
            depth: options.selection.depth.name(),
            seed: options.selection.seed,
            filter: options.selection.filter.as_ref().map(Filter::pattern),
            format_version: options.selection.format_version,
            jobs: options.jobs,
            timeout_seconds: options.timeout.as_secs_f64(),
        },
        success: report.is_success(),
        elapsed_seconds: report.elapsed.as_secs_f64(),
        restarts: report.restarts,
        memory: match report.memory {
            Memory::Enforced => "enforced",
            Memory::Unenforced(_) => "unenforced",
        },
        ended: report.ended.as_ref().map(ToString::to_string),
        warnings: &report.warnings,
        total: summary.total,
        statuses: &summary.statuses,
        sections: summary.sections.iter().map(|(section, tallies)| Section { section, tallies: *tallies }).collect(),
        cases: report.results.iter().filter(|result| is_listed(result)).map(|result| case(result, context)).collect(),
        failures: report
            .results
            .iter()
            .flat_map(|result| {
                Operation::ALL.into_iter().zip(&result.verdicts).filter_map(move |(operation, verdict)| match verdict {
                    Verdict::Fail(failure) => Some((result, operation, &**failure)),
                    _ => None,
                })
            })
            .map(|(result, operation, failure)| {
                let id = result.work.id(context.corpus);
                Failed {
                    title: explain::title(result.work, context),
                    operation: operation.name(),
                    status: failure.status.name(),
                    expected: &failure.expected,
                    got: &failure.got,
                    differences: failure.differences.iter().map(Differs::from).collect(),
                    offset: failure.offset,
                    clauses: Prepared::new(context.corpus, result.work).clauses(),
                    stderr: &failure.stderr,
                    reproduce: context.reproduction(&id),
                    id,
                }
            })
            .collect(),
    }
}

/// Every file case, and the derived ones that did not pass: the others are many, and counted.
fn is_listed(result: &CaseResult) -> bool {
    result.work.change.is_none() || matches!(Outcome::of(result), Outcome::Fail)
}

fn case(result: &CaseResult, context: Context<'_>) -> Case {
    let statuses = Operation::ALL.into_iter().zip(&result.verdicts);
    Case {
        id: result.work.id(context.corpus),
        outcome: Outcome::of(result),
        operations: statuses
            .filter_map(|(operation, verdict)| Some((operation.name(), verdict.status()?.name())))
            .collect(),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    report: u32,
    suite: Suite,
    testee: Testee<'a>,
    options: Chosen<'a>,
    success: bool,
    elapsed_seconds: f64,
    restarts: usize,
    memory: &'static str,
    ended: Option<String>,
    warnings: &'a [String],
    total: Tallies,
    statuses: &'a BTreeMap<&'static str, usize>,
    sections: Vec<Section<'a>>,
    cases: Vec<Case>,
    failures: Vec<Failed<'a>>,
}

#[derive(Serialize)]
struct Suite {
    version: &'static str,
    file_cases: usize,
}

#[derive(Serialize)]
struct Testee<'a> {
    name: &'a str,
    version: &'a str,
    language: &'a str,
    formats: &'a [u32],
    ops: Vec<&'static str>,
    errors: bool,
    mode: &'static str,
    command: Option<String>,
}

#[derive(Serialize)]
struct Chosen<'a> {
    depth: &'static str,
    seed: u64,
    filter: Option<&'a str>,
    format_version: Option<u32>,
    jobs: usize,
    timeout_seconds: f64,
}

#[derive(Serialize)]
struct Section<'a> {
    section: &'a str,
    #[serde(flatten)]
    tallies: Tallies,
}

#[derive(Serialize)]
struct Case {
    id: String,
    outcome: Outcome,
    operations: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
struct Failed<'a> {
    id: String,
    title: String,
    operation: &'static str,
    status: &'static str,
    expected: &'a str,
    got: &'a str,
    differences: Vec<Differs<'a>>,
    offset: Option<usize>,
    clauses: Vec<String>,
    stderr: &'a str,
    reproduce: String,
}

#[derive(Serialize)]
struct Differs<'a> {
    path: &'a str,
    expected: &'a str,
    got: &'a str,
}

impl<'a> From<&'a Difference> for Differs<'a> {
    fn from(difference: &'a Difference) -> Self {
        Self { path: &difference.path, expected: &difference.expected, got: &difference.got }
    }
}
