//! Runs the analyzer on every JavaScript and TypeScript file below the given folders, and compares
//! the results with those of the engine `jsc`.
//!
//! ```text
//! cargo run --release -p bmes-analyzer --example packages -- FOLDER...
//! ```
//!
//! For each folder, it prints the number of analysed files, the number of rejected files with the
//! reasons, and the number of files on which the analyzer and the engine differ. It exits with 1 if
//! there is a difference. Files with TypeScript or JSX are analysed, too, but not compared, because
//! the engine does not accept them.

#[path = "batch/mod.rs"]
mod batch;
#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use bmes_analyzer::{Analysis, AnalyzeError, Analyzer, ErrorClass, Options};
use support::compare::{Comparison, compare};
use support::jsc;
use support::table::Table;

const EXTENSIONS: [&str; 8] = ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"];
const STACK: usize = 256 << 20;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<ExitCode> {
    let folders: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    if folders.is_empty() {
        eprintln!("usage: packages FOLDER...");
        return Ok(ExitCode::from(2));
    }
    let engine = jsc::find();
    if engine.is_none() {
        println!("jsc is not installed, so nothing is compared; install the Debian package {}", jsc::PACKAGE);
    }
    let mut differing = 0;
    for folder in folders {
        differing += package(&folder, engine.as_deref())?;
    }
    Ok(if differing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn package(folder: &Path, engine: Option<&Path>) -> Result<usize> {
    let files = batch::files(folder, &is_source)?;
    let (analyses, took) = analyze(&files);
    let mut rejected: BTreeMap<ErrorClass, Vec<(&Path, &AnalyzeError)>> = BTreeMap::new();
    for (file, analysis) in files.iter().zip(&analyses) {
        if let Err(error) = analysis {
            rejected.entry(error.class()).or_default().push((file, error));
        }
    }
    let count = analyses.iter().filter(|analysis| analysis.is_ok()).count();
    println!("{}: {} files, {count} analysed in {took:.0?}", folder.display(), files.len());
    for (class, files) in rejected {
        println!("  rejected, {class}: {}", files.len());
        let is_shown = !matches!(class, ErrorClass::CommonJs | ErrorClass::FileType);
        for (file, error) in files.iter().filter(|_| is_shown) {
            println!("    {}: {}", file.display(), error.to_string().replace('\n', "\n    "));
        }
    }
    match engine {
        Some(engine) => compare_all(engine, &files, &analyses),
        None => Ok(0),
    }
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
}

type Analyzed = std::result::Result<Analysis, AnalyzeError>;

/// Analyses the files on all cores. Returns the analyses in the order of `files`, and the time that
/// they took.
fn analyze(files: &[PathBuf]) -> (Vec<Analyzed>, Duration) {
    let started = Instant::now();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut analyzer = Analyzer::new();
        let mut done = Vec::new();
        while let Some((index, file)) = take(&next, files) {
            done.push((index, analyze_file(&mut analyzer, file)));
        }
        done
    };
    let mut analyses: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..batch::cores())
            .map(|_| {
                thread::Builder::new()
                    .stack_size(STACK)
                    .spawn_scoped(scope, work)
                    .expect("the system must be able to start one more thread")
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("the analyzer must not panic")).collect()
    });
    analyses.sort_unstable_by_key(|(index, _)| *index);
    (analyses.into_iter().map(|(_, analysis)| analysis).collect(), started.elapsed())
}

fn take<'a>(next: &AtomicUsize, files: &'a [PathBuf]) -> Option<(usize, &'a PathBuf)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    files.get(index).map(|file| (index, file))
}

fn analyze_file(analyzer: &mut Analyzer, file: &Path) -> Analyzed {
    let options = Options::for_path(file)?.with_stack_len(STACK / 2);
    let source = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    analyzer.analyze(source, &options)
}

/// Runs the engine on all JavaScript files that the analyzer does not reject as CommonJS. Returns
/// the number of files on which the analyzer and the engine differ.
fn compare_all(engine: &Path, files: &[PathBuf], analyses: &[Analyzed]) -> Result<usize> {
    let is_javascript = |file: &Path| file.extension().is_some_and(|extension| extension == "js" || extension == "mjs");
    let is_common_js = |analysis: &Analyzed| matches!(analysis, Err(error) if error.class() == ErrorClass::CommonJs);
    let compared: Vec<_> =
        files.iter().zip(analyses).filter(|(file, analysis)| is_javascript(file) && !is_common_js(analysis)).collect();
    let compared_files: Vec<_> = compared.iter().map(|(file, _)| (*file).clone()).collect();
    let table = Table::read();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut differing = 0;
    for ((file, analysis), result) in compared.iter().zip(batch::engine_results(engine, &compared_files)?) {
        let (what, reason) = match compare(analysis, &result, &table) {
            Comparison::Same => ("the same record", None),
            Comparison::BothReject => ("rejected by both", None),
            Comparison::OnlyAnalyzerRejects => ("rejected only by the analyzer", Some(String::new())),
            Comparison::OnlyEngineRejects(message) => ("rejected only by the engine", Some(message)),
            Comparison::Different(reason) => ("DIFFERENT", Some(reason)),
        };
        *counts.entry(what).or_default() += 1;
        if let Some(reason) = reason {
            differing += 1;
            println!("  {what}: {}: {reason}", file.display());
        }
    }
    let counts: Vec<_> = counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
    println!("  compared with jsc: {}; differences: {differing}", counts.join(", "));
    Ok(differing)
}
