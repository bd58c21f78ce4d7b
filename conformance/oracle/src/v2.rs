//! Version 2: `spec/v2.md`. The header states where the bytecode is. The metadata lies between the header and the
//! bytecode.

use bmes::VersionFields;

use super::check::Offsets;
use super::encode::Writer;
use super::header::BytecodePlace;
use super::reader::Reader;
use super::{Decoded, Format, Record, Rejection, decode};

pub(super) const FORMAT: Format = Format { number: 2, read, write };

fn read(mut reader: Reader<'_>) -> Result<(Decoded, Offsets), Rejection> {
    let place = BytecodePlace::read(&mut reader)?;
    place.is_behind_the_header(&reader)?;
    let bytecode = place.range(&reader)?;
    reader.set_end(bytecode.start); // metadata-bounds
    let mut record = Record::new(VersionFields::V2);
    let offsets = decode::sections(&mut reader, &mut record)?;
    reader.padding()?;
    Ok((Decoded { record, bytecode }, offsets))
}

fn write(record: &Record, bytecode: &[u8]) -> Result<Vec<u8>, Rejection> {
    let mut metadata = Writer::new(FORMAT.number);
    metadata.sections(record)?;
    metadata.into_file(bytecode)
}
