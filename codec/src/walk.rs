//! The walk over a file: the only code that reads its bytes.
//!
//! The productions in [`version`] are written once, in the order of the specification, against [`Walk`]. Two modes walk them:
//! [`Swift`] fuses reads, checks text by the region, and knows no more to say than "no"; [`Exact`] goes field by field, judges
//! each as it comes, and names the one at fault. [`file()`] is the one and, where it says no, the other. Both tell a [`Visit`]
//! what they found, so that no two operations can disagree on what a file is.

mod exact;
mod swift;

use core::ops::Range;

use crate::error::{Error, ErrorKind};
use crate::path::{FieldPath, Section};
use crate::version::{self, Version};

pub(crate) use exact::Exact;
pub(crate) use swift::{No, Reader, Swift};

/// Walks a whole file, with a visitor that has seen nothing.
#[inline]
pub(crate) fn file<'a, V: Visit<'a>>(file: &'a [u8], visitor: impl Fn() -> V) -> Result<(Version, V), Error> {
    swift(file, visitor()).or_else(|No| {
        let mut visit = visitor();
        let version = exact(file, &mut visit)?;
        Ok((version, visit))
    })
}

/// Walks a whole file, and says whether it is valid.
#[inline]
pub(crate) fn swift<'a, V: Visit<'a>>(file: &'a [u8], visit: V) -> Result<(Version, V), No> {
    let mut walk = Swift::new(file, visit);
    let version = version::file(&mut walk)?;
    Ok((version, walk.into_visit()))
}

/// Walks a whole file, and says what is wrong with it.
#[cold]
#[inline(never)]
pub(crate) fn exact<'a, V: Visit<'a>>(file: &'a [u8], visit: &mut V) -> Result<Version, Error> {
    version::file(&mut Exact::new(file, visit))
}

/// What a consumer of the walk is told. It counts only if the whole walk succeeds.
pub(crate) trait Visit<'a> {
    /// A `u32` was read; whether its value is right is judged after this. The exact mode alone says so.
    fn number(&mut self, _range: Range<usize>, _path: FieldPath, _value: u32) {}

    /// The bytes of a string, of the padding or of the bytecode are there; whether they are right is judged after this. The
    /// exact mode alone says so.
    fn bytes(&mut self, _range: Range<usize>, _path: FieldPath, _value: &'a [u8]) {}

    /// An entry of a section begins here.
    #[inline]
    fn entry(&mut self, _start: usize) {}

    /// The `count` entries of a section are `bytes`, which begin at `start`.
    #[inline]
    fn section(&mut self, _section: Section, _count: u32, _start: usize, _bytes: &'a [u8]) {}

    /// The features of the module's code.
    #[inline]
    fn code_features(&mut self, _bits: u32) {}

    /// The bytecode.
    #[inline]
    fn bytecode(&mut self, _range: Range<usize>) {}
}

/// The visitor that keeps nothing.
#[derive(Default)]
pub(crate) struct Ignore;

impl Visit<'_> for Ignore {}

/// What the grammar asks for. A field's name is what an error calls it by.
pub(crate) trait Walk<'a> {
    /// What a string is read as.
    type Text;
    /// What is said of a file that is not valid.
    type Fault;
    type Visit: Visit<'a>;

    fn cursor(&mut self) -> &mut Cursor<'a>;

    fn visit(&mut self) -> &mut Self::Visit;

    /// From here on the faults are those of `version`; until this is said, of version 1.
    fn set_version(&mut self, version: Version);

    /// Goes on in `section`, with a field that belongs to no entry.
    fn enter(&mut self, section: Section);

    /// That `field`, which begins at `offset`, is at fault.
    fn fault(&self, field: &'static str, offset: usize, kind: ErrorKind) -> Self::Fault;

    /// That the number just read is at fault.
    fn wrong(&mut self, field: &'static str, kind: ErrorKind) -> Self::Fault {
        let offset = self.cursor().position().saturating_sub(4);
        self.fault(field, offset, kind)
    }

    fn number(&mut self, field: &'static str) -> Result<u32, Self::Fault>;

    /// Strings, one after the other.
    fn strings<const N: usize>(&mut self, fields: [&'static str; N]) -> Result<[Self::Text; N], Self::Fault>;

    /// A string, and the number behind it.
    fn string_and_number(
        &mut self,
        string: &'static str,
        number: &'static str,
    ) -> Result<(Self::Text, u32), Self::Fault>;

    /// A type, and the strings that all types of entry have.
    fn typed<T, const N: usize>(
        &mut self,
        types: impl Fn(u32) -> Option<T>,
        fields: [&'static str; N],
    ) -> Result<(T, [Self::Text; N]), Self::Fault>;

    /// That the number just read may be any: it is a word of the engine.
    fn any_bits(&mut self, _bits: u32) {}

    /// A section: its count, then that many entries. A count is believed only if the bytes left bear it out.
    fn section<P: Production>(&mut self) -> Result<(), Self::Fault>;

    /// A section within an entry: how many entries it has, and their bytes.
    fn nested<P: Production>(&mut self) -> Result<(u32, &'a [u8]), Self::Fault>;

    /// All that can be read, in one piece, and where it begins.
    fn remainder(&mut self, field: &'static str) -> (usize, &'a [u8]);

    /// The bytecode: `size` bytes, as the number at `size_offset` says.
    fn bytecode(&mut self, size_offset: usize, size: u32) -> Result<(), Self::Fault>;
}

/// What a section holds, many times over.
pub(crate) trait Production {
    const SECTION: Section;
    /// The field that counts the entries.
    const COUNT: &'static str;
    /// The bytes of the smallest entry: what a count is measured against.
    const SMALLEST: u32;
    /// An entry whose strings are read as `T`.
    type Entry<'a, T>;

    fn entry<'a, W: Walk<'a>>(w: &mut W) -> Result<Self::Entry<'a, W::Text>, W::Fault>;
}

/// What of a file can be read.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    // Where `rest` ends in the file.
    end: usize,
    // A shrinking slice, not an index: the position costs nothing until somebody asks.
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { end: bytes.len(), rest: bytes }
    }

    /// What can be read: all that is left, or what [`narrow`](Self::narrow) left of it.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The absolute position of the next byte.
    pub(crate) const fn position(&self) -> usize {
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

    /// The next `size` bytes, if they are all there.
    #[inline]
    fn take(&mut self, size: u32) -> Option<&'a [u8]> {
        self.take_and(size, 0)
    }

    /// The next `size` bytes and so many more, if they are all there.
    #[inline]
    fn take_and(&mut self, size: u32, more: usize) -> Option<&'a [u8]> {
        // A size that no `usize` holds is larger than any slice.
        let size = usize::try_from(size).ok()?.checked_add(more)?;
        let (bytes, rest) = self.rest.split_at_checked(size)?;
        self.rest = rest;
        Some(bytes)
    }

    #[inline]
    fn number(&mut self) -> Option<u32> {
        let (&bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(u32::from_le_bytes(bytes))
    }

    /// What has been read since `before`.
    fn since(&self, before: Self) -> &'a [u8] {
        let length = before.rest.len().saturating_sub(self.rest.len());
        before.rest.get(..length).unwrap_or_default()
    }
}

/// Whether the bytes left bear out a count of entries.
fn is_plausible(count: u32, smallest: u32, left: usize) -> bool {
    // Two numbers of 32 bits have a product of 64.
    u64::from(count).saturating_mul(u64::from(smallest)) <= crate::length::wide(left)
}
