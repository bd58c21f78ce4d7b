//! Fast validation and reading: it returns only valid or invalid. Where it returns invalid, the strict reader explains.
//!
//! What takes time in a valid file is the chain of its lengths: no string's place is known before the length of the one before
//! it has been loaded. Everything else is kept off that chain, and short: one check of bounds for a string and the number behind
//! it, and UTF-8 checked by the region instead of by the string. Fuzzing and the corpus show that both readers agree.

use crate::bytes::reader::Reader;
use crate::format::limits;
use crate::format::version::Version;
use crate::model::environment::Variable;
use crate::model::record::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType};
use crate::versions::sections::{EnvironmentSections, List, Sections};

/// Returns the sections of a valid file; `None` for any other.
#[inline(always)]
pub(crate) fn read(file: &[u8]) -> Option<Sections> {
    let mut r = Reader::new(file);
    let version = Version::identified_by(*r.array()?)?;
    match version {
        Version::V1 => {
            let mut sections = lists(&mut r, version)?;
            let size = r.u32()?;
            sections.bytecode_start = r.position();
            r.take(size)?;
            r.finish().ok()?;
            Some(sections)
        }
        Version::V2 | Version::V3 => {
            let [offset, size] = r.pair()?;
            let aligned = version == Version::V2 || offset.is_multiple_of(limits::ALIGNMENT);
            if offset < limits::HEADER || !aligned {
                return None;
            }
            let mut metadata = r.sub(offset)?;
            r.take(size)?;
            r.finish().ok()?;
            let mut sections = lists(&mut metadata, version)?;
            if version == Version::V3 {
                sections.environment = Some(EnvironmentSections {
                    declared_variables: list::<Variables>(&mut metadata)?,
                    lexical_variables: list::<Variables>(&mut metadata)?,
                    code_features: metadata.u32()?,
                });
            }
            let padding = metadata.rest();
            let is_padding = padding.len() <= limits::PADDING.len() && padding.iter().all(|byte| *byte == 0);
            sections.bytecode_start = metadata.end();
            is_padding.then_some(sections)
        }
    }
}

/// Reads the sections that every version has.
#[inline(always)]
fn lists(r: &mut Reader<'_>, version: Version) -> Option<Sections> {
    Some(Sections {
        version,
        requests: list::<Requests>(r)?,
        imports: list::<Imports>(r)?,
        exports: list::<Exports>(r)?,
        star_exports: list::<StarExports>(r)?,
        environment: None,
        bytecode_start: 0,
    })
}

#[inline(always)]
fn list<K: Kind>(r: &mut Reader<'_>) -> Option<List> {
    let count = r.u32()?;
    if !r.can_hold(count, K::SMALLEST) {
        return None;
    }
    let start = r.position();
    if count > 0 {
        r.resume(entries::<K>(r.rest(), count)?);
    }
    Some(List { count, start, end: r.position() })
}

/// Entries whose text is checked together: few enough to be near when it is, many enough to be worth it.
const REGION: u32 = 64;

/// Reads `count` entries, checks their text, and returns the bytes behind them.
///
/// A function of its own, because in one large function the cursor would not stay in a register.
#[inline(never)]
fn entries<K: Kind>(bytes: &[u8], count: u32) -> Option<&[u8]> {
    let mut r = Entry::over(bytes, Unread);
    let mut left = count;
    while left > 0 {
        let region = left.min(REGION);
        let start = r.reader;
        (r.lengths, r.high) = (0, 0);
        for _ in 0..region {
            K::read(&mut r)?;
        }
        let bytes = r.reader.since(start);
        if !is_ascii(bytes) && !is_text::<K>(bytes, region, r.lengths, r.high) {
            return None;
        }
        left = left.saturating_sub(region);
    }
    Some(r.rest())
}

/// A kind of entry: how one is read.
pub(crate) trait Kind {
    /// The bytes of the smallest entry.
    const SMALLEST: u32;
    /// An entry whose strings are read as `T`.
    type Of<'a, T>;

    fn read<'a, T: Texts<'a>>(r: &mut Entry<'a, T>) -> Option<Self::Of<'a, T::Text>>;
}

pub(crate) enum Requests {}

impl Kind for Requests {
    const SMALLEST: u32 = limits::SMALLEST_REQUEST;
    /// The specifier, how many attributes there are, and their bytes.
    type Of<'a, T> = (T, u32, &'a [u8]);

