//! The fast reader: it validates files and reads entries. It finds only whether a file is valid. For an invalid file,
//! the strict reader finds the error.
//!
//! A chain of loads limits the speed: the position of each string is known only after the length of the previous string
//! is loaded. All other work is short, and this chain does not wait for it. The fast reader makes one bounds check for
//! a string and the number after it. It checks UTF-8 once per region of 64 entries, not once per string. Fuzzing and
//! tests verify that the fast and the strict reader accept the same files.

use crate::bytes::ascii::is_ascii;
use crate::bytes::reader::Reader;
use crate::format::limits;
use crate::format::version::Version;
use crate::model::environment::Variable;
use crate::model::record::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType};
use crate::versions::sections::{EnvironmentSections, List, Sections};

/// Returns the sections of a valid file, or `None` for an invalid file.
#[inline(always)]
pub(crate) fn read(file: &[u8]) -> Option<Sections> {
    let mut r = Reader::new(file);
    let version = Version::identified_by(*r.array()?)?;
    match version {
        Version::V4 => None,
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

/// The number of entries whose text is checked together. The number is small enough that the bytes are still in the
/// cache, and large enough that one common check saves time.
const REGION: u32 = 64;

/// Reads `count` entries, checks their text, and returns the bytes after them.
///
/// This is a separate function, because in one large function the cursor would not stay in a register.
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

/// A kind of entry, with the function that reads one.
pub(crate) trait Kind {
    /// The size of the smallest entry, in bytes.
    const SMALLEST: u32;
    /// An entry whose strings are read as `T`.
    type Of<'a, T>;

    fn read<'a, T: Texts<'a>>(r: &mut Entry<'a, T>) -> Option<Self::Of<'a, T::Text>>;
}

pub(crate) enum Requests {}

impl Kind for Requests {
    const SMALLEST: u32 = limits::SMALLEST_REQUEST;
    /// The specifier, the number of attributes, and the bytes of the attributes.
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

/// The form in which a cursor returns strings: nothing, bytes or text.
pub(crate) trait Texts<'a> {
    type Text: Copy + Default;

    /// Returns the string in `bytes`. The string begins `before_end` bytes before the end of all bytes that the cursor
    /// reads.
    fn text(&self, bytes: &'a [u8], before_end: usize) -> Option<Self::Text>;
}

/// Strings that are skipped, because their region is checked as a whole.
pub(crate) struct Unread;

impl<'a> Texts<'a> for Unread {
    type Text = ();

    #[inline(always)]
    fn text(&self, _: &'a [u8], _: usize) -> Option<()> {
        Some(())
    }
}

/// Strings as bytes, which are not checked.
#[derive(Clone, Copy)]
pub(crate) struct Raw;

impl<'a> Texts<'a> for Raw {
    type Text = &'a [u8];

    #[inline(always)]
    fn text(&self, bytes: &'a [u8], _: usize) -> Option<&'a [u8]> {
        Some(bytes)
    }
}

/// Strings as text. If all bytes that the cursor reads are known to be UTF-8, each string is a slice of that text. If
/// this is not known (`None`), each string is checked separately.
#[derive(Clone, Copy)]
pub(crate) struct Sliced<'a>(pub(crate) Option<&'a str>);

impl<'a> Texts<'a> for Sliced<'a> {
    type Text = &'a str;

    #[inline(always)]
    fn text(&self, bytes: &'a [u8], before_end: usize) -> Option<&'a str> {
        let slice = self.0.and_then(|whole| {
            let start = whole.len().checked_sub(before_end)?;
            // `get` returns `None` if a string ends in the middle of a character of the whole text. Example: the string
            // ends with the byte C3, and the next length begins with A9. Together, C3 A9 is the character é.
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
    // `lengths` and `high` describe the entries of the current region that were read so far. `lengths` is the bitwise
    // OR of all lengths and counts. `high` counts the non-ASCII bytes of the engine's numbers, in four 8-bit counters,
    // one per byte of a number. A region has at most 64 entries, so no counter overflows.
    lengths: u32,
    high: u32,
}

impl<'a, T> Entry<'a, T> {
    /// Returns a cursor at the first entry of `entries`.
    #[inline(always)]
    pub(crate) const fn over(entries: &'a [u8], texts: T) -> Self {
        Self { reader: Reader::new(entries), texts, lengths: 0, high: 0 }
    }

    /// Returns the bytes of the entries that are left.
    #[inline(always)]
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.reader.rest()
    }
}

impl<'a, T: Texts<'a>> Entry<'a, T> {
    /// Reads the bytes of a string. The caller has already read its length.
    #[inline(always)]
    fn string(&mut self, length: u32) -> Option<T::Text> {
        self.lengths |= length;
        let before_end = self.rest().len();
        let bytes = self.reader.take(length)?;
        self.texts.text(bytes, before_end)
    }

    /// Reads the bytes of a string, and the number after it. The caller has already read the string's length.
    #[inline(always)]
    fn string_then_number(&mut self, length: u32) -> Option<(T::Text, u32)> {
        self.lengths |= length;
        let before_end = self.rest().len();
        let both = self.reader.take_and(length, 4)?;
        let (bytes, number) = both.split_last_chunk()?;
        Some((self.texts.text(bytes, before_end)?, u32::from_le_bytes(*number)))
    }

    /// Reads `N` strings. The caller has already read the length of the first string.
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
                // A Local export has two adjacent empty strings. One test recognises both, and adds nothing to the
                // chain of loads.
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

    /// Reads a type, and the strings after it.
    #[inline(always)]
    fn typed<E, const N: usize>(&mut self, types: impl Fn(u32) -> Option<E>) -> Option<(E, [T::Text; N])> {
        let [found, length] = self.reader.pair()?;
        let entry_type = types(found)?;
        Some((entry_type, self.strings_from(length)?))
    }

    /// Reads a count and that many entries, which are a list inside another entry. Returns the count and the bytes of
    /// the list.
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

/// The highest bit of each byte of a number. A byte is not ASCII if its highest bit is set.
const HIGH: u32 = 0x8080_8080;

/// Returns true if every string of a region is UTF-8. The region has at least one non-ASCII byte. If no length and no
/// count has a non-ASCII byte, one of two shortcuts may apply:
///
/// - If all non-ASCII bytes of the region are in the engine's numbers, every string is ASCII.
/// - If the engine's numbers have no non-ASCII byte either, the region is UTF-8 if and only if each string is UTF-8. A
///   character of several bytes has no ASCII byte, so no character extends from a string into a number.
///
/// In any other case, each string is read again and checked separately.
#[cold]
#[inline(never)]
fn is_text<K: Kind>(region: &[u8], count: u32, lengths: u32, high: u32) -> bool {
    if lengths & HIGH == 0 {
        if high == 0 {
            return simdutf8::basic::from_utf8(region).is_ok();
        }
        if count_high(region) == high.to_le_bytes().map(u64::from).iter().sum::<u64>() {
            return true;
        }
    }
    let mut entry = Entry::over(region, Sliced(None));
    (0..count).all(|_| K::read(&mut entry).is_some())
}

/// Returns the number of bytes that are not ASCII.
fn count_high(bytes: &[u8]) -> u64 {
    // Each of the 16 lanes is an 8-bit counter. A run has at most 255 blocks, so no counter overflows.
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
