//! Encoding and checking records that were written by hand.

mod support;

use bmes::{Attribute, Environment, ExportEntry, ImportEntry, ModuleRequest, Variable, Version, VersionFields};
use bmes_oracle::{RULES, Record, check_record, decode, encode, violations, write};
use support::laws;

fn empty() -> Record {
    empty_of(Version::V1)
}

fn empty_of(version: Version) -> Record {
    Record::new(VersionFields::empty(version).unwrap())
}

fn request(specifier: &str, attributes: &[(&str, &str)]) -> ModuleRequest {
    let attributes = attributes.iter().map(|&(key, value)| Attribute::new(key, value)).collect();
    ModuleRequest { attributes, ..ModuleRequest::new(specifier) }
}

/// The module of section 11 of the specification.
fn worked_example() -> Record {
    worked_example_of(Version::V1)
}

fn worked_example_of(version: Version) -> Record {
    let mut record = empty_of(version);
    record.requests = vec![
        request("./config.json", &[("type", "json")]),
        request("node:fs", &[]),
        request("./path.js", &[]),
        request("./util.js", &[]),
    ];
    record.imports =
        vec![ImportEntry::single("./config.json", "default", "config"), ImportEntry::namespace("node:fs", "fs")];
    record.exports =
        vec![ExportEntry::indirect("join-all", "./path.js", "join"), ExportEntry::local("default", "main")];
    record.star_exports = vec!["./util.js".into()];
    if let Some(environment) = record.environment_mut() {
        environment.lexical_variables =
            vec![Variable::new("config", 0x22), Variable::new("fs", 0x62), Variable::new("main", 0x90)];
    }
    record
}

