//! Version 1: `spec/v1.md`. The order of the sections, for reading and for writing.

use bmes::Version;

use super::check::Places;
use super::encode::{Writer, Writing};
use super::reader::Reader;
use super::{Format, Rejection, decode};
use crate::case::{Decoded, Record};

pub(super) const FORMAT: Format = Format { number: 1, read, write };

/// What follows the header (v1-layout).
fn read(mut reader: Reader<'_>) -> Result<(Decoded, Places), Rejection> {
    let mut record = Record::new(Version::V1);
    let mut places = Places::default();
    (record.requests, places.requests) = decode::requests(&mut reader)?;
    (record.imports, places.imports) = decode::imports(&mut reader)?;
    (record.exports, places.exports) = decode::exports(&mut reader)?;
    (record.star_exports, places.star_exports) = decode::star_exports(&mut reader)?;
    let bytecode = reader.bytecode()?;
    reader.end()?;
    Ok((Decoded { record, bytecode }, places))
}

/// A whole file (v1-layout) of a record as it stands.
fn write(record: &Record, bytecode: &[u8], wrong: Option<Writing>) -> Result<Vec<u8>, Rejection> {
    let mut writer = Writer::new(wrong);
    writer.header(FORMAT.number);
    writer.requests(&record.requests)?;
    writer.imports(&record.imports)?;
    writer.exports(&record.exports)?;
    writer.star_exports(&record.star_exports)?;
    writer.bytecode(bytecode)?;
    Ok(writer.into_bytes())
}
