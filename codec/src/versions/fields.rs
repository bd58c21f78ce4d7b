//! The strict reader: it reads one field at a time, and checks each field before it reads the next one. An error names
//! the field at fault and the clause that this field breaks.
//!
//! `v1.rs`, `v2.rs` and `v3.rs` use the strict reader. It passes each field that it reads to a function, the observer.
//! `inspect` collects the fields with such a function.

use core::ops::Range;

use crate::bytes::reader::Reader;
use crate::format::error::{Error, ErrorKind};
use crate::format::field::{FieldPath, Piece, Section};
use crate::format::version::Version;
use crate::versions::sections::List;

/// A field that was read. The observer gets the field before its value is checked.
pub(crate) struct Field<'a> {
    pub(crate) range: Range<usize>,
    pub(crate) path: FieldPath,
    pub(crate) content: Content<'a>,
}

/// The content of a field.
pub(crate) enum Content<'a> {
    Number(u32),
    /// The bytes of a string, of the padding or of the bytecode.
    Bytes(&'a [u8]),
}

/// A cursor over a file or a part of it. It knows the section, the entry and the attribute that it is in.
pub(crate) struct Fields<'a, 'o> {
    reader: Reader<'a>,
    observe: &'o mut dyn FnMut(Field<'a>),
    pub(crate) version: Version,
    section: Section,
    entry: Option<u32>,
    attribute: Option<u32>,
}

impl<'a, 'o> Fields<'a, 'o> {
    /// Returns a cursor at the start of a file. Until the file's version is known, errors name clauses of version 1.
    pub(crate) fn new(file: &'a [u8], observe: &'o mut dyn FnMut(Field<'a>)) -> Self {
        let (version, section) = (Version::V1, Section::Header);
        Self { reader: Reader::new(file), observe, version, section, entry: None, attribute: None }
    }

    /// Enters `section`. The next field belongs to no entry, such as a count.
    pub(crate) fn enter(&mut self, section: Section) {
        self.section = section;
    }

    pub(crate) const fn reader(&self) -> &Reader<'a> {
        &self.reader
    }

    /// Returns a new cursor over the next bytes, up to the position `end` in the file. The old cursor, `self`,
    /// continues at `end`. Returns `None` if the file ends before `end`.
    pub(crate) fn sub(&mut self, end: u32) -> Option<Fields<'a, '_>> {
        let reader = self.reader.sub(end)?;
        let Self { version, section, entry, attribute, .. } = *self;
        Some(Fields { reader, observe: &mut *self.observe, version, section, entry, attribute })
    }

    /// Makes the error of the field `field`, which begins at `offset`.
    pub(crate) fn error(&self, field: &'static str, offset: usize, clause: &'static str, kind: ErrorKind) -> Error {
        Error::in_file(kind, self.version, clause, self.path(field), offset)
    }

    /// Makes the error of the number that was read last. It began four bytes before the current position.
    pub(crate) fn wrong(&self, field: &'static str, clause: &'static str, kind: ErrorKind) -> Error {
        self.error(field, self.reader.position().saturating_sub(4), clause, kind)
    }

    const fn path(&self, field: &'static str) -> FieldPath {
        let Self { section, entry, attribute, .. } = *self;
        FieldPath { section, entry, attribute, field, piece: Piece::Whole }
    }

    /// Reads a number of the metadata. If fewer than four bytes are left, the file breaks the clause `u32-bounds`.
    pub(crate) fn u32(&mut self, field: &'static str) -> Result<u32, Error> {
        self.number(self.path(field), "u32-bounds")
    }

    /// Reads a number. If fewer than four bytes are left, the file breaks `clause`.
    pub(crate) fn header_u32(&mut self, field: &'static str, clause: &'static str) -> Result<u32, Error> {
        self.number(self.path(field), clause)
    }

