//! The worked example parses each module once.
#![cfg(unix)]
#![allow(dead_code, unreachable_pub, reason = "the example is a program")]

#[path = "../examples/imports.rs"]
mod imports;
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::Home;

fn run(home: &Home, files: &[PathBuf]) -> (String, u64, u64) {
    let store = home.store();
    let mut out = Vec::new();
    imports::print(&store, files, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), store.counters().hits, store.counters().all_misses())
}

#[test]
fn a_second_run_prints_the_same_from_the_cache() {
    let home = Home::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/real/modules");
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let files: Vec<_> = files.into_iter().filter(|path| path.extension().is_some_and(|name| name == "mjs")).collect();
    let count = files.len() as u64;
    assert!(count > 5);
    let (first, hits, misses) = run(&home, &files);
    assert_eq!((hits, misses), (0, count));
    let (second, hits, misses) = run(&home, &files);
    assert_eq!((hits, misses), (count, 0));
    assert_eq!(first, second);
}

#[test]
fn a_changed_module_is_parsed_again() {
    let home = Home::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mjs");
    fs::write(&path, "import './b.mjs'").unwrap();
    run(&home, std::slice::from_ref(&path));
    fs::write(&path, "import './c.mjs'").unwrap();
    let (out, hits, misses) = run(&home, std::slice::from_ref(&path));
    assert!(out.ends_with(": ./c.mjs\n"), "{out}");
    assert_eq!((hits, misses), (0, 1));
}

#[test]
fn the_same_text_in_another_language_is_parsed_again() {
    let home = Home::new();
    let folder = tempfile::tempdir().unwrap();
    for (name, misses) in [("a.mjs", 1), ("b.mjs", 0), ("c.mts", 1)] {
        let path = folder.path().join(name);
        fs::write(&path, "import './b.mjs'").unwrap();
        assert_eq!(run(&home, &[path]).2, misses, "{name}");
    }
}
