//! Reading: the sections of a file, each as section 3 of the specification lays it out.
//!
//! What comes before and after them is for the version's own file to say.

use bmes::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest};

use super::check::Places;
use super::reader::Reader;
use super::rules::Layout;
use super::{FORMATS, Format, Rejection};
use crate::case::Record;

const MAGIC: u64 = 0x424D_4553;

/// Entries, and the first byte of each.
pub(super) type Placed<T> = (Vec<T>, Vec<usize>);

/// The first eight bytes. Until they have been read, what is wrong is found in the page of version 1.
pub(super) fn header(reader: &mut Reader<'_>) -> Result<&'static Format, Rejection> {
    let magic = reader.header_u32("header-bounds", "magic")?;
    reader.require("magic", "bad-magic", 0, magic == MAGIC)?;
    let version = reader.header_u32("header-bounds", "version")?;
    let version = reader.rules.version(version);
    let known = FORMATS.iter().find(|format| u64::from(format.number) == version);
    reader.require("version", "unsupported-version", 4, known.is_some())?;
    let format = known.unwrap_or(&FORMATS[0]);
    reader.begin_version(format.number);
    Ok(format)
}

/// The sections that all versions have, in the order of all versions.
pub(super) fn sections(reader: &mut Reader<'_>, record: &mut Record) -> Result<Places, Rejection> {
    let mut places = Places::default();
    (record.requests, places.requests) = requests(reader)?;
    (record.imports, places.imports) = imports(reader)?;
    (record.exports, places.exports) = exports(reader)?;
    (record.star_exports, places.star_exports) = star_exports(reader)?;
    Ok(places)
}

fn requests(reader: &mut Reader<'_>) -> Result<Placed<ModuleRequest>, Rejection> {
    counted(reader, "request_count", 8, |reader| {
        let specifier = reader.string("requests.specifier")?;
        let start = reader.place();
        let flag = reader.choice("has-attributes", "bad-flag", "requests.has_attributes", 1)?;
        // attribute-count
        let counted = flag == 1 && !reader.rules.layout(Layout::CountNever) || reader.rules.layout(Layout::CountAlways);
        let attributes = if counted { attributes(reader)? } else { Vec::new() };
        // attributes-empty
        let refused = reader.rules.layout(Layout::EmptyAttributesRefused) && flag == 1 && attributes.is_empty();
        reader.require("attributes-empty", "bad-flag", start, !refused)?;
        Ok(ModuleRequest { specifier, attributes })
    })
}

fn attributes(reader: &mut Reader<'_>) -> Result<Vec<Attribute>, Rejection> {
    let (attributes, _) = counted(reader, "requests.attribute_count", 8, |reader| {
        let key = reader.string("requests.attributes.key")?;
        let value = reader.string("requests.attributes.value")?;
        Ok(Attribute { key, value })
    })?;
    Ok(attributes)
}

fn imports(reader: &mut Reader<'_>) -> Result<Placed<ImportEntry>, Rejection> {
    counted(reader, "import_count", 16, |reader| {
        let import_type = match reader.choice("import-type", "bad-type", "imports.type", 2)? {
            0 => ImportType::Single,
            1 => ImportType::SingleTypeScript,
            _ => ImportType::Namespace,
        };
        let module_request = reader.string("imports.module_request")?;
        let import_name = reader.string("imports.import_name")?;
        let local_name = reader.string("imports.local_name")?;
        Ok(ImportEntry { import_type, module_request, import_name, local_name })
    })
}

fn exports(reader: &mut Reader<'_>) -> Result<Placed<ExportEntry>, Rejection> {
    counted(reader, "export_count", 20, |reader| {
        let export_type = match reader.choice("export-type", "bad-type", "exports.type", 2)? {
            0 => ExportType::Local,
            1 => ExportType::Indirect,
            _ => ExportType::Namespace,
        };
        let export_name = reader.string("exports.export_name")?;
        let module_name = reader.string("exports.module_name")?;
        let import_name = reader.string("exports.import_name")?;
        let local_name = reader.string("exports.local_name")?;
        Ok(ExportEntry { export_type, export_name, module_name, import_name, local_name })
    })
}

fn star_exports(reader: &mut Reader<'_>) -> Result<Placed<String>, Rejection> {
    counted(reader, "star_export_count", 4, |reader| reader.string("star_exports.module_name"))
}

/// A count and so many entries.
fn counted<'a, T>(
    reader: &mut Reader<'a>,
    count_field: &'static str,
    smallest: u64,
    entry: impl FnMut(&mut Reader<'a>) -> Result<T, Rejection>,
) -> Result<Placed<T>, Rejection> {
    let count = reader.count(count_field, smallest)?;
    entries(reader, count, entry)
}

/// So many entries, all of them, in the order of the file (entries-kept, attributes-kept).
///
/// Memory is taken entry by entry, for what has been read and never for what is promised (memory).
pub(super) fn entries<'a, T>(
    reader: &mut Reader<'a>,
    count: u64,
    mut entry: impl FnMut(&mut Reader<'a>) -> Result<T, Rejection>,
) -> Result<Placed<T>, Rejection> {
    let (mut entries, mut places) = (Vec::new(), Vec::new());
    for index in 0..count {
        reader.enter(usize::try_from(index).unwrap_or(usize::MAX));
        places.push(reader.place());
        entries.push(entry(reader)?);
    }
    Ok((entries, places))
}
