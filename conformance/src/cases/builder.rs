//! Bytes that know their names: a module is described, laid out as a file, and changed at a named field.
//!
//! [`module`] begins a description and [`Module::layout`] makes a [`File`] of it, in which every field has a path and a range.
//! A change is one call on the file: `typical().layout().set_u32("imports[0].type", 3)`. The description is all that a case says,
//! so a mistake in it (a field that is not there, a change that changes nothing) panics, with the path, when the corpus is generated.
//!
//! The layout here is written from `spec/v1.md` and shares no code with the codec's encoder.
//!
//! Paths are those of the specification's table: `magic`, `request_count`, `requests[0].specifier`, `requests[0].attributes[1].key`,
//! `imports[2].type`, `star_exports[0].module_name`, `bytecode_size`, `bytecode`. A string has two pieces, `….length` and `….bytes`;
//! a path that is a beginning of others, such as `imports[0]`, means all of them.

use std::ops::Range;

use bmes::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest, Version};

use crate::case::Record;

/// A module: what a file says, before it is bytes.
#[derive(Clone, Debug)]
pub struct Module {
    pub(crate) record: Record,
    pub(crate) bytecode: Vec<u8>,
    /// The requests that say `has_attributes` and count none.
    flagged: Vec<usize>,
}

/// A module in which nothing is requested, imported or exported, without bytecode.
pub fn module() -> Module {
    Module { record: Record::new(Version::V1), bytecode: Vec::new(), flagged: Vec::new() }
}

impl Module {
    /// A module with this record.
    pub fn from_record(record: Record) -> Self {
        Self { record, ..module() }
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

    /// `import {import_name as local_name} from "module_request"`.
    pub fn import(self, module_request: &str, import_name: &str, local_name: &str) -> Self {
        self.import_entry(ImportType::Single, module_request, import_name, local_name)
    }

    /// `import * as local_name from "module_request"`.
    pub fn import_namespace(self, module_request: &str, local_name: &str) -> Self {
        self.import_entry(ImportType::Namespace, module_request, "*", local_name)
    }

    /// An import entry, field by field.
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

    /// `export {local_name as export_name}`.
    pub fn local(self, export_name: &str, local_name: &str) -> Self {
        self.export_entry(ExportType::Local, [export_name, "", "", local_name])
    }

    /// `export {import_name as export_name} from "module_name"`.
    pub fn indirect(self, export_name: &str, module_name: &str, import_name: &str) -> Self {
        self.export_entry(ExportType::Indirect, [export_name, module_name, import_name, ""])
    }

    /// `export * as export_name from "module_name"`.
    pub fn namespace(self, export_name: &str, module_name: &str) -> Self {
        self.export_entry(ExportType::Namespace, [export_name, module_name, "", ""])
    }

    /// An export entry: `export_name`, `module_name`, `import_name` and `local_name`.
    pub fn export_entry(mut self, export_type: ExportType, names: [&str; 4]) -> Self {
        let [export_name, module_name, import_name, local_name] = names.map(String::from);
        self.record.exports.push(ExportEntry { export_type, export_name, module_name, import_name, local_name });
        self
    }

    /// `export * from "module_name"`.
    pub fn star(mut self, module_name: &str) -> Self {
        self.record.star_exports.push(module_name.into());
        self
    }

    /// `self` with this bytecode.
    pub fn bytecode(mut self, bytecode: &[u8]) -> Self {
        self.bytecode = bytecode.into();
        self
    }

    /// What a writer makes of this module: attributes by the bytes of their keys, `*` for a namespace, no flag without attributes.
    pub fn canonical(&self) -> Self {
        let mut canonical = Self { flagged: Vec::new(), ..self.clone() };
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

    /// The module's file, field by field in the order of the table in section 3.
    pub fn layout(&self) -> File {
        let mut file = File::default();
        let record = &self.record;
        file.push_bytes("magic", b"SEMB");
        file.push_u32("version", 1);
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
        file.push_count("bytecode_size", self.bytecode.len());
        file.push_bytes("bytecode", &self.bytecode);
        file
    }
}

fn import_type(import_type: ImportType) -> u32 {
    match import_type {
        ImportType::Single => 0,
        ImportType::SingleTypeScript => 1,
        ImportType::Namespace => 2,
        other => panic!("version 1 has no import type {other:?}"),
    }
}

fn export_type(export_type: ExportType) -> u32 {
    match export_type {
        ExportType::Local => 0,
        ExportType::Indirect => 1,
        ExportType::Namespace => 2,
        other => panic!("version 1 has no export type {other:?}"),
    }
}

/// A file whose fields have names.
#[derive(Clone, Debug, Default)]
pub struct File {
    bytes: Vec<u8>,
    fields: Vec<Field>,
}

/// A field, or a piece of a string: where it was laid out, which is beyond the end where the file was cut.
#[derive(Clone, Debug)]
struct Field {
    path: String,
    range: Range<usize>,
}

/// What a field's value can be measured against.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The position of the byte after the field.
    pub after: usize,
    /// The bytes from there to the file's end.
    pub left: usize,
}

impl File {
    /// The bytes, as changed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The range of a field, or of all fields whose paths begin with `path`.
    pub fn range(&self, path: &str) -> Range<usize> {
        let (first, last) = self.find(path);
        self.fields[first].range.start..self.fields[last].range.end
    }

