//! The property `answers`: any bytes are taken as a line of a testee, which is an implementation under test. The
//! conformance runner reads and judges the line without a panic. The line passes if and only if it contains the
//! expected answer.
//!
//! This module also reads the line itself, with `serde_json` alone. So the runner's code is compared with other code,
//! not with itself.

use bmes::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest, Variable, Version};
use conformance::case::{Case, Decoded, NamedRecord, Place, Record};
use conformance::judge::judge;
use conformance::plan::Expected;
use conformance::protocol::{Answer, Info, Operation, Refusal, answer, request};
use serde_json::{Map, Value, json};

/// The id of the request to which the line is the answer.
const ID: u64 = 7;

/// Reads and judges a line as the answer to each question. Returns true if the line is a valid answer to at least one
/// question.
pub fn property(line: &[u8]) -> bool {
    // Other functions of the runner also read untrusted lines and files. They must not panic either.
    let _ = answer::read_hello(line, Some(0)).map_err(|invalid| invalid.to_string());
    let _ = request::read(line);
    let _ = Case::parse(line);
    let value = serde_json::from_slice::<Value>(line).ok();
    let mut valid = false;
    for question in questions() {
        for id in [Some(ID), None] {
            for errors in [true, false] {
                let info = Info { errors, ..info() };
                let read = answer::read(line, id, question.operation);
                valid |= read.is_ok();
                let passes = read.is_ok_and(|answer| judge(&question.expected(), &Ok(answer), &info).is_none());
                let right = value
                    .as_ref()
                    .is_some_and(|value| question.is_answered_by(value, id, errors) && keys(value) == colons(line));
                assert_eq!(
                    passes, right,
                    "{} with id {id:?}: the judge's result (left: the line passes) differs from the second reading of the line (right)",
                    question.operation
                );
            }
        }
    }
    valid
}

/// Returns the first inputs of fuzzing: a line with the right answer to each question, lines with other kinds of
/// answers, and a hello line.
pub fn lines() -> Vec<Vec<u8>> {
    let others = [
        Answer::Unsupported("not now".into()),
        Answer::Fault("broken".into()),
        Answer::Refused(Refusal { class: "bad-utf8".into(), offset: Some(9), message: Some("\u{202e}".into()) }),
    ];
    let right = questions().into_iter().map(Question::answer);
    let mut lines: Vec<_> = right
        .chain(others)
        .flat_map(|answer| {
            [Some(ID), None].map(|id| {
                let mut line = Vec::new();
                answer::write(&mut line, id, &answer);
                // The answer of a testee that is started for each request (one-shot) has no id.
                let text = String::from_utf8_lossy(&line).replace("\"id\":null,", "");
                text.into_bytes()
            })
        })
        .collect();
    let mut hello = Vec::new();
    answer::write_hello(&mut hello, 0, &info());
    lines.push(hello);
    lines
}

/// A request to a testee, and the right answer to it.
pub struct Question {
    operation: Operation,
    right: Right,
}

enum Right {
    Version(u32),
    Record(Box<Decoded>),
    Accepted,
    File(Vec<u8>),
    Refused(&'static [&'static str]),
}

