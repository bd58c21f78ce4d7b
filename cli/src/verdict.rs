//! `validate`, `check`, `identify`: a line per file.

use std::path::Path;

use anstyle::Style;
use bmes::{ModuleView, Version};
use serde::Serialize;

use crate::args;
use crate::failure::{Failure, Result, Status};
use crate::files::{self, Found, Wanted};
use crate::input::Source;
use crate::json::Object;
use crate::lines::Lines;
use crate::ordered::{self, Threads};
use crate::output::Out;
use crate::style::{BAD, FAINT, GOOD, STRONG};
use crate::text::{count, printable, thousands, word};

/// What is asked about each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Is it well-formed?
    Validate,
    /// Is it well-formed, and can its record be linked?
    Check,
    /// Which version is it?
    Identify,
}

/// Answers the question about all files.
pub(crate) fn run(question: Question, arguments: &args::Verdict, json: bool) -> Result<Status> {
    let is_wanted = |path: &Path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("bmes"));
    let wanted = Wanted { extensions: &["bmes"], is_wanted };
    let files = files::find(&arguments.files, &arguments.work, &wanted)?;
    let colours = !json && Out::has_colours();
    let out = if colours { Out::styled() } else { Out::plain() };
    let mut lines = Lines::new(files.len(), out);
    let mut tally = Tally::default();
    let work = |buffer: &mut Vec<u8>, file: &Found| {
        let verdict = question.verdict(file, buffer);
        let line = match (&verdict, file) {
            (Ok(_), _) if arguments.quiet => String::new(),
            (Ok(verdict), Ok(file)) if json => Object::answer(Some(file), verdict).line(),
            (Ok(verdict), Ok(file)) => verdict.text(file, colours),
            (Err(failure), _) if json => Object::failure(failure).line(),
            (Err(failure), Ok(file)) if failure.status() == Status::Invalid => invalid(failure, file, colours),
            _ => String::new(),
        };
        (verdict.map(drop), line)
    };
    let take = |(verdict, line): (Result<()>, String)| {
        tally.add(&verdict);
        match verdict {
            Err(failure) if !json && failure.status() == Status::Failed => lines.failed(&failure),
            _ => lines.done(&line),
        }
    };
    let threads = Threads { jobs: ordered::jobs(arguments.work.jobs), stack: None };
    let answered = ordered::for_each(&files, threads, |_| Vec::new(), work, take);
    let printed = lines.finish();
    match answered.and(printed) {
        Ok(()) if !json && !arguments.quiet => tally.print(&files),
        Err(failure) if !failure.is_silent() => return Err(failure),
        Ok(()) | Err(_) => {}
    }
    Ok(tally.status())
}

impl Question {
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
            Self::Check => {
                let view = ModuleView::parse(file)?;
                view.check()?;
                Ok(view.version())
            }
        }
    }
}

/// A file is ok.
#[derive(Serialize)]
struct Verdict {
    version: Version,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<usize>,
}

impl Verdict {
    fn text(&self, file: &Source, colours: bool) -> String {
        let [good, faint] = if colours { [GOOD, FAINT] } else { [Style::new(); 2] };
        let size = self.size.map(|size| format!(", {}", count(size, "byte"))).unwrap_or_default();
        let (name, version) = (file.name(), self.version);
        format!("{good}ok{good:#}       {}: {faint}version {version}{size}{faint:#}\n", printable(&name))
    }
}

fn invalid(failure: &Failure, file: &Source, colours: bool) -> String {
    let bad = if colours { BAD } else { Style::new() };
    let (name, line) = (file.name(), failure.error().in_a_line());
    format!("{bad}invalid{bad:#}  {}: {}\n", printable(&name), printable(&line))
}

/// How many files are what.
#[derive(Default)]
struct Tally {
    ok: usize,
    invalid: usize,
    unread: usize,
    /// The first invalid file's index.
    first_invalid: Option<usize>,
}

impl Tally {
    fn add(&mut self, verdict: &Result<()>) {
        match verdict.as_ref().map_err(Failure::status) {
            Ok(()) => self.ok += 1,
            Err(Status::Invalid) => {
                self.first_invalid.get_or_insert(self.ok + self.invalid + self.unread);
                self.invalid += 1;
            }
            Err(_) => self.unread += 1,
        }
    }

    fn status(&self) -> Status {
        match self {
            Self { unread: 1.., .. } => Status::Failed,
            Self { invalid: 1.., .. } => Status::Invalid,
            _ => Status::Ok,
        }
    }

    /// Prints the sum to standard error: the lines are the result.
    fn print(&self, files: &[Found]) {
        use std::io::Write as _;
        let mut err = anstream::stderr().lock();
        let total = self.ok + self.invalid + self.unread;
        // Where it cannot be printed, the lines and the exit status have said it.
        if total != 1 {
            let mut parts = vec![format!("{} ok", thousands(self.ok))];
            parts.extend((self.invalid > 0).then(|| format!("{BAD}{} invalid{BAD:#}", thousands(self.invalid))));
            parts.extend((self.unread > 0).then(|| format!("{BAD}{} not read{BAD:#}", thousands(self.unread))));
            let _ = writeln!(err, "{}: {}", count(total, "file"), parts.join(", "));
        }
        if let Some(Ok(Source::File(path))) = self.first_invalid.and_then(|index| files.get(index)) {
            let _ = writeln!(err, "  {STRONG}tip:{STRONG:#} see where: bmes inspect {}", word(path));
        }
    }
}
