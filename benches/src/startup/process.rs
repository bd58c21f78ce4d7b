//! Runs a program once, and measures it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4 as _;

/// A command that starts a program.
#[derive(Clone, Debug)]
pub struct Start {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
}

/// A run of a program.
#[derive(Clone, Debug)]
pub struct Run {
    /// The time of the processor, for the process and the system.
    pub cpu: Duration,
    /// From the start to the last byte of standard output.
    pub output_after: Duration,
    /// From there to the exit.
    pub rest: Duration,
    /// What it printed.
    pub output: Output,
}

#[cfg(test)]
impl Run {
    /// Returns a run that takes so many milliseconds to its last byte of output, and as much processor time.
    pub(crate) fn of(milliseconds: u64) -> Self {
        let time = Duration::from_millis(milliseconds);
        let output = Output { stdout: Vec::new(), stderr: String::new(), status: Some(0) };
        Self { cpu: time, output_after: time, rest: Duration::from_millis(1), output }
    }
}

/// What a program printed, and how it ended.
#[derive(Clone, Debug)]
pub struct Output {
    stdout: Vec<u8>,
    stderr: String,
    status: Option<i32>,
}

impl Start {
    /// Creates a start without arguments.
    pub fn new(program: &Path) -> Self {
        Self { program: program.to_owned(), arguments: Vec::new(), environment: Vec::new() }
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    pub fn args(self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Adds the program that a runtime runs.
    pub fn last(self, entry: &Path) -> Self {
        self.arg(entry)
    }

    /// Adds an option of the runtime, before the program.
    pub fn arg_before_last(mut self, argument: impl AsRef<OsStr>) -> Self {
        let last = self.arguments.len().saturating_sub(1);
        self.arguments.insert(last, argument.as_ref().to_owned());
        self
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, name: &'static str, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name, value.as_ref().to_owned()));
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        // The caller's settings would change what is measured.
        for variable in ["BMES_PACK", "BMES_CACHE_LOWER", "BMES_CACHE_MAX", "BMES_EXPERIMENTAL_ESM_BYTECODE"] {
            command.env_remove(variable);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
        command
    }

    /// Runs the program.
    pub fn output(&self) -> io::Result<Output> {
        let output = self.command().output()?;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok(Output { stdout: output.stdout, stderr, status: output.status.code() })
    }

    /// Runs the program, and measures it.
    pub fn run(&self) -> io::Result<Run> {
        let mut command = self.command();
        let start = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut pipe = child.stdout.take().ok_or_else(|| io::Error::other("the child has no standard output"))?;
        let (mut stdout, mut chunk, mut output_after) = (Vec::new(), vec![0; 1 << 16], Duration::ZERO);
        loop {
            match pipe.read(&mut chunk)? {
                0 => break,
                len => {
                    output_after = start.elapsed();
                    stdout.extend_from_slice(&chunk[..len]);
                }
            }
        }
        let ended = child.wait4()?;
        let rest = start.elapsed().saturating_sub(output_after);
        let cpu = ended.rusage.utime + ended.rusage.stime;
        let output = Output { stdout, stderr: String::new(), status: ended.status.code() };
        Ok(Run { cpu, output_after, rest, output })
    }

    /// Returns the number of system calls, or nothing if `strace` cannot run.
    pub fn system_calls(&self, file: &Path) -> io::Result<Option<u64>> {
        let mut traced = self.clone();
        traced.arguments.insert(0, self.program.clone().into());
        traced.program = PathBuf::from("strace");
        for argument in [OsStr::new("-fco"), file.as_os_str()].into_iter().rev() {
            traced.arguments.insert(0, argument.to_owned());
        }
        if !traced.command().stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
            return Ok(None);
        }
        let table = fs::read_to_string(file)?;
        let total = table.lines().rev().find(|line| line.ends_with(" total"));
        Ok(total.and_then(|line| line.split_whitespace().nth(3)?.parse().ok()))
    }
}

impl Output {
    /// Returns standard output.
    pub fn stdout(&self) -> &[u8] {
        &self.stdout
    }

    /// Returns the reason why this is not the output of a program that ended well and printed `expected`.
    pub fn same_as(&self, expected: &[u8]) -> Result<(), String> {
        match self.status {
            Some(0) if self.stdout == expected => Ok(()),
            Some(0) => Err(format!("it prints {:?}", shortened(&String::from_utf8_lossy(&self.stdout)))),
            _ => Err(self.first_line()),
        }
    }

    /// Returns the first line of standard error.
    pub fn first_line(&self) -> String {
        let line = self.stderr.lines().find(|line| !line.trim().is_empty()).unwrap_or("it fails without a message");
        shortened(line)
    }

    /// Returns standard error.
    pub fn stderr(&self) -> &str {
        &self.stderr
    }

    /// Returns the number of modules that `bmes run --stats` has printed.
    pub fn modules(&self) -> Option<u64> {
        let line = self.stderr.lines().find_map(|line| line.strip_prefix("modules: "))?;
        line.split(' ').next()?.parse().ok()
    }
}

fn shortened(text: &str) -> String {
    const LEN: usize = 120;
    let text = text.trim_end();
    if text.chars().count() <= LEN { text.to_owned() } else { text.chars().take(LEN).chain(['…']).collect() }
}
