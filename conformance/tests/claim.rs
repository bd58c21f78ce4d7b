//! Tests the results that a project can publish: the claim, in text and in JSON, and the badge.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{conformance, folder, stable, stderr, stdout};

/// A testee with two errors, one of them in derived cases.
const WRONG: &str = "if request['op'] == 'decode': answer = answer.replace(b'bad-type', b'bad-flag')";

struct Suite {
    folder: PathBuf,
    corpus: PathBuf,
}

struct Run {
    status: i32,
    out: String,
    report: Value,
    svg: String,
    badge: Value,
}

impl Run {
    /// Returns the line with the claim, or with the reason why there is none.
    fn line(&self) -> &str {
        self.out.lines().find(|line| line.contains("claim: ")).unwrap()
    }
}

impl Suite {
    fn new(name: &str) -> Self {
        let folder = folder(&format!("claim-{name}"));
        Self { corpus: support::corpus(&folder), folder }
    }

    fn run(&self, options: &[&str]) -> Run {
        self.command(&["--seed", "1", "--timeout", "60"], options)
    }

    fn command(&self, before: &[&str], options: &[&str]) -> Run {
        let path = |name: &str| self.folder.join(name);
        let reports = [("json", "report.json"), ("badge", "badge.svg"), ("badge", "badge.json")];
        let reports = reports.map(|(format, name)| format!("--report={format}={}", path(name).display()));
        let reports: Vec<_> = reports.iter().map(String::as_str).collect();
        let fixed = ["--corpus", self.corpus.to_str().unwrap()];
        let output = conformance(&[before, &fixed[..], options, &reports].concat());
        assert!([Some(0), Some(1)].contains(&output.status.code()), "{}", stderr(&output));
        let json = |name: &str| serde_json::from_slice(&fs::read(path(name)).unwrap()).unwrap();
        Run {
            status: output.status.code().unwrap(),
            out: stable(&stdout(&output), &self.folder),
            report: json("report.json"),
            svg: fs::read_to_string(path("badge.svg")).unwrap(),
            badge: json("badge.json"),
        }
    }
}

/// Returns `text` without the digest of the corpus: the tests' corpus may change.
fn without_digest(text: &str, run: &Run) -> String {
    text.replace(run.report["suite"]["corpus"].as_str().unwrap(), "DIGEST")
}

#[test]
fn a_complete_run_has_a_claim() {
    let run = Suite::new("complete").run(&[]);
    assert_eq!(run.status, 0);
    assert_eq!(run.report["claim"]["text"], run.line().strip_prefix("claim: ").unwrap());
    let claim = serde_json::to_string_pretty(&run.report["claim"]).unwrap();
    insta::assert_snapshot!(without_digest(&claim, &run));
}

#[test]
fn the_claim_is_about_what_the_testee_offers() {
    let suite = Suite::new("offers");
    let testee = support::testee(
        &suite.folder,
        "if request['op'] == 'hello': answer = answer.replace(b'\"identify\",\"decode\",\"check\",\"encode\"', b'\"check\"')",
    );
    let run = suite.run(&["--depth", "quick", "--testee", &testee]);
    let text = "claim: checks version 1; 4 of 4 file cases at depth quick; corpus sha256:DIGEST";
    assert_eq!(without_digest(run.line(), &run), text);
}

#[test]
fn a_run_with_fewer_cases_has_no_claim_and_says_why() {
    let suite = Suite::new("narrowed");
    for (options, why) in [
        (["--filter", "v1/record/*"], "no claim: --filter excluded cases"),
        (["--format-version", "1"], "no claim: --format-version excluded cases"),
        (["--shard", "1/1"], "no claim: --shard excluded cases"),
    ] {
        let run = suite.run(&options);
        assert_eq!((run.status, run.line()), (0, why));
        assert_eq!(run.report["claim"], Value::Null);
        assert_eq!((&run.badge["message"], &run.badge["color"]), (&json!("no claim"), &json!("lightgrey")));
    }
}

#[test]
fn a_failed_run_has_no_claim() {
    let suite = Suite::new("failed");
    let testee = support::testee(&suite.folder, WRONG);
    let run = suite.run(&["--depth", "quick", "--testee", &testee]);
    assert_eq!((run.status, run.line()), (1, "no claim: the run failed"));
    assert_eq!(run.report["claim"], Value::Null);
    let badge = json!({"schemaVersion": 1, "label": "BMES", "message": "1 of 4 cases failed", "color": "red"});
    assert_eq!(run.badge, badge);
}

#[test]
fn known_failures_are_in_the_claim_and_in_the_badge() {
    let suite = Suite::new("known");
    let testee = support::testee(&suite.folder, WRONG);
    let known = suite.folder.join("known.toml");
    let entry = "[[expected]]\nreason = \"r\"\nlink = \"https://example.com\"\nfails = { decode = \"wrong-answer\" }\n";
    fs::write(&known, format!("{entry}ids = [\"v1/imports/type-unknown\"]\n")).unwrap();
    let run = suite.run(&["--depth", "quick", "--testee", &testee, "--xfail", known.to_str().unwrap()]);
    assert_eq!(run.status, 0);
    let text = "claim: reads version 1, checks, writes; 3 of 4 file cases at depth quick; corpus sha256:DIGEST";
    assert_eq!(without_digest(run.line(), &run), text);
    assert_eq!(run.badge["message"], "reads version 1, checks, writes; 1 known failure");
    assert_eq!(run.badge["color"], "yellow");
}

#[test]
fn shards_together_have_the_claim_of_the_whole() {
    let suite = Suite::new("merged");
    let shard = |part: &str, name: &str| {
        let _ = suite.command(&["--shard", part, "--timeout", "60"], &[]);
        let path = suite.folder.join(name);
        fs::rename(suite.folder.join("report.json"), &path).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (one, two) = (shard("1/2", "1.json"), shard("2/2", "2.json"));
    let whole = suite.command(&["--seed", "0", "--timeout", "60"], &[]);
    let merged = suite.command(&["merge", &one, &two], &[]);
    assert_eq!(merged.line(), whole.line());
    assert_eq!(merged.report["claim"], whole.report["claim"]);
    assert_eq!((merged.svg, merged.badge), (whole.svg, whole.badge));
}

#[test]
fn the_badge_as_a_picture() {
    let run = Suite::new("svg").run(&["--depth", "quick"]);
    let document = roxmltree::Document::parse(&run.svg).unwrap();
    let title = document.root_element().first_element_child().unwrap();
    assert_eq!((title.tag_name().name(), title.text()), ("title", Some("BMES: reads version 1, checks, writes")));
    insta::assert_snapshot!(run.svg);
}

#[test]
fn a_badge_of_another_kind_is_wrong_usage() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("claim-badge.png");
    let output = conformance(&["--report", &format!("badge={}", path.display())]);
    assert_eq!(output.status.code(), Some(4));
    let expected = "expected badge=NAME.svg for a picture, or badge=NAME.json for a badge service";
    assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    assert!(!path.exists());
}
