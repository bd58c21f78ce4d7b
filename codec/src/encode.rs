//! From a record to the one file that stands for it.
//!
//! What is written is canonical: its bytes are a function of the record and the bytecode. A record that breaks a rule is
//! refused, never repaired. The order of the fields is in [`version`](crate::version), under the grammar that reads them.

#![allow(clippy::inline_always, reason = "writing is fast as one piece, with the place of the next byte in a register")]

use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use crate::check::check;
use crate::error::EncodeError;
use crate::length::wide;
use crate::path::{FieldPath, Piece, Section};
use crate::record::ModuleRecord;
use crate::rule::SemanticError;
use crate::version;

/// The canonical file of `record` and `bytecode`.
///
/// ```
/// use bmes::{ModuleRecord, Version};
///
/// let record: ModuleRecord = ModuleRecord::new(Version::V1);
/// let file = bmes::encode(&record, b"bytecode")?;
/// assert_eq!(file.len(), 28 + 8);
/// # Ok::<(), bmes::EncodeError>(())
/// ```
pub fn encode<S: AsRef<str>>(record: &ModuleRecord<S>, bytecode: &[u8]) -> Result<Vec<u8>, EncodeError> {
    Checked::new(record)?.encode(bytecode)
}

/// Like [`encode`], at the end of a buffer that is already there. A refused record leaves the buffer as it was.
pub fn encode_into<S: AsRef<str>>(
    record: &ModuleRecord<S>,
    bytecode: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    Checked::new(record)?.encode_into(bytecode, buffer)
}

/// How many bytes the file of `record` and `bytecode_size` bytes of bytecode takes, if the record may be written.
pub fn encoded_len<S: AsRef<str>>(record: &ModuleRecord<S>, bytecode_size: u64) -> Result<u64, EncodeError> {
    Checked::new(record)?.encoded_len(bytecode_size)
}

/// A record that has passed the [`check`](crate::check()), and need not pass it again to be written.
///
/// ```
/// use bmes::{Checked, ModuleRecord, Version};
///
/// let record: ModuleRecord = ModuleRecord::new(Version::V1);
/// let checked = Checked::new(&record)?;
/// for bytecode in [b"of one engine".as_slice(), b"of another"] {
///     assert_eq!(checked.encode(bytecode)?, bmes::encode(&record, bytecode)?);
/// }
/// # Ok::<(), bmes::EncodeError>(())
/// ```
#[derive(Debug)]
pub struct Checked<'r, S = String>(&'r ModuleRecord<S>);

impl<'r, S: AsRef<str>> Checked<'r, S> {
    /// Checks the record.
    pub fn new(record: &'r ModuleRecord<S>) -> Result<Self, SemanticError> {
        check(record)?;
        Ok(Self(record))
    }

    /// The canonical file of the record and `bytecode`.
    pub fn encode(&self, bytecode: &[u8]) -> Result<Vec<u8>, EncodeError> {
        let mut file = Vec::new();
        self.encode_into(bytecode, &mut file)?;
        Ok(file)
    }

    /// The same, at the end of a buffer that is already there. A refused record leaves the buffer as it was.
    pub fn encode_into(&self, bytecode: &[u8], buffer: &mut Vec<u8>) -> Result<(), EncodeError> {
        let bytecode_size = wide(bytecode.len());
        // What was measured is memory that the caller holds, so it fits.
        let size = usize::try_from(self.measure(bytecode_size)?).unwrap_or(usize::MAX);
        buffer.reserve(size.saturating_add(bytecode.len()));
        let start = buffer.len();
        buffer.resize(start.saturating_add(size), 0);
        let place = buffer.get_mut(start..).unwrap_or_default();
        version::write(self.0, bytecode_size, &mut Write::new(place))?;
        buffer.extend_from_slice(bytecode);
        Ok(())
    }

    /// How many bytes the file takes with `bytecode_size` bytes of bytecode.
    pub fn encoded_len(&self, bytecode_size: u64) -> Result<u64, EncodeError> {
        Ok(self.measure(bytecode_size)?.saturating_add(bytecode_size))
    }

    /// How many bytes come before the bytecode. What cannot be written is found out here, before anything is.
    fn measure(self, bytecode_size: u64) -> Result<u64, EncodeError> {
        let mut measure = Measure::<false>(0);
        version::write(self.0, bytecode_size, &mut measure)?;
        if measure.0 > u64::from(u32::MAX) {
            // Only here may a string be too long for its number.
            version::write(self.0, bytecode_size, &mut Measure::<true>(0))?;
        }
        Ok(measure.0)
    }
}

impl<S> Clone for Checked<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Checked<'_, S> {}

/// A number that does not fit the `u32` of its field.
pub(crate) struct TooLarge {
    pub(crate) path: FieldPath,
    pub(crate) value: u64,
}

/// Where a file is written to, and what of a record does not fit it.
pub(crate) trait Sink: Default {
    /// Room for eight bytes that are known later.
    type Gap;

    /// How much has been written.
    fn position(&self) -> u64;

    fn bytes(&mut self, bytes: &[u8]);

    /// A string's bytes behind their number.
    fn string<S: AsRef<str> + ?Sized>(&mut self, path: FieldPath, string: &S) -> Result<(), TooLarge>;

