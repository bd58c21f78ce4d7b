//! Builds the pages of the conformance runner and the specification's site, and tests them in a browser.

use crate::machine::{Provision, has, provide};
use crate::run::{Failure, Outcome, Report, Step, build_bin, root, target_dir};
use crate::tools::Tool;
use std::fs;
use std::path::PathBuf;

/// The release of mdBook that `spec/book.toml` is written for.
const MDBOOK: Tool = Tool {
    name: "mdbook",
    asks_version: &["--version"],
    series: "mdbook v0.5.",
    version: "0.5.4",
    features: "--no-default-features --features search",
};

/// Builds the site of the specification.
pub(crate) fn book() -> Report {
    let book = build_book()?;
    println!("{}", book.join("index.html").display());
    Ok(Outcome::Ran)
}

fn build_book() -> Result<PathBuf, Failure> {
    let book = target_dir()?.join("book");
    Step::new(MDBOOK.find()?).args(["build", "spec", "--dest-dir"]).arg(&book).run()?;
    Ok(book)
}

/// Runs `conformance/tests/pages`. This needs Node.js and Chromium, from Debian, and installs the browser's driver from npm into a
/// folder that git ignores. The pages and pictures of them stay in `target/pages`.
pub(crate) fn check() -> Report {
    let node = provide("Node.js 20 with npm", &["nodejs", "npm"], || has("node") && has("npm"))?;
    let chromium = provide("Chromium", &["chromium"], || has("chromium"))?;
    let python = provide("Python 3", &["python3"], || has("python3"))?;
    for provision in [node, chromium, python] {
        if let Provision::Missing(line) = provision {
            return Ok(Outcome::NotRun(line));
        }
    }
    let folder = root().join("conformance/tests/pages");
    let driver = || folder.join("node_modules/playwright-core").is_dir();
    let fetch = || Step::new("npm").args(["ci", "--no-audit", "--no-fund"]).within(&folder).run().is_ok();
    if let Provision::Missing(line) = provide("npm's playwright-core", &[], || fetch() || driver())? {
        return Ok(Outcome::NotRun(line));
    }
    let book = build_book()?;
    let command = build_bin("bmes-conformance")?;
    let target = target_dir()?;
    let pages = target.join("pages");
    fs::create_dir_all(&pages).map_err(|error| Failure::new(format!("{}: {error}", pages.display())))?;
    Step::new("node")
        .args(["--test", "--test-reporter=spec", "pages.test.mjs", "site.test.mjs"])
        .env("BMES_CONFORMANCE", &command.display().to_string())
        .env("BOOK", &book.display().to_string())
        .env("PAGES", &pages.display().to_string())
        .within(&folder)
        .run()
}
