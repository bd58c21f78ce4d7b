//! Runs of programs, and what they print.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The command that runs a program.
#[derive(Clone, Debug)]
pub struct Runner {
    bmes: PathBuf,
    arguments: Vec<PathBuf>,
    pack: Option<PathBuf>,
    user: Option<u32>,
}

/// What a run printed, and how it ended.
#[derive(Clone, PartialEq, Eq)]
pub struct Output {
    stdout: String,
    stderr: String,
    status: Option<i32>,
}

/// The numbers that `--stats` prints.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// Modules that came from bytecode.
    pub loaded: u32,
    /// Modules that were compiled.
    pub compiled: u32,
    /// Files of modules that the store had.
    pub hits: u32,
    /// Files of modules that the store did not have.
    pub misses: u32,
    /// All lines.
    pub text: String,
}

impl Runner {
    /// Returns the command without a cache.
    pub fn off(bmes: &Path) -> Self {
        Self {
            bmes: bmes.to_owned(),
            arguments: vec!["--experimental-esm-bytecode=off".into()],
            pack: None,
            user: None,
        }
    }

    /// Returns the command with a cache in this folder.
    pub fn cached(bmes: &Path, cache: &Path) -> Self {
        Self { bmes: bmes.to_owned(), arguments: vec!["--cache".into(), cache.to_owned()], pack: None, user: None }
    }

    /// Adds an option of `bmes run`.
    pub fn with(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().into());
        self
    }

    /// Names a pack.
    pub fn packed(mut self, pack: &Path) -> Self {
        self.pack = Some(pack.to_owned());
        self
    }

    /// Runs the programs as another user, which only root can do.
    pub fn as_user(mut self, user: u32) -> Self {
        self.user = Some(user);
        self
    }

    /// Returns the command that runs a program.
    pub fn command(&self, entry: &Path) -> Command {
        let mut command = Command::new(&self.bmes);
        command.arg("run").args(&self.arguments).arg(entry).stdin(Stdio::null());
        // The caller's settings are not part of the test.
        for variable in ["BMES_PACK", "BMES_CACHE_LOWER", "BMES_CACHE_MAX", "BMES_EXPERIMENTAL_ESM_BYTECODE"] {
            command.env_remove(variable);
        }
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command.envs(self.pack.as_ref().map(|pack| ("BMES_PACK", pack)));
        // Programs print paths relative to their folder.
        if let Some(folder) = entry.parent() {
            command.current_dir(folder);
        }
        command
    }

    /// Starts a program, whose output is lost.
    pub fn spawn(&self, entry: &Path) -> io::Result<Child> {
        self.command(entry).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    }

    /// Runs a program.
    pub fn run(&self, entry: &Path) -> io::Result<Output> {
        let output = self.command(entry).output()?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ok(Output { stdout: text(output.stdout), stderr: text(output.stderr), status: output.status.code() })
    }

    /// Runs a program, and returns the numbers besides the output.
    pub fn run_counted(&self, entry: &Path) -> io::Result<(Output, Numbers)> {
        let mut output = self.clone().with("--stats").run(entry)?;
        // The numbers are the last lines.
        let text = output.stderr.split_off(output.stderr.rfind("modules: ").unwrap_or(output.stderr.len()));
        let numbers = Numbers::read(text)
            .ok_or_else(|| io::Error::other(format!("`--stats` printed no numbers at the end of:\n{output}")))?;
        Ok((output, numbers))
    }
}

impl Numbers {
    fn read(text: String) -> Option<Self> {
        let number = |after: &str| text.split_once(after)?.0.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok();
        let (loaded, compiled) = (number(" from the cache")?, number(" compiled")?);
        Some(Self { loaded, compiled, hits: number(" hit")?, misses: number(" miss")?, text })
    }
}

impl Output {
    /// Returns standard output.
    pub fn stdout(&self) -> &str {
        &self.stdout
    }

    /// Returns standard error.
    pub fn stderr(&self) -> &str {
        &self.stderr
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {:?}\n--- stdout\n{}--- stderr\n{}", self.status, self.stdout, self.stderr)
    }
}
