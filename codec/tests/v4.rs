//! Version 4: the examples of the specification, the classes, and the laws of reading and writing.

use bmes::v4::{
    self, Attribute, Environment, ExportEntry, Flags, ImportEntry, ImportIndex, KnownSource, ModuleRecord,
    ModuleRequest, ModuleView, Phase, RequestIndex, Source, StringIndex, Variable,
};
use bmes::{Digest, Version};
use proptest::collection::vec;
use proptest::prelude::*;

/// The smallest file: section 14.1 of `spec/v4.md`.
const SMALLEST: &str = "53454d4204000000000000000800000030000000000000000000000000000000471f370b1591e7ca142fe3736db551986365f54cda6727935e0a3bc72ec63b2ee3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85595b388f2000000000000000077884960000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000";
/// A file with text and no bytecode: section 14.2 of `spec/v4.md`.
const WITH_TEXT: &str = "53454d420400000008000000080000006d000000390000003100000000000000be39c5bf76515425c3cdd7666a032b96eeab0de3661f88000f6ca865715a92a9868ab14794e14cecc7a369260a081f2fd41e1eafd75194fea56081ad314e97ce67be956b0e29c5b800000000874620f20300000009000000010000000000000001000000010000000000000000000000000000000000000000000000000000000700000008000000090000000000000000000000000000000000000002000000000000000200000001000000ffffffff010000002e2f622e6d6a736162000000696d706f7274207b2062207d2066726f6d20222e2f622e6d6a73223b0a6578706f727420636f6e73742061203d20623b0a00000000000000";

fn smallest() -> Vec<u8> {
    hex::decode(SMALLEST).unwrap()
}

fn with_text() -> Vec<u8> {
    hex::decode(WITH_TEXT).unwrap()
}

fn check(file: &[u8]) -> Result<(), bmes::Error> {
    ModuleView::parse(file)?.check()
}

fn source() -> Source {
    Source { size: 57, sha256: "868ab14794e14cecc7a369260a081f2fd41e1eafd75194fea56081ad314e97ce".parse().unwrap() }
}

fn producer() -> Digest {
    "be39c5bf76515425c3cdd7666a032b96eeab0de3661f88000f6ca865715a92a9".parse().unwrap()
}

/// The record of [`WITH_TEXT`], as a writer may get it: its strings are in another order, and one occurs twice.
fn record() -> ModuleRecord {
    let mut record = ModuleRecord::new(producer(), source());
    record.flags.typescript = true;
    record.strings = ["b", "a", "./b.mjs", "b"].map(String::from).to_vec();
    record.requests =
        vec![ModuleRequest { specifier: StringIndex(2), phase: Phase::Evaluation, attributes: Vec::new() }];
    record.imports =
        vec![ImportEntry { local_name: StringIndex(0), request: RequestIndex(0), import_name: Some(StringIndex(3)) }];
    record.exports = vec![ExportEntry { export_name: StringIndex(1), request: None, name: Some(StringIndex(1)) }];
    record
}

#[test]
fn the_examples_are_accepted() {
    for file in [smallest(), with_text()] {
        assert_eq!(bmes::identify(&file), Ok(Version::V4));
        assert_eq!(bmes::validate(&file), Ok(Version::V4));
        assert_eq!(check(&file), Ok(()));
    }
}

#[test]
fn each_flipped_bit_of_the_examples_is_found() {
    for file in [smallest(), with_text()] {
        for bit in 0..file.len() * 8 {
            let mut flipped = file.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(bmes::validate(&flipped).is_err() || bmes::identify(&flipped) != Ok(Version::V4), "bit {bit}");
        }
    }
}

#[test]
fn the_order_of_strings_does_not_change_the_file() {
    let text = b"import { b } from \"./b.mjs\";\nexport const a = b;\n";
    assert_eq!(v4::encode(&record(), text, b"").unwrap(), with_text());
}

