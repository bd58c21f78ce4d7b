//! Runs all measurements, and writes `benches/RESULTS.md` and its plots. If this machine lacks a program that a measurement
//! needs, the measurement is left out, and `RESULTS.md` says so.

use crate::run::{Failure, Outcome, Report, Step, target_dir};
use crate::{bench_gate, packs, real};
use std::fs;
use std::path::PathBuf;

/// Counts instructions and memory, then measures time.
pub(crate) fn write() -> Report {
    let folder = target_dir()?.join("bench");
    fs::create_dir_all(&folder).map_err(|error| Failure::at(&folder, &error))?;
    let (counts, memory) = (folder.join("counts.json"), folder.join("memory.tsv"));
    let counted = bench_gate::write_counts(&counts)?;
    let rows = Step::cargo("bench --quiet --locked -p benches --bench memory -- --table").output()?;
    fs::write(&memory, rows).map_err(|error| Failure::at(&memory, &error))?;
    let bun = real::bun();
    // npm may be on this machine, and its registry may not be reachable.
    let programs = packs::fetch().unwrap_or_else(|failure| Err(failure.to_string()));

    let mut report = Step::cargo("bench --quiet --locked -p benches --bench report -- --memory").arg(&memory);
    let node = node()?;
    if let Some(node) = &node {
        report = report.arg("--node").arg(node);
    }
    if counted.is_some() {
        report = report.arg("--counts").arg(&counts);
    }
    report.run()?;
    let missing = [
        counted
            .is_none()
            .then_some("the counts of instructions: valgrind is missing; on Debian: apt-get install valgrind"),
        bun,
        node.is_none().then_some(
            "the compile cache of Node.js 22: its installation failed; it needs Node.js with npm, and access to the npm \
             registry",
        ),
    ];
    let programs = programs.err().map(|reason| format!("making a pack of three.js: {reason}"));
    let missing: Vec<String> = missing.into_iter().flatten().map(str::to_owned).chain(programs).collect();
    Ok(if missing.is_empty() { Outcome::Ran } else { Outcome::RanInPart(missing) })
}

/// The release of Node.js whose compile cache is measured. The benchmark knows the format of its files.
const NODE: &str = "node@22.23.3";

/// Installs [`NODE`] below the target folder with npm, and returns the path of the program; or `None` if npm is missing or
/// fails.
fn node() -> Result<Option<PathBuf>, Failure> {
    let folder = target_dir()?.join("bench/node");
    let install =
        Step::new("npm").args(["install", "--no-save", "--no-package-lock", "--prefix"]).arg(&folder).arg(NODE);
    Ok(install.succeeds().then(|| folder.join("node_modules/.bin/node")))
}
