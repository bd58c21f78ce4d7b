//! Tests of early errors that do not concern imports and exports. The analyzer must reject a source
//! with such an error, as an engine does.

use bmes_analyzer::SourceType;

use super::{accepted, rejected, rejected_as};

/// Asserts that each source is rejected with the error class `class`. The position of the error
/// must be that of the `»` in the source; the mark is removed before the analysis.
fn all(class: &str, sources: &[&str]) {
    for source in sources {
        let offset = source.find('»').expect("each source must have a » at the expected position of the error");
        let line = source[..offset].matches('\n').count() + 1;
        let column = source[..offset].chars().rev().take_while(|character| *character != '\n').count() + 1;
        let (found, at_line, at_column) = rejected(&source.replace('»', ""));
        assert_eq!((found, at_line as usize, at_column as usize), (class, line, column), "{source}");
    }
}

#[test]
fn lexical_names_are_declared_once() {
    all(
        "early-error/redeclaration",
        &["let a;\nlet »a;", "const a = 1; class »a {}", "let a; { var »a; }", "function f() {}\nfunction »f() {}"],
    );
}

#[test]
fn an_exported_let_counts_as_let() {
    all("early-error/redeclaration", &["var a; export let »a;", "export let a; var »a;"]);
}

#[test]
fn names_of_inner_scopes_are_declared_once() {
    all(
        "early-error/redeclaration",
        &[
            "{ let a; let »a; }",
            "function f(a) { let »a; }",
            "try {} catch (e) { let »e; }",
            "switch (1) { case 1: let a; case 2: let »a; }",
            "for (let a of []) { var »a; }",
            "function f(a, »a) {}",
        ],
    );
}

#[test]
fn var_may_be_declared_several_times() {
    accepted("var a; var a; { var a; } for (var a of []);");
}

#[test]
fn a_named_default_is_a_declaration() {
    all("early-error/redeclaration", &["export default function a() {}\nlet »a;"]);
}

#[test]
fn strict_mode_reserves_words() {
    all("early-error/reserved-word", &["var »yield;", "var »let;", "var »static;", "»implements;", "var »interface;"]);
}

#[test]
fn strict_mode_protects_eval_and_arguments() {
    all("early-error/reserved-word", &["»eval = 1;", "var »arguments;", "»eval++;", "function f(»eval) {}"]);
}

#[test]
fn await_is_a_reserved_word() {
    all("early-error/reserved-word", &["var »await;", "function »await() {}"]);
}

#[test]
fn await_needs_an_async_function_or_the_top_level() {
    all("early-error/await", &["function f() { »await 1; }", "() => { »await 1; }"]);
    accepted("async function f() { await 1; } async () => await 1; await 1;");
}

#[test]
fn await_is_not_allowed_in_a_static_block() {
    all("early-error/await", &["class A { static { »await 1; } }"]);
}

#[test]
fn assignments_need_a_target() {
    all("early-error/assignment-target", &["»f() = 1;", "»1 = 1;", "»this = 1;", "»import.meta = 1;", "»a?.b = 1;"]);
}

#[test]
fn a_name_is_not_deleted() {
    all("early-error/delete", &["delete »a;", "delete (»a);"]);
    accepted("delete a.b;");
}

#[test]
fn a_private_field_is_not_deleted() {
    all(
        "early-error/delete",
        &["class A { #a; m() { delete »this.#a; } }", "class A { #a; m() { delete this?.»#a; } }"],
    );
}

#[test]
fn modules_are_strict() {
    all("early-error/strict-mode", &["»with (a) {}", "»010;", "»08;", "»\"\\01\";", "if (1) »function f() {}"]);
}

#[test]
fn labels_are_defined_once() {
    all("early-error/label", &["break »l;", "l: »l: ;", "for (;;) { continue »l; }"]);
}

#[test]
fn break_and_continue_need_a_target() {
    all("early-error/label", &["»break;", "»continue;", "l: { continue »l; }", "switch (1) { case 1: »continue; }"]);
}

#[test]
fn no_jump_leaves_a_function() {
    all("early-error/label", &["for (;;) { function f() { »break; } }", "l: { function f() { break »l; } }"]);
}

#[test]
fn no_jump_leaves_an_arrow_function() {
    all(
        "early-error/label",
        &[
            "for (;;) { () => { »break; } }",
            "for (;;) { () => { »continue; } }",
            "switch (1) { case 1: () => { »break; } }",
            "l: for (;;) { () => { break »l; } }",
            "l: for (;;) { x => { continue »l; } }",
        ],
    );
    accepted("l: { (() => { l: for (;;) { break l; } })(); }");
}

#[test]
fn super_needs_a_method() {
    all("early-error/super", &["»super.a;", "function f() { »super.a; }", "({ m() { »super(); } });"]);
}

#[test]
fn new_target_needs_a_function() {
    all("early-error/super", &["»new.target;", "() => »new.target;"]);
}

#[test]
fn private_names_are_declared() {
    all("early-error/private-name", &["class A { m() { this.»#a; } }", "a.»#b;"]);
}

#[test]
fn private_names_are_declared_once() {
    all("early-error/private-name", &["class A { #a; »#a; }", "class A { »#constructor; }"]);
}

