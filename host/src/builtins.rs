//! The modules that are built into the host. They are written in JavaScript, and `build.rs` compiles them.

/// A module that is built in.
struct Builtin {
    /// Its name, with the prefix `node:`.
    name: &'static str,
    /// Its bytecode.
    code: &'static [u8],
    /// The host lacks the functions of the module: each call is an error.
    is_lacking: bool,
}

/// All modules, in ascending order of their names.
const BUILTINS: &[Builtin] = include!(concat!(env!("OUT_DIR"), "/builtins.rs"));

/// The module that gives the built-in modules the functions of the host. Programs cannot import it.
pub(crate) const HOST: &str = "bmes:host";

/// The bytecode of the module that runs before a program: it defines the globals.
pub(crate) const BOOTSTRAP: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bmes-bootstrap.qjs"));

/// The modules below this name are for the other built-in modules.
const INTERNAL: &str = "node:internal/";

/// Returns the names of the modules that a program can use.
pub fn names() -> Vec<&'static str> {
    BUILTINS.iter().filter(|it| !it.is_lacking && !it.name.starts_with(INTERNAL)).map(|it| it.name).collect()
}

/// Returns the names of the modules that a program can import, and whose functions are errors.
pub fn lacking_names() -> Vec<&'static str> {
    BUILTINS.iter().filter(|it| it.is_lacking).map(|it| it.name).collect()
}

/// Returns whether a program can import a module.
pub(crate) fn is_public(name: &str) -> bool {
    code(name).is_some() && !name.starts_with(INTERNAL)
}

/// Returns the bytecode of a module. `name` has the prefix `node:`.
pub(crate) fn code(name: &str) -> Option<&'static [u8]> {
    let index = BUILTINS.binary_search_by(|it| it.name.cmp(name)).ok()?;
    BUILTINS.get(index).map(|it| it.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_names_each_module() {
        let page = include_str!("../README.md");
        let names = names().into_iter().chain(lacking_names());
        let unnamed: Vec<&str> = names.filter(|name| !page.contains(&format!("`{name}`"))).collect();
        assert_eq!(unnamed, Vec::<&str>::new());
    }

    #[test]
    fn each_module_is_found_by_its_name() {
        assert!(BUILTINS.iter().all(|it| code(it.name) == Some(it.code)));
        assert_eq!(code("node:no-such-module"), None);
    }
}
