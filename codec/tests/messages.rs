//! The text that people read: the message of every error, and annotated bytes. Each broken file has one fault.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write;

use bmes::{
    Attribute, Clause, Environment, EnvironmentChange, ErrorKind, ExportEntry, ExportType, ImportEntry, ImportType,
    ModuleRecord, ModuleRequest, ModuleView, Rule, Value, Variable, Version,
};
use support::{example, example_of, example_with_var, file, laid_out, padded, request, string, u32, with_header};

/// Returns files that a reader rejects, one for each message.
fn broken_files() -> Vec<(&'static str, Vec<u8>)> {
    let example = bmes::encode(&example(), b"\xde\xad\xbe\xef").unwrap();
    let empty = || vec![0; 4];
    let header = |magic: &[u8], version| [magic, &u32(version)].concat();
    let entry = |entry_type, strings: &[&[u8]]| {
        let strings: Vec<u8> = strings.iter().flat_map(|bytes| string(bytes)).collect();
        [u32(1), u32(entry_type), strings, vec![0; 16]].concat()
    };
    vec![
        ("an empty file", vec![]),
        ("half a magic", b"SE".to_vec()),
        ("another file", header(b"\x7fELF", 1)),
        ("the magic in the wrong order", header(b"BMES", 1)),
        ("half a version", b"SEMB\x01\0".to_vec()),
        ("version 0", header(b"SEMB", 0)),
        ("no request count", file(&[])),
        ("a request count that cannot fit", file(&[u32(u32::MAX), vec![0; 8]])),
        ("half a length", file(&[u32(1), u32(6), b"abcdef".to_vec(), vec![0; 2]])),
        ("a string that is cut", file(&[u32(1), u32(9), b"./a".to_vec(), empty()])),
        ("a string that is one byte short", file(&[u32(1), u32(5), b"./ab".to_vec()])),
        ("a specifier in Latin-1", file(&[u32(1), string(b"./caf\xe9"), vec![0; 20]])),
        ("a flag of 2", file(&[u32(1), string(b"m"), u32(2), vec![0; 16]])),
        ("an attribute count that cannot fit", file(&[u32(1), string(b"m"), u32(1), u32(9), vec![0; 16]])),
        (
            "an attribute value with an overlong form",
            file(&[u32(1), string(b"m"), u32(1), u32(1), string(b"type"), string(b"\xc0\x80"), vec![0; 16]]),
        ),
        ("an import of type 3", file(&[empty(), entry(3, &[b"m", b"n", b"l"])])),
        ("an export of type 256", file(&[empty(), empty(), entry(256, &[b"n", b"m", b"i", b"l"])])),
        ("a surrogate in an export name", file(&[empty(), empty(), entry(0, &[b"\xed\xa0\x80", b"", b"", b"l"])])),
        ("a star export that is missing", file(&[empty(), empty(), empty(), u32(1)])),
        ("no bytecode size", example[..example.len() - 8].to_vec()),
        ("bytecode that is cut", example[..example.len() - 1].to_vec()),
        ("a byte too many", [&example[..], b"\0"].concat()),
        ("a file twice", [&example[..], &example].concat()),
    ]
}

