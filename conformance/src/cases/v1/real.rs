//! What real engines wrote: module records as JavaScriptCore prints them, bytecode as Bun writes it, from the JavaScript in `real/modules`.

use std::fs;
use std::path::Path;

use crate::case::Record;
use crate::cases::builder::Module;
use crate::cases::{FileCase, accept, from_engine};
use serde::Deserialize;

/// The part of `real/provenance.json` that is needed here.
#[derive(Deserialize)]
struct Provenance {
    modules: Vec<RealModule>,
}

#[derive(Deserialize)]
struct RealModule {
    name: String,
    record: Product,
    bytecode: Product,
    origin: String,
}

/// A file that an engine's output was made into.
#[derive(Deserialize)]
struct Product {
    path: String,
}

pub(super) fn cases() -> Vec<FileCase> {
    let provenance: Provenance =
        serde_json::from_slice(&read("provenance.json")).expect("real/provenance.json is what collect.mjs writes");
    provenance.modules.iter().map(case).collect()
}

fn case(module: &RealModule) -> FileCase {
    const CLAUSES: &[&str] = &[
        "v1-layout",
        "v1-entries-kept",
        "v1-fields-verbatim",
        "v1-bytecode-place",
        "v1-writer-order",
        "v1-writer-bytecode",
    ];
    let RealModule { name, record, bytecode, origin } = module;
    let record: Record =
        serde_json::from_slice(&read(&record.path)).unwrap_or_else(|error| panic!("real/{}: {error}", record.path));
    let title = format!("{name}: the record that JavaScriptCore makes of it, and the bytecode that Bun does");
    from_engine(accept(name, &title, CLAUSES, Module::from_record(record).bytecode(&read(&bytecode.path))), origin)
}

fn read(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("real").join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
