//! `validate`, `check` and `identify`: print one line per file; `check` prints one line per problem of a pack.

mod pack;

use std::io::Write as _;
use std::path::Path;

use anstyle::Style;
use bmes::{ModuleView, Version, v4};
use serde::Serialize;

use crate::args;
use crate::failure::{Failure, Result, Status};
use crate::files::{self, Found, Wanted};
use crate::input::{Source, is_pack};
use crate::json::Object;
use crate::lines::Lines;
use crate::ordered::{self, Threads};
use crate::output::Out;
use crate::style::{ERROR, FAINT, OK, STRONG};
use crate::tally::Tally;
use crate::text::{count, printable, word};
pub(crate) use pack::{Verify, verify_members};

/// The work of a command on each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation<'a> {
    /// Verify that the file is well-formed.
    Validate,
    /// Verify that the file is well-formed and that its record can be linked; for a pack, also whether it is fresh.
    Check(Option<Verify<'a>>),
    /// Read the version.
    Identify,
}

/// Runs the operation on all files and prints a line for each.
pub(crate) fn run(operation: Operation<'_>, arguments: &args::Verification, json: bool) -> Result<Status> {
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
        if let (Ok(verdict), Ok(file)) = (&verdict, file)
            && let [problem, ..] = verdict.problems()
        {
            if json {
                Object::answer(Some(file), verdict).with_error(Some(problem.in_file().error())).add_line(text);
            } else {
                verdict.problems().iter().for_each(|problem| add_invalid(&problem.in_file(), file, colours, text));
            }
            return Err(problem.failure.clone());
        }
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
        if verdict.as_ref().is_err_and(|failure| failure.status() == Status::Invalid && !pack::is_stale(failure)) {
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

impl Operation<'_> {
    fn verdict(self, file: &Found, buffer: &mut Vec<u8>) -> Result<Verdict> {
        const IDENTIFIED: u64 = 8;
        let source = file.as_ref().map_err(Clone::clone)?;
        match self {
            Self::Identify => source.read_into(buffer, IDENTIFIED)?,
            Self::Validate | Self::Check(_) => source.read_module(buffer)?,
        }
        if is_pack(buffer) {
            return pack::verdict(self, source, buffer).map(Verdict::Pack);
        }
        let version = self.version(buffer).map_err(|error| Failure::from(error).of(source))?;
        Ok(Verdict::Module { version, size: (self != Self::Identify).then_some(buffer.len()) })
    }

    fn version(self, file: &[u8]) -> std::result::Result<Version, bmes::Error> {
        match self {
            Self::Identify => bmes::identify(file),
            Self::Validate => bmes::validate(file),
            Self::Check(_) => check(file),
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

/// The result for a file that is ok, or for a pack that can be read.
#[derive(Serialize)]
#[serde(untagged)]
enum Verdict {
    Module {
        version: Version,
        #[serde(skip_serializing_if = "Option::is_none")]
        size: Option<usize>,
    },
    Pack(pack::Verdict),
}

impl Verdict {
    fn problems(&self) -> &[pack::Problem] {
        match self {
            Self::Module { .. } => &[],
            Self::Pack(verdict) => &verdict.problems,
        }
    }

    fn add_line(&self, file: &Source, colours: bool, text: &mut Vec<u8>) {
        let [ok, faint] = if colours { [OK, FAINT] } else { [Style::new(); 2] };
        let (kind, size) = match self {
            Self::Module { version, size } => (format!("version {version}"), *size),
            Self::Pack(verdict) => (verdict.to_string(), verdict.size),
        };
        let size = size.map(|size| format!(", {}", count(size, "byte"))).unwrap_or_default();
        let name = file.name();
        // Writing to memory cannot fail.
        let _ = writeln!(text, "{ok}ok{ok:#}       {}: {faint}{kind}{size}{faint:#}", printable(&name));
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
