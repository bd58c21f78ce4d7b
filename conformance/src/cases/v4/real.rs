//! Cases of real modules: their records and variables, the bytecode that Bun made of them, and the digests of their
//! sources and of that producer.

use std::fs;
use std::path::Path;

use bmes::v4::Phase;
use bmes::{Environment, ExportType, ImportType};
use serde::Deserialize;

use super::accept;
use super::module::{self, Module, producer};
use crate::case::NamedRecord;
use crate::cases::{Described, from_engine};

/// The part of `real/provenance.json` that the cases need.
#[derive(Deserialize)]
struct Provenance {
    platform: String,
    engines: Engines,
    modules: Vec<RealModule>,
}

#[derive(Deserialize)]
struct Engines {
    bun: Engine,
}

#[derive(Deserialize)]
struct Engine {
    version: String,
}

#[derive(Deserialize)]
struct RealModule {
    name: String,
    source: Product,
    record: Product,
    environment: Product,
    bytecode: Bytecode,
    origin: String,
}

/// A file with the output of a program.
#[derive(Deserialize)]
struct Product {
    path: String,
}

#[derive(Deserialize)]
struct Bytecode {
    path: String,
    cache_version: String,
}

pub(super) fn cases() -> Vec<Described> {
    let provenance: Provenance = serde_json::from_slice(&read("provenance.json"))
        .expect("real/provenance.json has the shape that collect.mjs writes");
    provenance.modules.iter().map(|module| case(module, &provenance)).collect()
}

fn case(real: &RealModule, provenance: &Provenance) -> Described {
    let record: NamedRecord = json(&real.record.path);
    let environment: Environment = json(&real.environment.path);
    let pairs = [
        ("bytecode", real.bytecode.cache_version.as_str()),
        ("engine", "bun"),
        ("platform", provenance.platform.as_str()),
        ("version", provenance.engines.bun.version.as_str()),
    ];
    let source = module::source(&read(&real.source.path));
    let module = Module { producer: producer(&pairs), source, ..converted(&record, &environment) };
    let module = module.bytecode(&read(&real.bytecode.path)).aligned(128);
    let clauses =
        ["layout", "report", "bytecode-place", "writer-lists", "writer-content", "engine-words", "writer-engine-words"];
    let title = format!("the module {}: the record from JavaScriptCore, and the bytecode from Bun", real.name);
    let origin =
        format!("{}; variables and code features: derived from the source, because no engine prints them", real.origin);
    from_engine(accept(&real.name, &title, &clauses, module), &origin)
}

/// Returns the module of a record of version 1. Its entries name requests by specifiers, and no two requests of these
/// modules have one specifier.
fn converted(record: &NamedRecord, environment: &Environment) -> Module {
    let request = |specifier: &str| {
        let place = record.requests.iter().position(|request| request.specifier == specifier);
        u32::try_from(place.expect("an entry names a request")).expect("few requests")
    };
    let mut module = module::module();
    for request in &record.requests {
        let attributes: Vec<_> = request.attributes.iter().map(|it| (it.key.as_str(), it.value.as_str())).collect();
        module = module.request_with(&request.specifier, Phase::Evaluation, &attributes);
    }
    for import in &record.imports {
        let name = (import.import_type != ImportType::Namespace).then_some(import.import_name.as_str());
        module = module.import(&import.local_name, request(&import.module_request), name);
    }
    for export in &record.exports {
        module = match export.export_type {
            ExportType::Local => module.local(&export.export_name, &export.local_name),
            ExportType::Indirect => {
                module.indirect(&export.export_name, request(&export.module_name), &export.import_name)
            }
            _ => module.namespace(&export.export_name, request(&export.module_name)),
        };
    }
    for specifier in &record.star_exports {
        module = module.star(request(specifier));
    }
    module = module.environment(environment.code_features, 0);
    module = environment.declared_variables.iter().fold(module, |module, it| module.declared(&it.name, it.bits));
    environment.lexical_variables.iter().fold(module, |module, it| module.lexical(&it.name, it.bits))
}

fn json<T: for<'de> Deserialize<'de>>(path: &str) -> T {
    serde_json::from_slice(&read(path)).unwrap_or_else(|error| panic!("real/{path}: {error}"))
}

fn read(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("real").join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
