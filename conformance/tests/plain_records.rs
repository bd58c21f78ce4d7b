//! The second encoder, and the laws that tie it to the second decoder: records by hand and by chance.

use bmes::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest, Version};
use conformance::case::Record;
use conformance::plain::{canonical, check, check_record, decode, encode, identify};
use proptest::prelude::*;

fn empty() -> Record {
    Record::new(Version::V1)
}

fn request(specifier: &str, attributes: &[(&str, &str)]) -> ModuleRequest {
    let attribute = |(key, value): &(&str, &str)| Attribute { key: (*key).into(), value: (*value).into() };
    ModuleRequest { specifier: specifier.into(), attributes: attributes.iter().map(attribute).collect() }
}

fn import(import_type: ImportType, [module_request, import_name, local_name]: [&str; 3]) -> ImportEntry {
    ImportEntry {
        import_type,
        module_request: module_request.into(),
        import_name: import_name.into(),
        local_name: local_name.into(),
    }
}

fn export(export_type: ExportType, [export_name, module_name, import_name, local_name]: [&str; 4]) -> ExportEntry {
    ExportEntry {
        export_type,
        export_name: export_name.into(),
        module_name: module_name.into(),
        import_name: import_name.into(),
        local_name: local_name.into(),
    }
}

/// The module of section 11 of the specification.
fn worked_example() -> Record {
    let mut record = empty();
    record.requests = vec![
        request("./config.json", &[("type", "json")]),
        request("node:fs", &[]),
        request("./path.js", &[]),
        request("./util.js", &[]),
    ];
    record.imports = vec![
        import(ImportType::Single, ["./config.json", "default", "config"]),
        import(ImportType::Namespace, ["node:fs", "*", "fs"]),
    ];
    record.exports = vec![
        export(ExportType::Indirect, ["join-all", "./path.js", "join", ""]),
        export(ExportType::Local, ["default", "", "", "main"]),
    ];
    record.star_exports = vec!["./util.js".into()];
    record
}

/// Both laws of section 7.2, and the size of what is read.
fn laws(record: &Record, bytecode: &[u8]) -> Vec<u8> {
    let file = encode(record, bytecode).unwrap();
    assert_eq!(identify(&file), Ok(1));
    assert_eq!(check(&file), Ok(()));
    let decoded = decode(&file).unwrap();
    assert_eq!(decoded.record, canonical(record));
    assert_eq!(decoded.bytecode.offset + decoded.bytecode.length, file.len());
    assert_eq!(&file[decoded.bytecode.offset..], bytecode);
    assert_eq!(encode(&decoded.record, bytecode).as_ref(), Ok(&file));
    file
}

#[test]
fn the_smallest_file() {
    let file = laws(&empty(), b"");
    assert_eq!(file, b"SEMB\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
}

#[test]
fn the_worked_example() {
    let file = laws(&worked_example(), b"\xDE\xAD\xBE\xEF");
    assert_eq!(file, annotated_bytes());
}

/// The bytes of the block that the specification has for it: the columns from 10 to 33 of each line.
fn annotated_bytes() -> Vec<u8> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/v1.md");
    let text = std::fs::read_to_string(page).unwrap();
    let (_, block) = text.split_once("```hex annotated\n").unwrap();
    let (lines, _) = block.split_once("```").unwrap();
    let digits = lines.lines().flat_map(|line| line.bytes().skip(10).take(23));
    hex::decode(digits.filter(u8::is_ascii_hexdigit).collect::<Vec<_>>()).unwrap()
}

#[test]
fn attributes_are_ordered_by_the_bytes_of_their_keys() {
    let mut record = empty();
    let keys = ["\u{10000}", "ab", "\u{FFFF}", "a", "", "\u{E000}", "Z", "a\0"];
    record.requests = vec![request("m", &keys.map(|key| (key, "v")))];
    let written = decode(&laws(&record, b"")).unwrap().record;
    let order: Vec<_> = written.requests[0].attributes.iter().map(|attribute| attribute.key.as_str()).collect();
    // In UTF-16, U+10000 begins with 0xD800 and would come before U+E000.
    assert_eq!(order, ["", "Z", "a", "a\0", "ab", "\u{E000}", "\u{FFFF}", "\u{10000}"]);
}

