//! The swift mode: reads that fuse what the grammar asks for, text checked by the region, and no word on what is wrong.
//!
//! What takes time in a valid file is the chain of its lengths: no string's place is known before the length of the one before
//! it has been loaded. Everything else is kept off that chain, and short: one check of bounds for a string and the number behind
//! it, and no look at a single string's text.

#![allow(
    clippy::inline_always,
    reason = "the walk is fast as one piece: the counts of `benches` say where it falls apart"
)]

use super::{Cursor, Ignore, Production, Visit, Walk, is_plausible};
use crate::error::ErrorKind;
use crate::path::Section;
use crate::version::Version;

/// That a file is not valid. The exact mode knows why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct No;

/// A cursor, and what is known of the text behind it.
pub(crate) struct Swift<'a, T, V> {
    cursor: Cursor<'a>,
    texts: T,
    // Of the region, so far: the bits that are set in any length or count, and how many bytes of the engine's words are none of
    // ASCII's, counted for the four bytes of a word apart. A region has too few entries for them to meet.
    lengths: u32,
    high: u32,
    visit: V,
}

/// The swift mode over the entries of a section that has been walked: they are read again, one at a time.
pub(crate) type Reader<'a> = Swift<'a, Sliced<'a>, Ignore>;

impl<'a, V: Visit<'a>> Swift<'a, Unread, V> {
    #[inline(always)]
    pub(crate) const fn new(file: &'a [u8], visit: V) -> Self {
        Self { cursor: Cursor::new(file), texts: Unread, lengths: 0, high: 0, visit }
    }

    #[inline(always)]
    pub(crate) fn into_visit(self) -> V {
        self.visit
    }
}

impl<'a> Reader<'a> {
    /// Reads `entries`; `text` is what they are as a whole, and more before them, if that is text.
    #[inline(always)]
    pub(crate) const fn over(entries: &'a [u8], text: Option<&'a str>) -> Self {
        Self { cursor: Cursor::new(entries), texts: Sliced(text), lengths: 0, high: 0, visit: Ignore }
    }

    /// What is left of the entries.
    #[inline(always)]
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.cursor.rest
    }
}

/// What strings are read as.
pub(crate) trait Texts<'a> {
    type Text: Copy + Default;

    /// The string of these bytes, which begin so many bytes before the end of what is walked.
    fn text(&self, bytes: &'a [u8], before_end: usize) -> Option<Self::Text>;
}

/// Strings that nobody looks at: their region is.
pub(crate) struct Unread;

impl<'a> Texts<'a> for Unread {
    type Text = ();

    #[inline(always)]
    fn text(&self, _: &'a [u8], _: usize) -> Option<()> {
        Some(())
    }
}

/// Strings that are slices of what is walked, where that is text as a whole; otherwise each is checked by itself.
#[derive(Clone, Copy)]
pub(crate) struct Sliced<'a>(Option<&'a str>);

impl<'a> Texts<'a> for Sliced<'a> {
    type Text = &'a str;

    #[inline(always)]
    fn text(&self, bytes: &'a [u8], before_end: usize) -> Option<&'a str> {
        let slice = self.0.and_then(|whole| {
            let start = whole.len().checked_sub(before_end)?;
            // Not where a string's end and the number behind it look like one character: C3, and a length of A9.
            whole.get(start..start.checked_add(bytes.len())?)
        });
        slice.or_else(|| core::str::from_utf8(bytes).ok())
    }
}

/// Entries whose text is checked together: few enough to be near when it is, many enough to be worth it.
const REGION: u32 = 64;

impl<'a, T: Texts<'a>, V: Visit<'a>> Swift<'a, T, V> {
    #[inline(always)]
    fn count(&mut self, smallest: u32) -> Result<u32, No> {
        let count = self.number("")?;
        if is_plausible(count, smallest, self.cursor.rest.len()) { Ok(count) } else { Err(No) }
    }

    /// Two numbers.
    #[inline(always)]
    fn pair(&mut self) -> Option<[u32; 2]> {
        let (bytes, rest) = self.cursor.rest.split_first_chunk::<8>()?;
        let [first, second] = bytes.as_chunks().0 else { return None };
        self.cursor.rest = rest;
        Some([u32::from_le_bytes(*first), u32::from_le_bytes(*second)])
    }

