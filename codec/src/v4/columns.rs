//! The metadata of version 4: twelve numbers, columns of numbers, and the bytes of the strings.

use core::ops::Range;

use crate::format::error::{Error, ErrorKind};
use crate::format::field::{FieldPath, Section};
use crate::format::version::Version;
use crate::v4::header::{Header, SIZE, SMALLEST_METADATA};

/// A `u32` of a column, as it stands in the file.
pub(crate) type Cell = [u8; 4];

/// The offset in the file of the first string's `string_end`: after the header and the twelve numbers.
const COLUMNS_AT: usize = SIZE + 12 * size_of::<Cell>();

/// The twelve numbers that the metadata begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) strings: u32,
    pub(crate) string_bytes: u32,
    pub(crate) requests: u32,
    pub(crate) attributes: u32,
    pub(crate) imports: u32,
    pub(crate) exports: u32,
    pub(crate) star_exports: u32,
    pub(crate) declared_variables: u32,
    pub(crate) lexical_variables: u32,
    pub(crate) code_features: u32,
    pub(crate) lexical_features: u32,
    pub(crate) tolerant_imports: u32,
}

impl Counts {
    /// Reads the counts of a file whose header is right.
    #[inline(always)]
    pub(crate) fn read(file: &[u8]) -> Self {
        let numbers = file.get(SIZE..).and_then(<[u8]>::first_chunk::<{ COLUMNS_AT - SIZE }>).unwrap_or(&[0; _]);
        let (numbers, _) = numbers.as_chunks();
        let number = |index: usize| numbers.get(index).map_or(0, |cell: &Cell| u32::from_le_bytes(*cell));
        Self {
            strings: number(0),
            string_bytes: number(1),
            requests: number(2),
            attributes: number(3),
            imports: number(4),
            exports: number(5),
            star_exports: number(6),
            declared_variables: number(7),
            lexical_variables: number(8),
            code_features: number(9),
            lexical_features: number(10),
            tolerant_imports: number(11),
        }
    }

    /// Returns the size that the metadata must have, in bytes. Each term is less than 2^37, so the sum does not overflow.
    #[inline(always)]
    pub(crate) fn metadata_size(&self) -> u64 {
        let terms = [
            (4, self.strings),
            (16, self.requests),
            (8, self.attributes),
            (12, self.imports),
            (4, self.tolerant_imports),
            (12, self.exports),
            (4, self.star_exports),
            (8, self.declared_variables),
            (8, self.lexical_variables),
            (1, self.string_bytes),
        ];
        terms.iter().fold(SMALLEST_METADATA.into(), |sum: u64, (size, count)| {
            sum.wrapping_add(u64::from(*count).wrapping_mul(*size))
        })
    }

    /// Returns true if one of the numbers of an environment is not 0.
    #[inline(always)]
    pub(crate) const fn has_environment(&self) -> bool {
        self.declared_variables | self.lexical_variables | self.code_features | self.lexical_features != 0
    }
}

/// Returns the error of one of the twelve numbers that the metadata begins with.
pub(crate) fn wrong_count(field: &'static str, offset: usize, clause: &'static str, kind: ErrorKind) -> Error {
    Error::in_file(kind, Version::V4, clause, FieldPath::new(Section::Counts, field), offset)
}

/// A column: the values of one field of all entries of a list.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Column<'a> {
    pub(crate) cells: &'a [Cell],
    /// The offset of the first value in the file.
    at: usize,
}

impl<'a> Column<'a> {
    pub(crate) fn get(&self, index: usize) -> Option<u32> {
        self.cells.get(index).map(|cell| u32::from_le_bytes(*cell))
    }

    /// Like [`Column::get`], for an index that comes from the file.
    pub(crate) fn at(&self, index: u32) -> Option<u32> {
        self.get(usize::try_from(index).ok()?)
    }

    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + use<'a> {
        self.cells.iter().map(|cell| u32::from_le_bytes(*cell))
    }

    /// Returns the offset in the file of a value.
    pub(crate) const fn offset(&self, index: usize) -> usize {
        self.at.saturating_add(index.saturating_mul(4))
    }
}