#[test]
fn a_namespace_import_is_written_with_a_star() {
    let mut record = empty();
    record.requests = vec![request("m", &[])];
    record.imports = ["", "*", "starNamespace"]
        .iter()
        .map(|name| import(ImportType::Namespace, ["m", name, &format!("local{name}")]))
        .collect();
    record.imports.push(import(ImportType::SingleTypeScript, ["m", "", "b"]));
    let written = decode(&laws(&record, b"")).unwrap().record;
    let names: Vec<_> = written.imports.iter().map(|import| import.import_name.as_str()).collect();
    assert_eq!(names, ["*", "*", "*", ""]);
}

#[test]
fn a_flag_without_attributes_is_written_as_none() {
    let file = b"SEMB\x01\0\0\0\x01\0\0\0\x01\0\0\0a\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    let record = decode(file).unwrap().record;
    assert_eq!(record.requests, [request("a", &[])]);
    let shorter = b"SEMB\x01\0\0\0\x01\0\0\0\x01\0\0\0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    assert_eq!(laws(&record, b""), shorter);
}

#[test]
fn a_writer_refuses_what_a_checker_refuses() {
    use ExportType::{Indirect, Local, Namespace};
    let request_more = |specifier, attributes| {
        let mut record = worked_example();
        record.requests.push(request(specifier, attributes));
        record
    };
    let export_more = |export_type, texts| {
        let mut record = worked_example();
        record.exports.push(export(export_type, texts));
        record
    };
    let spoilt = |spoil: fn(&mut Record)| {
        let mut record = worked_example();
        spoil(&mut record);
        record
    };
    for (class, record) in [
        ("duplicate-request", request_more("./config.json", &[("type", "json")])),
        ("duplicate-attribute", request_more("x", &[("k", "1"), ("k", "2")])),
        ("ambiguous-request", request_more("./util.js", &[("type", "js")])),
        ("unrequested-module", export_more(Indirect, ["x", "./Path.js", "y", ""])),
        ("missing-local-name", export_more(Local, ["x", "", "", ""])),
        ("duplicate-local-name", spoilt(|record| record.imports[1].local_name = "config".into())),
        ("duplicate-export-name", export_more(Namespace, ["default", "node:fs", "", ""])),
        ("duplicate-star-export", spoilt(|record| record.star_exports.push("./util.js".into()))),
        ("misplaced-field", spoilt(|record| record.exports[0].local_name = "join".into())),
    ] {
        let rejection = encode(&record, b"").unwrap_err();
        assert_eq!((rejection.class, rejection.offset), (class, None));
        assert_eq!(rejection.to_string(), format!("{class} (v1-{class})"));
        assert_eq!(check_record(&record), Err(rejection));
    }
}

#[test]
fn attributes_are_compared_as_multisets() {
    let refused = |a: &[(&str, &str)], b: &[(&str, &str)]| {
        let mut record = empty();
        record.requests = vec![request("m", a), request("m", b)];
        check_record(&record).err().map(|rejection| rejection.class)
    };
    assert_eq!(refused(&[("a", "1"), ("b", "2")], &[("b", "2"), ("a", "1")]), Some("duplicate-request"));
    assert_eq!(refused(&[("a", "1"), ("b", "2")], &[("a", "2"), ("b", "1")]), None);
    assert_eq!(refused(&[("a", "1")], &[]), None);
    // A multiset tells these apart: what is wrong is the request that has a key twice, whichever of the two it is.
    assert_eq!(refused(&[("a", "1"), ("a", "1")], &[("a", "1")]), Some("duplicate-attribute"));
    assert_eq!(refused(&[("a", "1")], &[("a", "1"), ("a", "1")]), Some("duplicate-attribute"));
}

#[test]
fn the_first_entry_that_completes_a_violation_is_answered() {
    let mut record = worked_example();
    record.star_exports.push("./util.js".into());
    record.exports[1].module_name = "misplaced".into();
    assert_eq!(check_record(&record).unwrap_err().class, "misplaced-field");
    record.exports[1].export_name = "join-all".into();
    assert_eq!(check_record(&record).unwrap_err().class, "duplicate-export-name");
    record.imports[1].local_name = String::new();
    assert_eq!(check_record(&record).unwrap_err().class, "missing-local-name");
    record.imports[1].module_request = String::new();
    assert_eq!(check_record(&record).unwrap_err().class, "unrequested-module");
    record.requests.push(request("node:fs", &[]));
    assert_eq!(check_record(&record).unwrap_err().class, "duplicate-request");
}