#[test]
fn an_entry_is_found_by_its_name() {
    let file = with_text();
    let view = ModuleView::parse(&file).unwrap();
    let a = view.find_string("a").unwrap();
    assert_eq!(view.find_export("a"), Some(ExportEntry { export_name: a, request: None, name: Some(a) }));
    assert_eq!(view.find_export("b"), None);
    assert_eq!(view.find_export("zz"), None);
    assert_eq!(view.find_requests("./b.mjs").map(|request| request.index()).collect::<Vec<_>>(), [RequestIndex(0)]);
    assert_eq!(view.find_requests("./a.mjs").count(), 0);
}

#[test]
fn a_file_matches_its_producer_and_its_source_only() {
    let file = with_text();
    let matched = |producer, source| {
        v4::match_file(&file, &producer, source).map(drop).map_err(|error| (error.class(), error.offset().unwrap()))
    };
    assert_eq!(matched(producer(), KnownSource::Source(source())), Ok(()));
    assert_eq!(matched(producer(), KnownSource::EmbeddedText), Ok(()));
    assert_eq!(matched(producer(), KnownSource::Trusted), Ok(()));
    assert_eq!(matched(producer(), KnownSource::Nothing), Err(("stale-source", 64)));
    assert_eq!(matched(Digest([0; 32]), KnownSource::Trusted), Err(("other-producer", 32)));
    let longer = Source { size: 58, ..source() };
    assert_eq!(matched(producer(), KnownSource::Source(longer)), Err(("stale-source", 20)));
    let wrapped = Source { size: 57 + (1 << 32), ..source() };
    assert_eq!(matched(producer(), KnownSource::Source(wrapped)), Err(("stale-source", 20)));
    let changed = Source { sha256: Digest([0; 32]), ..source() };
    assert_eq!(matched(producer(), KnownSource::Source(changed)), Err(("stale-source", 64)));
}

#[test]
fn embedded_text_that_is_missing_is_a_stale_source() {
    let file = smallest();
    let producer = ModuleView::parse(&file).unwrap().header().producer();
    let error = v4::match_file(&file, &producer, KnownSource::EmbeddedText).unwrap_err();
    assert_eq!((error.class(), error.offset()), ("stale-source", Some(24)));
}

#[test]
fn operations_of_the_older_versions_point_to_version_4() {
    let message = "unsupported-version: version at byte 4 (0x4): this operation is for version 1, 2 or 3, found 4: \
                   use the operations for version 4 (`bmes::v4`)";
    assert_eq!(bmes::ModuleView::parse(&smallest()).unwrap_err().to_string(), message);
    assert_eq!(bmes::decode(&smallest()).unwrap_err().to_string(), message);
}

#[test]
fn operations_of_version_4_name_the_version_that_they_are_for() {
    let file = bmes::encode(&bmes::ModuleRecord::<String>::new(bmes::VersionFields::V2), b"").unwrap();
    let message = "unsupported-version: version at byte 4 (0x4): this operation is for version 4, found 2";
    assert_eq!(ModuleView::parse(&file).unwrap_err().to_string(), message);
}

#[cfg(feature = "digest")]
#[test]
fn the_digests_are_those_of_the_examples() {
    let pairs = [
        ("byte-order", "little"),
        ("engine", "quickjs-ng"),
        ("pointer-width", "64"),
        ("transform", "strip-types 1"),
        ("version", "0.11.0"),
    ];
    let producer = v4::producer(pairs).unwrap();
    assert_eq!(producer, self::producer());
    let text = b"import { b } from \"./b.mjs\";\nexport const a: number = b;\n";
    let source = v4::source(text);
    assert_eq!(source, self::source());
    let key = v4::key("https://example.com/%C3%BC.ts?v=1", &producer, &source.sha256).unwrap();
    assert_eq!(key.to_string(), "dd6a06e7f37119e26a60dd80bec8ac98487866cadaa0d2bc8c927f88c263ae45");
    let signed = v4::signature_input(&key, &with_text());
    assert_eq!(signed.to_string(), "b4c0bba1f0787e8eb8678bc452c653eebd9f18d08ef26eff82c4b272af7c4c86");
    assert_eq!(v4::producer([("a", "1"), ("a", "2")]), Err(v4::DigestError::RepeatedName));
}

