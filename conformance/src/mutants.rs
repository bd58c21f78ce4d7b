//! Hand-made mutants: variants of the Python testee with one mistake each. They are patches in `mutants/`.
//!
//! [`all`] reads the patches, and [`Runner::run`] runs the suite against one mutant. The suite must kill each mutant:
//! at least one case must fail. `cargo xtask regenerate kills` runs all mutants, and `mutants/README.md` describes how
//! to write one.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command as Program;
use std::time::Duration;

use crate::corpus::Corpus;
use crate::cost;
use crate::derive::Depth;
use crate::run::{self, Measure, Options, Report};
use crate::select::{Filter, Selection};
use crate::status::Status;
use crate::testee::{Command, Target};

/// The files that a patch can change, in `testees/python/`.
const FILES: [&str; 4] = ["bmes.py", "bmes4.py", "bmes_pack.py", "bmes_testee.py"];

/// The time limit for one answer of a mutant. It is so long that a busy machine does not exceed it. No mutant needs a
/// shorter limit, because none has the mistake that it only computes too long.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A patch of the Python testee that introduces one mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The patch's file name without `.patch`. The word before the first hyphen is the kind of the mutant.
    pub name: String,
    /// One sentence that says what the mutant does wrong.
    pub sentence: String,
    /// The clauses that it breaks.
    pub clauses: Vec<String>,
    /// True if the mutant is only too slow, so that the suite kills it only with `--strict-cost`.
    pub strict_cost: bool,
    /// The reason why no test can distinguish the mutant from a correct implementation. It is `None` for a mutant that
    /// the suite must kill.
    pub equivalent: Option<String>,
    /// The whole patch, with its header.
    patch: String,
}

impl Mutant {
    /// Parses a patch with a header. The header is a sentence, then lines of `key: value`, then an empty line. The
    /// error is a sentence about the first fault of the header.
    pub fn parse(name: &str, patch: &str) -> Result<Self, String> {
        let (header, _) = patch
            .split_once("\n\n--- a/")
            .ok_or("the header must be followed by an empty line and by a diff that begins with `--- a/`")?;
        let mut lines = header.lines();
        let sentence = lines.next().unwrap_or_default();
        if !sentence.ends_with('.') {
            return Err("the first line must be a sentence that ends with a full stop".into());
        }
        let mut mutant = Self {
            name: name.into(),
            sentence: sentence.into(),
            clauses: Vec::new(),
            strict_cost: false,
            equivalent: None,
            patch: patch.into(),
        };
        for line in lines {
            match line.split_once(": ") {
                Some(("clause", clause)) => mutant.clauses.push(clause.into()),
                Some(("cost", "strict")) => mutant.strict_cost = true,
                Some(("equivalent", why)) => mutant.equivalent = Some(why.into()),
                _ => return Err(format!("unknown line in the header: {line}")),
            }
        }
        if mutant.clauses.is_empty() {
            return Err("the header has no line `clause: NAME`".into());
        }
        Ok(mutant)
    }

    /// Returns the kind of the mutant: the part of its name before the first hyphen.
    pub fn kind(&self) -> &str {
        self.name.split('-').next().unwrap_or_default()
    }
}

/// Returns the path of the folder `mutants` in the source code from which this program was compiled.
pub fn standard_path() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/mutants"))
}

/// Returns the mutants in `folder`, sorted by name.
pub fn all(folder: &Path) -> Result<Vec<Mutant>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "patch"));
    paths.sort();
    paths.iter().map(|path| read(path).map_err(|error| format!("{}: {error}", path.display()))).collect()
}

fn read(path: &Path) -> Result<Mutant, String> {
    let name = path.file_stem().and_then(|name| name.to_str()).ok_or("the file name is not UTF-8")?;
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    Mutant::parse(name, &text)
}

/// The part of the suite that kills a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Killer {
    /// A file case, at depth `quick`.
    Files,
    /// A derived case, at depth `standard`.
    Derived,
    /// The measurement of time and memory.
    Cost,
}

impl fmt::Display for Killer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Files => "file",
            Self::Derived => "derived",
            Self::Cost => "cost",
        })
    }
}

/// The result of running the suite against a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MutantOutcome {
    /// A case failed. The text is the id of that case. Cases with small files run first.
    Killed(Killer, String),
    /// No case failed.
    Survived,
    /// The patch does not apply, or the mutant fails in another way than by a wrong answer, such as a crash. So the
    /// failure does not show that the suite detects the mistake. The text says what happened.
    Invalid(String),
}

/// Runs the suite against mutants.
pub struct Runner<'a> {
    corpus: &'a Corpus,
    testee: PathBuf,
    /// True if derived cases run after the file cases, if no file case fails. They take a minute or more for each
    /// mutant.
    derived: bool,
}

impl<'a> Runner<'a> {
    /// Creates a runner that applies patches to the testee in the folder `testee` and takes cases from `corpus`. With
    /// `derived`, it also runs the cases derived from them.
    pub fn new(corpus: &'a Corpus, testee: &Path, derived: bool) -> Self {
        Self { corpus, testee: testee.into(), derived }
    }

    /// Runs the file cases until one fails. If none fails, runs the derived cases. For a mutant of the kind `cost`,
    /// runs only the measurements of time and memory.
    ///
    /// `hint` is the id of a case that killed the mutant in an earlier run. This case runs first.
    pub fn run(&self, mutant: &Mutant, hint: Option<&str>) -> MutantOutcome {
        match self.try_run(mutant, hint) {
            Ok(outcome) => outcome,
            Err(error) => MutantOutcome::Invalid(error),
        }
    }

