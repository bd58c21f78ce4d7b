//! Files and records of version 4 for tests, and the examples of its page.

use bmes::Digest;
use bmes::v4::{
    Attribute, Environment, ExportEntry, ImportEntry, ImportIndex, ModuleRequest, Phase, RequestIndex, Source,
    StringIndex, Variable,
};
use bmes_oracle::Rejection;
use bmes_oracle::v4::{Record, encode};

/// Returns the text of `spec/v4.md`.
pub(crate) fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/v4.md")).unwrap()
}

/// Returns the part of the page after the heading that begins with this number, up to the next heading.
pub(crate) fn section(number: &str) -> String {
    let page = page();
    let (_, section) = page.split_once(&format!("\n### {number} ")).unwrap();
    section.split("\n#").next().unwrap().into()
}

/// Returns the blocks of a section in this language, such as `json`.
pub(crate) fn blocks(section: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    section.split(&fence).skip(1).map(|block| block.split("```").next().unwrap().into()).collect()
}

/// Returns the bytes of a block. Three spaces separate the bytes of a line from a comment.
pub(crate) fn bytes_of(block: &str) -> Vec<u8> {
    let digits = |line: &'_ str| line.split("   ").next().unwrap().replace(' ', "");
    hex::decode(block.lines().map(digits).collect::<String>()).unwrap()
}

/// Returns the files of sections 14.1 and 14.2.
pub(crate) fn files_of_the_page() -> [Vec<u8>; 2] {
    ["14.1", "14.2"].map(|number| bytes_of(&blocks(&section(number), "hex write")[0]))
}

/// Returns a record with every kind of entry, whose strings and lists ascend.
///
/// [`every_kind_file`] has its columns at the offsets that the comments give.
pub(crate) fn every_kind() -> Record {
    let string = StringIndex;
    let (evaluation, defer) = (Phase::Evaluation, Phase::Defer);
    let request = |specifier, phase, attributes| ModuleRequest { specifier: string(specifier), phase, attributes };
    let import = |local_name, request, import_name: Option<u32>| ImportEntry {
        local_name: string(local_name),
        request: RequestIndex(request),
        import_name: import_name.map(string),
    };
    let export = |export_name, request: Option<u32>, name: Option<u32>| ExportEntry {
        export_name: string(export_name),
        request: request.map(RequestIndex),
        name: name.map(string),
    };
    let attribute = |key, value| Attribute { key: string(key), value: string(value) };
    let variable = |name, bits| Variable { name: string(name), bits };
    let mut record = Record::new(Digest([1; 32]), Source { size: 5, sha256: Digest([2; 32]) });
    record.flags.typescript = true;
    record.alignment = 16;
    // string_end at 160, the bytes of the strings at 376
    record.strings = ["", "./a", "./b", "json", "type", "x", "y", "z"].map(String::from).into();
    // specifier at 192, phase at 204, attribute_end at 216, order at 228; key at 240, value at 248
    record.requests = vec![
        request(2, evaluation, vec![]),
        request(1, evaluation, vec![attribute(3, 0), attribute(4, 3)]),
        request(1, defer, vec![]),
    ];
    // local_name at 256, request at 268, import_name at 280; tolerant_import at 292
    record.imports = vec![import(5, 0, Some(0)), import(6, 2, None), import(7, 1, Some(5))];
    record.tolerant_imports = vec![ImportIndex(0), ImportIndex(2)];
    // export_name at 300, request at 312, name at 324
    record.exports = vec![export(0, None, Some(6)), export(5, Some(0), Some(5)), export(6, Some(1), None)];
    // at 336
    record.star_exports = vec![RequestIndex(0), RequestIndex(1)];
    // declared name at 344, bits at 352; lexical name at 360, bits at 368
    record.environment = Some(Environment {
        declared_variables: vec![variable(5, 0), variable(6, u32::MAX)],
        lexical_variables: vec![variable(5, 1 << 31), variable(7, 7)],
        code_features: u32::MAX,
        lexical_features: 1 << 31,
    });
    record
}

/// Returns the file of [`every_kind`] with a text and bytecode of four bytes each.
pub(crate) fn every_kind_file() -> Vec<u8> {
    encode(&every_kind(), b"text", b"code").unwrap()
}

/// Returns the rejection of a file.
pub(crate) fn rejection(class: &'static str, offset: usize, clause: &'static str) -> Rejection {
    Rejection { class, offset: Some(offset), version: 4, clause }
}

/// Returns the number at this offset.
pub(crate) fn number(file: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(*file[offset..].first_chunk().unwrap())
}

/// Writes a number at this offset.
pub(crate) fn set(file: &mut [u8], offset: usize, number: u32) {
    file[offset..offset + 4].copy_from_slice(&number.to_le_bytes());
}

/// Makes the checksum of the metadata right again.
pub(crate) fn repair_metadata(file: &mut [u8]) {
    let end = 112 + usize::try_from(number(file, 16)).unwrap();
    let checksum = crc(&file[112..end]);
    set(file, 96, checksum);
}

/// Makes the checksum of the header right again.
pub(crate) fn repair_header(file: &mut [u8]) {
    let checksum = crc(&file[..108]);
    set(file, 108, checksum);
}

/// Returns the CRC-32, bit by bit: the oracle computes it with a table.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc % 2 == 1 { (crc / 2) ^ 0xEDB8_8320 } else { crc / 2 })
    })
}
