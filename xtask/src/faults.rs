//! Tests the store under the faults of real machines: builds and runs `bmes-store-faults`.

use crate::machine::{Provision, has, provide};
use crate::run::{Failure, Outcome, Report, Step, build_bin};

/// The programs that inject faults, each with its Debian package.
const PROGRAMS: [(&str, &str); 4] =
    [("strace", "strace"), ("faketime", "faketime"), ("setpriv", "util-linux"), ("mount", "mount")];

/// Runs the rows with these names, or all. Prints the table of what was injected and what was seen.
pub(crate) fn run(rows: &[String], short: bool) -> Report {
    let mut missing = Vec::new();
    for (program, package) in PROGRAMS {
        if let Provision::Missing(line) = provide(program, &[package], || has(program))? {
            missing.push(line);
        }
    }
    let program = build_bin("bmes-store-faults")?;
    // The program names the rows that it does not run, and on a CI machine none may be left out.
    let step = Step::new(program).args(short.then_some("--short")).args(rows);
    match step.status()? {
        Some(0) => Ok(Outcome::Ran),
        Some(3) if missing.is_empty() => {
            Ok(Outcome::RanInPart(vec!["rows that need root: run the task as root".to_owned()]))
        }
        Some(3) => Ok(Outcome::RanInPart(missing)),
        _ => Err(Failure::new("a row of the table above is not as required")),
    }
}
