//! The explanation of a failure: the question, the expected answer, the testee's answer, the sentence of the
//! specification, the bytes, and the command that repeats the case.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::cause::{self, Symptom};
use super::table::{BAD, FAINT, STRONG};
use super::{CaseOutcome, Context};
use crate::clauses::Clauses;
use crate::judge::{Difference, Failure};
use crate::plan::{Expected, Plan, Prepared, Work};
use crate::protocol::{Info, Operation, Question};
use crate::run::{CaseResult, Report};
use crate::text::{count, printable};

/// The width that text is wrapped to.
const WIDTH: usize = 80;
/// The number of fields that are shown on each side of the marked field, if the file has many fields.
const AROUND: usize = 6;
/// The maximum number of lines of standard error that are shown.
const STDERR_LINES: usize = 12;
/// The indentation of values.
const INDENT: &str = "            ";

/// Returns the list of the causes of the failures, and the explanation of one case for each of up to `most` causes. The
/// last line says how many other cases failed.
pub fn failures(report: &Report, context: Context<'_>, most: usize) -> String {
    let failing: Vec<_> = report.results.iter().filter(|result| CaseOutcome::of(result) == CaseOutcome::Fail).collect();
    let ids: Vec<_> = failing.iter().map(|result| result.work.id(context.corpus)).collect();
    let symptoms = failing.iter().zip(&ids).flat_map(|(result, id)| {
        result
            .failures()
            .map(|(operation, failure)| Symptom::of(id, operation, failure.clause.as_ref(), &failure.symptom))
    });
    let causes = cause::all(symptoms);
    let by_id: HashMap<_, _> = ids.iter().map(String::as_str).zip(&failing).collect();
    let mut text = String::new();
    if causes.len() > 1 {
        text.push_str(&cause::tally(&causes));
        text.push('\n');
    }
    let mut explained = HashSet::new();
    for cause in &causes {
        if explained.len() >= most {
            break;
        }
        // A cause gets no explanation if one of its cases was already explained for another cause. The reason: the
        // explanation of a case shows all its failures.
        let is_new = cause.cases.iter().all(|id| !explained.contains(id.as_str()));
        if let (true, Some(id)) = (is_new, cause.cases.first())
            && let Some(result) = by_id.get(id.as_str())
        {
            explained.insert(id.as_str());
            text.push_str(&case(result, &report.info, context));
            text.push('\n');
        }
    }
    let more = failing.len() - explained.len();
    if more > 0 {
        let _ = writeln!(
            text,
            "{} failed. To see them, use --report html=PATH. To run only some of them, use --filter.",
            count(more, "more case", "more cases"),
        );
    }
    text
}

/// Explains one failing case.
pub fn case(result: &CaseResult, info: &Info, context: Context<'_>) -> String {
    let id = result.work.id(context.corpus);
    let prepared = Prepared::new(context.corpus, result.work);
    let mut text = format!("{BAD}FAIL{BAD:#} {STRONG}{id}{STRONG:#}\n");
    labelled(&mut text, "", &title(result.work, context));
    let mut stderr = "";
    for (operation, failure) in result.failures() {
        let _ = writeln!(text, "  {STRONG}{operation:8}{STRONG:#}  {BAD}{}{BAD:#}", failure.status);
        outcome(&mut text, failure);
        if stderr.is_empty() {
            stderr = &failure.stderr;
        }
    }
    if let Some(said) = prepared.reference_says() {
        labelled(&mut text, "reference", &said);
    }
    let broken = result.failures().find_map(|(_, failure)| failure.clause.as_deref());
    for name in in_order_of(broken, &prepared.clauses()) {
        clause(&mut text, &name);
    }
    for (operation, Failure { offset, differences, file, .. }) in shown(result.failures()) {
        let traces = Traces { offset: *offset, differences, returned: file.as_deref() };
        for Shown { heading, file, mark } in files(&prepared, operation, info, traces) {
            let _ = write!(text, "  {heading}\n{}", annotated(file, mark));
        }
    }
    standard_error(&mut text, stderr);
    let _ =
        writeln!(text, "  repeat    {}", context.reproduction(&id, result.failures().map(|(operation, _)| operation)));
    text
}

/// Returns the case's title. For a derived case, the title includes the change of the file.
pub fn title(work: Work, context: Context<'_>) -> String {
    let title = &work.file_case(context.corpus).case.title;
    work.change.map_or_else(|| title.clone(), |change| format!("{title}: {}", change.explanation()))
}

/// Returns the clauses of a case. The broken clause, if it is known, comes first.
pub fn in_order_of(broken: Option<&str>, clauses: &[String]) -> Vec<String> {
    let others = clauses.iter().map(String::as_str).filter(|clause| Some(*clause) != broken);
    broken.into_iter().chain(others).map(str::to_owned).collect()
}

