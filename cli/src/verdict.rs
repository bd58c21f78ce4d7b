//! `validate`, `check` and `identify`: print one line per file.

use std::io::Write as _;
use std::path::Path;

use anstyle::Style;
use bmes::{ModuleView, Version, v4};
use serde::Serialize;

use crate::args;
use crate::failure::{Failure, Result, Status};
use crate::files::{self, Found, Wanted};
use crate::input::Source;
use crate::json::Object;
use crate::lines::Lines;
use crate::ordered::{self, Threads};
use crate::output::Out;
use crate::style::{ERROR, FAINT, OK, STRONG};
use crate::tally::Tally;
use crate::text::{count, printable, word};

/// The work of a command on each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Verify that the file is well-formed.
    Validate,
    /// Verify that the file is well-formed and that its record can be linked.
    Check,
    /// Read the version.
    Identify,
}

/// Runs the operation on all files and prints a line for each.
pub(crate) fn run(operation: Operation, arguments: &args::Verification, json: bool) -> Result<Status> {
    let is_wanted = |path: &Path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("bmes"));
    let wanted = Wanted { extensions: &["bmes"], is_wanted };
    let files = files::find(&arguments.files, &arguments.work, &wanted)?;
    let colours = !json && Out::has_colours();
    let out = if colours { Out::styled() } else { Out::plain() };
    let mut lines = Lines::new(files.len(), out);
    let mut tally = Tally::default();
    let mut first_invalid = None;
    let work = |buffer: &mut Vec<u8>, file: &Found, text: &mut Vec<u8>| {
        let verdict = operation.verdict(file, buffer);
        match (&verdict, file) {
            (Ok(_), _) if arguments.quiet => {}
            (Ok(verdict), Ok(file)) if json => Object::answer(Some(file), verdict).add_line(text),
            (Ok(verdict), Ok(file)) => verdict.add_line(file, colours, text),
            (Err(failure), _) if json => Object::failure(failure).add_line(text),
            (Err(failure), Ok(file)) if failure.status() == Status::Invalid => {
                add_invalid(failure, file, colours, text);
            }
            _ => {}
        }
        verdict.map(drop)
    };
    let take = |verdict: Result<()>, line: &[u8]| {
        if verdict.as_ref().is_err_and(|failure| failure.status() == Status::Invalid) {
            first_invalid.get_or_insert(tally.total());
        }
        tally.add(&verdict);
        match verdict {
            Err(failure) if !json && failure.status() == Status::Failed => lines.failed(&failure),
            _ => lines.done(line),
        }
    };
    let threads = Threads { jobs: ordered::jobs(arguments.work.jobs), stack: None };
    let done = ordered::for_each(&files, threads, |_| Vec::new(), work, take);
    let printed = lines.finish();
    match done.and(printed) {
        Ok(()) if !json && !arguments.quiet => {
            tally.print("ok", "invalid");
            print_tip(first_invalid.and_then(|index: usize| files.get(index)));
        }
        Err(failure) if !failure.is_silent() => return Err(failure),
        Ok(()) | Err(_) => {}
    }
    Ok(tally.status())
}

impl Operation {
    fn verdict(self, file: &Found, buffer: &mut Vec<u8>) -> Result<Verdict> {
        const IDENTIFIED: u64 = 8;
        let source = file.as_ref().map_err(Clone::clone)?;
        match self {
            Self::Identify => source.read_into(buffer, IDENTIFIED)?,
            Self::Validate | Self::Check => source.read_module(buffer)?,
        }
        let version = self.version(buffer).map_err(|error| Failure::from(error).of(source))?;
        Ok(Verdict { version, size: (self != Self::Identify).then_some(buffer.len()) })
    }

    fn version(self, file: &[u8]) -> std::result::Result<Version, bmes::Error> {
        match self {
            Self::Identify => bmes::identify(file),
            Self::Validate => bmes::validate(file),
            Self::Check => check(file),
        }
    }
}

/// Verifies that a file of any version is well-formed and that its record can be linked. Returns the file's version.
pub(crate) fn check(file: &[u8]) -> std::result::Result<Version, bmes::Error> {
    let version = bmes::identify(file)?;
    match version {
        Version::V4 => v4::ModuleView::parse(file)?.check()?,
        _ => ModuleView::parse(file)?.check()?,
    }
    Ok(version)
}

/// The result for a file that is ok.
#[derive(Serialize)]
struct Verdict {
    version: Version,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<usize>,
}

impl Verdict {
    fn add_line(&self, file: &Source, colours: bool, text: &mut Vec<u8>) {
        let [ok, faint] = if colours { [OK, FAINT] } else { [Style::new(); 2] };
        let size = self.size.map(|size| format!(", {}", count(size, "byte"))).unwrap_or_default();
        let (name, version) = (file.name(), self.version);
        // Writing to memory cannot fail.
        let _ = writeln!(text, "{ok}ok{ok:#}       {}: {faint}version {version}{size}{faint:#}", printable(&name));
    }
}

fn add_invalid(failure: &Failure, file: &Source, colours: bool, text: &mut Vec<u8>) {
    let invalid = if colours { ERROR } else { Style::new() };
    let (name, line) = (file.name(), failure.error().in_a_line());
    let _ = writeln!(text, "{invalid}invalid{invalid:#}  {}: {}", printable(&name), printable(&line));
}

/// Prints a tip: the command that shows the error in the first invalid file.
fn print_tip(first_invalid: Option<&Found>) {
    if let Some(Ok(Source::File(path))) = first_invalid {
        // If the tip cannot be printed, the lines already contain the most important information.
        let _ = writeln!(
            anstream::stderr(),
            "  {STRONG}tip:{STRONG:#} to see the error in the file, run: bmes inspect {}",
            word(path)
        );
    }
}