    fn gap(&mut self) -> Self::Gap;

    fn fill(&mut self, gap: Self::Gap, numbers: [u32; 2]);

    #[inline(always)]
    fn u32(&mut self, value: u32) {
        self.bytes(&value.to_le_bytes());
    }

    /// A number that has to fit a `u32`.
    #[inline]
    fn number(&mut self, path: FieldPath, value: u64) -> Result<(), TooLarge> {
        self.u32(fit(path, value)?);
        Ok(())
    }

    #[inline]
    fn count(&mut self, section: Section, field: &'static str, count: usize) -> Result<(), TooLarge> {
        self.number(FieldPath::new(section, field), wide(count))
    }
}

/// A number as the `u32` of its field.
#[inline]
pub(crate) fn fit(path: FieldPath, value: u64) -> Result<u32, TooLarge> {
    u32::try_from(value).map_err(|_| TooLarge { path, value })
}

/// The sink that only counts; where it is exact, it looks whether each string's length fits its number.
#[derive(Default)]
struct Measure<const EXACT: bool>(u64);

impl<const EXACT: bool> Sink for Measure<EXACT> {
    type Gap = ();

    #[inline]
    fn position(&self) -> u64 {
        self.0
    }

    #[inline(always)]
    fn bytes(&mut self, bytes: &[u8]) {
        self.0 = self.0.wrapping_add(wide(bytes.len()));
    }

    #[inline(always)]
    fn string<S: AsRef<str> + ?Sized>(&mut self, path: FieldPath, string: &S) -> Result<(), TooLarge> {
        let length = wide(string.as_ref().len());
        if EXACT {
            fit(path.piece(Piece::Length), length)?;
        }
        // All strings are in memory, so this is far from the end of a `u64`.
        self.0 = self.0.wrapping_add(4).wrapping_add(length);
        Ok(())
    }

    fn gap(&mut self) {
        self.bytes(&[0; 8]);
    }

    fn fill(&mut self, (): (), _: [u32; 2]) {}
}

/// The sink that writes, into a place of the size that was measured; every length has been found to fit its number.
#[derive(Default)]
struct Write<'b> {
    size: usize,
    rest: &'b mut [u8],
}

impl<'b> Write<'b> {
    fn new(place: &'b mut [u8]) -> Self {
        Self { size: place.len(), rest: place }
    }

    #[inline(always)]
    fn take(&mut self, size: usize) -> &'b mut [u8] {
        let Some((place, rest)) = mem::take(&mut self.rest).split_at_mut_checked(size) else {
            debug_assert!(false, "more is written than was measured");
            return &mut [];
        };
        self.rest = rest;
        place
    }
}

impl<'b> Sink for Write<'b> {
    type Gap = &'b mut [u8];

    fn position(&self) -> u64 {
        wide(self.size.saturating_sub(self.rest.len()))
    }

    #[inline(always)]
    fn bytes(&mut self, bytes: &[u8]) {
        copy(self.take(bytes.len()), bytes);
    }

    #[inline(always)]
    fn string<S: AsRef<str> + ?Sized>(&mut self, _: FieldPath, string: &S) -> Result<(), TooLarge> {
        let bytes = string.as_ref().as_bytes();
        self.u32(low(wide(bytes.len())));
        self.bytes(bytes);
        Ok(())
    }

    #[inline(always)]
    fn u32(&mut self, value: u32) {
        if let Some(place) = self.take(4).first_chunk_mut() {
            *place = value.to_le_bytes();
        }
    }

    fn gap(&mut self) -> &'b mut [u8] {
        self.take(8)
    }

    fn fill(&mut self, gap: &'b mut [u8], [first, second]: [u32; 2]) {
        let mut gap = Write::new(gap);
        gap.u32(first);
        gap.u32(second);
    }
}

/// The low half.
#[inline]
const fn low(value: u64) -> u32 {
    let [a, b, c, d, ..] = value.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// Fills a place with bytes, of which there are as many. Short ones, which most are, are copied as two pieces that overlap: a call
/// takes longer.
#[inline(always)]
fn copy(place: &mut [u8], bytes: &[u8]) {
    if place.len() != bytes.len() {
        return;
    }
    let size = bytes.len();
    // Not a `match` on ranges, of which the compiler makes a jump through a table.
    if size >= 8 {
        if size <= 16 {
            ends::<8>(place, bytes);
        } else if size <= 32 {
            ends::<16>(place, bytes);
        } else {
            place.copy_from_slice(bytes);
        }
    } else if size >= 4 {
        ends::<4>(place, bytes);
    } else {
        place.iter_mut().zip(bytes).for_each(|(to, byte)| *to = *byte);
    }
}

/// Copies the first and the last `N` bytes.
#[inline(always)]
fn ends<const N: usize>(place: &mut [u8], bytes: &[u8]) {
    if let (Some(first), Some(to)) = (bytes.first_chunk::<N>(), place.first_chunk_mut()) {
        *to = *first;
    }
    if let (Some(last), Some(to)) = (bytes.last_chunk::<N>(), place.last_chunk_mut()) {
        *to = *last;
    }
}
