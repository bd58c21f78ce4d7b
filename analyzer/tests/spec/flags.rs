//! Tests of the flags, which say what features a module's code uses.

use bmes_analyzer::{Flags, Phase};

use super::accepted;

fn flags(source: &str) -> Flags {
    accepted(source).flags
}

#[test]
fn an_empty_module_uses_nothing() {
    assert_eq!(flags(""), Flags::default());
}

#[test]
fn imports_and_exports_are_module_syntax() {
    for source in ["import 'm';", "export {};", "export * from 'm';", "export default 1;", "export let a;"] {
        assert!(flags(source).module_syntax, "{source}");
    }
}

#[test]
fn import_meta_and_import_calls_are_not() {
    assert!(!flags("import.meta; import('m');").module_syntax);
}

#[test]
fn await_outside_of_functions_is_top_level() {
    for source in [
        "await 1;",
        "{ if (a) await 1; }",
        "export default await 1;",
        "for await (const a of []);",
        "await using a = 1;",
    ] {
        assert!(flags(source).top_level_await, "{source}");
    }
}

#[test]
fn await_in_the_head_of_a_class_is_top_level() {
    assert!(flags("class A extends (await 1) {}").top_level_await);
    assert!(flags("class A { [await 1]() {} }").top_level_await);
}

#[test]
fn await_in_a_function_is_not() {
    for source in [
        "async function f() { await 1; }",
        "async () => await 1;",
        "async function f() { for await (a of b); }",
        "({ async m() { await 1; } });",
    ] {
        assert!(!flags(source).top_level_await, "{source}");
    }
}

#[test]
fn the_word_await_is_not() {
    assert!(!flags("a.await; 'await'; // await 1").top_level_await);
}

#[test]
fn import_meta_counts_anywhere() {
    assert!(flags("import.meta.url;").import_meta);
    assert!(flags("() => import\n.meta;").import_meta);
    assert!(!flags("'import.meta'").import_meta);
}

#[test]
fn import_calls_count_anywhere() {
    assert!(flags("import('m');").dynamic_import);
    assert!(flags("function f() { return import('m', {with: {type: 'json'}}); }").dynamic_import);
    assert!(!flags("import 'm';").dynamic_import);
}

#[test]
fn dynamic_imports_with_a_literal_specifier_are_listed() {
    let source = "import('b'); import(`a`, {with: {type: 'json', 'a': 'b'}}); import(x); import(`${x}`); import('b');
        import.source('c'); import.defer('d', options); import('e', {with: {type}});";
    let imports = accepted(source).dynamic_imports;
    let seen: Vec<_> = imports.iter().map(|import| (import.specifier.as_str(), import.phase)).collect();
    assert_eq!(
        seen,
        [
            ("b", Phase::Evaluation),
            ("a", Phase::Evaluation),
            ("c", Phase::Source),
            ("d", Phase::Defer),
            ("e", Phase::Evaluation)
        ]
    );
    let attributes: Vec<_> = imports
        .iter()
        .map(|import| {
            let attributes = import.attributes.as_ref()?;
            Some(attributes.iter().map(|one| format!("{}={}", one.key, one.value)).collect::<Vec<_>>().join(","))
        })
        .collect();
    assert_eq!(attributes, [Some(""), Some("a=b,type=json"), Some(""), None, None].map(|one| one.map(str::to_owned)));
}
