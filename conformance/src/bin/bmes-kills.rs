//! Runs the suite against the hand-made mutants and writes `KILLS.md`: `cargo xtask regenerate kills` runs this.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};

use clap::Parser;
use conformance::clauses::Clauses;
use conformance::corpus::Corpus;
use conformance::generate::coverage::Coverage;
use conformance::generate::kills::{self, Kill, Mechanical};
use conformance::mutants::{self, Mutant, MutantOutcome, Runner};
use indicatif::ProgressBar;

type Error = Box<dyn std::error::Error>;

/// Run the suite against the hand-made mutants, and write KILLS.md
///
/// Fails if a mutant is invalid, if a mutant survives and its patch has no reason for it (`equivalent:`), or if a
/// clause has neither a case nor a reason in src/cases/untested.rs.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The folder of the crate `conformance`, which has corpus/, mutants/, testees/ and KILLS.md
    #[arg(long, value_name = "FOLDER", default_value = env!("CARGO_MANIFEST_DIR"))]
    into: PathBuf,
    /// Search for the case that kills each mutant again. Without this option, the case that KILLS.md names for the
    /// mutant runs first
    #[arg(long)]
    afresh: bool,
    /// Run only file cases, no derived cases. A mutant that only a derived case kills then survives
    #[arg(long)]
    files: bool,
    /// Run only these mutants, print the result of each, and do not write KILLS.md
    names: Vec<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = if arguments.names.is_empty() { write(&arguments) } else { print(&arguments) };
    match done {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            for fault in &faults {
                eprintln!("bmes-kills: {fault}");
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("bmes-kills: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(Arguments { into, afresh, files, .. }: &Arguments) -> Result<Vec<String>, Error> {
    let page = into.join("KILLS.md");
    let before = if *afresh { String::new() } else { fs::read_to_string(&page).unwrap_or_default() };
    let hints = kills::hints(&before);
    let corpus = Corpus::load(&into.join("corpus"))?;
    let coverage = Coverage::of(Clauses::standard(), corpus.cases().iter().map(|case| &case.case));
    let kills =
        run(mutants::all(&into.join("mutants"))?, &Runner::new(&corpus, &into.join("testees/python"), !files), &hints);
    let mechanical = mechanical(&into.join("mutants/mechanical.toml"))?;
    fs::write(page, kills::page(&kills, mechanical.as_ref(), &coverage, &corpus))?;
    let killed = kills.iter().filter(|(_, outcome)| matches!(outcome, MutantOutcome::Killed(..))).count();
    println!("{killed} of {} hand-made mutants killed", kills.len());
    Ok(kills::faults(&kills, mechanical.as_ref(), &coverage))
}

fn print(Arguments { into, names, files, .. }: &Arguments) -> Result<Vec<String>, Error> {
    let mut mutants = mutants::all(&into.join("mutants"))?;
    if let Some(unknown) = names.iter().find(|name| mutants.iter().all(|mutant| mutant.name != **name)) {
        return Err(format!("no such mutant: {unknown}; mutants/ has no file of this name with .patch after it").into());
    }
    mutants.retain(|mutant| names.contains(&mutant.name));
    let corpus = Corpus::load(&into.join("corpus"))?;
    let mut faults = Vec::new();
    for (mutant, outcome) in run(mutants, &Runner::new(&corpus, &into.join("testees/python"), !files), &BTreeMap::new())
    {
        match outcome {
            MutantOutcome::Killed(killer, id) => println!("{}: killed by {id} ({killer})", mutant.name),
            MutantOutcome::Survived => faults.push(format!("{} survives", mutant.name)),
            MutantOutcome::Invalid(why) => faults.push(format!("{} is invalid: {why}", mutant.name)),
        }
    }
    Ok(faults)
}

/// Runs the suite against `mutants`, as many at the same time as there are cores. Mutants of the kind `cost` run
/// afterwards, one after the other, because their runs measure time.
fn run(mutants: Vec<Mutant>, runner: &Runner<'_>, hints: &BTreeMap<String, String>) -> Vec<Kill> {
    let bar = ProgressBar::new(mutants.len() as u64);
    let one = |mutant: Mutant| {
        let outcome = runner.run(&mutant, hints.get(&mutant.name).map(String::as_str));
        bar.inc(1);
        (mutant, outcome)
    };
    let (cost, others): (Vec<_>, Vec<_>) = mutants.into_iter().partition(|mutant| mutant.kind() == "cost");
    let (next, kills) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(mutant) = others.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let kill = one(mutant.clone());
                    if let Ok(mut kills) = kills.lock() {
                        kills.push(kill);
                    }
                }
            });
        }
    });
    let mut kills = kills.into_inner().unwrap_or_default();
    kills.extend(cost.into_iter().map(one));
    kills.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    bar.finish_and_clear();
    kills
}

fn mechanical(path: &Path) -> Result<Option<Mechanical>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?)),
        Err(_) => Ok(None),
    }
}
