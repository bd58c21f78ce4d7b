//! Runs cargo-deny with `deny.toml`: checks the licences and the sources of the dependencies, and that no dependency is banned.
//!
//! The security advisories of cargo-deny are not checked: cargo-deny fetches them with git, and some machines reach only
//! package registries.

use crate::run::{Report, Step};
use crate::tools::Tool;

/// The release of cargo-deny that `deny.toml` is written for.
const CARGO_DENY: Tool = Tool {
    name: "cargo-deny",
    asks_version: &["--version"],
    series: "cargo-deny 0.20.",
    version: "0.20.2",
    features: "--no-default-features",
};

pub(crate) fn check() -> Report {
    Step::new(CARGO_DENY.find()?)
        .args(["--workspace", "--all-features", "--locked", "check", "bans", "licenses", "sources"])
        .run()
}
