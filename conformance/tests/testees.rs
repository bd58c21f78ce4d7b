//! Tests how the runner judges what a testee reports about itself and about a question: its offers, its error classes, its faults.
//! `hostile.rs` tests testees that misbehave.

mod support;

use std::time::Duration;

use conformance::corpus::Corpus;
use conformance::derive::Depth;
use conformance::protocol::Operation;
use conformance::run::{Options, Report, run};
use conformance::select::Selection;
use conformance::status::Status;
use conformance::testee::{Command, Target};

/// Runs the four file cases against the reference behind a Python testee, to which `misbehaviour` is added.
fn run_with(name: &str, misbehaviour: &str) -> (Corpus, Report) {
    run_within(name, misbehaviour, Duration::from_secs(60))
}

fn run_within(name: &str, misbehaviour: &str, timeout: Duration) -> (Corpus, Report) {
    let folder = support::folder(name);
    let corpus = Corpus::load(&support::corpus(&folder)).unwrap();
    let command = Command::parse(&support::testee(&folder, misbehaviour)).unwrap();
    let selection = Selection { depth: Depth::Quick, seed: 7, ..Selection::default() };
    let report = run(
        Target::Process(&command),
        &corpus,
        &Options { selection, jobs: 1, timeout, ..Options::default() },
        &|_| {},
    )
    .unwrap();
    (corpus, report)
}

fn failures((corpus, report): &(Corpus, Report)) -> Vec<(String, Operation, Status)> {
    report.failures().map(|(work, operation, failure)| (work.id(corpus), operation, failure.status)).collect()
}

/// Asserts that there is one failure, with this status, at `decode` of the smallest file. The misbehaviour of these tests may cause
/// no other failure.
fn only_at_decode_of_empty(run: &(Corpus, Report), status: Status) {
    assert_eq!(failures(run), [("v1/record/empty".to_owned(), Operation::Decode, status)], "{:?}", run.1);
    assert!(run.1.ended.is_none());
}

const AT: &str = "if request['op'] == 'decode' and request['hex'] == empty:";

fn at_decode_of_empty(what: &str) -> String {
    format!("{AT}\n    {what}")
}

#[test]
fn nothing_in_the_way_passes() {
    let run = run_with("pass", "pass");
    assert!(run.1.is_success(), "{:?}", run.1);
    assert_eq!(run.1.warnings, Vec::<String>::new());
}

#[test]
fn a_line_after_the_last_answer_is_noticed() {
    let run = run_with("extra-last", "if request['op'] == 'encode':\n    say(answer)");
    let found = failures(&run);
    assert!(
        !found.is_empty()
            && found
                .iter()
                .all(|(_, operation, status)| (*operation, *status) == (Operation::Encode, Status::ExtraLine))
    );
}

#[test]
fn a_fault_is_no_rejection() {
    let what = "answer = json.dumps({'id': request['id'], 'fault': 'ZeroDivisionError'}) + '\\n'";
    let at = "if request['op'] == 'decode' and request['hex'][32:34] == '03':";
    let run = run_with("fault", &format!("{at}\n    {what}"));
    assert_eq!(failures(&run), [("v1/imports/type-unknown".to_owned(), Operation::Decode, Status::Fault)]);
}

#[test]
fn unsupported_is_a_failure_where_it_was_offered() {
    let run = run_with(
        "unsupported",
        &at_decode_of_empty("answer = json.dumps({'id': request['id'], 'unsupported': 'no'}) + '\\n'"),
    );
    only_at_decode_of_empty(&run, Status::Unsupported);
}

#[test]
fn what_is_not_offered_is_skipped_and_counted() {
    let change = "if request['op'] == 'hello': answer = answer.replace(b'\"check\",', b'')\nif request['op'] == 'check': sys.exit(9)";
    let run = run_with("skip", change);
    assert!(run.1.is_success(), "{:?}", run.1);
    let skipped = |result: &conformance::run::CaseResult| result.verdicts[2].status() == Some(Status::Skipped);
    assert_eq!(run.1.results.iter().filter(|result| skipped(result)).count(), 4);
}

#[test]
fn who_does_not_know_the_version_says_so() {
    let change = "
if request['op'] == 'hello':
    answer = answer.replace(b'\"formats\":[1,2,3,4]', b'\"formats\":[2]')
else:
    answer = json.dumps({'id': request['id'], 'err': {'class': 'unsupported-version'}}) + '\\n'";
    let run = run_with("other-version", change);
    assert!(run.1.is_success(), "{:?}", run.1);
}

#[test]
fn who_has_other_classes_is_not_compared_by_them() {
    let change = "
if request['op'] == 'hello': answer = answer.replace(b'\"errors\":true', b'\"errors\":false')
elif b'\"err\"' in answer: answer = json.dumps({'id': request['id'], 'err': {'class': 'invalid'}}) + '\\n'";
    let run = run_with("no-classes", change);
    assert!(run.1.is_success(), "{:?}", run.1);
    let compared =
        "if b'\"err\"' in answer: answer = json.dumps({'id': request['id'], 'err': {'class': 'invalid'}}) + '\\n'";
    assert_eq!(failures(&run_with("classes", compared)).len(), 4);
}

#[test]
fn a_late_answer_is_flaky() {
    let folder = support::folder("flaky");
    let marker = folder.join("was-here");
    let once = format!(
        "if not os.path.exists({0:?}):\n        open({0:?}, 'w').close()\n        time.sleep(1000)",
        marker.to_str().unwrap()
    );
    let run = run_within("flaky-run", &at_decode_of_empty(&once), Duration::from_secs(3));
    only_at_decode_of_empty(&run, Status::Flaky);
}

#[test]
fn standard_error_is_kept_and_never_judged() {
    let run = run_with("noise", "sys.stderr.write('noise\\n' * 40000); sys.stderr.flush()");
    assert!(run.1.is_success(), "{:?}", run.1);
    let run =
        run_with("last-words", &at_decode_of_empty("sys.stderr.write('x' * 200000 + '\\nlast words\\n'); sys.exit(1)"));
    only_at_decode_of_empty(&run, Status::Crash);
    let stderr = &run.1.failures().next().unwrap().2.stderr;
    assert!(stderr.ends_with("\nlast words\n") && stderr.len() <= 64 * 1024, "{} bytes", stderr.len());
}

#[test]
fn an_end_that_is_not_clean_is_a_warning() {
    let run = run_with("leak", "import atexit\natexit.register(lambda: os._exit(23))");
    assert!(run.1.is_success(), "{:?}", run.1);
    assert_eq!(run.1.warnings, ["after bye the testee ended with exit status 23"]);
}
