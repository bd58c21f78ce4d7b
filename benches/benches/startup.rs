//! Measures the starts of real programs, and writes `benches/STARTUP.md`. `cargo xtask startup` runs it:
//!
//! `startup --bmes PROGRAM --node PROGRAM --programs FOLDER [--check] [--only NAME]…`
//!
//! FOLDER has the entries of the programs in `entries/`, and their packages in `node_modules/`. With `--check`, the page is
//! not written. The exit status is 1 if a gate is missed. With `--only`, there are no gates, and the page is not written.

use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use benches::machine;
use benches::startup::page::Results;
use benches::startup::process::Start;
use benches::startup::{Outcome, Program, ROUNDS};

#[derive(Default)]
struct Arguments {
    bmes: PathBuf,
    node: PathBuf,
    programs: PathBuf,
    check: bool,
    only: Vec<String>,
}

fn arguments() -> Result<Arguments, String> {
    let mut found = Arguments::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} has no value"));
        match word.as_str() {
            "--bmes" => found.bmes = value()?.into(),
            "--node" => found.node = value()?.into(),
            "--programs" => found.programs = value()?.into(),
            "--only" => found.only.push(value()?),
            "--check" => found.check = true,
            // Cargo passes this.
            "--bench" => {}
            _ => return Err(format!("no such argument: {word}")),
        }
    }
    Ok(found)
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = arguments()?;
    let mut entries: Vec<PathBuf> = fs::read_dir(arguments.programs.join("entries"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    entries.sort();
    if let Some(name) =
        arguments.only.iter().find(|name| !entries.iter().any(|entry| entry.file_stem() == Some(OsStr::new(name))))
    {
        return Err(format!("no program has the name {name}").into());
    }
    let strace = Command::new("strace").arg("-V").output().is_ok();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut programs = Vec::new();
    for entry in &entries {
        let name = entry.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !arguments.only.is_empty() && !arguments.only.contains(&name) {
            continue;
        }
        let folder = folder.path().join(&name);
        fs::create_dir(&folder)?;
        let outcome = measure(&arguments, entry, &folder, strace)?;
        match &outcome {
            Outcome::Measured(_) => eprintln!("{name}"),
            Outcome::DoesNotRun(reason) => eprintln!("{name}: {reason}"),
        }
        programs.push((name, outcome));
    }
    let results = Results { facts: facts(&arguments), programs };
    let page = results.page();
    println!("{page}");
    if !arguments.check && arguments.only.is_empty() {
        fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/STARTUP.md"), page)?;
    }
    // Some programs alone are too few for the gates.
    let is_met = !arguments.only.is_empty() || results.gates().iter().all(|gate| gate.is_met);
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn measure(arguments: &Arguments, entry: &Path, folder: &Path, strace: bool) -> std::io::Result<Outcome> {
    let expected = Start::new(&arguments.node).last(entry).output()?;
    if let Err(reason) = expected.same_as(expected.stdout()) {
        return Ok(Outcome::DoesNotRun(format!("Node.js: {reason}")));
    }
    let program = Program { bmes: &arguments.bmes, entry, folder };
    program.measure(expected.stdout(), strace, ROUNDS)
}

fn facts(arguments: &Arguments) -> Vec<(String, String)> {
    let version = |program: &Path| {
        let output = Command::new(program).arg("--version").output();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        text.lines().next().unwrap_or_default().to_owned()
    };
    let mut facts: Vec<(String, String)> =
        machine::facts(env!("CARGO_TARGET_TMPDIR")).into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect();
    facts.push(("bmes".to_owned(), version(&arguments.bmes)));
    facts.push(("Node.js, for the output".to_owned(), version(&arguments.node)));
    facts
}