    /// Writes another number into a `u32`.
    pub fn set_u32(self, path: &str, value: u32) -> Self {
        assert_number(path);
        self.overwrite(path, &value.to_le_bytes())
    }

    /// Writes a number that depends on where the field is.
    pub fn set_u32_by(self, path: &str, value: impl FnOnce(Place) -> usize) -> Self {
        assert_number(path);
        let after = self.range(path).end;
        let left =
            self.bytes.len().checked_sub(after).unwrap_or_else(|| panic!("{path}: the file is cut before its end"));
        let value = value(Place { after, left });
        self.set_u32(path, u32::try_from(value).unwrap_or_else(|_| panic!("{path}: {value} is not a u32")))
    }

    /// Writes other bytes in the place of a field's, as many as there are.
    pub fn overwrite(mut self, path: &str, bytes: &[u8]) -> Self {
        let range = self.range(path);
        assert_eq!(range.len(), bytes.len(), "{path}: the new bytes must be as many as the old ones");
        assert_ne!(&self.bytes[range.clone()], bytes, "{path}: this changes nothing");
        self.bytes[range].copy_from_slice(bytes);
        self
    }

    /// Puts `bytes` into a string, and their number into its length.
    pub fn set_text(mut self, path: &str, bytes: &[u8]) -> Self {
        let piece = format!("{path}.bytes");
        let (index, range) = (self.find(&piece).0, self.range(&piece));
        assert_ne!(&self.bytes[range.clone()], bytes, "{path}: this changes nothing");
        self.bytes.splice(range.clone(), bytes.iter().copied());
        self.fields[index].range.end = range.start + bytes.len();
        self.shift(index + 1, |at| at - range.len() + bytes.len());
        let (length, value) = (
            self.range(&format!("{path}.length")),
            u32::try_from(bytes.len()).expect("a string of the corpus is short"),
        );
        self.bytes[length].copy_from_slice(&value.to_le_bytes());
        self
    }

    /// Puts bytes in front of a field.
    pub fn insert_before(self, path: &str, bytes: &[u8]) -> Self {
        let (first, at) = (self.find(path).0, self.range(path).start);
        self.insert(first, at, bytes)
    }

    /// Puts bytes behind a field.
    pub fn insert_after(self, path: &str, bytes: &[u8]) -> Self {
        let (last, at) = (self.find(path).1, self.range(path).end);
        self.insert(last + 1, at, bytes)
    }

    /// Puts bytes behind the last field.
    pub fn append(mut self, bytes: &[u8]) -> Self {
        assert!(!bytes.is_empty(), "appending nothing changes nothing");
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Ends the file where a field begins.
    pub fn cut_before(self, path: &str) -> Self {
        let at = self.range(path).start;
        self.cut(path, at)
    }

    /// Ends the file behind the first `kept` bytes of a field, which has more.
    pub fn cut_inside(self, path: &str, kept: usize) -> Self {
        let range = self.range(path);
        assert!(kept > 0 && kept < range.len(), "{path}: {kept} bytes are not a part of its {}", range.len());
        self.cut(path, range.start + kept)
    }

    /// Takes the file's last byte away.
    pub fn cut_last_byte(mut self) -> Self {
        assert!(self.bytes.pop().is_some(), "the file is empty");
        self
    }

    fn cut(mut self, path: &str, at: usize) -> Self {
        assert!(at < self.bytes.len(), "{path}: the file ends before it as it is");
        self.bytes.truncate(at);
        self
    }

    fn insert(mut self, index: usize, at: usize, bytes: &[u8]) -> Self {
        assert!(!bytes.is_empty(), "inserting nothing changes nothing");
        self.bytes.splice(at..at, bytes.iter().copied());
        self.shift(index, |at| at + bytes.len());
        self
    }

    fn shift(&mut self, from: usize, moved: impl Fn(usize) -> usize) {
        for field in &mut self.fields[from..] {
            field.range = moved(field.range.start)..moved(field.range.end);
        }
    }

    /// The first and the last field that `path` means.
    fn find(&self, path: &str) -> (usize, usize) {
        let meant = |field: &Field| {
            let rest = field.path.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let first = self.fields.iter().position(meant);
        let last = self.fields.iter().rposition(meant);
        first.zip(last).unwrap_or_else(|| {
            let paths: Vec<_> = self.fields.iter().map(|field| field.path.as_str()).collect();
            panic!("no field {path:?}; there are {}", paths.join(", "))
        })
    }

    fn push_bytes(&mut self, path: &str, bytes: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.fields.push(Field { path: path.into(), range: start..self.bytes.len() });
    }

    fn push_u32(&mut self, path: &str, value: u32) {
        self.push_bytes(path, &value.to_le_bytes());
    }

    fn push_count(&mut self, path: &str, count: usize) {
        self.push_u32(path, u32::try_from(count).expect("a module of the corpus is small"));
    }

    fn push_text(&mut self, path: &str, text: &str) {
        self.push_count(&format!("{path}.length"), text.len());
        self.push_bytes(&format!("{path}.bytes"), text.as_bytes());
    }
}

fn assert_number(path: &str) {
    let field = path.rsplit('.').next().unwrap_or(path);
    let is_number = matches!(field, "version" | "has_attributes" | "type" | "length" | "bytecode_size")
        || field.ends_with("_count");
    assert!(is_number, "{path} is not a u32; the number of a string is {path}.length");
}
