//! Format-aware mutations of a file. Each breaks a file in one way, or makes another well-formed file of it.
//!
//! [`mutate`] applies one mutation, which bytes choose; [`Mutation`] lists all of them. After most mutations, a repair
//! corrects the numbers that say where the bytecode is. Otherwise, a reader would reject these numbers before it
//! reaches the change. Some files are deliberately not repaired.

use std::ops::Range;

use bmes::{Piece as Part, Section};

use super::choices::Choices;
use super::pieces::{Piece, Pieces};
use super::record::name;

/// One way to change a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mutation {
    /// Inverts a bit of a field.
    Flip,
    /// Makes a string's length one more or one less.
    Length,
    /// Multiplies a count, or sets it to another number.
    Count,
    /// Keeps this file up to a field, and continues with another file from a field of the same kind.
    Splice,
    /// Removes a section.
    SectionRemoved,
    /// Repeats a section.
    SectionDoubled,
    /// Exchanges two sections.
    SectionsSwapped,
    /// Changes the offset, the size or the padding of the bytecode, or adds or removes bytes at the end of the file.
    Moved,
    /// Makes the beginning or the end of a string ill-formed UTF-8.
    Utf8,
    /// Changes a number to a small one, a large one, or the number of bytes that are left.
    Number,
    /// Replaces a string, and sets its length to match.
    Text,
    /// Removes an entry or an attribute, and corrects the count.
    EntryRemoved,
    /// Repeats an entry or an attribute once or more often, and corrects the count.
    EntryDoubled,
    /// Exchanges two neighbouring entries or attributes.
    EntriesSwapped,
    /// Sets `has_attributes` to 1 in a request without attributes, and adds an `attribute_count` of 0.
    NoAttributes,
    /// Replaces the bytecode. The repair that follows most mutations sets the size to match.
    Bytecode,
}

impl Mutation {
    /// All mutations.
    pub const ALL: [Self; 16] = [
        Self::Flip,
        Self::Length,
        Self::Count,
        Self::Splice,
        Self::SectionRemoved,
        Self::SectionDoubled,
        Self::SectionsSwapped,
        Self::Moved,
        Self::Utf8,
        Self::Number,
        Self::Text,
        Self::EntryRemoved,
        Self::EntryDoubled,
        Self::EntriesSwapped,
        Self::NoAttributes,
        Self::Bytecode,
    ];

    /// The mutations after which a well-formed file is still well-formed.
    pub const KEEPING: [Self; 6] =
        [Self::Text, Self::EntryRemoved, Self::EntryDoubled, Self::EntriesSwapped, Self::NoAttributes, Self::Bytecode];

    /// Changes the file. Returns false if the file has nothing that this mutation can change. `other` is the second
    /// file of [`Splice`](Self::Splice).
    pub fn apply(self, pieces: &mut Pieces, other: &Pieces, choices: &mut Choices<'_>) -> bool {
        match self {
            Self::Flip => flip(pieces, choices),
            Self::Length => length(pieces, choices),
            Self::Count => count(pieces, choices),
            Self::Splice => splice(pieces, other, choices),
            Self::SectionRemoved => section_removed(pieces, choices),
            Self::SectionDoubled => section_doubled(pieces, choices),
            Self::SectionsSwapped => sections_swapped(pieces, choices),
            Self::Moved => moved(pieces, choices),
            Self::Utf8 => utf8(pieces, choices),
            Self::Number => number(pieces, choices),
            Self::Text => text(pieces, choices),
            Self::EntryRemoved => entry_removed(pieces, choices),
            Self::EntryDoubled => entry_doubled(pieces, choices),
            Self::EntriesSwapped => entries_swapped(pieces, choices),
            Self::NoAttributes => no_attributes(pieces, choices),
            Self::Bytecode => bytecode(pieces, choices),
        }
        .is_some()
    }

    /// Returns whether the mutation changes the numbers of the header, so that a repair would undo the change.
    const fn is_about_header(self) -> bool {
        matches!(self, Self::Moved)
    }
}

/// Returns `file` after one mutation. `other` is the second file of [`Mutation::Splice`].
pub fn mutate(file: &[u8], other: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let mutation = *choices.pick(&Mutation::ALL);
    change(mutation, file, other, choices, true)
}

/// Returns `file` after one mutation that keeps a well-formed file well-formed.
pub fn mutate_keeping(file: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let mutation = *choices.pick(&Mutation::KEEPING);
    change(mutation, file, file, choices, false)
}

/// Returns the file after a repair of the numbers that say where its bytecode is.
pub fn repair(file: &[u8]) -> Vec<u8> {
    let mut pieces = Pieces::of(file);
    pieces.lay_out();
    pieces.bytes()
}

