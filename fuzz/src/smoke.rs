//! Runs every property on stable Rust: over the corpus, over ten thousand generated inputs, and over every input that
//! fuzzing has found.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::*;

/// The number of inputs that are generated for each property.
const INPUTS: u64 = 10_000;

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a target on one input. If the property does not hold, the panic message has the first bytes of the input, so
/// that a developer can save it.
fn holds(target: &Target, what: &str, input: &[u8]) -> bool {
    catch_unwind(AssertUnwindSafe(|| (target.property)(input))).unwrap_or_else(|_| {
        panic!(
            "the property `{}` does not hold for {what}, which begins with the bytes {:02x?}",
            target.name,
            &input[..input.len().min(512)]
        )
    })
}

/// Runs the smoke test of a property. At least `deep_at_least` percent of the generated inputs must be deep. Otherwise,
/// the test would mostly test how inputs are rejected.
fn smoke(target: &Target, deep_at_least: u64) {
    for seed in seeds::of(target.input) {
        holds(target, "a seed", &seed);
    }
    let deep: u64 = (0..INPUTS)
        .map(|number| {
            u64::from(holds(target, &format!("the generated input {number}"), &seeds::generated(target.input, number)))
        })
        .sum();
    assert!(
        deep * 100 >= deep_at_least * INPUTS,
        "{}: only {deep} of {INPUTS} inputs {}",
        target.name,
        target.input.deep()
    );
}

#[test]
fn deserialize() {
    smoke(&DESERIALIZE, 30);
}

#[test]
fn corrupted() {
    smoke(&CORRUPTED, 30);
}

#[test]
fn truncated() {
    // An opener of version 4 rejects every cut file, so that no reader gets to the bytecode of one.
    smoke(&TRUNCATED, 2);
}

#[test]
fn roundtrip() {
    smoke(&ROUNDTRIP, 30);
}

#[test]
fn differential() {
    smoke(&DIFFERENTIAL, 30);
}

#[test]
fn versions() {
    smoke(&VERSIONS, 30);
}

#[test]
fn answers() {
    smoke(&ANSWERS, 10);
}

#[test]
fn analyze() {
    smoke(&ANALYZE, 10);
}

#[test]
fn pack() {
    smoke(&PACK, 30);
}

#[test]
fn the_large_files_of_the_corpus_are_read_like_the_small_ones() {
    for file in seeds::corpus() {
        holds(&DESERIALIZE, "a file of the corpus", file);
    }
}

#[test]
fn every_kept_regression_holds() {
    for target in &TARGETS {
        let found = replay::inputs(&folder().join("regressions").join(target.name)).unwrap_or_default();
        for (path, input) in found {
            holds(target, &path.display().to_string(), &input);
        }
    }
}

#[test]
fn regressions_are_kept_in_folders_of_targets() {
    let kept = std::fs::read_dir(folder().join("regressions")).unwrap();
    for entry in kept {
        let name = entry.unwrap().file_name();
        let name = name.to_str().unwrap();
        assert!(name == "README.md" || target(name).is_some(), "fuzz/regressions/{name}: no target has this name");
    }
}

#[test]
fn every_target_has_a_wrapper_and_every_wrapper_a_target() {
    let manifest = std::fs::read_to_string(folder().join("Cargo.toml")).unwrap();
    let named: BTreeSet<_> = manifest.lines().filter_map(|line| line.strip_prefix("path = \"fuzz_targets/")).collect();
    let expected: Vec<_> = TARGETS.iter().map(|target| format!("{}.rs\"", target.name)).collect();
    assert_eq!(named, expected.iter().map(String::as_str).collect());
    for target in &TARGETS {
        let wrapper =
            std::fs::read_to_string(folder().join("fuzz_targets").join(format!("{}.rs", target.name))).unwrap();
        let line = format!("bmes_fuzz::wrap!(bmes_fuzz::{});", target.name.to_uppercase());
        assert!(wrapper.ends_with(&format!("{line}\n")), "{wrapper}");
    }
}
