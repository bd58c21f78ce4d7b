//! Version 1: `spec/v1.md`. The bytecode follows the sections.

use bmes::VersionFields;

use super::check::Offsets;
use super::encode::Writer;
use super::reader::Reader;
use super::{Decoded, Format, Record, Rejection, decode};

pub(super) const FORMAT: Format = Format { number: 1, read, write };

fn read(mut reader: Reader<'_>) -> Result<(Decoded, Offsets), Rejection> {
    let mut record = Record::new(VersionFields::V1);
    let offsets = decode::sections(&mut reader, &mut record)?;
    let bytecode = reader.bytecode()?;
    reader.end_of_file()?;
    Ok((Decoded { record, bytecode }, offsets))
}

fn write(record: &Record, bytecode: &[u8]) -> Result<Vec<u8>, Rejection> {
    let mut file = Writer::new(FORMAT.number);
    file.magic_and_version();
    file.sections(record)?;
    // writer-bytecode
    file.size(bytecode.len())?;
    file.bytes(bytecode);
    Ok(file.finish())
}
