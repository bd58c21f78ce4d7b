//! The coverage of the clauses: which cases test each clause, and whether the program must accept or reject their
//! inputs.
//!
//! A clause binds one operation. This operation decides whether a case counts as accepting or rejecting. For example, a
//! file decodes, but its record breaks a rule. For a clause about readers, its case is accepting. For a clause about
//! checkers, it is rejecting.

use std::collections::BTreeMap;

use crate::case::{Case, ExpectedResult};
use crate::cases::untested::{Side, UNTESTED, Untested};
use crate::clauses::{Clause, Clauses};
use crate::protocol::Operation;

/// The cases of every clause.
#[derive(Debug)]
pub struct Coverage<'a> {
    rows: Vec<Row<'a>>,
    unknown: Vec<String>,
}

/// A clause and its cases.
#[derive(Debug)]
pub struct Row<'a> {
    /// The clause's name.
    pub name: &'a str,
    /// The clause's sentence, and its position in the specification.
    pub clause: &'a Clause,
    /// The ids of the accepting cases.
    pub accepting: Vec<&'a str>,
    /// The ids of the rejecting cases.
    pub rejecting: Vec<&'a str>,
    /// True if `encode` succeeds in a case that names the clause.
    written: bool,
    /// The reason why the clause has no accepting or no rejecting cases, if it may lack them.
    pub untested: Option<&'static Untested>,
}

impl<'a> Coverage<'a> {
    /// Assigns each case to the clauses that it names.
    pub fn of(clauses: &'a Clauses, cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let mut rows: BTreeMap<_, _> = clauses.iter().map(|(name, clause)| (name, Row::new(name, clause))).collect();
        let mut unknown = Vec::new();
        for case in cases {
            for name in &case.clauses {
                match rows.get_mut(name.as_str()) {
                    Some(row) => row.add(case),
                    None => unknown.push(format!("{} names {name}, which is not a clause", case.id)),
                }
            }
        }
        let mut rows: Vec<_> = rows.into_values().collect();
        rows.sort_by_key(|row| (row.clause.file, row.clause.line));
        Self { rows, unknown }
    }

    /// Returns the clauses, in the order of the specification.
    pub fn rows(&self) -> &[Row<'a>] {
        &self.rows
    }

    /// Returns the clauses of one part of the corpus: `v1`, `v2`, … or `pack`.
    pub fn rows_of(&self, part: &str) -> impl Iterator<Item = &Row<'a>> {
        let prefix = format!("{part}-");
        self.rows.iter().filter(move |row| row.name.starts_with(&prefix))
    }

    /// Returns a sentence for each fault: a clause that binds and lacks accepting or rejecting cases without a reason,
    /// a reason for cases that exist, or a name that is not a clause.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.unknown.clone();
        faults.extend(self.rows.iter().filter_map(Row::fault));
        let named = |clause| self.rows.iter().any(|row| row.name == clause);
        faults.extend(
            UNTESTED
                .iter()
                .filter(|untested| !named(untested.clause))
                .map(|untested| format!("src/cases/untested.rs names {}, which is not a clause", untested.clause)),
        );
        faults
    }
}

impl<'a> Row<'a> {
    fn new(name: &'a str, clause: &'a Clause) -> Self {
        let untested = UNTESTED.iter().find(|untested| untested.clause == name);
        Self { name, clause, accepting: Vec::new(), rejecting: Vec::new(), written: false, untested }
    }

    fn add(&mut self, case: &'a Case) {
        self.written |= matches!(case.expect.encode, Some(ExpectedResult::Ok { .. }));
        match self.asked().and_then(|operation| case.expect.of(operation)) {
            Some(ExpectedResult::Error { .. }) => self.rejecting.push(&case.id),
            Some(_) => self.accepting.push(&case.id),
            None => {}
        }
    }

    /// Returns the operation of the program that the clause binds, or `None` if the suite does not test such programs.
    pub fn asked(&self) -> Option<Operation> {
        let subject =
            self.clause.text.split(" MUST").next().and_then(|text| text.split(" MAY").next()).unwrap_or_default();
        match subject {
            "An identifier" => Some(Operation::Identify),
            "A reader"
            | "Readers and writers"
            | "Openers and readers"
            | "Openers, readers and writers"
            | "Identifiers, readers and writers"
            | "Identifiers, openers, readers and writers"
            | "Openers, readers, validators, checkers and writers" => Some(Operation::Decode),
            // The suite tests no checkers of packs.
            "A checker" if self.name.starts_with("pack-") => None,
            // A checker begins like a reader, and compares what a validator compares.
            "A checker" | "Readers and checkers" | "Validators and checkers" => Some(Operation::Check),
            "An opener" if self.name.starts_with("pack-") => Some(Operation::OpenPack),
            // A matcher is an opener, and `match` of a file's own producer and source does nothing else.
            "A matcher" | "An opener" => Some(Operation::Match),
            "A writer" => Some(Operation::Encode),
            _ => None,
        }
    }

    fn fault(&self) -> Option<String> {
        // A clause for several kinds of programs is tested with readers. If it binds writers, it must also be tested
        // with writers.
        if self.clause.text.contains("writers MUST") && !self.written {
            return Some(format!("{} binds writers, but has no case in which `encode` must succeed", self.name));
        }
        let may_miss =
            |side| self.untested.is_some_and(|untested| untested.side == side || untested.side == Side::Both);
        let sides = [("accepting", &self.accepting, Side::Accepting), ("rejecting", &self.rejecting, Side::Rejecting)];
        for (what, cases, side) in sides {
            match (cases.is_empty(), may_miss(side)) {
                (true, false) if self.clause.text.contains("MUST") => {
                    return Some(format!("{} has no {what} case and no reason in src/cases/untested.rs", self.name));
                }
                (false, true) => {
                    return Some(format!(
                        "src/cases/untested.rs says why {} has no {what} case, but {} is one",
                        self.name, cases[0]
                    ));
                }
                _ => {}
            }
        }
        None
    }
}
