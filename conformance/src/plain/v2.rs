//! Version 2: `spec/v2.md`. The header says where the bytecode is, and the metadata lies between the two.

use bmes::Version;

use super::check::Places;
use super::encode::Writer;
use super::place::Place;
use super::reader::Reader;
use super::rules::Writing;
use super::{Format, Rejection, decode};
use crate::case::{Decoded, Record};

pub(super) const FORMAT: Format = Format { number: 2, read, write };

/// What follows magic and version (layout).
fn read(mut reader: Reader<'_>) -> Result<(Decoded, Places), Rejection> {
    let place = Place::read(&mut reader)?;
    place.is_behind_the_header(&mut reader)?;
    place.ends_the_file(&mut reader)?;
    reader.begin_metadata(place.offset);
    let mut record = Record::new(Version::V2);
    let places = decode::sections(&mut reader, &mut record)?;
    let padding = reader.padding()?;
    let bytecode = place.bytecode(&mut reader, padding)?;
    reader.finish()?;
    Ok((Decoded { record, bytecode }, places))
}

/// A whole file (layout) of a record as it stands.
fn write(record: &Record, bytecode: &[u8], wrong: Option<Writing>) -> Result<Vec<u8>, Rejection> {
    let mut metadata = Writer::new(FORMAT.number, wrong);
    metadata.has_environment(record, false)?;
    metadata.sections(record)?;
    metadata.into_file(bytecode)
}
