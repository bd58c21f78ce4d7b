//! Measures the starts of real npm programs with `bmes run`, and writes `benches/STARTUP.md`.

use crate::machine::has;
use crate::packs;
use crate::run::{Outcome, Report, Step, target_dir};

/// Measures the starts. With `is_check`, a missed gate is a failure, and the page is not written.
pub(crate) fn write(is_check: bool, only: &[String]) -> Report {
    if !has("node") {
        return Ok(Outcome::NotRun("Node.js is missing; on Debian: apt-get install nodejs npm".to_owned()));
    }
    let folder = match packs::fetch()? {
        Ok(folder) => folder,
        Err(line) => return Ok(Outcome::NotRun(line)),
    };
    Step::cargo("build --release --quiet --locked -p bmes-cli").run()?;
    let bmes = target_dir()?.join("release/bmes");
    let mut bench = Step::cargo("bench --quiet --locked -p benches --bench startup -- --node node --bmes").arg(&bmes);
    bench = bench.arg("--programs").arg(&folder);
    if is_check {
        bench = bench.arg("--check");
    }
    for name in only {
        bench = bench.args(["--only", name]);
    }
    bench.run()
}
