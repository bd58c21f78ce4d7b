//! Changes of a file of version 4. Most of them keep the counts, the sizes and the checksums right, so that a reader
//! gets to the changed value.
//!
//! [`mutate`] applies one change, which choices determine; [`Mutation`] lists all of them.

use std::ops::Range;

use conformance::generate::choices::Choices;

use conformance::derive::repaired;

use super::layout::{REQUESTS, STRINGS, number};
use super::{Contents, Layout};

/// One way to change a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mutation {
    /// Inverts a bit anywhere in the file.
    Flip,
    /// Sets a number of the header or of the metadata, and nothing that has to fit it.
    Number,
    /// Sets the checksum of the metadata, of the text or of the bytecode, and makes that of the header right.
    Checksum,
    /// Inverts a bit in the padding.
    Padding,
    /// Removes bytes at the end of the file or adds some.
    Length,
    /// Sets a value of a column.
    Value,
    /// Removes an entry of a list.
    EntryRemoved,
    /// Repeats an entry of a list.
    EntryDoubled,
    /// Exchanges two neighbouring entries of a list.
    EntriesSwapped,
    /// Exchanges two neighbouring values of a column.
    ValuesSwapped,
    /// Takes a list from another file.
    Splice,
    /// Moves the border between two strings.
    Border,
    /// Overwrites bytes of the strings.
    Strings,
    /// Inserts a string that no field uses.
    StringInserted,
    /// Replaces the text or the bytecode.
    Content,
    /// Changes the record, the text or the bytecode, and keeps all rules.
    Kept,
}

impl Mutation {
    /// All mutations.
    pub const ALL: [Self; 16] = [
        Self::Flip,
        Self::Number,
        Self::Checksum,
        Self::Padding,
        Self::Length,
        Self::Value,
        Self::EntryRemoved,
        Self::EntryDoubled,
        Self::EntriesSwapped,
        Self::ValuesSwapped,
        Self::Splice,
        Self::Border,
        Self::Strings,
        Self::StringInserted,
        Self::Content,
        Self::Kept,
    ];

    /// Returns the changed file, or `None` if the file has nothing that this mutation can change. If `is_repaired`, all
    /// checksums of the changed file are right.
    pub fn apply(self, file: &[u8], other: &[u8], choices: &mut Choices<'_>, is_repaired: bool) -> Option<Vec<u8>> {
        let repaired = |file: Vec<u8>| if is_repaired { repaired(file) } else { file };
        match self {
            Self::Flip => flip(file, 0..file.len(), choices).map(repaired),
            Self::Number => {
                // The numbers of the header after the version, and the twelve numbers of the metadata.
                let offsets: Vec<_> = (8..32).chain(112..160).step_by(4).collect();
                set_number(file, *choices.pick(&offsets), choices).map(repaired)
            }
            Self::Checksum => {
                let mut changed = set_number(file, 96 + 4 * choices.below(3), choices)?;
                let checksum = crc32fast::hash(changed.get(..108)?);
                changed.get_mut(108..112)?.copy_from_slice(&checksum.to_le_bytes());
                Some(changed)
            }
            Self::Padding => flip(file, padding(file, choices)?, choices).map(repaired),
            Self::Length => Some(repaired(resize(file, choices))),
            Self::Value => edit(file, is_repaired, |layout| set_value(layout, choices)),
            Self::EntryRemoved => edit(file, is_repaired, |layout| {
                let (list, entry) = pick_entry(layout, choices)?;
                layout.lists[list].remove(entry);
                Some(())
            }),
            Self::EntryDoubled => edit(file, is_repaired, |layout| {
                let (list, entry) = pick_entry(layout, choices)?;
                let again = layout.lists[list][entry].clone();
                layout.lists[list].insert(entry, again);
                Some(())
            }),
            Self::EntriesSwapped => edit(file, is_repaired, |layout| {
                let (list, entry) = pick_entry(layout, choices)?;
                layout.lists[list].swap(entry.checked_sub(1)?, entry);
                Some(())
            }),
            Self::ValuesSwapped => edit(file, is_repaired, |layout| swap_values(layout, choices)),
            Self::Splice => edit(file, is_repaired, |layout| {
                let list = choices.below(layout.lists.len());
                layout.lists[list].clone_from(&Layout::of(other)?.lists[list]);
                Some(())
            }),
            Self::Border => edit(file, is_repaired, |layout| move_border(layout, choices)),
            Self::Strings => edit(file, is_repaired, |layout| overwrite(layout, choices)),
            Self::StringInserted => edit(file, is_repaired, |layout| {
                insert_string(layout, choices);
                Some(())
            }),
            Self::Content => edit(file, is_repaired, |layout| {
                let content = choices.bytes(16).to_vec();
                *(if choices.one_in(2) { &mut layout.text } else { &mut layout.bytecode }) = content;
                Some(())
            }),
            Self::Kept => Some(mutate_keeping(file, choices)),
        }
    }
}

