//! Tests of the decoding of bytes to text, and of positions.

use bmes_analyzer::{Options, analyze};

use super::{accepted, error, exports, indirect, local, record, rejected, specifiers};

#[test]
fn an_empty_source_is_a_module() {
    let record = record("");
    assert!(record.requests.is_empty() && record.imports.is_empty() && record.exports.is_empty());
}

#[test]
fn a_source_can_be_bytes() {
    let analysis = analyze(b"export let a;".as_slice(), &Options::default()).unwrap();
    assert_eq!(analysis.record.exports, [local("a", "a")]);
}

#[test]
fn a_byte_order_mark_is_white_space() {
    assert_eq!(exports("\u{feff}export let a;"), [local("a", "a")]);
}

#[test]
fn a_byte_order_mark_takes_no_column() {
    assert_eq!(rejected("\u{feff}export {a};"), ("early-error/undeclared-export", 1, 9));
}

#[test]
fn a_hashbang_is_a_comment() {
    assert_eq!(exports("#!/usr/bin/env node\nexport let a;"), [local("a", "a")]);
}

#[test]
fn a_hashbang_counts_as_a_line() {
    assert_eq!(rejected("#!/usr/bin/env node\nexport {a};").1, 2);
}

#[test]
fn a_hashbang_must_come_first() {
    for source in ["\n#! a", " #! a", "\u{feff}#! a", "/**/#! a"] {
        assert_eq!(rejected(source).0, "syntax", "{source:?}");
    }
}

#[test]
fn white_space_follows_ecma_262() {
    accepted("\u{b}\u{c}\u{a0}\u{1680}\u{2003}\u{202f}\u{205f}\u{3000}\u{feff};");
    assert_eq!(rejected("a;\u{200b}b;"), ("syntax", 1, 3));
    assert_eq!(rejected("a;\n \u{85}b;"), ("syntax", 2, 2));
}

#[test]
fn line_ends_follow_ecma_262() {
    for end in ["\n", "\r", "\r\n", "\u{2028}", "\u{2029}"] {
        assert_eq!(
            rejected(&format!("{end};{end}  export {{a}};")),
            ("early-error/undeclared-export", 3, 11),
            "{end:?}"
        );
    }
}

#[test]
fn columns_are_utf_16_code_units() {
    assert_eq!(rejected("'ä€😀'; export {a};"), ("early-error/undeclared-export", 1, 17));
}

#[test]
fn an_error_at_the_end_is_behind_the_last_character() {
    let (class, line, column) = rejected("{\n  ");
    assert_eq!((class, line), ("syntax", 2));
    assert!(column <= 3);
}

#[test]
fn bytes_that_are_not_utf_8_are_rejected() {
    let error = error(b"a;\n'\xc3(';".as_slice());
    assert_eq!((error.class().id(), error.line(), error.column()), ("not-utf-8", Some(2), Some(2)));
}

#[test]
fn utf_8_has_no_surrogates() {
    assert_eq!(error(b"'\xed\xa0\x80'".as_slice()).class().id(), "not-utf-8");
}

#[test]
fn utf_16_is_recognised() {
    let error = error(b"\xff\xfee\0x\0".as_slice());
    assert!(error.help().is_some_and(|help| help.contains("UTF-16")), "{error}");
}

#[test]
fn a_cut_character_at_the_end_is_rejected() {
    assert_eq!(error(b"a;\xe2\x82".as_slice()).class().id(), "not-utf-8");
}

/// In a module, `<!--` is always read as the operators `<`, `!` and `--`, never as a comment. V8,
/// acorn and JavaScriptCore do the same.
#[test]
fn an_html_comment_is_read_as_operators() {
    for source in [
        "let x = 1; x\n<!--x",
        "let x = 1; x <!--x",
        "let x = 1; x // comment\n<!--x",
        "let x = 1; x /* comment\n */ <!--x",
        "let x = 1, y = x\n\t<!--x\n<!--x; export { y };",
        "let x = 1; f(x\n<!--x, `\n<!--`)\n; function f() {}",
        "let x = 1; x\r<!--x\u{2028}<!--x",
        "let x = `${1\n<!--y}`; var y;",
    ] {
        accepted(source);
    }
    let source = "import a from \"m<!--n\"; let x = 1; export let b = x\n<!--x; export { a };";
    assert_eq!(specifiers(source), ["m<!--n"]);
    assert_eq!(exports(source), [local("b", "b"), indirect("a", "m<!--n", "default")]);
}

#[test]
fn an_html_comment_is_an_error_where_no_operator_is_allowed() {
    let message = "HTML comments are not allowed in modules";
    for (source, line, column) in
        [("<!-- html", 1, 1), ("let x;\n  <!-- html -->\nx;", 2, 3), ("let x = 1; x\n<!--x;\n<!-- html", 3, 1)]
    {
        let error = error(source);
        assert_eq!((error.message(), error.line(), error.column()), (message, Some(line), Some(column)), "{source}");
    }
}

#[test]
fn an_error_after_such_an_operator_has_the_right_position() {
    assert_eq!(rejected("let x = 1; x\n<!--x; let y = ;"), ("syntax", 2, 16));
    assert_eq!(rejected("let x = 1; x\n<!--x; let x;"), ("early-error/redeclaration", 2, 12));
    assert_eq!(rejected("let x = 1; x\n<!--x\n<!--x; export { y };"), ("early-error/undeclared-export", 3, 17));
}

#[test]
fn utf_16_without_a_mark_is_recognised() {
    let text = "export let a;\n";
    for bytes in [
        text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(),
        text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ] {
        let error = error(bytes);
        assert_eq!((error.class().id(), error.line()), ("not-utf-8", None));
        assert!(error.message().contains("UTF-16"), "{error}");
    }
}

#[test]
fn an_invisible_character_is_shown_as_its_number() {
    assert_eq!(error("let a\u{1}").message(), "Invalid Character U+0001");
    assert_eq!(error("let a;\0").message(), "Invalid Character U+0000");
    assert_eq!(error("let a;€").message(), "Invalid Character `€`");
}
