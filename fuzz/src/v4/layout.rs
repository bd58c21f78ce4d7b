//! A file of version 4 as lists of entries, so that a change of a list keeps all counts, columns, sizes and checksums
//! right.
//!
//! [`Layout::of`] splits a file, also one whose values are wrong. [`Layout::bytes`] joins it again.

use bmes::{Piece, Section, inspect};
use conformance::derive::repaired;

/// The lists of the metadata in the order of the file, each with the offset of its count and the number of its columns.
const LISTS: [(Section, usize, usize); 9] = [
    (Section::Strings, 112, 1),
    (Section::Requests, 120, 4),
    (Section::Attributes, 124, 2),
    (Section::Imports, 128, 3),
    (Section::TolerantImports, 156, 1),
    (Section::Exports, 132, 3),
    (Section::StarExports, 136, 1),
    (Section::DeclaredVariables, 140, 2),
    (Section::LexicalVariables, 144, 2),
];

/// The offset of the first byte after the counts.
const COLUMNS: usize = 160;
/// The offset of the first byte after the header.
const METADATA: usize = 112;
/// The offset of `string_bytes`.
const STRING_BYTES: usize = 116;

/// A file of version 4. The numbers that follow from other parts are not in it: [`bytes`](Self::bytes) computes them.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The header and the twelve numbers, from which the flags, the alignment, the source, the producer and the features
    /// are kept.
    pub head: Vec<u8>,
    /// The entries of each list, and the values of the columns for each entry.
    pub lists: [Vec<Vec<u32>>; LISTS.len()],
    /// The bytes of all strings.
    pub strings: Vec<u8>,
    /// The text.
    pub text: Vec<u8>,
    /// The bytecode.
    pub bytecode: Vec<u8>,
}

/// The position of the strings in [`Layout::lists`]. An entry is the end of a string.
pub const STRINGS: usize = 0;
/// The position of the requests in [`Layout::lists`].
pub const REQUESTS: usize = 1;

impl Layout {
    /// Splits a file. Returns `None` if the sizes and the counts do not fit the file.
    pub fn of(file: &[u8]) -> Option<Self> {
        let head = file.get(..COLUMNS)?.to_vec();
        let mut layout =
            Self { head, lists: Default::default(), strings: Vec::new(), text: Vec::new(), bytecode: Vec::new() };
        let inspection = inspect(file);
        for span in inspection.spans() {
            let bytes = inspection.bytes(span);
            match (span.path.section, span.path.field, span.path.piece) {
                (_, "rest", _) => return None,
                (Section::Header | Section::Counts, ..) | (_, "padding", _) => {}
                (Section::Strings, _, Piece::Bytes) => layout.strings.extend(bytes),
                (Section::Text, ..) => layout.text.extend(bytes),
                (Section::Bytecode, ..) => layout.bytecode.extend(bytes),
                (section, ..) => {
                    let list = LISTS.iter().position(|(other, ..)| *other == section)?;
                    let entry = usize::try_from(span.path.entry?).ok()?;
                    let entries = &mut layout.lists[list];
                    entries.resize(entries.len().max(entry + 1), Vec::new());
                    entries[entry].push(u32::from_le_bytes(*bytes.first_chunk()?));
                }
            }
        }
        let is_whole = |(entries, (_, _, columns)): (&Vec<Vec<u32>>, _)| entries.iter().all(|it| it.len() == columns);
        layout.lists.iter().zip(LISTS).all(is_whole).then_some(layout)
    }

    /// Returns the file. All counts, sizes and checksums fit its contents.
    pub fn bytes(&self) -> Vec<u8> {
        repaired(self.unchecked_bytes())
    }

    /// Returns the file with the checksums that it had. All counts and sizes fit its contents.
    pub fn unchecked_bytes(&self) -> Vec<u8> {
        let mut file = self.head.clone();
        for (entries, (_, offset, columns)) in self.lists.iter().zip(LISTS) {
            set(&mut file, offset, entries.len());
            for column in 0..columns {
                let values = entries.iter().map(|entry| entry[column].to_le_bytes());
                file.extend(values.flatten());
            }
        }
        set(&mut file, STRING_BYTES, self.strings.len());
        file.extend(&self.strings);
        let metadata_size = file.len() - METADATA;
        set(&mut file, 16, metadata_size);
        set(&mut file, 24, self.text.len());
        set(&mut file, 28, self.bytecode.len());
        file.resize(file.len().next_multiple_of(8), 0);
        file.extend(&self.text);
        let alignment = number(&file, 12);
        if alignment.is_power_of_two() && (8..=65536).contains(&alignment) {
            let alignment = usize::try_from(alignment).expect("an address has at least 32 bits");
            file.resize(file.len().next_multiple_of(alignment), 0);
        }
        file.extend(&self.bytecode);
        file
    }

