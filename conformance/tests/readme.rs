//! Tests that the command prints the failure that the suite's README shows.
//!
//! `UPDATE_PAGES=1 cargo test -p conformance --test readme` writes the printed failure into the README.

use std::path::Path;
use std::process::Command;

use conformance::mutants;

#[test]
fn the_failure_that_the_page_shows_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let path = root.join("conformance/README.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (_, rest) = page.split_once("```\nFAIL ").expect("the page shows a failure");
    let (shown, _) = rest.split_once("\n```").unwrap();
    let (id, _) = shown.split_once('\n').unwrap();

    let mutants = mutants::all(mutants::standard_path()).unwrap();
    let mutant = mutants.iter().find(|mutant| mutant.name == "real-type-clamped").unwrap();
    let folder = mutants::patched(&root.join("conformance/testees/python"), &[mutant]).unwrap();
    let testee = folder.path().join("bmes_testee.py");
    let output = Command::new(env!("CARGO_BIN_EXE_bmes-conformance"))
        .current_dir(root)
        .args(["--testee", &shell_words::join(["python3", "-B", testee.to_str().unwrap()])])
        .args(["--depth", "quick", "--filter", id])
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{printed}");
    let (_, failure) = printed.split_once("FAIL ").unwrap();
    let (failure, _) = failure.split_once("\n  repeat ").unwrap();
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, page.replace(shown, failure)).unwrap();
    } else {
        assert!(shown == failure, "the README does not show the failure that the command prints:\n{printed}");
    }
}
