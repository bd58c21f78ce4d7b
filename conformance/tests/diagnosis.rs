//! Tests that a report leads to the bugs: the first 40 lines of a run, and the top of its page, name every clause that the testee
//! breaks.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use conformance::mutants::{self, Mutant};
use support::stdout;

/// The lines and columns that a terminal shows at once.
const SCREEN: usize = 40;
const COLUMNS: usize = 80;

/// The testee that the patches change.
const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testees/python");

/// Six bugs, each in a different clause.
const SIX: [&str; 6] = [
    "real-flag-not-zero",
    "real-type-clamped",
    "comparison-export-names-crc32",
    "prefix-query",
    "real-trailing-ignored",
    "writer-order-signed",
];

/// The sections of these runs: those with small files.
const SECTIONS: &str = "header,bytecode,layout,order,requests,imports,exports,star-exports,variables,names";

/// Mutants whose clause no report can name if other mutants are in the same testee, each with the reason.
const HIDDEN: &[(&str, &str)] = &[(
    "order-check-before-padding",
    "real-header-only accepts every file with wrong padding. So a checker that runs too early looks the same as a reader that accepts the file",
)];

fn all() -> Vec<Mutant> {
    mutants::all(mutants::standard_path()).unwrap()
}

/// Returns the clauses of a mutant without their versions. Every mutant that compares strings wrongly names `check-bytes`. So that
/// clause is left out if the mutant also names another one.
fn clauses(mutant: &Mutant) -> BTreeSet<&str> {
    let mut names: BTreeSet<_> =
        mutant.clauses.iter().filter_map(|clause| clause.split_once('-')).map(|(_, name)| name).collect();
    if names.len() > 1 {
        names.remove("check-bytes");
    }
    names
}

/// Runs the suite against the Python testee with all these mutants applied. Returns the first lines of the run, and the top of its
/// page.
fn run(mutants: &[&Mutant], folder: &Path) -> (String, String) {
    let testee = mutants::patched(Path::new(PYTHON), mutants).unwrap();
    let page = folder.join("page.html");
    let output = Command::new(env!("CARGO_BIN_EXE_bmes-conformance"))
        .args(["--depth", "quick", "--seed", "1", "--timeout", "60", "--color", "never"])
        .arg(format!("--filter=v[123]/{{{SECTIONS}}}/*"))
        .arg(format!("--testee=python3 -B {}", testee.path().join("bmes_testee.py").display()))
        .arg(format!("--report=html={}", page.display()))
        .output()
        .unwrap();
    let out = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{out}");
    // A command to copy is one line of output, but it can take several lines of the screen.
    let mut rows = 0;
    let fits = |line: &&str| {
        rows += line.chars().count().div_ceil(COLUMNS).max(1);
        rows <= SCREEN
    };
    let screen: Vec<_> = out.lines().take_while(fits).collect();
    let page = fs::read_to_string(page).unwrap();
    (screen.join("\n"), page.split("id=\"sections\"").next().unwrap().to_owned())
}

fn names(text: &str, mutant: &Mutant) -> bool {
    clauses(mutant).iter().any(|clause| {
        text.split([' ', '\n', '>', '<', '"', '#']).any(|word| word.get(2..) == Some(&format!("-{clause}")))
    })
}

/// Asserts that a run names the clauses of each of these mutants.
fn assert_named(mutants: &[&Mutant], folder: &str) {
    let (screen, top) = run(mutants, &support::folder(folder));
    for mutant in mutants {
        let is_hidden = HIDDEN.iter().any(|(name, _)| *name == mutant.name);
        for (place, text) in [("first lines of the run", &screen), ("top of the page", &top)] {
            assert_eq!(
                names(text, mutant),
                !is_hidden,
                "{} ({:?}) of {:?} in the {place}:\n{screen}",
                mutant.name,
                clauses(mutant),
                mutants.iter().map(|mutant| &mutant.name).collect::<Vec<_>>(),
            );
        }
    }
}

#[test]
fn six_bugs_are_named_on_the_first_screen() {
    let all = all();
    let six: Vec<_> = SIX.iter().map(|name| all.iter().find(|mutant| mutant.name == *name).unwrap()).collect();
    assert_named(&six, "diagnosis-six");
}

/// Returns four mutants of different clauses whose patches fit together. The seed chooses them among the mutants that small files
/// kill.
fn four(all: &[Mutant], seed: u64) -> Vec<&Mutant> {
    let kills = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/KILLS.md")).unwrap();
    let is_shown = |mutant: &&Mutant| {
        let row = kills.lines().find(|line| line.starts_with(&format!("| `{}` |", mutant.name))).unwrap();
        let case = row.rsplit('`').nth(1).unwrap();
        // The run has only cases of versions 1 to 3.
        row.contains("| file |")
            && !case.starts_with("v4/")
            && case.split('/').nth(1).is_some_and(|section| SECTIONS.split(',').any(|known| known == section))
    };
    let mut candidates: Vec<_> = all.iter().filter(is_shown).collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut candidates);
    let mut chosen: Vec<&Mutant> = Vec::new();
    for candidate in candidates {
        let is_apart = chosen.iter().all(|other| clauses(other).is_disjoint(&clauses(candidate)));
        let together = [chosen.as_slice(), &[candidate]].concat();
        if is_apart && mutants::patched(Path::new(PYTHON), &together).is_ok() {
            chosen = together;
        }
        if chosen.len() == 4 {
            return chosen;
        }
    }
    panic!("found fewer than four mutants whose patches apply together: {chosen:?}");
}

#[test]
fn four_bugs_of_the_first_set_are_named() {
    assert_named(&four(&all(), 1), "diagnosis-1");
}

#[test]
fn four_bugs_of_the_second_set_are_named() {
    assert_named(&four(&all(), 2), "diagnosis-2");
}

#[test]
fn four_bugs_of_the_third_set_are_named() {
    assert_named(&four(&all(), 3), "diagnosis-3");
}

#[test]
fn four_bugs_of_the_fourth_set_are_named() {
    assert_named(&four(&all(), 4), "diagnosis-4");
}

#[test]
fn four_bugs_of_the_fifth_set_are_named() {
    assert_named(&four(&all(), 5), "diagnosis-5");
}
