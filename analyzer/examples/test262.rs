//! Compares the analyzer with JavaScriptCore on every test of test262. Each test is analysed as a
//! module, even if test262 runs it as a script.
//!
//! ```text
//! cargo run --release -p bmes-analyzer --example test262 -- TEST262
//! ```
//!
//! If test262 runs a test as a module, the front matter of the test says whether it is a valid
//! module. For other tests, the engine's verdict is expected. If the analyzer's verdict differs
//! from the expected one, an entry of `differences.json` must cover the test. The program exits
//! with 1 in three cases: a verdict differs and no entry covers the test; a record differs from the
//! engine's; or the number of tests that an entry covers is not the number in the entry.

#[path = "batch/mod.rs"]
mod batch;
#[path = "../tests/support/covered.rs"]
mod covered;
#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use bmes_analyzer::{Analysis, AnalyzeError, Analyzer, Options};
use covered::Covered;
use serde::Deserialize;
use support::compare::{Comparison, compare};
use support::jsc::{self, EngineResult};
use support::table::Table;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// An entry of `differences.json`, the list of known differences.
#[derive(Deserialize)]
struct Difference {
    name: String,
    test262: Covered,
}

fn main() -> Result<ExitCode> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [folder] = &arguments[..] else {
        eprintln!("usage: test262 TEST262");
        return Ok(ExitCode::from(2));
    };
    let Some(engine) = jsc::find() else {
        eprintln!("jsc is not installed; install the Debian package {}", jsc::PACKAGE);
        return Ok(ExitCode::from(3));
    };
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("differences.json");
    let list: Vec<Difference> = serde_json::from_str(&fs::read_to_string(list)?)?;
    let files = batch::files(&folder.join("test"), &is_test)?;
    let results = batch::engine_results(&engine, &files)?;
    let mut count = Count::default();
    let (mut analyzer, table) = (Analyzer::new(), Table::read());
    for (file, result) in files.iter().zip(&results) {
        let source = fs::read(file)?;
        let analysis = analyzer.analyze(&source, &Options::default());
        let name = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        count.test(&name, &FrontMatter::of(&source), &analysis, result, &table, &list);
    }
    Ok(count.report(&list))
}

fn is_test(path: &Path) -> bool {
    let name = path.to_string_lossy();
    name.ends_with(".js") && !name.ends_with("_FIXTURE.js")
}

/// The metadata in the comment `/*--- … ---*/` of a test.
struct FrontMatter {
    is_module: bool,
    is_parse_error: bool,
    features: Vec<String>,
}

impl FrontMatter {
    fn of(source: &[u8]) -> Self {
        let text = String::from_utf8_lossy(source);
        let matter = text.split_once("/*---").and_then(|(_, rest)| rest.split_once("---*/"));
        let matter = matter.map_or("", |(matter, _)| matter);
        let is_parse_error = matter.split_once("negative:").is_some_and(|(_, rest)| {
            let phase = rest.lines().find_map(|line| line.trim().strip_prefix("phase:"));
            phase.is_some_and(|phase| phase.trim() == "parse")
        });
        let is_module = list(matter, "flags").iter().any(|flag| flag == "module");
        Self { is_module, is_parse_error, features: list(matter, "features") }
    }
}

/// Returns the list of words for a key. The words are in brackets on the line of the key (`flags:
/// [module]`), or on the lines below it, each after a dash.
fn list(matter: &str, key: &str) -> Vec<String> {
    let mut lines = matter.lines().skip_while(|line| line.split(':').next() != Some(key));
    let first = lines.next().and_then(|line| line.split_once(':')).map_or("", |(_, rest)| rest);
    let rest: Vec<&str> = lines.take_while(|line| line.starts_with([' ', '\t'])).collect();
    let text = format!("{first} {}", rest.join(" "));
    let words = text.split(|character: char| character.is_whitespace() || "[],".contains(character));
    words.filter(|word| !word.is_empty() && *word != "-").map(str::to_owned).collect()
}

/// The numbers of tests by their result.
#[derive(Default)]
struct Count {
    tests: usize,
    accepted: usize,
    same_records: usize,
    engine_differs: usize,
    covered: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

impl Count {
    fn test(
        &mut self,
        name: &str,
        matter: &FrontMatter,
        analysis: &std::result::Result<Analysis, AnalyzeError>,
        result: &EngineResult,
        table: &Table,
        list: &[Difference],
    ) {
        self.tests += 1;
        self.accepted += usize::from(analysis.is_ok());
        let engine_accepts = matches!(result, EngineResult::Accepted(_));
        let is_right = if matter.is_module { !matter.is_parse_error } else { engine_accepts };
        self.engine_differs += usize::from(matter.is_module && engine_accepts == matter.is_parse_error);
        match compare(analysis, result, table) {
            Comparison::Same => self.same_records += 1,
            Comparison::Different(reason) => self.wrong.push(format!("different record: {name}: {reason}")),
            _ => {}
        }
        if analysis.is_ok() == is_right {
            return;
        }
        let covers = |entry: &&Difference| {
            let Covered { features, files, .. } = &entry.test262;
            features.iter().any(|feature| matter.features.contains(feature)) || files.iter().any(|file| file == name)
        };
        if let Some(entry) = list.iter().find(covers) {
            *self.covered.entry(entry.name.clone()).or_default() += 1;
            return;
        }
        let reason = match (analysis, result) {
            (Err(error), _) => error.to_string(),
            (Ok(_), EngineResult::Rejected(message)) => {
                format!("the analyzer accepts it, but the engine rejects it: {message}")
            }
            (Ok(_), EngineResult::Accepted(_)) => {
                "the analyzer accepts it, but its front matter says that it is not a valid module".to_owned()
            }
        };
        self.wrong.push(format!("wrong result: {name}: {reason}"));
    }

    fn report(self, list: &[Difference]) -> ExitCode {
        let mut failed = !self.wrong.is_empty();
        for line in &self.wrong {
            println!("{}", line.replace('\n', "\n    "));
        }
        println!(
            "{} tests, {} accepted as modules, {} records equal to the engine's",
            self.tests, self.accepted, self.same_records
        );
        println!("{} module tests for which the engine's verdict differs from the front matter", self.engine_differs);
        for entry in list {
            let covered = self.covered.get(&entry.name).copied().unwrap_or_default();
            let expected = entry.test262.tests;
            let note =
                if covered == expected { String::new() } else { format!(": but differences.json says {expected}") };
            failed |= covered != expected;
            println!("{covered:>6} {}{note}", entry.name);
        }
        println!("{} wrong verdicts or records that differences.json does not cover", self.wrong.len());
        if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}
