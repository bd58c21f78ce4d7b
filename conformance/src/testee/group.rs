//! A child process in its own process group. So the runner can kill the child together with every process that it
//! started.

use std::fmt;
use std::io;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use wait_timeout::ChildExt;

use super::live;
use super::memory::Peaks;
use crate::error_map::ErrorMap;

/// The command that starts a testee: a program and its arguments, and the map of its error names.
#[derive(Clone, Debug)]
pub struct Command {
    words: Vec<String>,
    error_map: Option<Arc<ErrorMap>>,
}

impl Command {
    /// Splits `line` into words as a shell does. No other feature of a shell is supported.
    pub fn parse(line: &str) -> Result<Self, String> {
        let words = shell_words::split(line).map_err(|error| error.to_string())?;
        Self::from_words(words)
    }

    /// Creates a command from the program and its arguments.
    pub fn from_words(words: Vec<String>) -> Result<Self, String> {
        match words.first() {
            Some(program) if !program.is_empty() => Ok(Self { words, error_map: None }),
            _ => Err("the command is empty".into()),
        }
    }

    /// Adds a map of the testee's error names.
    #[must_use]
    pub fn with_error_map(self, map: Arc<ErrorMap>) -> Self {
        Self { error_map: Some(map), ..self }
    }

    /// Returns the map of the testee's error names, if there is one.
    pub fn error_map(&self) -> Option<&Arc<ErrorMap>> {
        self.error_map.as_ref()
    }

    /// Returns the program's name as the user gave it.
    pub fn program(&self) -> &str {
        &self.words[0]
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shell_words::join(&self.words))
    }
}

/// A running child. Dropping it kills the child and its group.
pub(super) struct Group {
    child: Child,
    /// The value of `live::MARK` in the environment of the group's processes.
    mark: String,
}

/// The runner's ends of the three pipes to the child.
pub(super) struct Pipes {
    pub(super) stdin: ChildStdin,
    pub(super) stdout: ChildStdout,
    pub(super) stderr: ChildStderr,
}

impl Group {
    /// Starts `command`, with `argument` as an additional argument if there is one.
    pub(super) fn spawn(command: &Command, argument: Option<&str>) -> io::Result<(Self, Pipes)> {
        let mut builder = std::process::Command::new(command.program());
        builder.args(&command.words[1..]).args(argument);
        builder.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut builder, 0);
        let (mut child, mark) = live::start(|mark| builder.env(live::MARK, mark).spawn())?;
        let ends = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let mut group = Self { child, mark };
        if let (Some(stdin), Some(stdout), Some(stderr)) = ends {
            return Ok((group, Pipes { stdin, stdout, stderr }));
        }
        group.kill();
        Err(io::Error::other("the child has no pipes"))
    }

    /// Returns the memory peaks of the group's processes. Growth is measured from now on.
    pub(super) fn peaks(&self) -> Peaks {
        Peaks::of_group(self.child.id())
    }

    /// Returns the exit status, if the child ends within `patience`.
    pub(super) fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        self.child.wait_timeout(patience).ok().flatten()
    }

    /// Kills the whole group.
    pub(super) fn kill(&mut self) {
        live::end(self.child.id());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Kills the whole group, and the processes that left it.
    pub(super) fn kill_all(&mut self) {
        self.kill();
        live::end_strays(&self.mark);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}