impl Question {
    fn expected(&self) -> Expected<'_> {
        match &self.right {
            Right::Version(version) => Expected::Version(*version),
            Right::Record(decoded) => Expected::Record(decoded),
            Right::Accepted => Expected::Accepted,
            Right::File(file) => Expected::File(file),
            Right::Refused(classes) => Expected::Refused { classes: classes.to_vec(), offset: None },
        }
    }

    fn answer(self) -> Answer {
        match self.right {
            Right::Version(version) => Answer::Version(version),
            Right::Record(decoded) => Answer::Record(decoded),
            Right::Accepted => Answer::Accepted,
            Right::File(file) => Answer::File(file),
            Right::Refused(classes) => {
                let class = (*classes.first().unwrap_or(&"limit")).to_owned();
                Answer::Refused(Refusal { class, offset: None, message: None })
            }
        }
    }

    /// Returns true if the line contains the expected answer. This function follows the page of the protocol strictly,
    /// and uses no code of the runner.
    fn is_answered_by(&self, line: &Value, id: Option<u64>, errors: bool) -> bool {
        let Value::Object(line) = line else { return false };
        let mut rest = line.clone();
        if let Some(id) = id
            && rest.swap_remove("id") != Some(id.into())
        {
            return false;
        }
        let ok = |expected: Value| rest == Map::from_iter([("ok".to_owned(), expected)]);
        match &self.right {
            Right::Version(version) => ok(json!({ "version": version })),
            Right::Record(decoded) => ok(record(decoded)),
            Right::Accepted => ok(true.into()),
            Right::File(file) => ok(json!({ "hex": hex(file) })),
            Right::Refused(classes) => {
                rest.len() == 1 && rest.get("err").is_some_and(|err| is_error(err, classes, errors))
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

fn is_error(err: &Value, classes: &[&str], errors: bool) -> bool {
    let Some(err) = err.as_object() else { return false };
    let known = err.iter().all(|(key, value)| match key.as_str() {
        "class" => value.as_str().is_some_and(is_class),
        "offset" => value.is_u64(),
        "message" => value.is_string(),
        _ => false,
    });
    let class = err.get("class").and_then(Value::as_str);
    known && class.is_some_and(|class| !errors || classes.is_empty() || classes.contains(&class))
}

/// Returns true if the text consists of lowercase words or digits that are joined by hyphens, such as `bad-utf8`.
fn is_class(text: &str) -> bool {
    let has_word = |text: &str| text.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit());
    let only = text.chars().all(|each| each.is_ascii_lowercase() || each.is_ascii_digit() || each == '-');
    only && has_word(text) && !text.ends_with('-') && !text.contains("--")
}

/// Returns the JSON of a record according to the protocol, built without the code of the runner.
fn record(decoded: &Decoded) -> Value {
    let Decoded { record: Record::Named(record), bytecode, .. } = decoded else {
        unreachable!("the questions have records of versions 1 and 3")
    };
    let variables = |variables: &[Variable]| -> Value {
        variables.iter().map(|each| json!({ "name": each.name, "bits": each.bits })).collect()
    };
    let mut value = json!({
        "version": record.version().number(),
        "requests": record.requests.iter().map(|request| json!({
            "specifier": request.specifier,
            "attributes": request.attributes.iter().map(|each| json!({ "key": each.key, "value": each.value })).collect::<Value>(),
        })).collect::<Value>(),
        "imports": record.imports.iter().map(|import| json!({
            "type": match import.import_type {
                ImportType::Single => "single",
                ImportType::SingleTypeScript => "single-typescript",
                _ => "namespace",
            },
            "module_request": import.module_request, "import_name": import.import_name, "local_name": import.local_name,
        })).collect::<Value>(),
        "exports": record.exports.iter().map(|export| json!({
            "type": match export.export_type {
                ExportType::Local => "local",
                ExportType::Indirect => "indirect",
                _ => "namespace",
            },
            "export_name": export.export_name, "module_name": export.module_name,
            "import_name": export.import_name, "local_name": export.local_name,
        })).collect::<Value>(),
        "star_exports": record.star_exports,
        "bytecode": { "offset": bytecode.offset, "length": bytecode.length },
    });
    if let Some(environment) = record.environment() {
        value["declared_variables"] = variables(&environment.declared_variables);
        value["lexical_variables"] = variables(&environment.lexical_variables);
        value["code_features"] = environment.code_features.into();
    }
    value
}

/// Returns the number of keys of all objects in a value.
fn keys(value: &Value) -> usize {
    match value {
        Value::Object(map) => map.len() + map.values().map(keys).sum::<usize>(),
        Value::Array(values) => values.iter().map(keys).sum(),
        _ => 0,
    }
}

/// Returns the number of colons in a line outside its strings. Each key has one colon. So the number is larger than
/// [`keys`] if an object has a key twice.
fn colons(line: &[u8]) -> usize {
    let (mut colons, mut in_string, mut escaped) = (0, false, false);
    for byte in line {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b':' if !in_string => colons += 1,
            _ => {}
        }
    }
    colons
}

/// Returns questions for each operation. Together, their right answers have every kind that the operation can return.
fn questions() -> Vec<Question> {
    let record = |version| {
        Right::Record(Box::new(Decoded {
            record: example(version).into(),
            text: None,
            bytecode: Place { offset: 96, length: 4 },
        }))
    };
    let of = |operation, right| Question { operation, right };
    vec![
        of(Operation::Identify, Right::Version(1)),
        of(Operation::Identify, Right::Refused(&["bad-magic"])),
        of(Operation::Decode, record(Version::V1)),
        of(Operation::Decode, record(Version::V3)),
        of(Operation::Decode, Right::Refused(&["truncated", "bad-layout"])),
        of(Operation::Check, Right::Accepted),
        of(Operation::Check, Right::Refused(&[])),
        of(Operation::Encode, Right::File(b"SEMB\x01\0\xFF".to_vec())),
        of(Operation::Encode, Right::Refused(&[])),
    ]
}

fn example(version: Version) -> NamedRecord {
    let mut record = NamedRecord::of_version(version).expect("a version from 1 to 3");
    let attributes = vec![Attribute::new("type", "json")];
    record.requests = vec![ModuleRequest { attributes, ..ModuleRequest::new("./é\0.json") }];
    record.imports = vec![ImportEntry::namespace("./é\0.json", "ns")];
    record.exports = vec![ExportEntry::local("default", "\u{1F600}")];
    if let Some(environment) = record.environment_mut() {
        environment.lexical_variables = vec![Variable::new("ns", u32::MAX)];
    }
    record
}

fn info() -> Info {
    Info {
        name: "mine".into(),
        version: "1".into(),
        language: "any".into(),
        formats: vec![1, 3],
        operations: Operation::ALL.to_vec(),
        errors: true,
        max_line: None,
    }
}
