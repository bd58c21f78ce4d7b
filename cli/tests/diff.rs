//! `diff`.

mod support;

use bmes::{Attribute, ModuleRequest, Version};
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

#[test]
fn lists_with_little_in_common_do_not_take_for_ever() {
    let place = Place::empty("diff-large");
    for (name, step) in [("a.bmes", 1), ("b.bmes", 7)] {
        let names: Vec<_> = (0..4_000).map(|number| format!("{}", number * step)).collect();
        let mut record = bmes::ModuleRecord::new(Version::V2);
        record.exports = names.iter().map(|name| local_of(name)).collect();
        place.put(name, bmes::encode(&record, &[]).unwrap());
    }
    let begun = std::time::Instant::now();
    assert_eq!(place.run(&["diff", "a.bmes", "b.bmes"]).status, 1);
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
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
