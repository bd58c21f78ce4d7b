//! The report as an HTML page: one file without external resources. For one report, it shows the run. For several
//! reports, it compares the implementations.
//!
//! Passes are counted and failures are listed, up to [`LISTED`] in a section. So the page stays small even if every
//! case of a run fails.

mod bytes;
mod failure;
mod matrix;

use std::collections::HashSet;

use askama::Template;

use super::cause::{self, Cause, Symptom};
use super::document::Document;
use super::{CaseOutcome, Tally};
use crate::corpus::Corpus;
use crate::cost;
use crate::status::Status;
use crate::text::{count, thousands};
use bytes::Kind;
use failure::Failure;
use matrix::Matrix;

/// The maximum number of cases that are listed for a section.
pub const LISTED: usize = 20;

/// The maximum number of cases that are listed on the page, apart from examples of causes. The sections with failures share
/// it equally.
const LISTED_IN_ALL: usize = 1000;

/// The maximum number of causes that are shown. Each has an example among the listed cases, even if all causes are of
/// one section.
const CAUSES: usize = LISTED;

/// Returns the page of `reports`, which all are about `corpus`.
pub fn render(reports: &[&Document], corpus: &Corpus) -> String {
    // Writing to a string cannot fail, and nothing else in the template can fail.
    let mut text = Page::of(reports, corpus).render().unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    title: String,
    style: &'static str,
    script: &'static str,
    testees: Vec<Tested>,
    /// The result at the top of the page and the bar below it. `None` if the page compares several runs.
    verdict: Option<Headline>,
    notes: Vec<Note>,
    /// The failures by cause. Only for a single run.
    causes: Vec<Cause>,
    /// The number of causes that are not shown, if any.
    more_causes: Option<String>,
    matrix: Matrix,
    failures: Vec<Failure>,
    left_out: Vec<(String, String)>,
    /// The choices of the two filters, which are sections and statuses. Each choice has its number of cases.
    sections: Vec<(String, usize)>,
    statuses: Vec<(&'static str, usize)>,
    facts: Vec<(&'static str, String)>,
}

/// An implementation, as the page shows it.
struct Tested {
    name: String,
    version: String,
    language: String,
    offers: String,
}

/// The result of a run, as a sentence and in parts.
struct Headline {
    class: &'static str,
    sentence: String,
    parts: Vec<Part>,
}

/// A part of the bar: the cases with one outcome.
struct Part {
    class: &'static str,
    label: &'static str,
    number: usize,
    shown: String,
}

/// A note that is not the failure of a case, such as a warning.
struct Note {
    class: &'static str,
    label: &'static str,
    text: String,
}

impl Page {
    fn of(reports: &[&Document], corpus: &Corpus) -> Self {
        let single = match reports {
            [report] => Some(*report),
            _ => None,
        };
        let mut causes = single.map(causes).unwrap_or_default();
        let more_causes = (causes.len() > CAUSES).then(|| count(causes.len() - CAUSES, "cause", "causes"));
        causes.truncate(CAUSES);
        let examples = causes.iter().filter_map(|cause| cause.cases.first()).map(String::as_str).collect();
        let (failures, left_out) = failure::of(reports, corpus, &examples);
        let count_of = |is: &dyn Fn(&Failure) -> bool| failures.iter().filter(|failure| is(failure)).count();
        let mut sections: Vec<(String, usize)> = Vec::new();
        for failure in &failures {
            match sections.iter_mut().find(|(section, _)| *section == failure.section) {
                Some((_, number)) => *number += 1,
                None => sections.push((failure.section.clone(), 1)),
            }
        }
        sections.sort();
        let statuses = Status::ALL.into_iter().filter(|status| status.is_failure()).map(Status::name);
        let statuses = statuses.chain([failure::EXPECTED]);
        let statuses = statuses.map(|status| (status, count_of(&|failure| failure.statuses.contains(&status))));
        let names: Vec<_> = reports.iter().map(|report| report.testee.name.as_str()).collect();
        Self {
            title: format!("{} – BMES conformance", names.join(", ")),
            style: include_str!("../../templates/page.css"),
            script: include_str!("../../templates/page.js"),
            testees: reports.iter().map(|report| tested(report)).collect(),
            verdict: single.map(verdict),
            notes: reports.iter().flat_map(|report| notes(report, single.is_none())).collect(),
            causes,
            more_causes,
            matrix: Matrix::of(reports),
            sections,
            statuses: statuses.filter(|(_, number)| *number > 0).collect(),
            left_out: left_out.into_iter().map(|(section, number)| (section, thousands(number))).collect(),
            failures,
            facts: facts(reports),
        }
    }

    /// Returns whether the page compares implementations.
    fn compares(&self) -> bool {
        self.testees.len() > 1
    }
}

fn tested(report: &Document) -> Tested {
    let testee = &report.testee;
    let formats: Vec<_> = testee.formats.iter().map(ToString::to_string).collect();
    let operations: Vec<_> = testee.ops.iter().map(|operation| operation.name()).collect();
    let classes = if testee.errors { "" } else { "; error classes not compared" };
    let noun = if formats.len() == 1 { "format version" } else { "format versions" };
    Tested {
        name: testee.name.clone(),
        version: testee.version.clone(),
        language: testee.language.clone(),
        offers: format!("{noun} {}; {}{classes}", formats.join(", "), operations.join(", ")),
    }
}

fn verdict(report: &Document) -> Headline {
    let Tally { pass, fail, expected, skip, not_run } = report.total.all();
    let total = report.total.all().total();
    let cases = count(total, "case", "cases");
    let (class, sentence) = if fail > 0 {
        let not_run = if not_run > 0 { format!(", {} not run", thousands(not_run)) } else { String::new() };
        ("bad", format!("{} of {cases} failed{not_run}", thousands(fail)))
    } else if report.costs.iter().any(|cost| cost.is_failure(report.options.strict_cost)) {
        ("bad", format!("The cost grows too fast; {} of {cases} passed", thousands(pass)))
    } else if report.ended.is_some() {
        ("bad", format!("The run ended after {} of {cases}", thousands(total - not_run)))
    } else if !report.stale.is_empty() {
        (
            "known",
            format!("{} did not occur as expected", count(report.stale.len(), "expected failure", "expected failures")),
        )
    } else if pass == 0 {
        ("none", format!("None of {cases} ran"))
    } else if expected > 0 {
        ("good", format!("As expected: {} of {cases} failed", thousands(expected)))
    } else if skip > 0 {
        ("good", format!("{} of {cases} passed, none failed, {} skipped", thousands(pass), thousands(skip)))
    } else {
        ("good", format!("All of {cases} passed"))
    };
    let part = |class, label, number| Part { class, label, number, shown: thousands(number) };
    let parts = [
        part("good", "passed", pass),
        part("known", "failed as expected", expected),
        part("bad", "failed", fail),
        part("none", "skipped", skip),
        part("none", "not run", not_run),
    ];
    Headline { class, sentence, parts: parts.into_iter().filter(|part| part.number > 0).collect() }
}

fn notes(report: &Document, named: bool) -> Vec<Note> {
    let who = if named { format!("{}: ", report.testee.name) } else { String::new() };
    let note = |class, label, text: String| Note { class, label, text: format!("{who}{text}") };
    let ended = report.ended.iter().map(|why| note("bad", "ended early", why.clone()));
    let stale = report
        .stale
        .iter()
        .map(|stale| note("known", "stale", format!("{}: expected {}, got {}", stale.id, stale.expected, stale.got)));
    let costs = report.costs.iter().filter(|cost| cost.outcome != cost::CostOutcome::Pass).map(|cost| {
        let class = if cost.is_failure(report.options.strict_cost) { "bad" } else { "none" };
        note(class, "cost", format!("{} of {}: {}", cost.operation, cost.id, cost.detail))
    });
    let warnings = report.warnings.iter().map(|warning| note("none", "warning", warning.clone()));
    ended.chain(stale).chain(costs).chain(warnings).collect()
}

/// Returns the causes of the failures that were not expected.
fn causes(report: &Document) -> Vec<Cause> {
    let expected: HashSet<_> =
        report.cases.iter().filter(|case| case.outcome == CaseOutcome::Expected).map(|case| case.id.as_str()).collect();
    let failures = report.failures.iter().filter(|failed| !expected.contains(failed.id.as_str()));
    cause::all(
        failures.map(|failed| Symptom::of(&failed.id, failed.operation, failed.clause.as_ref(), &failed.symptom)),
    )
}

/// Returns the information that is necessary to repeat the run.
fn facts(reports: &[&Document]) -> Vec<(&'static str, String)> {
    let Some(first) = reports.first() else {
        return Vec::new();
    };
    let Document { suite, options, .. } = first;
    let mut facts = vec![
        ("suite", format!("{}, {}", suite.version, count(suite.file_cases, "file case", "file cases"))),
        ("corpus", suite.corpus.chars().take(16).collect()),
        ("depth", options.depth.clone()),
    ];
    facts.extend(options.filter.clone().map(|filter| ("filter", filter)));
    facts.extend(options.clause.clone().map(|clause| ("clause", clause)));
    facts.extend(options.format_version.map(|version| ("format version", version.to_string())));
    facts.extend(options.shard.map(|shard| ("shard", shard.to_string())));
    if let [report] = reports {
        facts.push(("seed", options.seed.to_string()));
        facts.push(("time", format!("{:.1} s", report.elapsed_seconds)));
        facts.extend(report.testee.command.clone().map(|command| ("testee", command)));
        let statuses = report.statuses.iter().map(|(status, number)| format!("{} {status}", thousands(*number)));
        facts.push(("answers", statuses.collect::<Vec<_>>().join(", ")));
    }
    facts
}

/// Returns whether the page lists cases with this outcome.
const fn is_listed(outcome: CaseOutcome) -> bool {
    matches!(outcome, CaseOutcome::Fail | CaseOutcome::Expected)
}