/// Text in the order of bytes that is not the order of UTF-16, and ill-formed text.
const SEQUENCES: &[&[u8]] = &[
    b"",
    b"\0",
    b"a",
    b"b",
    b"\x7F",
    b"\x80",
    b"\xC3",
    b"\xC2\x80",
    b"\xC0\x80",
    b"\xE2\x82",
    b"\xED\xA0\x80",
    b"\xEF\xBF\xBF",
    b"\xF0\x90\x80\x80",
    b"\xF4\x90\x80\x80",
    b"\xFF",
];

/// Returns the file after a change of its layout, which returns `None` if there is nothing to change.
fn edit(file: &[u8], is_repaired: bool, change: impl FnOnce(&mut Layout) -> Option<()>) -> Option<Vec<u8>> {
    let mut layout = Layout::of(file)?;
    change(&mut layout)?;
    Some(if is_repaired { layout.bytes() } else { layout.unchecked_bytes() })
}

/// Returns the indices of a list and of an entry in it. In most cases, it is not the list of the strings, because a reader
/// that finds a wrong `string_end` does not get to the other lists.
fn pick_entry(layout: &Layout, choices: &mut Choices<'_>) -> Option<(usize, usize)> {
    let is_any = choices.one_in(8);
    let lists: Vec<_> = layout.lists.iter().enumerate().filter(|(list, _)| *list != STRINGS || is_any).collect();
    let (list, entries) = lists[choices.pick_index(&lists, |(_, entries)| !entries.is_empty())?];
    Some((list, choices.below(entries.len())))
}

fn set_value(layout: &mut Layout, choices: &mut Choices<'_>) -> Option<()> {
    let (list, entry) = pick_entry(layout, choices)?;
    let counts = layout.lists.each_ref().map(Vec::len);
    let entries = &mut layout.lists[list];
    let column = choices.below(entries[entry].len());
    let neighbour = entries[entry.saturating_sub(1)][column];
    entries[entry][column] = value(entries[entry][column], neighbour, &counts, choices);
    Some(())
}

fn swap_values(layout: &mut Layout, choices: &mut Choices<'_>) -> Option<()> {
    let (list, entry) = pick_entry(layout, choices)?;
    let entries = &mut layout.lists[list];
    // The last column of the requests is `order`, whose values are the indices of the requests.
    let column = if list == REQUESTS { 3 } else { choices.below(entries[entry].len()) };
    let [one, another] = entries.get_disjoint_mut([entry.checked_sub(1)?, entry]).ok()?;
    std::mem::swap(&mut one[column], &mut another[column]);
    Some(())
}

/// Returns `file` after one mutation. One of four keeps all rules. One of eight others leaves the checksums as they are, so
/// that a reader rejects most of these files for a checksum. `other` is the second file of [`Mutation::Splice`].
pub fn mutate(file: &[u8], other: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let mutation = if choices.one_in(4) { Mutation::Kept } else { *choices.pick(&Mutation::ALL) };
    let is_repaired = !choices.one_in(8);
    let changed = mutation.apply(file, other, choices, is_repaired);
    changed.or_else(|| Mutation::Flip.apply(file, other, choices, is_repaired)).unwrap_or_default()
}

/// Returns `file` after a change that keeps all rules. Returns a file that a reader rejects unchanged.
pub fn mutate_keeping(file: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let Ok(mut contents) = Contents::of(file) else { return file.to_vec() };
    contents.change(choices);
    contents.keep_rules();
    contents.file()
}

fn flip(file: &[u8], range: Range<usize>, choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    let mut flipped = file.to_vec();
    let byte = flipped.get_mut(range)?;
    let index = choices.below(byte.len());
    *byte.get_mut(index)? ^= 1 << choices.below(8);
    Some(flipped)
}

fn set_number(file: &[u8], offset: usize, choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    let old = number(file, offset);
    let left = file.len().checked_sub(offset)?;
    let new = value(old, old ^ (1 << choices.below(32)), &[left], choices);
    let mut changed = file.to_vec();
    changed.get_mut(offset..offset + 4)?.copy_from_slice(&new.to_le_bytes());
    Some(changed)
}

/// Returns the range of the padding before the text or before the bytecode, if the file has such padding.
fn padding(file: &[u8], choices: &mut Choices<'_>) -> Option<Range<usize>> {
    let inspection = bmes::inspect(file);
    let ranges: Vec<_> =
        inspection.spans().iter().filter(|span| span.path.field == "padding").map(|span| span.range.clone()).collect();
    choices.pick_index(&ranges, |_| true).map(|index| ranges[index].clone())
}

fn resize(file: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let more = choices.bytes(8);
    let kept = if choices.one_in(2) { choices.below(file.len()) } else { file.len().saturating_sub(1) };
    if more.is_empty() { file[..kept].to_vec() } else { [file, more].concat() }
}

