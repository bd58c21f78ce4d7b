//! The bugs of real readers: the suite fails each program in `broken/`, and its report names the clause that the bug breaks.
//!
//! What the bug of a program is, and which clauses have to be named, stands in its heading. `broken/README.md` says more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use conformance::clauses::Clauses;
use serde_json::Value;

/// A bug is smaller than this many lines, in `correct.py` and in the copy.
const SMALL: usize = 8;

#[test]
fn every_heading_says_what_the_bug_is_and_which_clauses_it_breaks() {
    let mut bugs = BTreeSet::new();
    for program in broken() {
        let name = &program.name;
        let bug = program.says("bug");
        assert_eq!(bug.len(), 1, "{name}: exactly one `bug:` line");
        assert!(bugs.insert(bug[0].to_owned()), "{name}: another program has this bug");
        assert!(!program.clauses().is_empty(), "{name}: at least one `clause:` line");
        for clause in program.clauses() {
            assert!(Clauses::standard().get(clause).is_some(), "{name}: no clause is called {clause}");
        }
    }
}

#[test]
fn every_program_is_the_correct_one_with_one_bug() {
    let correct = Program::read(&folder().join("correct.py"));
    for program in broken() {
        let (name, before, after) = (&program.name, correct.code(), program.code());
        let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
        let first = before.iter().zip(&after).take_while(same).count();
        let rest = (before[first..].iter().rev()).zip(after[first..].iter().rev()).take_while(same).count();
        let removed = &before[first..before.len() - rest];
        let added = &after[first..after.len() - rest];
        assert!(removed.len() < SMALL && added.len() < SMALL, "{name}: differs in more than its bug:\n{added:#?}");
        let marks = after.iter().filter(|line| line.contains("# the bug"));
        assert_eq!(marks.count(), 1, "{name}: exactly one line says `# the bug`");
        assert!(added.iter().any(|line| line.contains("# the bug")), "{name}: the bug is elsewhere:\n{added:#?}");
    }
}

#[test]
fn every_bug_in_the_specification_has_a_program_or_a_reason() {
    let specification = read(&folder().join("../../../spec/v1.md"));
    let section = specification.split("\n## ").find(|section| section.starts_with("10. What broke in real readers"));
    let rows: Vec<_> =
        section.unwrap().lines().filter(|line| line.starts_with("| ") && line.contains("[v1-")).collect();
    assert!(rows.len() >= 12, "the table of bugs is missing");
    let programs = broken();
    let shown: BTreeSet<_> = programs.iter().flat_map(Program::clauses).collect();
    let reasons = read(&folder().join("README.md"));
    for row in rows {
        for clause in row.split('[').skip(1).filter_map(|link| link.split(']').next()) {
            let has_reason = reasons.contains(&format!("| {clause} |"));
            assert!(shown.contains(clause) != has_reason, "{clause}: a program or a reason, and not both\n{row}");
        }
    }
}

#[test]
fn the_correct_program_passes() {
    // It knows version 1, and that it knows no other.
    let run = run(&Program::read(&folder().join("correct.py")), &[]);
    assert_eq!(run.status, Some(0), "{}", run.text);
    assert_eq!(run.report["success"], true, "{}", run.text);
    assert_eq!(run.report["testee"]["ops"].as_array().map(Vec::len), Some(4), "it offers everything");
    let statuses = run.report["statuses"].as_object().unwrap();
    assert_eq!(statuses.keys().collect::<Vec<_>>(), ["pass"], "nothing is skipped");
}

#[test]
fn every_broken_program_fails_with_its_clauses_named() {
    let programs = broken();
    let (waiting, complaints) = (Mutex::new(programs.iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some(program) = waiting.lock().unwrap().next() else {
                        break;
                    };
                    if let Err(complaint) = fails_with_its_clauses_named(program) {
                        complaints.lock().unwrap().push(format!("{}: {complaint}", program.name));
                    }
                }
            });
        }
    });
    let complaints = complaints.into_inner().unwrap();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn fails_with_its_clauses_named(program: &Program) -> Result<(), String> {
    let run = run(program, &["--format-version", "1"]);
    if run.status != Some(1) {
        return Err(format!("exit status {:?} instead of 1\n{}", run.status, run.text));
    }
    if run.report["restarts"] != 0 || !run.report["ended"].is_null() {
        return Err(format!("the program died, and a bug must cost no more than its cases\n{}", run.text));
    }
    let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for failure in run.report["failures"].as_array().into_iter().flatten() {
        let id = failure["id"].as_str().unwrap_or_default();
        for clause in failure["clauses"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            named.entry(clause).or_default().insert(id);
        }
    }
    for clause in program.clauses() {
        let ids =
            named.get(clause).ok_or_else(|| format!("no failure names {clause}; named are {:?}", named.keys()))?;
        println!("{}: {clause} in {}, such as {}", program.name, ids.len(), ids.first().unwrap_or(&""));
    }
    Ok(())
}

/// What came of the suite on a program.
struct Run {
    status: Option<i32>,
    report: Value,
    /// What a person sees.
    text: String,
}

/// Runs the files of the corpus. Nobody is in a hurry here, so that a busy machine makes no failure.
fn run(program: &Program, more: &[&str]) -> Run {
    let report = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("broken-{}.json", program.name));
    let _ = fs::remove_file(&report);
    let path = program.path.to_str().expect("a path in UTF-8");
    let output = Command::new(env!("CARGO_BIN_EXE_bmes-conformance"))
        .args([
            "--depth",
            "quick",
            "--seed",
            "1",
            "--jobs",
            "1",
            "--timeout",
            "30",
            "--explain",
            "3",
            "--color",
            "never",
        ])
        .args(more)
        .args(["--testee", &shell_words::join(["python3", "-B", path])])
        .arg("--report")
        .arg(format!("json={}", report.display()))
        .output()
        .expect("the runner starts");
    let text = [output.stdout, output.stderr].concat();
    Run {
        status: output.status.code(),
        report: fs::read(&report)
            .map_or(Value::Null, |json| serde_json::from_slice(&json).expect("the report is JSON")),
        text: String::from_utf8_lossy(&text).into_owned(),
    }
}

/// A program in `broken/`.
struct Program {
    name: String,
    path: PathBuf,
    text: String,
}

impl Program {
    fn read(path: &Path) -> Self {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Self { name, path: path.into(), text: read(path) }
    }

    /// What the heading says on lines that begin with `key: `.
    fn says(&self, key: &str) -> Vec<&str> {
        let lines = self.parts().0.lines();
        lines.filter_map(|line| line.strip_prefix(key)?.strip_prefix(": ")).collect()
    }

    fn clauses(&self) -> Vec<&str> {
        self.says("clause")
    }

    /// The lines behind the heading.
    fn code(&self) -> Vec<&str> {
        self.parts().1.lines().collect()
    }

    fn parts(&self) -> (&str, &str) {
        let text = self.text.strip_prefix("\"\"\"").and_then(|text| text.split_once("\"\"\"\n"));
        text.unwrap_or_else(|| panic!("{}: no heading", self.name))
    }
}

/// Every program but the correct one.
fn broken() -> Vec<Program> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let is_program = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "py");
    let mut paths: Vec<_> = entries.filter(|path| is_program(path) && !path.ends_with("correct.py")).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no broken programs");
    paths.iter().map(|path| Program::read(path)).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
