//! `inspect`: lists every byte of a file with the name of its field. An invalid file is read up to its first error.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use crate::format::error::Error;
use crate::format::field::{FieldPath, Section};
use crate::format::span::{Span, Value};
use crate::format::version::Version;
use crate::v4;
use crate::versions;
use crate::versions::fields::{Content, Field, Fields};

/// Returns the fields of `file`, in order. Every byte of the file belongs to one field. If the file is invalid,
/// [`Inspection::error`] returns its first error.
///
/// ```
/// # let record: bmes::ModuleRecord = bmes::ModuleRecord::new(bmes::VersionFields::V1);
/// # let file = bmes::encode(&record, &[])?;
/// let inspection = bmes::inspect(&file);
/// assert_eq!(inspection.error(), None);
/// print!("{}", inspection.annotated());
/// # Ok::<(), bmes::Error>(())
/// ```
pub fn inspect(file: &[u8]) -> Inspection<'_> {
    let mut spans: Vec<Span<'_>> = Vec::new();
    let mut memory = Ok(());
    let mut show = |span| {
        if memory.is_ok() {
            memory = spans.try_reserve(1).map_err(|_| Error::out_of_memory(size_of::<Span<'_>>()));
            spans.extend(memory.is_ok().then_some(span));
        }
    };
    let read = match crate::identify(file) {
        Ok(Version::V4) => v4::inspect(file, &mut show),
        _ => versions::read(&mut Fields::new(file, &mut |field| {
            if let Some(span) = span(field) {
                show(span);
            }
        }))
        .map(drop),
    };
    if memory.is_err() {
        // Removes the last span, because the span for the rest of the file needs its memory.
        spans.pop();
    }
    let error = memory.err().or(read.err());
    let read = spans.last().map_or(0, |span| span.range.end);
    if let (Some(rest), Some(error)) = (file.get(read..), error)
        && !rest.is_empty()
    {
        // The rest begins with the field at fault. If this field was read and only its value is wrong, the rest begins
        // after it.
        let was_read = spans.iter().any(|span| span.path == error.path());
        let path = if was_read { FieldPath::new(error.path().section, "rest") } else { error.path() };
        spans.push(Span { range: read..file.len(), path, value: Value::NotRead(rest) });
    }
    Inspection { file, spans, error }
}

/// The bytes of a file, each with the name of its field.
#[derive(Clone, Debug)]
pub struct Inspection<'a> {
    file: &'a [u8],
    spans: Vec<Span<'a>>,
    error: Option<Error>,
}

impl<'a> Inspection<'a> {
    /// Returns the file's fields in order. No span is empty, and together the spans cover the whole file.
    pub fn spans(&self) -> &[Span<'a>] {
        &self.spans
    }

    /// Returns the file's first error, or an `out-of-memory` error if its fields do not fit in memory.
    pub const fn error(&self) -> Option<Error> {
        self.error
    }

    /// Returns the bytes of a span.
    pub fn bytes(&self, span: &Span<'_>) -> &'a [u8] {
        self.file.get(span.range.clone()).unwrap_or_default()
    }

    /// Returns the file's length in bytes.
    pub const fn file_len(&self) -> usize {
        self.file.len()
    }

    /// Returns the spans that explain the byte at `mark`, as ranges of indices. The ranges are in order and do not
    /// touch. They hold:
    ///
    /// - the header;
    /// - `fields` spans on each side of the mark;
    /// - the count of the marked entry's section;
    /// - for each text of the marked entry, up to two fields of other entries that hold the same text.
    ///
    /// If `mark` is `None`, the byte at position 0 counts as marked.
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

    /// Returns the spans that are related to the entry of the span `center`.
    ///
    /// They are the count of the entry's section, and up to two spans for each text of the entry. Both hold the same
    /// text, but belong to other entries. One is the first such span in the same field of the same section. The other
    /// is the first such span in any other field.
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
}

/// Returns the span of a field that was read, or `None` if the field has no bytes.
fn span(field: Field<'_>) -> Option<Span<'_>> {
    let Field { range, path, content } = field;
    let value = match content {
        Content::Number(value) => match path.field {
            "magic" => Value::Magic(value),
            "bits" | "code_features" => Value::Bits(value),
            "type" => Value::Type(value, type_name(path.section, value)),
            _ => Value::Number(value),
        },
        Content::Bytes([]) => return None,
        Content::Bytes(bytes) if path.section == Section::Bytecode => Value::Bytes(bytes),
        Content::Bytes(bytes) => core::str::from_utf8(bytes).map_or(Value::NotText(bytes), Value::Text),
    };
    Some(Span { range, path, value })
}

fn type_name(section: Section, value: u32) -> Option<&'static str> {
    let names = match section {
        Section::Imports => ["Single", "SingleTypeScript", "Namespace"],
        Section::Exports => ["Local", "Indirect", "Namespace"],
        _ => return None,
    };
    names.get(usize::try_from(value).ok()?).copied()
}
