//! Programs that come from crates.io: from the search path, or else our own below `target/`.

use crate::run::{Failure, Step, target_dir};
use std::fs;
use std::path::PathBuf;

/// A program, and the releases of it that we are written for.
pub(crate) struct Tool {
    /// The crate and its program.
    pub(crate) name: &'static str,
    /// What makes the program print its name and version; nothing does where only our own will do.
    pub(crate) asks_version: &'static [&'static str],
    /// How that begins in every release that will do.
    pub(crate) series: &'static str,
    /// The release that is installed where there is none.
    pub(crate) version: &'static str,
    /// Features, for `cargo install`.
    pub(crate) features: &'static str,
}

impl Tool {
    /// The program; built the first time, unoptimised, because that takes a third of the time and none has much to do.
    pub(crate) fn find(&self) -> Result<PathBuf, Failure> {
        let Self { name, version, .. } = self;
        if self.is_on_the_search_path() {
            return Ok(PathBuf::from(name));
        }
        let home = target_dir()?.join("tools");
        let own = home.join("bin").join(name);
        // cargo's own account of what it installed there.
        let installed = fs::read_to_string(home.join(".crates.toml")).unwrap_or_default();
        if own.is_file() && installed.contains(&format!("\"{name} {version} (")) {
            return Ok(own);
        }
        eprintln!("{name} {version} is not here: building it in {} (once, a minute or two)", home.display());
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
