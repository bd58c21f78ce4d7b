//! The rules that `check` of version 4 adds to `decode`: section 5 and 6 of `spec/v4.md`.

use alloc::vec::Vec;

use crate::format::error::{Error, ErrorKind};
use crate::format::field::Section;
use crate::v4::columns::{Column, Columns, Counts};
use crate::v4::header::{self, Header};
use crate::v4::lists::{EVALUATION, Field, NONE};
use crate::v4::strings;

/// A set of strings. It ignores the index `NONE`.
trait Marks {
    fn insert(&mut self, index: u32);
    fn contains(&self, index: u32) -> bool;
    /// Returns the first of `count` strings that is not in the set.
    fn first_missing(&self, count: u32) -> Option<u32>;

    fn insert_all(&mut self, column: Column<'_>) {
        column.values().for_each(|index| self.insert(index));
    }
}

/// The number of strings for which there is room on the stack.
const FEW: usize = 1023;

/// The strings of most files, one byte for each. The processor writes different bytes at the same time, but the bits of a
/// word one after the other. The last byte is that of `NONE`.
struct Few([u8; FEW + 1]);

impl Few {
    /// Returns the place of a string, or of `NONE`. It is less than 1024, so that an access needs no check.
    #[inline(always)]
    fn place(index: u32) -> usize {
        usize::try_from(index & 1023).unwrap_or(FEW)
    }
}

impl Marks for Few {
    #[inline(always)]
    fn insert(&mut self, index: u32) {
        if let Some(mark) = self.0.get_mut(Self::place(index)) {
            *mark = 1;
        }
    }

    #[inline(always)]
    fn contains(&self, index: u32) -> bool {
        self.0.get(Self::place(index)) == Some(&1)
    }

    fn first_missing(&self, count: u32) -> Option<u32> {
        let marks = usize::try_from(count).ok().and_then(|count| self.0.get(..count)).unwrap_or_default();
        if !marks.contains(&0) {
            return None;
        }
        (0..).zip(marks).find(|(_, mark)| **mark == 0).map(|(index, _)| index)
    }
}

/// The strings of a larger file, one bit for each.
struct Many(Vec<u64>);

impl Many {
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
}

impl Marks for Many {
    #[inline(always)]
    fn insert(&mut self, index: u32) {
        let (word, bit) = Self::word(index);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    #[inline(always)]
    fn contains(&self, index: u32) -> bool {
        let (word, bit) = Self::word(index);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    fn first_missing(&self, count: u32) -> Option<u32> {
        let full = self.0.iter().take_while(|word| **word == u64::MAX).count();
        let first = u32::try_from(full.saturating_mul(64)).unwrap_or(u32::MAX);
        (first..count).find(|index| !self.contains(*index))
    }
}

/// Verifies the record of a file that `decode` accepts. Allocates one bit for each string if there are more than
/// [`FEW`].
pub(crate) fn record(counts: &Counts, columns: &Columns<'_>) -> Result<(), Error> {
    if usize::try_from(counts.strings).is_ok_and(|count| count <= FEW) {
        verify(Few([0; FEW + 1]), counts, columns)
    } else {
        verify(Many::new(counts.strings)?, counts, columns)
    }
}

fn verify(mut marked: impl Marks, counts: &Counts, columns: &Columns<'_>) -> Result<(), Error> {
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
    match marked.first_missing(counts.strings).and_then(|unused| usize::try_from(unused).ok()) {
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