/// A change of [`record`] that a writer must reject, and the class of the error.
type Fault = (fn(&mut ModuleRecord), &'static str);

#[test]
fn a_writer_rejects_each_fault_with_its_class() {
    let faults: [Fault; 16] = [
        (|record| record.alignment = 12, "bad-layout"),
        (|record| record.alignment = 16, "bad-layout"),
        (|record| record.alignment = 0, "bad-layout"),
        (|record| record.source.size = 1 << 32, "too-large"),
        (|record| record.strings.push("unused".into()), "unused-string"),
        (|record| record.requests[0].specifier = StringIndex(4), "bad-index"),
        (|record| record.imports[0].request = RequestIndex(1), "bad-index"),
        (|record| record.exports[0].name = Some(StringIndex(u32::MAX)), "bad-index"),
        (|record| record.tolerant_imports = vec![ImportIndex(1)], "bad-index"),
        (|record| record.requests.push(record.requests[0].clone()), "bad-order"),
        (|record| record.imports.push(record.imports[0]), "bad-order"),
        (|record| record.exports.push(record.exports[0]), "bad-order"),
        (|record| record.star_exports = vec![RequestIndex(0); 2], "bad-order"),
        (|record| record.exports[0].name = None, "bad-entry"),
        (|record| record.exports[0].name = Some(StringIndex(0)), "bad-entry"),
        (|record| record.requests[0].phase = Phase::Defer, "bad-entry"),
    ];
    for (number, (change, class)) in faults.into_iter().enumerate() {
        let mut changed = record();
        change(&mut changed);
        let error = v4::encode(&changed, b"", b"").unwrap_err();
        assert_eq!((error.class(), error.offset()), (class, None), "fault {number}: {error}");
    }
}

#[test]
fn a_tolerant_import_that_is_exported_again_stays_local() {
    let mut record = record();
    record.exports[0].name = Some(StringIndex(0));
    record.tolerant_imports = vec![ImportIndex(0)];
    v4::encode(&record, b"", b"").unwrap();
    record.flags.typescript = false;
    assert_eq!(v4::encode(&record, b"", b"").unwrap_err().class(), "bad-layout");
}

fn index(count: usize) -> impl Strategy<Value = u32> {
    0..u32::try_from(count).unwrap()
}

fn variables(strings: usize) -> impl Strategy<Value = Vec<Variable>> {
    let variable = (index(strings), any::<u32>()).prop_map(|(name, bits)| Variable { name: StringIndex(name), bits });
    vec(variable, 0..3)
}

/// Records of small lists, many of which a writer accepts.
fn records() -> impl Strategy<Value = ModuleRecord> {
    const STRINGS: usize = 8;
    let string = || index(STRINGS).prop_map(StringIndex);
    let phase = prop::sample::select([Phase::Evaluation, Phase::Evaluation, Phase::Source, Phase::Defer].as_slice());
    let attribute = (string(), string()).prop_map(|(key, value)| Attribute { key, value });
    let request = (string(), phase, vec(attribute, 0..3)).prop_map(|(specifier, phase, attributes)| ModuleRequest {
        specifier,
        phase,
        attributes,
    });
    let request_index = || index(3).prop_map(RequestIndex);
    let import = (string(), request_index(), prop::option::of(string()))
        .prop_map(|(local_name, request, import_name)| ImportEntry { local_name, request, import_name });
    let export = (string(), prop::option::of(request_index()), prop::option::weighted(0.8, string()))
        .prop_map(|(export_name, request, name)| ExportEntry { export_name, request, name });
    let environment = (variables(STRINGS), variables(STRINGS), any::<u32>(), any::<u32>()).prop_map(
        |(declared_variables, lexical_variables, code_features, lexical_features)| Environment {
            declared_variables,
            lexical_variables,
            code_features,
            lexical_features,
        },
    );
    let lists = (vec(request, 3..5), vec(import, 0..3), vec(export, 0..3), vec(request_index(), 0..2));
    let tolerant = vec(index(2).prop_map(ImportIndex), 0..2);
    let strings = vec("[a-c]{0,2}", STRINGS);
    (lists, tolerant, strings, prop::option::of(environment), any::<[bool; 3]>()).prop_map(
        |((requests, imports, exports, star_exports), tolerant_imports, strings, environment, flags)| {
            let flags = Flags { top_level_await: flags[0], import_meta: flags[1], typescript: flags[2] };
            let mut record = ModuleRecord { environment, ..ModuleRecord::new(producer(), source()) };
            record.flags = flags;
            (record.requests, record.imports, record.exports) = (requests, imports, exports);
            (record.star_exports, record.tolerant_imports, record.strings) = (star_exports, tolerant_imports, strings);
            // A string that no field uses is one fault of many; this adds a use of each.
            let uses = record.environment.get_or_insert_default();
            uses.lexical_variables =
                (0..8).map(|name| Variable { name: StringIndex(name), bits: name }).collect::<Vec<_>>();
            record.strings.sort();
            record.strings.dedup();
            let count = u32::try_from(record.strings.len()).unwrap();
            uses.lexical_variables.truncate(record.strings.len());
            let fit = |string: &mut StringIndex| string.0 %= count;
            uses.declared_variables.iter_mut().for_each(|it| fit(&mut it.name));
            for request in &mut record.requests {
                fit(&mut request.specifier);
                request.attributes.iter_mut().for_each(|it| {
                    fit(&mut it.key);
                    fit(&mut it.value);
                });
            }
            for import in &mut record.imports {
                fit(&mut import.local_name);
                import.import_name.iter_mut().for_each(fit);
            }
            for export in &mut record.exports {
                fit(&mut export.export_name);
                export.name.iter_mut().for_each(fit);
            }
            record
        },
    )
}

proptest! {
    /// A file that a writer writes is one that a checker accepts, and its record gives the same file again.
    #[test]
    fn a_record_that_is_written_is_read_and_written_again(record in records(), text in vec(any::<u8>(), 0..9), bytecode in vec(any::<u8>(), 0..9)) {
        if let Ok(file) = v4::encode(&record, &text, &bytecode) {
            prop_assert_eq!(check(&file), Ok(()));
            let module = v4::decode(&file).unwrap();
            prop_assert_eq!(&file[module.text.clone()], &text[..]);
            prop_assert_eq!(&file[module.bytecode.clone()], &bytecode[..]);
            prop_assert_eq!(v4::encode(&module.record, &text, &bytecode).unwrap(), file);
        }
    }

    /// No bytes make a reader panic, and the spans of an inspection cover every file.
    #[test]
    fn any_bytes_are_read_without_a_panic(at in 0..280_usize, value in any::<[u8; 4]>(), length in 0..290_usize) {
        let mut file = with_text();
        for (byte, value) in file[at..].iter_mut().zip(value) {
            *byte = value;
        }
        file.truncate(length);
        repair(&mut file);
        let _ = check(&file);
        prop_assert_eq!(bmes::inspect(&file).error(), bmes::validate(&file).err());
        let covered: usize = bmes::inspect(&file).spans().iter().map(|span| span.range.len()).sum();
        prop_assert_eq!(covered, file.len());
    }
}

/// Makes the checksums of the header and of the metadata right, if the file is long enough.
fn repair(file: &mut [u8]) {
    if file.len() < 160 {
        return;
    }
    let size = usize::try_from(u32::from_le_bytes(file[16..20].try_into().unwrap())).unwrap();
    let end = (112 + size).min(file.len());
    let crc = crc32fast::hash(&file[112..end]);
    file[96..100].copy_from_slice(&crc.to_le_bytes());
    let crc = crc32fast::hash(&file[..108]);
    file[108..112].copy_from_slice(&crc.to_le_bytes());
}
