//! Compares the analyzer with Bun, which stores the record of a module in an executable. The cases `bun-…` of the corpus
//! have these records, and the text that Bun compiled (`conformance/real/README.md`).

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use bmes::v4::{self, RequestIndex, StringIndex, Supplied};
use bmes_analyzer::{Analysis, AnalyzeError, Options, SourceType, analyze};
use serde_json::Value;

/// A module in an executable.
struct Module {
    name: String,
    source: Vec<u8>,
    text: String,
    file: Vec<u8>,
    record: v4::ModuleRecord,
}

/// Why the record of a text differs in meaning from that of its source.
const REASONS: [(&str, &str); 2] = [
    ("nanoid", "Bun removes the prefix `node:` of specifiers"),
    ("settings", "Bun drops the attributes of `export … from`, so it requests the module a second time without them"),
];

#[test]
fn the_analyzers_record_of_the_text_gives_the_file_that_buns_record_gives() {
    for Module { name, text, file, record, .. } in modules() {
        let Ok(analysis) = analyzed(text.as_bytes()) else { continue };
        let view = v4::ModuleView::parse(&file).unwrap();
        let encoded =
            v4::encode(&converted(&analysis, &record), view.unverified_text(), view.unverified_bytecode()).unwrap();
        assert!(encoded == file, "{name}: Bun has {record:?}, the analyzer {:?}", analysis.record);
    }
}

#[test]
fn the_analyzer_rejects_the_texts_whose_records_only_version_4_can_hold() {
    let mut messages = String::new();
    for Module { name, text, record, .. } in modules() {
        match (record.drop_to_named(bmes::Version::V1), analyzed(text.as_bytes())) {
            (Ok(_), Ok(_)) => {}
            (Err(codec), Err(analyzer)) => write!(messages, "{name}\n{codec}\n{analyzer}\n\n").unwrap(),
            (codec, analyzer) => panic!("{name}: only one rejects: {codec:?}, {analyzer:?}"),
        }
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn buns_record_has_the_meaning_of_the_source_except_for_these_differences() {
    let mut differences = String::new();
    for Module { name, source, record, .. } in modules() {
        let Ok(analysis) = analyzed(&source) else { continue };
        let (of_bun, of_source) = (meaning(&record), meaning(&converted(&analysis, &record)));
        let reason = REASONS.iter().find(|(module, _)| *module == name);
        assert_eq!(reason.is_some(), of_bun != of_source, "{name}: {:?}", &of_bun ^ &of_source);
        let Some((_, reason)) = reason else { continue };
        writeln!(differences, "{name}: {reason}").unwrap();
        of_source.difference(&of_bun).for_each(|line| writeln!(differences, "  source  {line}").unwrap());
        of_bun.difference(&of_source).for_each(|line| writeln!(differences, "  Bun     {line}").unwrap());
    }
    insta::assert_snapshot!(differences);
}

fn modules() -> Vec<Module> {
    let provenance: Value = serde_json::from_slice(&read("real/provenance.json")).unwrap();
    let executables = provenance["executables"].as_array().unwrap();
    assert!(!executables.is_empty());
    executables.iter().map(module).collect()
}

fn module(executable: &Value) -> Module {
    let text_of = |value: &Value| value.as_str().unwrap().to_owned();
    let name = text_of(&executable["name"]);
    let file = read(&format!("corpus/v4/real/bun-{name}.bmes"));
    let view = v4::ModuleView::parse(&file).unwrap();
    let stored = view.unverified_text();
    let text = match text_of(&executable["text"]["encoding"]).as_str() {
        "latin1" => stored.iter().copied().map(char::from).collect(),
        "utf-16le" => {
            let units: Vec<_> = stored.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
            String::from_utf16(&units).unwrap()
        }
        other => panic!("{name}: the text has the encoding {other}, which this test does not know"),
    };
    let source = read(&format!("real/{}", text_of(&executable["source"]["path"])));
    let record = v4::decode(&file).unwrap().record;
    Module { name, source, text, file, record }
}

fn read(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance").join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn analyzed(source: &[u8]) -> Result<Analysis, AnalyzeError> {
    analyze(source, &Options::new(SourceType::Mjs))
}

/// Converts to version 4, with the data of `of_bun` that an analysis does not have.
fn converted<'a>(analysis: &'a Analysis, of_bun: &v4::ModuleRecord) -> v4::ModuleRecord<&'a str> {
    let flags = v4::Flags {
        top_level_await: analysis.flags.top_level_await,
        import_meta: analysis.flags.import_meta,
        typescript: false,
    };
    let supplied = Supplied {
        producer: of_bun.producer,
        source: of_bun.source,
        flags,
        alignment: of_bun.alignment,
        lexical_features: None,
    };
    v4::ModuleRecord::from_named(&analysis.record, supplied).unwrap()
}

/// Returns what other modules and a linker see of a module: its flags, its requests, the names that it takes from each of
/// them, and its exports. The local names are left out, because a bundler renames variables, and it may take a name that it
/// exports again with an import.
fn meaning<S: AsRef<str>>(record: &v4::ModuleRecord<S>) -> BTreeSet<String> {
    let string = |index: StringIndex| record.strings[usize::try_from(index.0).unwrap()].as_ref();
    let request = |index: RequestIndex| {
        let request = &record.requests[usize::try_from(index.0).unwrap()];
        let attributes: Vec<_> = request.attributes.iter().map(|it| (string(it.key), string(it.value))).collect();
        format!("{:?} {} {attributes:?}", string(request.specifier), request.phase.name())
    };
    let name = |index: Option<StringIndex>| index.map_or("*".to_owned(), |index| format!("{:?}", string(index)));
    let taken = |index, name: String| format!("takes {name} of {}", request(index));

    let mut meaning = BTreeSet::from([format!("{:?}", record.flags)]);
    let requests = (0..).map(RequestIndex).take(record.requests.len());
    meaning.extend(requests.map(|index| format!("request {}: {}", index.0, request(index))));
    meaning.extend(record.imports.iter().map(|it| taken(it.request, name(it.import_name))));
    for export in &record.exports {
        let export_name = string(export.export_name);
        meaning.insert(match export.request {
            None => format!("exports {export_name:?}"),
            Some(index) => format!("exports {export_name:?}: {} of {}", name(export.name), request(index)),
        });
        meaning.extend(export.request.map(|index| taken(index, name(export.name))));
    }
    meaning.extend(record.star_exports.iter().map(|index| format!("exports all of {}", request(*index))));
    meaning
}