    fn try_run(&self, mutant: &Mutant, hint: Option<&str>) -> Result<MutantOutcome, String> {
        let folder = patched(&self.testee, &[mutant]).map_err(|error| error.to_string())?;
        let program = folder.path().join("bmes_testee.py");
        let words = ["python3", "-B"].map(String::from).into_iter().chain([program.display().to_string()]);
        let command = Command::from_words(words.collect())?;
        let is_cost = mutant.kind() == "cost";
        let measure = match (is_cost, mutant.strict_cost) {
            (false, _) => Measure::Nothing,
            (true, false) => Measure::Advice,
            (true, true) => Measure::Strictly,
        };
        let filtered =
            |pattern: &str| Filter::parse(pattern).map(|filter| Selection { filter: Some(filter), ..files() });
        let mut selections: Vec<_> = hint.map(filtered).transpose()?.into_iter().collect();
        if is_cost {
            selections.push(filtered("*/cost/*")?);
        } else {
            selections.push(files());
            selections.extend(self.derived.then(|| Selection { depth: Depth::Standard, ..files() }));
        }
        for selection in selections {
            match self.ask(&command, selection, measure)? {
                MutantOutcome::Survived => {}
                outcome => return Ok(outcome),
            }
        }
        Ok(MutantOutcome::Survived)
    }

    fn ask(&self, command: &Command, selection: Selection, cost: Measure) -> Result<MutantOutcome, String> {
        let options = Options { selection, timeout: TIMEOUT, fail_fast: true, cost, ..Options::default() };
        let report = run::run(Target::Process(command), self.corpus, &options, &|_| {});
        let report = report.map_err(|unusable| format!("the testee does not start: {}", unusable.what))?;
        Ok(outcome(&report, self.corpus))
    }
}

/// Returns a temporary folder with a copy of the testee in the folder `testee`, after the patches of all `mutants`.
/// Returns an error if a file cannot be copied or a patch does not apply.
pub fn patched(testee: &Path, mutants: &[&Mutant]) -> io::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    for file in FILES {
        fs::copy(testee.join(file), folder.path().join(file))?;
    }
    let patch = folder.path().join("mutant.patch");
    for mutant in mutants {
        fs::write(&patch, &mutant.patch)?;
        // If the temporary folder were inside a repository, `git apply` would look for the files in the root of that
        // repository. This variable prevents it.
        let output = Program::new("git")
            .arg("apply")
            .arg(&patch)
            .current_dir(folder.path())
            .env("GIT_CEILING_DIRECTORIES", folder.path().parent().unwrap_or(Path::new("/")))
            .output()?;
        if !output.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
    }
    Ok(folder)
}

/// Returns the selection of all file cases. Its seed is fixed, so that the same case kills a mutant in every run.
fn files() -> Selection {
    Selection { depth: Depth::Quick, seed: 1, ..Selection::default() }
}

fn outcome(report: &Report, corpus: &Corpus) -> MutantOutcome {
    for (work, operation, failure) in report.failures() {
        if !matches!(failure.status, Status::WrongAnswer | Status::SchemaViolation) {
            let (id, status) = (work.id(corpus), failure.status);
            return MutantOutcome::Invalid(format!("{id}: {operation} ends in {status}: {}", failure.stderr.trim()));
        }
    }
    if let Some(why) = &report.ended {
        return MutantOutcome::Invalid(why.to_string());
    }
    let failed = report.results.iter().find(|result| result.failures().next().is_some());
    if let Some(work) = failed.map(|result| result.work) {
        let killer = if work.change.is_some() { Killer::Derived } else { Killer::Files };
        return MutantOutcome::Killed(killer, work.id(corpus));
    }
    let too_much = report.costs.iter().find(|cost| cost.is_failure(report.strict_cost));
    match too_much {
        Some(cost::Cost { id, .. }) => MutantOutcome::Killed(Killer::Cost, id.clone()),
        None => MutantOutcome::Survived,
    }
}

#[cfg(test)]
mod tests {
    use super::Mutant;

    const PATCH: &str = "It is wrong.\nclause: v1-end\nclause: v2-end\ncost: strict\n\n--- a/bmes.py\n+++ b/bmes.py\n";

    #[test]
    fn a_header_has_a_sentence_and_clauses() {
        let mutant = Mutant::parse("cost-of-end", PATCH).unwrap();
        assert_eq!((mutant.sentence.as_str(), mutant.kind()), ("It is wrong.", "cost"));
        assert_eq!(mutant.clauses, ["v1-end", "v2-end"]);
        assert!(mutant.strict_cost);
    }

    #[test]
    fn an_unknown_line_in_a_header_is_an_error() {
        let error = Mutant::parse("x", &PATCH.replace("cost", "coast")).unwrap_err();
        assert_eq!(error, "unknown line in the header: coast: strict");
    }

    #[test]
    fn a_patch_without_clauses_is_an_error() {
        assert!(Mutant::parse("x", &PATCH.replace("clause: v1-end\nclause: v2-end\n", "")).is_err());
    }

    #[test]
    fn a_first_line_that_is_no_sentence_is_an_error() {
        assert!(Mutant::parse("x", &PATCH.replace("wrong.", "wrong")).is_err());
    }
}
