//! Every byte of a file by its name, for people: also of a broken file, up to the fault.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use crate::annotate::Annotated;
use crate::error::Error;
use crate::length::{Bytes, wide};
use crate::path::{FieldPath, Section};
use crate::walk::{self, Visit};

/// Names every byte of `file`. What is wrong with it, if anything, is [`Inspection::error`].
///
/// ```
/// # let record: bmes::ModuleRecord = bmes::ModuleRecord::new(bmes::Version::V1);
/// # let file = bmes::encode(&record, &[])?;
/// let inspection = bmes::inspect(&file);
/// assert_eq!(inspection.error(), None);
/// print!("{}", inspection.annotated());
/// # Ok::<(), bmes::EncodeError>(())
/// ```
pub fn inspect(file: &[u8]) -> Inspection<'_> {
    let mut spans = Spans(Vec::new());
    let error = walk::exact(file, &mut spans).err();
    let mut spans = spans.0;
    let read = spans.last().map_or(0, |span| span.range.end);
    if let (Some(rest), Some(error)) = (file.get(read..), error)
        && !rest.is_empty()
    {
        // What is left begins with the field at fault, unless that was read and only its value is wrong.
        let was_read = spans.iter().any(|span| span.path == error.path);
        let path = if was_read { FieldPath::new(error.path.section, "rest") } else { error.path };
        spans.push(Span { range: read..file.len(), path, value: Value::NotRead(rest) });
    }
    Inspection { file, spans, error }
}

/// A file's bytes by name.
#[derive(Clone, Debug)]
pub struct Inspection<'a> {
    file: &'a [u8],
    spans: Vec<Span<'a>>,
    error: Option<Error>,
}

impl<'a> Inspection<'a> {
    /// The file's fields in order. None is empty, and together they are the whole file.
    pub fn spans(&self) -> &[Span<'a>] {
        &self.spans
    }

    /// What is wrong with the file.
    pub const fn error(&self) -> Option<Error> {
        self.error
    }

    /// The bytes of a span.
    pub fn bytes(&self, span: &Span<'_>) -> &'a [u8] {
        self.file.get(span.range.clone()).unwrap_or_default()
    }

    /// The file's length in bytes.
    pub const fn file_len(&self) -> usize {
        self.file.len()
    }

    /// The spans that explain the byte at `mark`, as ranges of indices, in order and apart: the header, so many `fields` on each side of the
    /// mark, the count of the marked entry's section, and elsewhere the fields that hold a text of the marked entry, two for each text. Without
    /// a mark, the window is at the start.
    pub fn around(&self, mark: Option<usize>, fields: usize) -> Vec<Range<usize>> {
        let center = mark.map_or(0, |mark| self.spans.partition_point(|span| span.range.end <= mark));
        let last = center.saturating_add(fields).saturating_add(1).min(self.spans.len());
        let header = self.spans.partition_point(|span| span.path.section == Section::Header);
        let mut ranges = vec![0..header, center.saturating_sub(fields)..last];
        ranges.extend(self.related(center).into_iter().map(|index| index..index.saturating_add(1)));
        ranges.retain(|range| !range.is_empty());
        ranges.sort_by_key(|range| range.start);
        ranges.dedup_by(|next, range| {
            let touches = next.start <= range.end;
            if touches {
                range.end = range.end.max(next.end);
            }
            touches
        });
        ranges
    }

    /// Of the entry that the span `center` is in: the count of its section; and for each text of it the first span elsewhere that holds it in
    /// the same field, and the first in another field.
    fn related(&self, center: usize) -> Vec<usize> {
        let Some(FieldPath { section, entry: Some(entry), attribute, .. }) =
            self.spans.get(center).map(|span| span.path)
        else {
            return Vec::new();
        };
        let is_of_entry =
            |path: FieldPath| (path.section, path.entry, path.attribute) == (section, Some(entry), attribute);
        let count = self.spans.iter().position(|span| span.path.section == section && span.path.entry.is_none());
        let texts = self.spans.iter().filter(|span| is_of_entry(span.path) && matches!(span.value, Value::Text(_)));
        texts
            .flat_map(|own| {
                [true, false].map(|is_same_field| {
                    self.spans.iter().position(|span| {
                        let fields = [span.path, own.path].map(|path| (path.section, path.field));
                        span.value == own.value && !is_of_entry(span.path) && (fields[0] == fields[1]) == is_same_field
                    })
                })
            })
            .flatten()
            .chain(count)
            .collect()
    }

    /// The bytes with their names beside them, a field after the other. The field at fault is marked.
    pub fn annotated(&self) -> Annotated<'_> {
        Annotated::new(self)
    }
}

/// Some bytes and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Span<'a> {
    /// Where they are, from the file's start. Never empty.
    pub range: Range<usize>,
    /// The field that they are, or are a piece of.
    pub path: FieldPath,
    /// What they say.
    pub value: Value<'a>,
}

/// What some bytes say. Its `Display` is a short form for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// The magic, right or wrong.
    Magic(u32),
    /// A number that counts, measures or flags.
    Number(u32),
    /// Thirty-two bits that the engine gives a meaning to.
    Bits(u32),
    /// An entry's type, and its name if it has one.
    Type(u32, Option<&'static str>),
    /// A string.
    Text(&'a str),
    /// A string that is not UTF-8.
    NotText(&'a [u8]),
    /// Bytecode, or the padding before it.
    Bytes(&'a [u8]),
    /// Bytes that were not read, because of an error before them or in them.
    NotRead(&'a [u8]),
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic(value) | Self::Bits(value) => write!(f, "{value:#010x}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Type(value, Some(name)) => write!(f, "{value} {name}"),
            Self::Type(value, None) => write!(f, "{value} unknown"),
            Self::Text(text) => write!(f, "\"{}\"", text.escape_debug()),
            Self::Bytes(bytes) => write!(f, "{}", Bytes(wide(bytes.len()))),
            Self::NotText(bytes) => write!(f, "{}, not UTF-8", Bytes(wide(bytes.len()))),
            Self::NotRead(bytes) => write!(f, "{}, not read", Bytes(wide(bytes.len()))),
        }
    }
}

/// The visitor that names bytes.
struct Spans<'a>(Vec<Span<'a>>);

impl<'a> Visit<'a> for Spans<'a> {
    fn number(&mut self, range: Range<usize>, path: FieldPath, value: u32) {
        let value = match path.field {
            "magic" => Value::Magic(value),
            "bits" | "code_features" => Value::Bits(value),
            "type" => Value::Type(value, type_name(path.section, value)),
            _ => Value::Number(value),
        };
        self.0.push(Span { range, path, value });
    }

    fn bytes(&mut self, range: Range<usize>, path: FieldPath, value: &'a [u8]) {
        if range.is_empty() {
            return;
        }
        let value = match core::str::from_utf8(value) {
            _ if path.section == Section::Bytecode => Value::Bytes(value),
            Ok(text) => Value::Text(text),
            Err(_) => Value::NotText(value),
        };
        self.0.push(Span { range, path, value });
    }
}

const fn type_name(section: Section, value: u32) -> Option<&'static str> {
    match (section, value) {
        (Section::Imports, 0) => Some("Single"),
        (Section::Imports, 1) => Some("SingleTypeScript"),
        (Section::Exports, 0) => Some("Local"),
        (Section::Exports, 1) => Some("Indirect"),
        (Section::Imports | Section::Exports, 2) => Some("Namespace"),
        _ => None,
    }
}