/// Returns a number in the place of `old`: near to it, at a limit, or a value that stands elsewhere.
fn value(old: u32, neighbour: u32, counts: &[usize], choices: &mut Choices<'_>) -> u32 {
    let count = u32::try_from(*choices.pick(counts)).unwrap_or(u32::MAX);
    match choices.below(10) {
        0 => 0,
        1 => u32::MAX,
        2 => old.wrapping_add(1),
        3 => old.wrapping_sub(1),
        4 => count,
        5 => count.wrapping_sub(1),
        6 => old ^ (1 << choices.below(32)),
        7 => old | 0x100,
        8 => choices.number(),
        _ => neighbour,
    }
}

fn move_border(layout: &mut Layout, choices: &mut Choices<'_>) -> Option<()> {
    let by = if choices.one_in(2) { 1 } else { u32::MAX };
    let ends = &mut layout.lists[STRINGS];
    // The last end is the number of all bytes, so that only the ends before it are borders.
    let borders = ends.len().checked_sub(1).filter(|count| *count > 0)?;
    let end = &mut ends[choices.below(borders)][0];
    *end = end.wrapping_add(by);
    Some(())
}

/// In most cases, the strings ascend after the insertion.
fn insert_string(layout: &mut Layout, choices: &mut Choices<'_>) {
    let text = *choices.pick(SEQUENCES);
    let any = choices.below(layout.lists[STRINGS].len() + 1);
    let index = if choices.one_in(4) { any } else { layout.place_of(text) };
    layout.insert_string(index, text);
}

fn overwrite(layout: &mut Layout, choices: &mut Choices<'_>) -> Option<()> {
    let new = *choices.pick(SEQUENCES);
    let last = layout.strings.len().checked_sub(new.len())?;
    let start = choices.below(last + 1);
    layout.strings[start..start + new.len()].copy_from_slice(new);
    Some(())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use bmes::v4::ModuleView;
    use conformance::generate::choices::bytes_of_seed;

    use super::*;

    fn file(seed: u64) -> Vec<u8> {
        Contents::generate(&mut Choices::new(&bytes_of_seed(seed))).file()
    }

    #[test]
    fn every_mutation_changes_files() {
        let mut changed: BTreeMap<Mutation, usize> = BTreeMap::new();
        for seed in 0..400 {
            let (file, other) = (file(seed), file(seed + 1000));
            for mutation in Mutation::ALL {
                let bytes = bytes_of_seed(seed + 2000);
                let new = mutation.apply(&file, &other, &mut Choices::new(&bytes), true);
                *changed.entry(mutation).or_default() += usize::from(new.is_some_and(|new| new != file));
            }
        }
        for mutation in Mutation::ALL {
            assert!(changed[&mutation] >= 100, "{mutation:?} changes {} of 400 files", changed[&mutation]);
        }
    }

    #[test]
    fn changed_files_break_every_clause_that_a_file_can_break() {
        let mut clauses = BTreeSet::new();
        for seed in 0..10_000 {
            let bytes = bytes_of_seed(seed + 2);
            let changed = mutate(&file(seed), &file(seed + 1), &mut Choices::new(&bytes));
            let error = ModuleView::parse(&changed).and_then(|view| view.check()).err();
            clauses.extend(error.and_then(|error| error.clause()).map(|clause| clause.name()));
        }
        insta::assert_snapshot!(clauses.into_iter().collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn a_repaired_file_has_no_wrong_checksum() {
        for seed in 0..2000 {
            let bytes = bytes_of_seed(seed + 2);
            let mutation = Mutation::ALL[usize::try_from(seed).unwrap() % Mutation::ALL.len()];
            if mutation == Mutation::Checksum {
                continue;
            }
            let changed = mutation.apply(&file(seed), &file(seed + 1), &mut Choices::new(&bytes), true);
            let error = changed.and_then(|changed| bmes::validate(&changed).err());
            assert_ne!(error.map(|error| error.class()), Some("bad-checksum"), "{mutation:?}, seed {seed}");
        }
    }

    #[test]
    fn a_file_that_keeps_all_rules_keeps_them() {
        for seed in 0..2000 {
            let kept = mutate_keeping(&file(seed), &mut Choices::new(&bytes_of_seed(seed + 1)));
            assert_eq!(ModuleView::parse(&kept).unwrap().check(), Ok(()), "seed {seed}");
        }
    }

    #[test]
    fn a_broken_file_can_be_changed_too() {
        for seed in 0..500 {
            let bytes = bytes_of_seed(seed + 2);
            let broken = mutate(&file(seed), &file(seed + 1), &mut Choices::new(&bytes));
            for cut in [0, 7, 12, 111, 112, 159, broken.len() / 2] {
                let cut = &broken[..cut.min(broken.len())];
                mutate(cut, &broken, &mut Choices::new(&bytes));
                mutate_keeping(cut, &mut Choices::new(&bytes));
            }
        }
    }
}
