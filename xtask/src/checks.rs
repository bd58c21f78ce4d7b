//! Runs the tools that check the code and the specification: rustfmt, clippy, rustdoc, shellcheck and the specification's
//! tests.

use crate::machine::{Provision, has, provide};
use crate::run::{Outcome, Report, Step, files, root};
use std::fs;

pub(crate) fn format() -> Report {
    Step::cargo("fmt --all").run()
}

pub(crate) fn format_check() -> Report {
    Step::cargo("fmt --all --check").run()
}

pub(crate) fn lint() -> Report {
    Step::cargo("clippy --workspace --all-targets --all-features --locked -- -D warnings").run()
}

pub(crate) fn doc() -> Report {
    Step::cargo("doc --workspace --no-deps --all-features --locked").env("RUSTDOCFLAGS", "-D warnings").run()
}

pub(crate) fn spec() -> Report {
    Step::cargo("test --workspace --locked --test spec").run()
}

/// Runs shellcheck over every shell script of the repository, whatever its name.
pub(crate) fn shell() -> Report {
    if let Provision::Missing(line) = provide("shellcheck", &["shellcheck"], || has("shellcheck"))? {
        return Ok(Outcome::NotRun(line));
    }
    let files = files()?;
    let scripts = files.iter().filter(|path| fs::read(root().join(path)).is_ok_and(|bytes| is_shell(&bytes)));
    Step::new("shellcheck").args(["--norc", "--"]).args(scripts).run()
}

/// Returns true if the first line of a file names a shell, such as `#!/bin/sh`.
fn is_shell(file: &[u8]) -> bool {
    let line = file.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let Some(line) = line.strip_prefix(b"#!") else { return false };
    let line = String::from_utf8_lossy(line);
    line.split(['/', ' ']).any(|word| ["sh", "bash", "dash"].contains(&word))
}

#[cfg(test)]
mod tests {
    use super::is_shell;

    #[test]
    fn a_shell_script_is_known_by_its_first_line() {
        assert!(is_shell(b"#!/bin/sh -eu\n") && is_shell(b"#!/usr/bin/env bash\n") && is_shell(b"#!/bin/bash"));
        assert!(!is_shell(b"#!/usr/bin/env node\n") && !is_shell(b"# sh\n") && !is_shell(b""));
    }
}
