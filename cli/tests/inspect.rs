//! `inspect`.

mod support;

use serde_json::{Value, json};
use support::{Place, bad_type, file, record, twice};

#[test]
fn version_1() {
    let came = Place::new("inspect-v1").run(&["inspect", "old.bmes"]);
    assert_eq!((came.status, came.err.as_str()), (0, ""));
    insta::assert_snapshot!(came.out);
}

#[test]
fn version_3() {
    let came = Place::new("inspect-v3").run(&["inspect", "new.bmes"]);
    assert_eq!((came.status, came.err.as_str()), (0, ""));
    insta::assert_snapshot!(came.out);
}

#[test]
fn a_broken_file_up_to_its_fault() {
    let place = Place::new("inspect-broken");
    place.put("bad.bmes", bad_type());
    let came = place.run(&["inspect", "bad.bmes"]);
    assert_eq!(came.status, 1);
    insta::assert_snapshot!(came.out);
}

#[test]
fn a_file_that_ends_too_early() {
    let place = Place::new("inspect-cut");
    place.put("cut.bmes", &place.read("old.bmes")[..12]);
    let came = place.run(&["inspect", "cut.bmes"]);
    assert_eq!(came.status, 1);
    insta::assert_snapshot!(came.out);
}

#[test]
fn an_empty_file() {
    let place = Place::new("inspect-empty");
    place.put("empty.bmes", "");
    let came = place.run(&["inspect", "empty.bmes"]);
    assert_eq!(came.status, 1);
    insta::assert_snapshot!(came.out);
}

#[test]
fn a_gap_before_the_bytecode() {
    let place = Place::new("inspect-gap");
    let mut file = bmes::encode(&bmes::ModuleRecord::<&str>::new(bmes::Version::V2), b"code").unwrap();
    file.splice(32..32, [0; 8]);
    file[8] += 8;
    place.put("gap.bmes", file);
    let came = place.run(&["inspect", "gap.bmes"]);
    assert_eq!(came.status, 1);
    assert!(came.out.contains("clause v2-gap (spec/v2.md#v2-gap)"), "{}", came.out);
    insta::assert_snapshot!(came.out);
}

#[test]
fn a_record_that_may_not_be_linked() {
    let place = Place::new("inspect-twice");
    place.put("twice.bmes", twice());
    let came = place.run(&["inspect", "twice.bmes"]);
    assert_eq!(came.status, 1);
    insta::assert_snapshot!(came.out);
}

#[test]
fn long_fields_are_shown_in_part_and_with_all_whole() {
    let place = Place::new("inspect-long");
    let long = "x".repeat(100);
    let mut record = record(bmes::Version::V1);
    record.star_exports = vec![];
    record.requests[2].specifier = &long;
    place.put("long.bmes", bmes::encode(&record, &[0xab; 1000]).unwrap());
    let part = place.run(&["inspect", "long.bmes"]).out;
    let whole = place.run(&["inspect", "--all", "long.bmes"]).out;
    assert!(part.contains("… 968 bytes") && !part.contains(&long), "{part}");
    assert!(!whole.contains('…') && whole.contains(&long), "{whole}");
    assert_eq!(whole.matches("ab ab ab ab ab ab ab ab").count(), 125);
}

#[test]
fn colours_are_for_terminals() {
    let place = Place::new("inspect-colour");
    let run = |arguments: &[&str], variable: Option<(&str, &str)>| {
        let mut command = place.command();
        let output = command.args(arguments).envs(variable).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!run(&["inspect", "main.bmes"], None), "a pipe");
    assert!(run(&["inspect", "main.bmes", "--color", "always"], None), "asked for");
    assert!(run(&["inspect", "main.bmes"], Some(("CLICOLOR_FORCE", "1"))), "forced");
    assert!(!run(&["inspect", "main.bmes", "--color", "never"], Some(("CLICOLOR_FORCE", "1"))), "asked against");
}

#[test]
fn what_a_file_says_cannot_reach_the_terminal() {
    let place = Place::new("inspect-escape");
    let mut record = record(bmes::Version::V1);
    record.exports[0].local_name = "\u{1b}[31m\u{202e}\n";
    place.put("evil.bmes", bmes::encode(&record, &[]).unwrap());
    let came = place.run(&["inspect", "--all", "evil.bmes"]);
    assert!(came.out.contains(r#""\u{1b}[31m\u{202e}\n""#), "{}", came.out);
    assert!(!came.out.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn json_lists_all_fields() {
    let came = Place::new("inspect-json").run(&["inspect", "--json", "main.bmes"]);
    let object: Value = serde_json::from_str(&came.out).unwrap();
    assert_eq!((&object["size"], &object["version"], &object["error"]), (&json!(280), &json!(2), &Value::Null));
    let fields = object["fields"].as_array().unwrap();
    let sizes: u64 = fields.iter().map(|field| field["size"].as_u64().unwrap()).sum();
    assert_eq!(sizes, 280, "they are the whole file");
    let specifier = fields.iter().find(|field| field["field"] == "requests[0].specifier").unwrap();
    let expected = json!({
        "offset": 24, "size": 7, "section": "requests", "field": "requests[0].specifier", "kind": "text", "value": "node:fs",
    });
    assert_eq!(*specifier, expected);
}

#[test]
fn json_of_a_broken_file_has_its_fault() {
    let place = Place::new("inspect-json-broken");
    place.put("bad.bmes", bad_type());
    let came = place.run(&["inspect", "--json", "bad.bmes"]);
    assert_eq!(came.status, 1);
    let object: Value = serde_json::from_str(&came.out).unwrap();
    assert_eq!(object["error"]["clause"], "v2-import-type");
    assert_eq!(object["fields"].as_array().unwrap().last().unwrap()["kind"], "not-read");
}

#[test]
fn standard_input_can_be_inspected() {
    let came = Place::new("inspect-stdin").run_with(&["inspect", "-"], file(bmes::Version::V2));
    assert_eq!(came.status, 0);
    assert!(came.out.starts_with("-: version 2, 280 bytes\n"), "{}", came.out);
}
