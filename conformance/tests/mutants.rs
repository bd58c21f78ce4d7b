//! Tests the hand-made mutants in `mutants/`: every clause that their headers name exists, and each bug of real readers has a
//! mutant or a reason why it has none.
//!
//! `cargo xtask regenerate kills` runs the suite against all of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use conformance::clauses::Clauses;
use conformance::corpus::Corpus;
use conformance::mutants::{self, Killer, Mutant, MutantOutcome, Runner};

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn all() -> Vec<Mutant> {
    mutants::all(mutants::standard_path()).unwrap()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Runs the suite against the mutant that ignores the version. `mistake` replaces the line with the mistake of that mutant.
fn run(mistake: &str) -> MutantOutcome {
    let patch = read(&mutants::standard_path().join("real-version-unchecked.patch"));
    assert!(patch.contains("+        return 1\n"), "the patch does not contain the line `return 1`");
    let patch = patch.replace("+        return 1\n", &format!("+        {mistake}\n"));
    let mutant = Mutant::parse("real-version-unchecked", &patch).unwrap();
    let corpus = Corpus::standard().unwrap();
    Runner::new(&corpus, &folder().join("testees/python"), false).run(&mutant, Some("v1/header/*"))
}

#[test]
fn every_clause_that_a_mutant_names_exists() {
    for mutant in all() {
        for clause in &mutant.clauses {
            assert!(Clauses::standard().get(clause).is_some(), "{}: no clause is called {clause}", mutant.name);
        }
    }
}

#[test]
fn no_two_mutants_have_one_sentence() {
    let mut sentences = BTreeSet::new();
    for mutant in all() {
        assert!(sentences.insert(mutant.sentence.clone()), "{}: {}", mutant.name, mutant.sentence);
    }
}

#[test]
fn every_bug_in_the_specification_has_a_mutant_or_a_reason() {
    let specification = read(&folder().join("../spec/v1.md"));
    let section = specification.split("\n## ").find(|section| section.starts_with("10. What broke in real readers"));
    let rows = section.unwrap().lines().filter(|line| line.starts_with("| ") && line.contains("[v1-"));
    let mutants = all();
    let broken: BTreeSet<_> = mutants.iter().flat_map(|mutant| &mutant.clauses).map(String::as_str).collect();
    let reasons = read(&folder().join("mutants/README.md"));
    let mut clauses = 0;
    for row in rows {
        for clause in row.split('[').skip(1).filter_map(|link| link.split(']').next()) {
            let has_reason = reasons.contains(&format!("| {clause} |"));
            assert!(
                broken.contains(clause) != has_reason,
                "{clause}: this bug needs either a mutant or a reason, and not both\n{row}"
            );
            clauses += 1;
        }
    }
    assert!(clauses > 0, "the table of bugs is missing");
}

#[test]
fn a_mutant_that_answers_wrongly_is_killed_by_a_file_case() {
    let outcome = run("return 1");
    assert!(matches!(outcome, MutantOutcome::Killed(Killer::Files, _)), "{outcome:?}");
}

#[test]
fn a_mutant_that_faults_is_invalid() {
    let outcome = run("return 1 // 0");
    assert!(matches!(&outcome, MutantOutcome::Invalid(why) if why.contains("fault")), "{outcome:?}");
}

#[test]
fn a_mutant_that_ends_is_invalid() {
    let outcome = run("raise SystemExit");
    assert!(matches!(&outcome, MutantOutcome::Invalid(why) if why.contains("crash")), "{outcome:?}");
}

#[test]
fn a_patch_that_does_not_apply_is_invalid() {
    let mutant =
        Mutant::parse("real-x", "It is wrong.\nclause: v1-end\n\n--- a/bmes.py\n+++ b/bmes.py\n@@ -1 +1 @@\n-x\n+y\n");
    let corpus = Corpus::of(Vec::new());
    let outcome = Runner::new(&corpus, &folder().join("testees/python"), false).run(&mutant.unwrap(), None);
    assert!(matches!(&outcome, MutantOutcome::Invalid(why) if why.contains("patch")), "{outcome:?}");
}
