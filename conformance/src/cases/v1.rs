//! The cases of version 1.

use super::builder::{Module, module};
use super::{FileCase, in_section};
use bmes::ImportType;

mod bytecode;
mod exports;
mod fields;
mod header;
mod imports;
mod real;
mod requests;
mod star_exports;

/// Every case of version 1.
pub(super) fn cases() -> Vec<FileCase> {
    [
        in_section("v1/header", header::cases()),
        in_section("v1/requests", requests::cases()),
        in_section("v1/imports", imports::cases()),
        in_section("v1/exports", exports::cases()),
        in_section("v1/star-exports", star_exports::cases()),
        in_section("v1/bytecode", bytecode::cases()),
        in_section("v1/real", real::cases()),
        fields::cases(),
    ]
    .concat()
}

/// A module with every kind of entry once, for what is wrong in one of its fields.
fn typical() -> Module {
    module()
        .request_with("./config.json", &[("type", "json")])
        .request("./a.js")
        .import("./config.json", "default", "config")
        .import_entry(ImportType::SingleTypeScript, "./a.js", "T", "T")
        .import_namespace("./a.js", "a")
        .local("default", "*default*")
        .indirect("b", "./a.js", "b")
        .namespace("ns", "./a.js")
        .star("./a.js")
        .bytecode(&[0xDE, 0xAD, 0xBE, 0xEF])
}
