//! `fuzz`: runs generated files until a testee disagrees with both decoders, and saves the mismatches as cases.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use super::progress::Progress;
use super::{Stop, output};
use crate::corpus::Corpus;
use crate::fuzz::{self, Found, FuzzReport, Limit, Options};
use crate::plan::Work;
use crate::report::table::{self, BAD, GOOD};
use crate::report::{Context, explain};
use crate::run::{CaseResult, EndReason};
use crate::text::count;

/// The number of different disagreements after which fuzzing stops, because there is enough to investigate.
const MOST: usize = 10;

/// Fuzzes `context.target`, prints the findings, and writes their cases below `into`. Returns true if there are no
/// findings.
pub(super) fn fuzz(
    context: Context<'_>,
    (seed, time, timeout): (u64, Duration, Duration),
    into: &Path,
) -> Result<bool, Stop> {
    output::folder(into)?;
    let shown = Progress::new();
    let options = Options { seed, limit: Limit::Time(time), most: MOST, timeout };
    let outcome = fuzz::fuzz(context.target, context.corpus, &options, &|progress| {
        shown.time(time, &format!("{}, {} found", count(usize_of(progress.files), "file", "files"), progress.found));
    });
    shown.finish();
    let outcome = outcome?;
    let mut out = output::stdout();
    writeln!(out, "{}", table::testee(&outcome.info))?;
    let found: Vec<_> = outcome.found.iter().map(|found| found.case.clone()).collect();
    let cases = Corpus::of(found);
    let mut options = vec!["--corpus".to_owned(), into.display().to_string()];
    options.extend_from_slice(context.options);
    let of_found = Context { corpus: &cases, options: &options, ..context };
    for (place, Found { case, result }) in outcome.found.iter().enumerate() {
        let path = fuzz::save(into, case)
            .map_err(|error| Stop::usage(format!("cannot write the found cases: {}: {error}", into.display())))?;
        let result = CaseResult::new(Work { case: place, change: None }, result.verdicts.clone());
        write!(out, "{}", explain::case(&result, &outcome.info, of_found))?;
        writeln!(out, "  written   {}\n", path.display())?;
    }
    summary(&outcome, seed, &mut out)?;
    if let Some((file, difference)) = &outcome.defect {
        let path = into.join("defect.bmes");
        let written = std::fs::create_dir_all(into).and_then(|()| std::fs::write(&path, file));
        written.map_err(|error| Stop::usage(format!("cannot write the found cases: {}: {error}", path.display())))?;
        let message = format!("a defect of the suite: {difference}\nPlease report it, and attach {}", path.display());
        return Err(Stop { status: Stop::FAILURES, message });
    }
    match outcome.ended {
        Some(EndReason::Unusable(unusable)) if outcome.found.is_empty() => Err(unusable.into()),
        Some(why) => Err(Stop { status: Stop::FAILURES, message: why.to_string() }),
        _ => Ok(outcome.found.is_empty()),
    }
}

fn summary(outcome: &FuzzReport, seed: u64, out: &mut impl Write) -> Result<(), Stop> {
    let FuzzReport { files, deep, questions, disagreements, .. } = outcome;
    let files = usize_of(*files);
    writeln!(
        out,
        "{}, of which a correct reader reads {} % up to the bytecode; {}; {:.1} s, seed {seed}",
        count(files, "file", "files"),
        100 * usize_of(*deep) / files.max(1),
        count(*questions, "question", "questions"),
        outcome.elapsed.as_secs_f64(),
    )?;
    if *disagreements == 0 {
        writeln!(out, "{GOOD}no disagreement{GOOD:#}")?;
    } else {
        let different = outcome.found.len();
        writeln!(
            out,
            "{BAD}{} with a disagreement, {different} saved as cases{BAD:#}",
            count(*disagreements, "file", "files")
        )?;
    }
    Ok(())
}

fn usize_of(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
