//! The reading and writing of each version. Each version has its own file, which follows its page of the specification.
//! This module selects the code of the file's version, and holds the code that the versions share.

pub(crate) mod fields;
pub(crate) mod sections;

mod common;
mod environment;
mod layout;
mod v1;
mod v2;
mod v3;

use core::ops::Range;

use crate::bytes::writer::Writer;
use crate::format::error::{Error, ErrorKind};
use crate::format::version::{MAGIC, Version};
use crate::model::record::{ModuleRecord, VersionFields};
use crate::versions::fields::Fields;
use crate::versions::sections::Sections;

/// Reads the magic and the version.
pub(crate) fn identify(f: &mut Fields<'_, '_>) -> Result<Version, Error> {
    let magic = f.header_u32("magic", "header-bounds")?;
    if magic != MAGIC {
        return Err(f.wrong("magic", "magic", ErrorKind::BadMagic { found: magic.to_le_bytes() }));
    }
    let found = f.header_u32("version", "header-bounds")?;
    f.version = Version::from_number(found)
        .ok_or_else(|| f.wrong("version", "version", ErrorKind::UnsupportedVersion { found }))?;
    Ok(f.version)
}

/// Returns the error for a file of version 4, whose version was read last.
fn other_version(f: &Fields<'_, '_>, found: Version) -> Error {
    f.wrong("version", "version", ErrorKind::OtherVersion { found, expected: "1, 2 or 3" })
}

/// Reads the header, and returns the bytecode's range if the header states it.
pub(crate) fn bytecode_range(f: &mut Fields<'_, '_>) -> Result<Range<usize>, Error> {
    let header = match identify(f)? {
        Version::V1 => return Err(f.wrong("version", "layout", ErrorKind::NoBytecodeOffset)),
        Version::V2 => v2::header(f)?,
        Version::V3 => v3::header(f)?,
        version @ Version::V4 => return Err(other_version(f, version)),
    };
    let file_len = f.reader().end();
    Ok(header.metadata(f)?.reader().end()..file_len)
}

/// Reads the first bytes of a file of `file_len` bytes. Returns `Ok` if they show no error.
pub(crate) fn read_head(f: &mut Fields<'_, '_>, file_len: usize) -> Result<(), Error> {
    match identify(f)? {
        Version::V1 => v1::read_head(f, file_len),
        Version::V2 => v2::header(f)?.fits(f, file_len),
        Version::V3 => v3::header(f)?.fits(f, file_len),
        version @ Version::V4 => Err(other_version(f, version)),
    }
}

/// Reads a whole file.
pub(crate) fn read(f: &mut Fields<'_, '_>) -> Result<Sections, Error> {
    match identify(f)? {
        Version::V1 => v1::read(f),
        Version::V2 => v2::read(f),
        Version::V3 => v3::read(f),
        version @ Version::V4 => Err(other_version(f, version)),
    }
}

/// Returns the position at which the metadata of the record's file ends.
pub(crate) fn metadata_end<S: AsRef<str>>(record: &ModuleRecord<S>) -> u64 {
    match &record.version_fields {
        VersionFields::V1 => v1::metadata_end(record),
        VersionFields::V2 => v2::metadata_end(record),
        VersionFields::V3(environment) => v3::metadata_end(record, environment),
    }
}

/// Returns the position at which the encoder puts the bytecode in a file whose metadata ends at `metadata_end`.
pub(crate) fn bytecode_start(version: Version, metadata_end: u64) -> u64 {
    match version {
        Version::V1 => metadata_end.saturating_add(4),
        Version::V2 | Version::V3 | Version::V4 => layout::bytecode_start(metadata_end),
    }
}

/// Writes the record's file up to the bytecode.
pub(crate) fn write<S: AsRef<str>>(
    record: &ModuleRecord<S>,
    bytecode_size: u32,
    w: &mut Writer<'_>,
) -> Result<Sections, Error> {
    w.u32(MAGIC);
    w.u32(record.version().number());
    match &record.version_fields {
        VersionFields::V1 => v1::write(record, bytecode_size, w),
        VersionFields::V2 => v2::write(record, bytecode_size, w),
        VersionFields::V3(environment) => v3::write(record, environment, bytecode_size, w),
    }
}

/// Returns the position of the field `bytecode_size` in a file with `prefix_len` bytes before the bytecode.
pub(crate) const fn bytecode_size_offset(version: Version, prefix_len: usize) -> usize {
    match version {
        Version::V1 => prefix_len.saturating_sub(4),
        Version::V2 | Version::V3 | Version::V4 => layout::SIZE_AT,
    }
}
