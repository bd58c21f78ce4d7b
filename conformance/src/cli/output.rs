//! The output of the command: standard output, the reports, and the file of expected failures.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Stop;
use super::args::{ReportFormat, ReportTo};
use crate::corpus::Corpus;
use crate::expectations::{Expectations, Strictness};
use crate::report::destination::Destination;
use crate::report::document::Document;
use crate::report::{badge, junit, page};
use crate::run::Report;
use crate::text::count;

/// Returns standard output. If the program that reads it closes it, later text is lost. The run and its exit status do
/// not change.
pub(super) fn stdout() -> impl Write {
    Unread(Some(anstream::stdout().lock()))
}

/// Returns the stream for the text that people read. This is standard output, or standard error if a report goes to
/// standard output.
pub(super) fn printed(reports: &Reports) -> Box<dyn Write> {
    if reports.0.iter().any(|(_, destination)| destination.is_output()) {
        Box::new(Unread(Some(anstream::stderr())))
    } else {
        Box::new(stdout())
    }
}

struct Unread<W>(Option<W>);

impl<W: Write> Write for Unread<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.0.as_mut().map_or(Ok(bytes.len()), |out| out.write(bytes));
        self.unless_closed(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.0.as_mut().map_or(Ok(()), Write::flush);
        self.unless_closed(flushed, ())
    }
}

impl<W> Unread<W> {
    fn unless_closed<T>(&mut self, result: io::Result<T>, otherwise: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.0 = None;
                Ok(otherwise)
            }
            result => result,
        }
    }
}

/// The reports of a run, each with its destination. The command checks before the run that it can write to each
/// destination.
#[derive(Debug, Default)]
pub(super) struct Reports(Vec<(ReportFormat, Destination)>);

impl Reports {
    /// Opens the destinations of `reports` before the run. Returns an error if one of them cannot be written.
    pub(super) fn open(reports: &[ReportTo]) -> Result<Self, Stop> {
        let mut seen: Vec<&PathBuf> = Vec::new();
        let mut open = Vec::new();
        for ReportTo { format, path } in reports {
            if seen.contains(&path) {
                return Err(Stop::usage(format!("two reports have the same path: {}", path.display())));
            }
            seen.push(path);
            open.push((*format, destination(path)?));
        }
        Ok(Self(open))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes all reports.
    pub(super) fn write(self, document: &Document, corpus: &Corpus) -> Result<(), Stop> {
        for (format, destination) in self.0 {
            let text = match format {
                ReportFormat::Json => document.to_json(),
                ReportFormat::Junit => junit::render(document),
                ReportFormat::Html => page::render(&[document], corpus),
                ReportFormat::BadgeJson => badge::json(document),
                ReportFormat::BadgeSvg => badge::svg(document),
            };
            destination.write(&text).map_err(Stop::usage)?;
        }
        Ok(())
    }
}

/// The known failures of the `--xfail` file.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) path: PathBuf,
    pub(super) expectations: Expectations,
    /// The destination of the new `--xfail` file. Only with `--bless`.
    blessed: Option<Destination>,
}

impl Known {
    /// Reads the known failures in the file at `path`. With `bless`, also checks that the file can be written.
    pub(super) fn read(path: &Path, bless: bool, corpus: &Corpus) -> Result<Self, Stop> {
        let strictness = if bless { Strictness::Bless } else { Strictness::Run };
        let expectations = Expectations::read(path, corpus, strictness).map_err(Stop::usage)?;
        Ok(Self { path: path.to_owned(), expectations, blessed: if bless { Some(destination(path)?) } else { None } })
    }

    pub(super) const fn is_to_be_written(&self) -> bool {
        self.blessed.is_some()
    }

    /// Writes the failures of `report` to the `--xfail` file, and prints what the user must still add to it.
    pub(super) fn bless(self, report: &Report, corpus: &Corpus, out: &mut impl Write) -> Result<(), Stop> {
        let Some(destination) = self.blessed else { return Ok(()) };
        let blessed = self.expectations.blessed(report, corpus);
        let path = destination.path().display().to_string();
        destination.write(&blessed.to_toml()).map_err(Stop::usage)?;
        let (entries, wanting) = blessed.counts();
        writeln!(out, "{path}: {}", count(entries, "entry", "entries"))?;
        if wanting > 0 {
            writeln!(
                out,
                "{} a reason and a link; a run rejects the file without them",
                if wanting == 1 { "1 entry needs".into() } else { format!("{wanting} entries need") }
            )?;
        }
        out.flush()?;
        Ok(())
    }
}

pub(super) fn destination(path: &Path) -> Result<Destination, Stop> {
    Destination::open(path).map_err(Stop::usage)
}

/// Checks that files can be written into the folder `path`, or that this folder can be created.
pub(super) fn folder(path: &Path) -> Result<(), Stop> {
    let is_new = !path.exists();
    let made = fs::create_dir_all(path).and_then(|()| tempfile::tempfile_in(path));
    if is_new {
        // This check created the folder, which is still empty. It is removed here, and the first file creates it again.
        let _ = fs::remove_dir(path);
    }
    made.map(drop).map_err(|error| Stop::usage(format!("cannot write into {}: {error}", path.display())))
}
