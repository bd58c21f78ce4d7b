//! A file whose fields have names, and the changes that a case makes to it.
//!
//! ```ignore
//! typical(version).layout().set_text("requests[0].specifier", b"\xFF").padded().with_header()
//! ```
//!
//! An edit ([`set_u32`](File::set_u32), [`set_text`](File::set_text), [`insert_after`](File::insert_after), …) changes
//! the bytes that it names and moves the fields after them. It does not change the header and the padding. A case that
//! needs a correct header or padding calls one of these functions:
//!
//! - [`padded`](File::padded) makes the padding as long as a writer does;
//! - [`with_header`](File::with_header) writes the numbers of the header, which say where the bytecode is;
//! - [`metadata_ends_at`](File::metadata_ends_at) writes a header that ends the metadata elsewhere;
//! - [`aligned_by`](File::aligned_by) moves a position to a multiple of 8, as version 3 requires of the end of the
//!   metadata.

use std::ops::Range;

use bmes::{Variable, Version};

use super::At;
use crate::derive::repair;

/// A file whose fields have names.
#[derive(Clone, Debug)]
pub struct File {
    version: Version,
    bytes: Vec<u8>,
    fields: Vec<Field>,
}

/// A field, or a piece of a string. If the file was truncated before the field, the range goes beyond the end of the
/// file.
#[derive(Clone, Debug)]
struct Field {
    path: String,
    range: Range<usize>,
}

impl File {
    /// Returns the bytes, with all edits.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the version in which the file was laid out, or the version that [`called`](Self::called) set.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Returns the range of a field, or of all fields whose paths begin with `path`.
    #[track_caller]
    pub fn range(&self, path: &str) -> Range<usize> {
        let (first, last) = self.find(path);
        self.fields[first].range.start..self.fields[last].range.end
    }

    /// Returns the number of bytes from `start` to `end`.
    #[track_caller]
    pub fn between(&self, start: At<'_>, end: At<'_>) -> usize {
        let (start_offset, end_offset) = (start.offset(self), end.offset(self));
        end_offset
            .checked_sub(start_offset)
            .unwrap_or_else(|| panic!("{} is at {end_offset}, before {} at {start_offset}", end.path(), start.path()))
    }
}

/// Edits. Each changes only the bytes that it names: the header and the padding do not change to match.
impl File {
    /// Writes another number into a `u32` field.
    #[track_caller]
    pub fn set_u32(self, path: &str, value: u32) -> Self {
        assert_number(path);
        self.overwrite(path, &value.to_le_bytes())
    }

    /// Writes the number that `value` computes from this file into a `u32` field.
    #[track_caller]
    pub fn set_u32_by(self, path: &str, value: impl FnOnce(&Self) -> usize) -> Self {
        let value = value(&self);
        self.set_u32(path, u32::try_from(value).unwrap_or_else(|_| panic!("{path}: {value} does not fit in 32 bits")))
    }

    /// Writes `bytecode_offset` and `bytecode_size`, the two numbers of the header in versions 2 and 3. At least one of
    /// them must change.
    #[track_caller]
    pub fn set_header(mut self, bytecode_offset: u32, bytecode_size: u32) -> Self {
        let header = self.range("bytecode_offset").start..self.range("bytecode_size").end;
        let new = [bytecode_offset.to_le_bytes(), bytecode_size.to_le_bytes()].concat();
        assert_ne!(self.bytes[header.clone()], new, "the header already has these two numbers");
        self.bytes[header].copy_from_slice(&new);
        self
    }

    /// Replaces the bytes of a field with the same number of other bytes.
    #[track_caller]
    pub fn overwrite(mut self, path: &str, bytes: &[u8]) -> Self {
        let range = self.range(path);
        assert_eq!(range.len(), bytes.len(), "{path}: the field and its new bytes must have the same length");
        assert_ne!(&self.bytes[range.clone()], bytes, "{path}: the field already has these bytes");
        self.bytes[range].copy_from_slice(bytes);
        self
    }

    /// Sets every byte of the padding to 1.
    #[track_caller]
    pub fn spoil_padding(self) -> Self {
        let ones = vec![1; self.range("padding").len()];
        self.overwrite("padding", &ones)
    }

    /// Replaces the bytes of a string, and sets its length to match.
    #[track_caller]
    pub fn set_text(mut self, path: &str, bytes: &[u8]) -> Self {
        let piece = format!("{path}.bytes");
        assert_ne!(&self.bytes[self.range(&piece)], bytes, "{path}: the field already has these bytes");
        self.resize(&piece, bytes);
        let length = u32::try_from(bytes.len()).expect("a string of the corpus is shorter than 4 GiB");
        self.write_u32(&format!("{path}.length"), length);
        self
    }

    /// Inserts bytes before a field.
    #[track_caller]
    pub fn insert_before(self, path: &str, bytes: &[u8]) -> Self {
        let (first, at) = (self.find(path).0, self.range(path).start);
        self.insert(first, at, bytes)
    }

