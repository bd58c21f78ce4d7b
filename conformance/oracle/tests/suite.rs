//! Runs the conformance suite against the oracle as a testee. `cargo xtask mutants --oracle` uses this test to decide
//! which mechanical mutants of the oracle are killed.
//!
//! The environment variable `BMES_CONFORMANCE` is the path of the runner. `BMES_CONFORMANCE_ARGS` has further arguments
//! for the runner, such as `--depth quick --fail-fast`. Without `BMES_CONFORMANCE`, the test does nothing: the other
//! tests cover the oracle.

use std::env;
use std::path::PathBuf;
use std::process::Command;

/// Returns the path of the testee.
///
/// Cargo builds examples in a folder next to the folder of the test's own executable. `cargo test` builds them if it
/// gets `--examples` or no option that selects targets.
fn testee() -> PathBuf {
    let test = env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    profile.join("examples").join("testee").with_extension(env::consts::EXE_EXTENSION)
}

#[test]
fn the_oracle_passes_the_suite() {
    let Ok(runner) = env::var("BMES_CONFORMANCE") else {
        println!("not run: BMES_CONFORMANCE is not set");
        return;
    };
    let testee = testee();
    assert!(
        testee.is_file(),
        "the testee is missing: {}; run `cargo test` with --examples, which builds it",
        testee.display()
    );
    let arguments = shell_words::split(&env::var("BMES_CONFORMANCE_ARGS").unwrap_or_default()).unwrap();
    let testee = shell_words::quote(testee.to_str().unwrap()).into_owned();
    let status = Command::new(runner).args(["--testee", &testee]).args(arguments).status().unwrap();
    assert!(status.success(), "{status}");
}