/// Writes a clause's name, position and text.
pub fn clause(text: &mut String, name: &str) {
    match Clauses::standard().get(name) {
        Some(clause) => {
            let _ = writeln!(text, "  clause    {name} {FAINT}({}:{}){FAINT:#}", clause.file, clause.line);
            labelled(text, "", &clause.text);
        }
        None => {
            let _ = writeln!(text, "  clause    {name}");
        }
    }
}

/// Formats the bytes of a file with the names of their fields and a mark at the byte `mark`. If the file has many
/// fields, shows only those near the mark.
pub fn annotated(file: &[u8], mark: Option<usize>) -> String {
    let inspection = bmes::inspect(file);
    let annotated = inspection.annotated().mark(mark);
    let whole = inspection.spans().len() <= 4 * AROUND;
    let shown = if whole { annotated.to_string() } else { annotated.around(AROUND).to_string() };
    let mut text = String::new();
    for line in shown.lines() {
        let style = if line.starts_with('>') { BAD } else { FAINT };
        let _ = writeln!(text, "    {style}{line}{style:#}");
    }
    text
}

fn outcome(text: &mut String, failure: &Failure) {
    labelled(text, "expected", &failure.expected);
    labelled(text, "got", &failure.got);
    for difference in &failure.differences {
        let _ = writeln!(text, "{INDENT}{}", difference.path);
        let _ = writeln!(text, "{INDENT}  expected  {}", difference.expected);
        let _ = writeln!(text, "{INDENT}  got       {}", difference.got);
    }
}

fn labelled(text: &mut String, label: &str, value: &str) {
    let first = format!("  {label:10}");
    let first = if label.is_empty() { INDENT } else { &first };
    for (number, line) in value.lines().enumerate() {
        let options = textwrap::Options::new(WIDTH)
            .initial_indent(if number == 0 { first } else { INDENT })
            .subsequent_indent(INDENT);
        for wrapped in textwrap::wrap(&printable(line), options) {
            let _ = writeln!(text, "{}", wrapped.trim_end());
        }
    }
}

/// Returns the failures of a case whose files are shown. These are the first failure, and the failure of `encode`,
/// because `encode` is about other bytes than the first failure.
pub fn shown<F>(failures: impl Iterator<Item = (Operation, F)>) -> impl Iterator<Item = (Operation, F)> {
    failures
        .enumerate()
        .filter(|(place, (operation, _))| *place == 0 || *operation == Operation::Encode)
        .map(|(_, failure)| failure)
}

/// A file that an explanation shows.
pub struct Shown<'p> {
    /// The heading, which says which file these bytes are.
    pub heading: &'static str,
    /// The bytes of the file.
    pub file: &'p [u8],
    /// The offset to mark.
    pub mark: Option<usize>,
}

/// The information in a failure about where to look.
#[derive(Clone, Copy)]
pub struct Traces<'f> {
    /// The offset of the byte at fault.
    pub offset: Option<usize>,
    /// The differences between the expected answer and the testee's answer.
    pub differences: &'f [Difference],
    /// The file that `encode` returned.
    pub returned: Option<&'f [u8]>,
}

/// Returns the files that a failure is about: the file of the question or, for `encode`, the expected file and the
/// returned one.
pub fn files<'f>(
    prepared: &'f Prepared<'_>,
    operation: Operation,
    info: &Info,
    Traces { offset, differences, returned }: Traces<'f>,
) -> Vec<Shown<'f>> {
    let of = |heading, file: &'f [u8]| {
        let mark = offset.or_else(|| differences.first().and_then(|difference| field_offset(file, &difference.path)));
        Shown { heading, file, mark }
    };
    match prepared.plan(operation, info) {
        Some(Plan::Ask(Question::Encode { .. }, Expected::File(file))) => {
            let returned = returned.map(|file| of("bytes received", file));
            std::iter::once(of("bytes expected", file)).chain(returned).collect()
        }
        // The fields of a BMES file are not those of a pack. Any ZIP tool shows what is in one.
        Some(Plan::Ask(Question::Encode { .. } | Question::OpenPack(_), _)) => Vec::new(),
        _ if prepared.file.is_empty() => Vec::new(),
        _ => vec![of("bytes", &prepared.file)],
    }
}

/// Returns the offset of the field with the given path in the file.
fn field_offset(file: &[u8], path: &str) -> Option<usize> {
    let inspection = bmes::inspect(file);
    let mut spans = inspection.spans().iter();
    spans.find(|span| span.path.to_string().starts_with(path)).map(|span| span.range.start)
}

fn standard_error(text: &mut String, stderr: &str) {
    let lines: Vec<_> = stderr.lines().collect();
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "  stderr");
    let hidden = lines.len().saturating_sub(STDERR_LINES);
    if hidden > 0 {
        let _ = writeln!(text, "    {FAINT}… {}{FAINT:#}", count(hidden, "earlier line", "earlier lines"));
    }
    for line in &lines[hidden..] {
        let _ = writeln!(text, "    {FAINT}{}{FAINT:#}", crate::text::excerpt(line.as_bytes()));
    }
}
