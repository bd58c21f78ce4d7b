//! Compares the analyzer with engines and compilers on test suites of other projects: test262, and the tests of the TypeScript
//! compiler. The suites are not part of this repository; the weekly workflow clones them.

use crate::run::{Failure, Report, Step, target_dir};
use std::path::{Path, PathBuf};

/// The npm packages of two parsers. The page `analyzer/DIFFERENCES.md` shows for each known difference whether these parsers
/// accept the source.
const PARSERS: [&str; 2] = ["acorn@8.19.0", "@babel/parser@7.29.15"];
const COMPILER: &str = "typescript@6.0.3";

/// Checks the verdicts that `analyzer/differences.json` lists for four parsers. Then analyses each test of test262 as a module,
/// and compares the verdict and the record with those of JavaScriptCore. `folder` is a clone of test262.
pub(crate) fn test262(folder: &Path) -> Report {
    let packages = install("parsers", &PARSERS)?;
    let parsers =
        Step::new("node").args(["--no-warnings", "--experimental-vm-modules", "analyzer/examples/parsers.mjs"]);
    parsers.arg(&packages).run()?;
    example("test262").arg(folder).run()
}

/// Compares two records of each TypeScript source in `folders`: the analyzer's record of the source, and its record of the
/// JavaScript that the TypeScript compiler makes of the source. Fails if more than `allow` records of a folder differ.
pub(crate) fn typescript(allow: usize, folders: &[PathBuf]) -> Report {
    let packages = install("typescript", &[COMPILER])?;
    let compare = example("typescript").arg(packages.join("node_modules/typescript")).arg(allow.to_string());
    compare.args(folders).run()
}

fn example(name: &str) -> Step {
    Step::cargo("run --quiet --release --locked -p bmes-analyzer --example").arg(name).arg("--")
}

/// Installs npm packages in the folder `name` below cargo's target folder. Returns the path of the folder.
fn install(name: &str, packages: &[&str]) -> Result<PathBuf, Failure> {
    let folder = target_dir()?.join(name);
    std::fs::create_dir_all(&folder).map_err(|error| Failure::at(&folder, &error))?;
    let npm =
        Step::new("npm").args(["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]);
    npm.arg(&folder).args(packages).run()?;
    Ok(folder)
}
