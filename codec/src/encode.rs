//! `encode`: writes the canonical file of a record.
//!
//! The canonical file is the only file that the encoder writes for a record and its bytecode. `encode` checks the rules
//! in the bytes that it has written. So a file that `encode` returns always passes the check, even if the caller's
//! string type returns a different text at each call. A record that breaks a rule is rejected, not repaired.

use alloc::vec::Vec;

use crate::bytes::count::wide;
use crate::bytes::writer::Writer;
use crate::check::rules;
use crate::format::clause::Clause;
use crate::format::error::{Error, ErrorKind};
use crate::format::field::{FieldPath, Section};
use crate::format::limits;
use crate::format::version::Version;
use crate::model::record::ModuleRecord;
use crate::versions;
use crate::view::ModuleView;

/// Returns the canonical file of `record` and `bytecode`.
///
/// Returns an error if the record breaks a rule, or if a size or an offset in the file does not fit a `u32`.
///
/// ```
/// use bmes::{ModuleRecord, VersionFields};
///
/// let record: ModuleRecord = ModuleRecord::new(VersionFields::V1);
/// let file = bmes::encode(&record, b"bytecode")?;
/// assert_eq!(file.len(), 28 + 8);
/// # Ok::<(), bmes::Error>(())
/// ```
pub fn encode<S: AsRef<str>>(record: &ModuleRecord<S>, bytecode: &[u8]) -> Result<Vec<u8>, Error> {
    let mut file = Vec::new();
    encode_into(record, bytecode, &mut file)?;
    Ok(file)
}

/// Appends the canonical file of `record` and `bytecode` to a buffer. On an error, the contents of the buffer do not
/// change.
pub fn encode_into<S: AsRef<str>>(
    record: &ModuleRecord<S>,
    bytecode: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    let bytecode_size = fit_bytecode(record.version(), wide(bytecode.len()))?;
    let start = buffer.len();
    let written = write_prefix(record, bytecode_size, bytecode.len(), buffer);
    match written {
        Ok(()) => buffer.extend_from_slice(bytecode),
        Err(_) => buffer.truncate(start),
    }
    written
}

/// Returns the size in bytes of the file of `record` with `bytecode_size` bytes of bytecode.
pub fn encoded_len<S: AsRef<str>>(record: &ModuleRecord<S>, bytecode_size: u64) -> Result<u64, Error> {
    Checked::new(record)?.encoded_len(bytecode_size)
}

/// Verifies that `record` can be linked and written.
///
/// Returns the error of the first rule that an entry breaks, in the order of the specification.
///
/// The check writes the record into memory, so it needs as much memory as the record's file without the bytecode.
pub fn check<S: AsRef<str>>(record: &ModuleRecord<S>) -> Result<(), Error> {
    Checked::new(record).map(drop)
}

/// A record that has passed the [check](check()), stored as the bytes of its file up to the bytecode. The methods add
/// the bytecode.
///
/// ```
/// use bmes::{Checked, ModuleRecord, VersionFields};
///
/// let record: ModuleRecord = ModuleRecord::new(VersionFields::V1);
/// let checked = Checked::new(&record)?;
/// for bytecode in [b"of one engine".as_slice(), b"of another"] {
///     assert_eq!(checked.encode(bytecode)?, bmes::encode(&record, bytecode)?);
/// }
/// # Ok::<(), bmes::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Checked {
    version: Version,
    /// The file up to the bytecode, with a `bytecode_size` of 0.
    prefix: Vec<u8>,
}

impl Checked {
    /// Checks `record`, and writes its file up to the bytecode.
    pub fn new<S: AsRef<str>>(record: &ModuleRecord<S>) -> Result<Self, Error> {
        let mut prefix = Vec::new();
        write_prefix(record, 0, 0, &mut prefix)?;
        Ok(Self { version: record.version(), prefix })
    }

    /// Returns the canonical file of the record and `bytecode`.
    pub fn encode(&self, bytecode: &[u8]) -> Result<Vec<u8>, Error> {
        let mut file = Vec::new();
        self.encode_into(bytecode, &mut file)?;
        Ok(file)
    }

    /// Appends the canonical file of the record and `bytecode` to a buffer. On an error, the contents of the buffer do
    /// not change.
    pub fn encode_into(&self, bytecode: &[u8], buffer: &mut Vec<u8>) -> Result<(), Error> {
        let bytecode_size = fit_bytecode(self.version, wide(bytecode.len()))?;
        reserve(buffer, self.prefix.len().saturating_add(bytecode.len()))?;
        let start = buffer.len();
        buffer.extend_from_slice(&self.prefix);
        let offset = versions::bytecode_size_offset(self.version, self.prefix.len());
        let field = buffer.get_mut(start.saturating_add(offset)..).and_then(|rest| rest.first_chunk_mut());
        if let Some(field) = field {
            *field = bytecode_size.to_le_bytes();
        }
        buffer.extend_from_slice(bytecode);
        Ok(())
    }

    /// Returns the size in bytes of the file with `bytecode_size` bytes of bytecode.
    pub fn encoded_len(&self, bytecode_size: u64) -> Result<u64, Error> {
        let bytecode_size = fit_bytecode(self.version, bytecode_size)?;
        Ok(wide(self.prefix.len()).saturating_add(u64::from(bytecode_size)))
    }
}

/// Appends the record's file up to the bytecode to `buffer`, and checks the rules in it. Also reserves `room` bytes, so
/// that the caller can append the bytecode without a second allocation.
fn write_prefix<S: AsRef<str>>(
    record: &ModuleRecord<S>,
    bytecode_size: u32,
    room: usize,
    buffer: &mut Vec<u8>,
) -> Result<(), Error> {
    let version = record.version();
    // The size is computed before memory is allocated: many entries may share one long string, so the file may be far
    // larger than the record in memory.
    let metadata_end = versions::metadata_end(record);
    let size = versions::bytecode_start(version, metadata_end);
    let field = if version.has_bytecode_offset() { "bytecode_offset" } else { "metadata" };
    let fits = usize::try_from(size).ok().filter(|_| size <= limits::LARGEST);
    let size = fits.ok_or_else(|| too_large(version, Section::Header, field, size))?;
    reserve(buffer, size.saturating_add(room))?;
    let start = buffer.len();
    buffer.resize(start.saturating_add(size), 0);
    let mut writer = Writer::new(buffer.get_mut(start..).unwrap_or_default());
    let sections = versions::write(record, bytecode_size, &mut writer)?;
    if !writer.is_full() || wide(sections.metadata_end()) != metadata_end {
        let path = FieldPath::new(Section::Header, "file");
        return Err(Error::in_record(ErrorKind::TextChanged, None, path));
    }
    let view = ModuleView::new(buffer.get(start..).unwrap_or_default(), &sections, |_| None);
    rules(&view).map_err(|broken| broken.error(&view, |_, _| None))
}

fn reserve(buffer: &mut Vec<u8>, more: usize) -> Result<(), Error> {
    buffer.try_reserve(more).map_err(|_| Error::out_of_memory(more))
}

/// Returns the size of the bytecode as the `u32` of its field.
fn fit_bytecode(version: Version, size: u64) -> Result<u32, Error> {
    let section = if version.has_bytecode_offset() { Section::Header } else { Section::Bytecode };
    u32::try_from(size).map_err(|_| too_large(version, section, "bytecode_size", size))
}

fn too_large(version: Version, section: Section, field: &'static str, value: u64) -> Error {
    let path = FieldPath::new(section, field);
    Error::in_record(ErrorKind::TooLarge { value }, Some(Clause::new(version, "writer-too-large")), path)
}
