//! The modules that are built into the host. They are written in JavaScript.

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
    "events",
    "fs",
    "fs/promises",
    "internal/inspect",
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

/// Returns the names of the modules that a program can import.
pub fn names() -> Vec<&'static str> {
    BUILTINS.iter().map(|(name, _)| *name).filter(|name| !name.starts_with(INTERNAL)).collect()
}

/// Returns whether a program can import a module.
pub(crate) fn is_public(name: &str) -> bool {
    source(name).is_some() && !name.starts_with(INTERNAL)
}

/// Returns the source of a module. `name` has the prefix `node:`.
pub(crate) fn source(name: &str) -> Option<&'static str> {
    BUILTINS.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}
