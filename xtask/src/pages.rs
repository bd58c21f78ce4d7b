//! Tests the HTML reports of the conformance runner and the specification's site in a browser.

use crate::machine::{Provision, has, provide};
use crate::run::{Failure, Outcome, Report, Step, build_bin, root, target_dir};
use crate::site;
use std::fs;

/// Runs the tests in `conformance/tests/pages`. They need the Debian packages of Node.js, Chromium and Python. npm installs the
/// browser's driver into a folder that git ignores. The tested pages and their screenshots stay in `target/pages`.
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
    let book = site::build()?;
    let command = build_bin("bmes-conformance")?;
    let target = target_dir()?;
    let pages = target.join("pages");
    fs::create_dir_all(&pages).map_err(|error| Failure::at(&pages, &error))?;
    Step::new("node")
        .args(["--test", "--test-reporter=spec", "pages.test.mjs", "site.test.mjs"])
        .env("BMES_CONFORMANCE", &command.display().to_string())
        .env("BOOK", &book.display().to_string())
        .env("PAGES", &pages.display().to_string())
        .within(&folder)
        .run()
}
