//! Runs the engine JavaScriptCore on many files.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io, thread};

use crate::support::jsc::{self, EngineResult};

mod files;
pub(crate) use files::files;

/// Returns the number of cores, which is the number of threads or processes to run at once.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Returns the engine's result for each file, in the order of `files`. One engine process runs on
/// each core.
pub(crate) fn engine_results(engine: &Path, files: &[PathBuf]) -> io::Result<Vec<EngineResult>> {
    let files: Vec<PathBuf> = files.iter().map(fs::canonicalize).collect::<io::Result<_>>()?;
    let parts: Vec<_> = files.chunks(files.len().div_ceil(cores()).max(1)).collect();
    let results: Vec<io::Result<Vec<EngineResult>>> = thread::scope(|scope| {
        let threads: Vec<_> = parts.iter().map(|part| scope.spawn(|| run_engine(engine, part))).collect();
        threads.into_iter().map(|thread| thread.join().expect("the thread does not panic")).collect()
    });
    let mut all = Vec::new();
    for part in results {
        all.extend(part?);
    }
    Ok(all)
}

/// Analyses files with one process of the engine. The engine only parses them: it loads no other
/// modules, and executes none of the code.
fn run_engine(engine: &Path, files: &[PathBuf]) -> io::Result<Vec<EngineResult>> {
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
    let results: Vec<_> = stderr.split("\u{1}file ").skip(1).map(engine_result).collect();
    if results.len() == files.len() {
        return Ok(results);
    }
    let (got, wanted) = (results.len(), files.len());
    Err(io::Error::other(format!("jsc printed results for {got} of {wanted} files, and then stopped: {stdout}")))
}

fn engine_result(output: &str) -> EngineResult {
    match output.split_once("\u{1}rejected ") {
        Some((_, message)) => EngineResult::Rejected(message.trim_end().to_owned()),
        None => EngineResult::Accepted(
            output.split_once("\nAnalyzing ModuleRecord key(").map_or("", |(_, dump)| dump).to_owned(),
        ),
    }
}
