//! Makes records from choices. Some records keep the rules for records, and others break some of them.
//!
//! Start with [`record`].

use std::collections::BTreeSet;

use bmes::{
    Attribute, Environment, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest, Variable, Version,
};

use super::choices::Choices;
use crate::case::NamedRecord;

/// The maximum number of entries of a section.
const ENTRIES: usize = 5;

/// Common names, and names with unusual characters.
const NAMES: &[&str] = &[
    "a",
    "b",
    "default",
    "*",
    "*default*",
    "",
    "./a.js",
    "node:fs",
    "type",
    "json",
    "é",
    "e\u{301}",
    "名前",
    "😀",
    "a\0b",
    "\u{feff}a",
    "__proto__",
    "starDefault",
    "\u{ffff}",
    "a-name-of-more-than-thirty-two-bytes-in-all",
];

/// Returns a record. Two of three records keep every rule.
pub fn record(choices: &mut Choices<'_>) -> NamedRecord {
    let mut record = NamedRecord::of_version(*choices.pick(Version::NAMED)).expect("a version from 1 to 3");
    record.requests = some(choices, request);
    let specifiers: Vec<_> = record.requests.iter().map(|request| request.specifier.clone()).collect();
    record.imports = some(choices, |choices| import(choices, &specifiers));
    record.exports = some(choices, |choices| export(choices, &specifiers));
    record.star_exports = some(choices, |choices| requested(choices, &specifiers));
    if let Some(environment) = record.environment_mut() {
        *environment = self::environment(choices);
    }
    if !choices.one_in(3) {
        keep_rules(&mut record);
    }
    record
}

/// Returns the fields of version 3, whose values only an engine knows.
pub fn environment(choices: &mut Choices<'_>) -> Environment {
    Environment {
        declared_variables: some(choices, variable),
        lexical_variables: some(choices, variable),
        code_features: word(choices),
    }
}

/// Removes or corrects everything in a record that breaks a rule.
pub fn keep_rules(record: &mut NamedRecord) {
    let mut requests = BTreeSet::new();
    for request in &mut record.requests {
        let mut keys = BTreeSet::new();
        request.attributes.retain(|attribute| keys.insert(attribute.key.clone()));
    }
    record.requests.retain(|request| {
        let mut attributes: Vec<_> =
            request.attributes.iter().map(|each| (each.key.clone(), each.value.clone())).collect();
        attributes.sort();
        requests.insert((request.specifier.clone(), attributes))
    });
    let named = |specifier: &str| record.requests.iter().filter(|request| request.specifier == specifier).count() == 1;
    let mut local_names = BTreeSet::new();
    record.imports.retain_mut(|import| {
        settle_local_name(&mut import.local_name);
        named(&import.module_request) && local_names.insert(import.local_name.clone())
    });
    let mut export_names = BTreeSet::new();
    record.exports.retain_mut(|export| {
        if export.export_type == ExportType::Local {
            settle_local_name(&mut export.local_name);
            export.module_name.clear();
        } else {
            export.local_name.clear();
        }
        if export.export_type != ExportType::Indirect {
            export.import_name.clear();
        }
        let names_a_request = export.export_type == ExportType::Local || named(&export.module_name);
        names_a_request && export_names.insert(export.export_name.clone())
    });
    let mut star_exports = BTreeSet::new();
    record.star_exports.retain(|specifier| named(specifier) && star_exports.insert(specifier.clone()));
    if let Some(environment) = record.environment_mut() {
        for variables in [&mut environment.declared_variables, &mut environment.lexical_variables] {
            let mut seen = BTreeSet::new();
            variables.retain(|variable| seen.insert(variable.name.clone()));
        }
    }
}

fn settle_local_name(local_name: &mut String) {
    if local_name.is_empty() {
        local_name.push('_');
    }
}

