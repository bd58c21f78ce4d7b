//! The lists: section 4.5 of the specification. The functions stand in the order of the lists, and read the columns of
//! a list one after the other (first-error).

use super::column::Column;
use super::metadata::{ATTRIBUTE_COUNT, Metadata, Variables};
use super::{NONE, Rejection, place, reject};

pub(super) fn verify(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    requests(metadata)?;
    attributes(metadata)?;
    order(metadata)?; // after the attributes, which it compares
    imports(metadata)?;
    tolerant_imports(metadata)?;
    exports(metadata)?;
    star_exports(metadata)?;
    variables(metadata, &metadata.declared_variables)?;
    variables(metadata, &metadata.lexical_variables)
}

fn requests(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    indices(metadata.requests.specifier, metadata.string_end)?;
    for (offset, phase) in metadata.requests.phase.fields() {
        if phase > 2 {
            return reject("bad-type", offset, "phase");
        }
    }
    // The end before the first request is 0. Without requests, it must be the end of all attributes.
    let (mut at, mut before) = (ATTRIBUTE_COUNT, 0);
    let attribute_count = metadata.attributes.key.count();
    for (offset, end) in metadata.requests.attribute_end.fields() {
        if end < before || place(end) > attribute_count {
            return reject("bad-index", offset, "attribute-end");
        }
        (at, before) = (offset, end);
    }
    if place(before) != attribute_count {
        return reject("bad-index", at, "attribute-end");
    }
    Ok(())
}

fn attributes(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    let key = metadata.attributes.key;
    for request in 0..metadata.requests.specifier.count() {
        let mut before = None;
        for attribute in metadata.attributes_of(request) {
            let (offset, value) = (key.offset(attribute), key.value(attribute));
            index(offset, value, metadata.string_end)?;
            ascends(before, offset, value, "attributes-ascend")?;
            before = Some(value);
        }
    }
    indices(metadata.attributes.value, metadata.string_end)
}

fn order(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    let mut before = None;
    for (offset, value) in metadata.requests.order.fields() {
        index(offset, value, metadata.requests.specifier)?;
        let request = place(value);
        if before.is_some_and(|before| metadata.compare_requests(before, request).is_ge()) {
            return reject("bad-order", offset, "requests-ascend");
        }
        before = Some(request);
    }
    Ok(())
}

fn imports(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    let imports = &metadata.imports;
    let mut before = None;
    for (offset, local_name) in imports.local_name.fields() {
        index(offset, local_name, metadata.string_end)?;
        if metadata.is_empty(local_name) {
            return reject("bad-entry", offset, "empty-local-name");
        }
        ascends(before, offset, local_name, "imports-ascend")?;
        before = Some(local_name);
    }
    indices(imports.request, metadata.requests.specifier)?;
    indices_or_none(imports.import_name, metadata.string_end)?;
    for (request, (offset, import_name)) in imports.request.numbers().zip(imports.import_name.fields()) {
        if import_name != NONE && !metadata.is_evaluation(request) {
            return reject("bad-entry", offset, "import-kind");
        }
    }
    Ok(())
}

fn tolerant_imports(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    ascending_indices(metadata.tolerant_import, metadata.imports.local_name, "tolerant-imports-ascend")?;
    for (offset, import) in metadata.tolerant_import.fields() {
        if !metadata.is_single(import) {
            return reject("bad-entry", offset, "tolerant-kind");
        }
    }
    Ok(())
}

fn exports(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    let exports = &metadata.exports;
    ascending_indices(exports.export_name, metadata.string_end, "exports-ascend")?;
    indices_or_none(exports.request, metadata.requests.specifier)?;
    indices_or_none(exports.name, metadata.string_end)?;
    for (request, (offset, name)) in exports.request.numbers().zip(exports.name.fields()) {
        let has_a_kind = if request == NONE {
            name != NONE && !metadata.is_empty(name) // Local
        } else {
            metadata.is_evaluation(request) // Indirect or Namespace
        };
        if !has_a_kind {
            return reject("bad-entry", offset, "export-kind");
        }
    }
    Ok(())
}

fn star_exports(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    ascending_indices(metadata.star_export, metadata.requests.specifier, "star-exports-ascend")?;
    for (offset, request) in metadata.star_export.fields() {
        if !metadata.is_evaluation(request) {
            return reject("bad-entry", offset, "star-kind");
        }
    }
    Ok(())
}

/// One name may be in both lists, so each list is judged alone. The bits can have any value (engine-words).
fn variables(metadata: &Metadata<'_>, variables: &Variables<'_>) -> Result<(), Rejection> {
    ascending_indices(variables.name, metadata.string_end, "variables-ascend")
}

/// Verifies that a value is less than the number of entries of the list that it refers to. `list` is any column of that
/// list.
fn index(offset: usize, value: u32, list: Column<'_>) -> Result<(), Rejection> {
    if place(value) < list.count() { Ok(()) } else { reject("bad-index", offset, "index") }
}

/// Verifies that a value is greater than the value before it, if there is one.
fn ascends(before: Option<u32>, offset: usize, value: u32, clause: &'static str) -> Result<(), Rejection> {
    if before.is_none_or(|before| before < value) { Ok(()) } else { reject("bad-order", offset, clause) }
}

/// Verifies a column of indices in any order.
fn indices(column: Column<'_>, list: Column<'_>) -> Result<(), Rejection> {
    column.fields().try_for_each(|(offset, value)| index(offset, value, list))
}

/// Verifies a column of indices that can be `NONE`.
fn indices_or_none(column: Column<'_>, list: Column<'_>) -> Result<(), Rejection> {
    column.fields().filter(|(_, value)| *value != NONE).try_for_each(|(offset, value)| index(offset, value, list))
}

/// Verifies a column of indices that ascend strictly.
fn ascending_indices(column: Column<'_>, list: Column<'_>, clause: &'static str) -> Result<(), Rejection> {
    let mut before = None;
    for (offset, value) in column.fields() {
        index(offset, value, list)?;
        ascends(before, offset, value, clause)?;
        before = Some(value);
    }
    Ok(())
}
