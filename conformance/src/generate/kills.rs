//! `KILLS.md`: what the suite notices. Which weakened implementation is failed by which file cases, and which clause is tested by what.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::case::Case;
use crate::cases::untested::Untested;
use crate::corpus::{Corpus, FileCase};
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

/// A weakening, and the file cases that fail it: of the small ones, if one of them names the clause that it breaks.
#[derive(Debug)]
pub struct Kill {
    /// What was wrong.
    pub weakening: Weakening,
    /// The ids of the cases that failed, those that name the broken clause first.
    pub cases: Vec<String>,
    /// How many of them name the broken clause.
    pub naming: usize,
}

/// The largest file, in bytes, that is put to every weakening.
const SMALL: usize = 16 << 10;

/// A corpus, and its cases without large files: these few hold nine of ten bytes, and take as much of the time.
#[derive(Debug)]
pub struct Suite<'c> {
    small: Corpus,
    whole: &'c Corpus,
}

impl<'c> Suite<'c> {
    /// The suite that asks the cases of `corpus`.
    pub fn of(corpus: &'c Corpus) -> Self {
        let is_small = |case: &&FileCase| case.file.as_ref().is_none_or(|file| file.len() <= SMALL);
        Self { small: Corpus::of(corpus.cases().iter().filter(is_small).cloned().collect()), whole: corpus }
    }
}

/// Runs every weakening through the file cases of `suite`, `jobs` at once, and calls `done` after each.
pub fn all(suite: &Suite<'_>, jobs: usize, done: &(dyn Fn() + Sync)) -> Vec<Kill> {
    let weakenings = weak::all();
    let next = AtomicUsize::new(0);
    let kills = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(weakening) = weakenings.get(index) else { return };
                    let kill = kill(weakening, suite);
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

/// Runs one weakening: through the small cases, and through all of them where none of these names the clause that it breaks.
pub fn kill(weakening: &Weakening, suite: &Suite<'_>) -> Kill {
    let kill = by_cases(weakening, &suite.small);
    if kill.naming > 0 { kill } else { by_cases(weakening, suite.whole) }
}

/// Runs one weakening: through the runner, as any implementation.
fn by_cases(weakening: &Weakening, corpus: &Corpus) -> Kill {
    // It is right about the other versions.
    let selection = Selection { depth: Depth::Quick, format_version: Some(weakening.version), ..Selection::default() };
    let options = Options { selection, jobs: 1, ..Options::default() };
    let cases = match run::run(Target::Embedded(weakening), corpus, &options, &|_| {}) {
        Ok(report) => failed(&report, corpus),
        Err(_) => Vec::new(),
    };
    let broken = weakening.clause();
    let (naming, others): (Vec<&Case>, Vec<_>) = cases.into_iter().partition(|case| case.clauses.contains(&broken));
    let naming_first = naming.iter().chain(&others).map(|case| case.id.clone());
    Kill { weakening: weakening.clone(), naming: naming.len(), cases: naming_first.collect() }
}

/// The cases that failed, by id.
fn failed<'c>(report: &Report, corpus: &'c Corpus) -> Vec<&'c Case> {
    // A weakening that breaks down would be noticed for the wrong reason.
    let wrong = report.failures().filter(|(_, _, failure)| failure.status == Status::WrongAnswer);
    let mut cases: Vec<_> = wrong.map(|(work, _, _)| &work.file_case(corpus).case).collect();
    cases.sort_by_key(|case| &case.id);
    cases.dedup_by_key(|case| &case.id);
    cases
}

/// Everything that is wrong with the suite: a weakening that no case notices, or none that names its clause; a reason that is not needed; a clause
/// that no weakening breaks.
pub fn faults(kills: &[Kill], coverage: &Coverage<'_>) -> Vec<String> {
    let mut faults = coverage.faults();
    for kill in kills {
        let (id, clause) = (kill.weakening.id(), kill.weakening.clause());
        match (kill.naming, kill.cases.first(), reason(&id)) {
            (0, None, None) => faults.push(format!("{id} is noticed by no case")),
            (0, Some(case), _) => {
                faults.push(format!("{id} breaks {clause}, and no case that notices it names that: {case}"));
            }
            (_, Some(case), Some(_)) => faults.push(format!("{id} is said to be equivalent, and {case} notices it")),
            _ => {}
        }
    }
    for row in coverage.rows() {
        let broken = kills.iter().any(|kill| kill.weakening.clause() == row.name);
        let exempt = row.untested.is_some_and(Untested::is_whole);
        if !broken && !exempt && row.clause.text.contains("MUST") {
            faults.push(format!("{} is broken by no weakening", row.name));
        }
    }
    for (id, _) in EQUIVALENT {
        if !kills.iter().any(|kill| kill.weakening.id() == *id) {
            faults.push(format!("{id} has a reason and is no weakening"));
        }
    }
    faults
}

/// Why no file can tell this weakening from a right implementation.
pub fn reason(id: &str) -> Option<&'static str> {
    EQUIVALENT.iter().find(|(equivalent, _)| *equivalent == id).map(|(_, why)| *why)
}

/// The page.
pub fn page(kills: &[Kill], coverage: &Coverage<'_>, corpus: &Corpus) -> String {
    let versions: BTreeSet<u32> = kills.iter().map(|kill| kill.weakening.version).collect();
    let mut page = String::from(HEAD);
    let _ = writeln!(
        page,
        "**{} of {} weakened implementations are noticed by the {} file cases: {} %.** {}\n",
        thousands(noticed(kills.iter())),
        thousands(kills.len()),
        thousands(corpus.cases().len()),
        100 * noticed(kills.iter()) / (kills.len() - equivalent(kills.iter())).max(1),
        match equivalent(kills.iter()) {
            0 => "There is none that cannot be told from a right one.".to_owned(),
            number => format!("{number} cannot be told from a right one."),
        },
    );
    totals(&mut page, &versions, kills, coverage, corpus);
    page.push_str(CLAUSES);
    for version in &versions {
        clauses(&mut page, *version, kills, coverage);
    }
    page.push_str(WEAKENINGS);
    for (kind, title) in KINDS {
        weakenings(&mut page, &versions, (kind, title), kills);
    }
    page
}

