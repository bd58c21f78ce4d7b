//! Compares the analyzer's result for a module with the engine's result.

use bmes_analyzer::{Analysis, AnalyzeError};

use super::dump;
use super::jsc::EngineResult;
use super::table::Table;

/// The result of the comparison of the two results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// Both accept the module, and their records are equal.
    Same,
    /// Both reject the module.
    BothReject,
    /// The analyzer rejects a module that the engine accepts.
    OnlyAnalyzerRejects,
    /// The analyzer accepts a module that the engine rejects. The text is the engine's message.
    OnlyEngineRejects(String),
    /// Both accept the module, but their records differ. The text describes the difference.
    Different(String),
}

pub(crate) fn compare(analysis: &Result<Analysis, AnalyzeError>, result: &EngineResult, table: &Table) -> Comparison {
    let (analysis, printed) = match (analysis, result) {
        (Err(_), EngineResult::Rejected(_)) => return Comparison::BothReject,
        (Err(_), EngineResult::Accepted(_)) => return Comparison::OnlyAnalyzerRejects,
        (Ok(_), EngineResult::Rejected(message)) => return Comparison::OnlyEngineRejects(message.clone()),
        (Ok(analysis), EngineResult::Accepted(printed)) => (analysis, printed),
    };
    match dump::parse(printed).and_then(|dump| table.normalise(&dump, &analysis.record)) {
        Ok(record) if record == analysis.record => Comparison::Same,
        Ok(record) => {
            Comparison::Different(format!("the engine has {record:?}, the analyzer has {:?}", analysis.record))
        }
        Err(reason) => Comparison::Different(reason),
    }
}
