//! Writing: section 7 of the specification. What a record means decides its bytes, all of them.

use bmes::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest};

use super::Rejection;
use crate::case::Record;

/// The record as it reads after it was written: section 7.2.
///
/// Attributes of one key, which no writer accepts, stay in the order they have.
pub fn canonical(record: &Record) -> Record {
    let mut record = record.clone();
    for request in &mut record.requests {
        // v1-writer-attributes: by bytes. UTF-16's order is another one, and a map's is none.
        request.attributes.sort_by(|a, b| a.key.as_bytes().cmp(b.key.as_bytes()));
    }
    for import in &mut record.imports {
        // v1-writer-namespace
        if import.import_type == ImportType::Namespace {
            "*".clone_into(&mut import.import_name);
        }
    }
    record
}

/// A way to write something else than the specification says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// The length of a string counts UTF-16 code units.
    LengthInUtf16,
    /// The length of a string counts code points.
    LengthInCodePoints,
    /// The flag is 1 also without attributes, and a count of 0 follows.
    FlagAlways,
    /// The flag is 0 also with attributes, and no more of them is written.
    FlagNever,
    /// The flag is 1 and the count is 0, whatever attributes there are.
    CountZero,
    /// Numbers are written with their most significant byte first.
    BigEndian,
    /// A zero byte follows each string.
    StringsTerminated,
    /// Zero bytes are put before the bytecode, up to a multiple of eight.
    BytecodeAligned,
    /// Zero bytes follow the bytecode, up to a multiple of eight.
    BytecodePadded,
    /// The bytecode is left out, and its size is 0.
    BytecodeDropped,
    /// The size of the bytecode counts its own four bytes.
    SizeCountsItself,
}

/// A file that grows at its end. It writes what it is given: [`canonical`] settled before what a writer settles.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    wrong: Option<Writing>,
}

impl Writer {
    pub(super) fn new(wrong: Option<Writing>) -> Self {
        Self { bytes: Vec::new(), wrong }
    }

    fn is(&self, wrong: Writing) -> bool {
        self.wrong == Some(wrong)
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn header(&mut self, version: u32) {
        self.u32(0x424D_4553);
        self.u32(version);
    }

    pub(super) fn requests(&mut self, requests: &[ModuleRequest]) -> Result<(), Rejection> {
        self.entries(requests, |writer, request| {
            writer.string(&request.specifier)?;
            // v1-writer-flag
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

    pub(super) fn imports(&mut self, imports: &[ImportEntry]) -> Result<(), Rejection> {
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

    pub(super) fn exports(&mut self, exports: &[ExportEntry]) -> Result<(), Rejection> {
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

    pub(super) fn star_exports(&mut self, star_exports: &[String]) -> Result<(), Rejection> {
        self.entries(star_exports, |writer, module_name| writer.string(module_name))
    }

    /// v1-writer-bytecode
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

    /// All entries, in the order of the record (v1-writer-order).
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
        require("v1-writer-type", "bad-type", number.is_some())?;
        self.u32(number.unwrap_or_default());
        Ok(())
    }

    /// A length, a count or a size.
    fn size(&mut self, size: usize) -> Result<(), Rejection> {
        let size = u32::try_from(size);
        require("v1-writer-too-large", "too-large", size.is_ok())?;
        self.u32(size.unwrap_or_default());
        Ok(())
    }

    fn u32(&mut self, number: u32) {
        // v1-u32
        let shifts = if self.is(Writing::BigEndian) { [24, 16, 8, 0] } else { [0, 8, 16, 24] };
        for shift in shifts {
            self.bytes.push((number >> shift & 0xFF) as u8);
        }
    }
}

/// A rule for writers: what has to hold, or else the class. A record has no bytes to point at.
fn require(clause: &'static str, class: &'static str, holds: bool) -> Result<(), Rejection> {
    if holds { Ok(()) } else { Err(Rejection { class, offset: None, clause }) }
}