    /// A string whose length has been read.
    #[inline(always)]
    fn string(&mut self, length: u32) -> Option<T::Text> {
        self.lengths |= length;
        let before_end = self.cursor.rest.len();
        let bytes = self.cursor.take(length)?;
        self.texts.text(bytes, before_end)
    }

    /// A string whose length has been read, and the number behind it.
    #[inline(always)]
    fn string_then_number(&mut self, length: u32) -> Option<(T::Text, u32)> {
        self.lengths |= length;
        let before_end = self.cursor.rest.len();
        let both = self.cursor.take_and(length, 4)?;
        let (bytes, number) = both.split_last_chunk()?;
        Some((self.texts.text(bytes, before_end)?, u32::from_le_bytes(*number)))
    }

    /// Strings of which the first one's length has been read.
    #[inline(always)]
    fn strings_from<const N: usize>(&mut self, first: u32) -> Option<[T::Text; N]> {
        let mut strings = [T::Text::default(); N];
        let mut length = first;
        let mut empty = 0_u8;
        for (string, behind) in strings.iter_mut().zip((0..N).rev()) {
            if empty > 0 {
                empty = empty.saturating_sub(1);
            } else if behind == 0 {
                *string = self.string(length)?;
            } else {
                (*string, length) = self.string_then_number(length)?;
                // Two empty strings, such as a Local export has: one test, and no link of the chain.
                if behind > 2 && length == 0 && self.cursor.rest.first_chunk() == Some(&[0; 4]) {
                    let [_, behind_both] = self.pair()?;
                    (empty, length) = (2, behind_both);
                }
            }
        }
        Some(strings)
    }
}

