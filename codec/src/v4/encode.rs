//! `encode`: sorts the strings and the lists of a record, writes its file, and checks the file that it wrote.

use alloc::vec;
use alloc::vec::Vec;

use crate::bytes::count::wide;
use crate::format::clause::Clause;
use crate::format::error::{Error, ErrorKind};
use crate::format::field::{FieldPath, Section};
use crate::format::version::{MAGIC, Version};
use crate::v4::header::{self, SIZE};
use crate::v4::lists::NONE;
use crate::v4::record::{ModuleRecord, RequestIndex, StringIndex, Variable};
use crate::v4::view::ModuleView;

/// Writes the file of a record, a text and bytecode. An empty text is no text, and empty bytecode is no bytecode.
///
/// The strings of the record can be in any order, and a string can be there several times. All lists except the requests
/// can be in any order, too. One record, text and bytecode have one file.
///
/// Returns an error if the record breaks a rule of version 4. The path of the error has the index that the entry has in
/// the sorted list.
pub fn encode<S: AsRef<str>>(record: &ModuleRecord<S>, text: &[u8], bytecode: &[u8]) -> Result<Vec<u8>, Error> {
    let strings = Strings::sort(&record.strings)?;
    let lists = Lists::sort(record, &strings)?;
    let metadata = lists.metadata(record, &strings)?;
    let file = file(record, &metadata, text, bytecode)?;
    ModuleView::parse(&file).and_then(|view| view.check()).map_err(Error::without_offset)?;
    Ok(file)
}

/// Returns the error of a record that a writer of version 4 rejects.
pub(crate) fn reject(kind: ErrorKind, path: FieldPath) -> Error {
    Error::in_record(kind, Some(Clause::new(Version::V4, "writer-refuses")), path)
}

/// Returns a count, a size or an end as a `u32`.
fn small(length: impl TryInto<u64>, section: Section, field: &'static str) -> Result<u32, Error> {
    let value = length.try_into().unwrap_or(u64::MAX);
    u32::try_from(value).map_err(|_| reject(ErrorKind::TooLarge { value }, FieldPath::new(section, field)))
}

/// A field of an entry of the record, for errors.
#[derive(Clone, Copy)]
struct Place(Section, usize);

impl Place {
    fn bad_index(self, field: &'static str, found: u32, count: usize) -> Error {
        let Self(section, entry) = self;
        let path = FieldPath::of_entry(section, u32::try_from(entry).unwrap_or(u32::MAX), field);
        reject(ErrorKind::BadIndex { found, count: u32::try_from(count).unwrap_or(u32::MAX) }, path)
    }
}

/// The strings of a record in ascending order, each once.
struct Strings<'s> {
    sorted: Vec<&'s str>,
    /// For each string of the record, its index in `sorted`.
    index_of: Vec<u32>,
}

impl<'s> Strings<'s> {
    fn sort<S: AsRef<str>>(strings: &'s [S]) -> Result<Self, Error> {
        let entry = |(text, position): (&'s S, usize)| (prefix(text.as_ref()), text.as_ref(), position);
        let mut order: Vec<(u64, &str, usize)> = strings.iter().zip(0..).map(entry).collect();
        order.sort_unstable();
        let mut sorted: Vec<&str> = Vec::with_capacity(order.len());
        let mut index_of = vec![0; order.len()];
        for (_, text, position) in order {
            if sorted.last() != Some(&text) {
                sorted.push(text);
            }
            let index = small(sorted.len().saturating_sub(1), Section::Counts, "string_count")?;
            if let Some(slot) = index_of.get_mut(position) {
                *slot = index;
            }
        }
        Ok(Self { sorted, index_of })
    }

    fn index(&self, old: StringIndex, place: Place, field: &'static str) -> Result<u32, Error> {
        let new = usize::try_from(old.0).ok().and_then(|old| self.index_of.get(old)).copied();
        new.ok_or_else(|| place.bad_index(field, old.0, self.index_of.len()))
    }

    fn index_or_none(&self, old: Option<StringIndex>, place: Place, field: &'static str) -> Result<u32, Error> {
        old.map_or(Ok(NONE), |old| self.index(old, place, field))
    }
}

/// Returns the first eight bytes of a string as a number, which decides most comparisons. If a string is shorter, the bytes
/// that it does not have are 0.
fn prefix(text: &str) -> u64 {
    let mut first = [0; 8];
    match text.as_bytes().first_chunk() {
        Some(whole) => first = *whole,
        None => first.iter_mut().zip(text.bytes()).for_each(|(first, byte)| *first = byte),
    }
    u64::from_be_bytes(first)
}

/// A request with its attributes in ascending order. The order of the fields is the one by which requests are sorted.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Request {
    specifier: u32,
    phase: u32,
    attributes: Vec<[u32; 2]>,
}

/// The lists of a record in the order of the file, with indices of the sorted strings. The columns of a list are the
/// positions in its arrays.
struct Lists {
    requests: Vec<Request>,
    order: Vec<u32>,
    imports: Vec<[u32; 3]>,
    tolerant_imports: Vec<u32>,
    exports: Vec<[u32; 3]>,
    star_exports: Vec<u32>,
    declared_variables: Vec<[u32; 2]>,
    lexical_variables: Vec<[u32; 2]>,
}

