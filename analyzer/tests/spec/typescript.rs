//! Tests of TypeScript and JSX: their record is that of the JavaScript to which they are compiled.

use bmes_analyzer::{Decorators, ErrorClass, Jsx, JsxRuntime, Options, SourceType, TypeScript, VariableKind};

use super::{accepted_as, accepted_with, error_as, indirect, local, rejected_as, single};

fn ts(source: &str) -> bmes::ModuleRecord {
    accepted_as(SourceType::Ts, source).record
}

fn decorated(decorators: Decorators) -> Options {
    Options::new(SourceType::Ts).with_typescript(TypeScript { decorators, ..TypeScript::default() })
}

fn with_decorators(decorators: Decorators, source: &str) -> bmes::ModuleRecord {
    accepted_with(&decorated(decorators), source).record
}

#[test]
fn javascript_is_typescript() {
    let source = "import a, * as ns from 'm' with {type: 'json'}; export {a, ns as b}; export default class {} export * from 'n';";
    assert_eq!(ts(source), super::record(source));
}

#[test]
fn types_are_erased() {
    assert_eq!(
        ts("export interface A {} export type B = 1; export declare let c: A; export let d: A;").exports,
        [local("d", "d")]
    );
}

#[test]
fn a_type_import_is_no_request() {
    assert_eq!(ts("import type {A} from 'm'; import type B from 'n'; export let a: A | B;").requests, []);
}

#[test]
fn a_type_among_imported_names_is_erased() {
    assert_eq!(ts("import {type A, b} from 'm'; b();").imports, [single("m", "b", "b")]);
}

#[test]
fn an_import_that_only_types_need_is_erased() {
    assert_eq!(ts("import {A} from 'm'; export let a: A;").requests, []);
}

#[test]
fn an_import_that_nothing_needs_is_erased() {
    assert_eq!(ts("import {a} from 'm';").requests, []);
}

#[test]
fn an_import_for_its_effect_stays() {
    assert_eq!(ts("import 'm';").requests.len(), 1);
}

#[test]
fn a_type_export_is_erased() {
    assert_eq!(ts("export type {A} from 'm'; export type * from 'n'; type B = 1; export type {B};").requests, []);
}

#[test]
fn a_type_among_exported_names_is_erased() {
    assert_eq!(ts("export {type A, b} from 'm';").exports, [indirect("b", "m", "b")]);
}

#[test]
fn an_enum_is_a_variable() {
    let analysis = accepted_as(SourceType::Ts, "export enum A { a, b = 'x' }");
    assert_eq!(analysis.record.exports, [local("A", "A")]);
    assert_eq!(analysis.variables.declared.len() + analysis.variables.lexical.len(), 1);
}

#[test]
fn a_namespace_with_values_is_a_variable() {
    assert_eq!(ts("export namespace A { export let a = 1; }").exports, [local("A", "A")]);
}

#[test]
fn a_namespace_of_types_is_erased() {
    assert_eq!(ts("export namespace A { export type B = 1; }").exports, []);
}

#[test]
fn an_overloaded_function_is_exported_once() {
    assert_eq!(ts("export function f(a: string): void; export function f(a: any) {}").exports, [local("f", "f")]);
}

#[test]
fn an_abstract_class_is_a_class() {
    assert_eq!(
        ts("export default abstract class A { protected abstract b: number; }").exports,
        [local("default", "A")]
    );
}

#[test]
fn modifiers_and_types_of_class_elements_are_erased() {
    ts(
        "export class A { constructor(private readonly a?: string) {} static b: number; override c!: number; declare d; e?(): void; }",
    );
}

#[test]
fn a_type_assertion_needs_ts() {
    ts("export let a = <any>1;");
    assert_eq!(rejected_as(SourceType::Tsx, "export let a = <any>1;").0, "syntax");
}

#[test]
fn jsx_needs_an_import() {
    let record = accepted_as(SourceType::Jsx, "export let a = <a b={1}>c</a>;").record;
    let specifiers: Vec<_> = record.requests.iter().map(|request| request.specifier.as_str()).collect();
    assert_eq!(specifiers, ["react/jsx-runtime"]);
}

