//! Tests the counts of a run: versions that a testee does not offer, requests that are too long for a testee, and the cost of
//! its answers. `hostile/costly.py` has the testees: each is the testee of `testees/python` with one change.

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use support::{folder, stderr, stdout};

struct Run {
    output: Output,
    report: Value,
}

impl Run {
    fn status(&self) -> Option<i32> {
        self.output.status.code()
    }

    fn section(&self, name: &str) -> [u64; 3] {
        let sections = self.report["sections"].as_array().unwrap();
        let section = sections.iter().find(|section| section["section"] == name);
        let section = section.unwrap_or_else(|| panic!("no section {name}\n{}", stdout(&self.output)));
        ["pass", "fail", "skip"].map(|outcome| {
            ["files", "derived"].iter().map(|kind| section[kind][outcome].as_u64().unwrap()).sum::<u64>()
        })
    }

    fn costs(&self, outcome: &str) -> Vec<String> {
        let costs = self.report["costs"].as_array().unwrap().iter().filter(|cost| cost["outcome"] == outcome);
        costs.map(|cost| format!("{} {}", cost["operation"].as_str().unwrap(), cost["id"].as_str().unwrap())).collect()
    }
}

/// Runs the standard corpus against a testee of `costly.py`.
fn run(name: &str, options: &[&str]) -> Run {
    let report = folder(&format!("accounting-{name}{}", options.len())).join("report.json");
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/costly.py");
    let output = Command::new(env!("CARGO_BIN_EXE_bmes-conformance"))
        .args(["--testee", &shell_words::join(["python3", "-B", program.to_str().unwrap(), name])])
        .args(["--depth", "quick", "--seed", "1", "--timeout", "30", "--color", "never"])
        .args(options)
        .arg("--report")
        .arg(format!("json={}", report.display()))
        .output()
        .unwrap();
    let report = fs::read(&report).map_or(Value::Null, |json| serde_json::from_slice(&json).unwrap());
    Run { output, report }
}

#[test]
fn a_testee_that_offers_no_known_version_is_unusable() {
    let run = run("format-7", &[]);
    assert_eq!(run.status(), Some(3));
    assert!(stderr(&run.output).contains("offers only versions of the format that this suite does not support: 7"));
}

#[test]
fn cases_of_a_version_that_is_not_offered_are_skipped() {
    let run = run("format-1", &["--filter", "v*/requests/*"]);
    assert_eq!(run.status(), Some(0), "{}", stdout(&run.output));
    let [pass, fail, skip] = run.section("v1/requests");
    assert!(pass > 0 && fail == 0 && skip == 0);
    let [pass, fail, skip] = run.section("v2/requests");
    assert!(pass == 0 && fail == 0 && skip > 0);
    assert!(stdout(&run.output).contains(" skipped"), "{}", stdout(&run.output));
}

#[test]
fn that_another_version_is_rejected_is_checked_once_per_version() {
    let run = run("format-1", &["--filter", "v*#other-version"]);
    assert_eq!((run.section("v2/other-version"), run.section("v3/other-version")), ([1, 0, 0], [1, 0, 0]));
    assert_eq!(run.section("v4/other-version"), [1, 0, 0]);
    assert_eq!(run.report["statuses"]["pass"], 12);
}

#[test]
fn a_testee_that_reads_versions_that_it_does_not_offer_fails() {
    let run = run("believes-any-version", &["--filter", "v*#other-version"]);
    assert_eq!(run.status(), Some(1));
    assert_eq!((run.section("v2/other-version"), run.section("v3/other-version")), ([0, 1, 0], [0, 1, 0]));
}

#[test]
fn a_request_that_is_longer_than_max_line_is_skipped() {
    let run = run("max-line", &["--filter", "v1/imports/*"]);
    assert_eq!(run.status(), Some(0), "{}", stdout(&run.output));
    assert!(run.report["skipped"]["line"].as_u64() > Some(0), "{}", stdout(&run.output));
    assert!(run.section("v1/imports")[0] > 0);
}

#[test]
fn a_testee_that_reads_half_of_an_escape_fails() {
    let run = run("two-halves", &["--filter", "v1/*", "--fail-fast"]);
    assert_eq!(run.status(), Some(1), "{}", stdout(&run.output));
}

#[test]
fn the_run_ends_at_the_first_failure_with_fail_fast() {
    let run = run("believes-any-version", &["--fail-fast"]);
    assert_eq!((run.status(), run.costs("pass").len()), (Some(1), 0));
    assert!(run.report["total"]["files"]["not_run"].as_u64() > Some(100), "{}", stdout(&run.output));
}

#[test]
fn a_quadratic_check_is_advice() {
    let run = run("quadratic", &["--filter", "v3/cost/exports"]);
    let slow = ["check v3/cost/exports", "encode v3/cost/exports"];
    assert_eq!(run.costs("slow"), slow, "{}", stdout(&run.output));
    assert_eq!((run.status(), &run.report["success"]), (Some(0), &Value::Bool(true)));
    assert!(stdout(&run.output).contains("slow: check of v3/cost/exports: "), "{}", stdout(&run.output));
}

#[test]
fn a_quadratic_check_fails_with_strict_cost() {
    let run = run("quadratic", &["--filter", "v3/cost/exports", "--strict-cost"]);
    assert_eq!((run.status(), &run.report["success"]), (Some(1), &Value::Bool(false)));
}

#[cfg(target_os = "linux")]
#[test]
fn memory_for_a_count_that_the_file_has_no_room_for_fails() {
    let run = run("reserve", &["--filter", "v3/cost/*-count"]);
    assert_eq!(run.status(), Some(1), "{}", stdout(&run.output));
    assert_eq!(run.costs("fail").len(), 7, "{}", stdout(&run.output));
    assert!(stdout(&run.output).contains(" count 1,048,576 in a file of "), "{}", stdout(&run.output));
}
