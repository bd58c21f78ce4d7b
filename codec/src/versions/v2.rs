//! Version 2: like version 1, but the header has the offset and the size of the bytecode.

use crate::bytes::writer::Writer;
use crate::format::error::Error;
use crate::model::record::ModuleRecord;
use crate::versions::fields::Fields;
use crate::versions::layout::Header;
use crate::versions::sections::Sections;
use crate::versions::{common, layout};

/// Reads the part of the header after the version. In version 2, the bytecode may begin at any offset after the header.
pub(crate) fn header(f: &mut Fields<'_, '_>) -> Result<Header, Error> {
    layout::header(f)
}

/// Reads the part of the file after the magic and the version.
pub(crate) fn read(f: &mut Fields<'_, '_>) -> Result<Sections, Error> {
    let header = header(f)?;
    let mut metadata = header.metadata(f)?;
    let mut sections = common::read(&mut metadata)?;
    layout::padding(&mut metadata)?;
    sections.bytecode_start = header.bytecode(f)?;
    Ok(sections)
}

/// Returns the position at which the metadata of the record's file ends.
pub(crate) fn metadata_end<S: AsRef<str>>(record: &ModuleRecord<S>) -> u64 {
    common::size(record).wrapping_add(16)
}

/// Writes the part of the file between the version and the bytecode.
pub(crate) fn write<S: AsRef<str>>(
    record: &ModuleRecord<S>,
    bytecode_size: u32,
    w: &mut Writer<'_>,
) -> Result<Sections, Error> {
    let header = w.reserve();
    let mut sections = common::write(record, w)?;
    sections.bytecode_start = layout::write(header, bytecode_size, w);
    Ok(sections)
}
