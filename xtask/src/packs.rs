//! Tests packs with real npm programs: compares their resolutions with those of Node.js, and plants link errors. Writes the
//! gold files of a release.

use crate::machine::{Provision, has, provide};
use crate::run::{Failure, Outcome, Report, Step, root, target_dir};
use std::fs;
use std::path::{Path, PathBuf};

/// Installs the programs in two folders, and runs the two scripts of `pack/programs` on them.
pub(crate) fn check() -> Report {
    let mut folders = Vec::new();
    for name in ["one", "two/deeper"] {
        match install(name)? {
            Ok(folder) => folders.push(folder),
            Err(line) => return Ok(Outcome::NotRun(line)),
        }
    }
    let programs = root().join("pack/programs");
    Step::cargo("build --quiet --locked -p bmes-pack --features build --example make").run()?;
    let make = target_dir()?.join("debug/examples/make");
    let node = || Step::new("node").args(["--no-warnings", "--experimental-import-meta-resolve"]);
    node().arg(programs.join("check.mjs")).arg(&make).args(&folders).run()?;
    node().arg(programs.join("planted.mjs")).arg(&make).arg(&folders[0]).run()
}

/// Installs the programs of `pack/programs` in the folder `packs/one` below the target folder. Returns the folder, or what
/// this machine lacks.
pub(crate) fn fetch() -> Result<Result<PathBuf, String>, Failure> {
    install("one")
}

/// Writes the gold files of this version.
pub(crate) fn gold() -> Report {
    Step::cargo("run --quiet --locked -p bmes-pack --features build --example gold").run()
}

fn install(name: &str) -> Result<Result<PathBuf, String>, Failure> {
    if let Provision::Missing(line) = provide("Node.js 20 with npm", &["nodejs", "npm"], || has("node") && has("npm"))?
    {
        return Ok(Err(line));
    }
    let (programs, folder) = (root().join("pack/programs"), target_dir()?.join("packs").join(name));
    // npm replaces node_modules itself, if it is not that of the lock file.
    fs::create_dir_all(folder.join("entries")).map_err(|error| Failure::at(&folder, &error))?;
    for file in ["package.json", "package-lock.json"] {
        copy(&programs.join(file), &folder.join(file))?;
    }
    let entries = programs.join("entries");
    for entry in fs::read_dir(&entries).map_err(|error| Failure::at(&entries, &error))? {
        let entry = entry.map_err(|error| Failure::at(&entries, &error))?;
        copy(&entry.path(), &folder.join("entries").join(entry.file_name()))?;
    }
    Step::new("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).within(&folder).run()?;
    Step::new("node").arg(programs.join("rxjs-esm.mjs")).arg(&folder).run()?;
    Ok(Ok(folder))
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).map(drop).map_err(|error| Failure::at(to, &error))
}