fn noticed<'k>(kills: impl Iterator<Item = &'k Kill>) -> usize {
    kills.filter(|kill| !kill.cases.is_empty()).count()
}

fn equivalent<'k>(kills: impl Iterator<Item = &'k Kill>) -> usize {
    kills.filter(|kill| reason(&kill.weakening.id()).is_some()).count()
}

const HEAD: &str = "<!-- Generated by `cargo xtask kills` from src/cases and src/weak; do not edit. -->

# What the suite notices

A suite proves little by what passes it. These are implementations that are wrong in one way each: the second decoder, checker and encoder of the suite, with one rule of one version changed in one of the
ways in which people get it wrong. Each goes through the runner like a stranger's program, is asked about the cases of its version, and must be failed by at least one file of them that names the clause it breaks.
Files of more than 16 KiB are asked about only where no smaller one does that.

";

fn totals(page: &mut String, versions: &BTreeSet<u32>, kills: &[Kill], coverage: &Coverage<'_>, corpus: &Corpus) {
    page.push_str("| version | clauses | file cases | weakenings | of them noticed |\n|---|---|---|---|---|\n");
    for version in versions {
        let of_version = kills.iter().filter(|kill| kill.weakening.version == *version);
        let folder = format!("v{version}/");
        let _ = writeln!(
            page,
            "| {version} | {} | {} | {} | {} |",
            coverage.rows_of(*version).count(),
            thousands(corpus.cases().iter().filter(|case| case.case.id.starts_with(&folder)).count()),
            thousands(of_version.clone().count()),
            thousands(noticed(of_version)),
        );
    }
}

const CLAUSES: &str = "
## Clauses

Every clause of the specification: how many cases are accepted and how many rejected by the operation that it binds, with the first three of each; how many weakenings break it and are noticed.
Where a side is missing, the last column says why files cannot show it. Cases are named without their version.
";

fn clauses(page: &mut String, version: u32, kills: &[Kill], coverage: &Coverage<'_>) {
    let _ = write!(
        page,
        "\n### Version {version}\n\n| clause | asked | accepted | rejected | weakenings | what files cannot show |\n|---|---|---|---|---|---|\n"
    );
    for row in coverage.rows_of(version) {
        let breaks = |kill: &&Kill| kill.weakening.clause() == row.name;
        let _ = writeln!(
            page,
            "| [{}](../{}#{}) | {} | {} | {} | {} | {} |",
            row.name,
            row.clause.file,
            row.name,
            row.asked().map_or("", Operation::name),
            some(row.accepting.iter().copied()),
            some(row.rejecting.iter().copied()),
            noticed(kills.iter().filter(breaks)),
            row.untested.map_or("", |untested| untested.why),
        );
    }
}

const WEAKENINGS: &str = "
## Weakenings

Each is described once. In the column of a version it says how many of that version's cases notice it and, behind the stroke, how many of these name the clause that is broken; a version that does not have what is got wrong has nothing there.
The last column has three of the cases, without the version.
";

/// Who is wrong: the beginning of a weakening's name, and the heading.
const KINDS: [(&str, &str); 4] =
    [("identifier/", "Identifiers"), ("reader/", "Readers"), ("checker/", "Checkers"), ("writer/", "Writers")];

fn weakenings(page: &mut String, versions: &BTreeSet<u32>, (kind, title): (&str, &str), kills: &[Kill]) {
    let numbers: Vec<_> = versions.iter().map(|version| format!(" {version} |")).collect();
    let _ = write!(
        page,
        "\n### {title}\n\n| weakening | what it does | clause |{} such as |\n|---|---|---|{}---|\n",
        numbers.concat(),
        "---|".repeat(versions.len()),
    );
    let of_kind = || kills.iter().filter(|kill| kill.weakening.idea.name.starts_with(kind));
    let mut by_name: BTreeMap<&str, Vec<&Kill>> = BTreeMap::new();
    for kill in of_kind() {
        by_name.entry(&kill.weakening.idea.name).or_default().push(kill);
    }
    for kill in of_kind() {
        // In the order in which they are described: with the first version that has them.
        if let Some(issued) = by_name.remove(kill.weakening.idea.name.as_str()) {
            weakening(page, versions, &issued);
        }
    }
}

/// The row of one idea, by what became of it in each version.
fn weakening(page: &mut String, versions: &BTreeSet<u32>, issued: &[&Kill]) {
    let [Kill { weakening: Weakening { idea, .. }, cases, .. }, ..] = issued else { return };
    let cells = versions.iter().map(|version| {
        let kill = issued.iter().find(|kill| kill.weakening.version == *version);
        kill.map_or_else(|| " |".into(), |kill| format!(" {}/{} |", kill.cases.len(), kill.naming))
    });
    let reasons =
        issued.iter().filter_map(|kill| reason(&kill.weakening.id()).map(|why| (kill.weakening.version, why)));
    let mut such_as = first(cases.iter().map(String::as_str));
    for (version, why) in reasons {
        let _ = write!(such_as, " Equivalent in version {version}: {why}");
    }
    let cells = cells.collect::<String>();
    let _ = writeln!(page, "| `{}` | {} | {} |{cells} {such_as} |", idea.name, idea.what, idea.clause);
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
