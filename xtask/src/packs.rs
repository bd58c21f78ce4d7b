//! Tests packs with real npm programs: compares their resolutions with those of Node.js, and plants link errors.

use crate::machine::{Provision, has, provide};
use crate::run::{Failure, Outcome, Report, Step, root, target_dir};
use std::fs;
use std::path::Path;

/// Installs the programs of `pack/programs` in two folders below the target folder, and runs its two scripts on them.
pub(crate) fn check() -> Report {
    if let Provision::Missing(line) = provide("Node.js 20 with npm", &["nodejs", "npm"], || has("node") && has("npm"))?
    {
        return Ok(Outcome::NotRun(line));
    }
    let (programs, packs) = (root().join("pack/programs"), target_dir()?.join("packs"));
    let (one, two) = (packs.join("one"), packs.join("two/deeper"));
    for folder in [&one, &two] {
        // npm replaces node_modules itself, if it is not that of the lock file.
        fs::create_dir_all(folder.join("entries")).map_err(|error| Failure::at(folder, &error))?;
        for file in ["package.json", "package-lock.json"] {
            copy(&programs.join(file), &folder.join(file))?;
        }
        let entries = programs.join("entries");
        for entry in fs::read_dir(&entries).map_err(|error| Failure::at(&entries, &error))? {
            let entry = entry.map_err(|error| Failure::at(&entries, &error))?;
            copy(&entry.path(), &folder.join("entries").join(entry.file_name()))?;
        }
        Step::new("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).within(folder).run()?;
    }
    Step::cargo("build --quiet --locked -p bmes-pack --features build --example make").run()?;
    let make = target_dir()?.join("debug/examples/make");
    let node = || Step::new("node").args(["--no-warnings", "--experimental-import-meta-resolve"]);
    node().arg(programs.join("check.mjs")).arg(&make).arg(&one).arg(&two).run()?;
    node().arg(programs.join("planted.mjs")).arg(&make).arg(&one).run()
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).map(drop).map_err(|error| Failure::at(to, &error))
}