/// Returns files of versions 2 and 3 that a reader rejects. Each has an error in a part that version 1 does not have.
fn broken_layouts() -> Vec<(&'static str, Vec<u8>)> {
    use Version::{V2, V3};
    let example = |version| bmes::encode(&example_of(version), b"\xde\xad\xbe\xef").unwrap();
    let zeros = |bytes| vec![0; bytes];
    // The four sections before the variables, without entries.
    let before = || zeros(16);
    let code = b"code";
    vec![
        ("half an offset", with_header(V2, 16, 0, &[])[..10].to_vec()),
        ("no size", with_header(V3, 16, 0, &[])[..12].to_vec()),
        ("bytecode in the header", with_header(V2, 12, 24, &[zeros(20)])),
        ("bytecode at no multiple of 8", laid_out(V3, &[zeros(28)], code)),
        ("bytecode beyond the end", with_header(V2, 96, 20, &[zeros(24)])),
        ("bytecode that is cut, by its header", example(V2)[..280].to_vec()),
        ("bytecode of 2^32 - 1 bytes", with_header(V3, 48, u32::MAX as usize, &[zeros(40)])),
        ("a byte too many, by its header", [&example(V3)[..], b"\0"].concat()),
        ("a star export count in the bytecode", laid_out(V2, &[zeros(14)], code)),
        ("a specifier into the bytecode", laid_out(V2, &[u32(1), u32(6), b"./ab".to_vec()], code)),
        ("requests that only fit with the bytecode", laid_out(V2, &[u32(2), zeros(12)], &zeros(40))),
        ("declared variables that cannot fit", padded(V3, &[before(), u32(3), zeros(16)], code)),
        ("lexical variables that cannot fit", padded(V3, &[before(), u32(0), u32(2), zeros(4)], code)),
        ("a name in Latin-1", padded(V3, &[before(), u32(1), string(b"caf\xe9"), zeros(12)], code)),
        ("a name that is cut", padded(V3, &[before(), u32(0), u32(1), u32(7), b"ab".to_vec(), zeros(2)], code)),
        ("no bits", laid_out(V3, &[before(), u32(0), u32(1), u32(4), b"name".to_vec()], code)),
        ("half the code features", laid_out(V3, &[before(), u32(0), u32(1), string(b"config"), zeros(6)], code)),
        ("eight bytes between metadata and bytecode", laid_out(V2, &[zeros(24)], code)),
        ("padding that is not zero", laid_out(V2, &[zeros(16), b"\0\0\x2a\xff".to_vec()], code)),
    ]
}

/// Returns records that a checker rejects, one for each rule.
fn broken_records() -> Vec<(&'static str, ModuleRecord)> {
    let of = |version, change: fn(&mut ModuleRecord)| {
        let mut record = example_of(version);
        change(&mut record);
        record
    };
    let record = |change| of(Version::V1, change);
    vec![
        ("a request twice", record(|r| r.requests.push(r.requests[0].clone()))),
        ("an attribute twice", record(|r| r.requests[0] = request("./config.json", &[("type", "a"), ("type", "b")]))),
        ("a request that is not alone", record(|r| r.requests.push(request("node:fs", &[("type", "json")])))),
        ("an import from nowhere", record(|r| r.imports[1].module_request = "node:path".into())),
        ("an export from nowhere", record(|r| r.exports[0].module_name = "node:path".into())),
        ("a star export from nowhere", record(|r| r.star_exports[0] = "./other.js".into())),
        ("an import that binds nothing", record(|r| r.imports[0].local_name.clear())),
        ("a local export of nothing", record(|r| r.exports[1].local_name.clear())),
        ("two imports of one name", record(|r| r.imports.push(ImportEntry::single("node:fs", "rm", "config")))),
        ("two exports of one name", record(|r| r.exports.push(ExportEntry::local("default", "x")))),
        ("a star export twice", record(|r| r.star_exports.push("./util.js".into()))),
        ("a local export with a module", record(|r| r.exports[1].module_name = "node:fs".into())),
        ("a local export with an import name", record(|r| r.exports[1].import_name = "x".into())),
        ("an indirect export with a local name", record(|r| r.exports[0].local_name = "join".into())),
        (
            "a namespace export with an import name",
            record(|r| {
                r.exports[0] = ExportEntry { import_name: "*".into(), ..ExportEntry::namespace("fs", "node:fs") };
            }),
        ),
        ("a star export twice in version 2", of(Version::V2, |r| r.star_exports.push("./util.js".into()))),
        (
            "a declared variable twice",
            of(Version::V3, |r| {
                let variables = &mut r.environment_mut().unwrap().declared_variables;
                variables.extend([Variable::new("config", 0), Variable::new("main", 0), Variable::new("config", 1)]);
            }),
        ),
        (
            "a lexical variable twice",
            of(Version::V3, |r| {
                let variables = &mut r.environment_mut().unwrap().lexical_variables;
                variables.extend([Variable::new("once", 0), Variable::new("config", 0x22)]);
            }),
        ),
    ]
}