    /// Inserts bytes after a field.
    #[track_caller]
    pub fn insert_after(self, path: &str, bytes: &[u8]) -> Self {
        let (last, at) = (self.find(path).1, self.range(path).end);
        self.insert(last + 1, at, bytes)
    }

    /// Appends bytes to the file.
    #[track_caller]
    pub fn append(mut self, bytes: &[u8]) -> Self {
        assert!(!bytes.is_empty(), "there are no bytes to append");
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Removes all bytes of the file from `place` on.
    #[track_caller]
    pub fn truncated_at(mut self, place: At<'_>) -> Self {
        let end = place.offset(&self);
        assert!(end < self.bytes.len(), "{}: the file already ends before this position", place.path());
        self.bytes.truncate(end);
        self
    }

    /// Removes the last byte of the file.
    pub fn cut_last_byte(mut self) -> Self {
        assert!(self.bytes.pop().is_some(), "the file is empty");
        self
    }

    /// Writes the number of another version into the file. The layout does not change.
    #[track_caller]
    pub fn called(mut self, version: Version) -> Self {
        self.version = version;
        self.set_u32("version", version.number())
    }
}

/// The parts that a writer derives from the rest of the file: padding, header and alignment.
impl File {
    /// Replaces the padding with zeros up to the next multiple of 8. Version 1 has no padding, so this changes nothing
    /// there.
    pub fn padded(mut self) -> Self {
        if self.version.has_bytecode_offset() {
            let start = self.range("padding").start;
            self.resize("padding", &vec![0; start.next_multiple_of(8) - start]);
        }
        self
    }

    /// Writes the numbers of the header that match the file: the metadata and its padding end where the bytecode
    /// begins. Version 1 has no such header, so this changes nothing there.
    pub fn with_header(mut self) -> Self {
        if self.version.has_bytecode_offset() {
            self.write_header(self.range("bytecode").start);
        }
        self
    }

    /// Writes a header in which the metadata ends at `place`. All bytes from there to the end of the file are bytecode.
    ///
    /// # Panics
    ///
    /// Panics in version 1, which has no such header. Panics in version 3 if `place` is not at a multiple of 8, because
    /// version 3 requires this.
    #[track_caller]
    pub fn metadata_ends_at(mut self, place: At<'_>) -> Self {
        let end = place.offset(&self);
        let aligned = self.version != Version::V3 || end.is_multiple_of(8);
        assert!(aligned, "{}: {end} is no multiple of 8: call aligned_by first", place.path());
        self.write_header(end);
        self
    }

    /// Appends `x` to the string at `path` until `place`, which is after the string, is at a multiple of 8.
    ///
    /// # Panics
    ///
    /// Panics if `place` is neither at a multiple of 8 nor after the string. Then the version cannot have such a case.
    #[track_caller]
    pub fn aligned_by(self, path: &str, place: At<'_>) -> Self {
        let end = place.offset(&self);
        let missing = end.next_multiple_of(8) - end;
        if missing == 0 {
            return self;
        }
        let bytes = self.range(&format!("{path}.bytes"));
        assert!(bytes.end <= end, "{path} is not before {}, so a longer string there cannot align it", place.path());
        let text = [&self.bytes[bytes], &vec![b'x'; missing]].concat();
        self.set_text(path, &text)
    }
}

/// The parts of a file of version 4 that a writer derives from the rest.
impl File {
    /// Writes the sizes of the metadata, the text and the bytecode that the file has.
    #[track_caller]
    pub fn resized(mut self) -> Self {
        let size = |size: usize| u32::try_from(size).expect("a file of the corpus is shorter than 4 GiB");
        let metadata = self.between(super::at("string_count"), super::at("metadata_padding"));
        let (text, bytecode) = (self.range("text").len(), self.range("bytecode").len());
        self.write_u32("metadata_size", size(metadata));
        self.write_u32("text_size", size(text));
        self.write_u32("bytecode_size", size(bytecode));
        self
    }

    /// Replaces both paddings with zeros: up to a multiple of 8, and up to a multiple of `alignment`.
    #[track_caller]
    pub fn padded_to(mut self, alignment: u32) -> Self {
        let alignment = usize::try_from(alignment).expect("a small number");
        for (padding, alignment) in [("metadata_padding", 8), ("text_padding", alignment)] {
            let start = self.range(padding).start;
            self.resize(padding, &vec![0; start.next_multiple_of(alignment.max(1)) - start]);
        }
        self
    }

    /// Makes all checksums right, by the sizes in the header: of the metadata, the text and the bytecode, and then of
    /// the header.
    #[track_caller]
    pub fn sealed(mut self) -> Self {
        self.bytes = repair::repaired(self.bytes);
        self
    }

    /// Replaces the bytes of a field with any number of other bytes.
    #[track_caller]
    pub fn replace(mut self, path: &str, bytes: &[u8]) -> Self {
        self.resize(path, bytes);
        self
    }

