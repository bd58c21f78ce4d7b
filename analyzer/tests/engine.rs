//! Analyses the modules of `conformance/real`, whose records come from real engines. The analyzer's
//! records must equal those committed there.

mod modules;

use std::fs;
use std::path::{Path, PathBuf};

use bmes::ModuleRecord;
use modules::{analyze_file, modules, stem};

#[test]
fn real_modules_have_the_records_that_are_committed() {
    for (file, name) in real_modules() {
        let committed: ModuleRecord = json(&format!("records/{name}.json"));
        assert_eq!(analyze_file(&file).unwrap().record, committed, "{}", file.display());
    }
}

#[test]
fn real_modules_declare_the_names_that_are_committed() {
    for (file, name) in real_modules() {
        let committed: serde_json::Value = json(&format!("environments/{name}.json"));
        let names = |list: &str| -> Vec<String> {
            committed[list].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
        };
        let variables = analyze_file(&file).unwrap().variables;
        let found = |list: &[bmes_analyzer::Variable]| list.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        assert_eq!(found(&variables.declared), names("declared_variables"), "{}", file.display());
        assert_eq!(found(&variables.lexical), names("lexical_variables"), "{}", file.display());
    }
}

#[test]
fn there_are_edges_of_every_kind() {
    let stems: Vec<_> = modules("tests/edges").iter().map(|file| stem(file)).collect();
    for (kind, least) in
        [("taken-", 60), ("rejected-", 60), ("unrepresentable-", 2), ("lenient-engine-", 3), ("strict-engine-", 4)]
    {
        let count = stems.iter().filter(|stem| stem.starts_with(kind)).count();
        assert!(
            count >= least,
            "{count} modules in edges/ have a name that begins with {kind}; at least {least} are needed"
        );
    }
}

/// Returns the modules of `conformance/real`, each with the name of its record file without the
/// extension.
fn real_modules() -> impl Iterator<Item = (PathBuf, String)> {
    modules("../conformance/real/modules").into_iter().map(|file| {
        let stem = stem(&file);
        (file, if stem.is_ascii() { stem } else { "non-ascii-file-name".to_owned() })
    })
}

fn json<T: serde::de::DeserializeOwned>(path: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/real").join(path);
    serde_json::from_slice(&fs::read(&path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
