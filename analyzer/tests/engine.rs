//! The analyzer against the engine: `jsc` prints its own record of each module, and, through the table of `conformance/real`, that is
//! the analyzer's.
//!
//! Each module in `edges/` is made for one edge. The first word of its name says what has to come of it:
//!
//! | name | engine | analyzer |
//! |---|---|---|
//! | `taken-…` | takes it | takes it, and has the same record |
//! | `rejected-…` | rejects it | refuses it |
//! | `unrepresentable-…` | takes it | refuses it: the format cannot hold it |
//! | `lenient-engine-…` | takes it, though ECMA-262 does not | refuses it |
//! | `strict-engine-…` | rejects it, though ECMA-262 does not | takes it |

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use bmes::ModuleRecord;
use bmes_analyzer::{Analysis, AnalyzeError, ErrorClass, Options, analyze};
use support::compare::{Outcome, compare};
use support::jsc::{self, Verdict};
use support::table::Table;

#[test]
fn engine_and_analyzer_agree_on_the_edges() {
    let Some(engine) = engine("engine_and_analyzer_agree_on_the_edges") else { return };
    let table = Table::read();
    let mut wrong = Vec::new();
    for file in modules("tests/edges") {
        let analysis = analyze_file(&file);
        let outcome = compare(&analysis, &verdict(&engine, &file).unwrap(), &table);
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

#[test]
fn engine_and_analyzer_agree_on_the_real_modules() {
    let Some(engine) = engine("engine_and_analyzer_agree_on_the_real_modules") else { return };
    let table = Table::read();
    for file in modules("../conformance/real/modules") {
        let outcome = compare(&analyze_file(&file), &verdict(&engine, &file).unwrap(), &table);
        assert_eq!(outcome, Outcome::Same, "{}", file.display());
    }
}

#[test]
fn real_modules_have_the_records_that_are_committed() {
    for (file, name) in real_modules() {
        let committed: ModuleRecord = json(&format!("records/{name}.json"));
        assert_eq!(analyze_file(&file).unwrap().record, committed, "{}", file.display());
    }
}

#[test]
fn real_modules_declare_the_names_that_are_committed() {
    for (file, name) in real_modules() {
        let committed: serde_json::Value = json(&format!("environments/{name}.json"));
        let names = |list: &str| -> Vec<String> {
            committed[list].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
        };
        let variables = analyze_file(&file).unwrap().variables;
        let found = |list: &[bmes_analyzer::Variable]| list.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        assert_eq!(found(&variables.declared), names("declared_variables"), "{}", file.display());
        assert_eq!(found(&variables.lexical), names("lexical_variables"), "{}", file.display());
    }
}

#[test]
fn there_are_edges_of_every_kind() {
    let stems: Vec<_> = modules("tests/edges").iter().map(|file| stem(file)).collect();
    for (kind, least) in
        [("taken-", 60), ("rejected-", 60), ("unrepresentable-", 2), ("lenient-engine-", 3), ("strict-engine-", 4)]
    {
        let count = stems.iter().filter(|stem| stem.starts_with(kind)).count();
        assert!(count >= least, "{count} edges are called {kind}…");
    }
}

/// The engine. Where it is missing, CI fails and people are told.
fn engine(test: &str) -> Option<PathBuf> {
    let engine = jsc::find();
    if engine.is_none() {
        let message = format!("{test} was not run: there is no `jsc`; Debian has it in {}", jsc::PACKAGE);
        assert!(env::var_os("CI").is_none_or(|ci| ci != "true"), "{message}");
        eprintln!("{message}");
    }
    engine
}

/// What the engine makes of a module, alone in a folder: it prints the record after it has parsed the module and before it looks
/// for what the module requests.
fn verdict(engine: &Path, file: &Path) -> io::Result<Verdict> {
    let folder = jsc::temporary_folder()?;
    // The engine cannot open every name, and prints this one with the record.
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

fn analyze_file(file: &Path) -> Result<Analysis, AnalyzeError> {
    analyze(fs::read(file).unwrap(), &Options::for_path(file).unwrap())
}

/// The modules of a folder, sorted.
fn modules(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "mjs"));
    files.sort();
    files
}

/// The modules of `conformance/real`, and the names of what is committed for them.
fn real_modules() -> impl Iterator<Item = (PathBuf, String)> {
    modules("../conformance/real/modules").into_iter().map(|file| {
        let stem = stem(&file);
        (file, if stem.is_ascii() { stem } else { "non-ascii-file-name".to_owned() })
    })
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn json<T: serde::de::DeserializeOwned>(path: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/real").join(path);
    serde_json::from_slice(&fs::read(&path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
