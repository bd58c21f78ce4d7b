//! The metadata as a whole: sections 3.2, 3.4 and 4.3 of the specification.

use std::cmp::Ordering;
use std::ops::Range;

use super::column::Column;
use super::crc::crc;
use super::header::{self, Header};
use super::{NONE, Rejection, place, reject};

// Where the numbers at the start of the metadata begin in the file.
const STRING_COUNT: usize = 112;
pub(super) const STRING_BYTES: usize = 116;
const REQUEST_COUNT: usize = 120;
pub(super) const ATTRIBUTE_COUNT: usize = 124;
const IMPORT_COUNT: usize = 128;
const EXPORT_COUNT: usize = 132;
const STAR_EXPORT_COUNT: usize = 136;
const DECLARED_VARIABLE_COUNT: usize = 140;
const LEXICAL_VARIABLE_COUNT: usize = 144;
const CODE_FEATURES: usize = 148;
const LEXICAL_FEATURES: usize = 152;
const TOLERANT_IMPORT_COUNT: usize = 156;

/// Where the first column begins, behind the twelve numbers.
const COLUMNS: usize = 160;

/// The metadata in place: the columns of each list, in the order of the file, and the bytes of the strings.
pub(super) struct Metadata<'a> {
    pub(super) string_end: Column<'a>,
    pub(super) requests: Requests<'a>,
    pub(super) attributes: Attributes<'a>,
    pub(super) imports: Imports<'a>,
    pub(super) tolerant_import: Column<'a>,
    pub(super) exports: Exports<'a>,
    pub(super) star_export: Column<'a>,
    pub(super) declared_variables: Variables<'a>,
    pub(super) lexical_variables: Variables<'a>,
    pub(super) strings: &'a [u8],
    /// The offset of the first byte of the strings in the file.
    pub(super) strings_start: usize,
    pub(super) code_features: u32,
    pub(super) lexical_features: u32,
}

pub(super) struct Requests<'a> {
    pub(super) specifier: Column<'a>,
    pub(super) phase: Column<'a>,
    pub(super) attribute_end: Column<'a>,
    pub(super) order: Column<'a>,
}

pub(super) struct Attributes<'a> {
    pub(super) key: Column<'a>,
    pub(super) value: Column<'a>,
}

pub(super) struct Imports<'a> {
    pub(super) local_name: Column<'a>,
    pub(super) request: Column<'a>,
    pub(super) import_name: Column<'a>,
}

pub(super) struct Exports<'a> {
    pub(super) export_name: Column<'a>,
    pub(super) request: Column<'a>,
    pub(super) name: Column<'a>,
}

pub(super) struct Variables<'a> {
    pub(super) name: Column<'a>,
    pub(super) bits: Column<'a>,
}

impl<'a> Metadata<'a> {
    /// Verifies the metadata as a whole, and returns its columns. Nothing has verified their values.
    pub(super) fn read(file: &'a [u8], header: &Header) -> Result<Self, Rejection> {
        if header.metadata_crc != crc(&file[header.metadata.clone()]) {
            return reject("bad-checksum", header::METADATA_CRC, "metadata-crc");
        }
        let number = |offset| number(file, offset);
        if header.metadata.len() as u64 != sum(number) {
            return reject("bad-layout", header::METADATA_SIZE, "equation");
        }
        if header.flags & 0b1000 == 0 && number(TOLERANT_IMPORT_COUNT) != 0 {
            return reject("bad-layout", TOLERANT_IMPORT_COUNT, "tolerant-flag");
        }
        if header.flags & 0b0001 == 0 {
            let of_the_environment = [DECLARED_VARIABLE_COUNT, LEXICAL_VARIABLE_COUNT, CODE_FEATURES, LEXICAL_FEATURES];
            if let Some(offset) = of_the_environment.into_iter().find(|offset| number(*offset) != 0) {
                return reject("bad-layout", offset, "environment");
            }
        }
        Ok(Self::columns(file, header.metadata.end))
    }

