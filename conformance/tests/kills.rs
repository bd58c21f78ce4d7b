//! The suite notices weakened implementations. All of them are run by `cargo xtask kills`; here are some, and whether the page is theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use conformance::clauses::Clauses;
use conformance::corpus::Corpus;
use conformance::generate::coverage::Coverage;
use conformance::generate::kills::{self, Kill, Suite};
use conformance::plain;
use conformance::testee::Implementation;
use conformance::weak::{self, Weakening};

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("KILLS.md")).unwrap()
}

/// The cells of a row of the page.
fn row<'p>(page: &'p str, first: &str) -> Vec<&'p str> {
    let start = format!("| {first} |");
    let row = page.lines().find(|line| line.starts_with(&start));
    let row = row.unwrap_or_else(|| panic!("KILLS.md has no row for {first}: run cargo xtask kills"));
    row.trim_matches('|').split('|').map(str::trim).collect()
}

/// The column of a version, in the tables of weakenings: the cases that notice it, and those of them that name its clause.
fn noticed(page: &str, weakening: &Weakening) -> (usize, usize) {
    let cells = row(page, &format!("`{}`", weakening.idea.name));
    let column = weak::all().iter().map(|weakening| weakening.version).collect::<BTreeSet<_>>();
    let column = column.iter().position(|version| *version == weakening.version).unwrap();
    let (cases, naming) = cells[3 + column].split_once('/').unwrap_or_else(|| panic!("{}: {cells:?}", weakening.id()));
    (cases.parse().unwrap(), naming.parse().unwrap())
}

#[test]
fn there_are_enough_weakenings_and_no_two_have_one_name() {
    let weakenings = weak::all();
    let ids: BTreeSet<_> = weakenings.iter().map(Weakening::id).collect();
    assert_eq!(ids.len(), weakenings.len());
    for (version, least) in [(1, 500), (2, 600), (3, 800)] {
        let of_version = weakenings.iter().filter(|weakening| weakening.version == version).count();
        assert!(of_version >= least, "only {of_version} are left of version {version}");
    }
    let name = |weakening: &Weakening| weakening.idea.name.clone();
    let of_version_1: BTreeSet<_> = weakenings.iter().filter(|weakening| weakening.version == 1).map(name).collect();
    let all: BTreeSet<_> = weakenings.iter().map(name).collect();
    let more = all.difference(&of_version_1).count();
    assert!(more >= 200, "only {more} ideas are left that version 1 does not have");
}

#[test]
fn an_idea_is_the_same_in_every_version() {
    let mut described = BTreeMap::new();
    for Weakening { idea, .. } in weak::all() {
        let before = described.entry(idea.name.clone()).or_insert((idea.clause, idea.what.clone())).clone();
        assert_eq!(before, (idea.clause, idea.what), "{}", idea.name);
    }
}

#[test]
fn every_weakening_breaks_a_clause_and_is_in_the_page() {
    let page = page();
    for weakening in weak::all() {
        let (id, clause) = (weakening.id(), weakening.clause());
        assert!(Clauses::standard().get(&clause).is_some(), "{id} breaks {clause}");
        let cells = row(&page, &format!("`{}`", weakening.idea.name));
        assert_eq!(cells[1..3], [weakening.idea.what.as_str(), weakening.idea.clause], "{id}");
    }
}

#[test]
fn the_page_says_that_every_weakening_is_noticed_by_a_case_that_names_its_clause() {
    let page = page();
    for weakening in weak::all() {
        let (cases, naming) = noticed(&page, &weakening);
        let is_equivalent = kills::reason(&weakening.id()).is_some();
        assert!(cases >= naming && (naming > 0) != is_equivalent, "{}", weakening.id());
    }
}

#[test]
fn a_weakening_is_right_about_other_versions() {
    let corpus = Corpus::load(Corpus::standard_path()).unwrap();
    for weakening in some() {
        for case in corpus.cases() {
            // Small ones are enough.
            let Some(file) = case.file.as_ref().filter(|file| file.len() < 1_000) else { continue };
            if !plain::identify(file).is_ok_and(|version| version != weakening.version) {
                continue;
            }
            assert_eq!(weakening.identify(file).ok(), plain::identify(file).ok(), "{}", weakening.id());
            let decoded = plain::decode(file);
            assert_eq!(weakening.check(file).is_ok(), plain::check(file).is_ok(), "{}", weakening.id());
            if let Ok(decoded) = &decoded {
                let written = weakening.encode(&decoded.record, case.bytecode()).ok();
                assert_eq!(written, plain::encode(&decoded.record, case.bytecode()).ok(), "{}", weakening.id());
            }
            assert_eq!(weakening.decode(file).ok(), decoded.ok(), "{}", weakening.id());
        }
    }
}

/// A few of all: in a debug build one takes its time.
fn some() -> impl Iterator<Item = Weakening> {
    weak::all().into_iter().step_by(97)
}

#[test]
fn some_weakenings_are_noticed_as_the_page_says() {
    let corpus = Corpus::load(Corpus::standard_path()).unwrap();
    let (suite, page) = (Suite::of(&corpus), page());
    for weakening in &some().collect::<Vec<_>>() {
        let Kill { cases, naming, .. } = kills::kill(weakening, &suite);
        let id = weakening.id();
        assert_eq!(noticed(&page, weakening), (cases.len(), naming), "{id}: run cargo xtask kills");
    }
}

#[test]
fn a_weakening_that_nobody_notices_is_a_fault() {
    let corpus = Corpus::load(Corpus::standard_path()).unwrap();
    let coverage = Coverage::of(Clauses::standard(), corpus.cases().iter().map(|case| &case.case));
    let kill = |cases: &[&str], naming| Kill {
        weakening: weak::all().remove(0),
        cases: cases.iter().map(|&id| id.into()).collect(),
        naming,
    };
    let mentions = |kill: Kill, what: &str| kills::faults(&[kill], &coverage).iter().any(|fault| fault.contains(what));
    assert!(mentions(kill(&[], 0), "is noticed by no case"));
    assert!(mentions(kill(&["v1/header/version-0"], 0), "no case that notices it names that"));
    assert!(
        mentions(kill(&["v1/header/version-0"], 1), "is broken by no weakening"),
        "the other clauses are not broken"
    );
    assert!(!mentions(kill(&["v1/header/version-0"], 1), "noticed"));
}
