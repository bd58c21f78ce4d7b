//! `KILLS.md`: what the suite notices. Which weakened implementation is failed by which file cases, and which clause is tested by what.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::cases::untested::Untested;
use crate::corpus::Corpus;
use crate::derive::Depth;
use crate::generate::coverage::Coverage;
use crate::protocol::Operation;
use crate::run::{self, Options, Report};
use crate::select::Selection;
use crate::status::Status;
use crate::testee::Target;
use crate::text::thousands;
use crate::weak::equivalent::EQUIVALENT;
use crate::weak::{self, Weakening};

/// A weakening, and the file cases that fail it.
#[derive(Debug)]
pub struct Kill {
    /// What was wrong.
    pub weakening: Weakening,
    /// The ids of the cases that failed, those that name the broken clause first.
    pub cases: Vec<String>,
    /// How many of them name the broken clause.
    pub naming: usize,
}

/// Runs every weakening through the file cases of `corpus`, `jobs` at once, and calls `done` after each.
pub fn all(corpus: &Corpus, jobs: usize, done: &(dyn Fn() + Sync)) -> Vec<Kill> {
    let weakenings = weak::all();
    let next = AtomicUsize::new(0);
    let kills = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(weakening) = weakenings.get(index) else { return };
                    let kill = kill(weakening, corpus);
                    if let Ok(mut kills) = kills.lock() {
                        kills.insert(index, kill);
                    }
                    done();
                }
            });
        }
    });
    kills.into_inner().unwrap_or_default().into_values().collect()
}

/// Runs one weakening: through the runner, as any implementation.
pub fn kill(weakening: &Weakening, corpus: &Corpus) -> Kill {
    let options =
        Options { selection: Selection { depth: Depth::Quick, ..Selection::default() }, jobs: 1, ..Options::default() };
    let failed = match run::run(Target::Embedded(weakening), corpus, &options, &|_| {}) {
        Ok(report) => failed(&report, corpus),
        Err(_) => Vec::new(),
    };
    let names = |id: &String| {
        let case = corpus.position(id).map(|position| &corpus.cases()[position].case);
        case.is_some_and(|case| case.clauses.iter().any(|clause| clause == weakening.clause))
    };
    let (naming, others): (Vec<_>, Vec<_>) = failed.into_iter().partition(names);
    Kill { weakening: weakening.clone(), naming: naming.len(), cases: [naming, others].concat() }
}

fn failed(report: &Report, corpus: &Corpus) -> Vec<String> {
    // A weakening that breaks down would be noticed for the wrong reason.
    let wrong = report.failures().filter(|(_, _, failure)| failure.status == Status::WrongAnswer);
    let mut ids: Vec<_> = wrong.map(|(work, _, _)| work.id(corpus)).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Everything that is wrong with the suite: a weakening that no case notices, or none that names its clause; a reason that is not needed; a clause
/// that no weakening breaks.
pub fn faults(kills: &[Kill], coverage: &Coverage<'_>) -> Vec<String> {
    let mut faults = coverage.faults();
    for kill in kills {
        let Weakening { id, clause, .. } = &kill.weakening;
        match (kill.naming, kill.cases.first(), reason(id)) {
            (0, None, None) => faults.push(format!("{id} is noticed by no case")),
            (0, Some(case), _) => {
                faults.push(format!("{id} breaks {clause}, and no case that notices it names that: {case}"));
            }
            (_, Some(case), Some(_)) => faults.push(format!("{id} is said to be equivalent, and {case} notices it")),
            _ => {}
        }
    }
    for row in coverage.rows() {
        let broken = kills.iter().any(|kill| kill.weakening.clause == row.name);
        let exempt = row.untested.is_some_and(Untested::is_whole);
        if !broken && !exempt && row.clause.text.contains("MUST") {
            faults.push(format!("{} is broken by no weakening", row.name));
        }
    }
    for (id, _) in EQUIVALENT {
        if !kills.iter().any(|kill| kill.weakening.id == *id) {
            faults.push(format!("{id} has a reason and is no weakening"));
        }
    }
    faults
}

/// Why no file can tell this weakening from a right implementation.
fn reason(id: &str) -> Option<&'static str> {
    EQUIVALENT.iter().find(|(equivalent, _)| *equivalent == id).map(|(_, why)| *why)
}