#[test]
fn the_smallest_files_have_28_32_and_48_bytes() {
    let file = laws(&empty(), b"");
    assert_eq!(file, b"SEMB\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let sizes = [Version::V2, Version::V3].map(|version| laws(&empty_of(version), b"").len());
    assert_eq!(sizes, [32, 48]);
}

#[test]
fn the_worked_example_is_written_as_in_the_specification() {
    for version in Version::NAMED {
        let file = laws(&worked_example_of(*version), b"\xDE\xAD\xBE\xEF");
        assert_eq!(file, annotated_bytes(*version));
    }
}

/// Returns the bytes of the annotated example in the page of the version. They are in the columns 10 to 33 of each
/// line.
fn annotated_bytes(version: Version) -> Vec<u8> {
    let page = format!("{}/../../spec/v{version}.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(page).unwrap();
    let (_, block) = text.split_once("```hex annotated\n").unwrap();
    let (lines, _) = block.split_once("```").unwrap();
    let digits = lines.lines().flat_map(|line| line.bytes().skip(10).take(23));
    hex::decode(digits.filter(u8::is_ascii_hexdigit).collect::<Vec<_>>()).unwrap()
}

#[test]
fn attributes_are_ordered_by_the_bytes_of_their_keys() {
    let mut record = empty();
    let keys = ["\u{10000}", "ab", "\u{FFFF}", "a", "", "\u{E000}", "Z", "a\0"];
    record.requests = vec![request("m", &keys.map(|key| (key, "v")))];
    let written = decode(&laws(&record, b"")).unwrap().record;
    let order: Vec<_> = written.requests[0].attributes.iter().map(|attribute| attribute.key.as_str()).collect();
    // In UTF-16, U+10000 begins with 0xD800 and would precede U+E000.
    assert_eq!(order, ["", "Z", "a", "a\0", "ab", "\u{E000}", "\u{FFFF}", "\u{10000}"]);
}

#[test]
fn a_namespace_import_is_written_with_a_star() {
    let mut record = empty();
    record.requests = vec![request("m", &[])];
    record.imports = ["", "*", "starNamespace"]
        .iter()
        .map(|name| ImportEntry { import_name: (*name).into(), ..ImportEntry::namespace("m", format!("local{name}")) })
        .collect();
    record.imports.push(ImportEntry::single_typescript("m", "", "b"));
    let written = decode(&laws(&record, b"")).unwrap().record;
    let names: Vec<_> = written.imports.iter().map(|import| import.import_name.as_str()).collect();
    assert_eq!(names, ["*", "*", "*", ""]);
}

#[test]
fn a_flag_of_1_without_attributes_is_written_as_0() {
    let file = b"SEMB\x01\0\0\0\x01\0\0\0\x01\0\0\0a\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    let record = decode(file).unwrap().record;
    assert_eq!(record.requests, [request("a", &[])]);
    let shorter = b"SEMB\x01\0\0\0\x01\0\0\0\x01\0\0\0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    assert_eq!(laws(&record, b""), shorter);
}

#[test]
fn a_writer_rejects_what_a_checker_rejects() {
    let request_more = |specifier, attributes| {
        let mut record = worked_example();
        record.requests.push(request(specifier, attributes));
        record
    };
    let export_more = |export| {
        let mut record = worked_example();
        record.exports.push(export);
        record
    };
    let changed = |change: fn(&mut Record)| {
        let mut record = worked_example();
        change(&mut record);
        record
    };
    for (class, record) in [
        ("duplicate-request", request_more("./config.json", &[("type", "json")])),
        ("duplicate-attribute", request_more("x", &[("k", "1"), ("k", "2")])),
        ("ambiguous-request", request_more("./util.js", &[("type", "js")])),
        ("unrequested-module", export_more(ExportEntry::indirect("x", "./Path.js", "y"))),
        ("missing-local-name", export_more(ExportEntry::local("x", ""))),
        ("duplicate-local-name", changed(|record| record.imports[1].local_name = "config".into())),
        ("duplicate-export-name", export_more(ExportEntry::namespace("default", "node:fs"))),
        ("duplicate-star-export", changed(|record| record.star_exports.push("./util.js".into()))),
        ("misplaced-field", changed(|record| record.exports[0].local_name = "join".into())),
    ] {
        let rejection = encode(&record, b"").unwrap_err();
        assert_eq!((rejection.class, rejection.offset), (class, None));
        assert_eq!(rejection.to_string(), format!("{class} (v1-{class})"));
        assert_eq!(check_record(&record), Err(rejection));
    }
}

#[test]
fn a_name_twice_in_a_list_of_variables_is_rejected() {
    let rejected = |declared: &[Variable], lexical: &[Variable]| {
        let mut record = worked_example_of(Version::V3);
        let environment = Environment {
            declared_variables: declared.into(),
            lexical_variables: lexical.into(),
            code_features: u32::MAX,
        };
        record.version_fields = VersionFields::V3(environment);
        encode(&record, b"").err().map(|rejection| rejection.clause)
    };
    let twice = Some("duplicate-variable");
    assert_eq!(rejected(&[Variable::new("a", 1), Variable::new("b", 1), Variable::new("a", 2)], &[]), twice);
    assert_eq!(rejected(&[], &[Variable::new("", 0), Variable::new("", 0)]), twice);
    assert_eq!(rejected(&[Variable::new("a", 1)], &[Variable::new("a", 1)]), None);
}

#[test]
fn padding_fills_up_to_a_multiple_of_eight() {
    // Metadata with one request ends at byte 40 plus the length of its specifier.
    for (length, padding) in [(0, 0), (1, 7), (2, 6), (3, 5), (4, 4), (5, 3), (6, 2), (7, 1), (8, 0)] {
        for bytecode in [&b""[..], b"\0", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff"] {
            let mut record = empty_of(Version::V2);
            record.requests = vec![request(&"x".repeat(length), &[])];
            assert_eq!(laws(&record, bytecode).len(), 40 + length + padding + bytecode.len(), "{length}");
        }
    }
}

#[test]
fn attributes_are_compared_as_multisets() {
    let rejected = |a: &[(&str, &str)], b: &[(&str, &str)]| {
        let mut record = empty();
        record.requests = vec![request("m", a), request("m", b)];
        check_record(&record).err().map(|rejection| rejection.class)
    };
    assert_eq!(rejected(&[("a", "1"), ("b", "2")], &[("b", "2"), ("a", "1")]), Some("duplicate-request"));
    assert_eq!(rejected(&[("a", "1"), ("b", "2")], &[("a", "2"), ("b", "1")]), None);
    assert_eq!(rejected(&[("a", "1")], &[]), None);
    // As multisets, these attributes differ: there is no duplicate request, but one request has a key twice.
    assert_eq!(rejected(&[("a", "1"), ("a", "1")], &[("a", "1")]), Some("duplicate-attribute"));
    assert_eq!(rejected(&[("a", "1")], &[("a", "1"), ("a", "1")]), Some("duplicate-attribute"));
}

#[test]
fn the_first_violation_in_the_order_of_check_choice_is_reported() {
    let mut record = worked_example();
    record.star_exports.push("./util.js".into());
    record.exports[1].module_name = "misplaced".into();
    assert_eq!(check_record(&record).unwrap_err().class, "misplaced-field");
    record.exports[1].export_name = "join-all".into();
    assert_eq!(check_record(&record).unwrap_err().class, "duplicate-export-name");
    record.imports[1].local_name = String::new();
    assert_eq!(check_record(&record).unwrap_err().class, "missing-local-name");
    record.imports[1].module_request = String::new();
    assert_eq!(check_record(&record).unwrap_err().class, "unrequested-module");
    record.requests.push(request("node:fs", &[]));
    assert_eq!(check_record(&record).unwrap_err().class, "duplicate-request");
}

#[test]
fn every_broken_rule_is_listed_and_the_rules_are_in_the_order_of_check_choice() {
    let mut record = worked_example_of(Version::V3);
    assert_eq!(violations(&record), []);
    let attributes = [("k", "1"), ("k", "2")];
    record.requests.extend([request("a", &attributes), request("a", &attributes), request("./util.js", &[("k", "1")])]);
    record.imports.extend([ImportEntry::single("none", "x", ""), ImportEntry::single("a", "x", "")]);
    record.exports.push(ExportEntry { import_name: "x".into(), ..ExportEntry::namespace("default", "a") });
    record.star_exports.push("./util.js".into());
    let twice = [Variable::new("a", 1), Variable::new("a", 2)];
    record.environment_mut().unwrap().declared_variables = twice.into();
    let all = [
        "duplicate-request",
        "duplicate-attribute",
        "ambiguous-request",
        "unrequested-module",
        "missing-local-name",
        "duplicate-local-name",
        "duplicate-export-name",
        "duplicate-star-export",
        "misplaced-field",
        "duplicate-variable",
    ];
    let violations = violations(&record);
    let is_broken = |rule: &&str| violations.iter().any(|violation| violation.class == *rule);
    assert_eq!(RULES.into_iter().filter(is_broken).collect::<Vec<_>>(), all);
}

#[test]
fn a_record_that_breaks_rules_can_be_written_as_it_stands() {
    let mut record = empty();
    record.requests = vec![request("m", &[("b", ""), ("a", "")])];
    record.imports = vec![ImportEntry { import_name: "x".into(), ..ImportEntry::namespace("other", "") }];
    record.star_exports = vec!["m".into(), "m".into()];
    assert_eq!(decode(&write(&record, b"code").unwrap()).unwrap().record, record);
}
