//! The sections that are the same in several versions: the grammar of each, and under it how it is written.

use alloc::vec::Vec;
use core::mem;

use crate::encode::{Sink, TooLarge};
use crate::error::ErrorKind;
use crate::length::wide;
use crate::path::{FieldPath, Section};
use crate::record::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest};
use crate::view::Request;
use crate::walk::{Production, Walk};

/// The sections that all three versions begin with.
#[inline(always)]
pub(crate) fn metadata<'a, W: Walk<'a>>(w: &mut W) -> Result<(), W::Fault> {
    w.section::<Requests>()?;
    w.section::<Imports>()?;
    w.section::<Exports>()?;
    w.section::<StarExports>()
}

pub(crate) enum Requests {}

impl Production for Requests {
    const SECTION: Section = Section::Requests;
    const COUNT: &'static str = "request_count";
    const SMALLEST: u32 = 8;
    type Entry<'a, T> = Request<'a, T>;

    #[inline(always)]
    fn entry<'a, W: Walk<'a>>(w: &mut W) -> Result<Request<'a, W::Text>, W::Fault> {
        let (specifier, has_attributes) = w.string_and_number("specifier", "has_attributes")?;
        let (attribute_count, attributes) = match has_attributes {
            0 => (0, [].as_slice()),
            1 => w.nested::<Attributes>()?,
            found => return Err(w.wrong("has_attributes", ErrorKind::BadFlag { found })),
        };
        Ok(Request::new(specifier, attribute_count, attributes))
    }
}

pub(crate) enum Attributes {}

impl Production for Attributes {
    const SECTION: Section = Section::Requests;
    const COUNT: &'static str = "attribute_count";
    const SMALLEST: u32 = 8;
    type Entry<'a, T> = Attribute<T>;

    #[inline(always)]
    fn entry<'a, W: Walk<'a>>(w: &mut W) -> Result<Attribute<W::Text>, W::Fault> {
        let [key, value] = w.strings(["key", "value"])?;
        Ok(Attribute { key, value })
    }
}

pub(crate) enum Imports {}

impl Production for Imports {
    const SECTION: Section = Section::Imports;
    const COUNT: &'static str = "import_count";
    const SMALLEST: u32 = 16;
    type Entry<'a, T> = ImportEntry<T>;

    #[inline(always)]
    fn entry<'a, W: Walk<'a>>(w: &mut W) -> Result<ImportEntry<W::Text>, W::Fault> {
        let (import_type, [module_request, import_name, local_name]) =
            w.typed(import_type, ["module_request", "import_name", "local_name"])?;
        Ok(ImportEntry { import_type, module_request, import_name, local_name })
    }
}

const fn import_type(number: u32) -> Option<ImportType> {
    match number {
        0 => Some(ImportType::Single),
        1 => Some(ImportType::SingleTypeScript),
        2 => Some(ImportType::Namespace),
        _ => None,
    }
}

pub(crate) enum Exports {}

impl Production for Exports {
    const SECTION: Section = Section::Exports;
    const COUNT: &'static str = "export_count";
    const SMALLEST: u32 = 20;
    type Entry<'a, T> = ExportEntry<T>;

    #[inline(always)]
    fn entry<'a, W: Walk<'a>>(w: &mut W) -> Result<ExportEntry<W::Text>, W::Fault> {
        let (export_type, [export_name, module_name, import_name, local_name]) =
            w.typed(export_type, ["export_name", "module_name", "import_name", "local_name"])?;
        Ok(ExportEntry { export_type, export_name, module_name, import_name, local_name })
    }
}

const fn export_type(number: u32) -> Option<ExportType> {
    match number {
        0 => Some(ExportType::Local),
        1 => Some(ExportType::Indirect),
        2 => Some(ExportType::Namespace),
        _ => None,
    }
}

pub(crate) enum StarExports {}

impl Production for StarExports {
    const SECTION: Section = Section::StarExports;
    const COUNT: &'static str = "star_export_count";
    const SMALLEST: u32 = 4;
    type Entry<'a, T> = T;

    #[inline(always)]
    fn entry<'a, W: Walk<'a>>(w: &mut W) -> Result<W::Text, W::Fault> {
        let [module_name] = w.strings(["module_name"])?;
        Ok(module_name)
    }
}

pub(crate) fn write_metadata<S: AsRef<str>, K: Sink>(record: &ModuleRecord<S>, sink: &mut K) -> Result<(), TooLarge> {
    // Its own, so that it stays in registers: behind a reference, each write would wait for the one before it.
    let mut own = mem::take(sink);
    write_requests(&record.requests, &mut own)?;
    write_imports(&record.imports, &mut own)?;
    write_exports(&record.exports, &mut own)?;
    write_star_exports(&record.star_exports, &mut own)?;
    *sink = own;
    Ok(())
}

#[inline(always)]
fn write_requests<S: AsRef<str>>(requests: &[ModuleRequest<S>], sink: &mut impl Sink) -> Result<(), TooLarge> {
    sink.count(Section::Requests, "request_count", requests.len())?;
    for (index, request) in (0..).zip(requests) {
        let path = |field| FieldPath::of_entry(Section::Requests, index, field);
        sink.string(path("specifier"), &request.specifier)?;
        sink.u32(u32::from(!request.attributes.is_empty()));
        if request.attributes.is_empty() {
            continue;
        }
        sink.number(path("attribute_count"), wide(request.attributes.len()))?;
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

#[inline(always)]
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

#[inline(always)]
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

#[inline(always)]
fn write_star_exports<S: AsRef<str>>(star_exports: &[S], sink: &mut impl Sink) -> Result<(), TooLarge> {
    sink.count(Section::StarExports, "star_export_count", star_exports.len())?;
    for (index, specifier) in (0..).zip(star_exports) {
        sink.string(FieldPath::of_entry(Section::StarExports, index, "module_name"), specifier)?;
    }
    Ok(())
}
