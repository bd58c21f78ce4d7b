//! Runs the conformance suite against the reference implementation, and against each implementation (testee) below
//! `conformance/testees/`.
//!
//! Each folder there has a file `testee.toml`, which says how to build and start its testees. `CONTRIBUTING.md` explains the
//! keys.

use crate::machine::{Provision, has, provide};
use crate::readme;
use crate::run::{Failure, Outcome, Report, Step, build_bin, build_release_runner, root, target_dir};
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The value of `depth` with which only file cases run.
const QUICK: &str = "quick";

/// The filter for cases at depth [`QUICK`]: all sections of the corpus except `size` and `large`. Their files have up to
/// 16 MiB, and one has 100 MB; some testees need minutes for them. The weekly run includes both.
const SECTIONS: &str = "{v*,pack}/{bytecode,check,content,encode,entries,exports,header,imports,\
    index,indices,json,layout,matching,members,metadata,names,order,orders,position,real,requests,\
    star-exports,state,strings,valid,variables,zip}/*";

/// Runs the suite at `depth` against the testees called `names`. If `names` is empty, runs it against all testees and the
/// reference implementation. With `report`, writes a page that compares the results.
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
            // The page shows the results of all testees. So the run continues after a failure.
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

/// The settings of a run of the suite. If a page is wanted, `folder` is where it is written, and `reports` are the reports so
/// far, one for each testee.
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
        // At this depth, the suite sends each testee only a few thousand requests. A slow runner takes less time for them than
        // an optimised build.
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
        // If this run writes no report, the report of an earlier run must not take its place.
        let _ = fs::remove_file(&report);
        let ran = step.arg("--report").arg(format!("json={}", report.display())).run();
        self.reports.extend(report.is_file().then_some(report));
        ran
    }

    /// Writes the page that compares the testees, if a page is wanted.
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

/// A testee: how to build and start an implementation. In the commands of `probe`, `fetch`, `build` and `run`, `{dir}` stands
/// for the folder of its `testee.toml`, and `{out}` for a folder in which the commands may write.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Testee {
    name: String,
    /// Programs that must be on the search path.
    #[serde(default)]
    needs: Vec<String>,
    /// A shell command that succeeds if the machine has the requirements that `needs` cannot express.
    probe: Option<String>,
    /// The Debian packages that provide the requirements of `needs` and `probe`.
    #[serde(default)]
    debian: Vec<String>,
    /// Shell commands that install, from package registries into `{out}`, the requirements that `probe` does not find.
    #[serde(default)]
    fetch: Vec<String>,
    /// Shell commands that build the testee, run in its folder.
    #[serde(default)]
    build: Vec<String>,
    /// The command that starts the testee. The conformance runner executes it.
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
        // `fetch` fails if a registry cannot be reached. Then the requirements count as missing, and `lacks` names them.
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

    /// Returns, as text for a message, the programs that the testee needs and this machine lacks. If there are none, names the
    /// command `probe`.
    fn lacks(&self) -> String {
        let lacks: Vec<&str> = self.needs.iter().map(String::as_str).filter(|program| !has(program)).collect();
        match (lacks.as_slice(), &self.probe) {
            ([], Some(probe)) => format!("the requirement that `{probe}` tests"),
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
            Failure::new(format!(
                "{}, which must say how to build and start the testee, cannot be read: {error}",
                path.display()
            ))
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
    use super::{SECTIONS, parse, quoted};
    use crate::run::root;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn the_quick_run_has_every_section_except_those_of_large_files() {
        let ids = std::fs::read_to_string(root().join("conformance/corpus/ids.txt")).unwrap();
        let all: BTreeSet<&str> = ids.lines().filter_map(|id| id.split('/').nth(1)).collect();
        let quick = SECTIONS.trim_start_matches("{v*,pack}/{").trim_end_matches("}/*").split(',');
        assert_eq!(quick.chain(["size", "large"]).collect::<BTreeSet<_>>(), all);
    }

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