impl Lists {
    fn sort<S>(record: &ModuleRecord<S>, strings: &Strings<'_>) -> Result<Self, Error> {
        let request = |request: u32, place: Place| {
            let is_index = usize::try_from(request).is_ok_and(|request| request < record.requests.len());
            if is_index { Ok(request) } else { Err(place.bad_index("request", request, record.requests.len())) }
        };
        let requests = requests(record, strings)?;
        let mut order: Vec<u32> = (0..small(requests.len(), Section::Counts, "request_count")?).collect();
        order.sort_by_key(|index| usize::try_from(*index).ok().and_then(|index| requests.get(index)));
        let mut imports = Vec::with_capacity(record.imports.len());
        for (index, import) in record.imports.iter().enumerate() {
            let place = Place(Section::Imports, index);
            let local_name = strings.index(import.local_name, place, "local_name")?;
            let import_name = strings.index_or_none(import.import_name, place, "import_name")?;
            imports.push(([local_name, request(import.request.0, place)?, import_name], index));
        }
        imports.sort_unstable();
        let mut exports = Vec::with_capacity(record.exports.len());
        for (index, export) in record.exports.iter().enumerate() {
            let place = Place(Section::Exports, index);
            let export_name = strings.index(export.export_name, place, "export_name")?;
            let name = strings.index_or_none(export.name, place, "name")?;
            exports.push([export_name, export.request.map_or(Ok(NONE), |it| request(it.0, place))?, name]);
        }
        exports.sort_unstable();
        let star = |(index, star): (usize, &RequestIndex)| request(star.0, Place(Section::StarExports, index));
        let mut star_exports = record.star_exports.iter().enumerate().map(star).collect::<Result<Vec<_>, _>>()?;
        star_exports.sort_unstable();
        let environment = record.environment.as_ref();
        let declared = environment.map_or(&[][..], |it| &it.declared_variables);
        let lexical = environment.map_or(&[][..], |it| &it.lexical_variables);
        Ok(Self {
            requests,
            order,
            tolerant_imports: tolerant_imports(record, &imports)?,
            imports: imports.into_iter().map(|(import, _)| import).collect(),
            exports,
            star_exports,
            declared_variables: variables(declared, Section::DeclaredVariables, strings)?,
            lexical_variables: variables(lexical, Section::LexicalVariables, strings)?,
        })
    }

    /// Returns the metadata: twelve numbers, the columns, and the strings.
    fn metadata<S>(&self, record: &ModuleRecord<S>, strings: &Strings<'_>) -> Result<Vec<u8>, Error> {
        let attributes = || self.requests.iter().flat_map(|request| &request.attributes);
        let string_bytes = strings.sorted.iter().fold(0, |sum: usize, text| sum.saturating_add(text.len()));
        let count = |length: usize, field| small(length, Section::Counts, field);
        let environment = record.environment.as_ref();
        let numbers = [
            count(strings.sorted.len(), "string_count")?,
            count(string_bytes, "string_bytes")?,
            count(self.requests.len(), "request_count")?,
            count(attributes().count(), "attribute_count")?,
            count(self.imports.len(), "import_count")?,
            count(self.exports.len(), "export_count")?,
            count(self.star_exports.len(), "star_export_count")?,
            count(self.declared_variables.len(), "declared_variable_count")?,
            count(self.lexical_variables.len(), "lexical_variable_count")?,
            environment.map_or(0, |it| it.code_features),
            environment.map_or(0, |it| it.lexical_features),
            count(self.tolerant_imports.len(), "tolerant_import_count")?,
        ];
        let mut metadata = Vec::with_capacity(string_bytes.saturating_add(1024));
        write(&mut metadata, numbers);
        // The sums of the lengths are at most string_bytes and attribute_count, which fit.
        write(&mut metadata, ends(strings.sorted.iter().map(|text| text.len())));
        write(&mut metadata, self.requests.iter().map(|request| request.specifier));
        write(&mut metadata, self.requests.iter().map(|request| request.phase));
        write(&mut metadata, ends(self.requests.iter().map(|request| request.attributes.len())));
        write(&mut metadata, self.order.iter().copied());
        write(&mut metadata, attributes().map(|[key, _]| *key));
        write(&mut metadata, attributes().map(|[_, value]| *value));
        write_columns(&mut metadata, &self.imports);
        write(&mut metadata, self.tolerant_imports.iter().copied());
        write_columns(&mut metadata, &self.exports);
        write(&mut metadata, self.star_exports.iter().copied());
        write_columns(&mut metadata, &self.declared_variables);
        write_columns(&mut metadata, &self.lexical_variables);
        strings.sorted.iter().for_each(|text| metadata.extend_from_slice(text.as_bytes()));
        Ok(metadata)
    }
}

