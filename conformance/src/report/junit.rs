//! The report as JUnit's XML, in the form that Jenkins, GitLab and the GitHub actions for JUnit read. It has a suite
//! for each section, and a test for each case that the JSON report lists. The derived cases that pass are too many to
//! be tests, so a property of the suite has their number.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use askama::Template;

use super::document::{Case, Document, Failed};
use super::{CaseOutcome, Tally};
use crate::cost::{self, Cost};
use crate::plan::section;

/// Returns the report's XML.
pub fn render(report: &Document) -> String {
    // Writing to a string cannot fail, and nothing else in the template can fail.
    let mut text = Suites::of(report).render().unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Template)]
#[template(path = "junit.xml", escape = "html")]
struct Suites {
    name: String,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    time: String,
    sections: Vec<Suite>,
}

struct Suite {
    name: String,
    failures: usize,
    errors: usize,
    skipped: usize,
    derived: Option<Tally>,
    cases: Vec<Test>,
}

struct Test {
    class: String,
    name: String,
    result: TestResult,
}

enum TestResult {
    Pass,
    /// The case was skipped, expected to fail, or not run. The text is the reason.
    Skipped(String),
    /// A problem that is not the failure of a case.
    Error(String),
    Failure {
        status: String,
        message: String,
        text: String,
    },
}

impl Suites {
    fn of(report: &Document) -> Self {
        let testee = &report.testee;
        let mut failed: BTreeMap<&str, Vec<&Failed>> = BTreeMap::new();
        for failure in &report.failures {
            failed.entry(&failure.id).or_default().push(failure);
        }
        let mut suites: Vec<_> = report
            .sections
            .iter()
            .map(|section| {
                let cases = report.cases.iter().filter(|case| case.section() == section.section);
                let tests = cases.map(|case| test(case, failed.get(case.id.as_str()).map_or(&[], Vec::as_slice)));
                Suite::new(&section.section, Some(section.tallies.derived), tests.collect())
            })
            .collect();
        let costs = costs(report);
        if !costs.is_empty() {
            suites.push(Suite::new("cost", None, costs));
        }
        let of_the_run = of_the_run(report);
        if !of_the_run.is_empty() {
            suites.push(Suite::new("run", None, of_the_run));
        }
        let sum = |number: fn(&Suite) -> usize| suites.iter().map(number).sum();
        Self {
            name: xml(&format!("BMES: {} {} ({})", testee.name, testee.version, testee.language)),
            tests: sum(|suite| suite.cases.len()),
            failures: sum(|suite| suite.failures),
            errors: sum(|suite| suite.errors),
            skipped: sum(|suite| suite.skipped),
            time: format!("{:.3}", report.elapsed_seconds),
            sections: suites,
        }
    }
}

impl Suite {
    fn new(name: &str, derived: Option<Tally>, cases: Vec<Test>) -> Self {
        let count = |is: fn(&TestResult) -> bool| cases.iter().filter(|case| is(&case.result)).count();
        Self {
            name: name.to_owned(),
            failures: count(|result| matches!(result, TestResult::Failure { .. })),
            errors: count(|result| matches!(result, TestResult::Error(_))),
            skipped: count(|result| matches!(result, TestResult::Skipped(_))),
            derived,
            cases,
        }
    }
}

fn test(case: &Case, failures: &[&Failed]) -> Test {
    let result = match (case.outcome, &case.excuse) {
        (CaseOutcome::Pass, _) => TestResult::Pass,
        (CaseOutcome::Skip, _) => TestResult::Skipped("not offered".into()),
        (CaseOutcome::NotRun, _) => TestResult::Skipped("the run ended before this case".into()),
        (CaseOutcome::Expected, Some(excuse)) => {
            TestResult::Skipped(xml(&format!("expected to fail: {} ({})", excuse.reason, excuse.link)))
        }
        (CaseOutcome::Fail | CaseOutcome::Expected, _) => failure(failures),
    };
    named(&case.id, result)
}

/// Returns a test for each cost measurement. A test passes if the measurement gives only advice.
fn costs(report: &Document) -> Vec<Test> {
    let test = |cost: &Cost| {
        let detail = xml(&cost.detail);
        let result = if cost.is_failure(report.options.strict_cost) {
            TestResult::Failure { status: "cost".into(), message: detail.clone(), text: detail }
        } else if cost.outcome == cost::CostOutcome::NotMeasured {
            TestResult::Skipped(detail)
        } else {
            TestResult::Pass
        };
        Test { class: "cost".into(), name: format!("{} of {}", cost.operation, cost.id), result }
    };
    report.costs.iter().map(test).collect()
}

/// Returns the tests for problems that belong to no case.
fn of_the_run(report: &Document) -> Vec<Test> {
    let ended = report.ended.iter().map(|why| Test {
        class: "run".into(),
        name: "reaches its last case".into(),
        result: TestResult::Error(xml(why)),
    });
    let stale = report.stale.iter().map(|stale| {
        let why = format!("expected: {}; got: {}", stale.expected, stale.got);
        Test {
            class: "run".into(),
            name: xml(&format!("expectation of {}", stale.id)),
            result: TestResult::Error(xml(&why)),
        }
    });
    ended.chain(stale).collect()
}

/// Creates the test of a case. Its class has dots in place of `/`, because Jenkins groups tests by the dots in their
/// classes.
fn named(id: &str, result: TestResult) -> Test {
    let section = section(id);
    let name = id.strip_prefix(section.as_str()).and_then(|rest| rest.strip_prefix('/')).unwrap_or(id);
    Test { class: xml(&section.replace('/', ".")), name: xml(name), result }
}

fn failure(failures: &[&Failed]) -> TestResult {
    let mut text = String::new();
    for failed in failures {
        let _ = writeln!(text, "{}: {}", failed.operation, failed.status);
        let _ = writeln!(text, "  expected  {}\n  got       {}", failed.expected, failed.got);
        for difference in &failed.differences {
            let _ = writeln!(text, "  {}", difference.path);
            let _ = writeln!(text, "    expected  {}\n    got       {}", difference.expected, difference.got);
        }
    }
    let Some(first) = failures.first() else {
        return TestResult::Failure { status: "fail".into(), message: String::new(), text };
    };
    for clause in &first.clauses {
        let _ = writeln!(text, "clause {clause}");
    }
    let stderr = failures.iter().map(|failed| failed.stderr.as_str()).find(|stderr| !stderr.is_empty());
    if let Some(stderr) = stderr {
        let _ = writeln!(text, "stderr\n{stderr}");
    }
    let _ = writeln!(text, "repeat: {}", first.reproduce);
    let message = format!("{}: {}: expected {}, got {}", first.title, first.operation, first.expected, first.got);
    TestResult::Failure { status: first.status.name().into(), message: xml(&message), text: xml(&text) }
}

/// Returns `text` with each character that XML forbids replaced by a visible escape such as `\u{1b}`. XML forbids these
/// characters even as `&#27;`.
fn xml(text: &str) -> String {
    let mut fit = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' | '\n' => fit.push(character),
            '\u{fffe}' | '\u{ffff}' => fit.extend(character.escape_unicode()),
            _ if character.is_control() => fit.extend(character.escape_unicode()),
            _ => fit.push(character),
        }
    }
    fit
}
