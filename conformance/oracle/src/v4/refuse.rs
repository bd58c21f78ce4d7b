//! What a writer rejects: the table of section 8.1 of the specification, row by row.
//!
//! These functions judge the record that the caller gave, with its strings and lists in any order. They look at no
//! file. The type of the record has the right version, a known phase and strings that UTF-8 can hold, so the rows about
//! these need no code. The module `write` rejects a file that is too large.

use std::collections::BTreeSet;

use bmes::v4::{ExportEntry, ImportEntry, ModuleRequest, Phase, RequestIndex, StringIndex, Variable};

use super::header::is_alignment;
use super::record::number_of;
use super::sort::Ranks;
use super::{Record, Rejection, place, refuse};

/// Refuses an index that is not less than the number of entries of its list.
pub(super) fn indices(record: &Record) -> Result<(), Rejection> {
    let are_strings = strings_used(record).all(|string| place(string.0) < record.strings.len());
    let are_requests = requests_used(record).all(|request| place(request.0) < record.requests.len());
    let are_imports = record.tolerant_imports.iter().all(|import| place(import.0) < record.imports.len());
    if are_strings && are_requests && are_imports { Ok(()) } else { refuse("bad-index") }
}

/// Refuses every other fault. All indices are right. Two names are equal if they have the same rank.
pub(super) fn faults(record: &Record, ranks: &Ranks, bytecode: &[u8]) -> Result<(), Rejection> {
    equal_entries(record, ranks)?;
    bad_entries(record)?;
    forbidden_exports(record, ranks)?;
    unused_strings(record, ranks)?;
    if !is_alignment(record.alignment, !bytecode.is_empty()) {
        return refuse("bad-layout");
    }
    if !record.flags.typescript && !record.tolerant_imports.is_empty() {
        return refuse("bad-layout");
    }
    if record.source.size > 4_294_967_295 {
        return refuse("too-large");
    }
    Ok(())
}

fn equal_entries(record: &Record, ranks: &Ranks) -> Result<(), Rejection> {
    for request in &record.requests {
        distinct(request.attributes.iter().map(|attribute| ranks.of(attribute.key)))?;
    }
    distinct(record.requests.iter().map(|request| request_ranks(request, ranks)))?;
    distinct(record.imports.iter().map(|import| ranks.of(import.local_name)))?;
    distinct(record.exports.iter().map(|export| ranks.of(export.export_name)))?;
    distinct(&record.star_exports)?; // no two requests are equal
    distinct(&record.tolerant_imports)?;
    if let Some(environment) = &record.environment {
        let names = |variables: &[Variable]| distinct(variables.iter().map(|variable| ranks.of(variable.name)));
        names(&environment.declared_variables)?;
        names(&environment.lexical_variables)?;
    }
    Ok(())
}

/// The order of the attributes has no meaning, so the pairs are sorted.
fn request_ranks(request: &ModuleRequest, ranks: &Ranks) -> (u32, u32, BTreeSet<(u32, u32)>) {
    let pairs = request.attributes.iter().map(|attribute| (ranks.of(attribute.key), ranks.of(attribute.value)));
    (ranks.of(request.specifier), number_of(request.phase), pairs.collect())
}

fn distinct<T: Ord>(values: impl IntoIterator<Item = T>) -> Result<(), Rejection> {
    let mut seen = BTreeSet::new();
    if values.into_iter().all(|value| seen.insert(value)) { Ok(()) } else { refuse("bad-order") }
}

fn bad_entries(record: &Record) -> Result<(), Rejection> {
    let is_empty = |name: StringIndex| record.strings[place(name.0)].is_empty();
    let has_a_kind = |export: &ExportEntry| match (export.request, export.name) {
        (None, Some(local_name)) => !is_empty(local_name), // Local
        (None, None) => false,
        (Some(request), _) => is_evaluation(record, request), // Indirect or Namespace
    };
    // An import without an import name is Namespace or Source, whatever its phase.
    let is_import = |import: &ImportEntry| import.import_name.is_none() || is_evaluation(record, import.request);
    let are_right = record.imports.iter().all(|import| !is_empty(import.local_name) && is_import(import))
        && record.exports.iter().all(has_a_kind)
        && record.tolerant_imports.iter().all(|import| record.imports[place(import.0)].import_name.is_some())
        && record.star_exports.iter().all(|request| is_evaluation(record, *request));
    if are_right { Ok(()) } else { refuse("bad-entry") }
}

/// Refuses a Local export of an import that must be an Indirect or a Namespace export (forbidden-export).
fn forbidden_exports(record: &Record, ranks: &Ranks) -> Result<(), Rejection> {
    let tolerant: BTreeSet<_> = record.tolerant_imports.iter().map(|import| import.0).collect();
    let strict = (0..).zip(&record.imports).filter(|(import, _)| !tolerant.contains(import)).map(|(_, import)| import);
    let forbidden = strict.filter(|import| is_evaluation(record, import.request));
    let forbidden: BTreeSet<_> = forbidden.map(|import| ranks.of(import.local_name)).collect();
    let local_exports = record.exports.iter().filter(|export| export.request.is_none());
    let mut local_names = local_exports.filter_map(|export| export.name);
    if local_names.any(|name| forbidden.contains(&ranks.of(name))) { refuse("bad-entry") } else { Ok(()) }
}

/// A repetition of a string that a field uses is used, too (writer-strings).
fn unused_strings(record: &Record, ranks: &Ranks) -> Result<(), Rejection> {
    let used: BTreeSet<_> = strings_used(record).map(|string| ranks.of(string)).collect();
    if ranks.all().all(|rank| used.contains(&rank)) { Ok(()) } else { refuse("unused-string") }
}

fn is_evaluation(record: &Record, request: RequestIndex) -> bool {
    record.requests[place(request.0)].phase == Phase::Evaluation
}

/// Returns every field of the record that holds the index of a string.
pub(super) fn strings_used(record: &Record) -> impl Iterator<Item = StringIndex> {
    let specifiers = record.requests.iter().map(|request| request.specifier);
    let attributes = record.requests.iter().flat_map(|request| &request.attributes);
    let attributes = attributes.flat_map(|attribute| [attribute.key, attribute.value]);
    let imports = record.imports.iter().flat_map(|import| [Some(import.local_name), import.import_name]);
    let exports = record.exports.iter().flat_map(|export| [Some(export.export_name), export.name]);
    let variables = record.environment.iter().flat_map(|environment| {
        environment.declared_variables.iter().chain(&environment.lexical_variables).map(|variable| variable.name)
    });
    specifiers.chain(attributes).chain(imports.flatten()).chain(exports.flatten()).chain(variables)
}

/// Returns every field of the record that holds the index of a request.
fn requests_used(record: &Record) -> impl Iterator<Item = RequestIndex> {
    let imports = record.imports.iter().map(|import| import.request);
    let exports = record.exports.iter().filter_map(|export| export.request);
    imports.chain(exports).chain(record.star_exports.iter().copied())
}
