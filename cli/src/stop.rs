//! How a run ends: the exit status, and the message of one that ends early.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::style::{BAD, STRONG};

/// The exit status, by its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// 0: done, and all files are good.
    Fine,
    /// 1: a file is bad, or two files differ.
    Bad,
    /// 2: wrong usage, or something could not be read or written.
    Stopped,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::SUCCESS,
            Outcome::Bad => Self::from(1),
            Outcome::Stopped => Self::from(2),
        }
    }
}

/// The end of a run that did not do what it was asked to.
#[derive(Debug)]
pub(crate) struct Stop {
    outcome: Outcome,
    message: String,
    tip: Option<String>,
}

impl Stop {
    /// A file is bad: which, where and why.
    pub(crate) fn bad(message: impl Display) -> Self {
        Self { outcome: Outcome::Bad, message: message.to_string(), tip: None }
    }

    /// Wrong usage, or trouble with reading or writing.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self { outcome: Outcome::Stopped, message: message.to_string(), tip: None }
    }

    /// With what to do about it.
    pub(crate) fn tip(self, tip: impl Display) -> Self {
        Self { tip: Some(tip.to_string()), ..self }
    }

    /// Standard output does not take what is printed. That nobody reads on (`bmes … | head`) is nobody's error.
    #[expect(clippy::needless_pass_by_value, reason = "to be given to `map_err`")]
    pub(crate) fn printing(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self { outcome: Outcome::Fine, message: String::new(), tip: None };
        }
        Self::usage(format_args!("standard output: cannot write: {error}")).tip("what was printed is not complete")
    }

    /// Whether only the reader of the output went away.
    pub(crate) fn is_silent(&self) -> bool {
        self.message.is_empty()
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Prints the message to standard error.
    pub(crate) fn print(&self) {
        if !self.is_silent() {
            let mut err = anstream::stderr().lock();
            // Where even this fails, the exit status has to do.
            let _ = err.write_all(self.text().as_bytes());
        }
    }

    /// The message in lines.
    pub(crate) fn text(&self) -> String {
        let Self { message, tip, .. } = self;
        let tip = tip.as_ref().map(|tip| format!("  {STRONG}tip:{STRONG:#} {tip}\n")).unwrap_or_default();
        format!("{BAD}error:{BAD:#} {message}\n{tip}")
    }
}
