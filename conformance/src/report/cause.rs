//! The causes of failures. A cause is a group of failures with the same broken clause and the same symptom, in any
//! version.
//!
//! A wrong implementation fails hundreds of cases because of a few bugs. [`all`] groups the failures by clause and
//! symptom. It sorts the groups so that those that lead to a bug come first: file cases before derived cases, and the
//! header before the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::table::{BAD, FAINT, STRONG};
use crate::protocol::Operation;
use crate::text::{count, printable};

/// The maximum number of causes that the tally lists.
const LISTED: usize = 14;

/// One operation of a case that failed.
#[derive(Clone, Copy, Debug)]
pub struct Symptom<'a> {
    /// The case's id.
    pub id: &'a str,
    /// The operation.
    pub operation: Operation,
    /// The clause that is broken, such as `v1-magic`.
    pub clause: &'a str,
    /// The difference from the expected answer, such as `accepted`.
    pub symptom: &'a str,
}

impl<'a> Symptom<'a> {
    /// Creates a symptom from a failure of `operation`. `clause` is `None` if the suite does not know the broken
    /// clause.
    pub fn of(id: &'a str, operation: Operation, clause: Option<&'a String>, symptom: &'a str) -> Self {
        Self { id, operation, clause: clause.map_or("(no clause)", String::as_str), symptom }
    }
}

/// A group of failures with the same broken clause and the same symptom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The broken clause in the first version in which it is broken, such as `v1-magic`.
    pub clause: String,
    /// The other versions in which the clause is broken, such as `v2`.
    pub versions: Vec<String>,
    /// The symptom.
    pub symptom: String,
    /// The operations that show the symptom.
    pub operations: BTreeSet<Operation>,
    /// The ids of the cases that fail, the best example first.
    pub cases: Vec<String>,
}

#[derive(Default)]
struct Group<'a> {
    versions: BTreeSet<&'a str>,
    operations: BTreeSet<Operation>,
    cases: BTreeSet<(Rank, &'a str)>,
}

/// The rank of a case among the examples of a cause. The case with the smallest rank is the best example.
type Rank = (bool, bool, bool);

fn rank(id: &str) -> Rank {
    let section = crate::plan::section(id);
    let is = |name: &str| section.ends_with(&format!("/{name}"));
    // Cases of the section `size` are the worst examples, because large files are hard to read.
    (id.contains('#'), !is("header"), is("size"))
}

/// Groups failures by clause and symptom.
pub fn all<'a>(symptoms: impl IntoIterator<Item = Symptom<'a>>) -> Vec<Cause> {
    let mut groups: BTreeMap<(&str, &str), Group<'_>> = BTreeMap::new();
    for Symptom { id, operation, clause, symptom } in symptoms {
        let (version, name) = clause.split_once('-').unwrap_or(("", clause));
        let group = groups.entry((name, symptom)).or_default();
        group.versions.insert(version);
        group.operations.insert(operation);
        group.cases.insert((rank(id), id));
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|((name, _), group)| {
        let best = group.cases.first().map(|(rank, _)| *rank);
        (best, std::cmp::Reverse(group.cases.len()), *name)
    });
    // The list has one group of each clause before the second group of any clause. Within both parts, groups that fail
    // in different ways alternate. So a bug that breaks many clauses in one way does not hide another bug.
    let mut seen = BTreeSet::new();
    let mut turns: BTreeMap<_, usize> = BTreeMap::new();
    let mut turn = |group: &Group<'_>, symptom: &str| {
        let way = (group.operations.clone(), symptom.split(" instead of ").next().unwrap_or_default().to_owned());
        let turn = turns.entry(way).or_default();
        *turn += 1;
        *turn
    };
    let mut ranked: Vec<_> = groups
        .into_iter()
        .map(|((name, symptom), group)| ((!seen.insert(name), turn(&group, symptom)), name, symptom, group))
        .collect();
    ranked.sort_by_key(|(rank, ..)| *rank);
    ranked.into_iter().map(|(_, name, symptom, group)| cause(name, symptom, group)).collect()
}

