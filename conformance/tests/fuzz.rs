//! Tests fuzzing: it finds the mistakes of wrong implementations, minimises the files and saves them as cases. It finds nothing in
//! correct implementations.

mod support;
mod wrong;

use std::fs;
use std::path::Path;

use conformance::corpus::Corpus;
use conformance::fuzz::{FuzzReport, Limit, Options, fuzz, save};
use conformance::run::TIMEOUT;
use conformance::status::Status;
use conformance::testee::{Implementation, Reference, Target};
use support::{conformance, folder, stderr, stdout};
use wrong::{ALL, Mistake};

/// The seed that decides which files are generated.
const SEED: u64 = 6;

/// The maximum number of files for each implementation. An implementation in this process needs only seconds for them.
const FILES: u64 = 10_000;

fn corpus() -> Corpus {
    Corpus::standard().unwrap()
}

fn options(files: u64, most: usize) -> Options {
    Options { seed: SEED, limit: Limit::Files(files), most, timeout: TIMEOUT }
}

fn fuzzed(implementation: &(dyn Implementation + Sync), corpus: &Corpus, options: &Options) -> FuzzReport {
    let outcome = fuzz(Target::Embedded(implementation), corpus, options, &|_| {}).unwrap();
    assert_eq!(outcome.defect, None);
    outcome
}

#[test]
fn of_ten_wrong_implementations_at_least_nine_are_found_with_small_files() {
    let corpus = corpus();
    let mut missed = Vec::new();
    for mistake in ALL {
        let outcome = fuzzed(&mistake, &corpus, &options(FILES, 1));
        let Some(found) = outcome.found.first() else {
            missed.push(mistake);
            continue;
        };
        let size = found.case.file.as_ref().unwrap().len();
        println!("{mistake:?}: {size} bytes: {}", found.case.case.title);
        assert!(size <= 96, "{mistake:?}: {size} bytes are not the smallest");
        let mut statuses = found.result.verdicts.iter().filter_map(conformance::run::Verdict::status);
        assert!(statuses.any(Status::is_failure), "{mistake:?}");
    }
    println!("missed: {missed:?}");
    assert!(ALL.len() == 10 && missed.len() <= 1, "missed: {missed:?}");
}

#[test]
fn the_reference_agrees() {
    let outcome = fuzzed(&Reference, &corpus(), &options(5_000, 1));
    assert_eq!((outcome.files, outcome.disagreements, outcome.found.len()), (5_000, 0, 0));
    assert!(outcome.deep * 10 >= outcome.files * 3, "{} of {} files reach the bytecode", outcome.deep, outcome.files);
}

#[test]
fn the_same_seed_finds_the_same() {
    let corpus = corpus();
    let found = || {
        let outcome = fuzzed(&Mistake::ReplacesInvalidUtf8, &corpus, &options(2_000, 3));
        outcome.found.into_iter().map(|found| found.case).collect::<Vec<_>>()
    };
    assert_eq!(found(), found());
}

#[test]
fn saved_cases_are_a_valid_corpus() {
    let folder = folder("fuzz-saved");
    let corpus = corpus();
    let mut ids = Vec::new();
    for mistake in ALL {
        for found in fuzzed(&mistake, &corpus, &options(500, 2)).found {
            save(&folder, &found.case).unwrap();
            assert_eq!(found.case.case.origin, conformance::case::Origin::Fuzz);
            ids.push(found.case.case.id);
        }
    }
    ids.sort();
    ids.dedup();
    assert!(ids.len() >= 3, "{ids:?}");
    let saved = Corpus::load(&folder).unwrap();
    assert_eq!(saved.cases().iter().map(|case| case.case.id.clone()).collect::<Vec<_>>(), ids);
    let schema = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/schema/case.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_slice(&schema).unwrap()).unwrap();
    for id in &ids {
        let sidecar = fs::read(folder.join(format!("{id}.json"))).unwrap();
        let sidecar = serde_json::from_slice(&sidecar).unwrap();
        assert!(
            schema.is_valid(&sidecar),
            "{:?}",
            schema.iter_errors(&sidecar).map(|e| e.to_string()).collect::<Vec<_>>()
        );
    }
    // The reference passes all saved cases.
    let output = conformance(&["--corpus", folder.to_str().unwrap(), "--depth", "quick", "--seed", "1"]);
    assert!(output.status.success(), "{}", stdout(&output));
}

