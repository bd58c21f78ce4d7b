//! The sections that every version has: requests, imports, exports, star exports. The functions that read come first.
//! The functions that write follow.

use core::mem;

use alloc::vec::Vec;

use crate::bytes::count::{low, wide};
use crate::bytes::writer::Writer;
use crate::format::error::{Error, ErrorKind};
use crate::format::field::Section;
use crate::format::limits;
use crate::model::record::{ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest};
use crate::versions::fields::Fields;
use crate::versions::sections::{List, Sections};

/// Reads the four sections: requests, imports, exports and star exports.
pub(crate) fn read(f: &mut Fields<'_, '_>) -> Result<Sections, Error> {
    Ok(Sections {
        version: f.version,
        requests: f.list(Section::Requests, "request_count", limits::SMALLEST_REQUEST, request)?,
        imports: f.list(Section::Imports, "import_count", limits::SMALLEST_IMPORT, import)?,
        exports: f.list(Section::Exports, "export_count", limits::SMALLEST_EXPORT, export)?,
        star_exports: f.list(Section::StarExports, "star_export_count", limits::SMALLEST_STAR_EXPORT, star_export)?,
        environment: None,
        bytecode_start: 0,
    })
}

fn request(f: &mut Fields<'_, '_>) -> Result<(), Error> {
    f.string("specifier")?;
    match f.u32("has_attributes")? {
        0 => Ok(()),
        1 => f.attributes("attribute_count", limits::SMALLEST_ATTRIBUTE, |f| {
            f.string("key")?;
            f.string("value")
        }),
        found => Err(f.wrong("has_attributes", "has-attributes", ErrorKind::BadFlag { found })),
    }
}

fn import(f: &mut Fields<'_, '_>) -> Result<(), Error> {
    let found = f.u32("type")?;
    if ImportType::from_number(found).is_none() {
        return Err(f.wrong("type", "import-type", ErrorKind::BadType { found }));
    }
    f.string("module_request")?;
    f.string("import_name")?;
    f.string("local_name")
}

fn export(f: &mut Fields<'_, '_>) -> Result<(), Error> {
    let found = f.u32("type")?;
    if ExportType::from_number(found).is_none() {
        return Err(f.wrong("type", "export-type", ErrorKind::BadType { found }));
    }
    f.string("export_name")?;
    f.string("module_name")?;
    f.string("import_name")?;
    f.string("local_name")
}

fn star_export(f: &mut Fields<'_, '_>) -> Result<(), Error> {
    f.string("module_name")
}

/// Returns how many bytes [`write`] writes.
pub(crate) fn size<S: AsRef<str>>(record: &ModuleRecord<S>) -> u64 {
    let ModuleRecord { version_fields: _, requests, imports, exports, star_exports } = record;
    let requests = sum(requests, |request| {
        let attributes = sum(&request.attributes, |it| strings([&it.key, &it.value]));
        let count = if request.attributes.is_empty() { 0 } else { 4 };
        strings([&request.specifier]).wrapping_add(4).wrapping_add(count).wrapping_add(attributes)
    });
    let imports = sum(imports, |it| {
        let import_name = if it.import_type == ImportType::Namespace { 1 } else { wide(it.import_name.as_ref().len()) };
        strings([&it.module_request, &it.local_name]).wrapping_add(8).wrapping_add(import_name)
    });
    let exports =
        sum(exports, |it| strings([&it.export_name, &it.module_name, &it.import_name, &it.local_name]).wrapping_add(4));
    let star_exports = sum(star_exports, |it| strings([it]));
    16_u64.wrapping_add(requests).wrapping_add(imports).wrapping_add(exports).wrapping_add(star_exports)
}

/// Returns the sum of the entries' sizes.
///
/// The sum overflows a `u64` only if very many entries share huge strings. The encoder then allocates too little memory
/// for the file, and returns an error when this memory is full.
pub(crate) fn sum<T>(entries: &[T], size: impl Fn(&T) -> u64) -> u64 {
    entries.iter().fold(0, |sum, entry| sum.wrapping_add(size(entry)))
}

/// Returns the number of bytes that the strings take in a file, with their lengths.
pub(crate) fn strings<S: AsRef<str>, const N: usize>(strings: [&S; N]) -> u64 {
    strings.iter().fold(0, |sum, string| sum.wrapping_add(4).wrapping_add(wide(string.as_ref().len())))
}

/// Writes the four sections: requests, imports, exports and star exports.
pub(crate) fn write<S: AsRef<str>>(record: &ModuleRecord<S>, writer: &mut Writer<'_>) -> Result<Sections, Error> {
    // The cursor is moved into a local variable, so that it stays in registers. Through the reference, each write would
    // wait for the previous write.
    let mut w = mem::take(writer);
    let mut memory = Ok(());
    let requests = list(&mut w, &record.requests, |w, request| {
        if memory.is_ok() {
            memory = write_request(w, request);
        }
    });
    memory?;
    let sections = Sections {
        version: record.version(),
        requests,
        imports: list(&mut w, &record.imports, write_import),
        exports: list(&mut w, &record.exports, write_export),
        star_exports: list(&mut w, &record.star_exports, string),
        environment: None,
        bytecode_start: 0,
    };
    *writer = w;
    Ok(sections)
}

/// Writes the number of entries, then the entries.
#[inline(always)]
pub(crate) fn list<'b, T>(w: &mut Writer<'b>, entries: &[T], mut write: impl FnMut(&mut Writer<'b>, &T)) -> List {
    w.count(entries.len());
    let start = w.position();
    for entry in entries {
        write(w, entry);
    }
    List { count: low(wide(entries.len())), start, end: w.position() }
}

#[inline(always)]
fn write_request<S: AsRef<str>>(w: &mut Writer<'_>, request: &ModuleRequest<S>) -> Result<(), Error> {
    w.string_and_number(request.specifier.as_ref().as_bytes(), u32::from(!request.attributes.is_empty()));
    if !request.attributes.is_empty() {
        // Each `as_ref` is called once, before the sort, because the sort could panic if a text changed during it.
        let mut attributes: Vec<[&str; 2]> = Vec::new();
        let bytes = request.attributes.len().saturating_mul(size_of::<[&str; 2]>());
        attributes.try_reserve_exact(request.attributes.len()).map_err(|_| Error::out_of_memory(bytes))?;
        attributes.extend(request.attributes.iter().map(|it| [it.key.as_ref(), it.value.as_ref()]));
        // In the canonical order, keys are sorted by their bytes, as `str` compares them. The order of equal keys does
        // not matter, because equal keys break a rule.
        attributes.sort_unstable();
        list(w, &attributes, |w, [key, value]| {
            string(w, key);
            string(w, value);
        });
    }
    Ok(())
}

#[inline(always)]
fn write_import<S: AsRef<str>>(w: &mut Writer<'_>, import: &ImportEntry<S>) {
    w.number_and_string(import.import_type.number(), import.module_request.as_ref().as_bytes());
    match import.import_type {
        ImportType::Namespace => string(w, &"*"),
        ImportType::Single | ImportType::SingleTypeScript => string(w, &import.import_name),
    }
    string(w, &import.local_name);
}

#[inline(always)]
fn write_export<S: AsRef<str>>(w: &mut Writer<'_>, export: &ExportEntry<S>) {
    w.number_and_string(export.export_type.number(), export.export_name.as_ref().as_bytes());
    string(w, &export.module_name);
    string(w, &export.import_name);
    string(w, &export.local_name);
}

#[inline(always)]
fn string<S: AsRef<str>>(w: &mut Writer<'_>, string: &S) {
    w.string(string.as_ref().as_bytes());
}
