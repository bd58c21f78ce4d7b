//! Compares an analysis with the engine's.

use bmes_analyzer::{Analysis, AnalyzeError};

use super::dump;
use super::jsc::Verdict;
use super::table::Table;

/// The result of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The same record.
    Same,
    /// Both reject the module.
    BothReject,
    /// The analyzer rejects a module that the engine accepts.
    RefusedAlone,
    /// The analyzer accepts a module that the engine rejects. The engine's message.
    TakenAlone(String),
    /// Both accept the module, and differ.
    Different(String),
}

pub(crate) fn compare(analysis: &Result<Analysis, AnalyzeError>, verdict: &Verdict, table: &Table) -> Outcome {
    let (analysis, printed) = match (analysis, verdict) {
        (Err(_), Verdict::Rejected(_)) => return Outcome::BothReject,
        (Err(_), Verdict::Dumped(_)) => return Outcome::RefusedAlone,
        (Ok(_), Verdict::Rejected(message)) => return Outcome::TakenAlone(message.clone()),
        (Ok(analysis), Verdict::Dumped(printed)) => (analysis, printed),
    };
    match dump::parse(printed).and_then(|dump| table.normalise(&dump, &analysis.record)) {
        Ok(record) if record == analysis.record => Outcome::Same,
        Ok(record) => Outcome::Different(format!("the engine has {record:?}, the analyzer {:?}", analysis.record)),
        Err(reason) => Outcome::Different(reason),
    }
}