/// Returns the file of a record that may break rules. Unlike `encode`, it neither checks nor changes the record.
fn unchecked(record: &ModuleRecord) -> Vec<u8> {
    let strings = |strings: &[&String]| strings.iter().flat_map(|s| string(s.as_bytes())).collect::<Vec<u8>>();
    let count = |length: usize| u32(u32::try_from(length).unwrap());
    let mut parts = vec![count(record.requests.len())];
    for request in &record.requests {
        parts.push(strings(&[&request.specifier]));
        parts.push(u32(1));
        parts.push(count(request.attributes.len()));
        parts.extend(request.attributes.iter().map(|a| strings(&[&a.key, &a.value])));
    }
    parts.push(count(record.imports.len()));
    for import in &record.imports {
        parts.push(u32(if import.import_type == ImportType::Namespace { 2 } else { 0 }));
        parts.push(strings(&[&import.module_request, &import.import_name, &import.local_name]));
    }
    parts.push(count(record.exports.len()));
    for export in &record.exports {
        parts.push(u32(match export.export_type {
            ExportType::Local => 0,
            ExportType::Indirect => 1,
            _ => 2,
        }));
        parts.push(strings(&[&export.export_name, &export.module_name, &export.import_name, &export.local_name]));
    }
    parts.push(count(record.star_exports.len()));
    parts.extend(record.star_exports.iter().map(|specifier| strings(&[specifier])));
    if let Some(environment) = record.environment() {
        for variables in [&environment.declared_variables, &environment.lexical_variables] {
            parts.push(count(variables.len()));
            parts.extend(variables.iter().map(|v| [strings(&[&v.name]), u32(v.bits)].concat()));
        }
        parts.push(u32(environment.code_features));
    }
    if record.version().has_bytecode_offset() {
        padded(record.version(), &parts, b"")
    } else {
        parts.push(u32(0));
        file(&parts)
    }
}

