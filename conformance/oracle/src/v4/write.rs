//! Writing: sections 3 and 8 of the specification. The sorted record, the text and the bytecode decide every byte.

use bmes::v4::{ModuleRequest, StringIndex, Variable};

use super::crc::crc;
use super::header::SIZE;
use super::record::number_of;
use super::{NONE, Record, Rejection, VERSION, refuse, up};

/// Returns the file of a record without faults, whose strings and lists ascend.
pub(super) fn file(record: &Record, text: &[u8], bytecode: &[u8]) -> Result<Vec<u8>, Rejection> {
    let metadata = metadata(record)?;
    let text_start = up((SIZE + metadata.len()) as u64, 8);
    let bytecode_start = up(text_start + text.len() as u64, record.alignment.into());
    let end = bytecode_start + bytecode.len() as u64;
    if end > 4_294_967_295 {
        return refuse("too-large");
    }
    let place = |offset: u64| usize::try_from(offset).expect("the file has at most 4294967295 bytes");
    let mut file = header(record, &metadata, text, bytecode)?;
    file.extend(metadata);
    file.resize(place(text_start), 0); // writer-padding
    file.extend(text); // writer-content
    file.resize(place(bytecode_start), 0);
    file.extend(bytecode);
    Ok(file)
}

/// Returns the fields of section 3.1, in their order.
fn header(record: &Record, metadata: &[u8], text: &[u8], bytecode: &[u8]) -> Result<Vec<u8>, Rejection> {
    let source_size = u32::try_from(record.source.size).expect("a larger source is a fault");
    let mut file = Vec::new();
    numbers(&mut file, [0x424D_4553, VERSION, flags(record), record.alignment]);
    numbers(&mut file, [number(metadata.len())?, source_size, number(text.len())?, number(bytecode.len())?]);
    file.extend(record.producer.0);
    file.extend(record.source.sha256.0);
    // The checksum of no bytes is 0, as writer-header requires it without text or bytecode.
    numbers(&mut file, [crc(metadata), crc(text), crc(bytecode)]);
    let header_crc = crc(&file);
    numbers(&mut file, [header_crc]);
    Ok(file)
}

fn flags(record: &Record) -> u32 {
    u32::from(record.environment.is_some())
        | u32::from(record.flags.top_level_await) << 1
        | u32::from(record.flags.import_meta) << 2
        | u32::from(record.flags.typescript) << 3
}

/// Returns the fields of section 3.2, in their order.
fn metadata(record: &Record) -> Result<Vec<u8>, Rejection> {
    let (requests, imports, exports) = (&record.requests, &record.imports, &record.exports);
    let attributes: Vec<_> = requests.iter().flat_map(|request| &request.attributes).collect();
    // A record without an environment has the numbers of an empty one.
    let environment = record.environment.clone().unwrap_or_default();
    let (string_ends, string_bytes) = ends(record.strings.iter().map(String::len))?;
    let (attribute_ends, attribute_count) = ends(requests.iter().map(|request| request.attributes.len()))?;

    let mut bytes = Vec::new();
    numbers(&mut bytes, [number(record.strings.len())?, string_bytes]);
    numbers(&mut bytes, [number(requests.len())?, attribute_count]);
    numbers(&mut bytes, [number(imports.len())?, number(exports.len())?, number(record.star_exports.len())?]);
    numbers(&mut bytes, [number(environment.declared_variables.len())?, number(environment.lexical_variables.len())?]);
    numbers(&mut bytes, [environment.code_features, environment.lexical_features]); // writer-engine-words
    numbers(&mut bytes, [number(record.tolerant_imports.len())?]);

    numbers(&mut bytes, string_ends);
    numbers(&mut bytes, requests.iter().map(|request| request.specifier.0));
    numbers(&mut bytes, requests.iter().map(|request| number_of(request.phase)));
    numbers(&mut bytes, attribute_ends);
    numbers(&mut bytes, order(requests));
    numbers(&mut bytes, attributes.iter().map(|attribute| attribute.key.0));
    numbers(&mut bytes, attributes.iter().map(|attribute| attribute.value.0));
    numbers(&mut bytes, imports.iter().map(|import| import.local_name.0));
    numbers(&mut bytes, imports.iter().map(|import| import.request.0));
    numbers(&mut bytes, imports.iter().map(|import| name(import.import_name)));
    numbers(&mut bytes, record.tolerant_imports.iter().map(|import| import.0));
    numbers(&mut bytes, exports.iter().map(|export| export.export_name.0));
    numbers(&mut bytes, exports.iter().map(|export| export.request.map_or(NONE, |request| request.0)));
    numbers(&mut bytes, exports.iter().map(|export| name(export.name)));
    numbers(&mut bytes, record.star_exports.iter().map(|request| request.0));
    variables(&mut bytes, &environment.declared_variables);
    variables(&mut bytes, &environment.lexical_variables);
    bytes.extend(record.strings.iter().flat_map(|string| string.bytes()));
    Ok(bytes)
}

/// Returns the indices of the requests in the order of requests-ascend (writer-order). Strings ascend, so their indices
/// compare as the strings do.
fn order(requests: &[ModuleRequest]) -> Vec<u32> {
    let mut order: Vec<_> = requests.iter().zip(0..).collect();
    order.sort_by_cached_key(|(request, _)| {
        let attributes: Vec<_> = request.attributes.iter().map(|pair| (pair.key, pair.value)).collect();
        (request.specifier, number_of(request.phase), attributes)
    });
    order.into_iter().map(|(_, index)| index).collect()
}

fn variables(bytes: &mut Vec<u8>, variables: &[Variable]) {
    numbers(bytes, variables.iter().map(|variable| variable.name.0));
    numbers(bytes, variables.iter().map(|variable| variable.bits));
}

fn name(name: Option<StringIndex>) -> u32 {
    name.map_or(NONE, |name| name.0)
}

/// Returns the sum of the sizes up to each one, and the sum of all.
fn ends(sizes: impl Iterator<Item = usize>) -> Result<(Vec<u32>, u32), Rejection> {
    let mut end = 0;
    let mut next = |size| {
        end += size;
        number(end)
    };
    let ends: Vec<_> = sizes.map(&mut next).collect::<Result<_, _>>()?;
    Ok((ends, number(end)?))
}

/// Returns a size or a count as the number of a field.
fn number(size: usize) -> Result<u32, Rejection> {
    u32::try_from(size).or_else(|_| refuse("too-large"))
}

/// Writes numbers, each with its least significant byte first (u32).
fn numbers(bytes: &mut Vec<u8>, numbers: impl IntoIterator<Item = u32>) {
    bytes.extend(numbers.into_iter().flat_map(u32::to_le_bytes));
}