fn change(mutation: Mutation, file: &[u8], other: &[u8], choices: &mut Choices<'_>, may_stay: bool) -> Vec<u8> {
    let mut pieces = Pieces::of(file);
    let changed = mutation.apply(&mut pieces, &Pieces::of(other), choices);
    if !changed && may_stay {
        // Every file except the empty one has a field in which a bit can be inverted.
        flip(&mut pieces, choices);
    }
    let left_inconsistent = may_stay && (mutation.is_about_header() || choices.one_in(4));
    if !left_inconsistent {
        pieces.lay_out();
    }
    pieces.bytes()
}

fn flip(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    // No reader interprets the bytecode, so an inverted bit there changes no verdict.
    let is_looked_at = |piece: &Piece| !piece.bytes.is_empty() && piece.path.field != "bytecode";
    let place = choices.pick_index(&pieces.0, is_looked_at)?;
    let bytes = &mut pieces.0[place].bytes;
    let byte = choices.below(bytes.len());
    bytes[byte] ^= 1 << choices.below(8);
    Some(())
}

fn length(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    let place = choices.pick_index(&pieces.0, Piece::is_length)?;
    let by = if choices.one_in(2) { u32::MAX } else { 1 };
    let piece = &mut pieces.0[place];
    piece.set_number(piece.number().wrapping_add(by));
    // In one of two cases, the bytes of the string change to match its length.
    if choices.one_in(2)
        && let Some(text) = pieces.0.get_mut(place + 1)
    {
        if by == 1 {
            text.bytes.push(b'x');
        } else {
            text.bytes.pop();
        }
    }
    Some(())
}

fn count(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    let place = choices.pick_index(&pieces.0, Piece::is_count)?;
    let number = pieces.0[place].number();
    let changed = match choices.below(4) {
        0 => number.wrapping_shl(u32::try_from(choices.below(32)).unwrap_or_default()),
        1 => number.wrapping_add(1),
        2 => number.wrapping_sub(1),
        _ => 1 << choices.below(32),
    };
    pieces.0[place].set_number(changed);
    Some(())
}

fn splice(pieces: &mut Pieces, other: &Pieces, choices: &mut Choices<'_>) -> Option<()> {
    let here = choices.pick_index(&pieces.0, |_| true)?;
    let path = pieces.0[here].path;
    let alike = |piece: &Piece| piece.path.section == path.section && piece.path.field == path.field;
    let there = choices.pick_index(&other.0, alike).or_else(|| choices.pick_index(&other.0, |_| true))?;
    pieces.0.truncate(here);
    pieces.0.extend_from_slice(&other.0[there..]);
    Some(())
}

fn section(pieces: &Pieces, choices: &mut Choices<'_>) -> Option<Range<usize>> {
    let sections = pieces.sections();
    let place = choices.pick_index(&sections, |range| pieces.0[range.start].path.section != Section::Header)?;
    Some(sections[place].clone())
}

fn section_removed(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    let range = section(pieces, choices)?;
    pieces.0.drain(range);
    Some(())
}

fn section_doubled(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    let range = section(pieces, choices)?;
    double(pieces, range);
    Some(())
}

fn sections_swapped(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    let (one, another) = (section(pieces, choices)?, section(pieces, choices)?);
    let (first, second) = if one.start < another.start { (one, another) } else { (another, one) };
    if first == second {
        return None;
    }
    let mut swapped = pieces.0[..first.start].to_vec();
    swapped.extend_from_slice(&pieces.0[second.clone()]);
    swapped.extend_from_slice(&pieces.0[first.end..second.start]);
    swapped.extend_from_slice(&pieces.0[first]);
    swapped.extend_from_slice(&pieces.0[second.end..]);
    pieces.0 = swapped;
    Some(())
}