    #[inline(always)]
    fn read<'a, T: Texts<'a>>(r: &mut Entry<'a, T>) -> Option<(T::Text, u32, &'a [u8])> {
        let (specifier, has_attributes) = r.string_and_number()?;
        let (count, attributes) = match has_attributes {
            0 => (0, [].as_slice()),
            1 => r.nested::<Attributes>()?,
            _ => return None,
        };
        Some((specifier, count, attributes))
    }
}

pub(crate) enum Attributes {}

impl Kind for Attributes {
    const SMALLEST: u32 = limits::SMALLEST_ATTRIBUTE;
    type Of<'a, T> = Attribute<T>;

    #[inline(always)]
    fn read<'a, T: Texts<'a>>(r: &mut Entry<'a, T>) -> Option<Attribute<T::Text>> {
        let [key, value] = r.strings()?;
        Some(Attribute { key, value })
    }
}

pub(crate) enum Imports {}

impl Kind for Imports {
    const SMALLEST: u32 = limits::SMALLEST_IMPORT;
    type Of<'a, T> = ImportEntry<T>;

    #[inline(always)]
    fn read<'a, T: Texts<'a>>(r: &mut Entry<'a, T>) -> Option<ImportEntry<T::Text>> {
        let (import_type, [module_request, import_name, local_name]) = r.typed(ImportType::from_number)?;
        Some(ImportEntry { import_type, module_request, import_name, local_name })
    }
}

pub(crate) enum Exports {}

impl Kind for Exports {
    const SMALLEST: u32 = limits::SMALLEST_EXPORT;
    type Of<'a, T> = ExportEntry<T>;

    #[inline(always)]
    fn read<'a, T: Texts<'a>>(r: &mut Entry<'a, T>) -> Option<ExportEntry<T::Text>> {
        let (export_type, [export_name, module_name, import_name, local_name]) = r.typed(ExportType::from_number)?;
        Some(ExportEntry { export_type, export_name, module_name, import_name, local_name })
    }
}

pub(crate) enum StarExports {}

impl Kind for StarExports {
    const SMALLEST: u32 = limits::SMALLEST_STAR_EXPORT;
    type Of<'a, T> = T;

    #[inline(always)]
    fn read<'a, T: Texts<'a>>(r: &mut Entry<'a, T>) -> Option<T::Text> {
        let [module_name] = r.strings()?;
        Some(module_name)
    }
}

pub(crate) enum Variables {}

impl Kind for Variables {
    const SMALLEST: u32 = limits::SMALLEST_VARIABLE;
    type Of<'a, T> = Variable<T>;

    #[inline(always)]
    fn read<'a, T: Texts<'a>>(r: &mut Entry<'a, T>) -> Option<Variable<T::Text>> {
        let (name, bits) = r.string_and_number()?;
        r.high = r.high.wrapping_add((bits & HIGH) >> 7);
        Some(Variable { name, bits })
    }
}

/// What strings are read as.
pub(crate) trait Texts<'a> {
    type Text: Copy + Default;

    /// Returns the string of these bytes, which begin so many bytes before the end of what is read.
    fn text(&self, bytes: &'a [u8], before_end: usize) -> Option<Self::Text>;
}

/// Strings that are passed over: their region is checked.
pub(crate) struct Unread;

impl<'a> Texts<'a> for Unread {
    type Text = ();

    #[inline(always)]
    fn text(&self, _: &'a [u8], _: usize) -> Option<()> {
        Some(())
    }
}

/// Strings as their bytes.
#[derive(Clone, Copy)]
pub(crate) struct Raw;

impl<'a> Texts<'a> for Raw {
    type Text = &'a [u8];

    #[inline(always)]
    fn text(&self, bytes: &'a [u8], _: usize) -> Option<&'a [u8]> {
        Some(bytes)
    }
}

/// Strings that are slices of what is read, where that is text as a whole; otherwise each is checked by itself.
#[derive(Clone, Copy)]
pub(crate) struct Sliced<'a>(pub(crate) Option<&'a str>);

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

/// A cursor over entries.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a, T> {
    reader: Reader<'a>,
    texts: T,
    // Of the region, so far: the bits that are set in any length or count, and how many bytes of the engine's words are none of
    // ASCII's, in four 8-bit counters, one per byte of a word. At most 64 entries are counted, so none overflows.
    lengths: u32,
    high: u32,
}

