//! `validate`, `check`, `identify`: a line per file.

use std::borrow::Cow;

use anstyle::Style;
use bmes::{ModuleView, Version};
use serde::Serialize;

use crate::args::{Format, Verdict};
use crate::fault::Fault;
use crate::files::{self, Found, Wanted};
use crate::input::{Source, Unread};
use crate::lines::Lines;
use crate::ordered;
use crate::out::Out;
use crate::stop::{Outcome, Stop};
use crate::style::{BAD, FAINT, GOOD, STRONG};
use crate::text::{count, printable, thousands, word};

/// What is asked about each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Is it well-formed?
    Validate,
    /// Is it, and may its record be linked?
    Check,
    /// Which version is it?
    Identify,
}

/// Answers the question about all files.
pub(crate) fn run(question: Question, arguments: &Verdict) -> Result<Outcome, Stop> {
    let files = files::find(&arguments.files, &Wanted { extensions: &["bmes"], except: &[] })?;
    let colours = arguments.format == Format::Text && Out::has_colours();
    let out = if colours { Out::styled() } else { Out::plain() };
    let mut lines = Lines::new(files.len(), out);
    let mut tally = Tally::default();
    let work = |buffer: &mut Vec<u8>, file: &Found| {
        let answer = question.answer(file, buffer);
        let line = match arguments.format {
            _ if arguments.quiet && matches!(answer, Answer::Good { .. }) => String::new(),
            Format::Text => answer.text(&name(file), colours),
            Format::Json => answer.json(&name(file)),
        };
        (answer, line)
    };
    let take = |(answer, line): (Answer, String)| {
        tally.add(&answer);
        match answer {
            Answer::Unread(unread) if arguments.format == Format::Text => lines.failed(&unread.into()),
            _ => lines.done(&line),
        }
    };
    let answered = ordered::for_each(&files, ordered::jobs(arguments.jobs), Vec::new, work, take);
    let printed = lines.finish();
    match answered.and(printed) {
        Ok(()) if arguments.format == Format::Text => tally.print(&files),
        Err(stop) if !stop.is_silent() => return Err(stop),
        Ok(()) | Err(_) => {}
    }
    Ok(tally.outcome())
}

fn name(file: &Found) -> Cow<'_, str> {
    match file {
        Ok(source) => source.name(),
        Err(unread) => unread.source().name(),
    }
}

impl Question {
    fn answer(self, file: &Found, buffer: &mut Vec<u8>) -> Answer {
        const IDENTIFIED: u64 = 8;
        let most = if self == Self::Identify { IDENTIFIED } else { u64::MAX };
        let read = match file {
            Ok(source) => source.read_into(buffer, most),
            Err(unread) => Err(unread.clone()),
        };
        match read {
            Ok(()) => match self.of(buffer) {
                Ok(version) => Answer::Good { version, size: (self != Self::Identify).then_some(buffer.len()) },
                Err(fault) => Answer::Bad { fault, empty: buffer.is_empty() },
            },
            Err(unread) => Answer::Unread(unread),
        }
    }

    fn of(self, file: &[u8]) -> Result<Version, Box<Fault>> {
        match self {
            Self::Identify => Ok(bmes::identify(file)?),
            Self::Validate => Ok(bmes::validate(file)?),
            Self::Check => {
                let view = ModuleView::parse(file)?;
                view.check()?;
                Ok(view.version())
            }
        }
    }
}

enum Answer {
    Good { version: Version, size: Option<usize> },
    Bad { fault: Box<Fault>, empty: bool },
    Unread(Unread),
}

#[derive(Serialize)]
struct Object<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<Version>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Fault>,
}

impl Answer {
    fn text(&self, file: &str, colours: bool) -> String {
        let file = printable(file);
        let [good, bad, faint] = if colours { [GOOD, BAD, FAINT] } else { [Style::new(); 3] };
        match self {
            Self::Good { version, size: Some(size) } => {
                format!("{good}good{good:#}  {file}: {faint}version {version}, {}{faint:#}\n", count(*size, "byte"))
            }
            Self::Good { version, size: None } => {
                format!("{good}good{good:#}  {file}: {faint}version {version}{faint:#}\n")
            }
            Self::Bad { fault, .. } => format!("{bad}bad{bad:#}   {file}: {}\n", printable(&fault.line())),
            Self::Unread(_) => String::new(),
        }
    }

    fn json(&self, file: &str) -> String {
        let mut object = Object { file, version: None, size: None, error: None };
        let unread;
        match self {
            Self::Good { version, size } => (object.version, object.size) = (Some(*version), *size),
            Self::Bad { fault, .. } => object.error = Some(fault),
            Self::Unread(why) => {
                unread = Fault::from(why);
                object.error = Some(&unread);
            }
        }
        // Nothing in it has a key that is no string, which is all that could fail.
        let mut line = serde_json::to_string(&object).unwrap_or_default();
        line.push('\n');
        line
    }
}

/// How many files are what.
#[derive(Default)]
struct Tally {
    good: usize,
    bad: usize,
    unread: usize,
    /// The first bad file's line.
    first_bad: Option<usize>,
    empty_input: bool,
}

impl Tally {
    fn add(&mut self, answer: &Answer) {
        match answer {
            Answer::Good { .. } => self.good += 1,
            Answer::Bad { empty, .. } => {
                self.first_bad.get_or_insert(self.good + self.bad + self.unread);
                self.empty_input |= empty;
                self.bad += 1;
            }
            Answer::Unread(_) => self.unread += 1,
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self { unread: 1.., .. } => Outcome::Stopped,
            Self { bad: 1.., .. } => Outcome::Bad,
            _ => Outcome::Fine,
        }
    }

    /// The sum, to standard error: the lines are the result.
    fn print(&self, files: &[Found]) {
        use std::io::Write as _;
        let mut err = anstream::stderr().lock();
        let total = self.good + self.bad + self.unread;
        // Where it cannot be printed, the lines and the exit status have said it.
        if total > 1 {
            let mut parts = vec![format!("{} good", thousands(self.good))];
            parts.extend((self.bad > 0).then(|| format!("{BAD}{} bad{BAD:#}", thousands(self.bad))));
            parts.extend((self.unread > 0).then(|| format!("{BAD}{} not read{BAD:#}", thousands(self.unread))));
            let _ = writeln!(err, "{}: {}", count(total, "file"), parts.join(", "));
        }
        if let Some(Ok(first)) = self.first_bad.and_then(|index| files.get(index)) {
            let tip = match first {
                Source::Standard if self.empty_input => "nothing came: send a file into it, … < FILE".to_owned(),
                Source::Standard => "see where: save it to a file, then bmes inspect FILE".to_owned(),
                Source::File(path) => format!("see where: bmes inspect {}", word(path)),
            };
            let _ = writeln!(err, "  {STRONG}tip:{STRONG:#} {tip}");
        }
    }
}
