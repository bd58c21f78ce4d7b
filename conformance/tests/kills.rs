//! The suite notices weakened implementations. All of them are run by `cargo xtask kills`, optimised; here are some, and whether the page is theirs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use conformance::clauses::Clauses;
use conformance::corpus::Corpus;
use conformance::generate::coverage::Coverage;
use conformance::generate::kills::{self, Kill};
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

fn is_in_page(page: &str, weakening: &Weakening) {
    let cells = row(page, &format!("`{}`", weakening.id));
    assert_eq!(cells[1..3], [weakening.what.as_str(), weakening.clause], "{}", weakening.id);
}

#[test]
fn there_are_enough_weakenings_and_no_two_have_one_name() {
    let weakenings = weak::all();
    let ids: BTreeSet<_> = weakenings.iter().map(|weakening| &weakening.id).collect();
    assert_eq!(ids.len(), weakenings.len());
    assert!(weakenings.len() >= 500, "only {} are left", weakenings.len());
}

#[test]
fn every_weakening_breaks_a_clause_and_is_in_the_page() {
    let page = page();
    for weakening in weak::all() {
        assert!(Clauses::standard().get(weakening.clause).is_some(), "{} breaks {}", weakening.id, weakening.clause);
        is_in_page(&page, &weakening);
    }
}

#[test]
fn the_page_says_that_every_weakening_is_noticed_by_a_case_that_names_its_clause() {
    let page = page();
    for weakening in weak::all() {
        let cells = row(&page, &format!("`{}`", weakening.id));
        assert!(cells[4].parse::<usize>().unwrap() > 0, "{}: {cells:?}", weakening.id);
    }
}

#[test]
fn every_seventeenth_weakening_is_noticed_as_the_page_says() {
    let corpus = Corpus::load(Corpus::standard_path()).unwrap();
    let page = page();
    for weakening in weak::all().iter().step_by(17) {
        let Kill { cases, naming, .. } = kills::kill(weakening, &corpus);
        let cells = row(&page, &format!("`{}`", weakening.id));
        assert_eq!(
            cells[3..5],
            [cases.len().to_string(), naming.to_string()],
            "{}: run cargo xtask kills",
            weakening.id
        );
        assert!(naming > 0, "{}", weakening.id);
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
