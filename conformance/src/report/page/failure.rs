//! A failed case, as the page explains it.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::document::{Case, Document, Failed};
use super::bytes::Bytes;
use super::matrix::named;
use super::{LISTED, LISTED_IN_ALL, is_listed};
use crate::clauses::Clauses;
use crate::corpus::Corpus;
use crate::expectations::Excuse;
use crate::plan::section;
use crate::plan::{Prepared, Work};
use crate::protocol::Operation;
use crate::report::CaseOutcome;
use crate::report::explain::{self, Traces};

/// The status name for cases that failed as expected.
pub(super) const EXPECTED: &str = "expected";
/// The maximum number of lines of standard error that are shown, from its end.
const STDERR_LINES: usize = 12;

/// A case that failed in one of the runs.
pub(super) struct Failure {
    pub(super) id: String,
    pub(super) section: String,
    pub(super) title: String,
    /// The statuses that the status filter uses.
    pub(super) statuses: Vec<&'static str>,
    pub(super) runs: Vec<Run>,
    pub(super) clauses: Vec<Sentence>,
    pub(super) bytes: Vec<Bytes>,
    /// The reference's error for the file or the record of the question.
    pub(super) reference_error: Option<String>,
}

/// The answers of one implementation.
pub(super) struct Run {
    pub(super) testee: String,
    pub(super) answers: Vec<Answer>,
    pub(super) excuse: Option<Excuse>,
    pub(super) stderr: String,
    pub(super) reproduce: String,
}

/// One operation that failed.
pub(super) struct Answer {
    pub(super) operation: Operation,
    pub(super) status: &'static str,
    pub(super) lines: Vec<Difference>,
}

/// An expected value and the testee's value. Each has three pieces: the common beginning, the different middle, and
/// the common end.
pub(super) struct Difference {
    pub(super) path: String,
    pub(super) expected: [String; 3],
    pub(super) got: [String; 3],
}

/// A clause of the specification, as the page shows it.
pub(super) struct Sentence {
    pub(super) name: String,
    pub(super) place: String,
    /// The text in pieces. Every second piece is code.
    pub(super) text: Vec<(bool, String)>,
}

impl Failure {
    /// Returns the names of the implementations that fail, one per line.
    pub(super) fn testees(&self) -> String {
        self.runs.iter().map(|run| run.testee.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// Returns true if every failure of the case was expected.
    pub(super) fn is_expected(&self) -> bool {
        self.runs.iter().all(|run| run.excuse.is_some())
    }
}

/// Returns the failures of `reports` that the page lists, sorted by section. Also returns, for each section, the number
/// of failures that it does not list. The page always lists the `examples`.
pub(super) fn of(
    reports: &[&Document],
    corpus: &Corpus,
    examples: &HashSet<&str>,
) -> (Vec<Failure>, Vec<(String, usize)>) {
    let mut sections: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut seen = HashSet::new();
    for case in reports.iter().flat_map(|report| &report.cases).filter(|case| is_listed(case.outcome)) {
        if seen.insert(&case.id) {
            sections.entry(case.section()).or_default().push(&case.id);
        }
    }
    let runs: Vec<_> = named(reports).map(|(report, name)| Index::of(report, name)).collect();
    let mut failures = Vec::new();
    let mut left_out = Vec::new();
    let share = LISTED.min(LISTED_IN_ALL / sections.len().max(1));
    for (section, ids) in sections {
        let (mut ids, others): (Vec<_>, Vec<_>) = typical_first(ids).into_iter().partition(|id| examples.contains(id));
        let listed = share.max(ids.len());
        ids.extend(others);
        failures.extend(ids.iter().take(listed).map(|id| failure(id, &runs, corpus)));
        if ids.len() > listed {
            left_out.push((section, ids.len() - listed));
        }
    }
    (failures, left_out)
}

/// Sorts the ids: file cases first, then derived cases. Among derived cases, the first one of each kind and file comes
/// before the second one of any.
fn typical_first(ids: Vec<&str>) -> Vec<&str> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut ranked: Vec<_> = ids
        .into_iter()
        .map(|id| {
            let kind = id.contains('#').then(|| id.split_once('=').map_or(id, |(kind, _)| kind));
            let rank = kind.map_or(0, |kind| {
                let count = seen.entry(kind).or_default();
                *count += 1;
                *count
            });
            (rank, id)
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, id)| id).collect()
}

/// A report, indexed by the ids of cases.
struct Index<'a> {
    report: &'a Document,
    name: String,
    cases: HashMap<&'a str, &'a Case>,
    failures: HashMap<&'a str, Vec<&'a Failed>>,
}

impl<'a> Index<'a> {
    fn of(report: &'a Document, name: String) -> Self {
        let mut failures: HashMap<&str, Vec<&Failed>> = HashMap::new();
        for failed in &report.failures {
            failures.entry(&failed.id).or_default().push(failed);
        }
        Self { report, name, cases: report.cases.iter().map(|case| (case.id.as_str(), case)).collect(), failures }
    }

    fn failures(&self, id: &str) -> &[&'a Failed] {
        self.failures.get(id).map_or(&[], Vec::as_slice)
    }
}