    /// Writes a number, which may be the one that the field has.
    #[track_caller]
    pub fn write_u32_at(mut self, path: &str, value: u32) -> Self {
        self.write_u32(path, value);
        self
    }

    /// Makes the checksum of the header right, and no other one.
    #[track_caller]
    pub fn header_sealed(mut self) -> Self {
        let crc = crc32fast::hash(&self.bytes[..self.range("header_crc").start]);
        self.write_u32("header_crc", crc);
        self
    }

    /// Returns the number in a `u32` field.
    #[track_caller]
    pub fn u32(&self, path: &str) -> u32 {
        let bytes = self.bytes[self.range(path)].first_chunk().unwrap_or_else(|| panic!("{path} is not a number"));
        u32::from_le_bytes(*bytes)
    }
}

impl File {
    #[track_caller]
    fn insert(mut self, index: usize, at: usize, bytes: &[u8]) -> Self {
        assert!(!bytes.is_empty(), "there are no bytes to insert");
        self.splice(index, at..at, bytes);
        self
    }

    /// Replaces the bytes of a field with any number of other bytes.
    #[track_caller]
    fn resize(&mut self, path: &str, bytes: &[u8]) {
        let (index, range) = (self.find(path).0, self.range(path));
        self.splice(index + 1, range.clone(), bytes);
        self.fields[index].range.end = range.start + bytes.len();
    }

    /// Replaces the bytes of `range`. The fields from `index` on come after these bytes, so they move.
    fn splice(&mut self, index: usize, range: Range<usize>, bytes: &[u8]) {
        let moved = |at: usize| at - range.len() + bytes.len();
        for field in &mut self.fields[index..] {
            field.range = moved(field.range.start)..moved(field.range.end);
        }
        self.bytes.splice(range, bytes.iter().copied());
    }

    #[track_caller]
    fn write_header(&mut self, end: usize) {
        let number = |number: usize| u32::try_from(number).expect("a file of the corpus is shorter than 4 GiB");
        let size = self.bytes.len().checked_sub(end).expect("the metadata ends inside the file");
        self.write_u32("bytecode_offset", number(end));
        self.write_u32("bytecode_size", number(size));
    }

    #[track_caller]
    fn write_u32(&mut self, path: &str, value: u32) {
        let range = self.range(path);
        self.bytes[range].copy_from_slice(&value.to_le_bytes());
    }

    /// Returns the indices of the first and the last field that `path` means.
    #[track_caller]
    fn find(&self, path: &str) -> (usize, usize) {
        let meant = |field: &Field| {
            let rest = field.path.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let first = self.fields.iter().position(meant);
        let last = self.fields.iter().rposition(meant);
        first.zip(last).unwrap_or_else(|| {
            let paths: Vec<_> = self.fields.iter().map(|field| field.path.as_str()).collect();
            panic!("no field {path:?}; the fields are {}", paths.join(", "))
        })
    }
}

/// The steps that lay out a module.
impl File {
    pub(in crate::cases) fn new(version: Version) -> Self {
        Self { version, bytes: Vec::new(), fields: Vec::new() }
    }

    pub(in crate::cases) fn push_bytes(&mut self, path: &str, bytes: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.fields.push(Field { path: path.into(), range: start..self.bytes.len() });
    }

    pub(in crate::cases) fn push_u32(&mut self, path: &str, value: u32) {
        self.push_bytes(path, &value.to_le_bytes());
    }

    pub(in crate::cases) fn push_count(&mut self, path: &str, count: usize) {
        self.push_u32(path, u32::try_from(count).expect("a count or a length in the corpus fits in 32 bits"));
    }

    pub(super) fn push_text(&mut self, path: &str, text: &str) {
        self.push_count(&format!("{path}.length"), text.len());
        self.push_bytes(&format!("{path}.bytes"), text.as_bytes());
    }

    pub(super) fn push_variables(&mut self, kind: &str, variables: &[Variable]) {
        self.push_count(&format!("{kind}_count"), variables.len());
        for (index, variable) in variables.iter().enumerate() {
            self.push_text(&format!("{kind}s[{index}].name"), &variable.name);
            self.push_u32(&format!("{kind}s[{index}].bits"), variable.bits);
        }
    }
}

fn assert_number(path: &str) {
    let field = path.rsplit('.').next().unwrap_or(path);
    let is_number = matches!(
        field,
        "version"
            | "has_attributes"
            | "type"
            | "length"
            | "bits"
            | "code_features"
            | "bytecode_offset"
            | "flags"
            | "alignment"
            | "string_bytes"
            | "specifier"
            | "phase"
            | "order"
            | "key"
            | "value"
            | "local_name"
            | "request"
            | "import_name"
            | "tolerant_import"
            | "export_name"
            | "name"
            | "lexical_features"
    ) || ["_count", "_size", "_crc", "end"].iter().any(|end| field.ends_with(end));
    assert!(is_number, "{path} is not a u32 field; the length of a string is {path}.length");
}
