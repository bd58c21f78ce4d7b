//! What takes too much memory fails with `memory`, and what only looks like it does not. Linux only: elsewhere the runner says `unenforced`.

#![cfg(target_os = "linux")]

mod support;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

struct Run {
    exit: i32,
    report: Value,
    out: String,
}

impl Run {
    fn new(name: &str, testee: &str, options: &[&str]) -> Self {
        let folder = support::folder(&format!("memory-{name}"));
        let report = folder.join("report.json");
        let small = support::corpus(&folder);
        let corpus = if options.contains(&"--filter") { vec![] } else { vec!["--corpus", small.to_str().unwrap()] };
        let json = format!("json={}", report.display());
        let common = ["--testee", testee, "--depth", "quick", "--jobs", "1", "--seed", "7", "--timeout", "30"];
        let output = support::conformance(&[&common, &corpus[..], &["--report", &json], options].concat());
        let out = support::stdout(&output) + &support::stderr(&output);
        let report = fs::read(report).map_or(Value::Null, |report| serde_json::from_slice(&report).unwrap());
        Self { exit: output.status.code().unwrap(), report, out }
    }

    fn hostile(behaviour: &str) -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/hostile.py");
        Self::new(behaviour, &format!("python3 {} {behaviour}", shell_words::quote(program.to_str().unwrap())), &[])
    }

    /// Each failure: the case's id, the status, and what is said.
    fn failures(&self) -> Vec<[&str; 3]> {
        let failures = self.report["failures"].as_array().unwrap();
        failures.iter().map(|failure| ["id", "status", "got"].map(|key| failure[key].as_str().unwrap())).collect()
    }

    #[track_caller]
    fn fails_once_with(&self, starts: &str, ends: &str) {
        let failures = self.failures();
        let [["v1/record/empty", "memory", got]] = failures[..] else { panic!("{}", self.out) };
        assert!(got.starts_with(starts) && got.ends_with(ends), "{got}");
        assert_eq!((self.exit, &self.report["statuses"]["pass"]), (1, &Value::from(13)));
        assert_eq!((&self.report["restarts"], &self.report["memory"]), (&Value::from(1), &Value::from("enforced")));
    }

    #[track_caller]
    fn passes(&self) {
        assert_eq!(self.exit, 0, "{}", self.out);
    }
}

const VIRTUAL: &str = "its peak of virtual memory (VmPeak) grew by 4";
const VIRTUAL_LIMIT: &str = "a question of 28 bytes may make it grow by 1 GiB";
const RESIDENT_LIMIT: &str = "a question of 28 bytes may make it grow by 64 MiB";

#[test]
fn four_gib_of_addresses() {
    Run::hostile("reserves-4-gib").fails_once_with(VIRTUAL, VIRTUAL_LIMIT);
}

#[test]
fn four_gib_of_addresses_behind_a_launcher() {
    Run::hostile("reserves-4-gib-in-a-child").fails_once_with(VIRTUAL, VIRTUAL_LIMIT);
}

#[test]
fn memory_that_is_used() {
    Run::hostile("fills-600-mib").fails_once_with("its peak of resident memory (VmHWM) grew by ", RESIDENT_LIMIT);
}

#[test]
fn what_is_there_before_hello_does_not_count() {
    Run::hostile("reserves-4-gib-before-hello").passes();
}

#[test]
fn what_a_process_does_once_is_not_the_fault_of_who_asks_first() {
    let run = Run::hostile("reserves-once");
    run.passes();
    assert_eq!(run.report["restarts"], 1);
}

#[test]
fn who_keeps_everything_is_started_again() {
    let run = Run::hostile("keeps-60-mib");
    run.passes();
    insta::assert_snapshot!(run.report["warnings"][0].as_str().unwrap());
}

#[test]
fn where_it_cannot_be_enforced_the_table_says_so() {
    let folder = support::folder("memory-unenforced");
    let corpus = support::corpus(&folder);
    let output = support::conformance(&["--corpus", corpus.to_str().unwrap(), "--depth", "quick"]);
    let out = support::stdout(&output);
    assert!(out.contains("\nmemory: unenforced (the implementation is in this process)\n"), "{out}");
}

/// Counts of import entries that the file does not bear out: some so large that no machine reserves memory for them.
const COUNTS: &str = "v1/imports/import-count-{product-*,high-bit,all-ones,bytes-left,one-too-many,missing}";

#[test]
fn a_count_that_is_believed_fails_with_memory() {
    let Some(reader) = reserve() else { return };
    let run = Run::new("reserve", &reader, &["--filter", COUNTS]);
    assert_eq!(run.exit, 1, "{}", run.out);
    let failures = run.failures();
    // `bad_alloc`, which nobody catches, where there is not even a promise of so much.
    assert!(failures.iter().all(|[_, status, _]| ["memory", "crash"].contains(status)), "{}", run.out);
    let wraps = failures.iter().find(|[id, ..]| *id == "v1/imports/import-count-product-wraps");
    let Some([_, "memory", got]) = wraps else { panic!("{}", run.out) };
    assert!(got.starts_with("its peak of virtual memory (VmPeak) grew by 4 GiB"), "{got}");
}

#[test]
fn a_count_that_is_checked_passes() {
    let Some(reader) = reserve() else { return };
    Run::new("checked", &format!("{reader} checked"), &["--filter", COUNTS]).passes();
}

/// The reader in C++, compiled.
fn reserve() -> Option<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/reserve.cpp");
    let program: PathBuf =
        support::folder(&format!("memory-reserve-{:?}", std::thread::current().id())).join("reserve");
    for compiler in ["c++", "g++", "clang++"] {
        if let Ok(output) = Command::new(compiler).args(["-std=c++17", "-O0", "-o"]).arg(&program).arg(&source).output()
        {
            assert!(output.status.success(), "{}", support::stderr(&output));
            return Some(shell_words::quote(program.to_str().unwrap()).into_owned());
        }
    }
    assert!(env::var_os("CI").is_none(), "no C++ compiler (c++, g++, clang++), and this is CI");
    eprintln!("NOT RUN: there is no C++ compiler (c++, g++, clang++)");
    None
}