#[test]
fn messages_of_structural_errors() {
    let mut text = String::new();
    for (name, file) in broken_files() {
        let error = bmes::validate(&file).unwrap_err();
        writeln!(text, "{name}\n  {error}\n  {}", error.clause().unwrap()).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn messages_of_layout_errors() {
    let mut text = String::new();
    for (name, file) in broken_layouts() {
        let error = bmes::validate(&file).unwrap_err();
        writeln!(text, "{name}\n  {error}\n  {}", error.clause().unwrap()).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn message_of_a_file_without_an_offset() {
    let error = bmes::bytecode_range(&bmes::encode(&example(), b"code").unwrap()).unwrap_err();
    insta::assert_snapshot!(error, @"unsupported-version: version at byte 4 (0x4): expected a version whose header has the offset of the bytecode (2, 3 or 4), found 1");
}

/// Returns an error for each clause of version 4 that a file of the corpus breaks, by the clause's name.
fn version_4() -> BTreeMap<String, bmes::Error> {
    let mut paths = support::corpus("bmes");
    paths.retain(|path| path.components().any(|part| part.as_os_str() == "v4"));
    paths.sort();
    let error = |path: &std::path::PathBuf| {
        let file = std::fs::read(path).unwrap();
        bmes::v4::ModuleView::parse(&file).and_then(|view| view.check()).err()
    };
    let mut errors = BTreeMap::new();
    for error in paths.iter().filter_map(error) {
        errors.entry(error.clause().unwrap().to_string()).or_insert(error);
    }
    errors
}

#[test]
fn messages_of_version_4() {
    let mut text = String::new();
    for (clause, error) in version_4() {
        writeln!(text, "{clause}\n  {error}").unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn messages_of_semantic_errors() {
    let mut text = String::new();
    let mut seen = Vec::new();
    for (name, record) in broken_records() {
        let alone = bmes::check(&record).unwrap_err();
        let bytes = unchecked(&record);
        let error = ModuleView::parse(&bytes).unwrap().check().unwrap_err();
        assert_eq!((alone.kind(), alone.path()), (error.kind(), error.path()), "{name}");
        assert_eq!(bmes::encode(&record, b"").unwrap_err().to_string(), alone.to_string(), "{name}");
        writeln!(text, "{name}\n  {error}\n  {}", error.clause().unwrap()).unwrap();
        seen.push(error.kind());
    }
    for rule in Rule::ALL {
        assert!(seen.contains(&ErrorKind::Rule(*rule)), "no record of this test breaks {rule:?}");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_number_that_does_not_fit_is_too_large() {
    let record: ModuleRecord = ModuleRecord::new(bmes::VersionFields::V1);
    assert_eq!(bmes::encoded_len(&record, u32::MAX.into()), Ok(28 + u64::from(u32::MAX)));
    let error = bmes::encoded_len(&record, 1 << 32).unwrap_err();
    insta::assert_snapshot!(error, @"too-large: bytecode_size: expected at most 4294967295, found 4294967296");
}

#[test]
fn an_offset_that_does_not_fit_is_too_large() {
    // Attributes that take 4 GiB in a file: 4,096 attributes share one value of 1 MiB.
    let value = "x".repeat(1 << 20);
    let keys: Vec<String> = (0..1 << 12).map(|key| format!("{key}")).collect();
    let attributes = keys.iter().map(|key| Attribute { key: key.as_str(), value: value.as_str() }).collect();
    let mut record = ModuleRecord::new(bmes::VersionFields::V2);
    record.requests.push(ModuleRequest { specifier: "m", attributes });
    let error = bmes::encoded_len(&record, 4).unwrap_err();
    assert_eq!(error.clause().unwrap().to_string(), "v2-writer-too-large");
    insta::assert_snapshot!(error, @"too-large: bytecode_offset: expected at most 4294967295, found 4295015384");
}

#[test]
#[cfg(target_pointer_width = "64")]
fn metadata_that_does_not_fit_is_too_large_in_version_1_too() {
    // This takes address space but hardly any memory, because nothing writes to it.
    let long = String::from_utf8(vec![0; 1 << 32]).unwrap();
    let mut record: ModuleRecord<&str> = ModuleRecord::new(bmes::VersionFields::V1);
    record.requests.push(ModuleRequest::new(&*long));
    let error = bmes::encoded_len(&record, 0).unwrap_err();
    insta::assert_snapshot!(error, @"too-large: metadata: expected at most 4294967295, found 4294967332");
}

#[test]
fn a_type_is_shown_with_its_name() {
    let mut record: ModuleRecord = ModuleRecord::new(bmes::VersionFields::V1);
    record.requests.push(request("m", &[]));
    record.imports = vec![
        ImportEntry::single("m", "*", "a"),
        ImportEntry::single_typescript("m", "*", "b"),
        ImportEntry::namespace("m", "c"),
    ];
    record.exports =
        vec![ExportEntry::local("a", "a"), ExportEntry::indirect("b", "m", "b"), ExportEntry::namespace("c", "m")];
    let file = bmes::encode(&record, b"").unwrap();
    let inspection = bmes::inspect(&file);
    let types = inspection.spans().iter().filter(|span| span.path.field == "type");
    let shown: Vec<_> = types.map(|span| span.value).collect();
    let named = |value, name| Value::Type(value, Some(name));
    let imports = [named(0, "Single"), named(1, "SingleTypeScript"), named(2, "Namespace")];
    let exports = [named(0, "Local"), named(1, "Indirect"), named(2, "Namespace")];
    assert_eq!(shown, [imports, exports].concat());
}

#[test]
fn debug_of_a_view_shows_its_entries() {
    let file = bmes::encode(&example_with_var(), b"code").unwrap();
    let view = ModuleView::parse(&file).unwrap();
    insta::assert_snapshot!(format!("{view:#?}"));
}

#[test]
fn annotated_bytes_name_every_field_and_mark_the_error() {
    let mut text = String::new();
    for (name, file) in broken_files() {
        writeln!(text, "{name}\n{}", bmes::inspect(&file).annotated().around(2)).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn annotated_bytes_of_broken_layouts() {
    let mut text = String::new();
    for (name, file) in broken_layouts() {
        writeln!(text, "{name}\n{}", bmes::inspect(&file).annotated().around(3)).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn annotated_bytes_of_a_whole_file_of_version_3() {
    let file = bmes::encode(&example_with_var(), &[0xff; 20]).unwrap();
    insta::assert_snapshot!(bmes::inspect(&file).annotated());
}

#[test]
fn annotated_bytes_of_a_whole_file() {
    let mut record = example();
    record.exports[0].export_name = "line\nbreak \u{202e} \u{1b}[31m é".into();
    record.star_exports[0] = "./util.js".into();
    let file = bmes::encode(&record, &[0xff; 100]).unwrap();
    insta::assert_snapshot!(bmes::inspect(&file).annotated());
}

#[test]
fn annotated_bytes_around_an_offset() {
    let file = bmes::encode(&example(), &[0xff; 100]).unwrap();
    let inspection = bmes::inspect(&file);
    let mut text = String::new();
    for (name, mark, around) in
        [("an entry", 0x6a, 1), ("the end", file.len(), 1), ("a byte of the bytecode", file.len() - 40, 0)]
    {
        writeln!(text, "{name}\n{}", inspection.annotated().mark(Some(mark)).around(around)).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn every_clause_that_an_error_names_is_in_the_specification() {
    let files = broken_files().into_iter().chain(broken_layouts());
    let mut named: Vec<Clause> = files.map(|(_, file)| bmes::validate(&file).unwrap_err().clause().unwrap()).collect();
    named.extend(broken_records().iter().map(|(_, record)| bmes::check(record).unwrap_err().clause().unwrap()));
    for &version in Version::NAMED {
        let record: ModuleRecord = ModuleRecord::of_version(version).expect("a version from 1 to 3");
        named.push(bmes::encoded_len(&record, 1 << 32).unwrap_err().clause().unwrap());
        let change = match version {
            Version::V3 => EnvironmentChange::Drop,
            _ => EnvironmentChange::Supply(Environment::new()),
        };
        named.push(record.convert(version, change).unwrap_err().clause().unwrap());
    }
    named.extend(version_4().into_values().map(|error| error.clause().unwrap()));
    named.push(bmes::bytecode_range(&file(&[])).unwrap_err().clause().unwrap());
    named.extend(Rule::ALL.iter().flat_map(|rule| Version::NAMED.iter().filter_map(|version| rule.clause(*version))));
    for clause in named {
        assert_eq!(clause.to_string(), format!("v{}-{}", clause.version(), clause.name()));
        let page = format!("{}/../spec/v{}.md", env!("CARGO_MANIFEST_DIR"), clause.version());
        let anchor = format!("<a id=\"{clause}\"></a>**{clause}** ·");
        assert!(std::fs::read_to_string(&page).unwrap().contains(&anchor), "{page} has no clause {clause}");
    }
}

#[test]
fn every_class_has_the_code_that_the_specification_gives_it() {
    let page = format!("{}/../spec/errors.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(page).unwrap();
    let (_, table) = text.split_once("## Codes").unwrap();
    let (table, _) = table.split_once("## Order").unwrap();
    let rows = table.lines().filter_map(|line| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        Some((cells.next()?.parse().ok()?, cells.next()?.trim_matches('`')))
    });
    // The codes from 501 on are those of packs, which another crate opens.
    let specified: BTreeMap<u16, &str> = rows.filter(|(code, _)| *code < 501).collect();
    let files = broken_files().into_iter().chain(broken_layouts());
    let of_files = files.map(|(_, file)| bmes::validate(&file).unwrap_err().kind());
    let of_records = Rule::ALL.iter().copied().map(ErrorKind::Rule);
    let of_version_4 = version_4().into_values().map(|error| error.kind());
    let others = [
        ErrorKind::OtherProducer,
        ErrorKind::StaleSource { why: "" },
        ErrorKind::TooLarge { value: 0 },
        ErrorKind::OutOfMemory { bytes: 0 },
        ErrorKind::TextChanged,
    ];
    let codes: BTreeMap<u16, &str> =
        of_files.chain(of_records).chain(of_version_4).chain(others).map(|kind| (kind.code(), kind.class())).collect();
    assert_eq!(codes, specified);
}

#[test]
fn the_error_of_an_unknown_version_lists_the_known_versions() {
    let error = bmes::identify(b"SEMB\xff\0\0\0").unwrap_err().to_string();
    let known: Vec<String> = Version::ALL.iter().map(Version::to_string).collect();
    let (last, others) = known.split_last().unwrap();
    assert!(error.contains(&format!("({} or {last})", others.join(", "))), "{error}");
}

#[test]
fn no_character_that_harms_a_terminal_is_printed() {
    let harmful = ('\u{0}'..='\u{1f}')
        .chain('\u{7f}'..='\u{9f}')
        .chain(['\u{61c}', '\u{200e}', '\u{200f}'])
        .chain('\u{2028}'..='\u{202e}')
        .chain('\u{2066}'..='\u{2069}');
    for character in harmful {
        let text = format!("a{character}b");
        for shown in [bmes::Printable(&text).to_string(), bmes::Quoted { text: &text, most: None }.to_string()] {
            assert!(!shown.contains(character), "U+{:04X}", u32::from(character));
        }
    }
    assert_eq!(bmes::Printable("größe \"日本\"").to_string(), "größe \"日本\"");
}
