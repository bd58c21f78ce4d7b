//! What this machine has, and getting what it lacks: CI installs, a person is told the command and decides.

use crate::run::{Failure, Step};
use std::sync::Once;

/// True on a CI machine (`CI=true`): there, nothing may be left out, and system packages may be installed.
pub(crate) fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

/// True if `program` is on the search path.
pub(crate) fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Makes sure that `present` holds. Where it does not, CI installs `packages` (Debian's names); elsewhere, and where
/// that did not help, the answer is a line that says what is missing and how to get it.
pub(crate) fn provide(what: &str, packages: &[&str], present: impl Fn() -> bool) -> Result<Provision, Failure> {
    if present() {
        return Ok(Provision::Present);
    }
    let advice = if packages.is_empty() {
        format!("{what}: not on this machine")
    } else {
        format!("{what}: not on this machine; on Debian: apt-get install {}", packages.join(" "))
    };
    if !is_ci() {
        return Ok(Provision::Missing(advice));
    }
    if !packages.is_empty() {
        install(packages)?;
    }
    if present() { Ok(Provision::Present) } else { Err(Failure::new(advice)) }
}

/// Whether what was asked for is there.
pub(crate) enum Provision {
    /// It is.
    Present,
    /// It is not, says this line.
    Missing(String),
}

/// Installs Debian packages. Only CI gets here, and perhaps twice at a time.
fn install(packages: &[&str]) -> Result<(), Failure> {
    static UPDATE: Once = Once::new();
    if !has("apt-get") {
        return Err(Failure::new(format!("no apt-get here to install {}", packages.join(" "))));
    }
    let mut failed_update = false;
    UPDATE.call_once(|| failed_update = apt().arg("update").run().is_err());
    if failed_update {
        // One package list of many may be out of reach; whether that matters, the installation will show.
        eprintln!("apt-get update failed; going on with the package lists that are there");
    }
    apt()
        .args(["install", "--yes", "--no-install-recommends", "--no-remove", "-o", "DPkg::Lock::Timeout=300"])
        .args(packages)
        .run()
        .map(|_| ())
}

fn apt() -> Step {
    let root = Step::new("id").arg("-u").output().is_ok_and(|id| id.trim() == "0");
    let step = Step::new("flock").arg(std::env::temp_dir().join("bmes-xtask-apt"));
    if root {
        step.arg("apt-get").env("DEBIAN_FRONTEND", "noninteractive")
    } else {
        step.args(["sudo", "--non-interactive", "DEBIAN_FRONTEND=noninteractive", "apt-get"])
    }
}
