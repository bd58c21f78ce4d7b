//! A failure explained: what was asked, what was expected, what came, the sentence of the specification, the bytes, and how to see it again.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::mem::discriminant;

use super::table::{BAD, FAINT, STRONG};
use super::{Context, Outcome};
use crate::clauses::Clauses;
use crate::judge::Failure;
use crate::plan::{Plan, Prepared, Work};
use crate::protocol::{Info, Operation, Question};
use crate::run::{CaseResult, Report};
use crate::text::{count, printable};

/// The width that text is wrapped to.
const WIDTH: usize = 80;
/// The fields that are shown on each side of the one that is marked, in a file that has more than a few.
const AROUND: usize = 6;
/// The lines of standard error that are shown.
const STDERR_LINES: usize = 12;
/// Where values begin.
const INDENT: &str = "            ";

/// Explains up to `most` failing cases and says how many more there are.
pub fn failures(report: &Report, context: Context<'_>, most: usize) -> String {
    let failing = in_order(report);
    let mut text = String::new();
    for result in failing.iter().take(most) {
        text.push_str(&case(result, &report.info, context));
        text.push('\n');
    }
    let more = failing.len().saturating_sub(most);
    if more > 0 {
        let _ = writeln!(
            text,
            "{} more failed. See them with --explain {}, list them with --report json=FILE, or narrow\nthe run with --filter.",
            count(more, "case", "cases"),
            failing.len()
        );
    }
    text
}

/// The failing cases: files first; of derived ones, the first of each kind and file before the second.
fn in_order(report: &Report) -> Vec<&CaseResult> {
    let mut seen = HashMap::new();
    let failing = report.results.iter().filter(|result| Outcome::of(result) == Outcome::Fail);
    let mut ranked: Vec<(usize, &CaseResult)> = failing
        .map(|result| {
            let kind = result.work.change.map(|change| (result.work.case, discriminant(&change)));
            let rank = kind.map_or(0, |kind| {
                let count = seen.entry(kind).or_insert(0);
                *count += 1;
                *count
            });
            (rank, result)
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, result)| result).collect()
}

/// Explains one failing case.
pub fn case(result: &CaseResult, info: &Info, context: Context<'_>) -> String {
    let id = result.work.id(context.corpus);
    let prepared = Prepared::new(context.corpus, result.work);
    let mut text = format!("{BAD}FAIL{BAD:#} {STRONG}{id}{STRONG:#}\n");
    labelled(&mut text, "", &title(result.work, context));
    let mut stderr = "";
    let mut bytes = None;
    for (operation, failure) in result.failures() {
        let _ = writeln!(text, "  {STRONG}{operation:8}{STRONG:#}  {BAD}{}{BAD:#}", failure.status);
        outcome(&mut text, failure);
        if stderr.is_empty() {
            stderr = &failure.stderr;
        }
        if bytes.is_none() {
            bytes = Some(shown_bytes(&prepared, operation, failure, info));
        }
    }
    for name in prepared.clauses() {
        clause(&mut text, &name);
    }
    if let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) {
        let _ = write!(text, "  bytes\n{bytes}");
    }
    standard_error(&mut text, stderr);
    let _ =
        writeln!(text, "  again     {}", context.reproduction(&id, result.failures().map(|(operation, _)| operation)));
    text
}

/// The case's title, with what was done to its file.
pub fn title(work: Work, context: Context<'_>) -> String {
    let title = &work.file_case(context.corpus).case.title;
    work.change.map_or_else(|| title.clone(), |change| format!("{title}: {}", change.explanation()))
}

/// A clause's name, place and text.
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

/// The bytes of a file with the names of their fields, and the one at `mark` marked; only its neighbourhood where the file has many fields.
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

/// The file that the failure is about: for `encode`, the one that should have come.
fn shown_bytes(prepared: &Prepared<'_>, operation: Operation, failure: &Failure, info: &Info) -> String {
    let file = match prepared.plan(operation, info) {
        Some(Plan::Ask(Question::Encode { .. }, crate::plan::Expected::File(file))) => file,
        Some(Plan::Ask(Question::Encode { .. }, _)) => return String::new(),
        _ => &*prepared.file,
    };
    let mark =
        failure.offset.or_else(|| failure.differences.first().and_then(|difference| place(file, &difference.path)));
    annotated(file, mark)
}

/// Where the field of that path is in the file.
fn place(file: &[u8], path: &str) -> Option<usize> {
    let inspection = bmes::inspect(file);
    let of = |wanted: &str| {
        inspection.spans().iter().find(|span| span.path.to_string().starts_with(wanted)).map(|span| span.range.start)
    };
    of(path)
}

fn standard_error(text: &mut String, stderr: &str) {
    let lines: Vec<_> = stderr.lines().collect();
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "  stderr");
    let hidden = lines.len().saturating_sub(STDERR_LINES);
    if hidden > 0 {
        let _ = writeln!(text, "    {FAINT}… {}{FAINT:#}", count(hidden, "line before", "lines before"));
    }
    for line in &lines[hidden..] {
        let _ = writeln!(text, "    {FAINT}{}{FAINT:#}", crate::text::excerpt(line.as_bytes()));
    }
}
