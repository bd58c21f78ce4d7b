//! Runs Node.js' own tests of the modules that the host has: builds and runs `bmes-host-builtin-tests`.

use std::path::Path;

use crate::machine::{Provision, has, provide};
use crate::run::{Outcome, Report, Step, build_bin};

/// Runs the tests in the folder `test` of Node.js 20. With `write`, writes the list of those that pass.
pub(crate) fn run(tests: &Path, write: bool) -> Report {
    if let Provision::Missing(line) = provide("Node.js 20", &["nodejs"], || has("node"))? {
        return Ok(Outcome::NotRun(line));
    }
    let bmes = build_bin("bmes")?;
    let step = Step::new(build_bin("bmes-host-builtin-tests")?).arg("--bmes").arg(bmes);
    step.args(write.then_some("--write")).arg(tests).run()
}
