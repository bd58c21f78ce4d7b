//! Compares the analyzer with the engine. `jsc` prints its own record of each module. The table of
//! `conformance/real` converts it, and the result must be the analyzer's record.
//!
//! Each module in `edges/` tests one edge case. The first word of its name says the expected
//! result:
//!
//! | name | engine | analyzer |
//! |---|---|---|
//! | `taken-…` | takes it | takes it, and has the same record |
//! | `rejected-…` | rejects it | refuses it |
//! | `unrepresentable-…` | takes it | refuses it: the format cannot hold it |
//! | `lenient-engine-…` | takes it, though ECMA-262 does not | refuses it |
//! | `strict-engine-…` | rejects it, though ECMA-262 does not | takes it |

//!
//! This is a separate test program. If there is no engine, it reports that and its tests are
//! ignored; in CI they fail.

mod modules;
mod support;

use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs, io};

use bmes_analyzer::{AnalyzeError, ErrorClass};
use libtest_mimic::{Arguments, Trial};
use modules::{analyze_file, modules, stem};
use support::compare::{Outcome, compare};
use support::jsc::{self, Verdict};
use support::table::Table;

type Test = fn(&Path);

fn main() -> ExitCode {
    let engine = jsc::find();
    let message = format!("there is no `jsc`; Debian has it in {}", jsc::PACKAGE);
    if engine.is_none() {
        eprintln!("not run: {message}");
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
        let outcome = compare(&analysis, &verdict(engine, &file).unwrap(), &table);
        let (stem, class) = (stem(&file), analysis.as_ref().err().map(AnalyzeError::class));
        let unrepresentable = matches!(class, Some(ErrorClass::LoneSurrogate | ErrorClass::AmbiguousRequest));
        let right = match outcome {
            Outcome::Same => stem.starts_with("taken-"),
            Outcome::BothReject => stem.starts_with("rejected-"),
            Outcome::RefusedAlone if unrepresentable => stem.starts_with("unrepresentable-"),
            Outcome::RefusedAlone => stem.starts_with("lenient-engine-"),
            Outcome::TakenAlone(_) => stem.starts_with("strict-engine-"),
            Outcome::Different(_) => false,
        };
        if !right {
            wrong.push(format!("{stem}: {outcome:?} {analysis:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn engine_and_analyzer_agree_on_the_real_modules(engine: &Path) {
    let table = Table::read();
    for file in modules("../conformance/real/modules") {
        let outcome = compare(&analyze_file(&file), &verdict(engine, &file).unwrap(), &table);
        assert_eq!(outcome, Outcome::Same, "{}", file.display());
    }
}

/// Returns the engine's verdict on a module, alone in a folder. The engine prints the record after
/// it has parsed the module, and before it looks for the modules that it requests.
fn verdict(engine: &Path, file: &Path) -> io::Result<Verdict> {
    let folder = jsc::temporary_folder()?;
    // The engine cannot open every file name. It prints this name with the record.
    fs::copy(file, folder.join("module.mjs"))?;
    let output = jsc::run(Command::new(engine).args(["-m", "module.mjs"]).current_dir(&folder));
    fs::remove_dir_all(&folder)?;
    let (stdout, stderr) = output?;
    let sections = stderr.split("\nAnalyzing ModuleRecord key(");
    let mut own = sections.filter(|section| section.lines().next().is_some_and(|key| key.ends_with("/module.mjs')")));
    Ok(match own.next() {
        Some(section) => Verdict::Dumped(section.to_owned()),
        None => Verdict::Rejected(stdout.lines().next().unwrap_or_default().to_owned()),
    })
}
