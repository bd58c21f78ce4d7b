//! Splits a file into its fields, as `bmes::inspect` names them, and joins the fields again after changes.
//!
//! [`Pieces::of`] splits a file, even a broken one. [`Pieces::lay_out`] corrects the numbers that say where the
//! bytecode is. This module does not interpret the fields.

use std::ops::Range;

use bmes::{FieldPath, Piece as Part, Section, Version};

/// The byte range of the version in a file.
const VERSION: Range<usize> = 4..8;

/// A file as a list of its fields.
#[derive(Clone, Debug)]
pub struct Pieces(pub(crate) Vec<Piece>);

/// A field, or a part of one.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) path: FieldPath,
    pub(crate) bytes: Vec<u8>,
}

impl Piece {
    /// Returns whether the piece is the length of a string.
    pub(crate) fn is_length(&self) -> bool {
        self.path.piece == Part::Length && self.bytes.len() == 4
    }

    /// Returns whether the piece is the number of entries or attributes that follow.
    pub(crate) fn is_count(&self) -> bool {
        self.path.field.ends_with("_count") && self.bytes.len() == 4
    }

    /// Returns whether the piece is the bytes of a string.
    pub(crate) fn is_text(&self) -> bool {
        self.path.piece == Part::Bytes && self.path.section != Section::Bytecode
    }

    /// Returns whether the piece is a number of four bytes.
    pub(crate) fn is_number(&self) -> bool {
        self.bytes.len() == 4 && self.path.piece != Part::Bytes && self.path.field != "rest"
    }

    pub(crate) fn number(&self) -> u32 {
        self.bytes.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    pub(crate) fn set_number(&mut self, number: u32) {
        self.bytes = number.to_le_bytes().to_vec();
    }

    fn is_padding(&self) -> bool {
        self.path.section == Section::Bytecode && self.path.field == "padding"
    }

    fn is_bytecode(&self) -> bool {
        self.path.section == Section::Bytecode && self.path.field == "bytecode"
    }
}

impl Pieces {
    /// Splits `file` into pieces. Empty strings and empty bytecode are pieces, too.
    pub fn of(file: &[u8]) -> Self {
        let inspection = bmes::inspect(file);
        let mut pieces: Vec<Piece> = Vec::with_capacity(inspection.spans().len() * 2);
        for span in inspection.spans() {
            add_empty_text(&mut pieces, Some(span.path));
            pieces.push(Piece { path: span.path, bytes: inspection.bytes(span).to_vec() });
        }
        add_empty_text(&mut pieces, None);
        if inspection.error().is_none()
            && !pieces.last().is_some_and(Piece::is_bytecode)
            && let Some(mut path) = pieces.last().map(|last| last.path)
        {
            (path.section, path.entry, path.attribute) = (Section::Bytecode, None, None);
            (path.field, path.piece) = ("bytecode", Part::Bytes);
            pieces.push(Piece { path, bytes: Vec::new() });
        }
        Self(pieces)
    }

    /// Returns the bytes of the file.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|piece| &piece.bytes).copied().collect()
    }

    /// Sets the size, the offset and the padding of the bytecode to those that a writer writes, if the version has
    /// them.
    pub fn lay_out(&mut self) {
        self.lay_out_behind(|end| end.next_multiple_of(8) - end);
    }

    /// Like [`lay_out`](Self::lay_out), but `padding` maps the end of the metadata to the number of padding bytes.
    pub fn lay_out_behind(&mut self, padding: impl FnOnce(usize) -> usize) {
        let size = self.size_of(Piece::is_bytecode);
        self.place_bytecode(padding);
        self.set("bytecode_size", size);
    }

    /// Sets the padding of the bytecode, and the offset to match, if the version has them. Keeps the size of the
    /// bytecode, even if it is wrong.
    pub fn place_bytecode(&mut self, padding: impl FnOnce(usize) -> usize) {
        let has_offset = self.version().is_some_and(Version::has_bytecode_offset);
        if has_offset {
            let end = self.size_of(|piece| !piece.is_padding() && !piece.is_bytecode());
            let padding = padding(end);
            self.set_padding(padding);
            self.set("bytecode_offset", end + padding);
        }
    }

    fn size_of(&self, is_meant: impl Fn(&Piece) -> bool) -> usize {
        self.0.iter().filter(|piece| is_meant(piece)).map(|piece| piece.bytes.len()).sum()
    }

