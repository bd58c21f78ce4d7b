//! Version 3: `spec/v3.md`. It is version 2 with an aligned bytecode, and with the environment of the module at the end
//! of the metadata.

use bmes::{Environment, Variable, VersionFields};

use super::check::Offsets;
use super::encode::Writer;
use super::header::BytecodePlace;
use super::reader::Reader;
use super::{Decoded, Format, Record, Rejection, decode};

pub(super) const FORMAT: Format = Format { number: 3, read, write };

fn read(mut reader: Reader<'_>) -> Result<(Decoded, Offsets), Rejection> {
    let place = BytecodePlace::read(&mut reader)?;
    place.is_behind_the_header(&reader)?;
    place.is_aligned(&reader)?;
    let bytecode = place.range(&reader)?;
    reader.set_end(bytecode.start); // metadata-bounds
    let mut record = Record::new(VersionFields::V3(Environment::default()));
    let mut offsets = decode::sections(&mut reader, &mut record)?;
    record.version_fields = VersionFields::V3(environment(&mut reader, &mut offsets)?);
    reader.padding()?;
    Ok((Decoded { record, bytecode }, offsets))
}

fn environment(reader: &mut Reader<'_>, offsets: &mut Offsets) -> Result<Environment, Rejection> {
    let mut environment = Environment::default();
    (environment.declared_variables, offsets.declared_variables) = decode::entries(reader, 8, variable)?;
    (environment.lexical_variables, offsets.lexical_variables) = decode::entries(reader, 8, variable)?;
    environment.code_features = reader.u32()?; // any value (code-features, engine-words)
    Ok(environment)
}

fn variable(reader: &mut Reader<'_>) -> Result<Variable, Rejection> {
    let name = reader.string()?;
    let bits = reader.u32()?; // any value (bits, engine-words)
    Ok(Variable { name, bits })
}

fn write(record: &Record, bytecode: &[u8]) -> Result<Vec<u8>, Rejection> {
    let mut metadata = Writer::new(FORMAT.number);
    let environment = metadata.require_environment(record)?;
    metadata.sections(record)?;
    metadata.environment(environment)?;
    metadata.into_file(bytecode)
}
