//! Tests of the names that a module declares at its top level.

use bmes_analyzer::{Variable, VariableKind};

use super::accepted;

fn declared(source: &str) -> Vec<String> {
    accepted(source).variables.declared.into_iter().map(|variable| variable.name).collect()
}

fn lexical(source: &str) -> Vec<(String, VariableKind)> {
    accepted(source).variables.lexical.into_iter().map(|Variable { name, kind }| (name, kind)).collect()
}

fn one(name: &str, kind: VariableKind) -> Vec<(String, VariableKind)> {
    vec![(name.to_owned(), kind)]
}

#[test]
fn var_is_declared() {
    assert_eq!(declared("var b, a;"), ["b", "a"]);
}

#[test]
fn var_is_declared_out_of_blocks() {
    let source = "{ var a; } for (var b of []) { if (b) var c; } try { var d; } catch { var e; } switch (1) { case 1: var f; } l: var g;";
    assert_eq!(declared(source), ["a", "b", "c", "d", "e", "f", "g"]);
}

#[test]
fn var_is_declared_where_it_stands_first() {
    assert_eq!(declared("var a; var b; var a; { var b; }"), ["a", "b"]);
}

#[test]
fn var_of_patterns_is_declared() {
    assert_eq!(declared("var {a, b: [c], ...d} = {};"), ["a", "c", "d"]);
}

#[test]
fn an_exported_var_is_declared() {
    assert_eq!(declared("export var a;"), ["a"]);
}

#[test]
fn var_that_repeats_the_parameter_of_catch_is_declared() {
    assert_eq!(declared("try {} catch (e) { var e; }"), ["e"]);
}

#[test]
fn var_of_functions_is_not_the_modules() {
    let source = "function f() { var a; } () => { var b; }; class A { static { var c; } m() { var d; } x = function () { var e; }; }";
    assert_eq!(declared(source), [""; 0]);
}

#[test]
fn let_const_and_class_are_lexical() {
    use VariableKind::{Class, Const, Let};
    let names = [("c", Let), ("a", Const), ("B", Class)].map(|(name, kind)| (name.to_owned(), kind));
    assert_eq!(lexical("let c; const a = 1; class B {}"), names);
}

#[test]
fn functions_are_lexical() {
    assert_eq!(lexical("function f() {}"), one("f", VariableKind::Function));
    assert_eq!(lexical("export async function* f() {}"), one("f", VariableKind::Function));
    assert_eq!(declared("function f() {}"), [""; 0]);
}

#[test]
fn functions_of_blocks_are_not_the_modules() {
    assert_eq!(lexical("{ function f() {} let a; class B {} }"), []);
}

#[test]
fn imports_are_lexical() {
    use VariableKind::{Import, ImportNamespace};
    let names = [("a", Import), ("b", Import), ("ns", ImportNamespace)].map(|(name, kind)| (name.to_owned(), kind));
    assert_eq!(lexical("import a, {x as b} from 'm'; import * as ns from 'm';"), names);
}

#[test]
fn using_is_lexical() {
    assert_eq!(lexical("using a = 1;"), one("a", VariableKind::Using));
    assert_eq!(lexical("await using a = 1;"), one("a", VariableKind::AwaitUsing));
}

#[test]
fn a_nameless_default_is_lexical() {
    for source in ["export default 1;", "export default function () {}", "export default class {}"] {
        assert_eq!(lexical(source), one("*default*", VariableKind::Default));
    }
}

#[test]
fn a_named_default_is_its_name() {
    assert_eq!(lexical("export default function f() {}"), one("f", VariableKind::Function));
    assert_eq!(lexical("export default class C {}"), one("C", VariableKind::Class));
}
