//! Tests of `diff`.

mod support;

use bmes::{Attribute, ModuleRequest, Version};
use serde_json::{Value, json};
use support::{BYTECODE, TestFolder, bad_type, file, local, record};

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
