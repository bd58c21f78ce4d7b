//! Compares the analyzer with engines and compilers, on suites that are not part of this repository. The weekly workflow clones
//! the suites.

use crate::run::{Failure, Report, Step, target_dir};
use std::path::{Path, PathBuf};

/// The parsers whose verdicts the list of known differences has.
const PARSERS: [&str; 2] = ["acorn@8.19.0", "@babel/parser@7.29.15"];
const COMPILER: &str = "typescript@6.0.3";

/// Compares verdicts and records with those of JavaScriptCore on each test of test262, read as a module.
pub(crate) fn test262(folder: &Path) -> Report {
    let packages = install("parsers", &PARSERS)?;
    let parsers =
        Step::new("node").args(["--no-warnings", "--experimental-vm-modules", "analyzer/examples/parsers.mjs"]);
    parsers.arg(&packages).run()?;
    example("test262").arg(folder).run()
}

/// Compares the records of the sources in `folders` with the records of the TypeScript compiler's output for them.
pub(crate) fn typescript(allow: usize, folders: &[PathBuf]) -> Report {
    let packages = install("typescript", &[COMPILER])?;
    let compare = example("typescript").arg(packages.join("node_modules/typescript")).arg(allow.to_string());
    compare.args(folders).run()
}

fn example(name: &str) -> Step {
    Step::cargo("run --quiet --release --locked -p bmes-analyzer --example").arg(name).arg("--")
}

/// Installs npm packages in a folder below target/.
fn install(name: &str, packages: &[&str]) -> Result<PathBuf, Failure> {
    let folder = target_dir()?.join(name);
    std::fs::create_dir_all(&folder).map_err(|error| Failure::at(&folder, &error))?;
    let npm =
        Step::new("npm").args(["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]);
    npm.arg(&folder).args(packages).run()?;
    Ok(folder)
}
