//! Runs JavaScriptCore on many files.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io, thread};

use crate::support::jsc::{self, Verdict};

mod files;
pub(crate) use files::files;

/// Returns how many processes run at once.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Returns the engine's verdict on each file, in order. The engine runs on all cores.
pub(crate) fn verdicts(engine: &Path, files: &[PathBuf]) -> io::Result<Vec<Verdict>> {
    let files: Vec<PathBuf> = files.iter().map(fs::canonicalize).collect::<io::Result<_>>()?;
    let parts: Vec<_> = files.chunks(files.len().div_ceil(cores()).max(1)).collect();
    let verdicts: Vec<io::Result<Vec<Verdict>>> = thread::scope(|scope| {
        let threads: Vec<_> = parts.iter().map(|part| scope.spawn(|| ask(engine, part))).collect();
        threads.into_iter().map(|thread| thread.join().expect("asking does not panic")).collect()
    });
    let mut all = Vec::new();
    for part in verdicts {
        all.extend(part?);
    }
    Ok(all)
}

/// Runs the engine in one process to analyse files. The engine loads no modules and executes
/// nothing.
fn ask(engine: &Path, files: &[PathBuf]) -> io::Result<Vec<Verdict>> {
    const DRIVER: &str = r#"
        const files = JSON.parse(read(arguments[0]));
        files.forEach((file, index) => {
            printErr("\u0001file " + index);
            try { checkModuleSyntax(read(file)); } catch (error) { printErr("\u0001rejected " + error); }
        });
    "#;
    let folder = jsc::temporary_folder()?;
    let (driver, list) = (folder.join("driver.js"), folder.join("files.json"));
    fs::write(&driver, DRIVER)?;
    fs::write(&list, serde_json::to_string(files)?)?;
    let output = jsc::run(Command::new(engine).arg(&driver).arg("--").arg(&list));
    fs::remove_dir_all(&folder)?;
    let (stdout, stderr) = output?;
    let verdicts: Vec<_> = stderr.split("\u{1}file ").skip(1).map(verdict).collect();
    if verdicts.len() == files.len() {
        return Ok(verdicts);
    }
    let (got, wanted) = (verdicts.len(), files.len());
    Err(io::Error::other(format!("jsc gave up after {got} of {wanted} files: {stdout}")))
}

fn verdict(output: &str) -> Verdict {
    match output.split_once("\u{1}rejected ") {
        Some((_, message)) => Verdict::Rejected(message.trim_end().to_owned()),
        None => {
            Verdict::Dumped(output.split_once("\nAnalyzing ModuleRecord key(").map_or("", |(_, dump)| dump).to_owned())
        }
    }
}
