//! The whole list. The README's test command is the last of it, so that its closing lines are CI's.

use crate::run::{Failure, Outcome, Report};
use crate::{
    archive, bench_gate, cflite, checks, corpus, deny, fuzz, machine, pages, readme, real, release, targets, testees,
};
use clap::builder::PossibleValuesParser;
use std::time::{Duration, Instant};

struct Task {
    name: &'static str,
    /// What runs it alone.
    command: &'static str,
    run: fn() -> Report,
}

/// Cheap ones first.
const TASKS: &[Task] = &[
    Task { name: "fmt", command: "fmt --check", run: checks::format_check },
    Task { name: "lint", command: "lint", run: checks::lint },
    Task { name: "shell", command: "shell", run: checks::shell },
    Task { name: "doc", command: "doc", run: checks::doc },
    Task { name: "spec", command: "spec", run: checks::spec },
    Task { name: "corpus", command: "corpus --check", run: corpus::check },
    Task { name: "corpus-archive", command: "corpus-archive", run: archive::write },
    Task { name: "kills", command: "kills --check", run: corpus::check_kills },
    Task { name: "real", command: "real", run: real::check },
    Task { name: "deny", command: "deny", run: deny::check },
    Task { name: "api", command: "api --check", run: release::check_api },
    Task { name: "package", command: "package", run: release::package },
    Task { name: "no-std", command: "no-std", run: targets::no_std },
    Task { name: "bits32", command: "bits32", run: targets::bits32 },
    Task { name: "bench-gate", command: "bench-gate", run: bench_gate::check },
    Task { name: "pages", command: "pages", run: pages::check },
    Task { name: "testees", command: "testees --report", run: testees::all },
    Task { name: "fuzz-smoke", command: "fuzz-smoke", run: fuzz::all },
    Task { name: "cflite", command: "cflite", run: cflite::check },
];
const LAST: Task = Task { name: "test", command: "test", run: readme::test };

/// The tasks' names, for the command line.
pub(crate) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(TASKS.iter().map(|task| task.name))
}

/// Runs all tasks but `skip` and stops at the first that fails.
pub(crate) fn all(skip: &[String]) -> Report {
    let start = Instant::now();
    let mut summary = Vec::new();
    for task in TASKS {
        let begin = Instant::now();
        let note = if skip.iter().any(|name| name == task.name) {
            "left out".to_owned()
        } else {
            heading(task);
            note(perform(task)?)?
        };
        summary.push(format!("{:>8}  {:<14} {note}", seconds(begin.elapsed()), task.name));
    }
    eprintln!("\n{}\n{:>8}  before the tests", summary.join("\n"), seconds(start.elapsed()));
    heading(&LAST);
    perform(&LAST)
}

fn heading(task: &Task) {
    eprintln!("\n== {} (cargo xtask {})", task.name, task.command);
}

fn perform(task: &Task) -> Report {
    (task.run)().map_err(|failure| {
        let Task { name, command, .. } = task;
        Failure::new(format!("{name} failed: {failure}\n       to run it alone: cargo xtask {command}"))
    })
}

/// What the summary says of a task that did not fail. On a CI machine nothing may be left out.
fn note(outcome: Outcome) -> Result<String, Failure> {
    let missing = match outcome {
        Outcome::Ran => return Ok("ok".to_owned()),
        Outcome::RanInPart(lines) => lines,
        Outcome::NotRun(line) => vec![line],
    };
    let note = format!("not run: {}", missing.join("; "));
    if machine::is_ci() { Err(Failure::new(note)) } else { Ok(note) }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
