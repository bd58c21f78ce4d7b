//! Writes `KILLS.md`: `cargo xtask kills` runs this.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::available_parallelism;

use clap::Parser;
use conformance::clauses::Clauses;
use conformance::corpus::Corpus;
use conformance::generate::coverage::Coverage;
use conformance::generate::kills;
use indicatif::ProgressBar;

/// Run every weakened implementation through the suite, and write KILLS.md
///
/// Fails if one of them is not noticed, or not by a case that names the clause that it breaks, or if a clause is not tested.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The folder of the crate, in which corpus/ and KILLS.md are
    #[arg(long, value_name = "FOLDER", default_value = env!("CARGO_MANIFEST_DIR"))]
    into: PathBuf,
}

fn main() -> ExitCode {
    match write(&Arguments::parse().into) {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            for fault in &faults {
                eprintln!("bmes-kills: {fault}");
            }
            eprintln!("bmes-kills: {} to mend, in src/cases or in src/weak", faults.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("bmes-kills: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let corpus = Corpus::load(&folder.join("corpus"))?;
    let coverage = Coverage::of(Clauses::standard(), corpus.cases().iter().map(|case| &case.case));
    let jobs = available_parallelism().map_or(1, usize::from);
    let bar = ProgressBar::new(conformance::weak::all().len() as u64);
    let kills = kills::all(&kills::Suite::of(&corpus), jobs, &|| bar.inc(1));
    bar.finish_and_clear();
    fs::write(folder.join("KILLS.md"), kills::page(&kills, &coverage, &corpus))?;
    let noticed = kills.iter().filter(|kill| !kill.cases.is_empty()).count();
    println!("{noticed} of {} weakenings noticed by {} cases", kills.len(), corpus.cases().len());
    Ok(kills::faults(&kills, &coverage))
}
