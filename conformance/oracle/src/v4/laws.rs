//! The laws of section 8.2 with random records, and that a writer refuses exactly the records whose files a checker
//! would reject: the writer judges the record, and the checker the bytes.

use bmes::Digest;
use bmes::v4::{
    Attribute, Environment, ExportEntry, ImportEntry, ImportIndex, ModuleRequest, Phase, RequestIndex, Source,
    StringIndex, Variable,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Record, check, decode, encode, refuse, sort, write};

/// The strings of all records. The order by UTF-16 code units would be another one.
const STRINGS: [&str; 6] = ["\u{10000}", "b", "", "\u{FFFF}", "b\0", "b"];

fn string() -> impl Strategy<Value = StringIndex> {
    (0..6_u32).prop_map(StringIndex)
}

fn request_index() -> impl Strategy<Value = RequestIndex> {
    (0..3_u32).prop_map(RequestIndex)
}

fn request() -> impl Strategy<Value = ModuleRequest> {
    let phase = prop_oneof![6 => Just(Phase::Evaluation), 1 => Just(Phase::Source), 1 => Just(Phase::Defer)];
    let attribute = (string(), string()).prop_map(|(key, value)| Attribute { key, value });
    (string(), phase, vec(attribute, 0..3)).prop_map(|(specifier, phase, attributes)| ModuleRequest {
        specifier,
        phase,
        attributes,
    })
}

fn import() -> impl Strategy<Value = ImportEntry> {
    (string(), request_index(), prop::option::of(string())).prop_map(|(local_name, request, import_name)| ImportEntry {
        local_name,
        request,
        import_name,
    })
}

fn export() -> impl Strategy<Value = ExportEntry> {
    (string(), prop::option::of(request_index()), prop::option::weighted(0.8, string()))
        .prop_map(|(export_name, request, name)| ExportEntry { export_name, request, name })
}

fn environment() -> impl Strategy<Value = Environment> {
    let variables = || vec((string(), any::<u32>()).prop_map(|(name, bits)| Variable { name, bits }), 0..3);
    (variables(), variables(), any::<u32>(), any::<u32>()).prop_map(
        |(declared_variables, lexical_variables, code_features, lexical_features)| Environment {
            declared_variables,
            lexical_variables,
            code_features,
            lexical_features,
        },
    )
}

/// A record whose indices are right. It has three requests and at most two imports.
fn record() -> impl Strategy<Value = Record> {
    let lists = (vec(request(), 3), vec(import(), 0..3), vec(export(), 0..3), vec(request_index(), 0..2));
    let tolerant_imports = vec((0..2_u32).prop_map(ImportIndex), 0..2);
    let flags = prop::array::uniform3(any::<bool>());
    let alignment = prop_oneof![8 => Just(8_u32), 1 => Just(16), 1 => Just(1)];
    (lists, tolerant_imports, flags, alignment, prop::option::of(environment()), prop::bool::weighted(0.9)).prop_map(
        |(lists, tolerant_imports, flags, alignment, environment, only_used)| {
            let mut record = Record::new(Digest([1; 32]), Source { size: 7, sha256: Digest([2; 32]) });
            [record.flags.top_level_await, record.flags.import_meta, record.flags.typescript] = flags;
            record.alignment = alignment;
            record.strings = STRINGS.map(String::from).into();
            (record.requests, record.imports, record.exports, record.star_exports) = lists;
            record.tolerant_imports = tolerant_imports;
            record.tolerant_imports.retain(|import| super::place(import.0) < record.imports.len());
            record.environment = environment;
            if only_used { without_unused_strings(record) } else { record }
        },
    )
}

/// Returns the record in which a used string stands in the place of each unused string.
fn without_unused_strings(mut record: Record) -> Record {
    let used: Vec<_> = refuse::strings_used(&record).collect();
    for index in 0..6 {
        if !used.contains(&StringIndex(index)) {
            record.strings[super::place(index)] = record.strings[super::place(used[0].0)].clone();
        }
    }
    record
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn a_writer_refuses_exactly_the_records_whose_files_a_checker_rejects(
        record in record(), text in "[a-c]{0,9}", bytecode in vec(any::<u8>(), 0..3),
    ) {
        let ranks = sort::ranks(&record.strings);
        let sorted = sort::record(&record, &ranks);
        let file = write::file(&sorted, text.as_bytes(), &bytecode).unwrap();
        let written = encode(&record, text.as_bytes(), &bytecode);
        prop_assert_eq!(written.is_ok(), check(&file).is_ok(), "{:?} {:?}", written.err(), check(&file));
        if let Ok(written) = written {
            prop_assert_eq!(&written, &file);
            let decoded = decode(&file).unwrap();
            prop_assert_eq!(&file[decoded.text], text.as_bytes());
            prop_assert_eq!(&file[decoded.bytecode], &bytecode);
            prop_assert_eq!(&decoded.record, &sorted);
            prop_assert_eq!(encode(&decoded.record, text.as_bytes(), &bytecode), Ok(file));
        }
    }
}
