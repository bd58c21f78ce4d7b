//! Tests of `inspect`.

mod support;

use serde_json::{Value, json};
use support::{TestFolder, bad_type, damaged_4, file, file_4, file_4_of, record, twice};

#[test]
fn version_1() {
    let output = TestFolder::new("inspect-v1").run(&["inspect", "old.bmes"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn version_3() {
    let output = TestFolder::new("inspect-v3").run(&["inspect", "new.bmes"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn version_4() {
    let folder = TestFolder::empty("inspect-v4");
    folder.put("four.bmes", file_4());
    let output = folder.run(&["inspect", "four.bmes"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn a_damaged_file_of_version_4_is_shown_to_its_end() {
    let folder = TestFolder::empty("inspect-damaged-4");
    folder.put("damaged.bmes", damaged_4("exports[0].name"));
    let output = folder.run(&["inspect", "damaged.bmes"]);
    assert_eq!(output.status, 1);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn a_file_of_version_4_that_ends_in_its_metadata() {
    let folder = TestFolder::empty("inspect-cut-4");
    folder.put("cut.bmes", &file_4()[..200]);
    let output = folder.run(&["inspect", "cut.bmes"]);
    assert_eq!(output.status, 1);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn an_index_of_nothing_is_unknown() {
    let folder = TestFolder::empty("inspect-index-4");
    let mut file = file_4();
    let inspection = bmes::inspect(&file);
    let found = inspection.spans().iter().filter(|span| ["name", "request"].contains(&span.path.field));
    let offsets: Vec<_> = found.map(|span| span.range.start).collect();
    for offset in offsets {
        file[offset] = 99;
    }
    folder.put("index.bmes", file);
    let output = folder.run(&["inspect", "index.bmes"]);
    assert!(output.stdout.contains("name = 99 unknown\n"), "{}", output.stdout);
    assert!(output.stdout.contains("request = 99 unknown\n"), "{}", output.stdout);
}

#[test]
fn an_invalid_file_up_to_its_error() {
    let folder = TestFolder::new("inspect-broken");
    folder.put("bad.bmes", bad_type());
    let output = folder.run(&["inspect", "bad.bmes"]);
    assert_eq!(output.status, 1);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn a_file_that_ends_too_early() {
    let folder = TestFolder::new("inspect-cut");
    folder.put("cut.bmes", &folder.read("old.bmes")[..12]);
    let output = folder.run(&["inspect", "cut.bmes"]);
    assert_eq!(output.status, 1);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn an_empty_file() {
    let folder = TestFolder::new("inspect-empty");
    folder.put("empty.bmes", "");
    let output = folder.run(&["inspect", "empty.bmes"]);
    assert_eq!(output.status, 1);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn a_gap_before_the_bytecode() {
    let folder = TestFolder::new("inspect-gap");
    let mut file = bmes::encode(&bmes::ModuleRecord::<&str>::new(bmes::VersionFields::V2), b"code").unwrap();
    file.splice(32..32, [0; 8]);
    file[8] += 8;
    folder.put("gap.bmes", file);
    let output = folder.run(&["inspect", "gap.bmes"]);
    assert_eq!(output.status, 1);
    assert!(output.stdout.contains("clause v2-gap (spec/v2.md#v2-gap)"), "{}", output.stdout);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn a_record_that_cannot_be_linked() {
    let folder = TestFolder::new("inspect-twice");
    folder.put("twice.bmes", twice());
    let output = folder.run(&["inspect", "twice.bmes"]);
    assert_eq!(output.status, 1);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn long_fields_are_shown_in_full_only_with_all() {
    let folder = TestFolder::new("inspect-long");
    let long = "x".repeat(100);
    let mut record = record(bmes::Version::V1);
    record.star_exports = vec![];
    record.requests[2].specifier = &long;
    folder.put("long.bmes", bmes::encode(&record, &[0xab; 1000]).unwrap());
    let part = folder.run(&["inspect", "long.bmes"]).stdout;
    let whole = folder.run(&["inspect", "--all", "long.bmes"]).stdout;
    assert!(part.contains("… 968 bytes") && !part.contains(&long), "{part}");
    assert!(!whole.contains('…') && whole.contains(&long), "{whole}");
    assert_eq!(whole.matches("ab ab ab ab ab ab ab ab").count(), 125);
}

#[test]
fn colours_are_for_terminals() {
    let folder = TestFolder::new("inspect-colour");
    let run = |arguments: &[&str], variable: Option<(&str, &str)>| {
        let mut command = folder.command();
        let output = command.args(arguments).envs(variable).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!run(&["inspect", "main.bmes"], None), "a pipe");
    assert!(run(&["inspect", "main.bmes", "--color", "always"], None), "--color always");
    assert!(run(&["inspect", "main.bmes"], Some(("CLICOLOR_FORCE", "1"))), "CLICOLOR_FORCE");
    assert!(!run(&["inspect", "main.bmes", "--color", "never"], Some(("CLICOLOR_FORCE", "1"))), "--color never");
}

#[test]
fn control_characters_in_a_file_are_escaped() {
    let folder = TestFolder::new("inspect-escape");
    let mut record = record(bmes::Version::V1);
    record.exports[0].local_name = "\u{1b}[31m\u{202e}\n";
    folder.put("evil.bmes", bmes::encode(&record, &[]).unwrap());
    let output = folder.run(&["inspect", "--all", "evil.bmes"]);
    assert!(output.stdout.contains(r#""\u{1b}[31m\u{202e}\n""#), "{}", output.stdout);
    assert!(!output.stdout.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn json_lists_all_fields() {
    let output = TestFolder::new("inspect-json").run(&["inspect", "--json", "main.bmes"]);
    let object: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&object["size"], &object["version"], &object["error"]), (&json!(280), &json!(2), &Value::Null));
    let fields = object["fields"].as_array().unwrap();
    let sizes: u64 = fields.iter().map(|field| field["size"].as_u64().unwrap()).sum();
    assert_eq!(sizes, 280, "the fields cover the whole file");
    let specifier = fields.iter().find(|field| field["field"] == "requests[0].specifier").unwrap();
    let expected = json!({
        "offset": 24, "size": 7, "section": "requests", "field": "requests[0].specifier", "kind": "text", "value": "node:fs",
    });
    assert_eq!(*specifier, expected);
}

#[test]
fn json_of_version_4_has_the_texts_of_indices() {
    let folder = TestFolder::empty("inspect-json-4");
    let record = record(bmes::Version::V3);
    let namespace = |record: &mut bmes::v4::ModuleRecord<&str>| record.imports[0].import_name = None;
    folder.put("four.bmes", file_4_of(&record, namespace));
    let output = folder.run(&["inspect", "--json", "four.bmes"]);
    let object: Value = serde_json::from_str(&output.stdout).unwrap();
    let fields = object["fields"].as_array().unwrap();
    let found = |path: &str| {
        let field = fields.iter().find(|field| field["field"] == path).unwrap();
        [&field["kind"], &field["value"], &field["name"]].map(Clone::clone)
    };
    let digest = "c3".repeat(32);
    assert_eq!(found("flags"), [json!("flags"), json!(9), Value::Null]);
    assert_eq!(found("producer"), [json!("digest"), json!(digest), Value::Null]);
    assert_eq!(found("requests[1].phase"), [json!("type"), json!(0), json!("evaluation")]);
    assert_eq!(found("imports[0].request"), [json!("index"), json!(0), json!("node:fs")]);
    assert_eq!(found("imports[0].import_name"), [json!("none"), Value::Null, Value::Null]);
    assert_eq!(found("text"), [json!("bytes"), Value::Null, Value::Null]);
}

#[test]
fn json_of_an_invalid_file_has_the_error() {
    let folder = TestFolder::new("inspect-json-broken");
    folder.put("bad.bmes", bad_type());
    let output = folder.run(&["inspect", "--json", "bad.bmes"]);
    assert_eq!(output.status, 1);
    let object: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(object["error"]["clause"], "v2-import-type");
    assert_eq!(object["fields"].as_array().unwrap().last().unwrap()["kind"], "not-read");
}

#[test]
fn standard_input_can_be_inspected() {
    let output = TestFolder::new("inspect-stdin").run_with(&["inspect", "-"], file(bmes::Version::V2));
    assert_eq!(output.status, 0);
    assert!(output.stdout.starts_with("-: version 2, 280 bytes\n"), "{}", output.stdout);
}
