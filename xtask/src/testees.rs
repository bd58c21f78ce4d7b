//! Runs the suite on the reference, and on each implementation below `conformance/testees/`.
//!
//! The `testee.toml` of each folder says how its testee is built and started; `CONTRIBUTING.md` explains the keys.

use crate::machine::{Provision, has, provide};
use crate::readme;
use crate::run::{Failure, Outcome, Report, Step, build_bin, build_release_runner, root, target_dir};
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The depth that has only file cases.
const QUICK: &str = "quick";

/// The sections that run at that depth: all except `size`, whose files have up to 16 MiB. Some testees need minutes for them, and
/// the weekly run includes them.
const SECTIONS: &str =
    "v*/{bytecode,exports,header,imports,layout,names,order,position,real,requests,star-exports,state,variables}/*";

/// Runs the testees with these names, at this depth. Without names, runs all testees and the reference. With `report`, writes a
/// page that compares them.
pub(crate) fn some(names: &[String], report: bool, depth: &str) -> Report {
    let testees = find(&root().join("conformance/testees"))?;
    if let Some(unknown) = names.iter().find(|name| !testees.iter().any(|testee| &testee.name == *name)) {
        return Err(Failure::new(format!("conformance/testees has no testee called {unknown}")));
    }
    let mut suite = Suite::new(report, depth)?;
    if names.is_empty() {
        if depth != QUICK {
            readme::suite()?;
        }
        suite.on("reference", &format!("{} serve", quoted(&suite.runner)))?;
    }
    let mut missing = Vec::new();
    let mut failed = None;
    for testee in testees.iter().filter(|testee| names.is_empty() || names.contains(&testee.name)) {
        eprintln!("-- testee {}", testee.name);
        match testee.run(&mut suite) {
            Ok(Provision::Present) => {}
            Ok(Provision::Missing(line)) => missing.push(format!("testee {}: {line}", testee.name)),
            // The page must show failures, so the run continues.
            Err(failure) if report => failed = failed.or(Some(failure)),
            Err(failure) => return Err(failure),
        }
    }
    suite.compare()?;
    if let Some(failure) = failed {
        return Err(failure);
    }
    Ok(if missing.is_empty() { Outcome::Ran } else { Outcome::RanInPart(missing) })
}

/// The suite, and its report for each testee if a page is wanted.
struct Suite {
    runner: PathBuf,
    depth: String,
    /// One seed for all testees: only runs with the same seed can be compared.
    seed: String,
    folder: Option<PathBuf>,
    reports: Vec<PathBuf>,
}

impl Suite {
    fn new(report: bool, depth: &str) -> Result<Self, Failure> {
        let folder = report.then(|| target_dir().map(|target| target.join("testees"))).transpose()?;
        if let Some(folder) = &folder {
            fs::create_dir_all(folder).map_err(|error| Failure::at(folder, &error))?;
        }
        // A few thousand questions take less time than an optimised build.
        let runner = if depth == QUICK { build_bin("bmes-conformance")? } else { build_release_runner()? };
        let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() % 1_000_000;
        Ok(Self { runner, depth: depth.to_owned(), seed: seed.to_string(), folder, reports: Vec::new() })
    }

    fn on(&mut self, name: &str, command: &str) -> Report {
        let step = Step::new(&self.runner).args(["--depth", &self.depth, "--seed", &self.seed, "--testee", command]);
        let step = if self.depth == QUICK { step.args(["--filter", SECTIONS]) } else { step };
        let Some(folder) = &self.folder else {
            return step.run();
        };
        let report = folder.join(format!("{name}.json"));
        // The report of an earlier run does not belong to this run.
        let _ = fs::remove_file(&report);
        let ran = step.arg("--report").arg(format!("json={}", report.display())).run();
        self.reports.extend(report.is_file().then_some(report));
        ran
    }

