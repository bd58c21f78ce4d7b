//! Writing: section 7 of the specification. The record and the bytecode decide every byte.

use bmes::{Attribute, Environment, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest, Variable};

use super::{Record, Rejection};

/// Returns canonical(record), as section 7.2 defines it: the record that a reader gets from the written file.
///
/// Attributes with the same key, which no writer accepts, keep their order.
pub fn canonical(record: &Record) -> Record {
    let mut record = record.clone();
    for request in &mut record.requests {
        // writer-attributes: `str` compares by bytes, as the clause requires. The order by UTF-16 code units would be
        // different.
        request.attributes.sort_by(|a, b| a.key.cmp(&b.key));
    }
    for import in &mut record.imports {
        // writer-namespace
        if import.import_type == ImportType::Namespace {
            "*".clone_into(&mut import.import_name);
        }
    }
    record
}

/// The bytes written so far of a file or of its metadata.
pub(super) struct Writer {
    version: u32,
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn new(version: u32) -> Self {
        Self { version, bytes: Vec::new() }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// Returns the rejection of a record. A record has no bytes, so its rejection has no offset.
    fn rejection(&self, class: &'static str, clause: &'static str) -> Rejection {
        Rejection { class, offset: None, version: self.version, clause }
    }

    /// Returns the environment of a record of version 3. A record of another version has none, and the writer of
    /// version 3 rejects it.
    pub(super) fn require_environment<'a>(&self, record: &'a Record) -> Result<&'a Environment, Rejection> {
        record.environment().ok_or_else(|| self.rejection("unsupported-version", "writer-type"))
    }

    /// Returns the file of version 2 or 3 with this metadata and this bytecode.
    pub(super) fn into_file(self, bytecode: &[u8]) -> Result<Vec<u8>, Rejection> {
        let end = 16 + self.bytes.len();
        let bytecode_offset = end.next_multiple_of(8); // writer-padding
        let mut file = Self::new(self.version);
        file.magic_and_version();
        file.size(bytecode_offset)?;
        file.size(bytecode.len())?;
        file.bytes(&self.bytes);
        file.bytes.resize(bytecode_offset, 0);
        file.bytes(bytecode); // writer-bytecode
        Ok(file.bytes)
    }

    pub(super) fn magic_and_version(&mut self) {
        self.u32(0x424D_4553);
        self.u32(self.version);
    }

    /// Writes requests, imports, exports and star exports, in this order (layout).
    pub(super) fn sections(&mut self, record: &Record) -> Result<(), Rejection> {
        self.entries(&record.requests, Self::request)?;
        self.entries(&record.imports, Self::import)?;
        self.entries(&record.exports, Self::export)?;
        self.entries(&record.star_exports, |writer, module_name| writer.string(module_name))
    }

    /// Writes a count and the entries in the order of the record (writer-order).
    fn entries<T>(
        &mut self,
        entries: &[T],
        write_entry: fn(&mut Self, &T) -> Result<(), Rejection>,
    ) -> Result<(), Rejection> {
        self.size(entries.len())?;
        entries.iter().try_for_each(|entry| write_entry(self, entry))
    }

    fn request(&mut self, request: &ModuleRequest) -> Result<(), Rejection> {
        self.string(&request.specifier)?;
        // writer-flag
        if request.attributes.is_empty() {
            self.u32(0);
            return Ok(());
        }
        self.u32(1);
        self.entries(&request.attributes, Self::attribute)
    }

    fn attribute(&mut self, attribute: &Attribute) -> Result<(), Rejection> {
        self.string(&attribute.key)?;
        self.string(&attribute.value)
    }

    fn import(&mut self, import: &ImportEntry) -> Result<(), Rejection> {
        self.u32(match import.import_type {
            ImportType::Single => 0,
            ImportType::SingleTypeScript => 1,
            ImportType::Namespace => 2,
            _ => return Err(self.rejection("bad-type", "writer-type")),
        });
        self.string(&import.module_request)?;
        self.string(&import.import_name)?;
        self.string(&import.local_name)
    }

    fn export(&mut self, export: &ExportEntry) -> Result<(), Rejection> {
        self.u32(match export.export_type {
            ExportType::Local => 0,
            ExportType::Indirect => 1,
            ExportType::Namespace => 2,
            _ => return Err(self.rejection("bad-type", "writer-type")),
        });
        self.string(&export.export_name)?;
        self.string(&export.module_name)?;
        self.string(&export.import_name)?;
        self.string(&export.local_name)
    }

    /// Writes the part of the record that only version 3 has: both lists of variables in the order of the record, and
    /// every word with all its bits (writer-engine-words).
    pub(super) fn environment(&mut self, environment: &Environment) -> Result<(), Rejection> {
        self.entries(&environment.declared_variables, Self::variable)?;
        self.entries(&environment.lexical_variables, Self::variable)?;
        self.u32(environment.code_features);
        Ok(())
    }

    fn variable(&mut self, variable: &Variable) -> Result<(), Rejection> {
        self.string(&variable.name)?;
        self.u32(variable.bits);
        Ok(())
    }

    fn string(&mut self, text: &str) -> Result<(), Rejection> {
        self.size(text.len())?;
        self.bytes(text.as_bytes());
        Ok(())
    }

    /// Writes a length, a count, a size or an offset.
    pub(super) fn size(&mut self, size: usize) -> Result<(), Rejection> {
        let size = u32::try_from(size).map_err(|_| self.rejection("too-large", "writer-too-large"))?;
        self.u32(size);
        Ok(())
    }

    /// Writes a number with its least significant byte first (u32).
    fn u32(&mut self, number: u32) {
        self.bytes(&number.to_le_bytes());
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }
}
