//! A small program with each kind of module and of resolution, and the changes of its files.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::SystemTime;

/// The file that the program starts with.
pub(crate) const MAIN: &str = "main.mjs";

/// The number of its ECMAScript modules.
pub(crate) const MODULES: u32 = 11;
/// The number of its CommonJS modules.
pub(crate) const COMMONJS: u32 = 2;

/// The files of the program.
const FILES: &[(&str, &str)] = &[
    ("package.json", r#"{"name": "app", "type": "module"}"#),
    (
        MAIN,
        "import { a } from './lib/a.mjs';\nimport { b } from './lib/b.js';\nimport data from './data.json' with { type: 'json' };\n\
         import c from './c.cjs';\nimport { dep } from 'dep';\nimport { linked } from 'linked';\nimport './plain/index.js';\n\
         import { name as first } from './twins/one/twin.mjs';\nimport { name as second } from './twins/two/twin.mjs';\n\
         console.log(a, b, data.value, c, dep, linked, first, second);\nconst { late } = await import('./lib/late.mjs');\nconsole.log(late);\n",
    ),
    ("lib/a.mjs", "export const a = 'a: one';\n"),
    ("lib/b.js", "import { a } from './a.mjs';\nexport const b = 'b and ' + a;\n"),
    // Two modules with the same source, whose bytecode must not be mixed up.
    ("twins/one/twin.mjs", "export { name } from './name.mjs';\n"),
    ("twins/one/name.mjs", "export const name = 'the first twin';\n"),
    ("twins/two/twin.mjs", "export { name } from './name.mjs';\n"),
    ("twins/two/name.mjs", "export const name = 'the second twin';\n"),
    // Without a type, this is a CommonJS module: it has no syntax of an ECMAScript module.
    ("plain/package.json", r#"{"type": "module"}"#),
    ("plain/index.js", "console.log('this is', typeof this, 'and require is', typeof require);\n"),
    ("lib/late.mjs", "export const late = 'late: one';\n"),
    ("data.json", "{\"value\": \"data: one\"}\n"),
    ("c.cjs", "module.exports = 'c with ' + require('./x');\n"),
    ("x/index.js", "module.exports = 'x/index';\n"),
    ("x/package.json", r#"{"type": "commonjs"}"#),
    ("node_modules/dep/package.json", r#"{"name": "dep", "type": "module", "exports": "./first.mjs"}"#),
    ("node_modules/dep/first.mjs", "export const dep = 'dep: first';\n"),
    ("node_modules/dep/second.mjs", "export const dep = 'dep: second';\n"),
    ("packages/one/package.json", r#"{"name": "linked", "type": "module", "exports": "./index.js"}"#),
    ("packages/one/index.js", "export const linked = 'linked: one';\n"),
    ("packages/two/package.json", r#"{"name": "linked", "type": "module", "exports": "./index.js"}"#),
    ("packages/two/index.js", "export const linked = 'linked: two';\n"),
];

/// Writes the program into a folder.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    for (name, text) in FILES {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text)?;
    }
    symlink("../packages/one", folder.join("node_modules/linked"))
}

/// A change of the program's files.
pub(crate) struct Change {
    pub(crate) name: &'static str,
    pub(crate) make: fn(&Path) -> io::Result<()>,
}

/// All changes.
pub(crate) const CHANGES: &[Change] = &[
    Change {
        name: "the content",
        make: |folder| fs::write(folder.join("lib/a.mjs"), "export const a = 'a: three';\n"),
    },
    Change {
        name: "the content, with the same size",
        make: |folder| fs::write(folder.join("lib/a.mjs"), "export const a = 'a: two';\n"),
    },
    Change {
        name: "the content, with the same size and the same time of modification",
        make: |folder| {
            let path = folder.join("lib/b.js");
            let time = fs::metadata(&path)?.modified()?;
            fs::write(&path, "import { a } from './a.mjs';\nexport const b = 'B and ' + a;\n")?;
            File::options().append(true).open(path)?.set_modified(time)
        },
    },
    Change {
        name: "only the times",
        make: |folder| File::options().append(true).open(folder.join("lib/a.mjs"))?.set_modified(SystemTime::now()),
    },
    Change {
        name: "replaced by a rename",
        make: |folder| {
            fs::write(folder.join("lib/new"), "export const a = 'a: new';\n")?;
            fs::rename(folder.join("lib/new"), folder.join("lib/a.mjs"))
        },
    },
    Change {
        name: "a module of a dynamic import",
        make: |folder| fs::write(folder.join("lib/late.mjs"), "export const late = 'late: two';\n"),
    },
    Change { name: "JSON", make: |folder| fs::write(folder.join("data.json"), "{\"value\": \"data: two\"}\n") },
    Change {
        name: "a CommonJS module",
        make: |folder| fs::write(folder.join("c.cjs"), "module.exports = 'C with ' + require('./x');\n"),
    },
    Change {
        name: "a link that gets another target",
        make: |folder| {
            fs::remove_file(folder.join("node_modules/linked"))?;
            symlink("../packages/two", folder.join("node_modules/linked"))
        },
    },
    Change {
        name: "`exports` in a package.json",
        make: |folder| {
            let package = r#"{"name": "dep", "type": "module", "exports": "./second.mjs"}"#;
            fs::write(folder.join("node_modules/dep/package.json"), package)
        },
    },
    Change {
        name: "`type` in a package.json",
        make: |folder| fs::write(folder.join("package.json"), r#"{"name": "app", "type": "commonjs"}"#),
    },
    Change {
        name: "`type` in a package.json that is removed",
        make: |folder| fs::write(folder.join("plain/package.json"), "{}"),
    },
    Change {
        name: "a new file that shadows another one",
        make: |folder| fs::write(folder.join("x.js"), "module.exports = 'x.js';\n"),
    },
    Change {
        name: "a new package that shadows another one",
        make: |folder| {
            fs::create_dir_all(folder.join("lib/node_modules/dep"))?;
            fs::write(folder.join("lib/b.js"), "export { dep as b } from 'dep';\n")?;
            fs::write(folder.join("lib/node_modules/dep/package.json"), r#"{"exports": "./index.mjs"}"#)?;
            fs::write(folder.join("lib/node_modules/dep/index.mjs"), "export const dep = 'dep: of lib';\n")
        },
    },
    Change { name: "a dependency that is removed", make: |folder| fs::remove_dir_all(folder.join("node_modules/dep")) },
    Change { name: "a module that is removed", make: |folder| fs::remove_file(folder.join("lib/a.mjs")) },
    Change { name: "a syntax error", make: |folder| fs::write(folder.join("lib/a.mjs"), "export const a = ;\n") },
    Change {
        name: "an export that is removed",
        make: |folder| fs::write(folder.join("lib/a.mjs"), "export const other = 1;\n"),
    },
];