/// The columns of a file whose metadata has the size that its counts give, and the bytes of its strings.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Columns<'a> {
    pub(crate) string_end: Column<'a>,
    pub(crate) specifier: Column<'a>,
    pub(crate) phase: Column<'a>,
    pub(crate) attribute_end: Column<'a>,
    pub(crate) order: Column<'a>,
    pub(crate) key: Column<'a>,
    pub(crate) value: Column<'a>,
    pub(crate) import_local_name: Column<'a>,
    pub(crate) import_request: Column<'a>,
    pub(crate) import_name: Column<'a>,
    pub(crate) tolerant_import: Column<'a>,
    pub(crate) export_name: Column<'a>,
    pub(crate) export_request: Column<'a>,
    pub(crate) name: Column<'a>,
    pub(crate) star_request: Column<'a>,
    pub(crate) declared_name: Column<'a>,
    pub(crate) declared_bits: Column<'a>,
    pub(crate) lexical_name: Column<'a>,
    pub(crate) lexical_bits: Column<'a>,
    /// The bytes of all strings.
    pub(crate) strings: &'a [u8],
    /// The offset of the first string in the file.
    pub(crate) strings_at: usize,
}

impl<'a> Columns<'a> {
    /// Splits the metadata into its columns.
    #[inline(always)]
    pub(crate) fn split(file: &'a [u8], header: &Header, counts: &Counts) -> Self {
        let metadata = file.get(COLUMNS_AT..header.metadata().end).unwrap_or_default();
        let (mut cells, _) = metadata.as_chunks();
        let mut at = COLUMNS_AT;
        let mut column = |count: u32| {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            let (column, after) = cells.split_at_checked(count).unwrap_or_default();
            let column = Column { cells: column, at };
            (cells, at) = (after, at.wrapping_add(count.wrapping_mul(size_of::<Cell>())));
            column
        };
        let mut columns = Self {
            string_end: column(counts.strings),
            specifier: column(counts.requests),
            phase: column(counts.requests),
            attribute_end: column(counts.requests),
            order: column(counts.requests),
            key: column(counts.attributes),
            value: column(counts.attributes),
            import_local_name: column(counts.imports),
            import_request: column(counts.imports),
            import_name: column(counts.imports),
            tolerant_import: column(counts.tolerant_imports),
            export_name: column(counts.exports),
            export_request: column(counts.exports),
            name: column(counts.exports),
            star_request: column(counts.star_exports),
            declared_name: column(counts.declared_variables),
            declared_bits: column(counts.declared_variables),
            lexical_name: column(counts.lexical_variables),
            lexical_bits: column(counts.lexical_variables),
            strings: &[],
            strings_at: 0,
        };
        columns.strings = metadata.get(at.wrapping_sub(COLUMNS_AT)..).unwrap_or_default();
        columns.strings_at = at;
        columns
    }

    /// Returns the range of a string within the strings' bytes.
    pub(crate) fn string_range(&self, index: u32) -> Option<Range<usize>> {
        let index = usize::try_from(index).ok()?;
        let end = usize::try_from(self.string_end.get(index)?).ok()?;
        let start = match index.checked_sub(1) {
            Some(before) => usize::try_from(self.string_end.get(before)?).ok()?,
            None => 0,
        };
        Some(start..end)
    }

    /// Returns the bytes of a string.
    pub(crate) fn string(&self, index: u32) -> &'a [u8] {
        self.string_range(index).and_then(|range| self.strings.get(range)).unwrap_or_default()
    }

    /// Returns the range of a request's attributes.
    pub(crate) fn attributes(&self, request: u32) -> Range<usize> {
        let index = usize::try_from(request).unwrap_or(usize::MAX);
        let end = self.attribute_end.get(index).unwrap_or(0);
        let start = index.checked_sub(1).and_then(|before| self.attribute_end.get(before)).unwrap_or(0);
        usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0)
    }
}
