//! `--show ID`: prints one case.

use std::fmt::Write as _;

use crate::corpus::Corpus;
use crate::judge;
use crate::plan::{Plan, Prepared, Work};
use crate::protocol::{Operation, Question};
use crate::report::table::STRONG;
use crate::report::{Context, explain};
use crate::testee::{Implementation, Reference, Target};
use crate::text::count;

/// Returns the text of a case: its title, its expected answers, its clauses, and its record or its bytes.
pub(super) fn show(work: Work, corpus: &Corpus) -> String {
    let context = Context { corpus, target: Target::Embedded(&Reference), program: "", options: &[], seed: 0 };
    let case = &work.file_case(corpus).case;
    let prepared = Prepared::new(corpus, work);
    let mut text = format!("{STRONG}{}{STRONG:#}\n  {}\n", work.id(corpus), explain::title(work, context));
    if let Some(provenance) = &case.provenance {
        let _ = writeln!(text, "  {provenance}");
    }
    let info = Reference.info();
    let mut mark = None;
    let mut record = None;
    for operation in Operation::ALL {
        match prepared.plan(operation, &info) {
            Some(Plan::Ask(question, expected)) => {
                let _ = writeln!(text, "  {operation:8}  {}", judge::describe_expected(&expected, &info));
                mark = mark.or(judge::error_offset(&expected));
                if let Question::Encode { record: asked, .. } = question {
                    record = Some(asked.clone());
                }
            }
            Some(Plan::Defect(why)) => {
                let _ = writeln!(text, "  {operation:8}  a defect of the suite: {why}");
            }
            Some(Plan::Skip(_)) | None => {}
        }
    }
    for name in prepared.clauses() {
        explain::clause(&mut text, &name);
    }
    let stored = work.file_case(corpus);
    if stored.file.is_some() || stored.seed.is_some() {
        let _ = writeln!(text, "  bytes     {}", count(prepared.file.len(), "byte", "bytes"));
        text.push_str(&explain::annotated(&prepared.file, mark));
    } else if let Some(Ok(record)) = record.map(|record| serde_json::to_string_pretty(&record)) {
        let _ = writeln!(text, "  record\n{record}");
    }
    text
}
