//! Cases of real modules, made from the JavaScript in `real/modules`. JavaScriptCore printed their records, and Bun
//! wrote their bytecode.

use std::fs;
use std::path::Path;

use bmes::{EnvironmentChange, Version};
use serde::Deserialize;

use crate::case::NamedRecord;
use crate::cases::builder::Module;
use crate::cases::{Described, accept, from_engine};

/// The part of `real/provenance.json` that the cases need.
#[derive(Deserialize)]
struct Provenance {
    modules: Vec<RealModule>,
}

#[derive(Deserialize)]
struct RealModule {
    name: String,
    record: Product,
    environment: Product,
    bytecode: Product,
    origin: String,
}

/// A file with the output of a program.
#[derive(Deserialize)]
struct Product {
    path: String,
}

/// Returns the cases of the real modules in this version.
pub(super) fn cases(version: Version) -> Vec<Described> {
    let provenance: Provenance = serde_json::from_slice(&read("provenance.json"))
        .expect("real/provenance.json has the shape that collect.mjs writes");
    provenance.modules.iter().map(|module| case(version, module)).collect()
}

fn case(version: Version, module: &RealModule) -> Described {
    let RealModule { name, record, environment, bytecode, origin } = module;
    let mut clauses =
        vec!["layout", "entries-kept", "fields-verbatim", "bytecode-place", "writer-order", "writer-bytecode"];
    let mut origin = origin.clone();
    let environment = if version.has_environment() {
        clauses.extend(["bits", "code-features", "writer-engine-words"]);
        origin.push_str("; variables and code features: derived from the source, because no engine prints them");
        EnvironmentChange::Supply(json(&environment.path))
    } else {
        EnvironmentChange::Keep
    };
    // The records are of version 1, which converts to any version.
    let record = json::<NamedRecord>(&record.path).convert(version, environment);
    let module = Module::from_record(record.expect("a record of version 1 converts to every version"))
        .bytecode(&read(&bytecode.path));
    let title = format!("the module {name}: the record from JavaScriptCore, and the bytecode from Bun");
    from_engine(accept(name, &title, &clauses, module), &origin)
}

fn json<T: for<'de> Deserialize<'de>>(path: &str) -> T {
    serde_json::from_slice(&read(path)).unwrap_or_else(|error| panic!("real/{path}: {error}"))
}

fn read(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("real").join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
