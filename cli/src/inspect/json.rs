//! Prints a file's fields as JSON.

use std::io::{self, Write as _};

use bmes::{Digest, Span, Value};
use serde::ser::{Serialize, Serializer};

use super::Inspected;
use crate::json::Object;
use crate::output::Out;

/// Prints one object with the file's size, version, fields and error.
pub(super) fn print(inspected: &Inspected<'_>) -> io::Result<()> {
    let answer = Answer {
        size: inspected.inspection.file_len(),
        version: inspected.version(),
        fields: Fields(inspected.inspection.spans()),
    };
    let mut out = Out::plain();
    Object::answer(Some(&inspected.source), answer).with_error(inspected.error()).write(&mut out)?;
    out.flush()
}

#[derive(serde::Serialize)]
struct Answer<'a> {
    size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    fields: Fields<'a>,
}

/// The list of fields. The fields are serialized one by one, without a list of JSON values in memory, because a file
/// may have millions of fields.
pub(crate) struct Fields<'a>(pub(crate) &'a [Span<'a>]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Named::new))
    }
}

/// A field with the position of its bytes and its value.
#[derive(serde::Serialize)]
pub(crate) struct Named<'a> {
    offset: usize,
    size: usize,
    section: &'static str,
    field: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Scalar<'a>>,
    /// The name of the value of a type: `Single` for 0 in `imports[0].type`. The text that an index stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum Scalar<'a> {
    Number(u32),
    Text(&'a str),
    Digest(Digest),
}

impl<'a> Named<'a> {
    pub(crate) fn new(span: &Span<'a>) -> Self {
        let (kind, value, name) = match span.value {
            Value::Magic(value) => ("magic", Some(Scalar::Number(value)), None),
            Value::Number(value) => ("number", Some(Scalar::Number(value)), None),
            Value::Bits(value) => ("bits", Some(Scalar::Number(value)), None),
            Value::Type(value, name) => ("type", Some(Scalar::Number(value)), name),
            Value::Flags(value) => ("flags", Some(Scalar::Number(value)), None),
            Value::Index(value, text) => ("index", Some(Scalar::Number(value)), text),
            Value::None => ("none", None, None),
            Value::Digest(digest) => ("digest", Some(Scalar::Digest(digest)), None),
            Value::Text(text) => ("text", Some(Scalar::Text(text)), None),
            Value::NotText(_) => ("not-text", None, None),
            Value::NotRead(_) => ("not-read", None, None),
            // `Value::Bytes`, and kinds of values that a later version of the crate `bmes` may add.
            _ => ("bytes", None, None),
        };
        Self {
            offset: span.range.start,
            size: span.range.len(),
            section: span.path.section.name(),
            field: span.path.to_string(),
            kind,
            value,
            name,
        }
    }
}
