//! Compares the page of the host with the host.

use rquickjs::{Array, Context, Object, Runtime};

/// The names that `tests/semantics/globals` prints.
const GLOBALS: &str = include_str!("semantics/globals/expected.txt");

#[test]
fn the_readme_names_each_global() {
    let page = include_str!("../README.md");
    let list = page.split_once("- These globals: ").and_then(|(_, rest)| rest.split_once("\n\n")).unwrap().0;
    let of_language = names_of_the_language();
    let added = GLOBALS.lines().filter(|name| !of_language.iter().any(|known| known == name));
    let unnamed: Vec<&str> = added.filter(|name| !list.contains(&format!("`{name}`"))).collect();
    assert_eq!(unnamed, Vec::<&str>::new());
}

#[test]
fn each_global_that_the_readme_names_is_there() {
    let page = include_str!("../README.md");
    let list = page.split_once("- These globals: ").and_then(|(_, rest)| rest.split_once("\n\n")).unwrap().0;
    let missing: Vec<&str> =
        list.split('`').skip(1).step_by(2).filter(|name| !GLOBALS.lines().any(|known| known == *name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// Returns the names that the engine itself defines.
fn names_of_the_language() -> Vec<String> {
    let context = Context::full(&Runtime::new().unwrap()).unwrap();
    context.with(|ctx| {
        let object: Object<'_> = ctx.globals().get("Object").unwrap();
        let names: rquickjs::Function<'_> = object.get("getOwnPropertyNames").unwrap();
        let list: Array<'_> = names.call((ctx.globals(),)).unwrap();
        list.iter::<String>().map(Result::unwrap).collect()
    })
}
