//! Validating and checking: sections 5 and 6 of the specification.

use std::ops::Range;

use super::column::Column;
use super::crc::crc;
use super::header::{BYTECODE_CRC, Header, TEXT_CRC};
use super::metadata::Metadata;
use super::{NONE, Rejection, place, reject};

/// Verifies the padding and the checksums of the text and of the bytecode, in the order of validate-order.
pub(super) fn content(file: &[u8], header: &Header) -> Result<(), Rejection> {
    padding(file, header.metadata.end..header.text.start)?;
    padding(file, header.text.end..header.bytecode.start)?;
    if header.text_crc != crc(&file[header.text.clone()]) {
        return reject("bad-checksum", TEXT_CRC, "text-crc");
    }
    if header.bytecode_crc != crc(&file[header.bytecode.clone()]) {
        return reject("bad-checksum", BYTECODE_CRC, "bytecode-crc");
    }
    Ok(())
}

fn padding(file: &[u8], mut range: Range<usize>) -> Result<(), Rejection> {
    range.find(|offset| file[*offset] != 0).map_or(Ok(()), |offset| reject("bad-layout", offset, "padding"))
}

/// Verifies that every import that is exported again is an Indirect or a Namespace export, unless it may stay Local.
pub(super) fn forbidden_export(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    let mut forbidden = Marks::new(metadata);
    let mut tolerant = metadata.tolerant_import.numbers().peekable();
    let imports = metadata.imports.local_name.numbers().zip(metadata.imports.request.numbers());
    for (import, (local_name, request)) in (0..).zip(imports) {
        // The tolerant imports ascend, so the next one is this import or a later one.
        let is_tolerant = tolerant.next_if_eq(&import).is_some();
        if !is_tolerant && metadata.is_evaluation(request) {
            forbidden.mark(local_name);
        }
    }
    for (request, (offset, name)) in metadata.exports.request.numbers().zip(metadata.exports.name.fields()) {
        let is_local = request == NONE;
        if is_local && forbidden.has(place(name)) {
            return reject("bad-entry", offset, "forbidden-export");
        }
    }
    Ok(())
}

/// Verifies that a field refers to each string.
pub(super) fn unused_string(metadata: &Metadata<'_>) -> Result<(), Rejection> {
    let mut used = Marks::new(metadata);
    let names = [
        metadata.requests.specifier,
        metadata.attributes.key,
        metadata.attributes.value,
        metadata.imports.local_name,
        metadata.imports.import_name,
        metadata.exports.export_name,
        metadata.exports.name,
        metadata.declared_variables.name,
        metadata.lexical_variables.name,
    ];
    for string in names.into_iter().flat_map(Column::numbers) {
        if string != NONE {
            used.mark(string);
        }
    }
    match (0..metadata.string_end.count()).find(|string| !used.has(*string)) {
        None => Ok(()),
        Some(string) => reject("unused-string", metadata.string_end.offset(string), "unused-string"),
    }
}

/// A set of strings: one bit for each string (check-memory).
struct Marks(Vec<u8>);

impl Marks {
    fn new(metadata: &Metadata<'_>) -> Self {
        Self(vec![0; metadata.string_end.count().div_ceil(8)])
    }

    fn mark(&mut self, string: u32) {
        let string = place(string);
        self.0[string / 8] |= 1 << (string % 8);
    }

    fn has(&self, string: usize) -> bool {
        self.0[string / 8] & (1 << (string % 8)) != 0
    }
}