fn failure(id: &str, indices: &[Index<'_>], corpus: &Corpus) -> Failure {
    let first = indices.iter().find_map(|index| Some((index, *index.failures(id).first()?)));
    let prepared = Work::find(corpus, id).ok().map(|work| Prepared::new(corpus, work));
    let bytes =
        first.zip(prepared.as_ref()).map(|((index, _), prepared)| bytes(index.failures(id), prepared, index.report));
    let runs: Vec<_> = indices.iter().filter_map(|index| run(id, index)).collect();
    let mut statuses: Vec<_> = runs.iter().flat_map(|run| run.answers.iter().map(|answer| answer.status)).collect();
    if runs.iter().any(|run| run.excuse.is_some()) {
        statuses.push(EXPECTED);
    }
    statuses.sort_unstable();
    statuses.dedup();
    Failure {
        id: id.to_owned(),
        section: section(id),
        title: first.map(|(_, failed)| failed.title.clone()).unwrap_or_default(),
        statuses,
        clauses: first.iter().flat_map(|(_, failed)| &failed.clauses).map(|name| sentence(name)).collect(),
        bytes: bytes.unwrap_or_default(),
        reference_error: prepared.as_ref().and_then(Prepared::reference_says),
        runs,
    }
}

fn run(id: &str, index: &Index<'_>) -> Option<Run> {
    let failures = index.failures(id);
    let first = failures.first()?;
    let case = index.cases.get(id);
    let stderr = failures.iter().map(|failed| failed.stderr.trim_end()).find(|stderr| !stderr.is_empty());
    Some(Run {
        testee: index.name.clone(),
        answers: failures.iter().map(|failed| answer(failed)).collect(),
        excuse: case.filter(|case| case.outcome == CaseOutcome::Expected).and_then(|case| case.excuse.clone()),
        stderr: stderr.map(last_lines).unwrap_or_default(),
        reproduce: first.reproduce.clone(),
    })
}

fn answer(failed: &Failed) -> Answer {
    let whole = Difference::between("", &failed.expected, &failed.got);
    let fields = failed.differences.iter().map(|field| Difference::between(&field.path, &field.expected, &field.got));
    Answer {
        operation: failed.operation,
        status: failed.status.name(),
        lines: std::iter::once(whole).chain(fields).collect(),
    }
}

impl Difference {
    fn between(path: &str, expected: &str, got: &str) -> Self {
        let common = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| -> usize {
            a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
        };
        let mut before = common(&mut expected.chars(), &mut got.chars());
        // The common beginning ends at a word boundary, because two words can share a beginning by chance.
        while before > 0 && !expected[..before].ends_with([' ', '"', '[', ':', ',']) {
            before -= expected[..before].chars().next_back().map_or(0, char::len_utf8);
        }
        let (mine, its) = (&expected[before..], &got[before..]);
        let mut after = common(&mut mine.chars().rev(), &mut its.chars().rev());
        while after > 0 && !mine[mine.len() - after..].starts_with([' ', '"', ']', ':', ',']) {
            after -= mine[mine.len() - after..].chars().next().map_or(0, char::len_utf8);
        }
        let pieces = |text: &str| {
            let end = text.len() - after;
            [text[..before].to_owned(), text[before..end].to_owned(), text[end..].to_owned()]
        };
        Self { path: path.to_owned(), expected: pieces(expected), got: pieces(got) }
    }
}

fn last_lines(stderr: &str) -> String {
    let lines: Vec<_> = stderr.lines().map(|line| crate::text::excerpt(line.as_bytes())).collect();
    lines[lines.len().saturating_sub(STDERR_LINES)..].join("\n")
}

fn sentence(name: &str) -> Sentence {
    let clause = Clauses::standard().get(name);
    Sentence {
        name: name.to_owned(),
        place: clause.map(|clause| format!("{}:{}", clause.file, clause.line)).unwrap_or_default(),
        text: clause.map(|clause| pieces(&clause.text)).unwrap_or_default(),
    }
}

/// Splits text into pieces, where every second piece is the code between backticks. The marks of bold text are removed.
fn pieces(text: &str) -> Vec<(bool, String)> {
    text.split('`').enumerate().map(|(place, piece)| (place % 2 == 1, piece.replace("**", ""))).collect()
}

/// Returns the files that the failures of a case are about.
fn bytes(failures: &[&Failed], prepared: &Prepared<'_>, report: &Document) -> Vec<Bytes> {
    let info = report.testee.info();
    let of = |failed: &&Failed| {
        let returned = failed.file.as_ref().and_then(|file| hex::decode(file).ok());
        let traces = Traces { offset: failed.offset, differences: &failed.differences, returned: returned.as_deref() };
        let files = explain::files(prepared, failed.operation, &info, traces);
        files.iter().map(|shown| Bytes::of(shown.file, shown.mark, shown.heading)).collect::<Vec<_>>()
    };
    explain::shown(failures.iter().map(|failed| (failed.operation, failed)))
        .flat_map(|(_, failed)| of(failed))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_between_what_does_not() {
        let difference = Difference::between("", "err bad-type at byte 4", "err bad-flag at byte 4");
        assert_eq!(difference.expected, ["err ", "bad-type", " at byte 4"]);
        assert_eq!(difference.got, ["err ", "bad-flag", " at byte 4"]);
        let difference = Difference::between("", "ok", "ok, with a record");
        assert_eq!(difference.expected, ["", "ok", ""]);
        assert_eq!(difference.got.concat(), "ok, with a record");
        let difference = Difference::between("", "é", "é");
        assert_eq!((difference.expected.concat(), difference.got.concat()), ("é".into(), "é".into()));
    }

    #[test]
    fn every_kind_of_derived_case_comes_before_the_second_of_any() {
        let ids = vec!["a#flip=1.0", "a#flip=1.1", "a#prefix=3", "b", "b#flip=1.0"];
        assert_eq!(typical_first(ids), ["b", "a#flip=1.0", "a#prefix=3", "b#flip=1.0", "a#flip=1.1"]);
    }
}
