//! Cases of real modules, with the digests of their sources and of what made their bytecode. Those named `bun-…` have the
//! record, the text and the bytecode of one executable of Bun. The others have a record of `JavaScriptCore`, and bytecode
//! of Bun.

use std::fs;
use std::path::Path;

use bmes::v4::{Flags, Phase};
use bmes::{Attribute, Environment, ExportType, ImportType};
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
    executables: Vec<Executable>,
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

/// A module in an executable of Bun.
#[derive(Deserialize)]
struct Executable {
    name: String,
    origin: String,
    source: Product,
    url: String,
    record: Product,
    text: Text,
    bytecode: Bytecode,
}

#[derive(Deserialize)]
struct Text {
    path: String,
    encoding: String,
}

/// The record in an executable, with names in place of the indices of strings.
#[derive(Deserialize)]
struct StoredRecord {
    flags: Flags,
    requests: Vec<StoredRequest>,
    imports: Vec<StoredImport>,
    exports: Vec<StoredExport>,
    star_exports: Vec<u32>,
}

#[derive(Deserialize)]
struct StoredRequest {
    specifier: String,
    phase: Phase,
    attributes: Vec<Attribute>,
}

#[derive(Deserialize)]
struct StoredImport {
    local_name: String,
    request: u32,
    import_name: Option<String>,
}

#[derive(Deserialize)]
struct StoredExport {
    export_name: String,
    request: Option<u32>,
    name: Option<String>,
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
    let modules = provenance.modules.iter().map(|module| case(module, &provenance));
    modules.chain(provenance.executables.iter().map(|module| executable(module, &provenance))).collect()
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
    let flags = flags(&real.name);
    let module = Module { producer: producer(&pairs), source, flags, ..converted(&record, &environment) };
    let module = module.bytecode(&read(&real.bytecode.path)).aligned(128);
    let clauses =
        ["layout", "report", "bytecode-place", "writer-lists", "writer-content", "engine-words", "writer-engine-words"];
    let title = format!("the module {}: the record from JavaScriptCore, and the bytecode from Bun", real.name);
    let origin =
        format!("{}; variables and code features: derived from the source, because no engine prints them", real.origin);
    from_engine(accept(&real.name, &title, &clauses, module), &origin)
}

/// Returns the flags of a module. Records of versions 1 to 3 do not have them; a test of `bmes build` compares them with
/// what the analyzer finds.
fn flags(name: &str) -> Flags {
    Flags {
        top_level_await: matches!(name, "plugins" | "settings"),
        import_meta: name == "settings",
        typescript: false,
    }
}

fn executable(real: &Executable, provenance: &Provenance) -> Described {
    let pairs = [
        ("bytecode", real.bytecode.cache_version.as_str()),
        ("engine", "bun"),
        ("platform", provenance.platform.as_str()),
        ("text-encoding", real.text.encoding.as_str()),
        ("transform", "bun build --compile --bytecode --format=esm --external=*"),
        ("url", real.url.as_str()),
        ("version", provenance.engines.bun.version.as_str()),
    ];
    let source = module::source(&read(&real.source.path));
    let module = Module { producer: producer(&pairs), source, ..stored(&json(&real.record.path)) };
    let module = module.text(&read(&real.text.path)).bytecode(&read(&real.bytecode.path)).aligned(128);
    let clauses = ["layout", "report", "bytecode-place", "writer-lists", "writer-content"];
    let title =
        format!("the module {} as an executable of Bun has it: the record, the text and the bytecode", real.name);
    from_engine(accept(&format!("bun-{}", real.name), &title, &clauses, module), &real.origin)
}

fn stored(record: &StoredRecord) -> Module {
    let mut module = Module { flags: record.flags, ..module::module() };
    for StoredRequest { specifier, phase, attributes } in &record.requests {
        let attributes: Vec<_> = attributes.iter().map(|it| (it.key.as_str(), it.value.as_str())).collect();
        module = module.request_with(specifier, *phase, &attributes);
    }
    for StoredImport { local_name, request, import_name } in &record.imports {
        module = module.import(local_name, *request, import_name.as_deref());
    }
    for StoredExport { export_name, request, name } in &record.exports {
        module = module.export(export_name, *request, name.as_deref());
    }
    record.star_exports.iter().fold(module, |module, request| module.star(*request))
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
