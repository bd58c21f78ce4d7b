//! Mechanical mutants of the oracle: cargo-mutants makes them, and the suite must kill them.
//!
//! There are two passes: file cases first, then derived cases for the survivors. The counts and the survivors are written to
//! `conformance/mutants/mechanical.toml`, and `cargo xtask regenerate kills` shows them in `conformance/KILLS.md`.

use super::{CARGO_MUTANTS, read, without_place};
use crate::run::{Failure, Outcome, Report, Step, build_release_runner, root, target_dir};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::thread::available_parallelism;

const RESULTS: &str = "conformance/mutants/mechanical.toml";

/// The content of the results file. `conformance/src/generate/kills.rs` reads that file.
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

/// Runs both passes and writes the results. Fails if a mutant survives that has no argument yet.
pub(crate) fn run() -> Report {
    let output = target_dir()?.join("mutants-oracle");
    let _ = fs::remove_dir_all(&output);
    fs::create_dir_all(&output).map_err(|error| Failure::at(&output, &error))?;
    // The runner runs once for each mutant. It is a copy, so that no later build replaces it.
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
            "{RESULTS}: {without} survivors have no argument: add cases that kill them, or give the reason there"
        ))),
    }
}

/// The result of one pass.
struct Pass {
    killed: usize,
    survivors: String,
}

/// Runs the suite at `depth` against every mutant; with `iterate`, against those that the previous pass did not kill.
fn pass(runner: &Path, output: &Path, depth: &str, iterate: bool) -> Result<Pass, Failure> {
    let arguments = ["mutants", "--no-config", "--package", "bmes-oracle", "--no-shuffle", "--profile", "mutants"];
    let step = Step::new(CARGO_MUTANTS.find()?).args(arguments).args(["--minimum-test-timeout", "120", "--output"]);
    let cores = available_parallelism().map_or(1, NonZero::get).to_string();
    let step = step.arg(output).args(["--jobs", &cores]).args(iterate.then_some("--iterate"));
    // The mutant is the example, and `suite` runs the suite against it.
    let step = step.args(["--", "--examples", "--test", "suite"]);
    let step = step
        .env("BMES_CONFORMANCE", &runner.display().to_string())
        .env("BMES_CONFORMANCE_ARGS", &format!("--depth {depth} --fail-fast --seed 1 --jobs 1"));
    let ran = step.run();
    let results = output.join("mutants.out");
    let list = |name: &str| read(&results.join(format!("{name}.txt"))).unwrap_or_default();
    let killed = list("caught").lines().count() + list("timeout").lines().count();
    let survivors = list("missed");
    // cargo-mutants also fails if a mutant survives.
    if killed == 0 && survivors.is_empty() {
        ran?;
    }
    Ok(Pass { killed, survivors })
}

/// Returns the results, with the arguments of an earlier run.
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
