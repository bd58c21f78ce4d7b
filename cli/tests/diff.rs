//! `diff`.

mod support;

use bmes::{Attribute, ModuleRequest, Version};
use serde_json::{Value, json};
use support::{BYTECODE, Place, bad_type, file, local, record};

#[test]
fn the_same_file() {
    let place = Place::new("diff-same");
    place.put("same.bmes", place.read("main.bmes"));
    let came = place.run(&["diff", "main.bmes", "same.bmes"]);
    assert_eq!((came.status, came.out.as_str(), came.err.as_str()), (0, "the same: 280 bytes\n", ""));
}

#[test]
fn two_versions_of_one_module() {
    let came = Place::new("diff-versions").run(&["diff", "old.bmes", "new.bmes"]);
    assert_eq!((came.status, came.err.as_str()), (1, ""));
    insta::assert_snapshot!(came.out);
}

#[test]
fn entries_are_compared_with_those_of_their_name() {
    let place = Place::new("diff-moved");
    let mut other = record(Version::V2);
    other.exports.insert(0, local("first", "first"));
    other.exports[1].local_name = "renamed";
    other.imports.remove(0);
    place.put("other.bmes", bmes::encode(&other, BYTECODE).unwrap());
    insta::assert_snapshot!(place.run(&["diff", "main.bmes", "other.bmes"]).out);
}

#[test]
fn an_attribute_more() {
    let place = Place::new("diff-attribute");
    let mut other = record(Version::V2);
    let ModuleRequest { attributes, .. } = &mut other.requests[1];
    attributes.push(Attribute { key: "version", value: "" });
    place.put("other.bmes", bmes::encode(&other, BYTECODE).unwrap());
    insta::assert_snapshot!(place.run(&["diff", "main.bmes", "other.bmes"]).out);
}

#[test]
fn only_the_bytecode() {
    let place = Place::new("diff-bytecode");
    let mut other = file(Version::V2);
    let last = other.len() - 1;
    other[last] = 0;
    place.put("other.bmes", other);
    insta::assert_snapshot!(place.run(&["diff", "main.bmes", "other.bmes"]).out);
}

#[test]
fn bytes_that_say_the_same() {
    let place = Place::new("diff-flag");
    let mut other = bmes::encode(&record(Version::V1), BYTECODE).unwrap();
    let flag = bmes::inspect(&other)
        .spans()
        .iter()
        .find(|span| span.path.field == "has_attributes")
        .map(|span| span.range.clone())
        .unwrap();
    other[flag.start] = 1;
    other.splice(flag.end..flag.end, [0; 4]);
    place.put("other.bmes", other);
    let came = place.run(&["diff", "old.bmes", "other.bmes"]);
    assert_eq!(came.status, 1);
    insta::assert_snapshot!(came.out);
}

#[test]
fn a_broken_file_up_to_its_fault() {
    let place = Place::new("diff-broken");
    place.put("bad.bmes", bad_type());
    let came = place.run(&["diff", "main.bmes", "bad.bmes"]);
    assert_eq!(came.status, 1);
    insta::assert_snapshot!(came.out);
}

#[test]
fn a_file_without_a_record_is_not_compared_with_one() {
    let place = Place::new("diff-no-record");
    let came = place.run(&["diff", "main.bmes", "main.mjs"]);
    assert_eq!(came.status, 1);
    insta::assert_snapshot!(came.out);
}

#[test]
fn an_empty_file() {
    let place = Place::new("diff-empty");
    place.put("empty.bmes", "");
    let came = place.run(&["diff", "empty.bmes", "main.bmes"]);
    assert_eq!(came.status, 1);
    insta::assert_snapshot!(came.out);
}

#[test]
fn standard_input_is_one_of_them() {
    let place = Place::new("diff-stdin");
    assert_eq!(place.run_with(&["diff", "-", "main.bmes"], file(Version::V2)).status, 0);
    let came = place.run(&["diff", "-", "-"]);
    assert_eq!(came.status, 2);
    insta::assert_snapshot!(came.err);
}

