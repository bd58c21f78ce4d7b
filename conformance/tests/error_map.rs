//! Tests a testee that has its own error names: `--error-map` maps them to error classes.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{conformance, folder, stable, stderr, stdout};

/// Changes error classes into names that are not classes of the specification. Without a map, no answer may have these names.
const OWN_NAMES: &str =
    "answer = answer.replace(b'\"truncated\"', b'\"io::UnexpectedEof\"').replace(b'\"bad-type\"', b'\"Bad Type\"')";

const MAP: &str = "\"io::UnexpectedEof\" = \"truncated\"\n\"Bad Type\" = \"bad-type\"\n";

struct Testee {
    folder: PathBuf,
    corpus: PathBuf,
    command: String,
}

impl Testee {
    fn new(name: &str, misbehaviour: &str) -> Self {
        let folder = folder(&format!("error-map-{name}"));
        Self { corpus: support::corpus(&folder), command: support::testee(&folder, misbehaviour), folder }
    }

    fn map(&self, text: &str) -> PathBuf {
        let path = self.folder.join("errors.toml");
        fs::write(&path, text).unwrap();
        path
    }

    /// Runs the file cases. Returns the exit status, standard output and standard error.
    fn run(&self, map: Option<&Path>, options: &[&str]) -> (i32, String, String) {
        let map = map.map(|map| ["--error-map", map.to_str().unwrap()]);
        let fixed = ["--corpus", self.corpus.to_str().unwrap(), "--testee", &self.command, "--timeout", "60"];
        let more = ["--depth", "quick", "--seed", "1"];
        let output = conformance(&[&fixed[..], &more, map.as_ref().map_or(&[][..], |map| map), options].concat());
        let text = |text: String| stable(&text, &self.folder);
        (output.status.code().unwrap(), text(stdout(&output)), text(stderr(&output)))
    }
}

#[test]
fn own_names_pass_with_a_map_and_fail_without() {
    let testee = Testee::new("passes", OWN_NAMES);
    let (status, out, _) = testee.run(None, &[]);
    assert_eq!(status, 1);
    assert!(out.contains("schema-violation") && out.contains("io::UnexpectedEof"), "{out}");
    let report = testee.folder.join("report.json");
    let map = testee.map(MAP);
    let (status, out, err) = testee.run(Some(&map), &["--report", &format!("json={}", report.display())]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(!out.contains("warning"), "{out}");
    let report: Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    assert_eq!(report["options"]["error_map"], json!({"Bad Type": "bad-type", "io::UnexpectedEof": "truncated"}));
}

#[test]
fn a_wrong_error_is_shown_with_its_own_name() {
    let testee = Testee::new("wrong", OWN_NAMES);
    let map = testee.map(&MAP.replace("\"bad-type\"", "\"bad-flag\""));
    let (status, out, _) = testee.run(Some(&map), &["--filter", "v1/imports/*"]);
    assert_eq!(status, 1);
    assert!(out.contains("got       err bad-flag at byte 16: Bad Type: "), "{out}");
    assert!(out.contains("--error-map FOLDER/errors.toml"), "the command that asks again has the map: {out}");
}

#[test]
fn a_name_that_the_map_lacks_stays_as_it_is() {
    let testee = Testee::new("lacks", OWN_NAMES);
    let map = testee.map("\"Bad Type\" = \"bad-type\"\n");
    let (status, out, _) = testee.run(Some(&map), &["--filter", "v1/header/*"]);
    assert_eq!(status, 1);
    assert!(out.contains("got       err io::UnexpectedEof at byte 24"), "{out}");
}

#[test]
fn a_name_that_no_answer_had_is_a_warning_unless_cases_were_left_out() {
    let testee = Testee::new("unseen", OWN_NAMES);
    let map = testee.map(&format!("{MAP}Eof = \"truncated\"\n"));
    let (status, out, _) = testee.run(Some(&map), &[]);
    assert_eq!(status, 0);
    assert!(out.contains("warning: no answer had these names of the error map: \"Eof\"\n"), "{out}");
    let (_, out, _) = testee.run(Some(&map), &["--filter", "v1/imports/*"]);
    assert!(!out.contains("warning"), "{out}");
}

#[test]
fn a_map_for_classes_that_are_not_compared_is_a_warning() {
    let testee = Testee::new(
        "not-compared",
        "if request['op'] == 'hello': answer = answer.replace(b'\"errors\":true', b'\"errors\":false')",
    );
    let map = testee.map(MAP);
    let (status, out, _) = testee.run(Some(&map), &[]);
    assert_eq!(status, 0);
    assert!(out.contains("warning: the error map has no effect"), "{out}");
}

#[test]
fn repro_maps_as_the_run_does() {
    let testee = Testee::new("repro", OWN_NAMES);
    let map = testee.map(MAP);
    let arguments = ["repro", "v1/header/short", "--corpus", testee.corpus.to_str().unwrap(), "--timeout", "60"];
    let words = shell_words::split(&testee.command).unwrap();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let run = |map: &[&str]| conformance(&[&arguments[..], map, &["--"], &words].concat());
    assert_eq!(run(&[]).status.code(), Some(1));
    let mapped = run(&["--error-map", map.to_str().unwrap()]);
    assert_eq!(mapped.status.code(), Some(0), "{}", stdout(&mapped));
}

#[test]
fn a_map_that_cannot_be_used_ends_the_run_before_it_begins() {
    let testee = Testee::new("unusable", OWN_NAMES);
    let map = testee.map("Eof = \"truncate\"\n");
    let none = testee.folder.join("none.toml");
    let mut messages = Vec::new();
    for map in [&map, &none] {
        let (status, out, err) = testee.run(Some(map), &[]);
        assert_eq!((status, out.as_str()), (4, ""));
        messages.push(err);
    }
    let output = conformance(&["--error-map", map.to_str().unwrap(), "--depth", "quick"]);
    assert_eq!(output.status.code(), Some(4));
    messages.push(stable(&stderr(&output), &testee.folder));
    insta::assert_snapshot!(messages.join("\n"));
}