    /// Returns the columns, which stand one after the other (layout). Rust evaluates the fields in the order of this
    /// text.
    fn columns(file: &'a [u8], metadata_end: usize) -> Self {
        let mut start = COLUMNS;
        let mut column = |count| {
            let column = Column::new(file, start, number(file, count));
            start = column.end();
            column
        };
        Self {
            string_end: column(STRING_COUNT),
            requests: Requests {
                specifier: column(REQUEST_COUNT),
                phase: column(REQUEST_COUNT),
                attribute_end: column(REQUEST_COUNT),
                order: column(REQUEST_COUNT),
            },
            attributes: Attributes { key: column(ATTRIBUTE_COUNT), value: column(ATTRIBUTE_COUNT) },
            imports: Imports {
                local_name: column(IMPORT_COUNT),
                request: column(IMPORT_COUNT),
                import_name: column(IMPORT_COUNT),
            },
            tolerant_import: column(TOLERANT_IMPORT_COUNT),
            exports: Exports {
                export_name: column(EXPORT_COUNT),
                request: column(EXPORT_COUNT),
                name: column(EXPORT_COUNT),
            },
            star_export: column(STAR_EXPORT_COUNT),
            declared_variables: Variables {
                name: column(DECLARED_VARIABLE_COUNT),
                bits: column(DECLARED_VARIABLE_COUNT),
            },
            lexical_variables: Variables { name: column(LEXICAL_VARIABLE_COUNT), bits: column(LEXICAL_VARIABLE_COUNT) },
            strings: &file[start..metadata_end],
            strings_start: start,
            code_features: number(file, CODE_FEATURES),
            lexical_features: number(file, LEXICAL_FEATURES),
        }
    }

    /// Returns the bytes of a string. The pass string-end comes first.
    pub(super) fn string(&self, index: usize) -> &'a [u8] {
        &self.strings[self.string_end.range(index)]
    }

    /// Returns whether this is the index of the empty string.
    pub(super) fn is_empty(&self, string: u32) -> bool {
        self.string(place(string)).is_empty()
    }

    /// Returns whether the phase of the request is evaluation.
    pub(super) fn is_evaluation(&self, request: u32) -> bool {
        self.requests.phase.value(place(request)) == 0
    }

    /// Returns the places of a request's attributes in the list of all attributes.
    pub(super) fn attributes_of(&self, request: usize) -> Range<usize> {
        self.requests.attribute_end.range(request)
    }

    /// Compares two requests: by specifier, then by phase, then by their attributes as a list of key, value, key, value
    /// and so on. Strings ascend, so their indices compare as the strings do.
    pub(super) fn compare_requests(&self, a: usize, b: usize) -> Ordering {
        let Requests { specifier, phase, .. } = self.requests;
        let attributes = |request| {
            self.attributes_of(request)
                .flat_map(|attribute| [self.attributes.key.value(attribute), self.attributes.value.value(attribute)])
        };
        specifier
            .value(a)
            .cmp(&specifier.value(b))
            .then_with(|| phase.value(a).cmp(&phase.value(b)))
            .then_with(|| attributes(a).cmp(attributes(b)))
    }

    /// Returns whether an import entry is a Single import. An import of a name is one of the phase evaluation
    /// (import-kind).
    pub(super) fn is_single(&self, import: u32) -> bool {
        self.imports.import_name.value(place(import)) != NONE
    }
}

/// Returns one of the twelve numbers.
fn number(file: &[u8], offset: usize) -> u32 {
    Column::new(file, offset, 1).value(0)
}

/// Returns the size of the metadata that follows from the counts. Every product and sum has 64 bits, so that it cannot
/// wrap (arithmetic).
fn sum(number: impl Fn(usize) -> u32) -> u64 {
    let bytes = |size: u64, count| size * u64::from(number(count));
    48 + bytes(4, STRING_COUNT)
        + bytes(16, REQUEST_COUNT)
        + bytes(8, ATTRIBUTE_COUNT)
        + bytes(12, IMPORT_COUNT)
        + bytes(4, TOLERANT_IMPORT_COUNT)
        + bytes(12, EXPORT_COUNT)
        + bytes(4, STAR_EXPORT_COUNT)
        + bytes(8, DECLARED_VARIABLE_COUNT)
        + bytes(8, LEXICAL_VARIABLE_COUNT)
        + bytes(1, STRING_BYTES)
}
