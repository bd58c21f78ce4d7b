//! Records and files that several tests use.

#![allow(dead_code, unreachable_pub, reason = "each test uses its own part")]

use bmes::{
    Attribute, Environment, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest, Variable,
    Version, VersionFields,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::fs;
use std::path::{Path, PathBuf};

/// Returns the path of every file of the conformance corpus, valid or not (`bmes`), or of each file's expected results
/// (`json`).
pub fn corpus(extension: &str) -> Vec<PathBuf> {
    fn find(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                find(&path, extension, files);
            } else if path.extension().is_some_and(|found| found == extension) {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/corpus"), extension, &mut files);
    assert!(files.len() > 2_000, "the corpus has more than 2,000 files");
    files
}

/// The module of the specification's worked example, in version 1.
pub fn example() -> ModuleRecord {
    example_of(Version::V1)
}

/// The module of the specification's worked example, in any version.
pub fn example_of(version: Version) -> ModuleRecord {
    let mut record = ModuleRecord::of_version(version).expect("a version from 1 to 3");
    record.requests = vec![
        request("./config.json", &[("type", "json")]),
        request("node:fs", &[]),
        request("./path.js", &[]),
        request("./util.js", &[]),
    ];
    record.imports =
        vec![ImportEntry::single("./config.json", "default", "config"), ImportEntry::namespace("node:fs", "fs")];
    record.exports =
        vec![ExportEntry::indirect("join-all", "./path.js", "join"), ExportEntry::local("default", "main")];
    record.star_exports = vec!["./util.js".into()];
    if let Some(environment) = record.environment_mut() {
        environment.lexical_variables =
            vec![Variable::new("config", 0x22), Variable::new("fs", 0x62), Variable::new("main", 0x90)];
    }
    record
}

/// Returns the module of the worked example in version 3, with two `var` names and with code features. So no list is
/// empty, and no number of the engine is zero.
pub fn example_with_var() -> ModuleRecord {
    let mut record = example_of(Version::V3);
    let environment = record.environment_mut().unwrap();
    environment.declared_variables = vec![Variable::new("once", 0x4), Variable::new("config", 0x5)];
    environment.code_features = 0x1000;
    record
}

pub fn request(specifier: &str, attributes: &[(&str, &str)]) -> ModuleRequest {
    let attributes = attributes.iter().map(|&(key, value)| Attribute::new(key, value)).collect();
    ModuleRequest { attributes, ..ModuleRequest::new(specifier) }
}

/// The bytes of a `u32`.
pub fn u32(value: u32) -> Vec<u8> {
    value.to_le_bytes().to_vec()
}

/// Returns the bytes of a string, which need not be UTF-8, with its length before them.
pub fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap();
    [u32(length), bytes.to_vec()].concat()
}

/// A file of version 1: magic and version, then `parts`.
pub fn file(parts: &[Vec<u8>]) -> Vec<u8> {
    [b"SEMB".to_vec(), u32(1), parts.concat()].concat()
}

/// A file of version 2 or 3 with the given numbers in its header, right or wrong, then `parts`.
pub fn with_header(version: Version, offset: usize, size: usize, parts: &[Vec<u8>]) -> Vec<u8> {
    let number = |value: usize| u32(value.try_into().unwrap());
    [b"SEMB".to_vec(), u32(version.number()), number(offset), number(size), parts.concat()].concat()
}

/// A file of version 2 or 3 with a correct header. The bytecode directly follows `metadata`, without padding.
pub fn laid_out(version: Version, metadata: &[Vec<u8>], bytecode: &[u8]) -> Vec<u8> {
    let metadata = metadata.concat();
    with_header(version, 16 + metadata.len(), bytecode.len(), &[metadata, bytecode.to_vec()])
}

/// A file of version 2 or 3 with a correct header, and with the padding that the encoder writes before the bytecode.
pub fn padded(version: Version, metadata: &[Vec<u8>], bytecode: &[u8]) -> Vec<u8> {
    let metadata = metadata.concat();
    let padding = vec![0; metadata.len().next_multiple_of(8) - metadata.len()];
    laid_out(version, &[metadata, padding], bytecode)
}

/// Names: common ones, names with special characters, and any strings.
pub fn name() -> impl Strategy<Value = String> {
    let odd = select(vec![
        "",
        " ",
        "*",
        "*default*",
        "default",
        "a\0b",
        "\u{feff}bom",
        "e\u{301}",
        "é",
        "名前",
        "𝒳",
        "\u{ffff}",
        "__proto__",
        "\u{202e}rtl",
        "starDefault",
    ]);
    prop_oneof![3 => "[a-z]{1,6}", 2 => odd.prop_map(String::from), 1 => any::<String>()]
}

/// All versions.
pub fn version() -> impl Strategy<Value = Version> {
    select(Version::NAMED)
}

/// Records of all versions. Most of them break a rule.
pub fn any_record() -> impl Strategy<Value = ModuleRecord> {
    let attribute = (name(), name()).prop_map(|(key, value)| Attribute { key, value });
    let request =
        (name(), vec(attribute, 0..4)).prop_map(|(specifier, attributes)| ModuleRequest { specifier, attributes });
    let import = (import_type(), name(), name(), name()).prop_map(|(import_type, request, import_name, local_name)| {
        ImportEntry { import_type, ..ImportEntry::single(request, import_name, local_name) }
    });
    let export = (export_type(), name(), name(), name(), name()).prop_map(
        |(export_type, export_name, module_name, import_name, local_name)| ExportEntry {
            export_type,
            local_name,
            ..ExportEntry::indirect(export_name, module_name, import_name)
        },
    );
    let (imports, exports) = (vec(import, 0..5), vec(export, 0..5));
    let parts = (version(), vec(request, 0..5), imports, exports, vec(name(), 0..4), environment());
    parts.prop_map(|(version, requests, imports, exports, star_exports, environment)| {
        let mut record = ModuleRecord::of_version(version).expect("a version from 1 to 3");
        record.requests = requests;
        record.imports = imports;
        record.exports = exports;
        record.star_exports = star_exports;
        if version == Version::V3 {
            record.version_fields = VersionFields::V3(environment);
        }
        record
    })
}

/// Environments in which some variables have the same name.
pub fn environment() -> impl Strategy<Value = Environment> {
    let variables = || vec((name(), any::<u32>()).prop_map(|(name, bits)| Variable { name, bits }), 0..5);
    (variables(), variables(), any::<u32>()).prop_map(|(declared_variables, lexical_variables, code_features)| {
        Environment { declared_variables, lexical_variables, code_features }
    })
}

/// Environments in which no two variables of a list have the same name.
pub fn valid_environment() -> impl Strategy<Value = Environment> {
    environment().prop_map(|mut environment| {
        repair(&mut environment);
        environment
    })
}

fn repair(environment: &mut Environment) {
    for variables in [&mut environment.declared_variables, &mut environment.lexical_variables] {
        let mut names = Vec::new();
        variables.retain(|variable| unseen(&mut names, &variable.name));
    }
}

/// Records that keep every rule. They are made from [`any_record`] by removing and changing what breaks a rule.
pub fn valid_record() -> impl Strategy<Value = ModuleRecord> {
    (any_record(), any::<Index>()).prop_map(|(mut record, named)| {
        let mut specifiers = Vec::new();
        record.requests.retain(|request| unseen(&mut specifiers, &request.specifier));
        for request in &mut record.requests {
            let mut keys = Vec::new();
            request.attributes.retain(|attribute| unseen(&mut keys, &attribute.key));
        }
        if specifiers.is_empty() {
            record.requests.push(request("m", &[]));
            specifiers.push("m".into());
        }
        let specifier = named.get(&specifiers).clone();
        for import in &mut record.imports {
            import.module_request.clone_from(&specifier);
            import.local_name.push('_');
        }
        for export in &mut record.exports {
            match export.export_type {
                ExportType::Local => {
                    export.module_name.clear();
                    export.import_name.clear();
                    export.local_name.push('_');
                }
                ExportType::Indirect => export.local_name.clear(),
                _ => {
                    export.import_name.clear();
                    export.local_name.clear();
                }
            }
            if export.export_type != ExportType::Local {
                export.module_name.clone_from(&specifier);
            }
        }
        let mut local_names = Vec::new();
        record.imports.retain(|import| unseen(&mut local_names, &import.local_name));
        let mut export_names = Vec::new();
        record.exports.retain(|export| unseen(&mut export_names, &export.export_name));
        record.star_exports = specifiers.into_iter().take(record.star_exports.len()).collect();
        record.environment_mut().into_iter().for_each(repair);
        record
    })
}

fn unseen(seen: &mut Vec<String>, name: &str) -> bool {
    let new = !seen.iter().any(|other| other == name);
    if new {
        seen.push(name.into());
    }
    new
}

fn import_type() -> impl Strategy<Value = ImportType> {
    select(vec![ImportType::Single, ImportType::SingleTypeScript, ImportType::Namespace])
}

fn export_type() -> impl Strategy<Value = ExportType> {
    select(vec![ExportType::Local, ExportType::Indirect, ExportType::Namespace])
}
