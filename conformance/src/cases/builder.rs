//! The case builder: it lays out a module as a file with named fields, and changes the file field by field.
//!
//! [`module`] begins a description. [`Module::layout`] makes a [`File`] of it, with header and padding. Every field of
//! the file has a path and a range. A case then edits the file:
//! `typical(version).layout().set_u32("imports[0].type", 3)`. An edit changes only the bytes that it names. If the
//! header or the padding must change to match, the case says so: see [`File`].
//!
//! A mistake in a description (an unknown path, an edit that changes nothing) panics with the path when the corpus is
//! generated.
//!
//! The layout follows the documents in `spec/` and shares no code with the codec's encoder.
//!
//! The paths are those of the specification's table: `magic`, `request_count`, `requests[0].specifier`,
//! `requests[0].attributes[1].key`, `imports[2].type`, `star_exports[0].module_name`, `declared_variables[0].bits`,
//! `code_features`, `bytecode_size`, `padding`, `bytecode`. A string has two pieces, `….length` and `….bytes`. A path
//! such as `imports[0]`, with which other paths begin, means all fields of these paths.

mod file;
mod position;
#[cfg(test)]
mod tests;

use bmes::{
    Attribute, Environment, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest, Variable, Version,
};

use crate::case::NamedRecord;
pub use file::File;
pub use position::{At, after, at, before, inside};

/// A module: a record and its bytecode, not yet laid out as a file.
#[derive(Clone, Debug)]
pub struct Module {
    pub(crate) record: NamedRecord,
    pub(crate) bytecode: Vec<u8>,
    /// The indices of the requests with a `has_attributes` of 1 and no attributes.
    flagged: Vec<usize>,
    /// The number of zeros before the bytecode, if it differs from the number that a writer adds.
    padding: Option<usize>,
}

/// Returns a module of this version without entries, variables and bytecode.
pub fn module(version: Version) -> Module {
    Module::from_record(NamedRecord::of_version(version).expect("a version from 1 to 3"))
}

impl Module {
    /// Returns a module with this record.
    pub fn from_record(record: NamedRecord) -> Self {
        Self { record, bytecode: Vec::new(), flagged: Vec::new(), padding: None }
    }

    /// Requests `specifier`, as `import "specifier"` does.
    pub fn request(self, specifier: &str) -> Self {
        self.request_with(specifier, &[])
    }

    /// Requests each of `specifiers`.
    pub fn requests(self, specifiers: &[&str]) -> Self {
        specifiers.iter().fold(self, |module, specifier| module.request(specifier))
    }

    /// Requests `specifier` with attributes, each a key and a value.
    pub fn request_with(mut self, specifier: &str, attributes: &[(&str, &str)]) -> Self {
        let attribute = |&(key, value): &(&str, &str)| Attribute { key: key.into(), value: value.into() };
        self.record.requests.push(ModuleRequest {
            specifier: specifier.into(),
            attributes: attributes.iter().map(attribute).collect(),
        });
        self
    }

    /// Requests `specifier` with a `has_attributes` of 1 and an `attribute_count` of 0.
    pub fn request_flagged(mut self, specifier: &str) -> Self {
        self.flagged.push(self.record.requests.len());
        self.request(specifier)
    }

    /// Adds `import {import_name as local_name} from "module_request"`.
    pub fn import(self, module_request: &str, import_name: &str, local_name: &str) -> Self {
        self.import_entry(ImportType::Single, module_request, import_name, local_name)
    }

    /// Adds `import * as local_name from "module_request"`.
    pub fn import_namespace(self, module_request: &str, local_name: &str) -> Self {
        self.import_entry(ImportType::Namespace, module_request, "*", local_name)
    }

    /// Adds an import entry, field by field.
    pub fn import_entry(
        mut self,
        import_type: ImportType,
        module_request: &str,
        import_name: &str,
        local_name: &str,
    ) -> Self {
        self.record.imports.push(ImportEntry {
            import_type,
            module_request: module_request.into(),
            import_name: import_name.into(),
            local_name: local_name.into(),
        });
        self
    }

    /// Adds `export {local_name as export_name}`.
    pub fn local(self, export_name: &str, local_name: &str) -> Self {
        self.export_entry(ExportType::Local, [export_name, "", "", local_name])
    }

    /// Adds `export {import_name as export_name} from "module_name"`.
    pub fn indirect(self, export_name: &str, module_name: &str, import_name: &str) -> Self {
        self.export_entry(ExportType::Indirect, [export_name, module_name, import_name, ""])
    }

    /// Adds `export * as export_name from "module_name"`.
    pub fn namespace(self, export_name: &str, module_name: &str) -> Self {
        self.export_entry(ExportType::Namespace, [export_name, module_name, "", ""])
    }

    /// Adds an export entry. `names` are `export_name`, `module_name`, `import_name` and `local_name`.
    pub fn export_entry(mut self, export_type: ExportType, names: [&str; 4]) -> Self {
        let [export_name, module_name, import_name, local_name] = names.map(String::from);
        self.record.exports.push(ExportEntry { export_type, export_name, module_name, import_name, local_name });
        self
    }

    /// Adds `export * from "module_name"`.
    pub fn star(mut self, module_name: &str) -> Self {
        self.record.star_exports.push(module_name.into());
        self
    }

    /// Adds a declared variable. Only version 3 has them.
    pub fn declared(mut self, name: &str, bits: u32) -> Self {
        self.environment().declared_variables.push(Variable { name: name.into(), bits });
        self
    }

