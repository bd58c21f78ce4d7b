//! The rows of the table: each injects one kind of fault.

mod clocks;
mod crowd;
mod damage;
mod disk;
mod errors;
mod kills;
mod many;
mod planted;
mod users;

use std::io;
use std::path::Path;
use std::time::Instant;

use clap::builder::PossibleValuesParser;

use crate::report::Report;
use crate::scene::Scene;

/// How often faults are injected.
pub(crate) struct Scale {
    kills: u64,
    entries: u64,
}

pub(crate) const LONG: Scale = Scale { kills: 10_000, entries: 1_000_000 };
pub(crate) const SHORT: Scale = Scale { kills: 200, entries: 20_000 };

/// A row: its name, what it needs, and what it does.
struct Row {
    name: &'static str,
    needs: Needs,
    run: fn(&Scene, &Scale) -> io::Result<Seen>,
}

/// What a row needs to inject its faults.
enum Needs {
    Nothing,
    /// A program on the search path.
    Program(&'static str),
    /// To mount a file system, or to start a process as another user.
    Root,
}

const ROWS: [Row; 17] = [
    Row { name: "damage", needs: Needs::Nothing, run: damage::run },
    Row { name: "errors", needs: Needs::Program("strace"), run: errors::run },
    Row { name: "two-errors", needs: Needs::Program("strace"), run: errors::run_pairs },
    Row { name: "old-kernel", needs: Needs::Program("strace"), run: errors::run_old_kernel },
    Row { name: "kills", needs: Needs::Nothing, run: kills::run },
    Row { name: "crowd", needs: Needs::Nothing, run: crowd::run },
    Row { name: "full-disk", needs: Needs::Root, run: disk::run },
    Row { name: "read-only", needs: Needs::Root, run: users::read_only },
    Row { name: "unreadable", needs: Needs::Root, run: users::unreadable },
    Row { name: "vanishing", needs: Needs::Root, run: users::vanishing },
    Row { name: "other-owner", needs: Needs::Root, run: users::other_owner },
    Row { name: "lower", needs: Needs::Root, run: users::lower },
    Row { name: "links", needs: Needs::Nothing, run: planted::links },
    Row { name: "fifos", needs: Needs::Nothing, run: planted::fifos },
    Row { name: "foreign-files", needs: Needs::Nothing, run: planted::foreign_files },
    Row { name: "clocks", needs: Needs::Program("faketime"), run: |scene, scale| Ok(clocks::run(scene, scale)) },
    Row { name: "many-entries", needs: Needs::Nothing, run: many::run },
];

/// Returns the names of the rows, for the command line.
pub(crate) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(ROWS.iter().map(|row| row.name))
}

/// The result of a row.
pub(crate) struct Result {
    pub(crate) name: &'static str,
    pub(crate) outcome: Outcome,
}

pub(crate) enum Outcome {
    Seen(Seen),
    NotRun(String),
}

impl Result {
    pub(crate) fn is_failed(&self) -> bool {
        matches!(&self.outcome, Outcome::Seen(seen) if !seen.faults.is_empty())
    }

    pub(crate) fn is_not_run(&self) -> bool {
        matches!(self.outcome, Outcome::NotRun(_))
    }
}

/// What a row injected and saw.
#[derive(Default)]
pub(crate) struct Seen {
    /// How often a fault was injected.
    count: u64,
    /// What was injected, in the plural.
    what: &'static str,
    /// What the workers saw.
    pub(crate) text: String,
    /// What is not as required.
    pub(crate) faults: Vec<String>,
}

impl Seen {
    fn new(what: &'static str) -> Self {
        Self { what, ..Self::default() }
    }

    pub(crate) fn injected(&self) -> String {
        format!("{} {}", self.count, self.what)
    }

    /// Records a fault unless `is_so`.
    fn require(&mut self, is_so: bool, fault: impl FnOnce() -> String) {
        if !is_so {
            self.faults.push(fault());
        }
    }

    /// Takes the report of a worker, which may not have got a wrong byte. Returns the report, if there is one.
    fn take(&mut self, report: std::result::Result<Report, String>) -> Option<Report> {
        match report {
            Err(fault) => {
                self.faults.push(fault);
                None
            }
            Ok(report) => {
                self.require(report.wrong == 0, || format!("{} invalid files were served", report.wrong));
                Some(report)
            }
        }
    }

    /// Requires that every module in a cache is complete.
    fn require_undamaged(&mut self, dir: &Path) -> u64 {
        let (count, fault) = crate::scene::verify(dir);
        self.faults.extend(fault);
        count
    }

    /// Requires that no file is left that a store was writing.
    fn require_no_temporary_file(&mut self, dir: &Path) {
        let files = crate::scene::temporary_files(dir);
        self.require(files.is_empty(), || format!("{} temporary files are left", files.len()));
    }
}

/// Runs the rows with these names, or all. Prints the name and the time of each on standard error.
pub(crate) fn run(names: &[String], scale: &Scale) -> Vec<Result> {
    let wanted = |row: &&Row| names.is_empty() || names.iter().any(|name| name == row.name);
    ROWS.iter().filter(wanted).map(|row| row.result(scale)).collect()
}

impl Row {
    fn result(&self, scale: &Scale) -> Result {
        let begin = Instant::now();
        let outcome = match self.needs.missing() {
            Some(missing) => Outcome::NotRun(missing),
            None => Outcome::Seen(self.see(scale)),
        };
        eprintln!("{:>8.1} s  {}", begin.elapsed().as_secs_f64(), self.name);
        Result { name: self.name, outcome }
    }

    fn see(&self, scale: &Scale) -> Seen {
        let mut seen = Scene::new().and_then(|scene| (self.run)(&scene, scale)).unwrap_or_else(|error| {
            let mut seen = Seen::new("faults");
            seen.faults.push(format!("the row could not be set up: {error}"));
            seen
        });
        let injected = seen.count;
        seen.require(injected > 0, || "nothing was injected".to_owned());
        seen
    }
}

impl Needs {
    /// Returns what this machine or this user lacks.
    fn missing(&self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Program(name) => {
                let path = std::env::var_os("PATH").unwrap_or_default();
                let found = std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
                (!found).then(|| format!("{name} is not on this machine; on Debian: apt-get install {name}"))
            }
            Self::Root => (!rustix::process::geteuid().is_root()).then(|| "only root can inject this".to_owned()),
        }
    }
}