#[test]
fn a_pragma_chooses_the_jsx_runtime() {
    let source = "/** @jsxImportSource preact */\nexport let a = <a/>;";
    assert_eq!(accepted_as(SourceType::Jsx, source).record.requests[0].specifier, "preact/jsx-runtime");
    let source = "/** @jsxRuntime classic */\nimport React from 'react';\nexport let a = <a/>;";
    assert_eq!(accepted_as(SourceType::Tsx, source).record.imports, [single("react", "default", "React")]);
}

#[test]
fn the_import_of_the_jsx_runtime_comes_first() {
    for source_type in [SourceType::Jsx, SourceType::Tsx] {
        let record =
            accepted_as(source_type, "import { B } from './b';\nexport const x = <B />;\nimport './c';").record;
        let specifiers: Vec<_> = record.requests.iter().map(|request| request.specifier.as_str()).collect();
        assert_eq!(specifiers, ["react/jsx-runtime", "./b", "./c"]);
    }
}

#[test]
fn the_string_of_a_jsx_attribute_has_no_escapes() {
    for string in [r#""+4\9 99""#, r#""\01 \8 \u{} \x \u12 and more than sixteen bytes""#, r"'C:\07'", r#""a\""#] {
        for source_type in [SourceType::Jsx, SourceType::Tsx] {
            accepted_as(
                source_type,
                &format!("export const phone = <Input mask={string}>{{<b c={string}/>}}</Input>;"),
            );
        }
    }
    assert_eq!(rejected_as(SourceType::Jsx, r#"export const phone = <Input mask={"\9"} />;"#).0, "syntax");
}

#[test]
fn an_empty_clause_is_no_request() {
    assert_eq!(
        ts("import {} from './a'; export {} from './b'; import {} from './c' with {type: 'json'};").requests,
        []
    );
    let record = ts("import d, {} from './a'; d; import './b'; export * from './c';");
    assert_eq!(record.requests.len(), 3);
    // In JavaScript, an import or export with an empty list is a request.
    let record = accepted_as(SourceType::Jsx, "import {} from './a'; export {} from './b';").record;
    assert_eq!(record.requests.len(), 2);
}

#[test]
fn a_default_export_of_an_ambient_item_stays() {
    for declaration in [
        "declare const V: string;",
        "declare let V: string;",
        "declare function V(): void;",
        "declare class V {}",
        "declare enum V { a }",
        "declare const [U, V]: string[];",
        "interface V {} declare const V: V;",
        "export declare const V: string;",
    ] {
        let record = ts(&format!("{declaration} export default V;"));
        assert_eq!(record.exports, [local("default", "*default*")], "{declaration}");
    }
    for declaration in ["interface V {}", "type V = 1;", "import type V from 'm';"] {
        assert_eq!(ts(&format!("{declaration} export default V;")).exports, [], "{declaration}");
    }
}

#[test]
fn a_namespace_with_values_keeps_the_export_that_it_shares() {
    for ambient in ["export declare class O {}", "export declare function O(): void;"] {
        assert_eq!(ts(&format!("{ambient} export namespace O {{ export const v = 1; }}")).exports, [local("O", "O")]);
        assert_eq!(ts(&format!("{ambient} export namespace O {{ export type T = 1; }}")).exports, [], "{ambient}");
    }
}

#[test]
fn jsx_without_jsx_is_javascript() {
    let source = "export let a = 1 < 2 > 3;";
    assert_eq!(accepted_as(SourceType::Jsx, source).record, super::record(source));
}

#[test]
fn positions_are_those_in_the_typescript() {
    let source = "type A = 1;\nexport let a: A;\nexport { b };";
    assert_eq!(rejected_as(SourceType::Ts, source), ("early-error/undeclared-export", 3, 10));
}

#[test]
fn exports_are_compared() {
    assert_eq!(rejected_as(SourceType::Ts, "export let a: 1;\nexport { a };"), ("early-error/duplicate-export", 2, 10));
}

#[test]
fn names_are_declared_once() {
    assert_eq!(rejected_as(SourceType::Ts, "let a: 1;\nlet a: 2;").0, "early-error/redeclaration");
}

#[test]
fn an_interface_and_a_value_share_a_name() {
    assert_eq!(ts("export interface a {} export const a = 1;").exports, [local("a", "a")]);
}

#[test]
fn syntax_errors_are_errors() {
    assert_eq!(rejected_as(SourceType::Ts, "let a: ;").0, "syntax");
}

#[test]
fn a_require_of_typescript_is_no_import() {
    let class = |source| error_as(SourceType::Ts, source).class();
    assert_eq!(class("import a = require('m');\nexport let b = a;"), ErrorClass::CommonJs);
    assert_eq!(class("export import a = require('m');"), ErrorClass::CommonJs);
    assert_eq!(class("export = 1;"), ErrorClass::CommonJs);
}

#[test]
fn an_import_of_a_namespaces_member_is_a_variable() {
    assert_eq!(ts("import * as ns from 'm'; export import a = ns.b;").exports, [local("a", "a")]);
}

#[test]
fn decorators_are_no_part_of_javascript() {
    assert_eq!(super::rejected("@a class A {}"), ("unsupported-syntax", 1, 1));
    assert_eq!(super::rejected("class A { accessor a; }"), ("unsupported-syntax", 1, 11));
}

#[test]
fn the_imports_that_decorators_use_stay() {
    for decorators in [Decorators::Standard, Decorators::Legacy, Decorators::LegacyWithMetadata] {
        let record =
            with_decorators(decorators, "import {a} from 'm'; import {b} from 'n'; @a export class A { @b c; }");
        assert_eq!(record.imports, [single("m", "a", "a"), single("n", "b", "b")]);
        assert_eq!(record.exports, [local("A", "A")]);
    }
}

#[test]
fn a_type_of_something_decorated_stays_with_metadata() {
    for source in [
        "import {T} from 'm'; class A { @d a: T; }",
        "import {T} from 'm'; class A { @d m(a: T) {} }",
        "import {T} from 'm'; class A { @d m(...a: T[]) {} }",
        "import {T} from 'm'; class A { @d m(): T {} }",
        "import {T} from 'm'; @d class A { constructor(a: T) {} }",
        "import {T} from 'm'; class A { constructor(@d a: T) {} }",
    ] {
        let imports = |decorators| with_decorators(decorators, source).imports;
        assert_eq!(imports(Decorators::LegacyWithMetadata), [single("m", "T", "T")], "{source}");
        assert_eq!(imports(Decorators::Legacy), [], "{source}");
        assert_eq!(imports(Decorators::Standard), [], "{source}");
    }
}

#[test]
fn the_default_export_of_a_decorated_class_is_its_value() {
    let default = |decorators, source| with_decorators(decorators, source).exports;
    for decorators in [Decorators::Standard, Decorators::Legacy] {
        assert_eq!(default(decorators, "@d export default class A {}"), [local("default", "*default*")]);
        assert_eq!(default(decorators, "export default @d class {}"), [local("default", "*default*")]);
    }
    let elements = "export default class A { @d a; }";
    assert_eq!(default(Decorators::Standard, elements), [local("default", "*default*")]);
    assert_eq!(default(Decorators::Legacy, elements), [local("default", "A")]);
    assert_eq!(default(Decorators::Legacy, "export default class { @d a; }"), [local("default", "default_1")]);
}

#[test]
fn a_decorated_class_is_a_variable() {
    for decorators in [Decorators::Standard, Decorators::Legacy] {
        let variables = accepted_with(&decorated(decorators), "@d class A {} class B {}").variables;
        let kinds: Vec<_> = variables.lexical.into_iter().map(|variable| variable.kind).collect();
        assert_eq!(kinds, [VariableKind::Let, VariableKind::Class]);
    }
}

#[test]
fn a_decorator_before_a_list_of_exports_is_an_error() {
    for source in ["@d export {};", "@d export * from 'm';", "let a; @d export {a};", "@d export {a} from 'm';"] {
        assert_eq!(error_as(SourceType::Ts, source).class(), ErrorClass::UnsupportedSyntax, "{source}");
    }
}

#[test]
fn an_ambient_item_uses_no_import() {
    for source in [
        "import {X} from 'm'; declare enum E { A = X }",
        "import {X} from 'm'; declare const enum E { A = X }",
        "import {X} from 'm'; namespace N { declare enum E { A = X } }",
        "import {X} from 'm'; declare module 'q' { enum E { A = X } }",
        "import {X} from 'm'; declare global { enum E { A = X } }",
        "import {X} from 'm'; declare function f(a = X): void;",
        "import {X} from 'm'; class A { declare [X]: 1 }",
    ] {
        assert_eq!(ts(source).requests, [], "{source}");
    }
    assert_eq!(ts("import {X} from 'm'; enum E { A = X }").imports, [single("m", "X", "X")]);
}

#[test]
fn the_computed_key_of_an_abstract_element_uses_its_import() {
    for element in ["abstract [X]: 1", "abstract [X](): void", "abstract get [X](): 1"] {
        let source = format!("import {{X}} from 'm'; abstract class A {{ {element} }}");
        assert_eq!(ts(&source).imports, [single("m", "X", "X")], "{source}");
    }
}

#[test]
fn a_require_that_only_types_need_is_erased() {
    let record = ts("import x = require('m'); export let a: x.Y; let b: typeof x;");
    assert_eq!((record.requests, record.exports), (vec![], vec![local("a", "a")]));
}

#[test]
fn an_arrow_function_with_a_return_type_stands_in_a_conditional() {
    for source in [
        "a ? (b): c => d : e;",
        "a ? (b) : c => d;",
        "a ? (b) : (c) => d;",
        "a ? async (b): c => d : e;",
        "a ? (x) => (y): z => 1 : 2;",
        "a ? (b: c): d => e : f;",
    ] {
        ts(source);
    }
}

#[test]
fn verbatim_module_syntax_erases_only_marked_imports() {
    let typescript = TypeScript { verbatim_module_syntax: true, ..TypeScript::default() };
    let options = Options::new(SourceType::Ts).with_typescript(typescript);
    let specifiers = |source| -> Vec<String> {
        accepted_with(&options, source).record.requests.into_iter().map(|request| request.specifier).collect()
    };
    assert_eq!(specifiers("import {T} from 'm'; import {type U} from 'n'; import {} from 'o';"), ["m", "n", "o"]);
    assert_eq!(specifiers("export {type U} from 'n'; export {} from 'o';"), ["n", "o"]);
    assert_eq!(specifiers("import type {T} from 'm'; export type {U} from 'n';"), [""; 0]);
}

#[test]
fn the_classic_runtime_of_jsx_is_what_the_source_imports() {
    let classic = Jsx { runtime: JsxRuntime::Classic, ..Jsx::default() };
    let imports =
        |jsx: &Jsx, source| accepted_with(&Options::new(SourceType::Tsx).with_jsx(jsx.clone()), source).record.imports;
    let source = "import React from 'react'; import {h} from 'preact'; <a/>;";
    assert_eq!(imports(&classic, source), [single("react", "default", "React")]);
    let factory = Jsx { factory: Some("h".to_owned()), ..classic.clone() };
    assert_eq!(imports(&factory, source), [single("preact", "h", "h")]);
    assert_eq!(imports(&factory, "import {h} from 'preact'; h();"), [single("preact", "h", "h")]);
    let chosen = "/** @jsxImportSource preact */ <a/>;";
    assert_eq!(imports(&classic, chosen), [single("preact/jsx-runtime", "jsx", "_jsx")]);
}

#[test]
fn the_runtime_of_jsx_has_a_package_and_a_mode() {
    let requests = |jsx| {
        let requests = accepted_with(&Options::new(SourceType::Jsx).with_jsx(jsx), "<a/>;").record.requests;
        requests.into_iter().map(|request| request.specifier).collect::<Vec<_>>()
    };
    let preact = Jsx { import_source: Some("preact".to_owned()), ..Jsx::default() };
    assert_eq!(requests(preact.clone()), ["preact/jsx-runtime"]);
    assert_eq!(requests(Jsx { runtime: JsxRuntime::AutomaticDevelopment, ..preact }), ["preact/jsx-dev-runtime"]);
}

#[test]
fn a_name_with_a_namespace_is_jsx() {
    assert_eq!(accepted_as(SourceType::Jsx, "<a:b/>;").record.requests.len(), 1);
}

#[test]
fn flags_are_those_of_the_javascript() {
    let flags = accepted_as(SourceType::Ts, "import type {A} from 'm'; let a: typeof import('n'); await a;").flags;
    assert!(flags.module_syntax && flags.top_level_await && !flags.dynamic_import);
}
