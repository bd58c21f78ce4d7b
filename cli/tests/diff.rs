//! Tests of `diff`.

mod support;

use bmes::{Attribute, ModuleRequest, Version, v4};
use serde_json::{Value, json};
use support::{BYTECODE, TestFolder, bad_type, damaged_4, file, file_4, file_4_of, local, record};

#[test]
fn the_same_file() {
    let folder = TestFolder::new("diff-same");
    folder.put("same.bmes", folder.read("main.bmes"));
    let output = folder.run(&["diff", "main.bmes", "same.bmes"]);
    assert_eq!((output.status, output.stdout.as_str(), output.stderr.as_str()), (0, "the same: 280 bytes\n", ""));
}

#[test]
fn two_versions_of_one_module() {
    let output = TestFolder::new("diff-versions").run(&["diff", "old.bmes", "new.bmes"]);
    assert_eq!((output.status, output.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn entries_with_the_same_name_are_compared() {
    let folder = TestFolder::new("diff-moved");
    let mut other = record(Version::V2);
    other.exports.insert(0, local("first", "first"));
    other.exports[1].local_name = "renamed";
    other.imports.remove(0);
    folder.put("other.bmes", bmes::encode(&other, BYTECODE).unwrap());
    insta::assert_snapshot!(folder.run(&["diff", "main.bmes", "other.bmes"]).stdout);
}

#[test]
fn an_added_attribute() {
    let folder = TestFolder::new("diff-attribute");
    let mut other = record(Version::V2);
    let ModuleRequest { attributes, .. } = &mut other.requests[1];
    attributes.push(Attribute { key: "version", value: "" });
    folder.put("other.bmes", bmes::encode(&other, BYTECODE).unwrap());
    insta::assert_snapshot!(folder.run(&["diff", "main.bmes", "other.bmes"]).stdout);
}

#[test]
fn only_the_bytecode() {
    let folder = TestFolder::new("diff-bytecode");
    let mut other = file(Version::V2);
    let last = other.len() - 1;
    other[last] = 0;
    folder.put("other.bmes", other);
    insta::assert_snapshot!(folder.run(&["diff", "main.bmes", "other.bmes"]).stdout);
}

#[test]
fn different_bytes_with_the_same_meaning() {
    let folder = TestFolder::new("diff-flag");
    let mut other = bmes::encode(&record(Version::V1), BYTECODE).unwrap();
    let flag = bmes::inspect(&other)
        .spans()
        .iter()
        .find(|span| span.path.field == "has_attributes")
        .map(|span| span.range.clone())
        .unwrap();
    other[flag.start] = 1;
    other.splice(flag.end..flag.end, [0; 4]);
    folder.put("other.bmes", other);
    let output = folder.run(&["diff", "old.bmes", "other.bmes"]);
    assert_eq!(output.status, 1);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn an_invalid_file_up_to_its_error() {
    let folder = TestFolder::new("diff-broken");
    folder.put("bad.bmes", bad_type());
    let output = folder.run(&["diff", "main.bmes", "bad.bmes"]);
    assert_eq!(output.status, 1);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn a_file_without_a_record() {
    let folder = TestFolder::new("diff-no-record");
    let output = folder.run(&["diff", "main.bmes", "main.mjs"]);
    assert_eq!(output.status, 1);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn an_empty_file() {
    let folder = TestFolder::new("diff-empty");
    folder.put("empty.bmes", "");
    let output = folder.run(&["diff", "empty.bmes", "main.bmes"]);
    assert_eq!(output.status, 1);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn standard_input() {
    let folder = TestFolder::new("diff-stdin");
    assert_eq!(folder.run_with(&["diff", "-", "main.bmes"], file(Version::V2)).status, 0);
    let output = folder.run(&["diff", "-", "-"]);
    assert_eq!(output.status, 2);
    insta::assert_snapshot!(output.stderr);
}

/// Returns a file with these exports.
fn exports(names: &[String]) -> Vec<u8> {
    let mut record = bmes::ModuleRecord::new(bmes::VersionFields::V2);
    record.exports = names.iter().map(|name| local_of(name)).collect();
    bmes::encode(&record, &[]).unwrap()
}

fn local_of(name: &str) -> bmes::ExportEntry<&str> {
    bmes::ExportEntry {
        export_type: bmes::ExportType::Local,
        export_name: name,
        module_name: "",
        import_name: "",
        local_name: name,
    }
}

/// Returns the output of `diff` for two lists of exports.
fn compared(name: &str, before: &[&str], after: &[&str]) -> String {
    let folder = TestFolder::empty(&format!("diff-{name}"));
    for (file, names) in [("a.bmes", before), ("b.bmes", after)] {
        folder.put(file, exports(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()));
    }
    let output = folder.run(&["diff", "a.bmes", "b.bmes"]);
    assert_eq!((output.status, output.stderr.as_str()), (1, ""));
    output.stdout
}

#[test]
fn a_moved_entry() {
    insta::assert_snapshot!(compared("one-moved", &["a", "b", "c"], &["c", "a", "b"]), @r#"
    --- a.bmes: 104 bytes
    +++ b.bmes: 104 bytes

    record: 1 difference
      > exports[2] → exports[0]: moved, export_name = "c"

    bytes: 1 entry moved
    > 00000048 → 0000001c  exports[2] → exports[0], 22 bytes
    "#);
}

#[test]
fn moved_changed_new_and_gone_entries() {
    insta::assert_snapshot!(compared("all", &["a", "b", "c", "d", "old"], &["d", "new", "a", "c"]));
}

#[test]
fn an_entry_that_moved_and_changed() {
    let folder = TestFolder::new("diff-both");
    let mut other = record(Version::V2);
    other.imports.reverse();
    other.imports[0].import_name = "other";
    folder.put("other.bmes", bmes::encode(&other, BYTECODE).unwrap());
    insta::assert_snapshot!(folder.run(&["diff", "main.bmes", "other.bmes"]).stdout);
}

#[test]
fn the_order_of_star_exports_is_compared() {
    let folder = TestFolder::empty("diff-stars");
    for (name, stars) in [("a.bmes", ["m", "n"]), ("b.bmes", ["n", "m"])] {
        let mut record = bmes::ModuleRecord::new(bmes::VersionFields::V1);
        record.requests = ["m", "n"].map(|specifier| ModuleRequest { specifier, attributes: vec![] }).to_vec();
        record.star_exports = stars.to_vec();
        folder.put(name, bmes::encode(&record, &[]).unwrap());
    }
    let output = folder.run(&["diff", "a.bmes", "b.bmes"]);
    assert!(
        output.stdout.contains("> star_exports[1] → star_exports[0]: moved, module_name = \"n\""),
        "{}",
        output.stdout
    );
}

#[test]
fn lists_of_100_000_entries_in_reverse_order() {
    let folder = TestFolder::empty("diff-large");
    let mut names: Vec<_> = (0..100_000).map(|number| number.to_string()).collect();
    folder.put("a.bmes", exports(&names));
    names.reverse();
    folder.put("b.bmes", exports(&names));
    let output = folder.run(&["diff", "a.bmes", "b.bmes"]);
    assert_eq!(output.status, 1);
    assert!(
        output.stdout.contains("record: 99,999 differences\n")
            && output.stdout.contains("bytes: 99,999 entries moved\n")
    );
}

#[test]
fn lists_of_30_000_entries_with_nothing_in_common() {
    let folder = TestFolder::empty("diff-other");
    for (name, letter) in [("a.bmes", 'a'), ("b.bmes", 'b')] {
        folder.put(name, exports(&(0..30_000).map(|number| format!("{letter}{number}")).collect::<Vec<_>>()));
    }
    let output = folder.run(&["diff", "a.bmes", "b.bmes"]);
    assert!(output.stdout.contains("record: 60,000 differences\n"), "{}", &output.stdout[..200]);
}

#[test]
fn long_texts_are_shown_where_they_differ() {
    let long = |end: &str| format!("./{}{end}.mjs", "a".repeat(100));
    insta::assert_snapshot!(compared("long", &[&long("1")], &[&long("2")]));
}

/// If both files are invalid, the output names the file of which fewer entries can be read.
#[test]
fn two_invalid_files() {
    let folder = TestFolder::new("diff-two-invalid");
    folder.put("a.bmes", bad_type());
    folder.put("b.bmes", &bad_type()[..20]);
    let output = folder.run(&["diff", "a.bmes", "b.bmes"]);
    assert!(output.stdout.contains("the record of b.bmes cannot be read"), "{}", output.stdout);
}

#[test]
fn bytes_after_an_error_in_both_files_are_compared() {
    let folder = TestFolder::new("diff-behind");
    let mut other = bad_type();
    folder.put("a.bmes", &other);
    *other.last_mut().unwrap() = 0;
    folder.put("b.bmes", &other);
    let output = folder.run(&["diff", "a.bmes", "b.bmes"]);
    assert_eq!(output.status, 1);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn json_lists_the_changes() {
    let folder = TestFolder::new("diff-json");
    let output = folder.run(&["diff", "--json", "main.bmes", "main.bmes"]);
    assert_eq!(output.status, 0);
    let object: Value = serde_json::from_str(&output.stdout).unwrap();
    let file = json!({"file": "main.bmes", "size": 280});
    assert_eq!(object, json!({"ok": true, "same": true, "files": [file, file], "changes": []}));
    let mut other = record(Version::V2);
    other.imports.reverse();
    other.exports.clear();
    folder.put("other.bmes", bmes::encode(&other, BYTECODE).unwrap());
    let output = folder.run(&["diff", "--json", "main.bmes", "other.bmes"]);
    assert_eq!(output.status, 1);
    let object: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&object["ok"], &object["same"]), (&json!(true), &json!(false)));
    let changes: Vec<_> = object["changes"].as_array().unwrap().iter().map(|change| &change["change"]).collect();
    assert_eq!(changes, ["differs", "moved", "differs", "gone", "differs"]);
    let moved = &object["changes"][1];
    assert_eq!([&moved["before"]["field"], &moved["after"]["field"]], ["imports[1]", "imports[0]"]);
}

/// Returns the output of `diff` for the file of `file_4` and another file.
fn compared_with_4(name: &str, other: &[u8]) -> String {
    let folder = TestFolder::empty(&format!("diff-4-{name}"));
    folder.put("a.bmes", file_4());
    folder.put("b.bmes", other);
    let output = folder.run(&["diff", "a.bmes", "b.bmes"]);
    assert_eq!((output.status, output.stderr.as_str()), (1, ""));
    output.stdout
}

#[test]
fn version_4_the_same_file() {
    let folder = TestFolder::empty("diff-4-same");
    folder.put("four.bmes", file_4());
    let output = folder.run(&["diff", "four.bmes", "four.bmes"]);
    assert_eq!((output.status, output.stdout.as_str()), (0, "the same: 616 bytes\n"));
}

/// The index of every string changes, because `a` comes before the others.
#[test]
fn version_4_entries_are_compared_by_name() {
    let mut other = record(Version::V3);
    other.exports.insert(0, local("a", "a"));
    other.exports[1].local_name = "renamed";
    other.imports.remove(0);
    other.environment_mut().unwrap().lexical_variables[0].bits = 7;
    insta::assert_snapshot!(compared_with_4("names", &file_4_of(&other, |_| {})));
}

#[test]
fn version_4_facts_of_the_header() {
    let other = file_4_of(&record(Version::V3), |record| {
        record.flags = v4::Flags { top_level_await: true, import_meta: true, typescript: false };
        record.alignment = 32;
        record.producer.0[31] = 0;
        record.source.size += 1;
    });
    insta::assert_snapshot!(compared_with_4("facts", &other));
}

#[test]
fn version_4_without_an_environment() {
    let other = file_4_of(&record(Version::V3), |record| record.environment = None);
    insta::assert_snapshot!(compared_with_4("environment", &other));
}

#[test]
fn version_4_the_kind_of_a_request() {
    let other = file_4_of(&record(Version::V3), |record| {
        record.requests[0].phase = v4::Phase::Defer;
        record.imports[0].import_name = None;
        record.strings.iter_mut().filter(|text| **text == "json").for_each(|text| *text = "css");
    });
    insta::assert_snapshot!(compared_with_4("request", &other));
}

/// The first 48 characters of the two specifiers are the same.
#[test]
fn version_4_a_request_with_attributes_is_shown_where_it_differs() {
    let long = "x".repeat(60);
    let file = |end| {
        let other = record(Version::V3);
        let specifier: &'static str = format!("{long}{end}").leak();
        file_4_of(&other, |record| {
            record.strings.iter_mut().filter(|text| **text == "./settings.json").for_each(|text| *text = specifier);
        })
    };
    let folder = TestFolder::empty("diff-4-long");
    folder.put("a.bmes", file("1"));
    folder.put("b.bmes", file("2"));
    let output = folder.run(&["diff", "a.bmes", "b.bmes"]).stdout;
    let request = |end| format!("\"{long}{end}\" with {{\"type\": \"json\"}}");
    let line = format!("imports[1].request of \"settings\": {} → {}\n", request("1"), request("2"));
    assert!(output.contains(&line), "{output}");
}

/// A reader accepts this file of the specification, and the records are the same.
#[test]
fn version_4_a_string_that_no_field_uses() {
    let folder = TestFolder::empty("diff-4-unused");
    folder.put("a.bmes", support::example("v4-match-source").1);
    folder.put("b.bmes", support::example("v4-unused-string").1);
    insta::assert_snapshot!(folder.run(&["diff", "a.bmes", "b.bmes"]).stdout);
    let output = folder.run(&["diff", "--json", "a.bmes", "b.bmes"]).stdout;
    let object: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(object["files"][1]["error"]["class"], "unused-string");
}

#[test]
fn version_4_a_tolerant_import() {
    let other = file_4_of(&record(Version::V3), |record| record.tolerant_imports.push(v4::ImportIndex(0)));
    insta::assert_snapshot!(compared_with_4("tolerant", &other));
}

#[test]
fn version_4_the_order_of_requests_is_compared() {
    let mut other = record(Version::V3);
    other.requests.rotate_left(1);
    insta::assert_snapshot!(compared_with_4("order", &file_4_of(&other, |_| {})));
}

#[test]
fn version_4_only_the_text() {
    insta::assert_snapshot!(compared_with_4("text", &damaged_4("text")));
}

#[test]
fn version_4_only_the_padding() {
    insta::assert_snapshot!(compared_with_4("padding", &damaged_4("padding")));
}

/// The record of a damaged file cannot be trusted, but its fields show where the damage is.
#[test]
fn version_4_a_damaged_record() {
    insta::assert_snapshot!(compared_with_4("damaged", &damaged_4("strings[0].string")));
}

#[test]
fn version_4_damage_in_two_parts() {
    let mut other = damaged_4("strings[0].string");
    *other.last_mut().unwrap() = 0;
    let output = compared_with_4("two-damages", &other);
    assert!(output.contains("bytes: 2 fields differ\n"), "{output}");
}

#[test]
fn version_4_a_file_that_ends_too_early() {
    insta::assert_snapshot!(compared_with_4("cut", &file_4()[..600]));
}

#[test]
fn version_4_and_a_file_without_a_record() {
    insta::assert_snapshot!(compared_with_4("no-record", b"console.log(1);\n"));
}

#[test]
fn version_4_and_version_3() {
    let mut other = record(Version::V3);
    other.exports[0].local_name = "renamed";
    insta::assert_snapshot!(compared_with_4("three", &bmes::encode(&other, BYTECODE).unwrap()));
}

#[test]
fn version_4_and_version_1_of_one_module() {
    insta::assert_snapshot!(compared_with_4("one", &file(Version::V1)));
}

#[test]
fn version_4_and_an_invalid_file_of_another_version() {
    insta::assert_snapshot!(compared_with_4("bad-type", &bad_type()));
}

#[test]
fn version_4_and_a_record_that_cannot_be_linked() {
    insta::assert_snapshot!(compared_with_4("twice", &support::twice()));
}

#[test]
fn json_of_version_4_has_names() {
    let folder = TestFolder::empty("diff-4-json");
    folder.put("a.bmes", file_4());
    let mut other = record(Version::V3);
    other.exports[0].local_name = "renamed";
    other.imports.remove(1);
    folder.put("b.bmes", file_4_of(&other, |_| {}));
    let output = folder.run(&["diff", "--json", "a.bmes", "b.bmes"]);
    assert_eq!(output.status, 1);
    let object: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&object["same"], &object["not_compared"]), (&json!(false), &json!([])));
    let request = json!({
        "specifier": "./settings.json", "phase": "evaluation", "attributes": [{"key": "type", "value": "json"}],
    });
    let entry = json!({"local_name": "settings", "request": request, "import_name": "default", "tolerant": false});
    let [before, after] =
        ["main", "renamed"].map(|name| json!({"field": "exports[0].name", "of": "default", "value": name}));
    let expected = json!([
        {"change": "gone", "before": {"field": "imports[1]", "value": entry}},
        {"change": "differs", "before": before, "after": after},
    ]);
    assert_eq!(object["changes"], expected);
}

#[test]
fn json_of_two_versions_lists_what_is_not_compared() {
    let folder = TestFolder::empty("diff-4-json-versions");
    folder.put("a.bmes", file_4());
    for (name, bytes, expected) in [
        (
            "old.bmes",
            file(Version::V3),
            "flags, alignment, producer, source_size, source_digest, lexical_features, text",
        ),
        ("bad.bmes", bad_type(), "record"),
    ] {
        folder.put(name, bytes);
        let output = folder.run(&["diff", "--json", "a.bmes", name]);
        let object: Value = serde_json::from_str(&output.stdout).unwrap();
        let fields: Vec<_> = object["not_compared"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(fields.join(", "), expected);
        assert_eq!(object["changes"][0]["before"]["field"], "version");
    }
}

#[test]
fn version_4_lists_of_100_000_entries() {
    let folder = TestFolder::empty("diff-4-large");
    for (name, letter) in [("a.bmes", 'a'), ("b.bmes", 'b')] {
        let names: Vec<_> = (0..100_000).map(|number| format!("{letter}{number}")).collect();
        let mut record =
            v4::ModuleRecord::new(bmes::Digest([0; 32]), v4::Source { size: 0, sha256: bmes::Digest([0; 32]) });
        record.strings = names.iter().map(String::as_str).collect();
        record.exports = (0..100_000)
            .map(v4::StringIndex)
            .map(|it| v4::ExportEntry { export_name: it, request: None, name: Some(it) })
            .collect();
        folder.put(name, v4::encode(&record, b"", b"").unwrap());
    }
    let output = folder.run(&["diff", "a.bmes", "b.bmes"]);
    assert!(output.stdout.contains("record: 200,000 differences\n"), "{}", &output.stdout[..200]);
}