#[test]
fn a_class_has_one_constructor_and_no_impossible_element() {
    all(
        "early-error/class",
        &[
            "class A { constructor() {} »constructor() {} }",
            "class A { get »constructor() {} }",
            "class A { a = »arguments; }",
        ],
    );
}

#[test]
fn regular_expressions_are_checked() {
    all("early-error/regular-expression", &["/a/g»g;", "/(?<»a>x)(?<a>y)/;"]);
    accepted(r"/(?<a>x)|(?<a>y)/; /[\p{L}--[a-z]]/v; /a{1}/u;");
}

#[test]
fn html_comments_are_rejected() {
    all("syntax", &["»<!-- a", "a\n--»> b"]);
}

#[test]
fn decorators_and_auto_accessors_are_no_part_of_ecma_262() {
    all("unsupported-syntax", &["»@a class A {}", "class A { »@a m() {} }", "class A { »accessor a = 1; }"]);
    accepted("class A { accessor; static accessor() {} }");
}

#[test]
fn typescript_is_not_javascript() {
    all(
        "syntax",
        &[
            "class A { »private a; }",
            "class A { »static readonly a = 1; }",
            "class A { »a?() {} }",
            "class A { »async a = 1; }",
            "export default »interface A {}",
            "export default »abstract class A {}",
        ],
    );
    accepted("class A { private; static readonly; declare() {} async /* a */ *b() {} static // c\n d; get; }");
}

#[test]
fn types_are_not_javascript() {
    for source in
        ["let a: number;", "import type {a} from 'm';", "enum A {}", "a as any;", "function f(a?) {}", "type A = 1;"]
    {
        assert_eq!(rejected(source).0, "syntax", "{source}");
    }
}

#[test]
fn modifiers_are_no_part_of_jsx_either() {
    assert_eq!(rejected_as(SourceType::Jsx, "class A { private a = <b/>; }"), ("syntax", 1, 11));
}

#[test]
fn flow_is_not_javascript() {
    assert_eq!(rejected("// @flow\nlet a: number;"), ("unsupported-syntax", 1, 1));
}

#[test]
fn jsx_is_not_javascript() {
    assert_eq!(rejected("let a = <a/>;").0, "syntax");
}

#[test]
fn return_needs_a_function() {
    all("syntax", &["»return;"]);
}

/// A function declaration directly in the body of a function behaves like `var`. The expression
/// `delete a?.b` is unusual, so the analyzer must use the close look.
#[test]
fn a_function_and_a_var_may_share_a_name_in_the_body_of_a_function() {
    for body in [
        "function x() {} { var x = 1; }",
        "{ var x = 1; } function x() {}",
        "function x() {} for (var x of []) ;",
        "function x() {} for (var { a: [x] } = {};;) ;",
        "function x() {} if (x) { { var [x] = []; } }",
        "function x() {} function x() {} var x; { var x; }",
        "function x() {} try {} catch { var x; }",
    ] {
        for around in [
            "function f() {%}",
            "let f = () => {%};",
            "class C { m() {%} }",
            "class C { static {%} }",
            "async function* f() {%}",
        ] {
            let source = format!("{} delete a?.b;", around.replace('%', body));
            super::accepted(&source);
        }
    }
}

#[test]
fn a_function_and_a_var_may_not_share_a_name_elsewhere() {
    for source in [
        "function x() {} { var x; }",
        "function f() { { function x() {} { var x; } } }",
        "function f() { { function x() {} var x; } }",
        "function f() { let x; { var x; } }",
        "function f() { class x {} { var x; } }",
        "function f() { function x() {} let x; }",
        "function f() { function x() {} { let y; { var y; } } }",
        "function f() { switch (1) { case 1: function x() {} case 2: { var x; } } }",
    ] {
        let (class, ..) = super::rejected(&format!("{source} delete a?.b;"));
        assert_eq!(class, "early-error/redeclaration", "{source}");
    }
}

#[test]
fn await_using_may_be_where_await_may_be() {
    for statement in [
        "await using x = null;",
        "for (await using x of []) ;",
        "for (await using x = null; ; ) ;",
        "{ await using x = null; }",
    ] {
        for around in [
            "%",
            "async function f() { % }",
            "async () => { % };",
            "class C { async m() { % } }",
            "async function* f() { if (1) { % } }",
        ] {
            super::accepted(&around.replace('%', statement));
        }
        for around in [
            "function f() { % }",
            "() => { % };",
            "class C { m() { % } }",
            "class C { get a() { % } }",
            "class C { static { % } }",
            "function* f() { % }",
            "async function f() { function g() { % } }",
            "({ m() { % } });",
        ] {
            let source = around.replace('%', statement);
            assert_eq!(super::rejected(&source).0, "early-error/await", "{source}");
        }
    }
}

#[test]
fn continue_needs_the_label_of_a_loop() {
    for source in
        ["a: for (;;) continue a;", "a: b: for (;;) continue a;", "a: b: c: while (1) { d: for (;;) { continue b; } }"]
    {
        super::accepted(source);
    }
    for source in [
        "a: b: { for (;;) continue a; }",
        "a: { for (;;) continue a; }",
        "a: b: if (1) for (;;) continue b;",
        "a: b: c: { while (1) { d: for (;;) { continue b; } } }",
        "a: for (;;) { (() => { for (;;) continue a; }); }",
    ] {
        assert_eq!(super::rejected(source).0, "early-error/label", "{source}");
    }
}
