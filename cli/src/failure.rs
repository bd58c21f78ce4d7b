//! The exit status of a run, and the error type of all commands. An error is printed as text for people or as JSON for
//! programs.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anstyle::Style;
use bmes::Clause;
use serde::Serialize;

use crate::input::{Position, Source};
use crate::style::{ERROR, STRONG, WARNING};
use crate::text::{printable, unwritten};

/// The exit status of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// 0: the command succeeded, and all files are ok.
    Ok,
    /// 1: a file is invalid, two files differ, or the cache does not have a module.
    Invalid,
    /// 2: the usage is wrong, or a file could not be read or written.
    Failed,
    /// The exit status of the program that `bmes run` has run.
    OfProgram(u8),
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        match status {
            Status::Ok => Self::SUCCESS,
            Status::Invalid => Self::from(1),
            Status::Failed => Self::from(2),
            Status::OfProgram(status) => Self::from(status),
        }
    }
}

/// The result of a command.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// The reason why a run or a file failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    status: Status,
    file: Option<Source>,
    error: Box<Error>,
    is_silent: bool,
}

/// Returns `status`, or the failure if the result could not be printed. If printing failed only because the reader
/// closed the pipe, returns `status`, too.
pub(crate) fn after_printing(printed: io::Result<()>, status: Status) -> Result<Status> {
    match printed.map_err(Failure::printing) {
        Err(failure) if !failure.is_silent() => Err(failure),
        Ok(()) | Err(_) => Ok(status),
    }
}

/// An error, in the shape that all commands print as JSON. `cli/CONVENTIONS.md` lists the classes.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Error {
    class: Cow<'static, str>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tip: Option<String>,
    /// The offset of the error in a BMES file, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
    /// The address of the clause, relative to the project's root: `spec/v1.md#v1-magic`.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// The position of the error in a text (JSON or JavaScript): `line` and `column`, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl Failure {
    fn new(status: Status, class: impl Into<Cow<'static, str>>, message: impl Display) -> Self {
        let error = Error { class: class.into(), message: message.to_string(), ..Error::default() };
        Self { status, file: None, error: Box::new(error), is_silent: false }
    }

    /// Returns a failure of the class `usage`: the arguments are wrong, or cannot be combined.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self::new(Status::Failed, "usage", message)
    }

    /// Returns a failure of the class `unread`: a file could not be read, so nothing is known about it.
    pub(crate) fn unread(message: impl Display) -> Self {
        Self::new(Status::Failed, "unread", message)
    }

    /// Returns a failure of the class `unwritten`: a file could not be written.
    pub(crate) fn unwritten(message: impl Display) -> Self {
        Self::new(Status::Failed, "unwritten", message)
    }

    /// Returns a failure for an invalid file.
    pub(crate) fn invalid(class: impl Into<Cow<'static, str>>, message: impl Display) -> Self {
        Self::new(Status::Invalid, class, message)
    }

    /// Returns the failure for an error of writing to standard output.
    #[expect(clippy::needless_pass_by_value, reason = "this function is an argument of `map_err`")]
    pub(crate) fn printing(error: io::Error) -> Self {
        Self::unwritable(&error).of_output(Path::new("-"))
    }

    /// Returns a failure of the class `unwritten`, with the reason that `error` gives.
    pub(crate) fn unwritable(error: &io::Error) -> Self {
        let (reason, tip) = unwritten(error);
        let mut failure = Self::unwritten(format_args!("cannot be written: {reason}"));
        failure.is_silent = error.kind() == io::ErrorKind::BrokenPipe;
        match tip {
            Some(tip) => failure.tip(tip),
            None => failure,
        }
    }

    /// Returns the failure of a command that must write: its class is `unwritten` in place of `unread`.
    pub(crate) fn into_unwritten(mut self) -> Self {
        self.error.class = Cow::Borrowed("unwritten");
        self
    }

    /// Adds the name of the output that the error is about; `-` is standard output.
    pub(crate) fn of_output(mut self, path: &Path) -> Self {
        if path.as_os_str() == "-" {
            self.error.message.insert_str(0, "standard output: ");
            return self;
        }
        self.of(&Source::File(path.to_owned()))
    }

    /// Adds the name of the part of a file that the error is about.
    pub(crate) fn within(mut self, part: &str) -> Self {
        self.error.message.insert_str(0, &format!("{part}: "));
        self
    }

    /// Adds a tip: what the user can do about the error.
    pub(crate) fn tip(mut self, tip: impl Display) -> Self {
        self.error.tip = Some(tip.to_string());
        self
    }

    /// Adds the file that the error is about.
    pub(crate) fn of(mut self, file: &Source) -> Self {
        self.file = Some(file.clone());
        self
    }

    /// Adds the error's position in a text.
    pub(crate) fn at(mut self, position: Position) -> Self {
        (self.error.line, self.error.column) = (Some(position.line), Some(position.column));
        self
    }

    /// Returns true if the only cause is that the reader closed the pipe. For standard output (`bmes … | head`), this
    /// is not an error.
    pub(crate) fn is_silent(&self) -> bool {
        self.is_silent
    }

    pub(crate) fn status(&self) -> Status {
        self.status
    }

    pub(crate) fn file(&self) -> Option<&Source> {
        self.file.as_ref()
    }

    pub(crate) fn error(&self) -> &Error {
        &self.error
    }

    /// Prints the message to standard error.
    pub(crate) fn print(&self) {
        self.print_as("error", ERROR);
    }

    /// Prints the message to standard error. The command goes on.
    pub(crate) fn warn(&self) {
        self.print_as("warning", WARNING);
    }

    /// Prints the text for people: the message and the tip, each on its own line.
    fn print_as(&self, what: &str, style: Style) {
        let file = self.file.as_ref().map(|file| format!("{file}: ")).unwrap_or_default();
        let line = self.error.in_a_line();
        let message = printable(&line);
        let tip = self.error.tip.as_deref().map(|tip| format!("  {STRONG}tip:{STRONG:#} {}\n", printable(tip)));
        let text = format!("{style}{what}:{style:#} {file}{message}\n{}", tip.unwrap_or_default());
        // If printing the message fails, too, only the exit status reports the error.
        let _ = anstream::stderr().lock().write_all(text.as_bytes());
    }
}

impl Error {
    pub(crate) fn class(&self) -> &str {
        &self.class
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn tip(&self) -> Option<&str> {
        self.tip.as_deref()
    }

    pub(crate) fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// Returns the broken clause and its address.
    pub(crate) fn clause(&self) -> Option<(&str, &str)> {
        self.clause.as_deref().zip(self.place.as_deref())
    }

    /// Returns the position, the message and the address of the broken clause, in one line.
    pub(crate) fn in_a_line(&self) -> String {
        let position = match (self.line, self.column) {
            (Some(line), Some(column)) => format!("line {line}, column {column}: "),
            _ => String::new(),
        };
        let address = self.place.as_ref().map(|address| format!(" ({address})")).unwrap_or_default();
        format!("{position}{}{address}", self.message)
    }
}

/// Returns the address of a clause, relative to the project's root.
fn clause_address(clause: Clause) -> String {
    format!("spec/v{}.md#{clause}", clause.version())
}

impl From<bmes::Error> for Failure {
    fn from(error: bmes::Error) -> Self {
        let mut failure = Self::invalid(error.class(), error);
        failure.error.offset = error.offset();
        failure.error.field = Some(error.path().to_string());
        failure.error.clause = error.clause().map(|clause| clause.to_string());
        failure.error.place = error.clause().map(clause_address);
        failure
    }
}