impl<'a, T: Texts<'a>, V: Visit<'a>> Walk<'a> for Swift<'a, T, V> {
    type Text = T::Text;
    type Fault = No;
    type Visit = V;

    #[inline(always)]
    fn cursor(&mut self) -> &mut Cursor<'a> {
        &mut self.cursor
    }

    #[inline(always)]
    fn visit(&mut self) -> &mut V {
        &mut self.visit
    }

    #[inline(always)]
    fn set_version(&mut self, _: Version) {}

    #[inline(always)]
    fn enter(&mut self, _: Section) {}

    #[inline(always)]
    fn fault(&self, _: &'static str, _: usize, _: ErrorKind) -> No {
        No
    }

    #[inline(always)]
    fn number(&mut self, _: &'static str) -> Result<u32, No> {
        self.cursor.number().ok_or(No)
    }

    #[inline(always)]
    fn strings<const N: usize>(&mut self, _: [&'static str; N]) -> Result<[T::Text; N], No> {
        let length = self.cursor.number().ok_or(No)?;
        self.strings_from(length).ok_or(No)
    }

    #[inline(always)]
    fn string_and_number(&mut self, _: &'static str, _: &'static str) -> Result<(T::Text, u32), No> {
        let length = self.cursor.number().ok_or(No)?;
        self.string_then_number(length).ok_or(No)
    }

    #[inline(always)]
    fn typed<E, const N: usize>(
        &mut self,
        types: impl Fn(u32) -> Option<E>,
        _: [&'static str; N],
    ) -> Result<(E, [T::Text; N]), No> {
        let [found, length] = self.pair().ok_or(No)?;
        let entry_type = types(found).ok_or(No)?;
        Ok((entry_type, self.strings_from(length).ok_or(No)?))
    }

    #[inline(always)]
    fn any_bits(&mut self, bits: u32) {
        self.high = self.high.wrapping_add((bits & HIGH) >> 7);
    }

    #[inline(always)]
    fn section<P: Production>(&mut self) -> Result<(), No> {
        let count = self.count(P::SMALLEST)?;
        let before = self.cursor;
        if count > 0 {
            self.cursor.rest = entries::<P, V>(before, count, &mut self.visit).ok_or(No)?;
        }
        self.visit.section(P::SECTION, count, before.position(), self.cursor.since(before));
        Ok(())
    }

    #[inline(always)]
    fn nested<P: Production>(&mut self) -> Result<(u32, &'a [u8]), No> {
        let count = self.count(P::SMALLEST)?;
        self.lengths |= count;
        let before = self.cursor;
        for _ in 0..count {
            P::entry(self)?;
        }
        Ok((count, self.cursor.since(before)))
    }

    #[inline(always)]
    fn remainder(&mut self, _: &'static str) -> (usize, &'a [u8]) {
        let (start, bytes) = (self.cursor.position(), self.cursor.rest);
        self.cursor.rest = &[];
        (start, bytes)
    }

    #[inline(always)]
    fn bytecode(&mut self, _: usize, size: u32) -> Result<(), No> {
        let start = self.cursor.position();
        self.cursor.take(size).ok_or(No)?;
        self.visit.bytecode(start..self.cursor.position());
        Ok(())
    }
}

/// Walks `count` entries and checks their text; what is left behind them.
///
/// A function of its own, because in one large function the cursor would not stay in a register.
#[inline(never)]
fn entries<'a, P: Production, V: Visit<'a>>(cursor: Cursor<'a>, count: u32, visit: &mut V) -> Option<&'a [u8]> {
    let mut walk = Swift { cursor, texts: Unread, lengths: 0, high: 0, visit: Ignore };
    let mut left = count;
    while left > 0 {
        let region = left.min(REGION);
        let start = walk.cursor;
        (walk.lengths, walk.high) = (0, 0);
        for _ in 0..region {
            visit.entry(walk.cursor.position());
            P::entry(&mut walk).ok()?;
        }
        let bytes = walk.cursor.since(start);
        if !is_ascii(bytes) && !is_text::<P>(bytes, region, walk.lengths, walk.high) {
            return None;
        }
        left = left.saturating_sub(region);
    }
    Some(walk.cursor.rest)
}

/// The bits that make a byte of a number none of ASCII's.
const HIGH: u32 = 0x8080_8080;

/// Whether the strings of a region are text, where some byte of it is none of ASCII's.
///
/// If as many bytes of the engine's words are none, no string has one. If no byte of any number is one, the region is text
/// exactly if each string is: a character has no byte of ASCII's in its middle, so none reaches from a string into a number. In any
/// other case each string is read again and looked at by itself.
#[cold]
#[inline(never)]
fn is_text<P: Production>(region: &[u8], count: u32, lengths: u32, high: u32) -> bool {
    if lengths & HIGH == 0 {
        if high == 0 {
            return simdutf8::basic::from_utf8(region).is_ok();
        }
        if count_high(region) == high.to_le_bytes().map(u64::from).iter().sum() {
            return true;
        }
    }
    let mut reader = Reader::over(region, None);
    (0..count).all(|_| P::entry(&mut reader).is_ok())
}

/// The same as the library's function, which is slow where a block is not whole: here the last block overlaps the one before it.
#[inline(always)]
fn is_ascii(bytes: &[u8]) -> bool {
    let union = union::<4>(bytes).or_else(|| union::<1>(bytes));
    let union = union.unwrap_or_else(|| bytes.iter().fold(0, |union, byte| union | u64::from(*byte)));
    union & 0x8080_8080_8080_8080 == 0
}

/// The bits that are set in any block of eight bytes, if there are `N` such blocks.
#[inline(always)]
fn union<const N: usize>(bytes: &[u8]) -> Option<u64> {
    let (blocks, _) = bytes.as_chunks::<8>();
    let (blocks, _) = blocks.as_chunks::<N>();
    let (_, last) = bytes.as_rchunks::<8>();
    let mut union = last.last_chunk::<N>()?.map(u64::from_le_bytes);
    for block in blocks {
        union.iter_mut().zip(block).for_each(|(union, bytes)| *union |= u64::from_le_bytes(*bytes));
    }
    Some(union.iter().fold(0, |all, lane| all | lane))
}

/// How many bytes are none of ASCII's.
fn count_high(bytes: &[u8]) -> u64 {
    // A lane holds no more than 255.
    let runs = bytes.chunks(255 * 16).map(|run| {
        let (blocks, rest) = run.as_chunks::<16>();
        let mut lanes = [0_u8; 16];
        for block in blocks {
            lanes.iter_mut().zip(block).for_each(|(lane, byte)| *lane = lane.wrapping_add(byte >> 7));
        }
        rest.iter().map(|byte| u64::from(byte >> 7)).chain(lanes.map(u64::from)).sum::<u64>()
    });
    runs.sum()
}
