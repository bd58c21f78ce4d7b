//! Runs Node.js' own tests of the modules and globals that the host has: `cargo xtask builtin-tests DIR`.
//!
//! Node.js' module `common` needs more of Node.js than the tests do, so `builtins/common.js` stands in for it. A test counts only
//! if Node.js itself passes it with this module. `builtins/passing.txt` lists the tests that the host must pass.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use bmes_host_integration::parallel;
use clap::Parser;

/// Run Node.js' own tests of the modules and globals that the host has
#[derive(Parser)]
#[command(name = "bmes-host-builtin-tests")]
struct Arguments {
    /// The command `bmes`
    #[arg(long)]
    bmes: PathBuf,

    /// Write the list of the tests that pass, instead of comparing with it
    #[arg(long)]
    write: bool,

    /// The folder `test` of Node.js 20
    tests: PathBuf,
}

/// The begins of the names of the tests that are run: `test-` and one of these.
const SUBJECTS: &[&str] = &[
    "abort",
    "assert",
    "blob",
    "btoa",
    "buffer-",
    "console",
    "event",
    "fs-access",
    "fs-exists",
    "fs-read",
    "fs-realpath",
    "fs-stat",
    "microtask",
    "mime",
    "next-tick",
    "path",
    "performance",
    "process-emitwarning",
    "process-exit",
    "process-hrtime",
    "process-next-tick",
    "querystring",
    "queue-microtask",
    "string-decoder",
    "structuredClone",
    "timers",
    "url",
    "util",
    "whatwg-encoding",
    "whatwg-event",
    "whatwg-url",
];
/// A test whose text has one of these needs what the host cannot have: the internals of Node.js, V8, processes, a network.
const IMPOSSIBLE: &[&str] = &[
    "internalBinding",
    "expose-internals",
    "expose-gc",
    "internal/",
    "child_process",
    "worker_threads",
    "require('net')",
    "require('http",
    "inspector",
    "require('dgram",
    "require('tls",
    "require('vm",
    "node:test",
    "cluster",
    "tmpdir",
    "require('domain')",
    "async_hooks",
];
const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/builtins/passing.txt");
/// A test that runs longer has failed.
const LONGEST: Duration = Duration::from_mins(1);

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let bmes = arguments.bmes.canonicalize()?;
    let copy = tempfile::tempdir()?;
    let names = copy_tests(&arguments.tests, copy.path())?;
    let run = |name: &String| -> io::Result<Outcome> {
        let file = copy.path().join("parallel").join(name);
        if !ends_well(Command::new("node").arg(&file))? {
            return Ok(Outcome::LeftOut);
        }
        let passes = ends_well(Command::new(&bmes).args(["run", "--experimental-esm-bytecode=off"]).arg(&file))?;
        Ok(if passes { Outcome::Passes } else { Outcome::Fails })
    };
    let outcomes = parallel::map(&names, run)?;
    let of = |wanted| {
        names.iter().zip(&outcomes).filter(move |(_, outcome)| **outcome == wanted).map(|(name, _)| name.as_str())
    };
    let passing: BTreeSet<&str> = of(Outcome::Passes).collect();
    for name in of(Outcome::Fails) {
        println!("fails: {name}");
    }
    let (count, tried) = (passing.len(), passing.len() + of(Outcome::Fails).count());
    println!("{count} of {tried} tests pass; Node.js does not pass {} others here", of(Outcome::LeftOut).count());
    if arguments.write {
        let lines: Vec<&str> = passing.into_iter().collect();
        fs::write(LIST, lines.join("\n") + "\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let listed = fs::read_to_string(LIST)?;
    let missing: Vec<&str> = listed.lines().filter(|name| !passing.contains(name)).collect();
    for name in &missing {
        println!("must pass: {name}");
    }
    Ok(if missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passes,
    Fails,
    /// Node.js does not pass it here, or skips it.
    LeftOut,
}

/// Copies the tests, and the modules that stand in for theirs. Returns the names of the tests.
fn copy_tests(from: &Path, to: &Path) -> io::Result<Vec<String>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("builtins");
    for folder in ["common", "parallel"] {
        fs::create_dir(to.join(folder))?;
    }
    fs::copy(own.join("common.js"), to.join("common/index.js"))?;
    fs::copy(own.join("fixtures.js"), to.join("common/fixtures.js"))?;
    std::os::unix::fs::symlink(from.join("fixtures").canonicalize()?, to.join("fixtures"))?;
    let mut names = Vec::new();
    for entry in fs::read_dir(from.join("parallel"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let subject = name.strip_prefix("test-").and_then(|rest| rest.strip_suffix(".js"));
        if !subject.is_some_and(|subject| SUBJECTS.iter().any(|begin| subject.starts_with(begin))) {
            continue;
        }
        let text = fs::read_to_string(entry.path())?;
        if !IMPOSSIBLE.iter().any(|part| text.contains(part)) {
            fs::write(to.join("parallel").join(&name), text)?;
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Returns whether a command ends with the status 0 in time. Its output is lost.
fn ends_well(command: &mut Command) -> io::Result<bool> {
    let mut child = command.stdin(File::open("/dev/null")?).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if start.elapsed() > LONGEST {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(5));
    }
}
