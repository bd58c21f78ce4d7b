//! `merge` and `compare`: combine the reports of finished runs.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::output::{self, Reports, destination};
use super::{Stop, args::ReportTo};
use crate::corpus::Corpus;
use crate::report::claim;
use crate::report::document::Document;
use crate::report::merge::{self, Named};
use crate::report::page;
use crate::report::table::{self, BAD, GOOD};
use crate::text::{count, thousands};

/// Merges the reports of the shards in `files` into one report, and prints its table. Returns true if every result was
/// as expected.
pub(super) fn merge(files: &[PathBuf], reports: &[ReportTo], corpus: &Corpus) -> Result<bool, Stop> {
    let reports = Reports::open(reports)?;
    let shards = read_all(files, corpus)?;
    let whole = merge::merge(shards).map_err(Stop::usage)?;
    let mut out = output::printed(&reports);
    let (failed, stale) = (whole.total.all().fail, whole.stale.len());
    write!(out, "{}\n{}", table::testee(&whole.testee.info()), table::sections(&whole.sections, whole.total))?;
    writeln!(out, "\n{}", result(&whole))?;
    out.write_all(claim::line(Some(&whole)).as_bytes())?;
    out.flush()?;
    reports.write(&whole, corpus)?;
    match &whole.ended {
        Some(why) => Err(Stop { status: Stop::UNUSABLE, message: why.clone() }),
        None if failed == 0 && stale > 0 => Err(Stop::stale(stale)),
        None => Ok(whole.success),
    }
}

fn result(whole: &Document) -> String {
    let all = whole.total.all();
    let total = count(all.total(), "case", "cases");
    if all.fail > 0 {
        format!("{BAD}{} of {total} failed{BAD:#}", thousands(all.fail))
    } else {
        let skipped = if all.skip > 0 { format!(", {} skipped", thousands(all.skip)) } else { String::new() };
        format!("{GOOD}{} of {total} passed{GOOD:#}, none failed{skipped}", thousands(all.pass))
    }
}

/// Writes a page to `html` that compares the reports in `files`.
pub(super) fn compare(files: &[PathBuf], html: &Path, corpus: &Corpus) -> Result<bool, Stop> {
    let page = destination(html)?;
    let reports = read_all(files, corpus)?;
    merge::comparable(&reports).map_err(Stop::usage)?;
    let documents: Vec<_> = reports.iter().map(|(_, report)| report).collect();
    let path = page.path().display().to_string();
    page.write(&page::render(&documents, corpus)).map_err(Stop::usage)?;
    writeln!(output::stdout(), "{path}: {}", count(files.len(), "implementation", "implementations"))?;
    Ok(true)
}

/// Reads the reports in `files`. Returns an error if a report is about another corpus than `corpus`.
fn read_all(files: &[PathBuf], corpus: &Corpus) -> Result<Vec<Named>, Stop> {
    let mut reports = Vec::new();
    for file in files {
        let name = file.display().to_string();
        let text = fs::read(file).map_err(|error| Stop::usage(format!("cannot read {name}: {error}")))?;
        let report = Document::parse(&text).map_err(|why| Stop::usage(format!("{name}: {why}")))?;
        reports.push((name, report));
    }
    merge::about(corpus, &reports).map_err(Stop::usage)?;
    Ok(reports)
}
