//! Writing: section 7 of the specification. What a record means decides its bytes, all of them.

use bmes::{Attribute, Environment, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest, Variable};

use super::Rejection;
use super::rules::Writing;
use crate::case::Record;

/// The record as it reads after it was written: section 7.2.
///
/// Attributes of one key, which no writer accepts, stay in the order they have.
pub fn canonical(record: &Record) -> Record {
    let mut record = record.clone();
    for request in &mut record.requests {
        // writer-attributes: by bytes. UTF-16's order is another one, and a map's is none.
        request.attributes.sort_by(|a, b| a.key.as_bytes().cmp(b.key.as_bytes()));
    }
    for import in &mut record.imports {
        // writer-namespace
        if import.import_type == ImportType::Namespace {
            "*".clone_into(&mut import.import_name);
        }
    }
    record
}

/// A file that grows at its end. It writes what it is given: [`canonical`] settled before what a writer settles.
pub(super) struct Writer {
    version: u32,
    bytes: Vec<u8>,
    wrong: Option<Writing>,
}

impl Writer {
    pub(super) fn new(version: u32, wrong: Option<Writing>) -> Self {
        Self { version, bytes: Vec::new(), wrong }
    }

    fn is(&self, wrong: Writing) -> bool {
        self.wrong == Some(wrong)
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Whether the record has the fields that its version has.
    pub(super) fn has_environment(&self, record: &Record, has: bool) -> Result<(), Rejection> {
        self.require("writer-type", "unsupported-version", record.environment.is_some() == has)
    }

    pub(super) fn magic_and_version(&mut self) {
        self.u32(0x424D_4553);
        self.u32(match self.wrong {
            Some(Writing::Version(other)) => other,
            _ => self.version,
        });
    }

    /// The sections that all versions have.
    pub(super) fn sections(&mut self, record: &Record) -> Result<(), Rejection> {
        self.requests(&record.requests)?;
        self.imports(&record.imports)?;
        self.exports(&record.exports)?;
        self.star_exports(&record.star_exports)
    }

    fn requests(&mut self, requests: &[ModuleRequest]) -> Result<(), Rejection> {
        self.entries(requests, |writer, request| {
            writer.string(&request.specifier)?;
            // writer-flag
            let flag =
                !request.attributes.is_empty() || writer.is(Writing::FlagAlways) || writer.is(Writing::CountZero);
            if !flag || writer.is(Writing::FlagNever) {
                writer.u32(0);
                Ok(())
            } else {
                writer.u32(1);
                let none = writer.is(Writing::CountZero);
                writer.attributes(if none { &[] } else { &request.attributes })
            }
        })
    }

    fn attributes(&mut self, attributes: &[Attribute]) -> Result<(), Rejection> {
        self.entries(attributes, |writer, attribute| {
            writer.string(&attribute.key)?;
            writer.string(&attribute.value)
        })
    }

    fn imports(&mut self, imports: &[ImportEntry]) -> Result<(), Rejection> {
        self.entries(imports, |writer, import| {
            writer.entry_type(match import.import_type {
                ImportType::Single => Some(0),
                ImportType::SingleTypeScript => Some(1),
                ImportType::Namespace => Some(2),
                _ => None,
            })?;
            writer.string(&import.module_request)?;
            writer.string(&import.import_name)?;
            writer.string(&import.local_name)
        })
    }

    fn exports(&mut self, exports: &[ExportEntry]) -> Result<(), Rejection> {
        self.entries(exports, |writer, export| {
            writer.entry_type(match export.export_type {
                ExportType::Local => Some(0),
                ExportType::Indirect => Some(1),
                ExportType::Namespace => Some(2),
                _ => None,
            })?;
            writer.string(&export.export_name)?;
            writer.string(&export.module_name)?;
            writer.string(&export.import_name)?;
            writer.string(&export.local_name)
        })
    }

    fn star_exports(&mut self, star_exports: &[String]) -> Result<(), Rejection> {
        self.entries(star_exports, |writer, module_name| writer.string(module_name))
    }

    /// Version 3's: the variables of both lists in the order of the record, and the features (writer-engine-words).
    pub(super) fn environment(&mut self, environment: &Environment) -> Result<(), Rejection> {
        let features_first = self.is(Writing::FeaturesFirst);
        if features_first {
            self.u32(environment.code_features);
        }
        self.variables(&environment.declared_variables)?;
        self.variables(&environment.lexical_variables)?;
        if !features_first && !self.is(Writing::FeaturesDropped) {
            self.u32(environment.code_features);
        }
        Ok(())
    }

    fn variables(&mut self, variables: &[Variable]) -> Result<(), Rejection> {
        self.entries(variables, |writer, variable| {
            if writer.is(Writing::BitsFirst) {
                writer.u32(variable.bits);
                return writer.string(&variable.name);
            }
            writer.string(&variable.name)?;
            writer.u32(variable.bits);
            Ok(())
        })
    }

    /// The file of versions 2 and 3 that has this metadata.
    pub(super) fn into_file(self, bytecode: &[u8]) -> Result<Vec<u8>, Rejection> {
        let bytecode = if self.is(Writing::BytecodeDropped) { &[] } else { bytecode };
        let end = 16 + self.bytes.len();
        // writer-padding
        let padding = end.next_multiple_of(8) - end;
        let padding = self.wrong.map_or(padding, |wrong| wrong.padding(end, bytecode.len()));
        // layout, writer-bytecode
        let numbers = [end + padding, bytecode.len()];
        let numbers = self.wrong.map_or(numbers, |wrong| wrong.numbers(numbers, padding));
        let mut file = Self { bytes: Vec::new(), ..self };
        file.magic_and_version();
        numbers.into_iter().try_for_each(|number| file.size(number))?;
        file.bytes.extend_from_slice(&self.bytes);
        let zero = match file.wrong {
            Some(Writing::PaddedWith(other)) => other,
            _ => 0,
        };
        file.bytes.resize(file.bytes.len() + padding, zero);
        file.bytes.extend_from_slice(bytecode);
        if file.is(Writing::BytecodePadded) {
            file.pad();
        }
        Ok(file.bytes)
    }

    /// Version 1's: writer-bytecode
    pub(super) fn bytecode(&mut self, bytecode: &[u8]) -> Result<(), Rejection> {
        let bytecode = if self.is(Writing::BytecodeDropped) { &[] } else { bytecode };
        self.size(bytecode.len() + if self.is(Writing::SizeCountsItself) { 4 } else { 0 })?;
        if self.is(Writing::BytecodeAligned) {
            self.pad();
        }
        self.bytes.extend_from_slice(bytecode);
        if self.is(Writing::BytecodePadded) {
            self.pad();
        }
        Ok(())
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
    }

    /// All entries, in the order of the record (writer-order).
    fn entries<T>(
        &mut self,
        entries: &[T],
        mut entry: impl FnMut(&mut Self, &T) -> Result<(), Rejection>,
    ) -> Result<(), Rejection> {
        self.size(entries.len())?;
        entries.iter().try_for_each(|each| entry(self, each))
    }

    fn string(&mut self, text: &str) -> Result<(), Rejection> {
        self.size(match self.wrong {
            Some(Writing::LengthInUtf16) => text.encode_utf16().count(),
            Some(Writing::LengthInCodePoints) => text.chars().count(),
            _ => text.len(),
        })?;
        self.bytes.extend_from_slice(text.as_bytes());
        if self.is(Writing::StringsTerminated) {
            self.bytes.push(0);
        }
        Ok(())
    }

    fn entry_type(&mut self, number: Option<u32>) -> Result<(), Rejection> {
        self.require("writer-type", "bad-type", number.is_some())?;
        self.u32(number.unwrap_or_default());
        Ok(())
    }

    /// A length, a count or a size.
    fn size(&mut self, size: usize) -> Result<(), Rejection> {
        let size = u32::try_from(size);
        self.require("writer-too-large", "too-large", size.is_ok())?;
        self.u32(size.unwrap_or_default());
        Ok(())
    }

    fn u32(&mut self, number: u32) {
        // u32
        let shifts = if self.is(Writing::BigEndian) { [24, 16, 8, 0] } else { [0, 8, 16, 24] };
        for shift in shifts {
            self.bytes.push((number >> shift & 0xFF) as u8);
        }
    }

    /// A rule for writers: what has to hold, or else the class. A record has no bytes to point at.
    fn require(&self, clause: &'static str, class: &'static str, holds: bool) -> Result<(), Rejection> {
        if holds { Ok(()) } else { Err(Rejection { class, offset: None, version: self.version, clause }) }
    }
}