fn moved(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    match choices.below(4) {
        // Changes the number of padding bytes, and the offset to match. In one of two cases, a padding byte is not
        // zero.
        0 => {
            let more = choices.below(24);
            pieces.lay_out_behind(|_| more);
            if choices.one_in(2) {
                let place = pieces.0.iter().position(|piece| piece.path.field == "padding")?;
                let byte = choices.below(pieces.0[place].bytes.len());
                pieces.0[place].bytes[byte] ^= 1 << choices.below(8);
            }
        }
        // Moves the border that the header states: the end of the metadata counts as bytecode, or the beginning of the
        // bytecode counts as metadata. The sum of offset and size is still the length of the file.
        1 => {
            let [offset, size] = ["bytecode_offset", "bytecode_size"].map(|field| find(pieces, field));
            let by = u32::try_from(1 + choices.below(16)).unwrap_or_default();
            let by = if choices.one_in(2) { by.wrapping_neg() } else { by };
            let (offset, size) = (offset?, size?);
            let moved = pieces.0[offset].number().wrapping_add(by);
            let sized = pieces.0[size].number().wrapping_sub(by);
            pieces.0[offset].set_number(moved);
            pieces.0[size].set_number(sized);
        }
        // Removes the last byte of the file or adds bytes at its end. In one of two cases, the size of the bytecode
        // changes to match.
        2 => {
            let more = choices.bytes(8).to_vec();
            let last = pieces.0.last_mut()?;
            if more.is_empty() {
                last.bytes.pop();
            } else {
                last.bytes.extend(more);
            }
            if choices.one_in(2) {
                pieces.lay_out();
            }
        }
        _ => {
            let field = *choices.pick(&["bytecode_size", "bytecode_offset"]);
            let place = find(pieces, field)?;
            let number = interesting(pieces, place, choices);
            pieces.0[place].set_number(number);
        }
    }
    Some(())
}

fn find(pieces: &Pieces, field: &str) -> Option<usize> {
    pieces.0.iter().position(|piece| piece.path.field == field && piece.bytes.len() == 4)
}

fn utf8(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    /// Truncated sequences, stray continuation bytes, overlong forms, surrogates, code points beyond U+10FFFF, and
    /// valid sequences at the limits.
    const SEQUENCES: &[&[u8]] = &[
        b"\xC3",
        b"\xE2\x82",
        b"\xF0\x9F\x98",
        b"\x80",
        b"\xBF",
        b"\xFF",
        b"\xC0\x80",
        b"\xC1\xBF",
        b"\xE0\x9F\xBF",
        b"\xF0\x8F\xBF\xBF",
        b"\xED\xA0\x80",
        b"\xED\xBF\xBF",
        b"\xF4\x90\x80\x80",
        b"\xF5\x80\x80\x80",
        b"\xED\xA0\xBD\xED\xB8\x80",
        b"\xED\x9F\xBF",
        b"\xEE\x80\x80",
        b"\xF4\x8F\xBF\xBF",
        b"\xC2\x80",
        b"\xE0\xA0\x80",
        b"\xF0\x90\x80\x80",
        b"\0",
    ];
    let place = choices.pick_index(&pieces.0, Piece::is_text)?;
    let sequence = *choices.pick(SEQUENCES);
    let text = &pieces.0[place].bytes;
    let broken = match choices.below(4) {
        0 => [text, sequence].concat(),
        1 => [sequence, text].concat(),
        2 => [&text[..text.len().saturating_sub(sequence.len())], sequence].concat(),
        _ => [sequence, text.get(sequence.len()..).unwrap_or_default()].concat(),
    };
    pieces.set_text(place, broken);
    Some(())
}

fn number(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    let place = choices.pick_index(&pieces.0, Piece::is_number)?;
    let number = interesting(pieces, place, choices);
    pieces.0[place].set_number(number);
    Some(())
}

/// Returns a number that can have a special effect at its position: a small one, one at a limit, or one derived from
/// the number of bytes that are left.
fn interesting(pieces: &Pieces, place: usize, choices: &mut Choices<'_>) -> u32 {
    const LIMITS: &[u32] =
        &[0, 1, 2, 3, 4, 0x7FFF_FFFF, 0x8000_0000, u32::MAX, 0xFFFF, 0x1_0000, 0x100, 0xFF, 0x2000_0000];
    match choices.below(4) {
        0 => *choices.pick(LIMITS),
        1 => {
            let left: usize = pieces.0[place + 1..].iter().map(|piece| piece.bytes.len()).sum();
            let by = *choices.pick(&[1, 2, 4, 8, 16, 20]);
            u32::try_from(left / by).unwrap_or(u32::MAX)
        }
        2 => pieces.0[place].number().wrapping_add(*choices.pick(&[1, u32::MAX, 8, u32::MAX - 7, 4])),
        _ => choices.number(),
    }
}

fn text(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    let place = choices.pick_index(&pieces.0, Piece::is_text)?;
    let text = match choices.below(3) {
        // Takes a string that the file already has. This makes duplicates, and names that refer to a request.
        0 => {
            let other = choices.pick_index(&pieces.0, Piece::is_text)?;
            pieces.0[other].bytes.clone()
        }
        1 => Vec::new(),
        _ => name(choices).into_bytes(),
    };
    pieces.set_text(place, text);
    Some(())
}

/// Returns the range of the pieces of an entry or an attribute.
fn entry(pieces: &Pieces, choices: &mut Choices<'_>) -> Option<Range<usize>> {
    let groups = if choices.one_in(4) { pieces.attributes() } else { pieces.entries() };
    let place = choices.pick_index(&groups, |_| true)?;
    Some(groups[place].clone())
}

