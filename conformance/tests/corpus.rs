//! The reference through the whole corpus, in this process and behind a pipe. A section that is missing is a failure, too.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use conformance::corpus::Corpus;
use conformance::derive::Depth;
use conformance::report::{Context, explain};
use conformance::run::{Options, run};
use conformance::select::{Filter, Selection};
use conformance::testee::{Command, Reference, Target};

/// The sections that the corpus must have.
const SECTIONS: [&str; 7] =
    ["v1/bytecode", "v1/exports", "v1/header", "v1/imports", "v1/real", "v1/requests", "v1/star-exports"];

fn standard() -> Corpus {
    Corpus::load(Corpus::standard_path()).unwrap()
}

/// The large files of real engines have thousands of derived cases each: without optimisation that takes minutes.
const DEPTH_OF_LARGE: Depth = if cfg!(debug_assertions) { Depth::Quick } else { Depth::Standard };

/// Runs a section; the panic is what a person would see.
fn passes(section: &str, depth: Depth, target: Target<'_>) {
    let corpus = standard();
    let filter = Some(Filter::parse(&format!("{section}/*")).unwrap());
    let options = Options {
        selection: Selection { filter, depth, seed: 1, ..Selection::default() },
        jobs: 2,
        timeout: Duration::from_secs(60),
    };
    let report = run(target, &corpus, &options, &|_| {}).unwrap();
    let context = Context { corpus: &corpus, target, program: "bmes-conformance", options: &[] };
    let mut text = explain::failures(&report, context, 10);
    if let Some(unusable) = &report.ended {
        let _ = writeln!(text, "{unusable}");
    }
    assert!(report.is_success(), "\n{}", anstream::adapter::strip_str(&text));
    assert!(!report.results.is_empty(), "no case in {section}");
}

macro_rules! sections {
    ($($name:ident = $section:literal, $depth:expr;)*) => {
        $(#[test]
        fn $name() {
            passes($section, $depth, Target::Embedded(&Reference));
        })*

        #[test]
        fn every_section_has_its_test() {
            let tested = BTreeSet::from([$($section),*]);
            assert_eq!(tested, BTreeSet::from(SECTIONS));
        }
    };
}

sections! {
    bytecode = "v1/bytecode", Depth::Standard;
    exports = "v1/exports", Depth::Standard;
    header = "v1/header", Depth::Standard;
    imports = "v1/imports", Depth::Standard;
    real = "v1/real", DEPTH_OF_LARGE;
    requests = "v1/requests", Depth::Standard;
    star_exports = "v1/star-exports", Depth::Standard;
}

#[test]
fn the_corpus_has_these_sections_and_no_others() {
    let corpus = standard();
    let found: BTreeSet<_> = corpus.cases().iter().map(|case| case.case.section()).collect();
    assert_eq!(found, BTreeSet::from(SECTIONS));
}

#[test]
fn the_reference_behind_a_pipe_says_the_same() {
    let command = Command::from_words(vec![env!("CARGO_BIN_EXE_bmes-conformance").into(), "serve".into()]).unwrap();
    for section in SECTIONS {
        passes(section, Depth::Quick, Target::Process(&command));
    }
}
