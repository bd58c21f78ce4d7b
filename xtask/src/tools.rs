//! Finds programs from crates.io on the search path, or else builds them below `target/`.

use crate::run::{Failure, Step, target_dir};
use std::fs;
use std::path::PathBuf;

/// A program from crates.io, and which of its releases this project accepts.
pub(crate) struct Tool {
    /// The name of the crate and of its program.
    pub(crate) name: &'static str,
    /// The arguments that make the program print its name and version; empty if only the build below `target/` is accepted.
    pub(crate) asks_version: &'static [&'static str],
    /// The text with which the program's version output begins in every accepted release, such as `cargo-fuzz 0.13.`.
    pub(crate) series: &'static str,
    /// The release that is built if no accepted release is installed.
    pub(crate) version: &'static str,
    /// The feature arguments for `cargo install`.
    pub(crate) features: &'static str,
}

impl Tool {
    /// Returns the path of the program. If no accepted release is installed, builds the program below `target/` the first time.
    /// The build is unoptimised, which takes a third of the time: the tools have little work to do.
    pub(crate) fn find(&self) -> Result<PathBuf, Failure> {
        let Self { name, version, .. } = self;
        if self.is_on_the_search_path() {
            return Ok(PathBuf::from(name));
        }
        let home = target_dir()?.join("tools");
        let own = home.join("bin").join(name);
        // cargo lists in this file the programs that it has installed in `home`.
        let installed = fs::read_to_string(home.join(".crates.toml")).unwrap_or_default();
        if own.is_file() && installed.contains(&format!("\"{name} {version} (")) {
            return Ok(own);
        }
        eprintln!(
            "{name} {version} is not installed: building it in {}, which takes a minute or two once",
            home.display()
        );
        Step::cargo("install --quiet --locked --force --profile dev")
            .args(self.features.split_whitespace())
            .arg(format!("{name}@{version}"))
            .arg("--root")
            .arg(&home)
            .arg("--target-dir")
            .arg(home.join("build"))
            .env("CARGO_PROFILE_DEV_DEBUG", "none")
            .run()?;
        Ok(own)
    }

    fn is_on_the_search_path(&self) -> bool {
        !self.asks_version.is_empty() && {
            let asked = Step::new(self.name).args(self.asks_version).output_quietly();
            asked.is_some_and(|line| line.starts_with(self.series))
        }
    }
}
