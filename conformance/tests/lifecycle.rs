//! Tests how a run ends: by a signal, by a closed output, after too many restarts. No testee survives the run, and no result is
//! lost.

#![cfg(unix)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use support::{stderr, stdout};

/// The longest time that a test waits for an event that must happen soon.
const PATIENCE: Duration = Duration::from_secs(60);

fn hostile(behaviour: &str) -> String {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/hostile.py");
    format!("python3 {} {behaviour}", shell_words::quote(program.to_str().unwrap()))
}

fn runner(folder: &Path, behaviour: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bmes-conformance"));
    command
        .args(["--depth", "quick", "--seed", "7", "--timeout", "60", "--color", "never", "--testee"])
        .arg(hostile(behaviour))
        .arg("--corpus")
        .arg(support::corpus(folder))
        .arg("--report")
        .arg(format!("json={}", report(folder).display()))
        .env("HOSTILE_CHILDREN", folder.join("processes"));
    command
}

fn report(folder: &Path) -> PathBuf {
    folder.join("report.json")
}

fn json(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(report(folder)).unwrap()).unwrap()
}

/// Waits until the testee has written this many process ids.
fn processes(folder: &Path, number: usize) -> Vec<i32> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        let ids = fs::read_to_string(folder.join("processes")).unwrap_or_default();
        if ids.lines().count() >= number && ids.ends_with('\n') {
            return ids.lines().map(|id| id.parse().unwrap()).collect();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("the testees wrote fewer process ids than expected");
}

/// Returns true if the process ends within [`PATIENCE`]. A killed process does not end at once.
fn is_gone(process: i32) -> bool {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        let state = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        if state.is_empty() || state.contains(") Z ") {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_ends_every_process_of_the_testee_and_the_run_reports_what_it_has() {
    for (signal, name, status) in
        [(Signal::INT, "SIGINT", 130), (Signal::TERM, "SIGTERM", 143), (Signal::HUP, "SIGHUP", 129)]
    {
        let folder = support::folder(&format!("lifecycle-{name}"));
        let mut command = runner(&folder, "hang-outside-the-group check");
        let child = command.args(["--jobs", "1"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let processes = processes(&folder, 2);
        send(&child, signal);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{name}");
        for process in processes {
            assert!(is_gone(process), "{name}: process {process} still runs");
        }
        let (out, report) = (stdout(&output), json(&folder));
        assert!(out.contains("not run"), "{out}");
        assert!(out.contains("hang-outside-the-group check` (process "), "the process that left is named: {out}");
        assert!(stderr(&output).contains(&format!("stopped by {name}")), "{}", stderr(&output));
        assert_eq!((&report["complete"], &report["success"]), (&Value::from(false), &Value::from(false)));
        assert_eq!(report["ended"], format!("stopped by {name}"));
        assert_eq!(report["total"]["files"]["fail"], 0, "the end of the testee is no crash: {report}");
        assert!(report["total"]["files"]["not_run"].as_u64().unwrap() > 0);
    }
}

#[test]
fn the_table_that_nobody_reads_changes_no_exit_status() {
    for (behaviour, status) in [("crlf", 0), ("exit-0", 1)] {
        let folder = support::folder(&format!("lifecycle-closed-{behaviour}"));
        let mut child = runner(&folder, behaviour).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(status), "{behaviour}");
        assert_eq!(json(&folder)["complete"], true);
    }
}

#[test]
fn a_complete_line_that_is_no_json_costs_its_case_and_no_restart() {
    let folder = support::folder("lifecycle-no-json");
    let output = runner(&folder, "no-json-at-all").args(["--jobs", "1"]).output().unwrap();
    let report = json(&folder);
    assert_eq!(
        (output.status.code(), &report["restarts"], &report["complete"]),
        (Some(1), &Value::from(0), &Value::from(true))
    );
    assert_eq!(report["statuses"].as_object().unwrap().keys().collect::<Vec<_>>(), ["bad-json"]);
}

#[test]
fn a_one_shot_testee_that_ends_with_1_and_no_answer_crashed() {
    let folder = support::folder("lifecycle-one-shot");
    let program = folder.join("testee.py");
    let testee = Path::new(env!("CARGO_MANIFEST_DIR")).join("testees/python");
    let text = format!(
        "import sys\nsys.path.insert(0, {testee:?})\nimport bmes_testee\nif sys.argv[1] == 'decode':\n    raise KeyError\nsys.exit(bmes_testee.one_shot(sys.argv[1]))\n"
    );
    fs::write(&program, text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_bmes-conformance"))
        .args(["--one-shot", "--depth", "quick", "--seed", "7", "--timeout", "60", "--testee"])
        .arg(format!("python3 {}", program.display()))
        .arg("--corpus")
        .arg(support::corpus(&folder))
        .arg("--report")
        .arg(format!("json={}", report(&folder).display()))
        .output()
        .unwrap();
    let report = json(&folder);
    assert_eq!((output.status.code(), &report["statuses"]["crash"]), (Some(1), &Value::from(4)), "{}", stdout(&output));
    assert_eq!(report["failures"][0]["got"], "the testee ended with exit status 1, and wrote nothing");
}

#[test]
fn the_time_to_make_a_finding_smaller_is_part_of_the_seconds() {
    let folder = support::folder("lifecycle-seconds");
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_bmes-conformance"))
        .args(["fuzz", "--seconds", "3", "--seed", "7", "--timeout", "1", "--testee"])
        .arg(hostile("hang-always"))
        .arg("--into")
        .arg(folder.join("findings"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}{}", stdout(&output), stderr(&output));
    // The run takes three seconds, plus the time for the start and for the last questions. Without the limit, it would take
    // eight minutes.
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn a_folder_for_findings_that_cannot_be_written_is_told_before_the_work() {
    let folder = support::folder("lifecycle-into");
    fs::write(folder.join("file"), "").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_bmes-conformance"))
        .args(["fuzz", "--seconds", "3000", "--into"])
        .arg(folder.join("file/findings"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).contains("cannot write into"), "{}", stderr(&output));
}

#[cfg(target_os = "linux")]
#[test]
fn one_case_names_the_process_that_left_its_group() {
    let folder = support::folder("lifecycle-repro");
    let output = Command::new(env!("CARGO_BIN_EXE_bmes-conformance"))
        .args(["repro", "v1/record/empty", "--timeout", "1", "--testee"])
        .arg(hostile("hang-outside-the-group decode"))
        .arg("--corpus")
        .arg(support::corpus(&folder))
        .env("HOSTILE_CHILDREN", folder.join("processes"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert!(stderr(&output).contains("hang-outside-the-group decode` (process "), "{}", stderr(&output));
    assert!(processes(&folder, 2).into_iter().all(is_gone));
}
