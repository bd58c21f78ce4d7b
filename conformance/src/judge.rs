//! Compares an answer with the expected one. The verdict is a pass, or a failure with the differences.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::plan::Expected;
use crate::protocol::{Answer, Info, Refusal};
use crate::status::Status;
use crate::testee::Trouble;
use crate::text::{count, printable};

/// The maximum number of differences that a failure lists.
const DIFFERENCES: usize = 8;

/// The [symptom](Failure::symptom) of a testee that accepts an input although it must reject the input.
pub const ACCEPTED: &str = "accepted";

/// The maximum size in bytes of the file that [`Failure::file`] keeps.
const KEPT: usize = 65_536;

/// The reason why an answer is not a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The kind of failure.
    pub status: Status,
    /// The clause that the answer breaks, if the suite knows it.
    pub clause: Option<String>,
    /// The difference from the expected answer in a few words, such as `rejected as bad-flag`. It is the same for every
    /// case that fails for the same cause.
    pub symptom: String,
    /// The expected answer, in words.
    pub expected: String,
    /// The testee's answer, in words.
    pub got: String,
    /// The differences of the two records or of the two files, field by field.
    pub differences: Vec<Difference>,
    /// The offset in the file at which a person should look: the offset of the error that the reference reports, or the
    /// offset of the first difference between the two files.
    pub offset: Option<usize>,
    /// The file that `encode` returned in place of the expected one, if it is small enough to keep.
    pub file: Option<Vec<u8>>,
    /// The text that the testee wrote to standard error while it answered.
    pub stderr: String,
}

/// A field that differs from its expected value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The field's path.
    pub path: String,
    /// The expected value.
    pub expected: String,
    /// The testee's value.
    pub got: String,
}

/// Compares the answer `received` with the expected one. Returns `None` for a pass.
pub fn judge(expected: &Expected<'_>, received: &Result<Answer, Trouble>, info: &Info) -> Option<Failure> {
    let answer = match received {
        Ok(answer) => answer,
        Err(trouble) => return Some(failure(trouble.status, expected, info, trouble.detail.clone())),
    };
    let status = match (expected, answer) {
        (_, Answer::Unsupported(_)) => Status::Unsupported,
        (_, Answer::Fault(_)) => Status::Fault,
        (Expected::Version(expected), Answer::Version(version)) if expected == version => return None,
        (Expected::Record(expected), Answer::Record(record)) if **expected == **record => return None,
        (Expected::Accepted, Answer::Accepted) => return None,
        (Expected::Index(expected), Answer::Index(index)) if **expected == **index => return None,
        (Expected::File(expected), Answer::File(file)) if expected == file => return None,
        (Expected::Refused { classes, .. }, Answer::Refused(refusal)) if is_one_of(&refusal.class, classes, info) => {
            return None;
        }
        _ => Status::WrongAnswer,
    };
    let mut failure = failure(status, expected, info, describe(answer));
    failure.symptom = symptom(status, expected, answer);
    match (expected, answer) {
        (Expected::Record(expected), Answer::Record(record)) => {
            failure.got = "ok, with a different record".into();
            failure.differences = differences(*expected, &**record);
        }
        (Expected::Index(expected), Answer::Index(index)) => {
            failure.got = "ok, with a different index".into();
            failure.differences = differences(*expected, &**index);
        }
        (Expected::File(expected), Answer::File(file)) => {
            let (difference, offset) = first_difference(expected, file);
            failure.differences.push(difference);
            failure.offset = Some(offset);
            failure.file = (file.len() <= KEPT).then(|| file.clone());
        }
        _ => {}
    }
    Some(failure)
}

/// Creates a failure without differences.
pub fn failure(status: Status, expected: &Expected<'_>, info: &Info, got: String) -> Failure {
    let expectation = describe_expected(expected, info);
    Failure {
        status,
        clause: None,
        symptom: status.name().to_owned(),
        expected: expectation,
        got,
        differences: Vec::new(),
        offset: error_offset(expected),
        file: None,
        stderr: String::new(),
    }
}

fn symptom(status: Status, expected: &Expected<'_>, answer: &Answer) -> String {
    match (expected, answer) {
        _ if status != Status::WrongAnswer => status.name().to_owned(),
        (Expected::Refused { classes, .. }, Answer::Refused(refusal)) => {
            format!("rejected as {} instead of {}", refusal.class, classes.join(" or "))
        }
        (_, Answer::Refused(refusal)) => format!("rejected as {}", refusal.class),
        (Expected::Refused { .. }, _) => ACCEPTED.to_owned(),
        (Expected::Version(_), _) => "wrong version".to_owned(),
        (Expected::Record(_), _) => "wrong record".to_owned(),
        (Expected::Index(_), _) => "wrong index".to_owned(),
        (Expected::File(_), _) => "wrong bytes".to_owned(),
        (Expected::Accepted, _) => "wrong answer".to_owned(),
    }
}