fn cause(name: &str, symptom: &str, group: Group<'_>) -> Cause {
    let mut versions = group.versions.into_iter();
    let first = versions.next().unwrap_or_default();
    Cause {
        clause: if first.is_empty() { name.to_owned() } else { format!("{first}-{name}") },
        versions: versions.map(str::to_owned).collect(),
        symptom: symptom.to_owned(),
        operations: group.operations,
        cases: group.cases.into_iter().map(|(_, id)| id.to_owned()).collect(),
    }
}

impl Cause {
    /// Returns the clause, with the other versions in which it is broken in parentheses: `v1-magic (v2, v3)`.
    pub fn title(&self) -> String {
        match self.versions.as_slice() {
            [] => self.clause.clone(),
            versions => format!("{} ({})", self.clause, versions.join(", ")),
        }
    }

    /// Returns the number of cases that fail: `3 cases`.
    pub fn number(&self) -> String {
        count(self.cases.len(), "case", "cases")
    }

    /// Returns the operations and the symptom: `decode, check: accepted`.
    pub fn what(&self) -> String {
        let operations: Vec<_> = self.operations.iter().map(|operation| operation.name()).collect();
        format!("{}: {}", operations.join(", "), printable(&self.symptom))
    }
}

/// Returns the tally: a line for each cause, or two lines if one does not fit in 80 columns.
pub fn tally(causes: &[Cause]) -> String {
    const WIDTH: usize = 80;
    let mut text = format!("{STRONG}broken clauses{STRONG:#}\n");
    for cause in causes.iter().take(LISTED) {
        let (title, what) = (cause.title(), cause.what());
        let number = cause.number();
        let start = format!("  {BAD}{title}{BAD:#}");
        if title.chars().count() + what.chars().count() + number.len() + 8 <= WIDTH {
            let _ = writeln!(text, "{start}  {what}  {FAINT}{number}{FAINT:#}");
        } else {
            let _ = writeln!(text, "{start}  {FAINT}{number}{FAINT:#}");
            for line in textwrap::wrap(
                &what,
                textwrap::Options::new(WIDTH).initial_indent("      ").subsequent_indent("      "),
            ) {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    let more = causes.len().saturating_sub(LISTED);
    if more > 0 {
        let _ = writeln!(
            text,
            "  {FAINT}{}; --report json=PATH lists all{FAINT:#}",
            count(more, "more cause", "more causes")
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symptom<'a>(id: &'a str, operation: Operation, clause: &'a str, symptom: &'a str) -> Symptom<'a> {
        Symptom { id, operation, clause, symptom }
    }

    #[test]
    fn failures_of_one_clause_and_symptom_are_one_cause_in_all_versions() {
        let causes = all([
            symptom("v1/header/a", Operation::Decode, "v1-magic", "accepted"),
            symptom("v3/header/a", Operation::Check, "v3-magic", "accepted"),
            symptom("v1/header/a", Operation::Check, "v1-magic", "accepted"),
        ]);
        let [cause] = causes.as_slice() else { panic!("{causes:?}") };
        assert_eq!((cause.title().as_str(), cause.what().as_str()), ("v1-magic (v3)", "decode, check: accepted"));
        assert_eq!(cause.cases, ["v1/header/a", "v3/header/a"]);
    }

    #[test]
    fn files_come_before_derived_cases_and_the_header_before_the_rest() {
        let causes = all([
            symptom("v1/header/a#flip=1.1", Operation::Decode, "v1-a", "accepted"),
            symptom("v1/imports/a", Operation::Decode, "v1-b", "accepted"),
            symptom("v1/header/a", Operation::Decode, "v1-c", "accepted"),
        ]);
        assert_eq!(causes.iter().map(|cause| cause.clause.as_str()).collect::<Vec<_>>(), ["v1-c", "v1-b", "v1-a"]);
    }

    #[test]
    fn a_clause_is_named_again_when_all_others_were() {
        let causes = all([
            symptom("v1/header/a", Operation::Decode, "v1-a", "accepted"),
            symptom("v1/header/b", Operation::Decode, "v1-a", "timeout"),
            symptom("v1/imports/a#prefix=1", Operation::Decode, "v1-b", "accepted"),
        ]);
        assert_eq!(causes.iter().map(|cause| cause.clause.as_str()).collect::<Vec<_>>(), ["v1-a", "v1-b", "v1-a"]);
    }
}
