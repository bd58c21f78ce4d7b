//! Inputs for which a simple parser, or a simple pass after it, would take time that grows with the
//! square of the input's length. The tests do not measure time: each input is so long that such a
//! pass would take minutes.

use super::{accepted, error, record};

const MANY: usize = 100_000;

fn each(item: impl Fn(usize) -> String) -> String {
    repeated(MANY, item)
}

fn repeated(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect()
}

#[test]
fn many_imports_and_many_exports() {
    let names = each(|index| format!("a{index},"));
    let variables = each(|index| format!("export let b{index};"));
    let one = record(&format!("import {{{names}}} from 'm';\n{variables}"));
    assert_eq!((one.imports.len(), one.exports.len()), (MANY, MANY));
    let list = record(&format!("export {{{names}}};\nimport {{{names}}} from 'm'\n"));
    assert_eq!((list.imports.len(), list.exports.len()), (MANY, MANY));
    assert_eq!(list.exports[MANY - 1].module_name, "m");
}

#[test]
fn text_that_looks_like_an_import_is_not_an_import() {
    // The source is first parsed in two parts. One of the texts that look like an import is not an
    // import, so the source is then parsed as a whole.
    const MANY: usize = 9_000;
    let imports = repeated(MANY, |index| format!("import a{index} from 'm';\n"));
    let exports = repeated(MANY, |index| format!("export let b{index};\n"));
    for other in ["`\nimport c from 'n';\n`;", "/*\nimport c from 'n';\n*/", "({\n'import': 1}\n);"] {
        let record = record(&format!("{imports}{exports}{other}"));
        assert_eq!((record.requests.len(), record.imports.len()), (1, MANY), "{other}");
    }
    assert_eq!(error(format!("{imports}{exports}{{\nimport c from 'n';\n}}")).line(), Some(18_002));
}

#[test]
fn many_private_names() {
    let (names, uses) = (each(|index| format!("#a{index};")), each(|index| format!("this.#a{index};")));
    accepted(&format!("class A {{ {names} m() {{ {uses} }} }}"));
}

#[test]
fn many_labels_in_each_other() {
    accepted(&format!("{};", each(|index| format!("a{index}:"))));
}

#[test]
fn many_blocks_in_each_other() {
    let blocks = each(|index| format!("{{ let a{index}; var b{index};"));
    accepted(&format!("{blocks}{}", "}".repeat(MANY)));
}

#[test]
fn many_undeclared_exports_beside_many_names() {
    let (names, exports) = (each(|index| format!("let b{index};")), each(|index| format!("a{index},")));
    assert_eq!(error(format!("{names} export {{{exports}}};")).class().id(), "early-error/undeclared-export");
}

#[test]
fn nesting_that_would_take_too_long_is_too_deep() {
    let labels = each(|index| format!("a{index}:"));
    assert_eq!(error(format!("delete a?.b; {labels};")).class().id(), "too-deep");
    for inner in ["var b", "b"] {
        let blocks = each(|index| format!("{{ {inner}{index};"));
        assert_eq!(error(format!("delete a?.b; {blocks}{}", "}".repeat(MANY))).class().id(), "too-deep", "{inner}");
    }
}

#[test]
fn long_and_flat_is_not_too_deep() {
    assert_eq!(record(&"export * from 'a'\n".repeat(400_000)).star_exports.len(), 1);
    assert_eq!(error("\0".repeat(4_000_000)).class().id(), "syntax");
}

#[test]
fn many_empty_lines() {
    accepted(&format!("a{}let b;", "\n".repeat(4_000_000)));
}

#[test]
fn many_names_without_an_end_in_a_regular_expression() {
    accepted(&format!("/{}/", "\\k<".repeat(MANY * 4)));
}
