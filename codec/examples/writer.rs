//! Writes the file of a small module: `cargo run -p bmes --example writer -- FILE`.

use std::error::Error;
use std::{env, fs};

use bmes::{Attribute, Environment, ExportEntry, ImportEntry, ModuleRecord, ModuleRequest, Variable, VersionFields};

fn main() -> Result<(), String> {
    write().map_err(|error| error.to_string())
}

fn write() -> Result<(), Box<dyn Error>> {
    let path = env::args_os().nth(1).ok_or("usage: writer FILE")?;
    fs::write(path, bmes::encode(&record(), b"the engine's bytecode")?)?;
    Ok(())
}

/// Returns the record of this module:
///
/// ```js
/// import config from "./config.json" with { type: "json" };
/// import * as fs from "node:fs";
/// export { join as joinAll } from "./path.js";
/// export * from "./util.js";
/// export default function main() {}
/// ```
pub fn record() -> ModuleRecord<&'static str> {
    let mut record = ModuleRecord::new(bmes::VersionFields::V3(bmes::Environment::new()));
    let json = vec![Attribute::new("type", "json")];
    record.requests = vec![
        ModuleRequest { attributes: json, ..ModuleRequest::new("./config.json") },
        ModuleRequest::new("node:fs"),
        ModuleRequest::new("./path.js"),
        ModuleRequest::new("./util.js"),
    ];
    record.imports =
        vec![ImportEntry::single("./config.json", "default", "config"), ImportEntry::namespace("node:fs", "fs")];
    record.exports = vec![ExportEntry::indirect("joinAll", "./path.js", "join"), ExportEntry::local("default", "main")];
    record.star_exports = vec!["./util.js"];
    // Version 3 has the environment of the module, which only the engine knows. The engine also defines the meaning of
    // these numbers.
    record.version_fields = VersionFields::V3(Environment {
        declared_variables: vec![],
        lexical_variables: vec![Variable::new("config", 0x22), Variable::new("fs", 0x62), Variable::new("main", 0x90)],
        code_features: 0,
    });
    record
}
