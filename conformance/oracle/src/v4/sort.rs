//! The record in the order of a file: section 8 of the specification. `str` compares by bytes, as strings-ascend
//! requires.

use std::collections::{BTreeMap, BTreeSet};

use bmes::v4::{Attribute, Environment, ExportEntry, ImportEntry, ImportIndex, ModuleRequest, StringIndex, Variable};

use super::{Record, place};

/// The rank of each string of a record among its different strings in ascending order. Equal strings have one rank.
///
/// A file holds every string once and in this order, so the rank is also the index in the file.
pub(super) struct Ranks(Vec<u32>);

/// Returns the ranks of the strings.
pub(super) fn ranks(strings: &[String]) -> Ranks {
    let different: BTreeSet<_> = strings.iter().collect();
    let ranks: BTreeMap<_, _> = different.into_iter().zip(0..).collect();
    Ranks(strings.iter().map(|string| ranks[string]).collect())
}

impl Ranks {
    /// Returns the rank of the string with this index in the record.
    pub(super) fn of(&self, string: StringIndex) -> u32 {
        self.0[place(string.0)]
    }

    /// Returns the ranks of all strings in the order of the record.
    pub(super) fn all(&self) -> impl Iterator<Item = u32> {
        self.0.iter().copied()
    }
}

/// Returns the record with each string once, and with strings and lists in ascending order. Only the requests keep
/// their order (writer-strings, writer-lists). Nothing else changes (writer-no-repair).
pub(super) fn record(record: &Record, ranks: &Ranks) -> Record {
    let string = |string| StringIndex(ranks.of(string));
    let imports = record.imports.iter().map(|import| ImportEntry {
        local_name: string(import.local_name),
        import_name: import.import_name.map(string),
        ..*import
    });
    let exports = record.exports.iter().map(|export| ExportEntry {
        export_name: string(export.export_name),
        name: export.name.map(string),
        ..*export
    });
    let local_names: Vec<_> = imports.clone().map(|import| import.local_name).collect();
    Record {
        strings: record.strings.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect(),
        requests: record.requests.iter().map(|request| sorted_request(request, string)).collect(),
        imports: sorted(imports, |import| import.local_name),
        exports: sorted(exports, |export| export.export_name),
        tolerant_imports: tolerant_imports(&record.tolerant_imports, &local_names),
        star_exports: sorted(record.star_exports.iter().copied(), |request| *request),
        environment: record.environment.as_ref().map(|environment| Environment {
            declared_variables: variables(&environment.declared_variables, string),
            lexical_variables: variables(&environment.lexical_variables, string),
            ..*environment
        }),
        ..*record
    }
}

fn sorted<T, K: Ord>(entries: impl Iterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by_key(key);
    entries
}

fn sorted_request(request: &ModuleRequest, string: impl Fn(StringIndex) -> StringIndex) -> ModuleRequest {
    let attributes = request.attributes.iter();
    let attributes =
        attributes.map(|attribute| Attribute { key: string(attribute.key), value: string(attribute.value) });
    ModuleRequest {
        specifier: string(request.specifier),
        phase: request.phase,
        attributes: sorted(attributes, |attribute| attribute.key),
    }
}

/// Returns the places of the tolerant imports after the imports are sorted by local name. `local_names` has the local
/// names in the order of the record.
fn tolerant_imports(tolerant_imports: &[ImportIndex], local_names: &[StringIndex]) -> Vec<ImportIndex> {
    let ascending: BTreeSet<_> = local_names.iter().collect();
    let places: BTreeMap<_, _> = ascending.into_iter().zip(0..).collect();
    let tolerant_imports = tolerant_imports.iter().map(|import| ImportIndex(places[&local_names[place(import.0)]]));
    sorted(tolerant_imports, |import| *import)
}

fn variables(variables: &[Variable], string: impl Fn(StringIndex) -> StringIndex) -> Vec<Variable> {
    let variables = variables.iter().map(|variable| Variable { name: string(variable.name), bits: variable.bits });
    sorted(variables, |variable| variable.name)
}
