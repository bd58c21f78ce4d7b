//! `inspect`: shows all bytes of a file with the names of their fields. After the first error of an invalid file, it
//! shows the bytes without fields. Of a pack, it shows the members and the index.

pub(crate) mod json;
mod pack;
mod tree;

use std::io::{self, Write as _};

use bmes::{Inspection, Piece};

use crate::args;
use crate::failure::{Error, Failure, Result, Status, after_printing};
use crate::input::{Source, is_pack};
use crate::output::Out;
use crate::style::{ERROR, FAINT, STRONG};
use crate::text::{count, printable};
use crate::verdict;

/// Runs `bmes inspect`: shows a file and its first error.
pub(crate) fn inspect(arguments: &args::Inspect, json: bool) -> Result<Status> {
    let source = Source::from(arguments.file.as_path());
    let file = source.read_shown()?;
    if is_pack(&file) {
        return pack::inspect(&source, &file, arguments.all, json);
    }
    let inspected = Inspected::new(source, &file);
    let printed = if json { json::print(&inspected) } else { print(&inspected, arguments.all) };
    after_printing(printed, inspected.failure.map_or(Status::Ok, |failure| failure.status()))
}

/// An inspected file, and the error that is shown with it.
struct Inspected<'a> {
    source: Source,
    inspection: Inspection<'a>,
    /// The error in the file's structure or, if the structure is valid, in its record.
    failure: Option<Failure>,
    /// The offset of the byte that the output marks with `>`: the position of the error.
    mark: Option<usize>,
}

impl<'a> Inspected<'a> {
    fn new(source: Source, file: &'a [u8]) -> Self {
        let inspection = bmes::inspect(file);
        let (failure, mark) = match (inspection.error(), verdict::check(file)) {
            (Some(error), _) => (Some(error.into()), error.offset()),
            (None, Err(error)) => (Some(error.into()), field_offset(&inspection, &error)),
            (None, Ok(_)) => (None, None),
        };
        Self { source, inspection, failure, mark }
    }

    fn error(&self) -> Option<&Error> {
        self.failure.as_ref().map(Failure::error)
    }

    fn version(&self) -> Option<u32> {
        let mut numbers = self.inspection.spans().iter().filter(|span| span.path.field == "version");
        match numbers.next()?.value {
            bmes::Value::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// Returns the offset of the field that breaks a rule. For a string, this is the offset of its bytes or, if it has
/// none, of its length.
fn field_offset(inspection: &Inspection<'_>, error: &bmes::Error) -> Option<usize> {
    let broken = error.path();
    let spans = inspection.spans().iter().filter(|span| {
        let path = span.path;
        (path.section, path.entry, path.field) == (broken.section, broken.entry, broken.field)
    });
    let found = spans.max_by_key(|span| span.path.piece != Piece::Length).map(|span| span.range.start);
    found.or(error.offset())
}

fn print(inspected: &Inspected<'_>, all: bool) -> io::Result<()> {
    let mut out = Out::paged();
    let size = count(inspected.inspection.file_len(), "byte");
    let version = match inspected.version() {
        Some(version) => format!("version {version}, "),
        None => String::new(),
    };
    write!(out, "{STRONG}{}{STRONG:#}: {version}{size}", printable(&inspected.source.name()))?;
    match inspected.error() {
        None => writeln!(out, "\n")?,
        Some(error) => writeln!(out, "; {ERROR}{}{ERROR:#}\n", error.class())?,
    }
    tree::print(&mut out, inspected, all)?;
    if let Some(error) = inspected.error() {
        writeln!(out, "\n{ERROR}invalid:{ERROR:#} {}", printable(error.message()))?;
        if let Some((clause, address)) = error.clause() {
            writeln!(out, "         clause {STRONG}{clause}{STRONG:#} {FAINT}({address}){FAINT:#}")?;
        }
    }
    out.flush()
}
