//! Runs test262's tests of modules with `bmes run`: without a cache, with an empty one, from the pack in the cache, from the
//! files of modules, and from a pack that was made before. The result of each test must be the same in all states:
//! `cargo xtask semantics DIR`.
//!
//! The engine itself does not pass all tests. What it fails without a cache, it must fail in the same way with one.

mod frontmatter;
mod states;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bmes_host_integration::parallel;
use bmes_host_integration::runs::Numbers;
use clap::Parser;
use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use frontmatter::Frontmatter;
use states::{STATES, Test, Verdict};

/// Run test262's tests of modules with `bmes run`, in each state of the cache
#[derive(Parser)]
#[command(name = "bmes-host-semantics")]
struct Arguments {
    /// The command `bmes`
    #[arg(long)]
    bmes: PathBuf,

    /// A clone of tc39/test262
    test262: PathBuf,

    /// Run only tests whose path has this text
    #[arg(long)]
    filter: Option<String>,
}

/// The folders of tests, below `test/language`.
const FOLDERS: [&str; 5] = ["module-code", "import", "export", "expressions/dynamic-import", "expressions/import.meta"];

/// The fewest tests that must pass. It only grows.
const FLOOR: usize = 1242;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let bmes = arguments.bmes.canonicalize()?;
    let test262 = arguments.test262.canonicalize()?;
    let copy = tempfile::tempdir()?;
    let mut tests = Vec::new();
    // The root of the programs.
    fs::write(copy.path().join("package.json"), r#"{"type": "module"}"#)?;
    for folder in FOLDERS {
        copy_tests(&test262.join("test/language").join(folder), &copy.path().join(folder), &mut tests)?;
    }
    tests.sort();
    let mut left_out: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut chosen = Vec::new();
    for path in tests {
        let name = path.strip_prefix(copy.path())?.display().to_string();
        if arguments.filter.as_ref().is_some_and(|filter| !name.contains(filter)) {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let frontmatter = Frontmatter::of(&text);
        match frontmatter.reason_to_leave_out() {
            Some(reason) => *left_out.entry(reason).or_default() += 1,
            None => chosen.push(Test::new(name, path, text, frontmatter)),
        }
    }
    let harness = test262.join("harness");
    let results = parallel::map(&chosen, |test| test.run(&bmes, &harness))?;
    Ok(report(&chosen, &results, &left_out, arguments.filter.is_some()))
}

/// Copies a folder, and collects the tests in it.
fn copy_tests(from: &Path, to: &Path, tests: &mut Vec<PathBuf>) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (from, to) = {
            let entry = entry?;
            (entry.path(), to.join(entry.file_name()))
        };
        if from.is_dir() {
            copy_tests(&from, &to, tests)?;
            continue;
        }
        fs::copy(&from, &to)?;
        let is_fixture = to.file_name().unwrap_or_default().to_string_lossy().contains("_FIXTURE");
        if to.extension().is_some_and(|extension| extension == "js") && !is_fixture {
            tests.push(to);
        }
    }
    Ok(())
}

/// Prints the results. Fails if a test has other results in some states, or if too few tests pass.
fn report(
    tests: &[Test],
    results: &[[Verdict; STATES.len()]],
    left_out: &BTreeMap<&'static str, usize>,
    is_part: bool,
) -> ExitCode {
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut differ = 0;
    for (test, verdicts) in tests.iter().zip(results) {
        if let Some(reason) = verdicts[0].fault() {
            groups.entry(reason).or_default().push(&test.name);
        }
        for (state, verdict) in STATES.iter().zip(verdicts).skip(1) {
            if !verdict.is_same_as(&verdicts[0]) {
                differ += 1;
                println!("{}: {}:\n{verdict}\n{}:\n{}", test.name, state.name, STATES[0].name, verdicts[0]);
            }
        }
    }
    println!("Without a cache, the engine fails these:");
    for (reason, names) in &groups {
        println!("- {} × {reason}, such as {}", names.len(), names.first().unwrap_or(&""));
    }
    println!("Left out:");
    for (reason, count) in left_out {
        println!("- {count}: {reason}");
    }
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN).set_header([
        "state",
        "tests",
        "passed",
        "failed",
        "other than without a cache",
        "modules from bytecode",
        "compiled",
    ]);
    for (number, state) in STATES.iter().enumerate() {
        let passed = results.iter().filter(|verdicts| verdicts[number].fault().is_none()).count();
        let sum = |count: fn(&Numbers) -> u32| -> usize {
            results.iter().map(|verdicts| count(&verdicts[number].numbers) as usize).sum()
        };
        let (loaded, compiled) = (sum(|numbers| numbers.loaded), sum(|numbers| numbers.compiled));
        // A state without bytecode tests nothing.
        differ += usize::from(number > 1 && loaded < compiled);
        let others = results.iter().filter(|verdicts| !verdicts[number].is_same_as(&verdicts[0])).count();
        table.add_row([state.name.to_owned()].into_iter().chain(
            [results.len(), passed, results.len() - passed, others, loaded, compiled].map(|count| count.to_string()),
        ));
    }
    println!("{table}");
    let passed = results.iter().filter(|verdicts| verdicts[0].fault().is_none()).count();
    let is_enough = is_part || passed >= FLOOR;
    if !is_enough {
        println!("{passed} tests pass, and {FLOOR} passed before");
    }
    if differ == 0 && is_enough && !results.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
