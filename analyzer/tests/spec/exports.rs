//! Tests of every form of export.

use super::{exports, indirect, local, namespace, record, rejected, specifiers};

#[test]
fn a_declared_variable_is_local() {
    for keyword in ["var", "let"] {
        assert_eq!(exports(&format!("export {keyword} v;")), [local("v", "v")]);
    }
}

#[test]
fn a_declared_constant_is_local() {
    assert_eq!(exports("export const v = 1;"), [local("v", "v")]);
}

#[test]
fn a_declaration_exports_each_of_its_names() {
    assert_eq!(exports("export let b, a = 1;"), [local("b", "b"), local("a", "a")]);
}

#[test]
fn an_object_pattern_exports_what_it_binds() {
    let source = "export const {a, b: c, d: {e}, f = 1, ['g']: h, 'i': j, 1: k, ...l} = {d: 1};";
    let bound = ["a", "c", "e", "f", "h", "j", "k", "l"];
    assert_eq!(exports(source), bound.map(|name| local(name, name)));
}

#[test]
fn an_array_pattern_exports_what_it_binds() {
    let bound = ["a", "b", "c", "d", "e"];
    assert_eq!(exports("export let [a, , [b], c = 1, ...[d, ...e]] = [];"), bound.map(|name| local(name, name)));
}

#[test]
fn an_empty_pattern_exports_nothing() {
    assert_eq!(exports("export const {} = 1, [] = [];"), []);
}

#[test]
fn functions_of_all_kinds_are_local() {
    for function in ["function f() {}", "function* f() {}", "async function f() {}", "async function* f() {}"] {
        assert_eq!(exports(&format!("export {function}")), [local("f", "f")]);
    }
}

#[test]
fn a_class_is_local() {
    assert_eq!(exports("export class C {}"), [local("C", "C")]);
}

#[test]
fn a_named_default_function_keeps_its_name() {
    for function in ["function f() {}", "function* f() {}", "async function f() {}", "async function* f() {}"] {
        assert_eq!(exports(&format!("export default {function}")), [local("default", "f")]);
    }
}

#[test]
fn a_named_default_class_keeps_its_name() {
    assert_eq!(exports("export default class C {}"), [local("default", "C")]);
}

#[test]
fn an_anonymous_default_function_has_no_name() {
    for function in ["function () {}", "function* () {}", "async function () {}", "async function* () {}"] {
        assert_eq!(exports(&format!("export default {function}")), [local("default", "*default*")]);
    }
}

#[test]
fn an_anonymous_default_class_has_no_name() {
    assert_eq!(exports("export default class {}"), [local("default", "*default*")]);
}

#[test]
fn a_default_expression_has_no_name() {
    for expression in
        ["1", "() => 1", "async x => x", "{}", "[]", "(function f() {})", "(class C {})", "await 1", "a = 1"]
    {
        assert_eq!(exports(&format!("var a; export default {expression};")), [local("default", "*default*")]);
    }
}

#[test]
fn a_default_identifier_is_an_expression() {
    assert_eq!(exports("let v; export default v;"), [local("default", "*default*")]);
}

#[test]
fn a_default_identifier_that_is_imported_is_an_expression_too() {
    assert_eq!(exports("import v from 'm'; export default v;"), [local("default", "*default*")]);
}

#[test]
fn a_listed_name_is_local() {
    assert_eq!(exports("let x; export {x};"), [local("x", "x")]);
}

#[test]
fn a_listed_name_can_be_renamed() {
    assert_eq!(exports("let v; export {v as x};"), [local("x", "v")]);
}

#[test]
fn a_listed_name_can_be_the_default() {
    assert_eq!(exports("let v; export {v as default};"), [local("default", "v")]);
}

#[test]
fn a_listed_name_can_be_renamed_to_a_reserved_word() {
    assert_eq!(exports("let v; export {v as if};"), [local("if", "v")]);
}

#[test]
fn a_listed_name_can_be_renamed_to_a_string() {
    assert_eq!(exports("let v; export {v as 'x y', v as ''};"), [local("x y", "v"), local("", "v")]);
}

#[test]
fn a_name_can_be_listed_before_it_is_declared() {
    assert_eq!(exports("export {v}; let v;"), [local("v", "v")]);
}

#[test]
fn a_var_of_a_block_can_be_listed() {
    assert_eq!(exports("{ var v; } export {v};"), [local("v", "v")]);
}

#[test]
fn one_binding_can_be_exported_under_several_names() {
    assert_eq!(exports("export let v; export {v as x, v as y};"), [local("v", "v"), local("x", "v"), local("y", "v")]);
}

#[test]
fn an_empty_list_exports_nothing() {
    assert_eq!(exports("export {};"), []);
}

#[test]
fn a_name_from_a_module_is_indirect() {
    assert_eq!(exports("export {x} from 'm';"), [indirect("x", "m", "x")]);
}

#[test]
fn a_renamed_name_from_a_module_is_indirect() {
    assert_eq!(exports("export {v as x} from 'm';"), [indirect("x", "m", "v")]);
}

#[test]
fn default_from_a_module_stays_default() {
    assert_eq!(exports("export {default} from 'm';"), [indirect("default", "m", "default")]);
}

#[test]
fn default_from_a_module_can_be_renamed() {
    assert_eq!(exports("export {default as x, y as default} from 'm';").len(), 2);
}

#[test]
fn strings_from_a_module_are_names() {
    let entries = exports("export {'a b' as 'c d', 'e'} from 'm';");
    assert_eq!(entries, [indirect("c d", "m", "a b"), indirect("e", "m", "e")]);
}

