//! Tests the runner against testees that misbehave. Each failure has the status that `PROTOCOL.md` gives it, on the case that
//! caused it and on no other, and no run takes long. The testees are in `hostile/hostile.py`; `memory.rs` tests those that take too
//! much memory.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{stderr, stdout};

/// The longest time that a run may take. Even on a busy machine, each run takes less than half of it.
const LONGEST: Duration = Duration::from_secs(60);

/// The number of questions that the small corpus has at depth `quick`.
const QUESTIONS: u64 = 14;

struct Run {
    exit: i32,
    /// `null` if the testee could not be used.
    report: Value,
    out: String,
    err: String,
}

impl Run {
    fn failures(&self) -> Vec<[&str; 3]> {
        let text = |failure: &'_ Value, key: &str| failure[key].as_str().unwrap().to_owned().leak() as &str;
        let failures = self.report["failures"].as_array().unwrap();
        failures.iter().map(|failure| ["id", "operation", "status"].map(|key| text(failure, key))).collect()
    }

    fn count(&self, status: &str) -> u64 {
        self.report["statuses"][status].as_u64().unwrap_or_default()
    }

    /// Asserts that only this question failed, with this status, and that every other question passed.
    #[track_caller]
    fn fails(&self, id: &str, operation: &str, status: &str) {
        assert_eq!(self.failures(), [[id, operation, status]], "{}", self.out);
        assert_eq!((self.exit, self.count("pass")), (1, QUESTIONS - 1), "{}", self.out);
        assert_eq!(self.report["ended"], Value::Null);
    }

    /// Asserts that only one question failed: `decode` of `v1/record/empty`, at which most of these testees misbehave.
    #[track_caller]
    fn fails_once(&self, status: &str) {
        self.fails("v1/record/empty", "decode", status);
    }

    /// Returns the text of the first failure.
    fn got(&self) -> &str {
        self.report["failures"][0]["got"].as_str().unwrap()
    }

    #[track_caller]
    fn passes(&self) {
        assert_eq!((self.exit, self.count("pass")), (0, QUESTIONS), "{}{}", self.out, self.err);
    }

    /// Asserts that the run failed and ended early, for this reason.
    #[track_caller]
    fn is_stopped(&self, why: &str) {
        assert_eq!(self.exit, 1, "{}", self.out);
        assert!(self.err.contains(why), "{}", self.err);
        assert_eq!(self.report["complete"], false);
    }

    /// Asserts that the testee was unusable, for this reason: the run did not begin, or it ended early.
    #[track_caller]
    fn is_unusable(&self, why: &str) {
        assert_eq!(self.exit, 3, "{}", self.out);
        assert!(self.err.contains(why), "{}", self.err);
    }
}

/// Runs the testee with a long timeout, so that no answer is late because the machine is slow.
fn hostile(behaviour: &str) -> Run {
    run(&[behaviour], &["--timeout", "30", "--depth", "quick"])
}

/// Runs the testee with a short timeout, for testees that never answer.
fn hanging(behaviour: &[&str]) -> Run {
    run(behaviour, &["--timeout", "2", "--depth", "quick"])
}

fn run(behaviour: &[&str], options: &[&str]) -> Run {
    let folder = support::folder(&format!("hostile-{}{}", behaviour.join("-"), options.len()));
    let corpus = support::corpus(&folder);
    run_in(&folder, behaviour, &[&["--corpus", corpus.to_str().unwrap()], options].concat())
}

fn run_in(folder: &Path, behaviour: &[&str], options: &[&str]) -> Run {
    let report = folder.join("report.json");
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/hostile.py");
    let testee = format!("python3 {} {}", shell_words::quote(program.to_str().unwrap()), behaviour.join(" "));
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_bmes-conformance"))
        .args(["--testee", &testee, "--jobs", "1", "--seed", "7", "--report"])
        .arg(format!("json={}", report.display()))
        .args(options)
        .env("HOSTILE_CHILDREN", children(folder))
        .output()
        .unwrap();
    assert!(start.elapsed() < LONGEST, "{behaviour:?} took {:?}", start.elapsed());
    finished(&output, &report)
}

fn finished(output: &Output, report: &Path) -> Run {
    let report = fs::read(report).map_or(Value::Null, |report| serde_json::from_slice(&report).unwrap());
    Run { exit: output.status.code().unwrap(), report, out: stdout(output), err: stderr(output) }
}

fn children(folder: &Path) -> PathBuf {
    folder.join("children")
}

// No answer, or a part of one --------------------------------------------------------------------------------

#[test]
fn a_hang_at_identify() {
    hanging(&["hang", "identify"]).fails("v1/record/empty", "identify", "timeout");
}