    /// Adds a lexical variable. Only version 3 has them.
    pub fn lexical(mut self, name: &str, bits: u32) -> Self {
        self.environment().lexical_variables.push(Variable { name: name.into(), bits });
        self
    }

    /// Sets `code_features`. Only version 3 has them.
    pub fn code_features(mut self, bits: u32) -> Self {
        self.environment().code_features = bits;
        self
    }

    fn environment(&mut self) -> &mut Environment {
        let version = self.record.version();
        self.record.environment_mut().unwrap_or_else(|| panic!("version {version} has no variables"))
    }

    /// Puts `bytes` zeros before the bytecode, in place of a writer's padding. Only versions 2 and 3 have padding.
    pub fn padding(mut self, bytes: usize) -> Self {
        self.padding = Some(bytes);
        self
    }

    /// Sets the bytecode.
    pub fn bytecode(mut self, bytecode: &[u8]) -> Self {
        self.bytecode = bytecode.into();
        self
    }

    /// Returns the module whose file a writer makes of this record: attributes sorted by the bytes of their keys, `*`
    /// for a namespace, a `has_attributes` of 0 for a request without attributes, the bytecode at the next multiple of
    /// 8.
    pub fn canonical(&self) -> Self {
        let mut canonical = Self { flagged: Vec::new(), padding: None, ..self.clone() };
        for request in &mut canonical.record.requests {
            request.attributes.sort_by(|a, b| a.key.as_bytes().cmp(b.key.as_bytes()));
        }
        for import in &mut canonical.record.imports {
            if import.import_type == ImportType::Namespace {
                import.import_name = "*".into();
            }
        }
        canonical
    }

    /// Returns the module's file, correct and complete. The fields have the order of the table in section 3 of the
    /// specification.
    pub fn layout(&self) -> File {
        let record = &self.record;
        let mut file = File::new(record.version());
        file.push_bytes("magic", b"SEMB");
        file.push_u32("version", record.version().number());
        if record.version().has_bytecode_offset() {
            file.push_u32("bytecode_offset", 0);
            file.push_count("bytecode_size", self.bytecode.len());
        }
        self.lay_requests(&mut file);
        self.lay_entries(&mut file);
        if let Some(environment) = record.environment() {
            file.push_variables("declared_variable", &environment.declared_variables);
            file.push_variables("lexical_variable", &environment.lexical_variables);
            file.push_u32("code_features", environment.code_features);
        }
        if !record.version().has_bytecode_offset() {
            file.push_count("bytecode_size", self.bytecode.len());
            file.push_bytes("bytecode", &self.bytecode);
            return file;
        }
        file.push_bytes("padding", &vec![0; self.padding.unwrap_or_default()]);
        file.push_bytes("bytecode", &self.bytecode);
        if self.padding.is_none() { file.padded().with_header() } else { file.with_header() }
    }

    fn lay_requests(&self, file: &mut File) {
        let record = &self.record;
        file.push_count("request_count", record.requests.len());
        for (index, request) in record.requests.iter().enumerate() {
            let path = format!("requests[{index}]");
            file.push_text(&format!("{path}.specifier"), &request.specifier);
            let has_attributes = !request.attributes.is_empty() || self.flagged.contains(&index);
            file.push_u32(&format!("{path}.has_attributes"), u32::from(has_attributes));
            if has_attributes {
                file.push_count(&format!("{path}.attribute_count"), request.attributes.len());
            }
            for (index, attribute) in request.attributes.iter().enumerate() {
                file.push_text(&format!("{path}.attributes[{index}].key"), &attribute.key);
                file.push_text(&format!("{path}.attributes[{index}].value"), &attribute.value);
            }
        }
    }

    fn lay_entries(&self, file: &mut File) {
        let record = &self.record;
        file.push_count("import_count", record.imports.len());
        for (index, import) in record.imports.iter().enumerate() {
            let path = format!("imports[{index}]");
            file.push_u32(&format!("{path}.type"), import_type(import.import_type));
            file.push_text(&format!("{path}.module_request"), &import.module_request);
            file.push_text(&format!("{path}.import_name"), &import.import_name);
            file.push_text(&format!("{path}.local_name"), &import.local_name);
        }
        file.push_count("export_count", record.exports.len());
        for (index, export) in record.exports.iter().enumerate() {
            let path = format!("exports[{index}]");
            file.push_u32(&format!("{path}.type"), export_type(export.export_type));
            file.push_text(&format!("{path}.export_name"), &export.export_name);
            file.push_text(&format!("{path}.module_name"), &export.module_name);
            file.push_text(&format!("{path}.import_name"), &export.import_name);
            file.push_text(&format!("{path}.local_name"), &export.local_name);
        }
        file.push_count("star_export_count", record.star_exports.len());
        for (index, module_name) in record.star_exports.iter().enumerate() {
            file.push_text(&format!("star_exports[{index}].module_name"), module_name);
        }
    }
}

fn import_type(import_type: ImportType) -> u32 {
    match import_type {
        ImportType::Single => 0,
        ImportType::SingleTypeScript => 1,
        ImportType::Namespace => 2,
        other => panic!("no version has import type {other:?}"),
    }
}

fn export_type(export_type: ExportType) -> u32 {
    match export_type {
        ExportType::Local => 0,
        ExportType::Indirect => 1,
        ExportType::Namespace => 2,
        other => panic!("no version has export type {other:?}"),
    }
}