    fn version(&self) -> Option<Version> {
        let file = self.0.iter().take(2).flat_map(|piece| &piece.bytes).copied().collect::<Vec<_>>();
        let number = file.get(VERSION)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))?;
        Version::from_number(number)
    }

    fn set_padding(&mut self, length: usize) {
        self.0.retain(|piece| !piece.is_padding());
        if length == 0 {
            return;
        }
        let place = self.0.iter().position(Piece::is_bytecode).unwrap_or(self.0.len());
        let Some(mut path) = self.0.get(place.saturating_sub(1)).map(|piece| piece.path) else { return };
        (path.section, path.entry, path.attribute) = (Section::Bytecode, None, None);
        (path.field, path.piece) = ("padding", Part::Whole);
        self.0.insert(place, Piece { path, bytes: vec![0; length] });
    }

    fn set(&mut self, field: &str, number: usize) {
        if let Some(piece) = self.0.iter_mut().find(|piece| piece.path.field == field && piece.bytes.len() == 4) {
            piece.set_number(u32::try_from(number).unwrap_or(u32::MAX));
        }
    }

    /// Returns the range of the pieces of each section, in the order of the file.
    pub(crate) fn sections(&self) -> Vec<Range<usize>> {
        self.groups(|piece| Some(piece.path.section))
    }

    /// Returns the range of the pieces of each entry, in the order of the file.
    pub(crate) fn entries(&self) -> Vec<Range<usize>> {
        self.groups(|piece| piece.path.entry.map(|entry| (piece.path.section, entry)))
    }

    /// Returns the range of the pieces of each attribute, in the order of the file.
    pub(crate) fn attributes(&self) -> Vec<Range<usize>> {
        self.groups(|piece| piece.path.attribute.map(|attribute| (piece.path.entry, attribute)))
    }

    fn groups<K: PartialEq>(&self, key: impl Fn(&Piece) -> Option<K>) -> Vec<Range<usize>> {
        let mut groups: Vec<(K, Range<usize>)> = Vec::new();
        for (place, piece) in self.0.iter().enumerate() {
            let Some(key) = key(piece) else { continue };
            match groups.last_mut() {
                Some((last, range)) if *last == key && range.end == place => range.end = place + 1,
                _ => groups.push((key, place..place + 1)),
            }
        }
        groups.into_iter().map(|(_, range)| range).collect()
    }

    /// Adds `by` to the count of the list that contains the entry or the attribute at the index `place`.
    pub(crate) fn recount(&mut self, place: usize, by: i32) {
        if let Some(path) = self.0.get(place).map(|piece| piece.path)
            && let Some(count) = self.count_before(place, path, path.attribute.is_some())
        {
            count.set_number(count.number().saturating_add_signed(by));
        }
    }

    /// Sets the count of the list that contains the entry at the index `place`.
    pub(crate) fn set_count(&mut self, place: usize, number: u32) {
        if let Some(path) = self.0.get(place).map(|piece| piece.path)
            && let Some(count) = self.count_before(place, path, false)
        {
            count.set_number(number);
        }
    }

    /// Returns the last count before `place` in the section of `path`: that of attributes, or that of entries.
    fn count_before(&mut self, place: usize, path: FieldPath, is_of_attributes: bool) -> Option<&mut Piece> {
        let counts = |piece: &Piece| {
            piece.is_count() && piece.path.section == path.section && piece.path.entry.is_some() == is_of_attributes
        };
        self.0[..place].iter_mut().rev().find(|piece| counts(piece))
    }

    /// Replaces the bytes of the string at the index `place`, and sets its length to match.
    pub(crate) fn set_text(&mut self, place: usize, bytes: Vec<u8>) {
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        if let Some(length) =
            place.checked_sub(1).and_then(|length| self.0.get_mut(length)).filter(|piece| piece.is_length())
        {
            length.set_number(size);
        }
        if let Some(text) = self.0.get_mut(place) {
            text.bytes = bytes;
        }
    }
}

/// Adds an empty string if the last piece is the length of a string, but the bytes of that string do not come next.
/// `next` is the path of the next piece.
fn add_empty_text(pieces: &mut Vec<Piece>, next: Option<FieldPath>) {
    let Some(last) = pieces.last().filter(|piece| piece.is_length()) else { return };
    let mut path = last.path;
    path.piece = Part::Bytes;
    if next != Some(path) {
        pieces.push(Piece { path, bytes: Vec::new() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::choices::{Choices, bytes_of_seed};
    use crate::generate::files;

    #[test]
    fn a_file_in_pieces_is_the_file() {
        for seed in 0..500 {
            let file = files::file(&mut Choices::new(&bytes_of_seed(seed)));
            assert_eq!(Pieces::of(&file).bytes(), file);
            let cut = &file[..file.len() / 2];
            assert_eq!(Pieces::of(cut).bytes(), cut);
        }
    }

    #[test]
    fn a_valid_file_stays_valid_when_it_is_laid_out_again() {
        for seed in 0..500 {
            let mut pieces = Pieces::of(&files::file(&mut Choices::new(&bytes_of_seed(seed))));
            pieces.lay_out();
            assert_eq!(bmes::validate(&pieces.bytes()).map(drop), Ok(()));
        }
    }

    #[test]
    fn an_entry_is_counted_by_its_section_and_an_attribute_by_its_request() {
        let file =
            b"SEMB\x01\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        let mut pieces = Pieces::of(file);
        let (entry, attribute) = (pieces.entries()[0].start, pieces.attributes()[0].start);
        pieces.recount(entry, 2);
        pieces.recount(attribute, 5);
        let bytes = pieces.bytes();
        assert_eq!((bytes[8], bytes[20]), (3, 6));
    }
}
