//! Reading the sections that all versions have: sections 3, 4.3 and 4.4 of the specification.

use bmes::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest};

use super::check::Offsets;
use super::reader::Reader;
use super::{Record, Rejection};

/// The entries of a section in the order of the file, and the offset of each.
pub(super) type Entries<T> = (Vec<T>, Vec<usize>);

/// Reads requests, imports, exports and star exports, in this order (layout).
pub(super) fn sections(reader: &mut Reader<'_>, record: &mut Record) -> Result<Offsets, Rejection> {
    let mut offsets = Offsets::default();
    (record.requests, offsets.requests) = entries(reader, 8, request)?;
    (record.imports, offsets.imports) = entries(reader, 16, import)?;
    (record.exports, offsets.exports) = entries(reader, 20, export)?;
    (record.star_exports, offsets.star_exports) = entries(reader, 4, Reader::string)?;
    Ok(offsets)
}

/// Reads a count and that many entries. The smallest entry has `smallest` bytes.
///
/// Every entry is kept, in the order of the file (entries-kept, attributes-kept). Memory is allocated only for entries
/// that were read, and not for all entries that the count states (memory).
pub(super) fn entries<'a, T>(
    reader: &mut Reader<'a>,
    smallest: u64,
    read_entry: fn(&mut Reader<'a>) -> Result<T, Rejection>,
) -> Result<Entries<T>, Rejection> {
    let (mut entries, mut offsets) = (Vec::new(), Vec::new());
    for _ in 0..reader.count(smallest)? {
        offsets.push(reader.position);
        entries.push(read_entry(reader)?);
    }
    Ok((entries, offsets))
}

fn request(reader: &mut Reader<'_>) -> Result<ModuleRequest, Rejection> {
    let specifier = reader.string()?;
    let start = reader.position;
    let attributes = match reader.u32()? {
        0 => Vec::new(),
        1 => entries(reader, 8, attribute)?.0, // attribute-count; none is fine (attributes-empty)
        _ => return Err(reader.rejection("bad-flag", start, "has-attributes")),
    };
    Ok(ModuleRequest { specifier, attributes })
}

fn attribute(reader: &mut Reader<'_>) -> Result<Attribute, Rejection> {
    let key = reader.string()?;
    let value = reader.string()?;
    Ok(Attribute { key, value })
}

fn import(reader: &mut Reader<'_>) -> Result<ImportEntry, Rejection> {
    let start = reader.position;
    let import_type = match reader.u32()? {
        0 => ImportType::Single,
        1 => ImportType::SingleTypeScript,
        2 => ImportType::Namespace,
        _ => return Err(reader.rejection("bad-type", start, "import-type")),
    };
    // All fields are read, whether or not they apply (fields-verbatim).
    let module_request = reader.string()?;
    let import_name = reader.string()?;
    let local_name = reader.string()?;
    Ok(ImportEntry { import_type, module_request, import_name, local_name })
}

fn export(reader: &mut Reader<'_>) -> Result<ExportEntry, Rejection> {
    let start = reader.position;
    let export_type = match reader.u32()? {
        0 => ExportType::Local,
        1 => ExportType::Indirect,
        2 => ExportType::Namespace,
        _ => return Err(reader.rejection("bad-type", start, "export-type")),
    };
    // All fields are read, whether or not they apply (fields-verbatim).
    let export_name = reader.string()?;
    let module_name = reader.string()?;
    let import_name = reader.string()?;
    let local_name = reader.string()?;
    Ok(ExportEntry { export_type, export_name, module_name, import_name, local_name })
}
