//! Reading: the sections of a file, each as section 3 of the specification lays it out.
//!
//! In which order they come is for the version's own file to say.

use bmes::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest};

use super::reader::Reader;
use super::rules::Layout;
use super::{FORMATS, Format, Rejection};

const MAGIC: u64 = 0x424D_4553;

/// Entries, and the first byte of each.
pub(super) type Placed<T> = (Vec<T>, Vec<usize>);

/// The first eight bytes.
pub(super) fn header(reader: &mut Reader<'_>) -> Result<&'static Format, Rejection> {
    let magic = reader.header_u32("magic")?;
    reader.require("v1-magic", "bad-magic", 0, magic == MAGIC)?;
    let version = reader.header_u32("version")?;
    let known = FORMATS.iter().find(|format| u64::from(format.number) == version);
    reader.require("v1-version", "unsupported-version", 4, known.is_some())?;
    Ok(known.unwrap_or(&FORMATS[0]))
}

pub(super) fn requests(reader: &mut Reader<'_>) -> Result<Placed<ModuleRequest>, Rejection> {
    entries(reader, "request_count", 8, |reader| {
        let specifier = reader.string("requests.specifier")?;
        let start = reader.place();
        let flag = reader.choice("v1-has-attributes", "bad-flag", "requests.has_attributes", 1)?;
        // v1-attribute-count
        let counted = flag == 1 && !reader.rules.layout(Layout::CountNever) || reader.rules.layout(Layout::CountAlways);
        let attributes = if counted { attributes(reader)? } else { Vec::new() };
        // v1-attributes-empty
        let refused = reader.rules.layout(Layout::EmptyAttributesRefused) && flag == 1 && attributes.is_empty();
        reader.require("v1-attributes-empty", "bad-flag", start, !refused)?;
        Ok(ModuleRequest { specifier, attributes })
    })
}

fn attributes(reader: &mut Reader<'_>) -> Result<Vec<Attribute>, Rejection> {
    let (attributes, _) = entries(reader, "requests.attribute_count", 8, |reader| {
        let key = reader.string("requests.attributes.key")?;
        let value = reader.string("requests.attributes.value")?;
        Ok(Attribute { key, value })
    })?;
    Ok(attributes)
}

pub(super) fn imports(reader: &mut Reader<'_>) -> Result<Placed<ImportEntry>, Rejection> {
    entries(reader, "import_count", 16, |reader| {
        let import_type = match reader.choice("v1-import-type", "bad-type", "imports.type", 2)? {
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

pub(super) fn exports(reader: &mut Reader<'_>) -> Result<Placed<ExportEntry>, Rejection> {
    entries(reader, "export_count", 20, |reader| {
        let export_type = match reader.choice("v1-export-type", "bad-type", "exports.type", 2)? {
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

pub(super) fn star_exports(reader: &mut Reader<'_>) -> Result<Placed<String>, Rejection> {
    entries(reader, "star_export_count", 4, |reader| reader.string("star_exports.module_name"))
}

/// A count and so many entries, all of them, in the order of the file (v1-entries-kept, v1-attributes-kept).
///
/// Memory is taken entry by entry, for what has been read and never for what is promised (v1-memory).
fn entries<'a, T>(
    reader: &mut Reader<'a>,
    count_field: &'static str,
    smallest: u64,
    mut entry: impl FnMut(&mut Reader<'a>) -> Result<T, Rejection>,
) -> Result<Placed<T>, Rejection> {
    let count = reader.count(count_field, smallest)?;
    let (mut entries, mut places) = (Vec::new(), Vec::new());
    for index in 0..count {
        reader.enter(usize::try_from(index).unwrap_or(usize::MAX));
        places.push(reader.place());
        entries.push(entry(reader)?);
    }
    Ok((entries, places))
}