/// A file with these exports.
fn exports(names: &[String]) -> Vec<u8> {
    let mut record = bmes::ModuleRecord::new(Version::V2);
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
fn said(name: &str, before: &[&str], after: &[&str]) -> String {
    let place = Place::empty(&format!("diff-{name}"));
    for (file, names) in [("a.bmes", before), ("b.bmes", after)] {
        place.put(file, exports(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()));
    }
    let came = place.run(&["diff", "a.bmes", "b.bmes"]);
    assert_eq!((came.status, came.err.as_str()), (1, ""));
    came.out
}

#[test]
fn an_entry_that_moved_is_said_to_have_moved() {
    insta::assert_snapshot!(said("one-moved", &["a", "b", "c"], &["c", "a", "b"]), @r#"
    --- a.bmes: 104 bytes
    +++ b.bmes: 104 bytes

    record: 1 difference
      > exports[2] → exports[0]: moved, export_name = "c"

    bytes: 1 entry moved
    > 00000048 → 0000001c  exports[2] → exports[0], 22 bytes
    "#);
}

#[test]
fn entries_that_moved_changed_came_and_went() {
    insta::assert_snapshot!(said("all", &["a", "b", "c", "d", "old"], &["d", "new", "a", "c"]));
}

#[test]
fn an_entry_that_moved_and_changed_is_said_to_have_done_both() {
    let place = Place::new("diff-both");
    let mut other = record(Version::V2);
    other.imports.reverse();
    other.imports[0].import_name = "other";
    place.put("other.bmes", bmes::encode(&other, BYTECODE).unwrap());
    insta::assert_snapshot!(place.run(&["diff", "main.bmes", "other.bmes"]).out);
}

#[test]
fn the_order_of_star_exports_is_compared() {
    let place = Place::empty("diff-stars");
    for (name, stars) in [("a.bmes", ["m", "n"]), ("b.bmes", ["n", "m"])] {
        let mut record = bmes::ModuleRecord::new(Version::V1);
        record.requests = ["m", "n"].map(|specifier| ModuleRequest { specifier, attributes: vec![] }).to_vec();
        record.star_exports = stars.to_vec();
        place.put(name, bmes::encode(&record, &[]).unwrap());
    }
    let came = place.run(&["diff", "a.bmes", "b.bmes"]);
    assert!(came.out.contains("> star_exports[1] → star_exports[0]: moved, module_name = \"n\""), "{}", came.out);
}

#[test]
fn lists_of_100_000_entries_in_reverse_order() {
    let place = Place::empty("diff-large");
    let mut names: Vec<_> = (0..100_000).map(|number| number.to_string()).collect();
    place.put("a.bmes", exports(&names));
    names.reverse();
    place.put("b.bmes", exports(&names));
    let came = place.run(&["diff", "a.bmes", "b.bmes"]);
    assert_eq!(came.status, 1);
    assert!(came.out.contains("record: 99,999 differences\n") && came.out.contains("bytes: 99,999 entries moved\n"));
}

#[test]
fn lists_of_30_000_entries_with_nothing_in_common() {
    let place = Place::empty("diff-other");
    for (name, letter) in [("a.bmes", 'a'), ("b.bmes", 'b')] {
        place.put(name, exports(&(0..30_000).map(|number| format!("{letter}{number}")).collect::<Vec<_>>()));
    }
    let came = place.run(&["diff", "a.bmes", "b.bmes"]);
    assert!(came.out.contains("record: 60,000 differences\n"), "{}", &came.out[..200]);
}

#[test]
fn long_texts_are_shown_where_they_differ() {
    let long = |end: &str| format!("./{}{end}.mjs", "a".repeat(100));
    insta::assert_snapshot!(said("long", &[&long("1")], &[&long("2")]));
}

/// The part of the other file that could be read is compared.
#[test]
fn of_two_invalid_files_the_one_is_named_of_which_less_can_be_read() {
    let place = Place::new("diff-two-invalid");
    place.put("a.bmes", bad_type());
    place.put("b.bmes", &bad_type()[..20]);
    let came = place.run(&["diff", "a.bmes", "b.bmes"]);
    assert!(came.out.contains("b.bmes can be read") || came.out.contains("b.bmes has none"), "{}", came.out);
}

#[test]
fn bytes_behind_an_error_of_both_are_compared() {
    let place = Place::new("diff-behind");
    let mut other = bad_type();
    place.put("a.bmes", &other);
    *other.last_mut().unwrap() = 0;
    place.put("b.bmes", &other);
    let came = place.run(&["diff", "a.bmes", "b.bmes"]);
    assert_eq!(came.status, 1);
    insta::assert_snapshot!(came.out);
}

#[test]
fn json_lists_the_changes() {
    let place = Place::new("diff-json");
    let came = place.run(&["diff", "--json", "main.bmes", "main.bmes"]);
    assert_eq!(came.status, 0);
    let object: Value = serde_json::from_str(&came.out).unwrap();
    let file = json!({"file": "main.bmes", "size": 280});
    assert_eq!(object, json!({"ok": true, "same": true, "files": [file, file], "changes": []}));
    let mut other = record(Version::V2);
    other.imports.reverse();
    other.exports.clear();
    place.put("other.bmes", bmes::encode(&other, BYTECODE).unwrap());
    let came = place.run(&["diff", "--json", "main.bmes", "other.bmes"]);
    assert_eq!(came.status, 1);
    let object: Value = serde_json::from_str(&came.out).unwrap();
    assert_eq!((&object["ok"], &object["same"]), (&json!(true), &json!(false)));
    let changes: Vec<_> = object["changes"].as_array().unwrap().iter().map(|change| &change["change"]).collect();
    assert_eq!(changes, ["differs", "moved", "differs", "gone", "differs"]);
    let moved = &object["changes"][1];
    assert_eq!([&moved["before"]["field"], &moved["after"]["field"]], ["imports[1]", "imports[0]"]);
}
