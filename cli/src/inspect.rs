//! `inspect`: all bytes of a file by name, up to its fault, if it has one.

mod json;
mod tree;

use std::io::{self, Write as _};

use bmes::{Inspection, ModuleView, Piece};

use crate::args;
use crate::fault::Fault;
use crate::input::Source;
use crate::out::Out;
use crate::stop::{Outcome, Stop};
use crate::style::{BAD, FAINT, STRONG};
use crate::text::{count, printable};

/// Shows a file.
pub(crate) fn inspect(arguments: &args::Inspect) -> Result<Outcome, Stop> {
    let source = Source::from(arguments.file.as_path());
    let file = source.read()?;
    let inspected = Inspected::new(&source, &file);
    let printed = if arguments.json { json::print(&inspected) } else { print(&inspected, arguments.all) };
    printed.map_err(Stop::printing)?;
    Ok(if inspected.fault.is_some() { Outcome::Bad } else { Outcome::Fine })
}

/// A file that was looked into.
struct Inspected<'a> {
    name: String,
    inspection: Inspection<'a>,
    /// What is wrong with its structure or, if nothing is, with what its record says.
    fault: Option<Fault>,
    /// The byte to mark.
    mark: Option<usize>,
}

impl<'a> Inspected<'a> {
    fn new(source: &Source, file: &'a [u8]) -> Self {
        let inspection = bmes::inspect(file);
        let (fault, mark) = match (inspection.error(), ModuleView::parse(file).and_then(|view| view.check())) {
            (Some(error), _) => (Some(error.into()), error.offset()),
            (None, Err(error)) => (Some(error.into()), place(&inspection, &error)),
            (None, Ok(())) => (None, None),
        };
        Self { name: source.name().into_owned(), inspection, fault, mark }
    }

    fn version(&self) -> Option<u32> {
        let mut numbers = self.inspection.spans().iter().filter(|span| span.path.field == "version");
        match numbers.next()?.value {
            bmes::Value::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// Where the field begins that breaks a rule; an empty string is its length.
fn place(inspection: &Inspection<'_>, error: &bmes::Error) -> Option<usize> {
    let at_fault = error.path();
    let spans = inspection.spans().iter().filter(|span| {
        let path = span.path;
        (path.section, path.entry, path.field) == (at_fault.section, at_fault.entry, at_fault.field)
    });
    let found = spans.max_by_key(|span| span.path.piece != Piece::Length).map(|span| span.range.start);
    found.or(error.offset())
}

fn print(inspected: &Inspected<'_>, all: bool) -> io::Result<()> {
    let mut out = Out::styled();
    let size = count(inspected.inspection.file_len(), "byte");
    let version = match inspected.version() {
        Some(version) => format!("version {version}, "),
        None => String::new(),
    };
    write!(out, "{STRONG}{}{STRONG:#}: {version}{size}", printable(&inspected.name))?;
    match &inspected.fault {
        None => writeln!(out, "\n")?,
        Some(fault) => writeln!(out, "; {BAD}{}{BAD:#}\n", fault.class)?,
    }
    tree::print(&mut out, inspected, all)?;
    if let Some(fault) = &inspected.fault {
        writeln!(out, "\n{BAD}bad:{BAD:#} {}", printable(&fault.message))?;
        if let (Some(clause), Some(place)) = (&fault.clause, &fault.place) {
            writeln!(out, "     clause {STRONG}{clause}{STRONG:#} {FAINT}({place}){FAINT:#}")?;
        }
    }
    out.flush()
}