/// The page.
pub fn page(kills: &[Kill], coverage: &Coverage<'_>, corpus: &Corpus) -> String {
    let noticed = kills.iter().filter(|kill| !kill.cases.is_empty()).count();
    let equivalent = kills.iter().filter(|kill| reason(&kill.weakening.id).is_some()).count();
    let percent = 100 * noticed / (kills.len() - equivalent).max(1);
    let mut page = String::from(HEAD);
    let _ = writeln!(
        page,
        "**{noticed} of {} weakened implementations are noticed by the {} file cases: {percent} %.** {} cannot be told from a right one.\n",
        kills.len(),
        thousands(corpus.cases().len()),
        match equivalent {
            0 => "None".to_owned(),
            number => number.to_string(),
        },
    );
    clauses(&mut page, kills, coverage);
    weakenings(&mut page, kills);
    page
}

const HEAD: &str = "<!-- Generated by `cargo xtask kills` from src/cases and src/weak; do not edit. -->

# What the suite notices

A suite proves little by what passes it. These are implementations that are wrong in one way each: the second decoder, checker and encoder of the suite, with one rule changed in one of the
ways in which people get it wrong. Each goes through the runner like a stranger's program, and must be failed by at least one file of the corpus that names the clause it breaks.

";

const CLAUSES: &str = "## Clauses

Every clause of the specification: how many cases are accepted and how many rejected by the operation that it binds, with the first three of each; how many weakenings break it and are noticed.
Where a side is missing, the last column says why files cannot show it.

| clause | asked | accepted | rejected | weakenings | what files cannot show |
|---|---|---|---|---|---|
";

fn clauses(page: &mut String, kills: &[Kill], coverage: &Coverage<'_>) {
    page.push_str(CLAUSES);
    for row in coverage.rows() {
        let broken = kills.iter().filter(|kill| kill.weakening.clause == row.name && !kill.cases.is_empty()).count();
        let _ = writeln!(
            page,
            "| [{}](../{}#{}) | {} | {} | {} | {broken} | {} |",
            row.name,
            row.clause.file,
            row.name,
            row.asked().map_or("", Operation::name),
            some(row.accepting.iter().copied()),
            some(row.rejecting.iter().copied()),
            row.untested.map_or("", |untested| untested.why),
        );
    }
}

const WEAKENINGS: &str = "
## Weakenings

How many cases notice, how many of these name the clause that is broken, and three of them.

| weakening | what it does | clause | cases | naming it | such as |
|---|---|---|---|---|---|
";

fn weakenings(page: &mut String, kills: &[Kill]) {
    page.push_str(WEAKENINGS);
    for kill in kills {
        let Weakening { id, clause, what, .. } = &kill.weakening;
        let such_as = match reason(id) {
            Some(why) => format!("Equivalent: {why}"),
            None => first(kill.cases.iter().map(String::as_str)),
        };
        let _ = writeln!(page, "| `{id}` | {what} | {clause} | {} | {} | {such_as} |", kill.cases.len(), kill.naming);
    }
}

/// The number of ids, and the first three.
fn some<'a>(ids: impl ExactSizeIterator<Item = &'a str> + Clone) -> String {
    match ids.len() {
        0 => "0".into(),
        number => format!("{number}: {}", first(ids)),
    }
}

fn first<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let mut ids = ids.map(|id| format!("`{}`", id.split_once('/').map_or(id, |(_, id)| id)));
    let three: Vec<_> = ids.by_ref().take(3).collect();
    let more = if ids.next().is_some() { ", …" } else { "" };
    three.join(", ") + more
}
