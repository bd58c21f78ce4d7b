//! The second encoder, and the laws that tie it to the second decoder: records by hand and by chance.

use bmes::{
    Attribute, Environment, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest, Variable, Version,
};
use conformance::case::Record;
use conformance::oracle;
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

fn variable(name: &str, bits: u32) -> Variable {
    Variable { name: name.into(), bits }
}

/// The module of section 11 of the specification.
fn worked_example() -> Record {
    worked_example_of(Version::V1)
}

fn worked_example_of(version: Version) -> Record {
    let mut record = Record::new(version);
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
    if let Some(environment) = &mut record.environment {
        environment.lexical_variables = vec![variable("config", 0x22), variable("fs", 0x62), variable("main", 0x90)];
    }
    record
}

/// Both laws of section 7.2, and the size of what is read.
fn laws(record: &Record, bytecode: &[u8]) -> Vec<u8> {
    let file = encode(record, bytecode).unwrap();
    assert_eq!(identify(&file), Ok(record.version.number()));
    assert_eq!(check(&file), Ok(()));
    let decoded = decode(&file).unwrap();
    assert_eq!(decoded.record, canonical(record));
    assert_eq!(decoded.bytecode.offset + decoded.bytecode.length, file.len());
    assert_eq!(&file[decoded.bytecode.offset..], bytecode);
    assert!(record.version == Version::V1 || decoded.bytecode.offset.is_multiple_of(8), "writer-padding");
    assert_eq!(encode(&decoded.record, bytecode).as_ref(), Ok(&file));
    file
}

