//! Tests that the reference passes the whole corpus, in this process and behind a pipe. A missing section is a failure, too.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;
use std::time::Duration;

use conformance::cases;
use conformance::corpus::Corpus;
use conformance::derive::Depth;
use conformance::report::{Context, explain};
use conformance::run::{Options, run};
use conformance::select::{Filter, Selection};
use conformance::testee::{Command, Reference, Target};

/// Returns the corpus, which is read once: without optimisation, reading it takes seconds.
fn standard() -> &'static Corpus {
    static STANDARD: LazyLock<Corpus> = LazyLock::new(|| Corpus::standard().unwrap());
    &STANDARD
}

/// Runs the cases whose ids match `ids`. If one fails, the panic has the text that the command prints.
fn passes(ids: &str, depth: Depth, target: Target<'_>) {
    let corpus = standard();
    let filter = Some(Filter::parse(ids).unwrap());
    let options = Options {
        selection: Selection { filter, depth, seed: 1, ..Selection::default() },
        jobs: 2,
        timeout: Duration::from_secs(60),
        ..Options::default()
    };
    let report = run(target, corpus, &options, &|_| {}).unwrap();
    let context = Context { corpus, target, program: "bmes-conformance", options: &[], seed: 1 };
    let mut text = explain::failures(&report, context, 10);
    if let Some(unusable) = &report.ended {
        let _ = writeln!(text, "{unusable}");
    }
    assert!(report.is_success(), "\n{}", anstream::adapter::strip_str(&text));
    assert!(!report.results.is_empty(), "no case matches {ids}");
}

fn section(version: &str, name: &str) {
    passes(&format!("{}/*", folder(version, name)), Depth::Standard, Target::Embedded(&Reference));
}

fn folder(version: &str, name: &str) -> String {
    format!("{version}/{}", name.replace('_', "-"))
}

/// Generates a test for each section that the corpus must have.
macro_rules! sections {
    ($($version:ident { $($name:ident)* })*) => {
        $(mod $version {
            $(#[test]
            fn $name() {
                super::section(stringify!($version), stringify!($name));
            })*
        })*

        fn sections() -> BTreeSet<String> {
            [$($(folder(stringify!($version), stringify!($name)),)*)*].into()
        }
    };
}

sections! {
    v1 { bytecode exports header imports names order position real requests size star_exports state }
    v2 { bytecode exports header imports layout names order position real requests size star_exports state }
    v3 { bytecode exports header imports layout names order position real requests size star_exports state variables }
    v4 { check content encode entries header indices matching metadata order orders real size strings valid }
    pack { index json large members valid zip }
}

#[test]
fn the_corpus_has_these_sections_and_no_others() {
    let corpus = standard();
    let found: BTreeSet<_> = corpus.cases().iter().map(|case| case.case.section().to_owned()).collect();
    assert_eq!(found, sections());
}

#[test]
fn the_reference_behind_a_pipe_says_the_same() {
    let command = Command::from_words(vec![env!("CARGO_BIN_EXE_bmes-conformance").into(), "serve".into()]).unwrap();
    passes("*", Depth::Quick, Target::Process(&command));
}

/// Each shared case of version 1 exists in versions 2 and 3 under the same name, unless its description leaves it out. The
/// sections `names`, `size` and `state` are not included, because some of their cases exist only in one of the versions.
#[test]
fn sections_that_versions_share_have_the_same_names() {
    const SHARED: [&str; 6] = ["requests", "imports", "exports", "star-exports", "order", "position"];
    let corpus = standard();
    let left_out = cases::left_out();
    let in_version = |version: &str| -> BTreeSet<String> {
        let there = corpus.cases().iter().map(|case| case.case.id.as_str());
        let all = there.chain(left_out.iter().map(|(id, _)| id.as_str()));
        let shared = all.filter_map(|id| id.strip_prefix(version)?.strip_prefix('/'));
        shared.filter(|id| SHARED.iter().any(|section| id.starts_with(section))).map(str::to_owned).collect()
    };
    let first = in_version("v1");
    for version in ["v2", "v3"] {
        let missing: Vec<_> = first.difference(&in_version(version)).cloned().collect();
        assert_eq!(missing, Vec::<String>::new(), "{version} lacks these cases without a reason");
    }
}

/// This list names each case that a version cannot have. Extend it when a description leaves out another one.
#[test]
fn these_cases_are_left_out_and_no_others() {
    let left_out: Vec<_> = cases::left_out().into_iter().map(|(id, _)| id).collect();
    let expected = [
        "v2/star-exports/module-name-length-takes-all",
        "v2/star-exports/star-export-count-all-that-fit",
        "v3/requests/request-count-all-that-fit",
        "v3/requests/request-count-one-byte-short",
        "v3/requests/request-count-exact-before-fault",
        "v3/requests/request-count-short-before-fault",
        "v3/requests/request-count-cut-after-one",
        "v3/requests/request-count-cut-after-three",
    ];
    assert_eq!(left_out, expected);
}
