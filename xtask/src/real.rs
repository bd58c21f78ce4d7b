//! The records and the bytecode of real engines, taken again and compared with what is committed.

use crate::machine::{Provision, has, provide};
use crate::run::{Outcome, Report, Step, root};

/// Asks the engines. It needs JavaScriptCore's `jsc`, from Debian, and installs Bun from npm into a folder that git ignores.
pub(crate) fn check() -> Report {
    let folder = root().join("conformance/real");
    let node = provide("Node.js 20 with npm", &["nodejs", "npm"], || has("node") && has("npm"))?;
    let installed = || {
        let list = Step::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}"]);
        list.arg("libjavascriptcoregtk-4.0-bin").output_quietly().is_some_and(|status| status == "installed")
    };
    let jsc = provide("JavaScriptCore's jsc", &["libjavascriptcoregtk-4.0-bin"], installed)?;
    for provision in [node, jsc] {
        if let Provision::Missing(line) = provision {
            return Ok(Outcome::NotRun(line));
        }
    }
    Step::new("node").args(["collect.mjs", "--check"]).within(&folder).run()
}
