//! The oracle and the reference share the record types, and no code that reads, checks or writes.

use std::fs;
use std::path::{Path, PathBuf};

const RECORD_TYPES: [&str; 12] = [
    "Attribute",
    "Digest",
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

/// The record types of version 4, which are in the module `bmes::v4`.
const RECORD_TYPES_OF_VERSION_4: [&str; 13] = [
    "Attribute",
    "Environment",
    "ExportEntry",
    "Flags",
    "ImportEntry",
    "ImportIndex",
    "ModuleRecord",
    "ModuleRequest",
    "Phase",
    "RequestIndex",
    "Source",
    "StringIndex",
    "Variable",
];

/// The items of the crate `bmes` that this source text names. An item of its module `v4` begins with `v4::`.
fn named_items(source: &str) -> Vec<String> {
    let mut items = Vec::new();
    for path in source.split("bmes::").skip(1) {
        let (module, path) = path.strip_prefix("v4::").map_or(("", path), |path| ("v4::", path));
        let list = path.strip_prefix('{').and_then(|list| list.split_once('}'));
        let is_part_of_a_name = |character: char| character.is_alphanumeric() || character == '_';
        let list = list.map_or_else(|| path.split(|c| !is_part_of_a_name(c)).next().unwrap(), |(list, _)| list);
        let names = list.split(',').map(str::trim).filter(|item| !item.is_empty());
        items.extend(names.map(|name| format!("{module}{name}")));
    }
    items
}

fn is_shared(item: &str) -> bool {
    match item.strip_prefix("v4::") {
        Some(item) => RECORD_TYPES_OF_VERSION_4.contains(&item),
        None => RECORD_TYPES.contains(&item),
    }
}

/// The files of the folder and of the folders in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn items_are_found_alone_and_in_lists() {
    assert_eq!(named_items("use bmes::{A,\n B};\nbmes::c(d)"), ["A", "B", "c"]);
    assert_eq!(named_items("use bmes::v4::{A,\n B};\nbmes::v4::c(d)"), ["v4::A", "v4::B", "v4::c"]);
}

#[test]
fn a_module_and_a_list_in_a_list_are_no_record_types() {
    for source in ["use bmes::v4;", "use bmes::{v4};", "use bmes::{v4::{Attribute}};", "use bmes::v4::{self};"] {
        assert!(named_items(source).iter().any(|item| !is_shared(item)), "{source}");
    }
}

#[test]
fn the_oracle_uses_the_record_types_of_the_codec_only() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut named, mut named_of_version_4) = (0, 0);
    for path in files(&folder) {
        for item in named_items(&fs::read_to_string(&path).unwrap()) {
            assert!(is_shared(&item), "{} uses bmes::{item}, which is not a record type", path.display());
            named += 1;
            named_of_version_4 += usize::from(item.starts_with("v4::"));
        }
    }
    assert!(named > 20, "only {named} items of the crate bmes were found in src/");
    assert!(named_of_version_4 > 10, "only {named_of_version_4} items of bmes::v4 were found in src/v4/");
}
