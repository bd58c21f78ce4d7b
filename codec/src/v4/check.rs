//! The rules that `check` of version 4 adds to `decode`: section 5 and 6 of `spec/v4.md`.

use alloc::vec::Vec;

use crate::format::error::{Error, ErrorKind};
use crate::format::field::Section;
use crate::v4::columns::{Column, Columns, Counts};
use crate::v4::header::{self, Header};
use crate::v4::lists::{EVALUATION, Field, NONE};
use crate::v4::strings;

/// A set of strings, one bit for each.
struct Strings(Vec<u64>);

impl Strings {
    fn new(count: u32) -> Result<Self, Error> {
        let words = usize::try_from(count.div_ceil(64)).unwrap_or(usize::MAX);
        let mut bits = Vec::new();
        bits.try_reserve_exact(words).map_err(|_| Error::out_of_memory(words.saturating_mul(8)))?;
        bits.resize(words, 0);
        Ok(Self(bits))
    }

    fn word(index: u32) -> (usize, u64) {
        (usize::try_from(index / 64).unwrap_or(usize::MAX), 1_u64.checked_shl(index % 64).unwrap_or(0))
    }

    fn insert(&mut self, index: u32) {
        let (word, bit) = Self::word(index);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    fn insert_all(&mut self, column: Column<'_>) {
        column.values().filter(|index| *index != NONE).for_each(|index| self.insert(index));
    }

    fn contains(&self, index: u32) -> bool {
        let (word, bit) = Self::word(index);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// Verifies the record of a file that `decode` accepts. Allocates one bit for each string.
pub(crate) fn record(counts: &Counts, columns: &Columns<'_>) -> Result<(), Error> {
    let mut marked = Strings::new(counts.strings)?;
    // First, the local names of imports that no Local export may have.
    let mut tolerant = columns.tolerant_import.values().peekable();
    let imports = columns.import_local_name.values().zip(columns.import_request.values());
    for (import, (name, request)) in (0..).zip(imports) {
        let is_tolerant = tolerant.next_if_eq(&import).is_some();
        if columns.phase.at(request) == Some(EVALUATION) && !is_tolerant {
            marked.insert(name);
        }
    }
    for (index, (request, name)) in columns.export_request.values().zip(columns.name.values()).enumerate() {
        if request == NONE && marked.contains(name) {
            let names = Field { section: Section::Exports, name: "name", column: columns.name };
            return Err(names.wrong(index, "forbidden-export", ErrorKind::ForbiddenExport));
        }
    }
    // Then all strings that a field uses.
    let names = [
        columns.specifier,
        columns.key,
        columns.value,
        columns.import_local_name,
        columns.import_name,
        columns.export_name,
        columns.name,
        columns.declared_name,
        columns.lexical_name,
    ];
    for column in names {
        marked.insert_all(column);
    }
    let unused = (0..counts.strings).find(|index| !marked.contains(*index));
    match unused.and_then(|unused| usize::try_from(unused).ok()) {
        Some(unused) => Err(strings::field(columns).wrong(unused, "unused-string", ErrorKind::UnusedString)),
        None => Ok(()),
    }
}

/// Verifies the bytes after the metadata: the padding, then the checksums of the text and of the bytecode.
pub(crate) fn content(file: &[u8], header: &Header) -> Result<(), Error> {
    for range in header.padding() {
        for (offset, &found) in (range.start..).zip(file.get(range).unwrap_or_default()) {
            if found != 0 {
                return Err(header::wrong("padding", offset, "padding", ErrorKind::Padding { found }));
            }
        }
    }
    let parts = [
        ("text_crc", 100, "text-crc", header.text(), header.text_crc),
        ("bytecode_crc", 104, "bytecode-crc", header.bytecode(), header.bytecode_crc),
    ];
    for (field, offset, clause, range, stored) in parts {
        let computed = header::crc(file.get(range).unwrap_or_default());
        if computed != stored {
            return Err(header::wrong(field, offset, clause, ErrorKind::BadChecksum { stored, computed }));
        }
    }
    Ok(())
}