fn entry_removed(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    let range = entry(pieces, choices)?;
    pieces.recount(range.start, -1);
    pieces.0.drain(range);
    Some(())
}

fn entry_doubled(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    /// Numbers of copies after which the count needs more bits. In most cases, only one copy is made.
    const MANY: &[u16] = &[2, 16, 128, 255, 256, 257];
    let range = entry(pieces, choices)?;
    let times = if choices.one_in(8) { *choices.pick(MANY) } else { 1 };
    pieces.recount(range.start, times.into());
    for _ in 0..times {
        double(pieces, range.clone());
    }
    Some(())
}

fn double(pieces: &mut Pieces, range: Range<usize>) {
    let again = pieces.0[range.clone()].to_vec();
    pieces.0.splice(range.end..range.end, again);
}

fn entries_swapped(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    let groups = if choices.one_in(4) { pieces.attributes() } else { pieces.entries() };
    let section = |range: &Range<usize>| pieces.0[range.start].path.section;
    let are_neighbours =
        |pair: &&[Range<usize>]| pair[0].end == pair[1].start && section(&pair[0]) == section(&pair[1]);
    let pairs: Vec<_> = groups.windows(2).filter(are_neighbours).collect();
    let place = choices.pick_index(&pairs, |_| true)?;
    let (start, middle, end) = (pairs[place][0].start, pairs[place][1].start, pairs[place][1].end);
    pieces.0[start..end].rotate_left(middle - start);
    Some(())
}

fn no_attributes(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    let is_zero = |piece: &Piece| piece.path.field == "has_attributes" && piece.bytes == [0; 4];
    let place = choices.pick_index(&pieces.0, is_zero)?;
    pieces.0[place].bytes = vec![1, 0, 0, 0, 0, 0, 0, 0];
    Some(())
}

fn bytecode(pieces: &mut Pieces, choices: &mut Choices<'_>) -> Option<()> {
    let last = pieces.0.last_mut().filter(|piece| piece.path.field == "bytecode" && piece.path.piece == Part::Bytes)?;
    last.bytes = choices.bytes(16).to_vec();
    Some(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::generate::choices::bytes_of_seed;
    use crate::generate::files::{self, reaches_bytecode};

    fn file(seed: u64) -> Vec<u8> {
        files::file(&mut Choices::new(&bytes_of_seed(seed)))
    }

    #[test]
    fn every_mutation_changes_files() {
        let mut changed: BTreeMap<Mutation, usize> = BTreeMap::new();
        for seed in 0..400 {
            let (original, other) = (Pieces::of(&file(seed)), Pieces::of(&file(seed + 1000)));
            for mutation in Mutation::ALL {
                let mut pieces = original.clone();
                mutation.apply(&mut pieces, &other, &mut Choices::new(&bytes_of_seed(seed + 2000)));
                *changed.entry(mutation).or_default() += usize::from(pieces.bytes() != original.bytes());
            }
        }
        for mutation in Mutation::ALL {
            assert!(changed[&mutation] >= 40, "{mutation:?} changes {} of 400 files", changed[&mutation]);
        }
    }

    #[test]
    fn what_keeps_a_file_well_formed_does() {
        for seed in 0..2000 {
            let kept = mutate_keeping(&file(seed), &mut Choices::new(&bytes_of_seed(seed + 1)));
            assert_eq!(bmes::validate(&kept).map(drop), Ok(()), "seed {seed}");
        }
    }

    #[test]
    fn at_least_three_of_ten_changed_files_are_read_up_to_the_bytecode_and_as_many_are_refused() {
        let (mut reached, mut refused) = (0, 0);
        for seed in 0..2000 {
            let changed = mutate(&file(seed), &file(seed + 1), &mut Choices::new(&bytes_of_seed(seed + 2)));
            let error = bmes::inspect(&changed).error();
            reached += usize::from(reaches_bytecode(error));
            refused += usize::from(error.is_some());
        }
        assert!(reached >= 600, "{reached} of 2000 are read up to the bytecode");
        assert!(refused >= 600, "{refused} of 2000 are refused");
    }

    #[test]
    fn a_broken_file_can_be_changed_too() {
        for seed in 0..500 {
            let broken = mutate(&file(seed), &file(seed + 1), &mut Choices::new(&bytes_of_seed(seed + 2)));
            for cut in [0, 3, 7, 12, broken.len() / 2] {
                let cut = &broken[..cut.min(broken.len())];
                mutate(cut, &broken, &mut Choices::new(&bytes_of_seed(seed + 3)));
                repair(cut);
            }
        }
    }
}
