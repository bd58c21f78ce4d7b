//! Version 1: the metadata, then the bytecode.

use crate::bytes::writer::Writer;
use crate::format::error::{Error, ErrorKind};
use crate::format::field::Section;
use crate::model::record::ModuleRecord;
use crate::versions::common;
use crate::versions::fields::Fields;
use crate::versions::sections::Sections;

/// Reads the part of the file after the magic and the version.
pub(crate) fn read(f: &mut Fields<'_, '_>) -> Result<Sections, Error> {
    let mut sections = common::read(f)?;
    f.enter(Section::Bytecode);
    let size_offset = f.reader().position();
    let size = f.u32("bytecode_size")?;
    sections.bytecode_start = f.bytecode(size, size_offset)?;
    let end = f.reader().position();
    f.reader().finish().map_err(|count| f.error("end", end, "end", ErrorKind::TrailingBytes { count }))?;
    Ok(sections)
}

/// Reads the first bytes of a file of `file_len` bytes, after the magic and the version.
///
/// Returns an error if a complete field is invalid, or if the file is longer than its metadata and `bytecode_size`
/// state. Missing bytes are not an error, because they may follow later in the file.
pub(crate) fn read_head(f: &mut Fields<'_, '_>, file_len: usize) -> Result<(), Error> {
    match bytecode_end(f) {
        Ok(end) if end < file_len => {
            let count = file_len.saturating_sub(end);
            Err(f.error("end", end, "end", ErrorKind::TrailingBytes { count }))
        }
        Err(error) if !matches!(error.kind(), ErrorKind::Truncated { .. } | ErrorKind::ImplausibleCount { .. }) => {
            Err(error)
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Reads up to the bytecode, and returns the position at which the bytecode must end.
fn bytecode_end(f: &mut Fields<'_, '_>) -> Result<usize, Error> {
    common::read(f)?;
    f.enter(Section::Bytecode);
    let size = f.u32("bytecode_size")?;
    Ok(usize::try_from(size).unwrap_or(usize::MAX).saturating_add(f.reader().position()))
}

/// Returns the position at which the metadata of the record's file ends.
pub(crate) fn metadata_end<S: AsRef<str>>(record: &ModuleRecord<S>) -> u64 {
    common::size(record).wrapping_add(8)
}

/// Writes the part of the file between the version and the bytecode.
pub(crate) fn write<S: AsRef<str>>(
    record: &ModuleRecord<S>,
    bytecode_size: u32,
    w: &mut Writer<'_>,
) -> Result<Sections, Error> {
    let mut sections = common::write(record, w)?;
    w.u32(bytecode_size);
    sections.bytecode_start = w.position();
    Ok(sections)
}
