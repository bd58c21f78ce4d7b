//! The oracle and the reference share the record types, and no code that reads, checks or writes.

use std::fs;
use std::path::Path;

const RECORD_TYPES: [&str; 11] = [
    "Attribute",
    "Environment",
    "ExportEntry",
    "ExportType",
    "ImportEntry",
    "ImportType",
    "ModuleRecord",
    "ModuleRequest",
    "Variable",
    "Version",
    "VersionFields",
];

/// The items of the crate `bmes` that this source text names.
fn named_items(source: &str) -> Vec<String> {
    let mut items = Vec::new();
    for path in source.split("bmes::").skip(1) {
        let list = path.strip_prefix('{').and_then(|list| list.split_once('}'));
        let is_part_of_a_name = |character: char| character.is_alphanumeric() || character == '_';
        let list = list.map_or_else(|| path.split(|c| !is_part_of_a_name(c)).next().unwrap(), |(list, _)| list);
        items.extend(list.split(',').map(str::trim).filter(|item| !item.is_empty()).map(String::from));
    }
    items
}

#[test]
fn items_are_found_alone_and_in_lists() {
    assert_eq!(named_items("use bmes::{A,\n B};\nbmes::c(d)"), ["A", "B", "c"]);
}

#[test]
fn the_oracle_uses_the_record_types_of_the_codec_only() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut named = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        for item in named_items(&fs::read_to_string(&path).unwrap()) {
            assert!(RECORD_TYPES.contains(&&*item), "{} uses bmes::{item}, which is not a record type", path.display());
            named += 1;
        }
    }
    assert!(named > 10, "only {named} items of the crate bmes were found in src/");
}