    fn number(&mut self, path: FieldPath, clause: &'static str) -> Result<u32, Error> {
        let (start, left) = (self.reader.position(), self.reader.rest().len());
        let truncated = ErrorKind::Truncated { needed: 4, left };
        let found = self.reader.u32();
        let value = found.ok_or_else(|| Error::in_file(truncated, self.version, clause, path, start))?;
        self.show(start, path, Content::Number(value));
        Ok(value)
    }

    /// Reads a string: its length, then its bytes. Returns an error if bytes are missing, or if they are not UTF-8.
    pub(crate) fn string(&mut self, field: &'static str) -> Result<(), Error> {
        let path = self.path(field);
        let length_offset = self.reader.position();
        let length = self.number(path.piece(Piece::Length), "u32-bounds")?;
        let start = self.reader.position();
        let path = path.piece(Piece::Bytes);
        let bytes = self.take(length, length_offset, path, "string-bounds")?;
        core::str::from_utf8(bytes).map(drop).map_err(|error| {
            let found = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
            let offset = start.saturating_add(error.valid_up_to());
            Error::in_file(ErrorKind::BadUtf8 { found }, self.version, "string-utf8", path, offset)
        })
    }

    /// Reads `size` bytes of bytecode, and returns the position of the first one. If fewer bytes are left, the error
    /// has the offset `size_offset`, which is the position of the field `bytecode_size`.
    pub(crate) fn bytecode(&mut self, size: u32, size_offset: usize) -> Result<usize, Error> {
        let start = self.reader.position();
        self.take(size, size_offset, self.path("bytecode").piece(Piece::Bytes), "bytecode-bounds")?;
        Ok(start)
    }

    /// Reads `size` bytes. If fewer bytes are left, the error has the offset `size_offset`, which is the position of
    /// the number that states the size.
    fn take(
        &mut self,
        size: u32,
        size_offset: usize,
        path: FieldPath,
        clause: &'static str,
    ) -> Result<&'a [u8], Error> {
        let (start, left) = (self.reader.position(), self.reader.rest().len());
        let truncated = ErrorKind::Truncated { needed: u64::from(size), left };
        let found = self.reader.take(size);
        let bytes = found.ok_or_else(|| Error::in_file(truncated, self.version, clause, path, size_offset))?;
        self.show(start, path, Content::Bytes(bytes));
        Ok(bytes)
    }

    /// Reads everything that is left.
    pub(crate) fn remainder(&mut self, field: &'static str) -> &'a [u8] {
        let start = self.reader.position();
        let bytes = self.reader.remainder();
        self.show(start, self.path(field), Content::Bytes(bytes));
        bytes
    }

    fn show(&mut self, start: usize, path: FieldPath, content: Content<'a>) {
        (self.observe)(Field { range: start..self.reader.position(), path, content });
    }

    /// Reads a section: the count of its entries, then the entries.
    pub(crate) fn list(
        &mut self,
        section: Section,
        count_field: &'static str,
        smallest: u32,
        read_entry: impl Fn(&mut Self) -> Result<(), Error>,
    ) -> Result<List, Error> {
        self.enter(section);
        let count = self.count(count_field, smallest)?;
        let start = self.reader.position();
        for index in 0..count {
            self.entry = Some(index);
            read_entry(self)?;
        }
        self.entry = None;
        Ok(List { count, start, end: self.reader.position() })
    }

    /// Reads the attributes of a request: their count, then the attributes.
    pub(crate) fn attributes(
        &mut self,
        count_field: &'static str,
        smallest: u32,
        read_attribute: impl Fn(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for index in 0..self.count(count_field, smallest)? {
            self.attribute = Some(index);
            read_attribute(self)?;
        }
        self.attribute = None;
        Ok(())
    }

    /// Reads a count. Returns an error if the bytes that are left cannot hold that many entries of `smallest` bytes.
    fn count(&mut self, field: &'static str, smallest: u32) -> Result<u32, Error> {
        let count = self.u32(field)?;
        if self.reader.can_hold(count, smallest) {
            return Ok(count);
        }
        let left = self.reader.rest().len();
        Err(self.wrong(field, "count-bounds", ErrorKind::ImplausibleCount { count, smallest, left }))
    }
}
