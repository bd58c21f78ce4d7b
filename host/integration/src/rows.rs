//! The rows of the table.

mod busy;
mod damage;
mod foreign;
mod prepared;
mod programs;
mod unwritable;

use std::io;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;

use bmes_host_integration::runs::{Output, Runner};

/// What all rows need.
pub(crate) struct Setting {
    pub(crate) bmes: PathBuf,
    pub(crate) programs: Option<PathBuf>,
    pub(crate) short: bool,
}

/// The reason why a row ended early.
pub(crate) enum Ended {
    /// A run was not as without a cache, or could not be made.
    Failed(String),
    /// This machine or this user cannot make the state.
    NotRun(String),
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// The number of runs that were compared.
pub(crate) type Runs = Result<usize, Ended>;

/// A row of the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) test: fn(&Setting) -> Runs,
}

/// All rows.
pub(crate) const ROWS: &[Row] = &[
    Row { name: "programs", what: "real programs: off, cold, warm, packed", test: programs::programs },
    Row { name: "counts", what: "the hits and misses that `--stats` prints", test: programs::counts },
    Row { name: "ends", what: "exits, errors and modules that cannot be linked", test: programs::ends },
    Row { name: "changes", what: "each change of a program, before three starts", test: programs::changes },
    Row { name: "moved", what: "programs that were moved with their packs", test: programs::moved },
    Row { name: "damage", what: "files with a changed bit, and cut files", test: damage::damage },
    Row { name: "swapped", what: "each file in the place of each other one", test: damage::swapped },
    Row { name: "foreign", what: "files of other engines, versions and programs", test: foreign::foreign },
    Row { name: "crowd", what: "50 first starts at once", test: busy::crowd },
    Row { name: "kills", what: "first starts that are killed, and the next start", test: busy::kills },
    Row { name: "server", what: "a server that is killed after it was quiet", test: busy::server },
    Row { name: "read-only", what: "a cache that must not be written", test: unwritable::read_only },
    Row { name: "full-disk", what: "a cache on a full disk", test: unwritable::full_disk },
];

/// Returns the names of all rows, for the command line.
pub(crate) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(ROWS.iter().map(|row| row.name))
}

/// Runs a program, and compares the run with the expected one.
pub(crate) fn compare(runner: &Runner, entry: &Path, expected: &Output, what: &str) -> Result<(), Ended> {
    same(&runner.run(entry)?, expected, what)
}

/// Compares a run with the expected one.
pub(crate) fn same(found: &Output, expected: &Output, what: &str) -> Result<(), Ended> {
    if found == expected {
        return Ok(());
    }
    Err(Ended::Failed(format!("{what}:\n{found}\nwithout a cache:\n{expected}")))
}

/// Returns an error with a message.
pub(crate) fn failed<T>(message: impl std::fmt::Display) -> Result<T, Ended> {
    Err(Ended::Failed(message.to_string()))
}
