//! Starts workers, and takes their reports.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use wait_timeout::ChildExt as _;

use crate::report::Report;
use crate::worker::Task;

/// A worker that runs longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// A worker to start.
pub(crate) struct Start<'a> {
    /// Words before the program: another program that starts it, with its options.
    pub(crate) before: Vec<String>,
    pub(crate) program: &'a Path,
    pub(crate) task: Task,
    pub(crate) dir: &'a Path,
    pub(crate) options: Vec<String>,
}

impl<'a> Start<'a> {
    pub(crate) fn new(program: &'a Path, task: Task, dir: &'a Path) -> Self {
        Self { before: Vec::new(), program, task, dir, options: Vec::new() }
    }

    /// Adds words before the program.
    pub(crate) fn below<S: Into<String>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
        self.before.extend(words.into_iter().map(Into::into));
        self
    }

    /// Adds an option of the worker.
    pub(crate) fn with(mut self, option: &str, value: u64) -> Self {
        self.options.extend([format!("--{option}"), value.to_string()]);
        self
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = match self.before.split_first() {
            None => Command::new(self.program),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(self.program);
                command
            }
        };
        command.args(["worker", &self.task.name(), "--dir"]).arg(self.dir).args(&self.options);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the worker to its end. Returns its report, or what is wrong: an exit status, a message, or that it hangs.
    pub(crate) fn run(&self) -> Result<Report, String> {
        let mut child = self.command().spawn().map_err(|error| format!("a worker could not be started: {error}"))?;
        let pipes = (child.stdout.take(), child.stderr.take());
        let status = child.wait_timeout(PATIENCE).map_err(|error| error.to_string())?;
        let Some(status) = status else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("a worker was still running after {} s", PATIENCE.as_secs()));
        };
        let (mut out, mut err) = (String::new(), String::new());
        if let (Some(mut stdout), Some(mut stderr)) = pipes {
            let _ = stdout.read_to_string(&mut out);
            let _ = stderr.read_to_string(&mut err);
        }
        if !status.success() || !err.is_empty() {
            // The lines after these are a backtrace.
            let message: Vec<_> = err.trim().lines().take(2).collect();
            return Err(format!("an error reached a worker ({status}): {}", message.join(" ")));
        }
        serde_json::from_str(&out).map_err(|error| format!("a worker printed {out:?}: {error}"))
    }
}
