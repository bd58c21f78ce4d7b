//! The exact mode: field by field, each judged as it comes, the first one at fault named.

use super::{Cursor, Production, Visit, Walk, is_plausible};
use crate::error::{Error, ErrorKind};
use crate::path::{FieldPath, Piece, Section};
use crate::version::Version;

/// A cursor, and where in the grammar it is.
pub(crate) struct Exact<'a, 'v, V> {
    cursor: Cursor<'a>,
    visit: &'v mut V,
    version: Version,
    section: Section,
    entry: Option<u32>,
    attribute: Option<u32>,
}

impl<'a, 'v, V: Visit<'a>> Exact<'a, 'v, V> {
    pub(crate) fn new(file: &'a [u8], visit: &'v mut V) -> Self {
        Self {
            cursor: Cursor::new(file),
            visit,
            version: Version::V1,
            section: Section::Header,
            entry: None,
            attribute: None,
        }
    }

    fn path(&self, field: &'static str) -> FieldPath {
        FieldPath { section: self.section, entry: self.entry, attribute: self.attribute, field, piece: Piece::Whole }
    }

    fn error(&self, path: FieldPath, offset: usize, kind: ErrorKind) -> Error {
        Error { kind, version: self.version, offset, path }
    }

    fn count(&mut self, field: &'static str, smallest: u32) -> Result<u32, Error> {
        let count = self.number(field)?;
        let left = self.cursor.rest.len();
        if is_plausible(count, smallest, left) {
            Ok(count)
        } else {
            Err(self.wrong(field, ErrorKind::ImplausibleCount { count, smallest, left }))
        }
    }

    fn number_at(&mut self, path: FieldPath) -> Result<u32, Error> {
        let (start, left) = (self.cursor.position(), self.cursor.rest.len());
        let value =
            self.cursor.number().ok_or_else(|| self.error(path, start, ErrorKind::Truncated { needed: 4, left }))?;
        self.visit.number(start..self.cursor.position(), path, value);
        Ok(value)
    }

    /// A string: its length, its bytes, and that they are UTF-8.
    fn string(&mut self, field: &'static str) -> Result<&'a str, Error> {
        let path = self.path(field);
        let offset = self.cursor.position();
        let size = self.number_at(path.piece(Piece::Length))?;
        let start = self.cursor.position();
        let path = path.piece(Piece::Bytes);
        let bytes = self.take(size, offset, path)?;
        core::str::from_utf8(bytes).map_err(|error| {
            let (valid, ill_formed) = bytes.split_at_checked(error.valid_up_to()).unwrap_or_default();
            let found = ill_formed.first().copied().unwrap_or_default();
            self.error(path, start.saturating_add(valid.len()), ErrorKind::BadUtf8 { found })
        })
    }

    /// The next `size` bytes. Where they are not all there, the number at `size_offset` that promised them is at fault.
    fn take(&mut self, size: u32, size_offset: usize, path: FieldPath) -> Result<&'a [u8], Error> {
        let (start, left) = (self.cursor.position(), self.cursor.rest.len());
        let bytes = self
            .cursor
            .take(size)
            .ok_or_else(|| self.error(path, size_offset, ErrorKind::Truncated { needed: u64::from(size), left }))?;
        self.visit.bytes(start..self.cursor.position(), path, bytes);
        Ok(bytes)
    }
}

impl<'a, V: Visit<'a>> Walk<'a> for Exact<'a, '_, V> {
    type Text = &'a str;
    type Fault = Error;
    type Visit = V;

    fn cursor(&mut self) -> &mut Cursor<'a> {
        &mut self.cursor
    }

    fn visit(&mut self) -> &mut V {
        self.visit
    }

    fn set_version(&mut self, version: Version) {
        self.version = version;
    }

    fn enter(&mut self, section: Section) {
        self.section = section;
        self.entry = None;
        self.attribute = None;
    }

    fn fault(&self, field: &'static str, offset: usize, kind: ErrorKind) -> Error {
        self.error(self.path(field), offset, kind)
    }

    fn number(&mut self, field: &'static str) -> Result<u32, Error> {
        self.number_at(self.path(field))
    }

    fn strings<const N: usize>(&mut self, fields: [&'static str; N]) -> Result<[&'a str; N], Error> {
        let mut strings = [""; N];
        for (string, field) in strings.iter_mut().zip(fields) {
            *string = self.string(field)?;
        }
        Ok(strings)
    }

    fn string_and_number(&mut self, string: &'static str, number: &'static str) -> Result<(&'a str, u32), Error> {
        Ok((self.string(string)?, self.number(number)?))
    }

    fn typed<T, const N: usize>(
        &mut self,
        types: impl Fn(u32) -> Option<T>,
        fields: [&'static str; N],
    ) -> Result<(T, [&'a str; N]), Error> {
        let found = self.number("type")?;
        let entry_type = types(found).ok_or_else(|| self.wrong("type", ErrorKind::BadType { found }))?;
        Ok((entry_type, self.strings(fields)?))
    }

    fn section<P: Production>(&mut self) -> Result<(), Error> {
        self.enter(P::SECTION);
        let count = self.count(P::COUNT, P::SMALLEST)?;
        let before = self.cursor;
        for index in 0..count {
            self.entry = Some(index);
            self.visit.entry(self.cursor.position());
            P::entry(self)?;
        }
        self.entry = None;
        self.visit.section(P::SECTION, count, before.position(), self.cursor.since(before));
        Ok(())
    }

    fn nested<P: Production>(&mut self) -> Result<(u32, &'a [u8]), Error> {
        let count = self.count(P::COUNT, P::SMALLEST)?;
        let before = self.cursor;
        for index in 0..count {
            self.attribute = Some(index);
            P::entry(self)?;
        }
        self.attribute = None;
        Ok((count, self.cursor.since(before)))
    }

    fn remainder(&mut self, field: &'static str) -> (usize, &'a [u8]) {
        let (start, bytes) = (self.cursor.position(), self.cursor.rest);
        self.cursor.rest = &[];
        self.visit.bytes(start..self.cursor.end, self.path(field), bytes);
        (start, bytes)
    }

    fn bytecode(&mut self, size_offset: usize, size: u32) -> Result<(), Error> {
        let start = self.cursor.position();
        self.take(size, size_offset, self.path("bytecode").piece(Piece::Bytes))?;
        self.visit.bytecode(start..self.cursor.position());
        Ok(())
    }
}