#[test]
fn the_testee_in_python_agrees() {
    let testee = Path::new(env!("CARGO_MANIFEST_DIR")).join("testees/python/bmes_testee.py");
    let testee = format!("python3 {}", shell_words::quote(testee.to_str().unwrap()));
    let into = folder("fuzz-python");
    let output =
        conformance(&["fuzz", "--testee", &testee, "--seconds", "3", "--seed", "1", "--into", into.to_str().unwrap()]);
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&output).ends_with("no disagreement\n"), "{}", stdout(&output));
    assert_eq!(fs::read_dir(&into).unwrap().count(), 0);
}

#[test]
fn a_disagreement_is_shown_with_a_command_that_shows_it_again() {
    let folder = folder("fuzz-disagrees");
    let testee = support::testee(&folder, "answer = answer.replace(b'bad-utf8', b'bad-flag')");
    let into = folder.join("found");
    let fuzz = [
        "fuzz",
        "--testee",
        &testee,
        "--seconds",
        "2",
        "--seed",
        "1",
        "--timeout",
        "60",
        "--into",
        into.to_str().unwrap(),
    ];
    let output = conformance(&fuzz);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}{}", stderr(&output));
    assert!(text.contains("expected  err bad-utf8") && text.contains("got       err bad-flag"), "{text}");
    let again = text.lines().find_map(|line| line.strip_prefix("  repeat    ")).unwrap();
    let words = shell_words::split(again).unwrap();
    let again = std::process::Command::new(&words[0]).args(&words[1..]).output().unwrap();
    assert_eq!(again.status.code(), Some(1), "{}", stdout(&again));
    assert!(stdout(&again).contains("wrong-answer"), "{}", stdout(&again));
}

#[test]
fn files_of_versions_that_are_not_offered_are_not_asked() {
    /// An implementation that reads only version 1, and has its own class names.
    struct Old;
    impl Implementation for Old {
        fn info(&self) -> conformance::protocol::Info {
            let operations = vec![conformance::protocol::Operation::Decode];
            conformance::protocol::Info { formats: vec![1], operations, errors: false, ..Reference.info() }
        }
        fn decode(&self, file: &[u8]) -> conformance::testee::Reply<conformance::case::Decoded> {
            match bmes::identify(file) {
                Ok(bmes::Version::V1) => Reference.decode(file),
                _ => Err(conformance::testee::Negative::class("mine")),
            }
        }
    }
    let outcome = fuzzed(&Old, &corpus(), &options(2_000, 1));
    assert_eq!((outcome.files, outcome.disagreements), (2_000, 0));
    assert!((500..1_000).contains(&outcome.questions), "{} questions, of a third of the files", outcome.questions);
}

#[test]
fn a_testee_that_dies_is_one_line_and_one_thing_to_do() {
    for (testee, says) in [("no-such-program", "cannot be started"), ("false", "did not answer hello")] {
        let output = conformance(&["fuzz", "--testee", testee, "--seconds", "1"]);
        assert_eq!(output.status.code(), Some(3), "{testee}");
        assert!(stderr(&output).contains(says) && stdout(&output).is_empty(), "{}", stderr(&output));
    }
    // A testee that answers hello and then dies at every question disagrees about every file.
    let folder = folder("fuzz-dies");
    let script = folder.join("dies.py");
    let hello = r#"{"id":0,"ok":{"protocol":1,"name":"n","version":"1","language":"l","formats":[1],"ops":["decode"],"errors":true}}"#;
    fs::write(&script, format!("input()\nprint('{hello}', flush=True)\ninput()\n")).unwrap();
    let testee = format!("python3 {}", shell_words::quote(script.to_str().unwrap()));
    let into = folder.join("found");
    let output =
        conformance(&["fuzz", "--testee", &testee, "--seconds", "1", "--seed", "1", "--into", into.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&output).contains("crash"), "{}", stdout(&output));
}

#[test]
fn seconds_are_a_time() {
    for seconds in ["0", "-1", "soon"] {
        let output = conformance(&["fuzz", &format!("--seconds={seconds}")]);
        assert_eq!(output.status.code(), Some(4), "{seconds}");
    }
}
