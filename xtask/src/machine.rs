//! Checks whether programs are on this machine. On a CI machine, installs those that are missing. On other machines, says how
//! to install them.

use crate::run::{Failure, Step};
use std::sync::Once;

/// Returns true on a CI machine (the variable `CI` is `true` or `1`). There, no task may be left out, and tasks may install
/// system packages.
pub(crate) fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

/// Returns true if `program` is on the search path.
pub(crate) fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Provides the requirement `what`. `present` returns true if this machine has it. If it is missing, a CI machine installs
/// `packages` (names of Debian packages), and this function fails if that does not help. Other machines get
/// [`Provision::Missing`].
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

/// The result of [`provide`].
pub(crate) enum Provision {
    /// The requirement is present.
    Present,
    /// The requirement is missing. The line names it, and says how to install it.
    Missing(String),
}

/// Installs Debian packages. Only CI calls this function, possibly in two processes at the same time.
fn install(packages: &[&str]) -> Result<(), Failure> {
    static UPDATE: Once = Once::new();
    if !has("apt-get") {
        return Err(Failure::new(format!(
            "apt-get is missing, so these packages cannot be installed: {}",
            packages.join(" ")
        )));
    }
    let mut failed_update = false;
    UPDATE.call_once(|| failed_update = apt().arg("update").run().is_err());
    if failed_update {
        // `apt-get update` fails if one of many package lists cannot be fetched. The needed list may still exist, so the
        // installation is tried.
        eprintln!("apt-get update failed; the existing package lists are used");
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