#[test]
fn nothing_from_a_module_is_only_a_request() {
    let record = record("export {} from 'm';");
    assert_eq!((record.exports.len(), record.requests.len()), (0, 1));
}

#[test]
fn a_namespace_from_a_module_is_namespace() {
    assert_eq!(exports("export * as ns from 'm';"), [namespace("ns", "m")]);
}

#[test]
fn a_namespace_from_a_module_can_be_the_default() {
    assert_eq!(exports("export * as default from 'm';"), [namespace("default", "m")]);
}

#[test]
fn a_namespace_from_a_module_can_be_named_by_a_string() {
    assert_eq!(exports("export * as 'a b' from 'm';"), [namespace("a b", "m")]);
}

#[test]
fn everything_from_a_module_is_a_star_export() {
    let record = record("export * from 'm';");
    assert_eq!((record.exports.len(), record.star_exports), (0, vec!["m".to_owned()]));
}

#[test]
fn everything_from_a_module_is_a_star_export_once() {
    assert_eq!(record("export * from 'b'; export * from 'a'; export * from 'b';").star_exports, ["b", "a"]);
}

#[test]
fn an_imported_name_is_exported_indirectly() {
    assert_eq!(exports("import {v} from 'm'; export {v as x};"), [indirect("x", "m", "v")]);
}

#[test]
fn an_imported_default_is_exported_indirectly_as_default() {
    assert_eq!(exports("import v from 'm'; export {v};"), [indirect("v", "m", "default")]);
}

#[test]
fn an_imported_name_is_exported_by_the_name_that_the_other_module_has() {
    assert_eq!(exports("import {a as b} from 'm'; export {b as c};"), [indirect("c", "m", "a")]);
}

#[test]
fn an_imported_namespace_is_exported_as_namespace() {
    assert_eq!(exports("import * as ns from 'm'; export {ns as x};"), [namespace("x", "m")]);
}

#[test]
fn an_import_may_stand_behind_its_export() {
    assert_eq!(exports("export {v}; import {v} from 'm';"), [indirect("v", "m", "v")]);
}

#[test]
fn an_import_that_is_exported_stands_where_the_export_stands() {
    let entries = exports("import v from 'm'; export let a; export {v}; export let b;");
    assert_eq!(entries, [local("a", "a"), indirect("v", "m", "default"), local("b", "b")]);
}

#[test]
fn an_import_that_is_exported_is_still_imported() {
    assert_eq!(record("import v from 'm'; export {v};").imports.len(), 1);
}

#[test]
fn a_binding_called_starred_default_is_impossible_and_the_name_is_not() {
    assert_eq!(exports("let v; export {v as '*default*'};"), [local("*default*", "v")]);
}

#[test]
fn an_export_from_is_requested() {
    assert_eq!(specifiers("export {x} from 'a'; export * from 'b'; export * as ns from 'c';"), ["a", "b", "c"]);
}

#[test]
fn an_export_of_an_undeclared_name_is_rejected() {
    assert_eq!(rejected("let a;\nexport {a, b};"), ("early-error/undeclared-export", 2, 12));
}

#[test]
fn a_name_of_an_inner_scope_is_undeclared() {
    assert_eq!(rejected("{ let a; }\nexport {a};"), ("early-error/undeclared-export", 2, 9));
}

#[test]
fn a_global_is_undeclared() {
    assert_eq!(rejected("export {undefined};"), ("early-error/undeclared-export", 1, 9));
}

#[test]
fn a_name_is_exported_once() {
    assert_eq!(rejected("export let a;\nexport {a};"), ("early-error/duplicate-export", 2, 9));
}

#[test]
fn a_string_and_a_name_can_be_the_same_name() {
    assert_eq!(rejected("let v;\nexport {v, v as 'v'};"), ("early-error/duplicate-export", 2, 17));
}

#[test]
fn names_from_modules_count() {
    assert_eq!(rejected("export {a} from 'm';\nexport * as a from 'n';"), ("early-error/duplicate-export", 2, 13));
}

#[test]
fn default_is_exported_once() {
    assert_eq!(rejected("export default 1;\nexport default 2;").0, "early-error/duplicate-export");
}

#[test]
fn default_in_a_list_counts() {
    assert_eq!(rejected("export default 1;\nlet v;\nexport {v as default};").0, "early-error/duplicate-export");
}

#[test]
fn a_namespace_called_default_counts() {
    assert_eq!(rejected("export * as default from 'm';\nexport default 1;"), ("early-error/duplicate-export", 2, 8));
}

#[test]
fn a_string_cannot_be_listed_without_a_module() {
    assert_eq!(rejected("export {'a' as b};"), ("syntax", 1, 9));
}

#[test]
fn a_reserved_word_cannot_be_listed_without_a_module() {
    assert_eq!(rejected("export {if as x};"), ("early-error/reserved-word", 1, 9));
}

#[test]
fn an_anonymous_function_needs_default() {
    assert_eq!(rejected("export function () {}").0, "syntax");
}

#[test]
fn a_constant_needs_a_value() {
    assert_eq!(rejected("export const a;").0, "syntax");
}

#[test]
fn an_expression_needs_default() {
    assert_eq!(rejected("let a; export a;").0, "syntax");
}

#[test]
fn a_declaration_cannot_be_the_default() {
    assert_eq!(rejected("export default let a;").0, "syntax");
}

#[test]
fn everything_comes_from_a_module() {
    assert_eq!(rejected("export *;").0, "syntax");
}

#[test]
fn from_needs_a_module() {
    assert_eq!(rejected("let from;\nexport {}\nfrom;"), ("syntax", 2, 1));
}

#[test]
fn an_export_must_be_at_the_top_level() {
    assert_eq!(rejected("function f() { export let a; }").0, "syntax");
}
