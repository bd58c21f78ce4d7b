//! The modules that are built into the host. They are written in JavaScript.

use std::borrow::Cow;
use std::fmt::Write as _;

macro_rules! builtins {
    ($($name:literal),* $(,)?) => {
        /// The names of the modules, and their sources.
        const BUILTINS: &[(&str, &str)] =
            &[$((concat!("node:", $name), include_str!(concat!("builtins/", $name, ".mjs")))),*];
    };
}

builtins![
    "assert",
    "assert/strict",
    "buffer",
    "console",
    "crypto",
    "events",
    "fs",
    "fs/promises",
    "internal/blob",
    "internal/console",
    "internal/dom",
    "internal/fetch",
    "internal/inspect",
    "internal/lacking",
    "internal/performance",
    "internal/ports",
    "internal/process",
    "module",
    "os",
    "path",
    "path/posix",
    "perf_hooks",
    "process",
    "timers",
    "timers/promises",
    "tty",
    "url",
    "util",
];

/// The module that gives the built-in modules the functions of the host. Programs cannot import it.
pub(crate) const HOST: &str = "bmes:host";

/// The code that runs before a program: it defines the globals.
pub(crate) const BOOTSTRAP: &str = include_str!("builtins/bootstrap.js");

/// The modules below this name are for the other built-in modules.
const INTERNAL: &str = "node:internal/";

/// The modules of Node.js that the host lacks, each with the names of the functions that it exports there, and with its
/// constants. A program can import them: many libraries mention them, and do not call them.
const LACKING: &str = include_str!("builtins/lacking.txt");

/// Returns the modules that the host lacks, each with its exports.
fn lacking() -> impl Iterator<Item = (&'static str, &'static str)> {
    LACKING.lines().filter_map(|line| line.split_once(": "))
}

/// Returns the names of the modules that a program can use.
pub fn names() -> Vec<&'static str> {
    BUILTINS.iter().map(|(name, _)| *name).filter(|name| !name.starts_with(INTERNAL)).collect()
}

/// Returns the names of the modules that a program can import, and whose functions are errors.
pub fn lacking_names() -> Vec<String> {
    lacking().map(|(name, _)| format!("node:{name}")).collect()
}

/// Returns whether a program can import a module.
pub(crate) fn is_public(name: &str) -> bool {
    source(name).is_some() && !name.starts_with(INTERNAL)
}

/// Returns the source of a module. `name` has the prefix `node:`.
pub(crate) fn source(name: &str) -> Option<Cow<'static, str>> {
    if let Some((_, source)) = BUILTINS.iter().find(|(known, _)| *known == name) {
        return Some(Cow::Borrowed(source));
    }
    let short = name.strip_prefix("node:")?;
    let (_, exports) = lacking().find(|(known, _)| *known == short)?;
    Some(Cow::Owned(source_of_lacking(name, exports)))
}

/// Returns the source of a module that the host lacks.
fn source_of_lacking(module: &str, exports: &str) -> String {
    let mut source = String::from("import { lacking } from 'node:internal/lacking';\n");
    let mut names = Vec::new();
    for export in exports.split(' ') {
        let (name, value) = export.split_once('=').unwrap_or((export, ""));
        let _ = if value.is_empty() {
            writeln!(source, "export const {name} = lacking('{module}', '{name}');")
        } else {
            writeln!(source, "export const {name} = {value};")
        };
        names.push(name);
    }
    let _ = writeln!(source, "export default {{ {} }};", names.join(", "));
    source
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_is_lacking_exports_its_functions_and_constants() {
        let source = source("node:worker_threads").unwrap();
        assert!(source.contains("export const Worker = lacking('node:worker_threads', 'Worker');"), "{source}");
        assert!(source.contains("export const isMainThread = true;"), "{source}");
    }

    #[test]
    fn the_readme_names_each_module() {
        let page = include_str!("../README.md");
        let names = names().into_iter().map(str::to_owned).chain(lacking_names());
        let unnamed: Vec<String> = names.filter(|name| !page.contains(&format!("`{name}`"))).collect();
        assert_eq!(unnamed, Vec::<String>::new());
    }

    #[test]
    fn no_module_is_lacking_and_there() {
        let names = names();
        assert!(lacking_names().iter().all(|name| !names.contains(&name.as_str())));
    }
}