fn requests<S>(record: &ModuleRecord<S>, strings: &Strings<'_>) -> Result<Vec<Request>, Error> {
    let mut requests = Vec::with_capacity(record.requests.len());
    for (index, request) in record.requests.iter().enumerate() {
        let place = Place(Section::Requests, index);
        let mut attributes = Vec::with_capacity(request.attributes.len());
        for attribute in &request.attributes {
            let key = strings.index(attribute.key, place, "key")?;
            attributes.push([key, strings.index(attribute.value, place, "value")?]);
        }
        attributes.sort_unstable();
        let specifier = strings.index(request.specifier, place, "specifier")?;
        requests.push(Request { specifier, phase: request.phase.number(), attributes });
    }
    Ok(requests)
}

/// Returns the indices of the tolerant imports in the sorted list of imports, whose entries have their old indices.
fn tolerant_imports<S>(record: &ModuleRecord<S>, imports: &[([u32; 3], usize)]) -> Result<Vec<u32>, Error> {
    let mut new_index = vec![0; imports.len()];
    for (new, (_, old)) in imports.iter().enumerate() {
        if let Some(slot) = new_index.get_mut(*old) {
            *slot = small(new, Section::Counts, "import_count")?;
        }
    }
    let mut tolerant = Vec::with_capacity(record.tolerant_imports.len());
    for (index, import) in record.tolerant_imports.iter().enumerate() {
        let new = usize::try_from(import.0).ok().and_then(|import| new_index.get(import)).copied();
        let place = Place(Section::TolerantImports, index);
        tolerant.push(new.ok_or_else(|| place.bad_index("tolerant_import", import.0, imports.len()))?);
    }
    tolerant.sort_unstable();
    Ok(tolerant)
}

fn variables(list: &[Variable], section: Section, strings: &Strings<'_>) -> Result<Vec<[u32; 2]>, Error> {
    let entry = |(index, variable): (usize, &Variable)| {
        Ok([strings.index(variable.name, Place(section, index), "name")?, variable.bits])
    };
    let mut sorted = list.iter().enumerate().map(entry).collect::<Result<Vec<_>, Error>>()?;
    sorted.sort_unstable();
    Ok(sorted)
}

/// Returns the sums of the first lengths: of one, of two, and so on.
fn ends(lengths: impl Iterator<Item = usize>) -> impl Iterator<Item = u32> {
    lengths.scan(0, |end: &mut u32, length| {
        *end = end.saturating_add(u32::try_from(length).unwrap_or(u32::MAX));
        Some(*end)
    })
}

fn write(out: &mut Vec<u8>, column: impl IntoIterator<Item = u32>) {
    column.into_iter().for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
}

fn write_columns<const N: usize>(out: &mut Vec<u8>, entries: &[[u32; N]]) {
    for column in 0..N {
        write(out, entries.iter().filter_map(|entry| entry.get(column)).copied());
    }
}

/// Returns the file: the header, the metadata, the text and the bytecode, with the padding between them.
fn file<S>(record: &ModuleRecord<S>, metadata: &[u8], text: &[u8], bytecode: &[u8]) -> Result<Vec<u8>, Error> {
    // The check of the file rejects another alignment. Here it must only not cost memory.
    let alignment = usize::try_from(record.alignment).unwrap_or(usize::MAX).clamp(1, 65536);
    let padded = |length: usize, alignment| length.checked_next_multiple_of(alignment).unwrap_or(usize::MAX);
    let text_start = padded(SIZE.saturating_add(metadata.len()), 8);
    let bytecode_start = padded(text_start.saturating_add(text.len()), alignment);
    let size = bytecode_start.saturating_add(bytecode.len());
    small(wide(size), Section::Header, "bytecode_size")?;
    let mut file = Vec::new();
    file.try_reserve_exact(size).map_err(|_| Error::out_of_memory(size))?;
    let numbers = [
        MAGIC,
        Version::V4.number(),
        flags(record),
        record.alignment,
        small(metadata.len(), Section::Header, "metadata_size")?,
        small(record.source.size, Section::Header, "source_size")?,
        small(text.len(), Section::Header, "text_size")?,
        small(bytecode.len(), Section::Header, "bytecode_size")?,
    ];
    write(&mut file, numbers);
    file.extend_from_slice(&record.producer.0);
    file.extend_from_slice(&record.source.sha256.0);
    write(&mut file, [metadata, text, bytecode].map(header::crc));
    let crc = header::crc(&file);
    write(&mut file, [crc]);
    file.extend_from_slice(metadata);
    file.resize(text_start, 0);
    file.extend_from_slice(text);
    file.resize(bytecode_start, 0);
    file.extend_from_slice(bytecode);
    Ok(file)
}

const fn flags<S>(record: &ModuleRecord<S>) -> u32 {
    const fn bit(is_set: bool, flag: u32) -> u32 {
        if is_set { flag } else { 0 }
    }
    bit(record.environment.is_some(), header::ENVIRONMENT)
        | bit(record.flags.top_level_await, header::TOP_LEVEL_AWAIT)
        | bit(record.flags.import_meta, header::IMPORT_META)
        | bit(record.flags.typescript, header::TYPESCRIPT)
}