/// Returns the offset of the error that the reference reports, or `None` if the testee must not report an error.
pub fn error_offset(expected: &Expected<'_>) -> Option<usize> {
    match expected {
        Expected::Refused { offset, .. } => *offset,
        _ => None,
    }
}

fn is_one_of(class: &str, classes: &[&str], info: &Info) -> bool {
    !info.errors || classes.is_empty() || classes.contains(&class)
}

/// Describes the expected answer in words.
pub fn describe_expected(expected: &Expected<'_>, info: &Info) -> String {
    match expected {
        Expected::Version(version) => format!("version {version}"),
        Expected::Record(_) => "ok, with the record of the file".into(),
        Expected::Index(_) => "ok, with the index of the pack".into(),
        Expected::Accepted => "ok".into(),
        Expected::File(file) => format!("ok, with {}", count(file.len(), "byte", "bytes")),
        Expected::Refused { classes, .. } => match classes.as_slice() {
            [] => "err, of any class".to_owned(),
            classes if info.errors => format!("err {}", classes.join(" or ")),
            classes => format!("err, of any class (the specification says {})", classes.join(" or ")),
        },
    }
}

fn describe(answer: &Answer) -> String {
    match answer {
        Answer::Version(version) => format!("version {version}"),
        Answer::Record(_) => "ok, with a record".into(),
        Answer::Index(_) => "ok, with an index".into(),
        Answer::Accepted => "ok".into(),
        Answer::File(file) => format!("ok, with {}", count(file.len(), "byte", "bytes")),
        Answer::Refused(Refusal { class, offset, message }) => {
            let mut text = format!("err {class}");
            if let Some(offset) = offset {
                let _ = write!(text, " at byte {offset}");
            }
            if let Some(message) = message {
                let _ = write!(text, ": {}", printable(message));
            }
            text
        }
        Answer::Unsupported(why) => format!("unsupported: {}", printable(why)),
        Answer::Fault(why) => format!("fault: {}", printable(why)),
    }
}

/// Returns the differences between two records or indices. The path of a difference is that of the JSON in the protocol,
/// such as `imports[0].type`.
fn differences<T: Serialize>(expected: &T, got: &T) -> Vec<Difference> {
    let mut found = Vec::new();
    if let (Ok(expected), Ok(got)) = (serde_json::to_value(expected), serde_json::to_value(got)) {
        compare(String::new(), &expected, &got, &mut found);
    }
    found
}

fn compare(path: String, expected: &Value, got: &Value, found: &mut Vec<Difference>) {
    if found.len() >= DIFFERENCES || expected == got {
        return;
    }
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            for (key, value) in expected {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(path, value, got.get(key).unwrap_or(&Value::Null), found);
            }
        }
        (Value::Array(expected), Value::Array(got)) => {
            if expected.len() != got.len() {
                let entries = |values: &[Value]| count(values.len(), "entry", "entries");
                found.push(Difference { path: path.clone(), expected: entries(expected), got: entries(got) });
            }
            for (index, (expected, got)) in expected.iter().zip(got).enumerate() {
                compare(format!("{path}[{index}]"), expected, got, found);
            }
        }
        _ => found.push(Difference { path, expected: show(expected), got: show(got) }),
    }
}

/// Formats a value, shortened to a few characters. Characters in strings that could be invisible are escaped.
fn show(value: &Value) -> String {
    const MOST: usize = 80;
    let text = match value {
        Value::String(text) => format!("\"{}\"", text.escape_debug()),
        other => other.to_string(),
    };
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}… ({})", &text[..end], count(text.len(), "byte", "bytes")),
        None => text,
    }
}

/// Returns the length in bytes of the common prefix of two files.
pub fn common_length(expected: &[u8], got: &[u8]) -> usize {
    expected.iter().zip(got).take_while(|(expected, got)| expected == got).count()
}

/// Returns the first difference between two files, with up to eight bytes of each file, and the offset of the
/// difference.
fn first_difference(expected: &[u8], got: &[u8]) -> (Difference, usize) {
    let offset = common_length(expected, got);
    let around = |bytes: &[u8]| match bytes.get(offset..bytes.len().min(offset + 8)) {
        None | Some([]) => "(end of file)".to_owned(),
        Some(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" "),
    };
    (Difference { path: format!("from byte {offset}"), expected: around(expected), got: around(got) }, offset)
}
