//! A column of the metadata: the values of one field of all entries of a list.

use super::place;

/// The values of one field of all entries of a list, in place. Nothing copies them, so that reading takes no memory.
#[derive(Clone, Copy)]
pub(super) struct Column<'a> {
    values: &'a [[u8; 4]],
    /// The offset of the first value in the file.
    start: usize,
}

impl<'a> Column<'a> {
    /// Returns the column that begins at the offset `start` and has `count` values. It must lie in the file.
    pub(super) fn new(file: &'a [u8], start: usize, count: u32) -> Self {
        let (values, _) = file[start..].as_chunks();
        Self { values: &values[..place(count)], start }
    }

    /// Returns the number of values, which is also the number of entries of the list.
    pub(super) fn count(self) -> usize {
        self.values.len()
    }

    /// Returns a value: its least significant byte comes first (u32).
    pub(super) fn value(self, entry: usize) -> u32 {
        u32::from_le_bytes(self.values[entry])
    }

    /// Returns the offset of a value in the file.
    pub(super) fn offset(self, entry: usize) -> usize {
        self.start + 4 * entry
    }

    /// Returns the offset behind the last value.
    pub(super) fn end(self) -> usize {
        self.offset(self.count())
    }

    /// Returns the values from front to back, each with its offset.
    pub(super) fn fields(self) -> impl Iterator<Item = (usize, u32)> + 'a {
        (0..self.count()).map(move |entry| (self.offset(entry), self.value(entry)))
    }

    /// Returns the values from front to back.
    pub(super) fn numbers(self) -> impl Iterator<Item = u32> + 'a {
        self.fields().map(|(_, number)| number)
    }

    /// Returns the range from the end before (0 for entry 0) to the end of this entry. The column holds ends.
    pub(super) fn range(self, entry: usize) -> std::ops::Range<usize> {
        let start = if entry == 0 { 0 } else { self.value(entry - 1) };
        place(start)..place(self.value(entry))
    }
}