impl<'a, T> Entry<'a, T> {
    /// Begins at the first of `entries`.
    #[inline(always)]
    pub(crate) const fn over(entries: &'a [u8], texts: T) -> Self {
        Self { reader: Reader::new(entries), texts, lengths: 0, high: 0 }
    }

    /// Returns the entries that are left.
    #[inline(always)]
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.reader.rest()
    }
}

impl<'a, T: Texts<'a>> Entry<'a, T> {
    /// Reads a string whose length has been read.
    #[inline(always)]
    fn string(&mut self, length: u32) -> Option<T::Text> {
        self.lengths |= length;
        let before_end = self.rest().len();
        let bytes = self.reader.take(length)?;
        self.texts.text(bytes, before_end)
    }

    /// Reads a string whose length has been read, and the number behind it.
    #[inline(always)]
    fn string_then_number(&mut self, length: u32) -> Option<(T::Text, u32)> {
        self.lengths |= length;
        let before_end = self.rest().len();
        let both = self.reader.take_and(length, 4)?;
        let (bytes, number) = both.split_last_chunk()?;
        Some((self.texts.text(bytes, before_end)?, u32::from_le_bytes(*number)))
    }

    /// Reads strings of which the first one's length has been read.
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
                if behind > 2 && length == 0 && self.rest().first_chunk() == Some(&[0; 4]) {
                    let [_, behind_both] = self.reader.pair()?;
                    (empty, length) = (2, behind_both);
                }
            }
        }
        Some(strings)
    }

    #[inline(always)]
    fn strings<const N: usize>(&mut self) -> Option<[T::Text; N]> {
        let length = self.reader.u32()?;
        self.strings_from(length)
    }

    #[inline(always)]
    fn string_and_number(&mut self) -> Option<(T::Text, u32)> {
        let length = self.reader.u32()?;
        self.string_then_number(length)
    }

    /// Reads a type, and the strings behind it.
    #[inline(always)]
    fn typed<E, const N: usize>(&mut self, types: impl Fn(u32) -> Option<E>) -> Option<(E, [T::Text; N])> {
        let [found, length] = self.reader.pair()?;
        let entry_type = types(found)?;
        Some((entry_type, self.strings_from(length)?))
    }

    /// Reads a count and so many entries, which are part of another entry; returns the count and their bytes.
    #[inline(always)]
    fn nested<K: Kind>(&mut self) -> Option<(u32, &'a [u8])> {
        let count = self.reader.u32()?;
        if !self.reader.can_hold(count, K::SMALLEST) {
            return None;
        }
        self.lengths |= count;
        let before = self.reader;
        for _ in 0..count {
            K::read(self)?;
        }
        Some((count, self.reader.since(before)))
    }
}

/// The bits that make a byte of a number none of ASCII's.
const HIGH: u32 = 0x8080_8080;

/// Returns whether the strings of a region are text, where some byte of it is none of ASCII's.
///
/// If as many bytes of the engine's words are none, no string has one. If no byte of any number is one, the region is text
/// exactly if each string is: a character has no byte of ASCII's in its middle, so none reaches from a string into a number. In any
/// other case each string is read again and looked at by itself.
#[cold]
#[inline(never)]
fn is_text<K: Kind>(region: &[u8], count: u32, lengths: u32, high: u32) -> bool {
    if lengths & HIGH == 0 {
        if high == 0 {
            return simdutf8::basic::from_utf8(region).is_ok();
        }
        if count_high(region) == high.to_le_bytes().map(u64::from).iter().sum() {
            return true;
        }
    }
    let mut entry = Entry::over(region, Sliced(None));
    (0..count).all(|_| K::read(&mut entry).is_some())
}

/// Returns whether all bytes are ASCII. The library's function is slow where a block is not whole: here the last block overlaps
/// the one before it.
#[inline(always)]
fn is_ascii(bytes: &[u8]) -> bool {
    let union = union::<4>(bytes).or_else(|| union::<1>(bytes));
    let union = union.unwrap_or_else(|| bytes.iter().fold(0, |union, byte| union | u64::from(*byte)));
    union & 0x8080_8080_8080_8080 == 0
}

/// Returns the bits that are set in any block of eight bytes, if there are `N` such blocks.
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

/// Returns how many bytes are none of ASCII's.
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
