//! Starts programs and reports how they ended. Every task starts its programs with [`Step`].

use crate::machine;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The result of a task.
pub(crate) type Report = Result<Outcome, Failure>;

/// How much of a task was done, if it did not fail.
pub(crate) enum Outcome {
    /// The whole task was done.
    Ran,
    /// A part of the task was done. Each line names a part that was not done, and what this machine lacks for it.
    RanInPart(Vec<String>),
    /// Nothing was done. The line says what this machine lacks.
    NotRun(String),
}

/// The error of a task: what went wrong and what to do about it, in one line.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// Returns the error of an operation on the file or folder at `path`.
    pub(crate) fn at(path: impl AsRef<Path>, error: &dyn fmt::Display) -> Self {
        Self(format!("{}: {error}", path.as_ref().display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Environment variables for cargo and the tests in CI. CI builds everything only once and runs it for seconds, so incremental
/// builds and debug information would only take time.
const IN_CI: [(&str, &str); 3] = [
    ("CARGO_INCREMENTAL", "0"),
    ("CARGO_PROFILE_DEV_DEBUG", "none"),
    // Many tests only wait for another process, so even few cores can run four tests at once.
    ("RUST_TEST_THREADS", "4"),
];

/// A program to run, with its arguments. It runs in the project's root, unless [`within`](Self::within) sets another folder.
/// `shown` are the words of the command as messages show it.
pub(crate) struct Step {
    shown: Vec<String>,
    command: Command,
}

impl Step {
    /// Returns a step that runs a program, which is given by its name or path.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(&program);
        command.stdin(Stdio::null());
        if machine::is_ci() {
            command.envs(IN_CI);
        }
        Self { shown: vec![program.as_ref().to_string_lossy().into_owned()], command }
    }

    /// Returns a step that runs cargo: the same cargo that runs this program, so that all steps use one toolchain. `arguments`
    /// are split at spaces.
    pub(crate) fn cargo(arguments: &str) -> Self {
        let mut step = Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        step.shown = vec!["cargo".to_owned()];
        step.args(arguments.split_whitespace())
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        let shown = argument.as_ref().to_string_lossy().into_owned();
        self.shown.push(if shown.contains(' ') { format!("'{shown}'") } else { shown });
        self.command.arg(argument);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Sets an environment variable. The shown command includes it, so that the user can repeat the command.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        let quote = if value.contains(' ') { "'" } else { "" };
        self.shown.insert(0, format!("{name}={quote}{value}{quote}"));
        self.command.env(name, value);
        self
    }

    pub(crate) fn env_remove(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs the program and shows its output.
    pub(crate) fn run(mut self) -> Report {
        let shown = self.shown.join(" ");
        eprintln!("$ {shown}");
        match self.command.status() {
            Ok(status) if status.success() => Ok(Outcome::Ran),
            Ok(status) => Err(Failure::new(format!("`{shown}` failed ({status}); its output is above"))),
            Err(error) => Err(Failure::new(format!("`{shown}` could not be started: {error}"))),
        }
    }

    /// Runs the program and shows its output. Returns its exit code, or `None` if a signal ended it.
    pub(crate) fn status(mut self) -> Result<Option<i32>, Failure> {
        let shown = self.shown.join(" ");
        eprintln!("$ {shown}");
        let status = self.command.status();
        Ok(status.map_err(|error| Failure::new(format!("`{shown}` could not be started: {error}")))?.code())
    }

    /// Runs the program silently. Returns true if it succeeded.
    pub(crate) fn succeeds(mut self) -> bool {
        self.command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    /// Runs the program silently. Returns its standard output if it succeeded.
    pub(crate) fn output_quietly(mut self) -> Option<String> {
        let output = self.command.stderr(Stdio::null()).output().ok()?;
        String::from_utf8(output.stdout).ok().filter(|_| output.status.success())
    }

    /// Runs the program. Returns whether the program succeeded, and what it wrote to standard error.
    pub(crate) fn errors(mut self) -> Result<(bool, String), Failure> {
        let shown = self.shown.join(" ");
        eprintln!("$ {shown}");
        let output = self.command.stdout(Stdio::null()).output();
        let output = output.map_err(|error| Failure::new(format!("`{shown}` could not be started: {error}")))?;
        Ok((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
    }

    /// Runs the program. Returns its standard output; its standard error is shown.
    pub(crate) fn output(mut self) -> Result<String, Failure> {
        let shown = self.shown.join(" ");
        let output = self
            .command
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| Failure::new(format!("`{shown}` could not be started: {error}")))?;
        if !output.status.success() {
            return Err(Failure::new(format!("`{shown}` failed ({})", output.status)));
        }
        String::from_utf8(output.stdout)
            .map_err(|_| Failure::new(format!("`{shown}` printed something that is not UTF-8")))
    }
}

/// Builds a program of this project in the development profile, and returns its path. `cargo run` would enable only the
/// features that the program's package needs, and so build many dependencies again. This build includes a test of the
/// workspace, so cargo enables the same features as for the tests, and reuses their builds.
pub(crate) fn build_bin(name: &str) -> Result<PathBuf, Failure> {
    Step::cargo("build --quiet --locked --workspace --test spec --bin").arg(name).run()?;
    Ok(target_dir()?.join("debug").join(name))
}

/// Builds an example in the same way as [`build_bin`], and returns its path.
pub(crate) fn build_example(name: &str) -> Result<PathBuf, Failure> {
    Step::cargo("build --quiet --locked --workspace --test spec --example").arg(name).run()?;
    Ok(target_dir()?.join("debug/examples").join(name))
}

/// Builds the optimised conformance runner, and returns its path: if the runner runs for minutes, an optimised build saves time.
pub(crate) fn build_release_runner() -> Result<PathBuf, Failure> {
    Step::cargo("build --release --locked -p conformance").run()?;
    Ok(target_dir()?.join("release/bmes-conformance"))
}

/// Returns the paths of the project's files, relative to its root: committed files, and new files that git does not ignore.
pub(crate) fn files() -> Result<Vec<String>, Failure> {
    let step = Step::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).within(root());
    Ok(step.output()?.split_terminator('\0').map(str::to_owned).collect())
}

/// Returns the project's root. cargo passes the folder of `xtask` at run time. The folder at build time may be another one,
/// because two checkouts can share a target folder and so the built xtask.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let here = PathBuf::from(here);
        here.parent().map_or_else(|| here.clone(), Path::to_owned)
    })
}

/// Makes the project's root the current folder. All tasks run there, even if the user called them in another folder.
pub(crate) fn enter_root() -> Result<(), Failure> {
    std::env::set_current_dir(root())
        .map_err(|error| Failure::new(format!("cannot change to the folder {}: {error}", root().display())))
}

/// Returns the target folder, as cargo reports it: a user's cargo settings may have moved it.
pub(crate) fn target_dir() -> Result<PathBuf, Failure> {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return Ok(found.clone());
    }
    let metadata = Step::cargo("metadata --no-deps --format-version 1").output()?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)
        .map_err(|error| Failure::new(format!("`cargo metadata` printed no JSON: {error}")))?;
    let found = metadata["target_directory"]
        .as_str()
        .ok_or_else(|| Failure::new("`cargo metadata` names no target directory"))?;
    Ok(FOUND.get_or_init(|| PathBuf::from(found)).clone())
}
