//! Version 1: `spec/v1.md`. The order of the sections, for reading and for writing.

use bmes::Version;

use super::check::Places;
use super::encode::Writer;
use super::reader::Reader;
use super::rules::Writing;
use super::{Format, Rejection, decode};
use crate::case::{Decoded, Record};

pub(super) const FORMAT: Format = Format { number: 1, read, write };

/// What follows magic and version (layout).
fn read(mut reader: Reader<'_>) -> Result<(Decoded, Places), Rejection> {
    let mut record = Record::new(Version::V1);
    let places = decode::sections(&mut reader, &mut record)?;
    let bytecode = reader.bytecode()?;
    reader.end_of_file()?;
    reader.finish()?;
    Ok((Decoded { record, bytecode }, places))
}

/// A whole file (layout) of a record as it stands.
fn write(record: &Record, bytecode: &[u8], wrong: Option<Writing>) -> Result<Vec<u8>, Rejection> {
    let mut file = Writer::new(FORMAT.number, wrong);
    file.has_environment(record, false)?;
    file.magic_and_version();
    file.sections(record)?;
    file.bytecode(bytecode)?;
    Ok(file.into_bytes())
}
