//! The cases of all versions: identification, and the sections that are the same in every version. Each version has
//! these cases under the same names.
//!
//! In version 1, no field may go beyond the end of the file. In versions 2 and 3, no field may go beyond the end of the
//! metadata, which the header states. A case whose metadata ends early has the same name in all versions: [`cut_at`]
//! makes its file. A few cases depend on the field after the metadata. In some versions, such a case has other values
//! or is left out; its description says so.

pub(super) mod bytecode;
pub(super) mod fields;
pub(super) mod identification;

mod exports;
mod imports;
mod requests;
mod star_exports;

use bmes::{ImportType, Version};

use super::builder::{File, Module, module};
use super::{At, Section, after, at};

/// Returns the sections that every version has.
pub(super) fn sections(version: Version) -> Vec<Section> {
    let section = |name, own| Section::of(version, name, [own, fields::cases(version, name)].concat());
    vec![
        section("requests", requests::cases(version)),
        section("imports", imports::cases(version)),
        section("exports", exports::cases(version)),
        section("star-exports", star_exports::cases(version)),
    ]
}

/// Returns a module with one entry of every kind, for cases with a fault in one field.
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

/// The reason why version 2 has no case whose metadata ends after the star exports. In the other versions, a field is
/// missing there.
const NOTHING_IS_DUE: &str = "version 2 has no field after the star exports: the file is valid";

/// The reason why version 3 has no case whose metadata ends inside `request_count` or soon after it.
const UNALIGNED: &str =
    "the metadata must end at a multiple of 8, and no string before the counted entries can grow to bring it there";

/// Returns the word that titles use for the part of the file in which all fields must lie: `file` in version 1,
/// `metadata` in versions 2 and 3.
fn whole(version: Version) -> &'static str {
    if version.has_bytecode_offset() { "metadata" } else { "file" }
}

/// Returns the file, cut at `place` inside its metadata.
///
/// In version 1, the file ends at `place`. In versions 2 and 3, only the metadata ends there: the header says so, and
/// the bytes after `place` are bytecode. These bytes still have the form of correct metadata, so a reader that ignores
/// the header finds no fault in them. In version 3, the metadata must end at a multiple of 8. So the string at `longer`
/// grows until `place` is at a multiple of 8.
pub(super) fn cut_at(file: File, place: At<'_>, longer: &str) -> File {
    match file.version() {
        Version::V1 => file.truncated_at(place),
        Version::V3 => file.aligned_by(longer, place).metadata_ends_at(place),
        _ => file.metadata_ends_at(place),
    }
}

/// Returns the clauses of a case in which a field needs bytes beyond the end of the metadata: the given clauses, and
/// from version 2 on also `metadata-bounds`.
pub(super) fn beyond_metadata<'a>(version: Version, clauses: &[&'a str]) -> Vec<&'a str> {
    let bounds = version.has_bytecode_offset().then_some("metadata-bounds");
    clauses.iter().copied().chain(bounds).collect()
}

/// Returns the end of the bytes that a field of the metadata may use. In version 1, this is the end of the file. In
/// versions 2 and 3, it is the start of the bytecode, which the header states.
fn end_of_bounds(version: Version) -> At<'static> {
    if version.has_bytecode_offset() { at("bytecode") } else { after("bytecode") }
}

/// Returns the end of the last field in the file of a module without bytecode.
fn end_of_metadata(version: Version) -> At<'static> {
    if version.has_bytecode_offset() { at("padding") } else { after("bytecode") }
}

/// Returns the file with metadata that ends at its last field. The padding, if there is any, becomes bytecode. In
/// version 3, the string at `longer` grows, so that the metadata ends at a multiple of 8.
fn without_padding(file: File, longer: &str) -> File {
    if file.version().has_bytecode_offset() { cut_at(file, at("padding"), longer) } else { file }
}

/// Returns the position at which a reader reports bytes after the bytecode. In version 1, it is the first of these
/// bytes. In versions 2 and 3, it is `bytecode_size`, which does not count these bytes.
fn trailing(version: Version) -> At<'static> {
    if version.has_bytecode_offset() { at("bytecode_size") } else { after("bytecode") }
}
