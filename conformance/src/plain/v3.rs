//! Version 3: `spec/v3.md`. Like version 2, but the bytecode is aligned and the metadata ends with the module's environment.

use bmes::{Environment, Variable, Version};

use super::check::Places;
use super::decode::Placed;
use super::encode::Writer;
use super::place::Place;
use super::reader::Reader;
use super::rules::{Variables, Writing};
use super::{Format, Rejection, decode};
use crate::case::{Decoded, Record};

pub(super) const FORMAT: Format = Format { number: 3, read, write };

/// What follows magic and version (layout).
fn read(mut reader: Reader<'_>) -> Result<(Decoded, Places), Rejection> {
    let place = Place::read(&mut reader)?;
    place.is_behind_the_header(&mut reader)?;
    place.is_aligned(&mut reader)?;
    place.ends_the_file(&mut reader)?;
    reader.begin_metadata(place.offset);
    let mut record = Record::new(Version::V3);
    let mut places = decode::sections(&mut reader, &mut record)?;
    record.environment = Some(environment(&mut reader, &mut places)?);
    let padding = reader.padding()?;
    let bytecode = place.bytecode(&mut reader, padding)?;
    reader.finish()?;
    Ok((Decoded { record, bytecode }, places))
}

/// A part of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The declared variables, with their count.
    Declared,
    /// The lexical variables, with their count.
    Lexical,
    /// `code_features`.
    Features,
}

/// The parts in the order of the file.
pub(super) const PARTS: &[Part] = &[Part::Declared, Part::Lexical, Part::Features];

/// The names of a list's fields.
struct List {
    count: &'static str,
    name: &'static str,
    bits: &'static str,
}

const DECLARED: List =
    List { count: "declared_variable_count", name: "declared_variables.name", bits: "declared_variables.bits" };
const LEXICAL: List =
    List { count: "lexical_variable_count", name: "lexical_variables.name", bits: "lexical_variables.bits" };

fn environment(reader: &mut Reader<'_>, places: &mut Places) -> Result<Environment, Rejection> {
    let mut environment = Environment::default();
    // What somebody has who reads a count too early, or only one: that of the lexical variables.
    let mut known = None;
    for part in reader.rules.parts() {
        match part {
            Part::Declared => {
                let count = reader.count(DECLARED.count, 8)?;
                known = match reader.rules.variables() {
                    Some(Variables::OneCount) => Some(count),
                    Some(Variables::CountsFirst) => Some(reader.count(LEXICAL.count, 8)?),
                    _ => None,
                };
                (environment.declared_variables, places.declared_variables) = variables(reader, &DECLARED, count)?;
            }
            Part::Lexical => {
                let count = known.map_or_else(|| reader.count(LEXICAL.count, 8), Ok)?;
                (environment.lexical_variables, places.lexical_variables) = variables(reader, &LEXICAL, count)?;
            }
            Part::Features => environment.code_features = reader.word("code_features")?,
        }
    }
    Ok(environment)
}

fn variables(reader: &mut Reader<'_>, list: &List, count: u64) -> Result<Placed<Variable>, Rejection> {
    decode::entries(reader, count, |reader| {
        if reader.rules.variables() == Some(Variables::BitsFirst) {
            let bits = reader.word(list.bits)?;
            return Ok(Variable { name: reader.string(list.name)?, bits });
        }
        let start = reader.place();
        let name = reader.string(list.name)?;
        let refused = reader.rules.variables() == Some(Variables::NameRequired) && name.is_empty();
        reader.require("string-empty", "bad-layout", start, !refused)?;
        Ok(Variable { name, bits: reader.word(list.bits)? })
    })
}

/// A whole file (layout) of a record as it stands.
fn write(record: &Record, bytecode: &[u8], wrong: Option<Writing>) -> Result<Vec<u8>, Rejection> {
    let mut metadata = Writer::new(FORMAT.number, wrong);
    metadata.has_environment(record, true)?;
    metadata.sections(record)?;
    metadata.environment(&record.environment.clone().unwrap_or_default())?;
    metadata.into_file(bytecode)
}