/// Names of a small world, so that they meet; and any others.
fn name() -> impl Strategy<Value = String> {
    let few = prop::sample::select(vec!["", "a", "b", "*", "\u{FEFF}a", "\u{FFFF}", "\u{10000}", "a\0", "*default*"]);
    prop_oneof![4 => few.prop_map(String::from), 1 => any::<String>()]
}

fn requests() -> impl Strategy<Value = Vec<ModuleRequest>> {
    let attribute = (name(), name()).prop_map(|(key, value)| Attribute { key, value });
    let request = (name(), prop::collection::vec(attribute, 0..4))
        .prop_map(|(specifier, attributes)| ModuleRequest { specifier, attributes });
    prop::collection::vec(request, 0..5)
}

fn record() -> impl Strategy<Value = Record> {
    let import_type =
        prop::sample::select(vec![ImportType::Single, ImportType::SingleTypeScript, ImportType::Namespace]);
    let import =
        (import_type, name(), name(), name()).prop_map(|(import_type, module_request, import_name, local_name)| {
            ImportEntry { import_type, module_request, import_name, local_name }
        });
    let export_type = prop::sample::select(vec![ExportType::Local, ExportType::Indirect, ExportType::Namespace]);
    let export = (export_type, name(), name(), name(), name()).prop_map(
        |(export_type, export_name, module_name, import_name, local_name)| ExportEntry {
            export_type,
            export_name,
            module_name,
            import_name,
            local_name,
        },
    );
    let imports = prop::collection::vec(import, 0..4);
    let exports = prop::collection::vec(export, 0..4);
    (requests(), imports, exports, prop::collection::vec(name(), 0..3)).prop_map(
        |(requests, imports, exports, star_exports)| {
            let mut record = empty();
            (record.requests, record.imports) = (requests, imports);
            (record.exports, record.star_exports) = (exports, star_exports);
            record
        },
    )
}

/// As much of the record as a writer accepts: each request and entry that breaks no rule with those before it.
///
/// Of an export's fields those that its type leaves out are emptied first, or hardly any would be kept.
fn acceptable(record: Record) -> Record {
    let mut kept = empty();
    keep(&mut kept, record.requests, |record| &mut record.requests);
    keep(&mut kept, record.imports, |record| &mut record.imports);
    let exports = record.exports.into_iter().map(|mut export| {
        if export.export_type == ExportType::Local {
            export.module_name.clear();
        } else {
            export.local_name.clear();
        }
        if export.export_type != ExportType::Indirect {
            export.import_name.clear();
        }
        export
    });
    keep(&mut kept, exports, |record| &mut record.exports);
    keep(&mut kept, record.star_exports, |record| &mut record.star_exports);
    kept
}

fn keep<T>(record: &mut Record, entries: impl IntoIterator<Item = T>, list: fn(&mut Record) -> &mut Vec<T>) {
    for entry in entries {
        list(record).push(entry);
        if check_record(record).is_err() {
            list(record).pop();
        }
    }
}

proptest! {
    #[test]
    fn laws_hold(record in record(), bytecode in prop::collection::vec(any::<u8>(), 0..20)) {
        prop_assert_eq!(encode(&record, &bytecode).err(), check_record(&record).err());
        laws(&acceptable(record), &bytecode);
    }

    #[test]
    fn canonical_settles_once(record in record()) {
        let once = canonical(&record);
        prop_assert_eq!(canonical(&once), once.clone());
        prop_assert_eq!(check_record(&once).is_ok(), check_record(&record).is_ok());
    }

    #[test]
    fn bytes_by_chance_are_answered(rest in prop::collection::vec(0_u8..4, 0..200)) {
        let file = [&b"SEMB\x01\0\0\0"[..], &rest].concat();
        if let Err(rejection) = check(&file) {
            prop_assert!(rejection.offset.is_some_and(|offset| offset <= file.len()));
        }
    }

    #[test]
    fn a_flipped_bit_is_answered(record in record(), place in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let mut file = laws(&acceptable(record), b"code");
        let place = place.index(file.len());
        file[place] ^= 1 << bit;
        match decode(&file) {
            Ok(decoded) => prop_assert_eq!(check_record(&decoded.record).err().map(|rejection| rejection.class),
                check(&file).err().map(|rejection| rejection.class)),
            Err(rejection) => prop_assert_eq!(check(&file), Err(rejection)),
        }
    }
}
