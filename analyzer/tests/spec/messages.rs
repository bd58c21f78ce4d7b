//! Snapshots of the error messages, as `Display` shows them.

use bmes_analyzer::{ErrorClass, Options, SourceType, analyze};

use super::{error, error_as};

#[test]
fn messages_of_rejected_sources() {
    let sources = [
        "export let a;\n\tlet a;",
        "export { value };\nlet valeu;",
        "export let a;\nexport { a };",
        "export * as default from 'm';\nexport default 1;",
        "let x; export {\n  x as '\\ud800' };",
        "import '\\udfff';",
        "import 'a' with { type: 'json', type: 'json' };",
        "import a from './a.json';\nimport b from './a.json' with { type: 'json' };",
        "import defer * as ns from 'm';",
        "import source a from 'm';",
        "import a from 'm' assert { type: 'json' };",
        "@decorated class A {}",
        "class A { accessor a; }",
        "class A { private a; }",
        "export {} from;",
        "export default interface A {}",
        "for (;;) { () => { break; } }",
        "function f() { await 1; }",
        "delete a;",
        "with (a) {}",
        "eval = 1;",
        "break l;",
        "l: { continue l; }",
        "super.a;",
        "class A { m() { this.#b; } }",
        "class A { constructor() {} constructor() {} }",
        "/(/;",
        "f() = 1;",
        "<!-- html",
        "a;\u{200b}",
        "let 😀 = 1;",
        "export const größe = '日本語',, a;",
        "{",
        "",
    ];
    let messages: Vec<_> =
        sources.iter().filter(|source| !source.is_empty()).map(|source| error(source).to_string()).collect();
    insta::assert_snapshot!(messages.join("\n\n"));
}

#[test]
fn messages_of_rejected_files() {
    let mut messages: Vec<_> = ["a.cjs", "a.d.ts", "a.json", "\u{1b}[31m.css"]
        .iter()
        .map(|name| SourceType::from_path(name).unwrap_err().to_string())
        .collect();
    messages.push(error_as(SourceType::Js, "const a = require('a');").to_string());
    messages.push(error(b"'\xff'".as_slice()).to_string());
    messages.push(error(b"\xff\xfea\0".as_slice()).to_string());
    messages.push(analyze("a;", &Options::default().with_max_len(1)).unwrap_err().to_string());
    messages.push(error("[".repeat(2_500_000)).to_string());
    insta::assert_snapshot!(messages.join("\n\n"));
}

#[test]
fn a_long_line_is_cut_around_the_position() {
    let line = format!("{}export {{a}};{}", "f();".repeat(100_000), "g();".repeat(100_000));
    insta::assert_snapshot!(error(&line).to_string());
}

#[test]
fn a_long_name_is_cut() {
    assert!(error(format!("export {{ {} }};", "a".repeat(100_000))).to_string().len() < 1_000);
}

#[test]
fn the_caret_stands_under_wide_characters() {
    insta::assert_snapshot!(error("'日本語😀'; export {a};").to_string());
}

#[test]
fn characters_that_harm_a_terminal_are_replaced() {
    let shown = error("'\u{1b}[31m\u{202e}\u{2066}\u{7}'; export {a};").to_string();
    assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{2066}', '\u{7}']), "{shown:?}");
    let shown = error("export {\u{200d}\u{1b}};").to_string();
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
}

#[test]
fn an_error_has_methods_for_its_parts() {
    let error = error("a;\nexport { bcd };\nlet bcdx;");
    assert_eq!(error.class(), ErrorClass::UndeclaredExport);
    assert_eq!(error.message(), "Export 'bcd' is not defined");
    assert_eq!(error.help(), Some("Did you mean 'bcdx'?"));
    assert_eq!((error.line(), error.column()), (Some(2), Some(10)));
    assert_eq!(error.source_line(), Some("export { bcd };"));
}

#[test]
fn every_class_has_an_id_of_its_own() {
    let mut ids: Vec<_> = ErrorClass::ALL.iter().map(|class| class.id()).collect();
    assert!(ids.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_lowercase() || b"-/8".contains(&byte))));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), ErrorClass::ALL.len());
}
