//! What the versions share: the identification of a file, and the sections that did not change. Described once, and issued for each version
//! under the same names.
//!
//! In version 1 the file bounds a field of the metadata; in versions 2 and 3 the metadata does, which ends where the header says. A case in
//! which the metadata ends early is the same in all versions, and so is its name. A few depend on what follows the metadata, and are made
//! with other values, or are not there at all, in the versions in which nothing does; each of them says so.

pub(super) mod bytecode;
pub(super) mod fields;
pub(super) mod identification;

mod exports;
mod imports;
mod requests;
mod star_exports;

use bmes::{ImportType, Version};

use super::builder::{Module, module};
use super::{At, Section, after, at};

/// The sections that every version has.
pub(super) fn sections(version: Version) -> Vec<Section> {
    let section = |name, own| Section::of(version, name, [own, fields::cases(version, name)].concat());
    vec![
        section("requests", requests::cases(version)),
        section("imports", imports::cases(version)),
        section("exports", exports::cases(version)),
        section("star-exports", star_exports::cases(version)),
    ]
}

/// A module with every kind of entry once, for what is wrong in one of its fields.
pub(super) fn typical(version: Version) -> Module {
    let module = module(version)
        .request_with("./config.json", &[("type", "json")])
        .request("./a.js")
        .import("./config.json", "default", "config")
        .import_entry(ImportType::SingleTypeScript, "./a.js", "T", "T")
        .import_namespace("./a.js", "a")
        .local("default", "*default*")
        .indirect("b", "./a.js", "b")
        .namespace("ns", "./a.js")
        .star("./a.js")
        .bytecode(&[0xDE, 0xAD, 0xBE, 0xEF]);
    if version.has_environment() {
        let module = module.declared("counter", 0x4).declared("total", 0x5);
        return module.lexical("config", 0x22).lexical("T", 0x20).lexical("a", 0x62).code_features(0x1008);
    }
    module
}

/// Why version 2 lacks the cases of its last field in which the next field is missing.
const NOTHING_IS_DUE: &str = "nothing is due behind the star exports of version 2: the file is good";

/// What bounds the fields of the metadata, in the words of a title.
fn whole(version: Version) -> &'static str {
    if version.has_bytecode_offset() { "metadata" } else { "file" }
}

/// Behind the last field of a module without padding and bytecode.
fn end_of_metadata(version: Version) -> At<'static> {
    if version.has_bytecode_offset() { at("padding") } else { after("bytecode") }
}

/// What is at fault where bytes follow the bytecode: they are, or the number in the header that left them out.
fn trailing(version: Version) -> At<'static> {
    if version.has_bytecode_offset() { at("bytecode_size") } else { after("bytecode") }
}
