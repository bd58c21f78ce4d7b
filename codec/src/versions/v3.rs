//! Version 3: like version 2, but the metadata has the module's environment, and the bytecode is aligned.

use crate::bytes::writer::Writer;
use crate::format::error::Error;
use crate::model::environment::Environment;
use crate::model::record::ModuleRecord;
use crate::versions::fields::Fields;
use crate::versions::layout::Header;
use crate::versions::sections::Sections;
use crate::versions::{common, environment, layout};

/// Reads the part of the header after the version. In version 3, the bytecode must begin at a multiple of 8.
pub(crate) fn header(f: &mut Fields<'_, '_>) -> Result<Header, Error> {
    layout::header(f)?.aligned(f)
}

/// Reads the part of the file after the magic and the version.
pub(crate) fn read(f: &mut Fields<'_, '_>) -> Result<Sections, Error> {
    let header = header(f)?;
    let mut metadata = header.metadata(f)?;
    let mut sections = common::read(&mut metadata)?;
    sections.environment = Some(environment::read(&mut metadata)?);
    layout::padding(&mut metadata)?;
    sections.bytecode_start = header.bytecode(f)?;
    Ok(sections)
}

/// Returns the position at which the metadata of the record's file ends.
pub(crate) fn metadata_end<S: AsRef<str>>(record: &ModuleRecord<S>, environment: &Environment<S>) -> u64 {
    common::size(record).wrapping_add(environment::size(environment)).wrapping_add(16)
}

/// Writes the part of the file between the version and the bytecode.
pub(crate) fn write<S: AsRef<str>>(
    record: &ModuleRecord<S>,
    environment: &Environment<S>,
    bytecode_size: u32,
    w: &mut Writer<'_>,
) -> Result<Sections, Error> {
    let header = w.reserve();
    let mut sections = common::write(record, w)?;
    sections.environment = Some(environment::write(environment, w));
    sections.bytecode_start = layout::write(header, bytecode_size, w);
    Ok(sections)
}
