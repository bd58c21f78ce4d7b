//! What the suite's page shows is what the command prints.

use std::path::Path;
use std::process::Command;

#[test]
fn the_failure_that_the_page_shows_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = std::fs::read_to_string(root.join("conformance/README.md")).unwrap();
    let (_, rest) = page.split_once("```\nFAIL ").expect("the page shows a failure");
    let (shown, _) = rest.split_once("\n```").unwrap();
    let (id, _) = shown.split_once('\n').unwrap();

    let output = Command::new(env!("CARGO_BIN_EXE_bmes-conformance"))
        .current_dir(root)
        .args(["--testee", "python3 -B conformance/tests/broken/type_clamped.py"])
        .args(["--depth", "quick", "--filter", id])
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains(&format!("FAIL {shown}")), "the command prints, and the page does not show:\n{printed}");
}
