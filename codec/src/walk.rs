//! The walk over a file: the only code that reads its bytes.
//!
//! A [`Walker`] is a cursor whose primitives check before they read. The productions in [`version`](crate::version) call them
//! in the order of the specification; a [`Visit`] is told what they found. Validation, decoding, the view and the inspection
//! are this one walk with different visitors, so that they cannot disagree on what a file is.

use core::ops::Range;

use crate::error::{Error, ErrorKind};
use crate::length::wide;
use crate::path::{FieldPath, Piece, Section};
use crate::record::{ExportEntry, ImportEntry, Variable};
use crate::version::Version;
use crate::view::Request;

/// What a consumer of the walk is told. It counts only if the whole walk succeeds.
pub(crate) trait Visit<'a> {
    /// A `u32` was read; whether its value is right is judged after this.
    #[inline(always)]
    fn number(&mut self, _range: Range<usize>, _path: FieldPath, _value: u32) {}

    /// The bytes of a string, of the padding or of the bytecode are there; whether they are right is judged after this.
    #[inline(always)]
    fn bytes(&mut self, _range: Range<usize>, _path: FieldPath, _value: &'a [u8]) {}

    /// `count` entries of a section follow. The first of them is at `start`, and `rest` is what is left of the metadata there.
    #[inline(always)]
    fn section(&mut self, _section: Section, _count: u32, _start: usize, _rest: &'a [u8]) {}

    /// A request and its attributes.
    #[inline(always)]
    fn request(&mut self, _request: Request<'a>) {}

    /// An import entry.
    #[inline(always)]
    fn import(&mut self, _import: ImportEntry<&'a str>) {}

    /// An export entry.
    #[inline(always)]
    fn export(&mut self, _export: ExportEntry<&'a str>) {}

    /// A star export.
    #[inline(always)]
    fn star_export(&mut self, _specifier: &'a str) {}

    /// A variable of the module's `var` names.
    #[inline(always)]
    fn declared_variable(&mut self, _variable: Variable<&'a str>) {}

    /// A variable of the module's other names.
    #[inline(always)]
    fn lexical_variable(&mut self, _variable: Variable<&'a str>) {}

    /// The features of the module's code.
    #[inline(always)]
    fn code_features(&mut self, _bits: u32) {}

    /// The bytecode.
    #[inline(always)]
    fn bytecode(&mut self, _range: Range<usize>) {}
}

/// The visitor that keeps nothing.
pub(crate) struct Ignore;

impl Visit<'_> for Ignore {}

/// A cursor over a file, and where in the grammar it is.
pub(crate) struct Walker<'a, V> {
    /// What the walk tells.
    pub(crate) visit: V,
    version: Version,
    // Where `rest` ends in the file.
    end: usize,
    // A shrinking slice, not an index: the position costs nothing until somebody asks.
    rest: &'a [u8],
    section: Section,
    entry: Option<u32>,
    attribute: Option<u32>,
}

impl<'a, V: Visit<'a>> Walker<'a, V> {
    /// A walk over `file` from its first byte.
    pub(crate) fn new(file: &'a [u8], visit: V) -> Self {
        Self {
            visit,
            version: Version::V1,
            end: file.len(),
            rest: file,
            section: Section::Header,
            entry: None,
            attribute: None,
        }
    }

    /// From here on the errors are those of `version`; until this is said, of version 1.
    pub(crate) const fn set_version(&mut self, version: Version) {
        self.version = version;
    }

    /// What can be read: all that is left, or what [`narrow`](Self::narrow) left of it.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The absolute position of the next byte.
    pub(crate) fn position(&self) -> usize {
        self.end.saturating_sub(self.rest.len())
    }

    /// Where in the file the bytes end that can be read.
    pub(crate) const fn end(&self) -> usize {
        self.end
    }

    /// Makes the bytes that can be read end at `end` in the file, and returns those behind; `None` if there is no such place left.
    pub(crate) fn narrow(&mut self, end: u32) -> Option<&'a [u8]> {
        let end = usize::try_from(end).ok()?;
        let (rest, behind) = self.rest.split_at_checked(end.checked_sub(self.position())?)?;
        self.end = end;
        self.rest = rest;
        Some(behind)
    }

    /// Goes on behind the bytes that [`narrow`](Self::narrow) left, all of which have been read, with those it took away.
    pub(crate) fn widen(&mut self, behind: &'a [u8]) {
        debug_assert!(self.rest.is_empty(), "what is not read would be lost");
        self.end = self.end.saturating_add(behind.len());
        self.rest = behind;
    }

    fn path(&self, field: &'static str) -> FieldPath {
        FieldPath { section: self.section, entry: self.entry, attribute: self.attribute, field, piece: Piece::Whole }
    }

    /// The error that `field`, which begins at `offset`, is at fault.
    pub(crate) fn error(&self, field: &'static str, offset: usize, kind: ErrorKind) -> Error {
        Error { kind, version: self.version, offset, path: self.path(field) }
    }

    /// Goes on with the next section, whose fields have no entry yet.
    pub(crate) fn enter(&mut self, section: Section) {
        self.section = section;
        self.entry = None;
        self.attribute = None;
    }

    /// A section: its count, then that many entries. A count is believed only if the bytes left bear it out.
    pub(crate) fn section(
        &mut self,
        section: Section,
        count_field: &'static str,
        smallest: u32,
        entry: impl Fn(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.enter(section);
        let count = self.count(count_field, smallest)?;
        self.visit.section(section, count, self.position(), self.rest);
        for index in 0..count {
            self.entry = Some(index);
            entry(self)?;
        }
        self.entry = None;
        Ok(())
    }

    /// The attributes of the current request: like a section, one level down.
    pub(crate) fn attributes(
        &mut self,
        attribute: impl Fn(&mut Self) -> Result<(), Error>,
    ) -> Result<(u32, &'a [u8]), Error> {
        let count = self.count("attribute_count", crate::version::shared::SMALLEST_ATTRIBUTE)?;
        let first = self.rest;
        for index in 0..count {
            self.attribute = Some(index);
            attribute(self)?;
        }
        self.attribute = None;
        Ok((count, first))
    }

    fn count(&mut self, field: &'static str, smallest: u32) -> Result<u32, Error> {
        let (offset, count) = self.u32(field)?;
        let left = self.rest.len();
        let least = u64::from(count).checked_mul(u64::from(smallest));
        if least.is_none_or(|least| least > wide(left)) {
            let kind = ErrorKind::ImplausibleCount { count, smallest, left };
            return Err(self.error(field, offset, kind));
        }
        Ok(count)
    }

    /// A number, and where it begins.
    #[inline]
    pub(crate) fn u32(&mut self, field: &'static str) -> Result<(usize, u32), Error> {
        self.u32_at(self.path(field))
    }

    #[inline]
    fn u32_at(&mut self, path: FieldPath) -> Result<(usize, u32), Error> {
        let offset = self.position();
        let Some((&bytes, rest)) = self.rest.split_first_chunk::<4>() else {
            let left = self.rest.len();
            let kind = ErrorKind::Truncated { needed: 4, left };
            return Err(Error { kind, version: self.version, offset, path });
        };
        self.rest = rest;
        let value = u32::from_le_bytes(bytes);
        self.visit.number(offset..self.position(), path, value);
        Ok((offset, value))
    }

    /// A string: its length, its bytes, and that they are UTF-8.
    #[inline]
    pub(crate) fn string(&mut self, field: &'static str) -> Result<&'a str, Error> {
        let path = self.path(field);
        let (offset, size) = self.u32_at(path.piece(Piece::Length))?;
        let bytes = self.take(size, offset, path.piece(Piece::Bytes))?;
        core::str::from_utf8(bytes).map_err(|error| {
            let (valid, ill_formed) = bytes.split_at_checked(error.valid_up_to()).unwrap_or_default();
            let start = self.position().saturating_sub(bytes.len());
            Error {
                kind: ErrorKind::BadUtf8 { found: ill_formed.first().copied().unwrap_or_default() },
                version: self.version,
                offset: start.saturating_add(valid.len()),
                path: path.piece(Piece::Bytes),
            }
        })
    }

    /// All that can be read, in one piece, and where it begins.
    pub(crate) fn remainder(&mut self, field: &'static str) -> (usize, &'a [u8]) {
        let (start, bytes) = (self.position(), self.rest);
        self.rest = &[];
        self.visit.bytes(start..self.end, self.path(field), bytes);
        (start, bytes)
    }

    /// The bytecode: `size` bytes, as the number at `size_offset` says.
    pub(crate) fn bytecode(&mut self, (size_offset, size): (usize, u32)) -> Result<(), Error> {
        let start = self.position();
        self.take(size, size_offset, self.path("bytecode").piece(Piece::Bytes))?;
        self.visit.bytecode(start..self.position());
        Ok(())
    }

    /// The next `size` bytes. Where they are not all there, the number at `size_offset` that promised them is at fault.
    #[inline]
    fn take(&mut self, size: u32, size_offset: usize, path: FieldPath) -> Result<&'a [u8], Error> {
        // A size that no `usize` holds is larger than any slice.
        let taken = usize::try_from(size).ok().and_then(|size| self.rest.split_at_checked(size));
        let Some((bytes, rest)) = taken else {
            let kind = ErrorKind::Truncated { needed: u64::from(size), left: self.rest.len() };
            return Err(Error { kind, version: self.version, offset: size_offset, path });
        };
        let start = self.position();
        self.rest = rest;
        self.visit.bytes(start..self.position(), path, bytes);
        Ok(bytes)
    }

    /// The end of the file: nothing may be left.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        match self.rest.len() {
            0 => Ok(()),
            count => Err(self.error("end", self.position(), ErrorKind::TrailingBytes { count })),
        }
    }
}
