//! Tests of hostile sources: deep nesting, many entries, arbitrary bytes.

use bmes_analyzer::{Analyzer, ErrorClass, Options, SourceType, analyze};

/// Returns the error class of a rejected source, or `None` for a source that is accepted.
fn class(source: &str) -> Option<ErrorClass> {
    analyze(source, &Options::default()).err().map(|error| error.class())
}

#[test]
fn deep_nesting_is_accepted() {
    const DEPTH: usize = 20_000;
    for (open, close) in
        [("(", "1)"), ("[", "]"), ("{", "}"), ("!", ""), ("a=>", ""), ("function f(){", "}"), ("1+", ""), ("a.b", "")]
    {
        let nested = format!("{}1{}", open.repeat(DEPTH), close.trim_start_matches('1').repeat(DEPTH));
        let class = class(&nested);
        assert!(matches!(class, None | Some(ErrorClass::Syntax)), "{open}: {class:?}");
    }
}

#[test]
fn unclosed_nesting_is_a_syntax_error() {
    for open in ["(", "[", "{", "`${", "f(", "class A{static{", "if(1)", "({a:"] {
        assert_eq!(class(&open.repeat(10_000)), Some(ErrorClass::Syntax), "{open}");
    }
}

#[test]
fn unlimited_nesting_is_rejected() {
    for open in ["(", "[", "a=>", "!"] {
        assert_eq!(class(&open.repeat(2_500_000)), Some(ErrorClass::TooDeep), "{open}");
    }
}

#[test]
fn deep_types_are_accepted() {
    let source = format!("export let a: {}b{};", "[".repeat(5_000), "]".repeat(5_000));
    assert!(analyze(source, &Options::new(SourceType::Ts)).is_ok());
}

fn lines(line: impl FnMut(usize) -> String) -> String {
    (0..20_000).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn many_entries_are_accepted() {
    let source = lines(|index| format!("export {{a{index}}} from 'm{index}';"));
    assert_eq!(analyze(source, &Options::default()).unwrap().record.exports.len(), 20_000);
}

#[test]
fn many_requests_of_one_module_are_accepted() {
    let source = lines(|index| format!("import 'm' with {{a: '{index}'}};"));
    assert_eq!(analyze(source, &Options::default()).unwrap().record.requests.len(), 20_000);
}

#[test]
fn every_prefix_of_a_module_is_accepted_or_rejected() {
    let source = "#!x\nimport a, {'b' as c} from 'ä' with {d: '\\ud83d\\ude00'}; export {a as '€'}; export default class { #e = `${/f/v}`; }";
    let mut analyzer = Analyzer::new();
    for end in 0..=source.len() {
        for source_type in [SourceType::Mjs, SourceType::Tsx] {
            let _ = analyzer.analyze(&source.as_bytes()[..end], &Options::new(source_type));
        }
    }
}

#[test]
fn any_changed_byte_is_accepted_or_rejected() {
    let source = b"import a, {'b' as c} from 'd' with {e: 'f'}; export {a as g}; await import.meta;";
    let mut analyzer = Analyzer::new();
    for index in 0..source.len() {
        for byte in [0, b'\n', b'"', b'\'', b'\\', b'(', b'}', b'/', b'<', b'#', b'@', 0x80, 0xc3, 0xff] {
            let mut source = source.to_vec();
            source[index] = byte;
            let _ = analyzer.analyze(source, &Options::default());
        }
    }
}

#[test]
fn an_analyzer_can_be_used_after_an_error() {
    let mut analyzer = Analyzer::new();
    assert!(analyzer.analyze("let", &Options::default()).is_err());
    assert!(analyzer.analyze("export let a;", &Options::default()).is_ok());
}

#[test]
fn analyzers_can_be_sent_to_threads() {
    let mut analyzer = Analyzer::new();
    let analysis = std::thread::spawn(move || analyzer.analyze("export let a;", &Options::default())).join().unwrap();
    assert_eq!(analysis.unwrap().record.exports.len(), 1);
}
