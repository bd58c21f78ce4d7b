//! The records and the bytecode of real engines, collected again and compared with the committed ones.

use crate::machine::{Provision, has, provide};
use crate::run::{Failure, Outcome, Report, Step, root};

/// Debian's package of JavaScriptCore's shell.
const JSC: &str = "libjavascriptcoregtk-4.0-bin";

/// Collects the data from the engines and compares it. This needs JavaScriptCore's `jsc`, from Debian, and installs Bun from npm
/// into a folder that git ignores.
pub(crate) fn check() -> Report {
    let folder = root().join("conformance/real");
    let node = provide("Node.js 20 with npm", &["nodejs", "npm"], || has("node") && has("npm"))?;
    for provision in [node, jsc()?] {
        if let Provision::Missing(line) = provision {
            return Ok(Outcome::NotRun(line));
        }
    }
    Step::new("node").args(["collect.mjs", "--check"]).within(&folder).run()
}

/// Provides JavaScriptCore's `jsc`, which the analyzer's tests use, too.
pub(crate) fn jsc() -> Result<Provision, Failure> {
    let installed = || {
        let list = Step::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", JSC]);
        list.output_quietly().is_some_and(|status| status == "installed")
    };
    provide("JavaScriptCore's jsc", &[JSC], installed)
}

/// Installs the Bun that the records are collected with, if it is missing. Returns a line that says what is missing if the
/// installation fails.
pub(crate) fn bun() -> Option<&'static str> {
    const INSTALL: &str = "import { installPackages } from './lib/engines.mjs'; installPackages(process.cwd());";
    let folder = root().join("conformance/real");
    let install = Step::new("node").args(["--input-type=module", "--eval", INSTALL]).within(&folder);
    (!install.succeeds()).then_some("Bun: it wants Node.js 20 with npm, and the npm registry")
}
