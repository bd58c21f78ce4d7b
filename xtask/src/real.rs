//! Collects the records and the bytecode of real engines again, and compares them with the committed files.

use crate::machine::{Provision, has, provide};
use crate::run::{Failure, Outcome, Report, Step, root};

/// The Debian package that contains `jsc`, the shell of JavaScriptCore.
const JSC: &str = "libjavascriptcoregtk-4.0-bin";

/// Collects the records and the bytecode of the engines, and compares them with the files of `conformance/real`. This needs
/// JavaScriptCore's `jsc`, which Debian has. npm installs Bun into a folder that git ignores.
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

/// Provides JavaScriptCore's `jsc`. The analyzer's tests also use it.
pub(crate) fn jsc() -> Result<Provision, Failure> {
    let installed = || {
        let list = Step::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", JSC]);
        list.output_quietly().is_some_and(|status| status == "installed")
    };
    provide("JavaScriptCore's jsc", &[JSC], installed)
}

/// If the version of Bun that makes the records of `conformance/real` is missing, installs it. If that fails, returns a line
/// that says what is missing.
pub(crate) fn bun() -> Option<&'static str> {
    const INSTALL: &str = "import { installPackages } from './lib/engines.mjs'; installPackages(process.cwd());";
    let folder = root().join("conformance/real");
    let install = Step::new("node").args(["--input-type=module", "--eval", INSTALL]).within(&folder);
    (!install.succeeds())
        .then_some("Bun: its installation failed; it needs Node.js 20 with npm, and access to the npm registry")
}
