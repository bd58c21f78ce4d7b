//! The inputs of version 4.

use bmes::v4::{
    Attribute, ExportEntry, Flags, ImportEntry, ImportIndex, ModuleRecord, ModuleRequest, Phase, RequestIndex, Source,
    StringIndex, Variable,
};
use bmes::{Digest, Version};

use super::inputs::{Count, Input, List};
use crate::case::{Given, Record};
use crate::derive::repair;

/// All lists. If a checker compares each entry with all others, or searches a list for each entry, its time is quadratic
/// for at least one of these lists.
pub(super) fn lists() -> Vec<List> {
    let list =
        |name, input: fn(usize) -> ModuleRecord| List::new(Version::V4, name, Box::new(move |n| of(input(n), b"")));
    let mut lists = vec![
        list("requests", |n| requests(n, false)),
        list("requests-reversed", |n| requests(n, true)),
        list("attributes", attributes),
        list("imports", |n| imports(n, false)),
        list("tolerant-imports", |n| imports(n, true)),
        list("exports", exports),
        list("star-exports", |n| {
            let mut record = requests(n / 2, false);
            record.star_exports = (0..).map(RequestIndex).take(n / 2).collect();
            record
        }),
        list("variables", variables),
        list("string", |n| named(vec!["s".repeat(n * 16)])),
        // A testee that compares each string with all others, and finds the difference only at the end.
        list("strings-with-one-beginning", |n| {
            named((0..n).map(|number| format!("{}{number:07}", "b".repeat(64))).collect())
        }),
        List::new(Version::V4, "bytecode", Box::new(|n| of(empty(), &vec![0xCA; n * 16]))),
    ];
    lists.push(list("requests-that-differ-at-their-end", |n| similar_requests(n * 16)).full_size());
    lists
}

fn empty() -> ModuleRecord {
    let mut record = ModuleRecord::new(Digest([1; 32]), Source { size: 0, sha256: Digest([2; 32]) });
    record.flags = Flags { typescript: true, ..Flags::default() };
    record
}

fn of(record: ModuleRecord, bytecode: &[u8]) -> Input {
    let file = bmes_oracle::v4::encode(&record, b"", bytecode).expect("a writer accepts the record");
    let given = Given { producer: record.producer, source: None };
    Input { record: Record::V4(record), bytecode: bytecode.into(), given, file, count: 0..0 }
}

fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn string(number: usize) -> StringIndex {
    StringIndex(index(number))
}

/// Returns a record with these strings, each of which is the specifier of a request.
fn named(strings: Vec<String>) -> ModuleRecord {
    let request =
        |number| ModuleRequest { specifier: string(number), phase: Phase::Evaluation, attributes: Vec::new() };
    ModuleRecord { requests: (0..strings.len()).map(request).collect(), strings, ..empty() }
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("./{number:07}.js")).collect()
}

fn requests(count: usize, is_reversed: bool) -> ModuleRecord {
    let mut record = named(names(count));
    if is_reversed {
        record.requests.reverse();
    }
    record
}

fn attributes(count: usize) -> ModuleRecord {
    let mut record = named(vec!["m".into()]);
    record.strings.extend(names(count));
    record.requests[0].attributes =
        (1..=count).map(|number| Attribute { key: string(number), value: string(0) }).collect();
    record
}

/// Returns a record with `attributes` attributes. All its requests have one specifier and the same attributes, except for
/// the value of the last one.
fn similar_requests(attributes: usize) -> ModuleRecord {
    const EACH: usize = 1000;
    let mut record = ModuleRecord { strings: vec!["m".into()], ..empty() };
    record.strings.extend((0..EACH).map(|number| format!("k{number:03}")));
    for request in 0..attributes.div_ceil(EACH) {
        let last = record.strings.len();
        record.strings.push(format!("v{request:06}"));
        let value = |key: usize| string(if key == EACH { last } else { 0 });
        let attributes = (1..=EACH).map(|key| Attribute { key: string(key), value: value(key) }).collect();
        record.requests.push(ModuleRequest { specifier: string(0), phase: Phase::Evaluation, attributes });
    }
    record
}

fn imports(count: usize, are_tolerant: bool) -> ModuleRecord {
    let mut record = named(vec!["m".into()]);
    record.strings.extend(names(count));
    let import =
        |number| ImportEntry { local_name: string(number), request: RequestIndex(0), import_name: Some(string(0)) };
    record.imports = (1..=count).map(import).collect();
    if are_tolerant {
        record.tolerant_imports = (0..).map(ImportIndex).take(count).collect();
    }
    record
}

fn exports(count: usize) -> ModuleRecord {
    let mut record = imports(count / 2, true);
    // Half of the exports are of imports, so that a checker looks for each among them.
    let local = |number| ExportEntry { export_name: string(number), request: None, name: Some(string(number)) };
    record.exports = (1..=count / 2).map(local).collect();
    record
}

fn variables(count: usize) -> ModuleRecord {
    let mut record = empty();
    record.strings = names(count);
    let variable = |number| Variable { name: string(number), bits: 0 };
    record.environment.get_or_insert_default().lexical_variables = (0..count).map(variable).collect();
    record
}

/// The counts of the metadata: the name, and the offset in the file.
const COUNTS: [(&str, usize); 10] = [
    ("string-count", 112),
    ("string-bytes", 116),
    ("request-count", 120),
    ("attribute-count", 124),
    ("import-count", 128),
    ("export-count", 132),
    ("star-export-count", 136),
    ("declared-variable-count", 140),
    ("lexical-variable-count", 144),
    ("tolerant-import-count", 156),
];

pub(super) fn counts() -> Vec<Count> {
    let count = |(name, offset): (&'static str, usize)| Count {
        version: Version::V4,
        name,
        valid: Box::new(move |length| {
            let mut record = variables(1);
            record.strings[0] = "n".repeat(length + 1);
            Input { count: offset..offset + 4, ..of(record, b"") }
        }),
        smallest: 3,
        finish: repair::repaired,
    };
    COUNTS.into_iter().map(count).collect()
}