    /// Returns the index before which a string has to be inserted, so that the strings ascend.
    pub fn place_of(&self, text: &[u8]) -> usize {
        let offset = |end: &Vec<u32>| usize::try_from(end[0]).unwrap_or(usize::MAX);
        let mut start = 0;
        let is_less = |end: &Vec<u32>| {
            let range = std::mem::replace(&mut start, offset(end))..offset(end);
            self.strings.get(range).is_some_and(|string| string < text)
        };
        self.lists[STRINGS].iter().map(is_less).take_while(|is_less| *is_less).count()
    }

    /// Inserts a string before string `index`. The indices of the other strings change with them, so that only this
    /// string is new.
    pub fn insert_string(&mut self, index: usize, text: &[u8]) {
        let ends = &self.lists[STRINGS];
        let index = index.min(ends.len());
        let start = if index == 0 { 0 } else { ends[index - 1][0] };
        let (Ok(at), Ok(first)) = (usize::try_from(start), u32::try_from(index)) else { return };
        let length = u32::try_from(text.len()).unwrap_or_default();
        if at > self.strings.len() {
            return;
        }
        self.strings.splice(at..at, text.iter().copied());
        let ends = &mut self.lists[STRINGS];
        ends.insert(index, vec![start]);
        ends[index..].iter_mut().for_each(|end| end[0] = end[0].wrapping_add(length));
        for (list, column) in STRING_COLUMNS {
            for entry in &mut self.lists[list] {
                let value = &mut entry[column];
                if *value >= first && *value != u32::MAX {
                    *value = value.wrapping_add(1);
                }
            }
        }
    }
}

/// The columns that hold indices of strings: the list, and the position of the column in it.
const STRING_COLUMNS: [(usize, usize); 9] = [(1, 0), (2, 0), (2, 1), (3, 0), (3, 2), (5, 0), (5, 2), (7, 0), (8, 0)];

/// Returns the number at this offset, or 0 if the file is too short.
pub fn number(file: &[u8], offset: usize) -> u32 {
    file.get(offset..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Sets the number at this offset.
fn set(file: &mut [u8], offset: usize, number: usize) {
    file[offset..offset + 4].copy_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use conformance::generate::choices::{Choices, bytes_of_seed};

    use super::*;
    use crate::v4::Contents;

    fn file(seed: u64) -> Vec<u8> {
        Contents::generate(&mut Choices::new(&bytes_of_seed(seed))).file()
    }

    #[test]
    fn a_file_that_was_split_is_joined_to_the_same_file() {
        for seed in 0..1000 {
            let file = file(seed);
            assert_eq!(Layout::of(&file).unwrap().bytes(), file, "seed {seed}");
        }
    }

    #[test]
    fn a_removed_entry_leaves_all_counts_and_checksums_right() {
        let mut removed = 0;
        for seed in 0..200 {
            let mut layout = Layout::of(&file(seed)).unwrap();
            // The star exports are in no other list.
            removed += usize::from(layout.lists[6].pop().is_some());
            assert_eq!(bmes::validate(&layout.bytes()).map(drop), Ok(()), "seed {seed}");
        }
        assert!(removed >= 20, "{removed} of 200 files have a star export");
    }

    #[test]
    fn the_only_fault_after_an_inserted_string_is_that_no_field_uses_it() {
        for seed in 0..200 {
            let mut layout = Layout::of(&file(seed)).unwrap();
            let text = b"between other strings";
            layout.insert_string(layout.place_of(text), text);
            let file = layout.bytes();
            assert_eq!(bmes::v4::ModuleView::parse(&file).unwrap().check().unwrap_err().class(), "unused-string");
        }
    }

    #[test]
    fn a_repair_makes_only_checksums_right() {
        let file = file(1);
        let mut broken = file.clone();
        broken[96..112].fill(7);
        assert_eq!(repaired(broken), file);
        assert_eq!(repaired(file[..40].to_vec()), &file[..40]);
    }
}
