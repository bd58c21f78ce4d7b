//! The record of a file: section 4.6 of the specification.

use bmes::Digest;
use bmes::v4::{
    Attribute, Environment, ExportEntry, Flags, ImportEntry, ImportIndex, ModuleRequest, Phase, RequestIndex, Source,
    StringIndex, Variable,
};

use super::metadata::{Metadata, Variables};
use super::{Header, NONE, Record};
use crate::utf8;

/// Returns the record of a file that the reader accepts. Every list is in the order of the file (report).
pub(super) fn of_file(header: &Header, metadata: &Metadata<'_>) -> Record {
    Record {
        flags: Flags {
            top_level_await: header.flags & 0b0010 != 0,
            import_meta: header.flags & 0b0100 != 0,
            typescript: header.flags & 0b1000 != 0,
        },
        alignment: header.alignment,
        producer: Digest(header.producer),
        source: Source { size: header.source_size.into(), sha256: Digest(header.source_digest) },
        strings: strings(metadata),
        requests: requests(metadata),
        imports: imports(metadata),
        exports: exports(metadata),
        tolerant_imports: metadata.tolerant_import.numbers().map(ImportIndex).collect(),
        star_exports: metadata.star_export.numbers().map(RequestIndex).collect(),
        environment: (header.flags & 0b0001 != 0).then(|| environment(metadata)),
    }
}

/// Every code point is kept (string-verbatim), and the empty string is a string (string-empty).
fn strings(metadata: &Metadata<'_>) -> Vec<String> {
    let bytes = (0..metadata.string_end.count()).map(|string| metadata.string(string));
    bytes.map(|bytes| utf8::decode(bytes).expect("the reader verified the strings")).collect()
}

fn requests(metadata: &Metadata<'_>) -> Vec<ModuleRequest> {
    let requests = metadata.requests.specifier.numbers().zip(metadata.requests.phase.numbers()).enumerate();
    let request = |(request, (specifier, phase))| ModuleRequest {
        specifier: StringIndex(specifier),
        phase: phase_of(phase),
        attributes: metadata.attributes_of(request).map(|attribute| attribute_of(metadata, attribute)).collect(),
    };
    requests.map(request).collect()
}

fn attribute_of(metadata: &Metadata<'_>, attribute: usize) -> Attribute {
    Attribute {
        key: StringIndex(metadata.attributes.key.value(attribute)),
        value: StringIndex(metadata.attributes.value.value(attribute)),
    }
}

fn imports(metadata: &Metadata<'_>) -> Vec<ImportEntry> {
    let imports = &metadata.imports;
    let import = |import| ImportEntry {
        local_name: StringIndex(imports.local_name.value(import)),
        request: RequestIndex(imports.request.value(import)),
        import_name: unless_none(imports.import_name.value(import)).map(StringIndex),
    };
    (0..imports.local_name.count()).map(import).collect()
}

fn exports(metadata: &Metadata<'_>) -> Vec<ExportEntry> {
    let exports = &metadata.exports;
    let export = |export| ExportEntry {
        export_name: StringIndex(exports.export_name.value(export)),
        request: unless_none(exports.request.value(export)).map(RequestIndex),
        name: unless_none(exports.name.value(export)).map(StringIndex),
    };
    (0..exports.export_name.count()).map(export).collect()
}

fn environment(metadata: &Metadata<'_>) -> Environment {
    Environment {
        declared_variables: variables(&metadata.declared_variables),
        lexical_variables: variables(&metadata.lexical_variables),
        code_features: metadata.code_features,
        lexical_features: metadata.lexical_features,
    }
}

fn variables(variables: &Variables<'_>) -> Vec<Variable> {
    let fields = variables.name.numbers().zip(variables.bits.numbers());
    fields.map(|(name, bits)| Variable { name: StringIndex(name), bits }).collect()
}

fn unless_none(number: u32) -> Option<u32> {
    (number != NONE).then_some(number)
}

/// Returns the phase of a number that the reader accepts.
fn phase_of(number: u32) -> Phase {
    match number {
        0 => Phase::Evaluation,
        1 => Phase::Source,
        2 => Phase::Defer,
        _ => panic!("the reader verified the phases"),
    }
}

/// Returns the number of a phase in a file.
pub(super) fn number_of(phase: Phase) -> u32 {
    match phase {
        Phase::Evaluation => 0,
        Phase::Source => 1,
        Phase::Defer => 2,
    }
}