#[test]
fn the_smallest_file() {
    let file = laws(&empty(), b"");
    assert_eq!(file, b"SEMB\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let sizes = [Version::V2, Version::V3].map(|version| laws(&Record::new(version), b"").len());
    assert_eq!(sizes, [32, 48]);
}

#[test]
fn the_worked_example() {
    for version in Version::ALL {
        let file = laws(&worked_example_of(*version), b"\xDE\xAD\xBE\xEF");
        assert_eq!(file, annotated_bytes(*version));
    }
}

/// The bytes of the block that the specification has for it: the columns from 10 to 33 of each line.
fn annotated_bytes(version: Version) -> Vec<u8> {
    let page = format!("{}/../spec/v{version}.md", env!("CARGO_MANIFEST_DIR"));
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
fn a_name_twice_in_a_list_of_variables_is_refused() {
    let refused = |declared: &[Variable], lexical: &[Variable]| {
        let mut record = worked_example_of(Version::V3);
        let environment = Environment {
            declared_variables: declared.into(),
            lexical_variables: lexical.into(),
            code_features: u32::MAX,
        };
        record.environment = Some(environment);
        encode(&record, b"").err().map(|rejection| rejection.anchor())
    };
    let twice = Some("v3-duplicate-variable".to_owned());
    assert_eq!(refused(&[variable("a", 1), variable("b", 1), variable("a", 2)], &[]), twice);
    assert_eq!(refused(&[], &[variable("", 0), variable("", 0)]), twice);
    assert_eq!(refused(&[variable("a", 1)], &[variable("a", 1)]), None);
}

#[test]
fn a_record_has_the_fields_of_its_version() {
    for version in Version::ALL {
        let mut record = Record::new(*version);
        record.environment = if record.environment.is_none() { Some(Environment::default()) } else { None };
        let rejection = encode(&record, b"").unwrap_err();
        assert_eq!(rejection.to_string(), format!("unsupported-version (v{version}-writer-type)"));
    }
}

#[test]
fn padding_is_what_is_missing_up_to_eight() {
    // The metadata of one request ends at byte 40, and each byte of its specifier takes one of padding.
    for (length, padding) in [(0, 0), (1, 7), (2, 6), (3, 5), (4, 4), (5, 3), (6, 2), (7, 1), (8, 0)] {
        for bytecode in [&b""[..], b"\0", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff"] {
            let mut record = Record::new(Version::V2);
            record.requests = vec![request(&"x".repeat(length), &[])];
            assert_eq!(laws(&record, bytecode).len(), 40 + length + padding + bytecode.len(), "{length}");
        }
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

fn environment() -> impl Strategy<Value = Environment> {
    let bits = || prop_oneof![prop::sample::select(vec![0, 1, 0x22, 0xFFFF, 0x1_0000, 1 << 31]), any::<u32>()];
    let variables = || {
        let variable = (name(), bits()).prop_map(|(name, bits)| Variable { name, bits });
        prop::collection::vec(variable, 0..4)
    };
    (variables(), variables(), bits()).prop_map(|(declared_variables, lexical_variables, code_features)| Environment {
        declared_variables,
        lexical_variables,
        code_features,
    })
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
    let version = prop::sample::select(Version::ALL);
    (version, requests(), imports, exports, prop::collection::vec(name(), 0..3), environment()).prop_map(
        |(version, requests, imports, exports, star_exports, environment)| {
            let mut record = Record::new(version);
            record.environment = record.environment.map(|_| environment);
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
    let mut kept = Record::new(record.version);
    if let Some(mut environment) = record.environment {
        for list in [&mut environment.declared_variables, &mut environment.lexical_variables] {
            let mut seen = std::collections::BTreeSet::new();
            list.retain(|variable| seen.insert(variable.name.clone()));
        }
        kept.environment = Some(environment);
    }
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
    fn both_writers_agree(record in record(), bytecode in prop::collection::vec(any::<u8>(), 0..20)) {
        let agree = |record: &Record| {
            let plain = encode(record, &bytecode);
            let reference = bmes::encode(record, &bytecode);
            prop_assert_eq!(plain.as_ref().ok(), reference.as_ref().ok());
            prop_assert_eq!(plain.err().map(|error| error.anchor()), reference.err().map(|error| error.clause().to_string()));
            Ok(())
        };
        agree(&record)?;
        agree(&acceptable(record))?;
    }

    #[test]
    fn both_readers_agree_on_what_is_written(record in record(), bytecode in prop::collection::vec(any::<u8>(), 0..20)) {
        let file = laws(&acceptable(record), &bytecode);
        prop_assert_eq!(oracle::ask(&file).map(|verdicts| verdicts.fault()), Ok(None));
    }

    #[test]
    fn both_readers_agree_on_bytes_by_chance(version in 1..4_u8, rest in prop::collection::vec(0_u8..4, 0..200)) {
        agree_on(&[&[0x53, 0x45, 0x4D, 0x42, version, 0, 0, 0][..], &rest].concat())?;
    }

    /// A header that leads into the file, and metadata by chance.
    #[test]
    fn both_readers_agree_on_headers_by_chance(
        version in 2..4_u8, offset in 0..80_u8, rest in prop::collection::vec(0_u8..2, 0..80), exact in any::<bool>(), size in any::<u8>(),
    ) {
        let length = 16 + rest.len();
        let size = if exact { length.saturating_sub(offset.into()) } else { size.into() };
        let header = [0x53, 0x45, 0x4D, 0x42, version, 0, 0, 0, offset, 0, 0, 0];
        let size = u32::try_from(size).unwrap().to_le_bytes();
        agree_on(&[&header[..], &size, &rest].concat())?;
    }

    #[test]
    fn both_readers_agree_on_a_changed_file(
        record in record(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 1..4),
    ) {
        let mut file = laws(&acceptable(record), b"code");
        for (place, change) in changes {
            if file.is_empty() {
                break;
            }
            let place = place.index(file.len());
            match change {
                Change::Flip(bit) => file[place] ^= 1 << bit,
                Change::Byte(byte) => file[place] = byte,
                Change::Insert(byte) => file.insert(place, byte),
                Change::Remove => drop(file.remove(place)),
                Change::Cut => file.truncate(place),
                // A number of the header or of the sections.
                Change::Number(number) => {
                    let place = place / 4 * 4;
                    let end = file.len().min(place + 4);
                    file[place..end].copy_from_slice(&number.to_le_bytes()[..end - place]);
                }
            }
        }
        agree_on(&file)?;
    }
}

/// What happens to a file.
#[derive(Clone, Debug)]
enum Change {
    Flip(u32),
    Byte(u8),
    Insert(u8),
    Remove,
    Cut,
    Number(u32),
}

fn change() -> impl Strategy<Value = Change> {
    let numbers = vec![0, 1, 2, 3, 7, 8, 15, 16, 17, 24, 32, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0, u32::MAX];
    prop_oneof![
        3 => (0..8_u32).prop_map(Change::Flip),
        1 => any::<u8>().prop_map(Change::Byte),
        1 => any::<u8>().prop_map(Change::Insert),
        1 => Just(Change::Remove),
        1 => Just(Change::Cut),
        3 => prop::sample::select(numbers).prop_map(Change::Number),
    ]
}

/// Both decoders say the same of the file, and of an error the same place; the plain one says the same of its record as of the file.
fn agree_on(file: &[u8]) -> Result<(), TestCaseError> {
    let verdicts = oracle::ask(file).map_err(TestCaseError::fail)?;
    match decode(file) {
        Ok(decoded) => {
            let (of_file, of_record) = (check(file), check_record(&decoded.record));
            prop_assert_eq!(of_record.err().map(|error| error.clause), of_file.err().map(|error| error.clause));
        }
        Err(rejection) => {
            prop_assert_eq!(check(file), Err(rejection));
            prop_assert!(rejection.offset.is_some_and(|offset| offset <= file.len()));
            prop_assert_eq!(Some(rejection.anchor()), verdicts.fault().map(|fault| fault.clause.to_string()));
        }
    }
    Ok(())
}
