//! Compares the analyzer with the engine JavaScriptCore. Its shell `jsc` prints its own record of
//! each module. The table `normalise.json` of `conformance/real` converts the printed record to a
//! BMES record, which must equal the analyzer's record.
//!
//! Each module in `edges/` tests one edge case. The beginning of its name says what the engine and
//! the analyzer must do:
//!
//! | file name | the engine | the analyzer |
//! |---|---|---|
//! | `taken-…` | accepts it | accepts it, and has the same record |
//! | `rejected-…` | rejects it | rejects it |
//! | `unrepresentable-…` | accepts it | rejects it, because the format cannot represent it |
//! | `lenient-engine-…` | accepts it, although it is an error in ECMA-262 | rejects it |
//! | `strict-engine-…` | rejects it, although it is valid in ECMA-262 | accepts it |
//!
//! These tests have their own `main` function, so that they can be ignored at run time: if `jsc` is
//! not installed, the tests are ignored, and a message says so. In CI they fail instead.

mod modules;
mod support;

use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs, io};

use bmes_analyzer::{AnalyzeError, ErrorClass};
use libtest_mimic::{Arguments, Trial};
use modules::{analyze_file, modules, stem};
use support::compare::{Comparison, compare};
use support::jsc::{self, EngineResult};
use support::table::Table;

type Test = fn(&Path);

fn main() -> ExitCode {
    let engine = jsc::find();
    let message = format!("`jsc` is not installed; install the Debian package {}", jsc::PACKAGE);
    if engine.is_none() {
        eprintln!("the tests that compare the analyzer with JavaScriptCore are ignored: {message}");
    }
    let is_ignored = engine.is_none() && env::var_os("CI").is_none_or(|ci| ci != "true");
    let tests: [(&str, Test); 2] = [
        ("engine_and_analyzer_agree_on_the_edges", engine_and_analyzer_agree_on_the_edges),
        ("engine_and_analyzer_agree_on_the_real_modules", engine_and_analyzer_agree_on_the_real_modules),
    ];
    let trials = tests.map(|(name, test)| {
        let (engine, message) = (engine.clone(), message.clone());
        let run = move || {
            test(&engine.ok_or(message)?);
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(is_ignored)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

fn engine_and_analyzer_agree_on_the_edges(engine: &Path) {
    let table = Table::read();
    let mut wrong = Vec::new();
    for file in modules("tests/edges") {
        let analysis = analyze_file(&file);
        let comparison = compare(&analysis, &engine_result(engine, &file).unwrap(), &table);
        let (stem, class) = (stem(&file), analysis.as_ref().err().map(AnalyzeError::class));
        let unrepresentable = matches!(class, Some(ErrorClass::LoneSurrogate | ErrorClass::AmbiguousRequest));
        let right = match comparison {
            Comparison::Same => stem.starts_with("taken-"),
            Comparison::BothReject => stem.starts_with("rejected-"),
            Comparison::OnlyAnalyzerRejects if unrepresentable => stem.starts_with("unrepresentable-"),
            Comparison::OnlyAnalyzerRejects => stem.starts_with("lenient-engine-"),
            Comparison::OnlyEngineRejects(_) => stem.starts_with("strict-engine-"),
            Comparison::Different(_) => false,
        };
        if !right {
            wrong.push(format!("{stem}: {comparison:?} {analysis:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn engine_and_analyzer_agree_on_the_real_modules(engine: &Path) {
    let table = Table::read();
    for file in modules("../conformance/real/modules") {
        let comparison = compare(&analyze_file(&file), &engine_result(engine, &file).unwrap(), &table);
        assert_eq!(comparison, Comparison::Same, "{}", file.display());
    }
}

/// Returns the engine's result for a module, whose file is copied to a folder without other files.
/// The engine prints the record after it has parsed the module, before it tries to load the
/// imported modules.
fn engine_result(engine: &Path, file: &Path) -> io::Result<EngineResult> {
    let folder = jsc::temporary_folder()?;
    // The engine cannot open files with some names, so the copy gets a fixed name. The engine
    // prints this name with the record.
    fs::copy(file, folder.join("module.mjs"))?;
    let output = jsc::run(Command::new(engine).args(["-m", "module.mjs"]).current_dir(&folder));
    fs::remove_dir_all(&folder)?;
    let (stdout, stderr) = output?;
    let sections = stderr.split("\nAnalyzing ModuleRecord key(");
    let mut own = sections.filter(|section| section.lines().next().is_some_and(|key| key.ends_with("/module.mjs')")));
    Ok(match own.next() {
        Some(section) => EngineResult::Accepted(section.to_owned()),
        None => EngineResult::Rejected(stdout.lines().next().unwrap_or_default().to_owned()),
    })
}
