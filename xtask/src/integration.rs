//! Tests `bmes run` with real programs, and with damaged, foreign, unwritable and busy caches: builds and runs
//! `bmes-host-integration`.

use crate::machine::{Provision, has, provide};
use crate::packs;
use crate::run::{Failure, Outcome, Report, Step, build_bin, target_dir};

/// Runs the rows with these names, or all. Prints the table of what was run.
pub(crate) fn run(rows: &[String], short: bool) -> Report {
    let mut missing = Vec::new();
    if let Provision::Missing(line) = provide("mount", &["mount"], || has("mount"))? {
        missing.push(line);
    }
    let programs = packs::fetch()?.map_err(|line| missing.push(line)).ok();
    // The short form runs the program that the tests have built anyway: an optimised one takes minutes to build.
    let bmes = if short {
        build_bin("bmes")?
    } else {
        Step::cargo("build --release --quiet --locked -p bmes-cli").run()?;
        target_dir()?.join("release/bmes")
    };
    let mut step = Step::new(build_bin("bmes-host-integration")?).arg("--bmes").arg(bmes);
    if let Some(programs) = programs {
        step = step.arg("--programs").arg(programs);
    }
    match step.args(short.then_some("--short")).args(rows).status()? {
        Some(0) => Ok(Outcome::Ran),
        Some(3) if missing.is_empty() => {
            Ok(Outcome::RanInPart(vec!["rows that need root: run the task as root".to_owned()]))
        }
        Some(3) => Ok(Outcome::RanInPart(missing)),
        _ => Err(Failure::new("a row of the table above is not as required")),
    }
}
