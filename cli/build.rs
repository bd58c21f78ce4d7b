//! Sets the environment variable `BMES_COMMIT` to the commit that `bmes` is built from. `bmes --version` prints it.

use std::path::Path;
use std::process::Command;

fn main() {
    // `cargo package` writes this file, which contains the commit, into a package. A package has no Git repository.
    let packaged = std::fs::read_to_string(".cargo_vcs_info.json").ok();
    let packaged = packaged.as_deref().and_then(|info| info.split_once("\"sha1\": \"")?.1.split('"').next());
    let commit = packaged.map(ToOwned::to_owned).or_else(|| git(&["rev-parse", "HEAD"]));
    println!(
        "cargo::rustc-env=BMES_COMMIT={}",
        commit.as_deref().map_or("unknown", |commit| &commit[..12.min(commit.len())])
    );
    println!("cargo::rerun-if-changed=build.rs");
    if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|log| Path::new(log).exists()) {
        println!("cargo::rerun-if-changed={log}");
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
