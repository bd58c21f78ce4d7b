//! Runs test262's tests of modules with `bmes run`, in each state of the cache: builds and runs `bmes-host-semantics`.

use std::path::Path;

use crate::run::{Report, Step, build_bin, target_dir};

/// Runs the tests of a clone of test262.
pub(crate) fn run(test262: &Path) -> Report {
    Step::cargo("build --release --quiet --locked -p bmes-cli").run()?;
    let bmes = target_dir()?.join("release/bmes");
    Step::new(build_bin("bmes-host-semantics")?).arg("--bmes").arg(bmes).arg(test262).run()
}