fn some<T>(choices: &mut Choices<'_>, mut make: impl FnMut(&mut Choices<'_>) -> T) -> Vec<T> {
    let count = choices.below(ENTRIES + 1);
    (0..count).map(|_| make(choices)).collect()
}

fn request(choices: &mut Choices<'_>) -> ModuleRequest {
    let specifier = name(choices);
    let attributes = if choices.one_in(3) { some(choices, attribute) } else { Vec::new() };
    ModuleRequest { specifier, attributes }
}

fn attribute(choices: &mut Choices<'_>) -> Attribute {
    Attribute { key: name(choices), value: name(choices) }
}

fn import(choices: &mut Choices<'_>, specifiers: &[String]) -> ImportEntry {
    let import_type = *choices.pick(&[ImportType::Single, ImportType::Namespace, ImportType::SingleTypeScript]);
    let namespace = import_type == ImportType::Namespace && !choices.one_in(4);
    ImportEntry {
        import_type,
        module_request: requested(choices, specifiers),
        import_name: if namespace { "*".into() } else { name(choices) },
        local_name: name(choices),
    }
}

fn export(choices: &mut Choices<'_>, specifiers: &[String]) -> ExportEntry {
    let export_type = *choices.pick(&[ExportType::Local, ExportType::Indirect, ExportType::Namespace]);
    let mut export = ExportEntry {
        export_type,
        export_name: name(choices),
        module_name: String::new(),
        import_name: String::new(),
        local_name: String::new(),
    };
    let misplaced = choices.one_in(8);
    if export_type != ExportType::Local || misplaced {
        export.module_name = requested(choices, specifiers);
    }
    if export_type == ExportType::Indirect || misplaced {
        export.import_name = name(choices);
    }
    if export_type == ExportType::Local || misplaced {
        export.local_name = name(choices);
    }
    export
}

fn variable(choices: &mut Choices<'_>) -> Variable {
    Variable { name: name(choices), bits: word(choices) }
}

/// Returns a word of the engine (a number of 32 bits): no bits, one bit, all bits, or any number.
fn word(choices: &mut Choices<'_>) -> u32 {
    match choices.below(4) {
        0 => 0,
        1 => 1 << choices.below(32),
        2 => u32::MAX,
        _ => choices.number(),
    }
}

/// Returns a specifier. In most cases, it is one of `specifiers`, which the record requests.
fn requested(choices: &mut Choices<'_>, specifiers: &[String]) -> String {
    if specifiers.is_empty() || choices.one_in(8) { name(choices) } else { choices.pick(specifiers).clone() }
}

/// Returns a name: one of `NAMES`, a few letters, or any text.
pub(super) fn name(choices: &mut Choices<'_>) -> String {
    match choices.below(4) {
        0 | 1 => (*choices.pick(NAMES)).to_owned(),
        2 => {
            let length = 1 + choices.below(4);
            (0..length).map(|_| char::from(b'a' + u8::try_from(choices.below(26)).unwrap_or_default())).collect()
        }
        _ => String::from_utf8_lossy(choices.bytes(12)).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::choices::bytes_of_seed;

    #[test]
    fn most_records_keep_the_rules_and_some_break_each() {
        let mut classes = BTreeSet::new();
        let mut kept = 0;
        for seed in 0..4000 {
            match bmes::check(&record(&mut Choices::new(&bytes_of_seed(seed)))) {
                Ok(()) => kept += 1,
                Err(error) => {
                    classes.insert(error.class());
                }
            }
        }
        assert!((2000..3900).contains(&kept), "{kept} of 4000 keep the rules");
        assert_eq!(classes.len(), 10, "{classes:?}");
    }

    #[test]
    fn a_record_that_broke_rules_keeps_them_all_when_it_was_settled() {
        for seed in 0..2000 {
            let mut record = record(&mut Choices::new(&bytes_of_seed(seed)));
            keep_rules(&mut record);
            assert_eq!(bmes::check(&record), Ok(()), "{record:?}");
        }
    }
}
