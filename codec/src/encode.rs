//! From a record to the one file that stands for it.
//!
//! What is written is canonical: its bytes are a function of the record and the bytecode. A record that breaks a rule is
//! refused, never repaired. The order of the fields is in [`version`](crate::version), under the grammar that reads them.

use alloc::string::String;
use alloc::vec::Vec;

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
        let length = self.encoded_len(wide(bytecode.len()))?;
        // What was measured is memory that the caller holds, so it fits; should it not, the buffer grows as it goes.
        buffer.reserve(usize::try_from(length).unwrap_or(0));
        version::write(self.0, wide(bytecode.len()), &mut Write(buffer))?;
        buffer.extend_from_slice(bytecode);
        Ok(())
    }

    /// How many bytes the file takes with `bytecode_size` bytes of bytecode.
    pub fn encoded_len(&self, bytecode_size: u64) -> Result<u64, EncodeError> {
        let size = measure(|sink| version::write(self.0, bytecode_size, sink))?;
        Ok(size.saturating_add(bytecode_size))
    }
}

impl<S> Clone for Checked<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Checked<'_, S> {}

/// How many bytes `write` writes.
pub(crate) fn measure<E>(write: impl FnOnce(&mut Measure) -> Result<(), E>) -> Result<u64, E> {
    let mut measure = Measure(0);
    write(&mut measure)?;
    Ok(measure.0)
}

/// A number that does not fit the `u32` of its field.
pub(crate) struct TooLarge {
    pub(crate) path: FieldPath,
    pub(crate) value: u64,
}

/// Where a file is written to, and what of a record does not fit it.
pub(crate) trait Sink {
    fn bytes(&mut self, bytes: &[u8]);

    fn u32(&mut self, value: u32) {
        self.bytes(&value.to_le_bytes());
    }

    /// A number that has to fit a `u32`.
    fn number(&mut self, path: FieldPath, value: u64) -> Result<(), TooLarge> {
        let number = u32::try_from(value).map_err(|_| TooLarge { path, value })?;
        self.u32(number);
        Ok(())
    }

    fn count(&mut self, section: Section, field: &'static str, count: usize) -> Result<(), TooLarge> {
        self.number(FieldPath::new(section, field), wide(count))
    }

    fn string<S: AsRef<str> + ?Sized>(&mut self, path: FieldPath, string: &S) -> Result<(), TooLarge> {
        let bytes = string.as_ref().as_bytes();
        self.number(path.piece(Piece::Length), wide(bytes.len()))?;
        self.bytes(bytes);
        Ok(())
    }
}

/// The sink that only counts.
pub(crate) struct Measure(u64);

impl Sink for Measure {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0 = self.0.saturating_add(wide(bytes.len()));
    }
}

/// The sink that writes.
struct Write<'b>(&'b mut Vec<u8>);

impl Sink for Write<'_> {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}