#[test]
fn a_hang_at_decode() {
    let run = hanging(&["hang", "decode"]);
    run.fails_once("timeout");
    // The time is two seconds, or more if the testee took long to start.
    assert!(run.got().starts_with("no answer within "), "{}", run.got());
    assert!(run.got().ends_with(" s, and none when the question was sent again, alone"), "{}", run.got());
    assert_eq!(run.report["restarts"], 1);
}

#[test]
fn a_hang_at_check() {
    hanging(&["hang", "check"]).fails("v1/record/empty", "check", "timeout");
}

#[test]
fn a_hang_at_encode() {
    hanging(&["hang", "encode"]).fails("v1/record/empty", "encode", "timeout");
}

#[test]
fn a_hang_at_hello() {
    hanging(&["hang", "hello"]).is_unusable("did not answer hello within 10 seconds");
}

#[test]
fn a_hang_at_bye() {
    let run = hanging(&["hang", "bye"]);
    run.passes();
    let warning = run.report["warnings"][0].as_str().unwrap();
    assert!(warning.ends_with("still running 2 seconds after bye, and was killed"), "{warning}");
}

#[test]
fn sigterm_ignored() {
    hanging(&["hang-without-sigterm"]).fails_once("timeout");
}

#[cfg(target_os = "linux")]
#[test]
fn a_timeout_leaves_nothing_running() {
    let folder = support::folder("hostile-children");
    let corpus = support::corpus(&folder);
    let options = ["--corpus", corpus.to_str().unwrap(), "--timeout", "2", "--depth", "quick"];
    run_in(&folder, &["hang-in-a-child"], &options).fails_once("timeout");
    let pids = fs::read_to_string(children(&folder)).unwrap();
    assert_eq!(pids.lines().count(), 2, "asked twice");
    for pid in pids.lines() {
        let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        assert!(state.is_empty() || state.contains(") Z "), "still running: {state}");
    }
}

#[test]
fn half_a_line() {
    hanging(&["half-a-line"]).fails_once("timeout");
}

#[test]
fn half_a_line_and_the_end() {
    hostile("half-a-line-and-the-end").fails_once("bad-json");
}

#[test]
fn a_closed_output() {
    let run = hostile("closed-output");
    run.fails_once("crash");
    assert_eq!(run.got(), "the testee closed its standard output before it answered");
}

// Testees that end -------------------------------------------------------------------------------------------

#[test]
fn exit_0_without_an_answer() {
    let run = hostile("exit-0");
    run.fails_once("crash");
    assert_eq!(run.got(), "the testee ended with exit status 0 before it answered");
    run_at_hello("exit-0").is_unusable("did not answer hello: the testee ended with exit status 0");
}

fn run_at_hello(behaviour: &str) -> Run {
    run(&[behaviour, "hello"], &["--timeout", "30", "--depth", "quick"])
}

#[test]
fn exit_3() {
    let run = hostile("exit-3");
    run.fails_once("crash");
    assert_eq!(run.got(), "the testee ended with exit status 3 before it answered");
    assert_eq!(run.report["restarts"], 1);
}

#[test]
fn exit_behind_the_answer() {
    // The exit always makes exactly one case fail: this case or the next one. It is the next one if its question was already
    // sent.
    let run = hostile("exit-after-the-answer");
    assert_eq!((run.exit, run.count("pass"), run.count("crash")), (1, QUESTIONS - 1, 1), "{}", run.out);
}

#[cfg(unix)]
#[test]
fn a_signal() {
    let run = hostile("signal");
    run.fails_once("crash");
    assert!(run.got().contains("SIGSEGV"), "{}", run.got());
}

#[test]
fn death_on_every_third_question_costs_every_third() {
    let run = hostile("exit-every-third");
    assert_eq!((run.exit, run.count("crash"), run.count("pass")), (1, 4, 10), "{}", run.out);
    assert_eq!((&run.report["restarts"], &run.report["ended"]), (&Value::from(4), &Value::Null));
}

#[test]
fn death_on_every_third_question_ends_a_long_run() {
    let run = run(&["exit-every-third"], &["--timeout", "30"]);
    run.is_stopped("stopped after 50 restarts of the testee; reason of the last restart: crash");
    assert_eq!((run.count("crash"), run.count("pass")), (50, 100), "{}", run.out);
    assert_eq!(run.report["restarts"], 50);
    assert!(run.report["total"]["derived"]["not_run"].as_u64().unwrap() > 0);
}

#[test]
fn death_at_once_ends_the_run_after_fifty() {
    let run = run(&["exit-at-once"], &["--timeout", "30"]);
    run.is_stopped("stopped after 50 restarts");
    assert_eq!((run.count("crash"), run.count("pass")), (50, 0), "{}", run.out);
}

