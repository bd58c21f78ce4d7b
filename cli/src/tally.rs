//! Counts the files of a run: those that are ok, those that are invalid, and those that could not be read.

use std::io::Write as _;

use crate::failure::{Failure, Result, Status};
use crate::style::ERROR;
use crate::text::{count, thousands};

/// The numbers of files with each result.
#[derive(Default)]
pub(crate) struct Tally {
    ok: usize,
    invalid: usize,
    unread: usize,
}

impl Tally {
    pub(crate) fn add<T>(&mut self, file: &Result<T>) {
        match file.as_ref().map_err(Failure::status) {
            Ok(_) => self.ok += 1,
            Err(Status::Invalid) => self.invalid += 1,
            Err(_) => self.unread += 1,
        }
    }

    /// Returns how many files were added.
    pub(crate) fn total(&self) -> usize {
        self.ok + self.invalid + self.unread
    }

    pub(crate) fn status(&self) -> Status {
        match self {
            Self { unread: 1.., .. } => Status::Failed,
            Self { invalid: 1.., .. } => Status::Invalid,
            _ => Status::Ok,
        }
    }

    /// Prints the counts to standard error, unless there is only one file. `ok` and `invalid` are the command's words
    /// for the results.
    pub(crate) fn print(&self, ok: &str, invalid: &str) {
        if self.total() != 1 {
            self.print_with(ok, invalid, &[]);
        }
    }

    /// Prints the counts, and after them the other counts that are not zero, each with its words.
    pub(crate) fn print_with(&self, ok: &str, invalid: &str, others: &[(usize, &str)]) {
        let mut parts = vec![format!("{} {ok}", thousands(self.ok))];
        for (number, word) in [(self.invalid, invalid), (self.unread, "not read")] {
            parts.extend((number > 0).then(|| format!("{ERROR}{} {word}{ERROR:#}", thousands(number))));
        }
        let others = others.iter().filter(|(number, _)| *number > 0);
        parts.extend(others.map(|(number, words)| format!("{} {words}", thousands(*number))));
        // If the counts cannot be printed, the lines and the exit status still report the results.
        let _ = writeln!(anstream::stderr(), "{}: {}", count(self.total(), "file"), parts.join(", "));
    }
}
