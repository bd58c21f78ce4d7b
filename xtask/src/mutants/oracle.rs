//! Runs the conformance suite against mutants of the oracle, which cargo-mutants makes. The suite must kill each mutant: at
//! least one case must fail.
//!
//! There are two passes. The first runs only the file cases against all mutants. The second also runs the derived cases,
//! against the mutants that survived the first. The counts and the survivors are written to
//! `conformance/mutants/mechanical.toml`. `cargo xtask regenerate kills` shows them in `conformance/KILLS.md`.

use super::{CARGO_MUTANTS, read, without_place};
use crate::run::{Failure, Outcome, Report, Step, build_release_runner, root, target_dir};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::thread::available_parallelism;

const RESULTS: &str = "conformance/mutants/mechanical.toml";

/// The content of the file [`RESULTS`]. `conformance/src/generate/kills.rs` reads that file.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mechanical {
    mutants: usize,
    by_files: usize,
    by_derived: usize,
    #[serde(default, rename = "survivor", skip_serializing_if = "Vec::is_empty")]
    survivors: Vec<Survivor>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Survivor {
    mutant: String,
    argument: String,
}

/// Runs both passes, and writes the file [`RESULTS`]. Fails if a mutant survives for which the file has no argument (the
/// reason).
pub(crate) fn run() -> Report {
    let output = target_dir()?.join("mutants-oracle");
    let _ = fs::remove_dir_all(&output);
    fs::create_dir_all(&output).map_err(|error| Failure::at(&output, &error))?;
    // The conformance runner starts once for each mutant. This copy of it stays the same if a later build replaces the
    // original.
    let runner = output.join("bmes-conformance");
    let built = build_release_runner()?;
    fs::copy(&built, &runner).map_err(|error| Failure::at(&built, &error))?;
    let files = pass(&runner, &output, "quick", false)?;
    let derived = pass(&runner, &output, "standard", true)?;
    let path = root().join(RESULTS);
    let before = match fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text).map_err(|error| Failure::new(format!("{RESULTS}: {error}")))?,
        Err(_) => Mechanical::default(),
    };
    let results = results(files.killed, &derived, before);
    let text = toml::to_string(&results).map_err(|error| Failure::new(format!("{RESULTS}: {error}")))?;
    let head = "# Written by `cargo xtask mutants --oracle`; only the arguments are written by hand.\n";
    fs::write(&path, format!("{head}{text}")).map_err(|error| Failure::new(format!("{RESULTS}: {error}")))?;
    let without = results.survivors.iter().filter(|survivor| survivor.argument.is_empty()).count();
    match without {
        0 => Ok(Outcome::Ran),
        _ => Err(Failure::new(format!(
            "{RESULTS}: {without} surviving mutants have no argument: add cases that kill them, or write the reason as their `argument` in this file"
        ))),
    }
}

/// The result of one pass.
struct Pass {
    killed: usize,
    survivors: String,
}

/// Runs the suite at `depth` against every mutant. With `iterate`, runs it only against the mutants that the previous pass did
/// not kill.
fn pass(runner: &Path, output: &Path, depth: &str, iterate: bool) -> Result<Pass, Failure> {
    let arguments = ["mutants", "--no-config", "--package", "bmes-oracle", "--no-shuffle", "--profile", "mutants"];
    let step = Step::new(CARGO_MUTANTS.find()?).args(arguments).args(["--minimum-test-timeout", "120", "--output"]);
    let cores = available_parallelism().map_or(1, NonZero::get).to_string();
    let step = step.arg(output).args(["--jobs", &cores]).args(iterate.then_some("--iterate"));
    // cargo-mutants builds the example `testee` from the mutated oracle. The test `suite` runs the conformance suite against
    // it.
    let step = step.args(["--", "--examples", "--test", "suite"]);
    let step = step
        .env("BMES_CONFORMANCE", &runner.display().to_string())
        .env("BMES_CONFORMANCE_ARGS", &format!("--depth {depth} --fail-fast --seed 1 --jobs 1"));
    let ran = step.run();
    let results = output.join("mutants.out");
    let list = |name: &str| read(&results.join(format!("{name}.txt"))).unwrap_or_default();
    let killed = list("caught").lines().count() + list("timeout").lines().count();
    let survivors = list("missed");
    // cargo-mutants also fails if a mutant survives. So its failure counts only if no mutant has a result.
    if killed == 0 && survivors.is_empty() {
        ran?;
    }
    Ok(Pass { killed, survivors })
}

/// Returns the content of the new results file. A mutant that also survived in the earlier results, `before`, keeps its
/// argument.
fn results(by_files: usize, derived: &Pass, before: Mechanical) -> Mechanical {
    let mut arguments: BTreeMap<String, String> =
        before.survivors.into_iter().map(|survivor| (survivor.mutant, survivor.argument)).collect();
    let survivors = derived.survivors.lines().map(without_place);
    let survivors: Vec<_> =
        survivors.map(|mutant| Survivor { argument: arguments.remove(&mutant).unwrap_or_default(), mutant }).collect();
    Mechanical { mutants: by_files + derived.killed + survivors.len(), by_files, by_derived: derived.killed, survivors }
}

#[cfg(test)]
mod tests {
    use super::{Mechanical, Pass, Survivor, results};

    fn survivor(mutant: &str, argument: &str) -> Survivor {
        Survivor { mutant: mutant.into(), argument: argument.into() }
    }

    #[test]
    fn a_survivor_keeps_its_argument_wherever_its_line_is_now() {
        let before =
            Mechanical { survivors: vec![survivor("a.rs: replace < with <=", "why")], ..Mechanical::default() };
        let derived = Pass { killed: 2, survivors: "a.rs:9:1: replace < with <=\na.rs:9:1: delete !\n".into() };
        let now = results(5, &derived, before);
        assert_eq!((now.mutants, now.by_files, now.by_derived), (9, 5, 2));
        assert_eq!(now.survivors, [survivor("a.rs: replace < with <=", "why"), survivor("a.rs: delete !", "")]);
    }
}
