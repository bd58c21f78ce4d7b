//! Generates the corpus from the description of the cases in Rust, and the page on mutants. Compares both with the committed
//! files.

use crate::run::{Failure, Outcome, Report, Step, build_bin};

/// Rewrites the corpus, in the development profile: that build shares artifacts with the tests, and its arithmetic is checked.
pub(crate) fn write() -> Report {
    Step::new(build_bin("bmes-corpus")?).args(["--into", "conformance"]).run()
}

/// Rewrites the corpus. Fails if it differs from the committed files.
pub(crate) fn check() -> Report {
    write()?;
    is_committed("conformance/corpus", "cargo xtask corpus")
}

/// Rewrites the page on mutants. Fails if a mutant survives without an argument. Runs the cases against each mutant until one
/// fails.
pub(crate) fn write_kills() -> Report {
    Step::new(build_bin("bmes-kills")?).args(["--into", "conformance", "--afresh"]).run()
}

/// Rewrites the page on mutants, running only the case that the page names for each mutant. Fails if the page differs from the
/// committed one.
pub(crate) fn check_kills() -> Report {
    Step::new(build_bin("bmes-kills")?).args(["--into", "conformance"]).run()?;
    is_committed("conformance/KILLS.md", "cargo xtask kills")
}

fn is_committed(path: &str, command: &str) -> Report {
    let status = ["status", "--porcelain", "--untracked-files=all", "--", path];
    let changed = Step::new("git").args(status).output()?;
    if changed.is_empty() {
        return Ok(Outcome::Ran);
    }
    let mut lines = changed.lines();
    lines.by_ref().take(20).for_each(|line| eprintln!("  {line}"));
    match lines.count() {
        0 => {}
        more => eprintln!("  … and {more} more"),
    }
    Err(Failure::new(format!(
        "{path}: not what the cases generate; run `{command}`, read `git diff {path}`, and commit it"
    )))
}
