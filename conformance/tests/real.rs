//! Tests that a case of a module in an executable of Bun has what the executable has. The case is made from the record in
//! `real/bun/records`; these tests decode its file and go back to that record.

use std::fs;
use std::path::Path;

use bmes::v4::{self, ModuleRecord, StringIndex};
use serde_json::{Value, json};

#[test]
fn a_file_gives_back_the_record_that_bun_stored() {
    for executable in executables() {
        let file = file(&executable);
        let record = v4::decode(&file).unwrap().record;
        let stored = serde_json::from_slice(&real(&executable["record"]["path"])).unwrap();
        assert_eq!(named(&record), sorted(stored), "{}", executable["name"]);
    }
}

#[test]
fn a_file_has_the_text_and_the_bytecode_of_the_executable() {
    for executable in executables() {
        let file = file(&executable);
        let view = v4::ModuleView::parse(&file).unwrap();
        assert!(view.unverified_text() == real(&executable["text"]["path"]), "{}: text", executable["name"]);
        let bytecode = real(&executable["bytecode"]["path"]);
        assert!(view.unverified_bytecode() == bytecode, "{}: bytecode", executable["name"]);
    }
}

#[test]
fn a_file_names_the_source_that_bun_compiled() {
    for executable in executables() {
        let source = v4::decode(&file(&executable)).unwrap().record.source;
        assert_eq!(source.size, real(&executable["source"]["path"]).len() as u64, "{}", executable["name"]);
        assert_eq!(source.sha256.to_string(), executable["source"]["sha256"], "{}", executable["name"]);
    }
}

fn executables() -> Vec<Value> {
    let provenance: Value = serde_json::from_slice(&real(&json!("provenance.json"))).unwrap();
    let executables = provenance["executables"].as_array().unwrap();
    assert!(!executables.is_empty());
    executables.clone()
}

fn file(executable: &Value) -> Vec<u8> {
    read(&format!("corpus/v4/real/bun-{}.bmes", executable["name"].as_str().unwrap()))
}

fn real(path: &Value) -> Vec<u8> {
    read(&format!("real/{}", path.as_str().unwrap()))
}

fn read(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the record in the shape of `real/bun/records`: with names in place of the indices of strings.
fn named(record: &ModuleRecord) -> Value {
    let name = |index: StringIndex| record.strings[usize::try_from(index.0).unwrap()].clone();
    let attributes = |request: &v4::ModuleRequest| -> Value {
        request.attributes.iter().map(|it| json!({"key": name(it.key), "value": name(it.value)})).collect()
    };
    let requests: Vec<_> = (record.requests.iter())
        .map(|it| json!({"specifier": name(it.specifier), "phase": it.phase.name(), "attributes": attributes(it)}))
        .collect();
    let imports: Vec<_> = (record.imports.iter())
        .map(|it| {
            json!({"local_name": name(it.local_name), "request": it.request, "import_name": it.import_name.map(name)})
        })
        .collect();
    let exports: Vec<_> = (record.exports.iter())
        .map(|it| json!({"export_name": name(it.export_name), "request": it.request, "name": it.name.map(name)}))
        .collect();
    let flags = record.flags;
    sorted(json!({
        "flags": flags, "requests": requests, "imports": imports, "exports": exports, "star_exports": record.star_exports
    }))
}

/// Sorts the lists whose order has no meaning.
fn sorted(mut record: Value) -> Value {
    for list in ["imports", "exports", "star_exports"] {
        record[list].as_array_mut().unwrap().sort_by_key(Value::to_string);
    }
    record
}
