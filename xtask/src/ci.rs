//! The whole list, in two lanes: one builds in the target folder that everybody shares, the other in folders of its own, so that
//! neither waits for the other's lock. The README's test command comes after both, so that its closing lines are CI's.

use crate::run::{Failure, Report, target_dir};
use crate::{NOT_RUN, machine, readme};
use clap::builder::PossibleValuesParser;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What `cargo xtask` is told; the first word is the task's name.
type Task = &'static str;

/// Cheap ones first.
const TASKS: &[Task] = &[
    "fmt --check",
    "lint",
    "layers",
    "shell",
    "doc",
    "spec",
    "corpus --check",
    "corpus-archive",
    "real",
    "api --check",
    "testees --report --depth quick",
    "kills --check",
    "bench-gate",
];
/// Those that build elsewhere. What they print is shown when they have ended.
const BESIDE: &[Task] = &["deny", "no-std", "bits32", "pages"];
const LAST: Task = "test";

/// The tasks' names, for the command line.
pub(crate) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(TASKS.iter().chain(BESIDE).map(|task| name(task)))
}

/// Runs all tasks but `skip`; the first that fails ends both lanes.
pub(crate) fn all(skip: &[String]) -> Report {
    let start = Instant::now();
    // Asked before anything builds it anew.
    let program =
        std::env::current_exe().map_err(|error| Failure::new(format!("xtask does not find itself: {error}")))?;
    let logs = target_dir()?.join("ci");
    fs::create_dir_all(&logs).map_err(|error| Failure::new(format!("{}: {error}", logs.display())))?;
    let failed = AtomicBool::new(false);
    let lane = |tasks: &[Task], perform: &dyn Fn(Task) -> Result<String, Failure>| {
        let mut summary = Vec::new();
        for task in tasks {
            let begin = Instant::now();
            let note = match skip.iter().any(|skipped| skipped == name(task)) {
                true => "left out".to_owned(),
                false if failed.load(Ordering::Relaxed) => break,
                false => perform(task).inspect_err(|_| failed.store(true, Ordering::Relaxed))?,
            };
            summary.push(format!("{:>8}  {:<14} {note}", seconds(begin.elapsed()), name(task)));
        }
        Ok::<_, Failure>(summary)
    };
    let (tasks, beside) = thread::scope(|scope| {
        let beside = scope.spawn(|| {
            lane(BESIDE, &|task| {
                let log = logs.join(format!("{}.log", name(task)));
                let outcome = run(&program, task, Some(&log));
                let printed = fs::read(&log).unwrap_or_default();
                eprintln!("{}\n{}", heading(task), String::from_utf8_lossy(&printed));
                outcome
            })
        });
        let tasks = lane(TASKS, &|task| {
            eprintln!("{}", heading(task));
            run(&program, task, None)
        });
        (tasks, beside.join())
    });
    let beside = beside.map_err(|_| Failure::new("the lane beside panicked"));
    let summary = [tasks?, beside??].concat().join("\n");
    eprintln!("\n{summary}\n{:>8}  before the tests", seconds(start.elapsed()));
    eprintln!("{}", heading(LAST));
    readme::test()
}

/// Runs a task as a process of its own, and says in a few words what became of it. On a CI machine nothing may be left out.
fn run(program: &Path, task: Task, log: Option<&Path>) -> Result<String, Failure> {
    let wrong =
        |what: String| Failure::new(format!("{} {what}\n       to run it alone: cargo xtask {task}", name(task)));
    let mut command = Command::new(program);
    command.args(task.split_whitespace());
    if let Some(log) = log {
        let file = File::create(log).and_then(|file| Ok((file.try_clone()?, file)));
        let (out, err) = file.map_err(|error| wrong(format!("could not write {}: {error}", log.display())))?;
        command.stdout(out).stderr(err);
    }
    let status = command.status().map_err(|error| wrong(format!("could not be started: {error}")))?;
    match status.code() {
        Some(0) => Ok("ok".to_owned()),
        Some(code) if code == i32::from(NOT_RUN) && !machine::is_ci() => Ok("not run, or not all of it".to_owned()),
        _ => Err(wrong(format!("failed ({status}); what it printed is above"))),
    }
}

fn name(task: Task) -> &'static str {
    task.split(' ').next().unwrap_or(task)
}

fn heading(task: Task) -> String {
    format!("\n== {} (cargo xtask {task})", name(task))
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::{BESIDE, LAST, TASKS};
    use crate::Cli;
    use clap::Parser;

    #[test]
    fn every_task_is_a_command() {
        for task in TASKS.iter().chain(BESIDE).chain([&LAST]) {
            let words = ["xtask"].into_iter().chain(task.split_whitespace());
            assert!(Cli::try_parse_from(words).is_ok(), "{task}");
        }
    }
}
