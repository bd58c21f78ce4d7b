//! A cursor over the bytes of a file: the primitives of section 2 of the specification.

use std::ops::Range;

use super::{Rejection, utf8};

/// The bytes of a file, the position of the next field, and the end of the bytes that are left.
pub(super) struct Reader<'a> {
    file: &'a [u8],
    /// The offset of the next field.
    pub(super) position: usize,
    end: usize,
    /// The version whose clauses the rejections name.
    pub(super) version: u32,
}

impl<'a> Reader<'a> {
    /// Returns a reader at the start of the file. Until the version is known, rejections name the clauses of version 1.
    pub(super) fn new(file: &'a [u8]) -> Self {
        Self { file, position: 0, end: file.len(), version: 1 }
    }

    /// Sets the end of the bytes that are left to the offset `end`, which must lie in the file.
    pub(super) fn set_end(&mut self, end: usize) {
        self.end = end;
    }

    pub(super) fn file_length(&self) -> usize {
        self.file.len()
    }

    fn left(&self) -> &'a [u8] {
        &self.file[self.position..self.end]
    }

    /// Returns the rejection of this file with this class, this offset and this clause.
    pub(super) fn rejection(&self, class: &'static str, offset: usize, clause: &'static str) -> Rejection {
        Rejection { class, offset: Some(offset), version: self.version, clause }
    }

    /// Returns the next `length` bytes. If fewer bytes are left, the file is rejected with `truncated` at `offset`, and
    /// `clause` is the broken clause.
    fn take(&mut self, length: u32, offset: usize, clause: &'static str) -> Result<&'a [u8], Rejection> {
        // The length is compared with the number of bytes left, so that no sum can wrap (arithmetic).
        let bytes = usize::try_from(length).ok().and_then(|length| self.left().get(..length));
        let bytes = bytes.ok_or_else(|| self.rejection("truncated", offset, clause))?;
        self.position += bytes.len();
        Ok(bytes)
    }

    /// Reads a number of the header. `clause` is the clause that a file breaks if it ends inside this number. For
    /// numbers after the header, this is another clause.
    pub(super) fn header_u32(&mut self, clause: &'static str) -> Result<u32, Rejection> {
        let bytes = self.take(4, self.position, clause)?;
        // Least significant byte first (u32).
        Ok(u32::from_le_bytes(bytes.try_into().expect("four bytes were taken")))
    }

    /// Reads a `u32`.
    pub(super) fn u32(&mut self) -> Result<u32, Rejection> {
        self.header_u32("u32-bounds")
    }

    /// Reads a string: a length in bytes, and that many bytes (string).
    pub(super) fn string(&mut self) -> Result<String, Rejection> {
        let start = self.position;
        let length = self.u32()?;
        let first = self.position;
        let bytes = self.take(length, start, "string-bounds")?;
        // The text of these bytes is unchanged (string-verbatim). It may be empty (string-empty).
        utf8::decode(bytes).map_err(|index| self.rejection("bad-utf8", first + index, "string-utf8"))
    }

    /// Reads a count of entries. The smallest entry has `smallest` bytes.
    pub(super) fn count(&mut self, smallest: u64) -> Result<u32, Rejection> {
        let start = self.position;
        let count = self.u32()?;
        // The product has 64 bits (arithmetic).
        if u64::from(count) * smallest > self.left().len() as u64 {
            return Err(self.rejection("truncated", start, "count-bounds"));
        }
        Ok(count)
    }

    /// Reads the bytecode of version 1: its size, and that many bytes of any value (bytecode-opaque).
    pub(super) fn bytecode(&mut self) -> Result<Range<usize>, Rejection> {
        let start = self.position;
        let size = self.u32()?;
        let first = self.position;
        self.take(size, start, "bytecode-bounds")?;
        Ok(first..self.position)
    }

    /// Verifies that no bytes are left in the file.
    pub(super) fn end_of_file(&self) -> Result<(), Rejection> {
        if self.left().is_empty() { Ok(()) } else { Err(self.rejection("trailing-bytes", self.position, "end")) }
    }

    /// Verifies that the rest of the metadata is padding: at most seven bytes, each of them zero.
    pub(super) fn padding(&self) -> Result<(), Rejection> {
        if self.left().len() > 7 {
            return Err(self.rejection("bad-layout", 8, "gap")); // the offset of bytecode_offset
        }
        match (self.position..).zip(self.left()).find(|(_, byte)| **byte != 0) {
            None => Ok(()),
            Some((offset, _)) => Err(self.rejection("bad-layout", offset, "padding")),
        }
    }
}
