//! The sections that are the same in several versions: the grammar of each, and under it how it is written.

use alloc::vec::Vec;

use crate::encode::{Sink, TooLarge};
use crate::error::{Error, ErrorKind};
use crate::length::wide;
use crate::path::{FieldPath, Section};
use crate::record::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest};
use crate::view::Request;
use crate::walk::{Visit, Walker};

// The smallest encodings, in bytes: what a count is measured against.
const SMALLEST_REQUEST: u32 = 8;
pub(crate) const SMALLEST_ATTRIBUTE: u32 = 8;
const SMALLEST_IMPORT: u32 = 16;
const SMALLEST_EXPORT: u32 = 20;
const SMALLEST_STAR_EXPORT: u32 = 4;

/// The sections that all three versions begin with.
pub(crate) fn metadata<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<(), Error> {
    requests(w)?;
    imports(w)?;
    exports(w)?;
    star_exports(w)
}

fn requests<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<(), Error> {
    w.section(Section::Requests, "request_count", SMALLEST_REQUEST, |w| {
        let request = request(w)?;
        w.visit.request(request);
        Ok(())
    })
}

pub(crate) fn request<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<Request<'a>, Error> {
    let specifier = w.string("specifier")?;
    let (attribute_count, attributes) = match w.u32("has_attributes")? {
        (_, 0) => (0, w.rest()),
        (_, 1) => w.attributes(|w| attribute(w).map(drop))?,
        (offset, found) => return Err(w.error("has_attributes", offset, ErrorKind::BadFlag { found })),
    };
    Ok(Request::new(specifier, attribute_count, attributes))
}

pub(crate) fn attribute<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<Attribute<&'a str>, Error> {
    let key = w.string("key")?;
    let value = w.string("value")?;
    Ok(Attribute { key, value })
}

fn imports<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<(), Error> {
    w.section(Section::Imports, "import_count", SMALLEST_IMPORT, |w| {
        let import = import(w)?;
        w.visit.import(import);
        Ok(())
    })
}

pub(crate) fn import<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<ImportEntry<&'a str>, Error> {
    let import_type = match w.u32("type")? {
        (_, 0) => ImportType::Single,
        (_, 1) => ImportType::SingleTypeScript,
        (_, 2) => ImportType::Namespace,
        (offset, found) => return Err(w.error("type", offset, ErrorKind::BadType { found })),
    };
    let module_request = w.string("module_request")?;
    let import_name = w.string("import_name")?;
    let local_name = w.string("local_name")?;
    Ok(ImportEntry { import_type, module_request, import_name, local_name })
}

fn exports<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<(), Error> {
    w.section(Section::Exports, "export_count", SMALLEST_EXPORT, |w| {
        let export = export(w)?;
        w.visit.export(export);
        Ok(())
    })
}

pub(crate) fn export<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<ExportEntry<&'a str>, Error> {
    let export_type = match w.u32("type")? {
        (_, 0) => ExportType::Local,
        (_, 1) => ExportType::Indirect,
        (_, 2) => ExportType::Namespace,
        (offset, found) => return Err(w.error("type", offset, ErrorKind::BadType { found })),
    };
    let export_name = w.string("export_name")?;
    let module_name = w.string("module_name")?;
    let import_name = w.string("import_name")?;
    let local_name = w.string("local_name")?;
    Ok(ExportEntry { export_type, export_name, module_name, import_name, local_name })
}

fn star_exports<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<(), Error> {
    w.section(Section::StarExports, "star_export_count", SMALLEST_STAR_EXPORT, |w| {
        let specifier = star_export(w)?;
        w.visit.star_export(specifier);
        Ok(())
    })
}

pub(crate) fn star_export<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<&'a str, Error> {
    w.string("module_name")
}

pub(crate) fn write_metadata<S: AsRef<str>>(record: &ModuleRecord<S>, sink: &mut impl Sink) -> Result<(), TooLarge> {
    write_requests(&record.requests, sink)?;
    write_imports(&record.imports, sink)?;
    write_exports(&record.exports, sink)?;
    write_star_exports(&record.star_exports, sink)
}

fn write_requests<S: AsRef<str>>(requests: &[ModuleRequest<S>], sink: &mut impl Sink) -> Result<(), TooLarge> {
    sink.count(Section::Requests, "request_count", requests.len())?;
    for (index, request) in (0..).zip(requests) {
        let path = |field| FieldPath::of_entry(Section::Requests, index, field);
        sink.string(path("specifier"), &request.specifier)?;
        sink.u32(u32::from(!request.attributes.is_empty()));
        if !request.attributes.is_empty() {
            sink.number(path("attribute_count"), wide(request.attributes.len()))?;
        }
        for (attribute, position) in sorted(&request.attributes).into_iter().zip(0..) {
            let path = |field| FieldPath { attribute: Some(position), ..path(field) };
            sink.string(path("key"), &attribute.key)?;
            sink.string(path("value"), &attribute.value)?;
        }
    }
    Ok(())
}

/// Attributes in the canonical order: by their keys' bytes, which is how `str` compares.
fn sorted<S: AsRef<str>>(attributes: &[Attribute<S>]) -> Vec<&Attribute<S>> {
    let mut sorted: Vec<_> = attributes.iter().collect();
    sorted.sort_by(|a, b| a.key.as_ref().cmp(b.key.as_ref()));
    sorted
}

fn write_imports<S: AsRef<str>>(imports: &[ImportEntry<S>], sink: &mut impl Sink) -> Result<(), TooLarge> {
    sink.count(Section::Imports, "import_count", imports.len())?;
    for (index, import) in (0..).zip(imports) {
        let path = |field| FieldPath::of_entry(Section::Imports, index, field);
        let (number, import_name) = match import.import_type {
            ImportType::Single => (0, import.import_name.as_ref()),
            ImportType::SingleTypeScript => (1, import.import_name.as_ref()),
            ImportType::Namespace => (2, "*"),
        };
        sink.u32(number);
        sink.string(path("module_request"), &import.module_request)?;
        sink.string(path("import_name"), import_name)?;
        sink.string(path("local_name"), &import.local_name)?;
    }
    Ok(())
}

fn write_exports<S: AsRef<str>>(exports: &[ExportEntry<S>], sink: &mut impl Sink) -> Result<(), TooLarge> {
    sink.count(Section::Exports, "export_count", exports.len())?;
    for (index, export) in (0..).zip(exports) {
        let path = |field| FieldPath::of_entry(Section::Exports, index, field);
        sink.u32(match export.export_type {
            ExportType::Local => 0,
            ExportType::Indirect => 1,
            ExportType::Namespace => 2,
        });
        sink.string(path("export_name"), &export.export_name)?;
        sink.string(path("module_name"), &export.module_name)?;
        sink.string(path("import_name"), &export.import_name)?;
        sink.string(path("local_name"), &export.local_name)?;
    }
    Ok(())
}

fn write_star_exports<S: AsRef<str>>(star_exports: &[S], sink: &mut impl Sink) -> Result<(), TooLarge> {
    sink.count(Section::StarExports, "star_export_count", star_exports.len())?;
    for (index, specifier) in (0..).zip(star_exports) {
        sink.string(FieldPath::of_entry(Section::StarExports, index, "module_name"), specifier)?;
    }
    Ok(())
}
