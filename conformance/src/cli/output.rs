//! What is written beside what is printed: reports, and the file of expected failures.

use std::io::Write;
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

/// Reports that can be written, as far as anybody can know before the run.
#[derive(Debug, Default)]
pub(super) struct Reports(Vec<(ReportFormat, Destination)>);

impl Reports {
    /// Whatever of these cannot be written ends the run before it begins.
    pub(super) fn open(reports: &[ReportTo]) -> Result<Self, Stop> {
        let mut seen: Vec<&PathBuf> = Vec::new();
        let mut open = Vec::new();
        for ReportTo { format, path } in reports {
            if seen.contains(&path) {
                return Err(Stop::usage(format!("two reports cannot both be {}", path.display())));
            }
            seen.push(path);
            open.push((*format, destination(path)?));
        }
        Ok(Self(open))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes them all.
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

/// What is known to fail.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) expectations: Expectations,
    /// Where it is written anew, if it is.
    blessed: Option<Destination>,
}

impl Known {
    /// Reads the file at `path`; with `bless`, makes sure that it can be written.
    pub(super) fn read(path: &Path, bless: bool, corpus: &Corpus) -> Result<Self, Stop> {
        let strictness = if bless { Strictness::Bless } else { Strictness::Run };
        let expectations = Expectations::read(path, corpus, strictness).map_err(Stop::usage)?;
        Ok(Self { expectations, blessed: if bless { Some(destination(path)?) } else { None } })
    }

    pub(super) const fn is_to_be_written(&self) -> bool {
        self.blessed.is_some()
    }

    /// Writes what `report` shows to fail, and says what is left to do.
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
                "{} a reason and a link: no run accepts the file without",
                if wanting == 1 { "1 wants".into() } else { format!("{wanting} want") }
            )?;
        }
        out.flush()?;
        Ok(())
    }
}

pub(super) fn destination(path: &Path) -> Result<Destination, Stop> {
    Destination::open(path).map_err(Stop::usage)
}