#[test]
fn death_after_1000_questions_costs_one_in_1001() {
    let run = run(&["exit-after-1000"], &["--timeout", "30", "--depth", "full"]);
    let (crashes, passes) = (run.count("crash"), run.count("pass"));
    assert_eq!((run.exit, crashes), (1, (crashes + passes) / 1001), "{}", run.out);
    assert!(crashes > 0);
    assert_eq!(run.report["failures"].as_array().map(Vec::len), Some(usize::try_from(crashes).unwrap()));
}

// Children that keep running with the output open ------------------------------------------------------------

#[test]
fn a_child_keeps_the_output_open() {
    let run = hanging(&["exit-but-a-child"]);
    run.fails_once("crash");
    assert!(run.got().contains("a process that it started keeps its standard output open"), "{}", run.got());
}

#[test]
fn a_child_that_has_left_the_group_keeps_the_output_open() {
    hanging(&["exit-but-a-distant-child"]).fails_once("crash");
    hanging(&["goes-on-with-a-child"]).passes();
}

// Too much output --------------------------------------------------------------------------------------------

#[test]
fn a_line_of_100_mb() {
    hostile("line-of-100-mb").fails_once("line-too-long");
}

#[test]
fn a_line_without_end() {
    let run = hostile("line-without-end");
    run.fails_once("line-too-long");
    assert_eq!(run.got(), "more than 67108864 bytes without an end of line");
}

#[test]
fn a_line_every_10_ms_for_ever() {
    hostile("lines-for-ever").fails_once("bad-json");
    hostile("answer-and-lines-for-ever").fails_once("extra-line");
}

#[test]
fn a_flood() {
    hostile("flood").fails_once("bad-json");
}

#[test]
fn two_answers() {
    hostile("two-answers").fails_once("extra-line");
}

#[test]
fn one_more_line_while_the_next_question_is_on_its_way() {
    hostile("one-more-line-later").fails_once("extra-line");
}

#[test]
fn megabytes_on_standard_error() {
    hostile("stderr").passes();
}

// Invalid lines ----------------------------------------------------------------------------------------------

#[test]
fn lines_that_are_no_json_object() {
    for behaviour in ["text", "empty-line", "list", "key-twice", "deep-nesting"] {
        hostile(behaviour).fails_once("bad-json");
    }
}

#[test]
fn a_byte_order_mark() {
    hostile("bom").fails_once("bad-json");
}

#[test]
fn invalid_utf8() {
    hostile("invalid-utf8").fails_once("bad-json");
}

#[test]
fn carriage_returns_are_tolerated() {
    hostile("crlf").passes();
}

// Invalid answers --------------------------------------------------------------------------------------------

#[test]
fn the_id_of_another_question() {
    hostile("wrong-id").fails_once("wrong-id");
    hostile("previous-id").fails_once("wrong-id");
}

#[test]
fn numbers_that_are_none() {
    for (behaviour, path) in
        [("number-as-string", "`ok.version`"), ("number-with-fraction", "`ok.version`"), ("id-as-string", "`id`")]
    {
        let run = hostile(behaviour);
        run.fails_once("schema-violation");
        assert!(run.got().starts_with(path), "{}", run.got());
    }
}

#[test]
fn keys_of_the_record() {
    for (behaviour, says) in [
        ("missing-key", "`ok.star_exports`: missing"),
        ("unknown-key", "`ok.note`: unknown key"),
        ("misspelt-key", "`ok.star_export`: unknown key"),
    ] {
        let run = hostile(behaviour);
        run.fails_once("schema-violation");
        assert!(run.got().starts_with(says), "{}", run.got());
        assert_eq!(run.report["restarts"], 0);
    }
}

// False statements in hello ----------------------------------------------------------------------------------

#[test]
fn an_operation_that_it_has_not() {
    let run = hostile("offers-what-it-has-not");
    let unsupported = |id| [id, "encode", "unsupported"];
    assert_eq!(run.failures(), [unsupported("v1/record/empty"), unsupported("v1/star-exports/one")]);
    assert_eq!((run.exit, run.count("pass")), (1, QUESTIONS - 2));
}

#[test]
fn a_version_that_this_suite_does_not_know() {
    hostile("offers-version-2").passes();
}

#[test]
fn a_version_that_is_never_assigned() {
    // If a testee could offer this version, the runner would not test that the testee rejects it.
    hostile("offers-a-version-that-is-never-assigned").is_unusable("gave an invalid answer to hello: `ok.formats[1]`");
}

#[test]
fn hello_that_offers_nothing_to_test() {
    hostile("offers-nothing").is_unusable("gave an invalid answer to hello: `ok.ops`");
    hostile("speaks-protocol-2").is_unusable("it speaks protocol 2, but this runner speaks protocol 1");
}

#[test]
fn hello_that_changes() {
    hostile("another-each-time").is_unusable("gave another answer to hello when it was started again");
}