    /// Writes the page that compares the testees.
    fn compare(self) -> Report {
        match self.folder {
            Some(folder) if !self.reports.is_empty() => Step::new(self.runner)
                .arg("compare")
                .args(self.reports)
                .arg("--html")
                .arg(folder.join("index.html"))
                .run(),
            _ => Ok(Outcome::Ran),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    testee: Vec<Testee>,
}

/// One way to build and start an implementation. In `probe`, `fetch`, `build` and `run`, `{dir}` is its folder and `{out}` is a
/// folder that it may write to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Testee {
    name: String,
    /// Programs that must be on the search path.
    #[serde(default)]
    needs: Vec<String>,
    /// A shell command that succeeds if the machine has the requirements that `needs` cannot express.
    probe: Option<String>,
    /// The Debian packages that provide these requirements.
    #[serde(default)]
    debian: Vec<String>,
    /// Shell commands that install what `probe` does not find, from package registries into `{out}`.
    #[serde(default)]
    fetch: Vec<String>,
    /// Shell commands that build the testee, run in its folder.
    #[serde(default)]
    build: Vec<String>,
    /// The command that the runner starts.
    run: String,
    #[serde(skip)]
    folder: PathBuf,
}

impl Testee {
    fn run(&self, suite: &mut Suite) -> Result<Provision, Failure> {
        let out = target_dir()?.join("testees").join(&self.name);
        fs::create_dir_all(&out).map_err(|error| Failure::at(&out, &error))?;
        let packages: Vec<&str> = self.debian.iter().map(String::as_str).collect();
        let shell = |line: &str| Step::new("sh").arg("-euc").arg(self.fill(line, &out)).within(&self.folder);
        let programs = || self.needs.iter().all(|program| has(program));
        let probed = || self.probe.as_ref().is_none_or(|line| shell(line).succeeds());
        // If a registry is unreachable, the machine lacks what `fetch` would install; `lacks` says what that is.
        let fetched = || !self.fetch.is_empty() && self.fetch.iter().all(|line| shell(line).run().is_ok()) && probed();
        let present = || programs() && (probed() || fetched());
        if let Provision::Missing(line) = provide(&self.lacks(), &packages, present)? {
            return Ok(Provision::Missing(line));
        }
        for line in &self.build {
            shell(line).run()?;
        }
        suite.on(&self.name, &self.fill(&self.run, &out)).map(|_| Provision::Present)
    }

    /// Returns the programs that the testee needs and this machine lacks, as text for people.
    fn lacks(&self) -> String {
        let lacks: Vec<&str> = self.needs.iter().map(String::as_str).filter(|program| !has(program)).collect();
        match (lacks.as_slice(), &self.probe) {
            ([], Some(probe)) => format!("what makes `{probe}` succeed"),
            _ => lacks.join(", "),
        }
    }

    fn fill(&self, line: &str, out: &Path) -> String {
        line.replace("{dir}", &quoted(&self.folder)).replace("{out}", &quoted(out))
    }
}

/// Returns all testees, in the order of their folders' names. Each folder must have a `testee.toml`.
fn find(parent: &Path) -> Result<Vec<Testee>, Failure> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Ok(Vec::new());
    };
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    let mut testees = Vec::new();
    for folder in folders {
        let path = folder.join("testee.toml");
        let text = fs::read_to_string(&path).map_err(|error| {
            Failure::new(format!("{}, which has the command of the testee: {error}", path.display()))
        })?;
        testees.extend(parse(&text, &folder).map_err(|error| Failure::at(&path, &error))?);
    }
    Ok(testees)
}

fn parse(text: &str, folder: &Path) -> Result<Vec<Testee>, toml::de::Error> {
    let file: File = toml::from_str(text)?;
    let place = |testee| Testee { folder: folder.to_owned(), ..testee };
    Ok(file.testee.into_iter().map(place).collect())
}

/// Returns a path as one word of a shell command.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = path.chars().all(|c| c.is_alphanumeric() || "/._-+".contains(c));
    if plain { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::{parse, quoted};
    use std::path::Path;

    const TWO: &str = r#"
        [[testee]]
        name = "cpp"
        needs = ["c++"]
        debian = ["g++"]
        build = ["c++ -o {out}/testee testee.cpp"]
        run = "{out}/testee"

        [[testee]]
        name = "python"
        run = "python3 {dir}/testee.py"
    "#;

    #[test]
    fn a_file_may_hold_several() {
        let testees = parse(TWO, Path::new("/some where")).unwrap();
        let names: Vec<&str> = testees.iter().map(|testee| testee.name.as_str()).collect();
        assert_eq!(names, ["cpp", "python"]);
        assert_eq!(testees[0].fill(&testees[0].run, Path::new("/out")), "/out/testee");
        assert_eq!(testees[1].fill(&testees[1].run, Path::new("/out")), "python3 '/some where'/testee.py");
    }

    #[test]
    fn a_key_that_nobody_reads_is_refused() {
        let error = parse(&TWO.replace("needs", "need"), Path::new("/")).unwrap_err().to_string();
        assert!(error.contains("need"), "{error}");
    }

    #[test]
    fn a_path_is_one_word() {
        assert_eq!(quoted(Path::new("/a/b-1.c")), "/a/b-1.c");
        assert_eq!(quoted(Path::new("/it's")), r"'/it'\''s'");
    }
}
