//! Runs all tasks of CI, in two lanes that run at the same time. In each lane, one task runs after the other. The first lane
//! builds in the shared target folder, and the second lane in other folders, so that no lane waits until the other releases
//! cargo's lock on a folder. After both lanes, the README's test command runs.

use crate::run::{Failure, Report, target_dir};
use crate::{NOT_RUN, machine, readme};
use clap::builder::PossibleValuesParser;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// A task as the arguments of `cargo xtask`, such as `fmt --check`. The first word is the task's name.
type Task = &'static str;

/// The tasks of the first lane, fast ones first.
const TASKS: &[Task] = &[
    "fmt --check",
    "lint",
    "layers",
    "text",
    "shell",
    "doc",
    "spec",
    "regenerate --check",
    "corpus-archive",
    "real",
    "testees --report --depth quick",
    "bench-gate",
    "faults --short",
    "packs",
    "integration --short",
];
/// The tasks of the second lane. The output of a task is printed when the task has ended.
const BESIDE: &[Task] = &["deny", "no-std", "pages"];
const LAST: Task = "test";

/// Returns the names of the tasks that `--skip` accepts.
pub(crate) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(TASKS.iter().chain(BESIDE).map(|task| name(task)))
}

/// Runs all tasks except `skip`. A task that fails does not stop the others; the last lines name all tasks that failed.
pub(crate) fn all(skip: &[String]) -> Report {
    let start = Instant::now();
    // A task may rebuild this program, which replaces its file. So the path is read before the first task.
    let program = std::env::current_exe()
        .map_err(|error| Failure::new(format!("the path of the running xtask is unknown: {error}")))?;
    let logs = target_dir()?.join("ci");
    fs::create_dir_all(&logs).map_err(|error| Failure::at(&logs, &error))?;
    let lane = |tasks: &[Task], perform: &dyn Fn(Task) -> Result<String, Failure>| -> Vec<Done> {
        tasks.iter().map(|task| Done::new(task, skip.iter().any(|skipped| skipped == name(task)), perform)).collect()
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
    let mut done = tasks;
    done.extend(beside.map_err(|_| Failure::new("the second lane panicked"))?);
    let summary: Vec<String> = done.iter().map(Done::line).collect();
    eprintln!("\n{}\n{:>8}  total time before the tests", summary.join("\n"), seconds(start.elapsed()));
    eprintln!("{}", heading(LAST));
    let tested = readme::test();
    let failed: Vec<&Failure> =
        done.iter().filter_map(|done| done.result.as_ref().err()).chain(tested.as_ref().err()).collect();
    if failed.is_empty() {
        return tested;
    }
    let lines: Vec<String> = failed.iter().map(|failure| format!("  {failure}")).collect();
    Err(Failure::new(format!("tasks that failed: {}\n{}", failed.len(), lines.join("\n"))))
}

/// A task that has ended or was left out. Its result is a few words for the summary, such as `ok`.
struct Done {
    task: Task,
    time: Duration,
    result: Result<String, Failure>,
}

impl Done {
    fn new(task: Task, is_skipped: bool, perform: impl Fn(Task) -> Result<String, Failure>) -> Self {
        let begin = Instant::now();
        let result = if is_skipped { Ok("left out".to_owned()) } else { perform(task) };
        Self { task, time: begin.elapsed(), result }
    }

    fn line(&self) -> String {
        let result = self.result.as_ref().map_or("FAILED", String::as_str);
        format!("{:>8}  {:<14} {result}", seconds(self.time), name(self.task))
    }
}

/// Runs a task in its own process. Returns its result in a few words, such as `ok`. If there is a `log`, the task's output goes
/// to that file. On a CI machine, a task that was not run, or only in part, counts as failed.
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
        Some(code) if code == i32::from(NOT_RUN) && !machine::is_ci() => Ok("not run, or only in part".to_owned()),
        _ => Err(wrong(format!("failed ({status}); its output is above"))),
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
    use crate::run::root;
    use clap::Parser;
    use std::fs;

    #[test]
    fn every_task_is_a_command() {
        for task in TASKS.iter().chain(BESIDE).chain([&LAST]) {
            let words = ["xtask"].into_iter().chain(task.split_whitespace());
            assert!(Cli::try_parse_from(words).is_ok(), "{task}");
        }
    }

    #[test]
    fn the_workflow_has_the_same_tasks() {
        let workflow = fs::read_to_string(root().join(".github/workflows/ci.yml")).unwrap();
        let entry = |line: &str| Some(line.trim().strip_prefix("- { task: ")?.split_once(", paths:")?.0.to_owned());
        let listed: Vec<String> = workflow.lines().filter_map(entry).collect();
        let tasks: Vec<&str> = TASKS.iter().chain(BESIDE).copied().chain([LAST]).collect();
        assert_eq!(listed, tasks);
    }
}
