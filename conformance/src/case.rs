//! A file case of the corpus: what its sidecar says.
//!
//! The JSON shape is `corpus/schema/case.schema.json`; the types here are that schema in Rust, and a test holds the two together.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::protocol::Operation;
use crate::protocol::shape::{self, Violation};
use crate::recipe::Recipe;

/// One case: a file (or a record that must be refused) and what every operation must answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// `v1/<section>/<name>`: never changed, never used again.
    pub id: String,
    /// What is special about it, in one line.
    pub title: String,
    /// The anchors in `spec/` that it tests; never empty.
    pub clauses: Vec<String>,
    /// What each operation must answer. An operation that is absent is not asked.
    pub expect: Expect,
    /// Where the case comes from.
    pub origin: Origin,
    /// How it was made or where it was found; always there unless the origin is `hand`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<String>,
    /// The record that a writer must refuse: such a case has no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// How the files and the record grow from what is stored, where they are large.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<Recipe>,
}

/// The answers that are expected, by operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Magic and version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identify: Option<Outcome>,
    /// The structure, and the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decode: Option<Outcome>,
    /// The structure and the semantic rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Outcome>,
    /// The record's bytes: the file itself, or `<case>.canonical.bmes` where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encode: Option<Outcome>,
}

/// What an operation must answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// `identify` accepts the file as this version.
    Version {
        /// The version's number.
        version: u32,
    },
    /// `decode` accepts the file and reports this record.
    Record {
        /// The record, with the place of its bytecode.
        record: Box<Decoded>,
    },
    /// `check` or `encode` accepts.
    Ok {
        /// Always true.
        ok: bool,
    },
    /// The file or the record is refused.
    Error {
        /// The classes that are right: more than one only where two readings of the file are legitimate.
        error: Vec<String>,
        /// Where the reference sees the fault: shown, never required.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offset: Option<usize>,
    },
}

/// A record as the protocol writes it.
pub type Record = bmes::ModuleRecord<String>;

/// What `decode` reports: the record, and where the bytecode is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decoded {
    /// The record.
    #[serde(flatten)]
    pub record: Record,
    /// Where the bytecode is.
    pub bytecode: Bytecode,
}

/// A place in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bytecode {
    /// From the file's start, in bytes.
    pub offset: usize,
    /// In bytes.
    pub length: usize,
}

/// Where a case comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Described by a person for a sentence of the specification.
    Hand,
    /// Made from what a real engine wrote.
    Real,
    /// Found by fuzzing.
    Fuzz,
    /// A bug that a real reader had.
    Review,
}

impl Case {
    /// The part of the id before the case's own name, such as `v1/imports`.
    pub fn section(&self) -> &str {
        self.id.rsplit_once('/').map_or("", |(section, _)| section)
    }

    /// The version of the format that the case is about: its id begins with it.
    pub fn version(&self) -> Option<u32> {
        self.id.strip_prefix('v')?.split_once('/')?.0.parse().ok()
    }

    /// Reads a sidecar; the error says what is wrong with it.
    pub fn parse(sidecar: &[u8]) -> Result<Self, String> {
        let value = shape::parse(sidecar)?;
        serde_json::from_value(value).map_err(|error| error.to_string())
    }
}

impl Expect {
    /// What `operation` must answer, if it is asked at all.
    pub fn of(&self, operation: Operation) -> Option<&Outcome> {
        match operation {
            Operation::Identify => self.identify.as_ref(),
            Operation::Decode => self.decode.as_ref(),
            Operation::Check => self.check.as_ref(),
            Operation::Encode => self.encode.as_ref(),
        }
    }

    /// The record that the file holds, if it decodes.
    pub fn record(&self) -> Option<&Decoded> {
        match &self.decode {
            Some(Outcome::Record { record }) => Some(record),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        outcome(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Decoded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        shape::decoded(Value::deserialize(deserializer)?, "").map_err(D::Error::custom)
    }
}

fn outcome(value: Value) -> Result<Outcome, Violation> {
    let mut map = shape::object(value, "outcome")?;
    let offset = map.swap_remove("offset").map(|offset| shape::integer(&offset, "offset")).transpose()?;
    let offset = offset.map(|offset| usize::try_from(offset).unwrap_or(usize::MAX));
    let mut entries = map.into_iter();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else {
        return Err(Violation::new("outcome", "expected exactly one of version, record, ok, error"));
    };
    match key.as_str() {
        "error" => {
            let classes = shape::array(value, "error")?;
            let error: Vec<_> =
                classes.into_iter().map(|class| shape::string(class, "error")).collect::<Result<_, _>>()?;
            if error.is_empty() {
                Err(Violation::new("error", "expected at least one class"))
            } else {
                Ok(Outcome::Error { error, offset })
            }
        }
        _ if offset.is_some() => Err(Violation::new("offset", "only an error has one")),
        "version" => {
            let number = shape::integer(&value, "version")?;
            let version = u32::try_from(number).map_err(|_| Violation::new("version", "does not fit 32 bits"))?;
            Ok(Outcome::Version { version })
        }
        "record" => Ok(Outcome::Record { record: Box::new(shape::decoded(value, "record")?) }),
        "ok" if value == Value::Bool(true) => Ok(Outcome::Ok { ok: true }),
        "ok" => Err(shape::wrong_type("ok", "true", &value)),
        _ => Err(Violation::new(key, "unknown outcome; expected version, record, ok or error")),
    }
}
