//! Licences, sources and bans of the dependencies: cargo-deny with `deny.toml`.
//!
//! Not its advisories: they are fetched as a git repository, which a machine that reaches only package registries cannot do.

use crate::run::{Failure, Report, Step, target_dir};
use std::path::PathBuf;

/// The releases that `deny.toml` is written for.
const SERIES: &str = "0.20.";
/// The one that is installed where there is none.
const VERSION: &str = "0.20.2";

pub(crate) fn check() -> Report {
    Step::new(cargo_deny()?)
        .args(["--workspace", "--all-features", "--locked", "check", "bans", "licenses", "sources"])
        .run()
}

/// cargo-deny from the search path, or else one of our own below `target/`, built there the first time: unoptimised,
/// because that takes a third of the time and there are few dependencies to look at.
fn cargo_deny() -> Result<PathBuf, Failure> {
    let home = target_dir()?.join("tools");
    let own = home.join("bin").join("cargo-deny");
    for candidate in [PathBuf::from("cargo-deny"), own.clone()] {
        let version = Step::new(&candidate).arg("--version");
        if version.output_quietly().is_some_and(|line| line.starts_with(&format!("cargo-deny {SERIES}"))) {
            return Ok(candidate);
        }
    }
    eprintln!("cargo-deny {SERIES}x is not here: building it in {} (once, a minute or two)", home.display());
    Step::cargo("install --quiet --locked --no-default-features --profile dev")
        .arg(format!("cargo-deny@{VERSION}"))
        .arg("--root")
        .arg(&home)
        .arg("--target-dir")
        .arg(home.join("build"))
        .run()?;
    Ok(own)
}
