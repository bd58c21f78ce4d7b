//! A file case of the corpus, as its sidecar describes it.
//!
//! `corpus/schema/case.schema.json` defines the JSON shape. The types here are that schema in Rust, and a test checks
//! that both agree.

use bmes::{Digest, Version, v4};
use bmes_pack::Index;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::protocol::Operation;
use crate::protocol::shape::{self, Violation};
use crate::recipe::Recipe;

/// One case: a file (or a record that must be rejected) and the expected answer of every operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// `v1/<section>/<name>` or, for packs, `pack/<section>/<name>`. An id never changes and is never used again.
    pub id: String,
    /// The property of the file or the record that the case tests, in one line, such as "an import entry of type 255".
    pub title: String,
    /// The names of the clauses that the case tests, such as `v1-magic`. They are also their anchors in `spec/`. Never
    /// empty.
    pub clauses: Vec<String>,
    /// The expected answer of each operation. The runner does not run an operation that is absent.
    pub expect: Expect,
    /// The origin of the case.
    pub origin: Origin,
    /// How the case was made or where it was found. Always present unless the origin is `hand`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<String>,
    /// What the matcher of a case of version 4 is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Given>,
    /// The record that a writer must reject, or that it must write as `<case>.canonical.bmes`. Such a case has no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// The recipe that makes the full-size files and the full-size record from small stored ones. Only for large cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<Recipe>,
}

/// The expected answers, by operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// `identify`: the magic and the version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identify: Option<ExpectedResult>,
    /// `decode`: the structure, and the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decode: Option<ExpectedResult>,
    /// `check`: the structure and the semantic rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<ExpectedResult>,
    /// `encode`: the record's bytes. These are the file itself, or `<case>.canonical.bmes` if that file exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encode: Option<ExpectedResult>,
    /// `match`: the producer and the source (version 4).
    #[serde(default, rename = "match", skip_serializing_if = "Option::is_none")]
    pub match_file: Option<ExpectedResult>,
    /// `open-pack`: the ZIP structures and the index of a pack.
    #[serde(default, rename = "open-pack", skip_serializing_if = "Option::is_none")]
    pub open_pack: Option<ExpectedResult>,
}

/// What a matcher is given beside the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The producer of the running engine.
    pub producer: Digest,
    /// What the caller knows of the source.
    #[serde(deserialize_with = "Deserialize::deserialize")]
    pub source: Option<GivenSource>,
}

/// What the caller of a matcher knows of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum GivenSource {
    /// The size and the digest of the source.
    Source(v4::Source),
    /// One of two words.
    Word(Word),
}

/// A word that stands for the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// The embedded text stands for the source.
    EmbeddedText,
    /// The caller knows by other means that the source is the right one.
    Trusted,
}

/// The expected result of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ExpectedResult {
    /// `identify` accepts the file as this version.
    Version {
        /// The version's number.
        version: u32,
    },
    /// `decode` accepts the file and reports this record.
    Record {
        /// The record, with the range of its bytecode.
        record: Box<Decoded>,
    },
    /// `open-pack` accepts the file and reports this index.
    Index {
        /// The index.
        index: Box<Index>,
    },
    /// `check`, `encode` or `match` accepts.
    Ok {
        /// Always true.
        ok: bool,
    },
    /// The operation rejects the file or the record.
    Error {
        /// The accepted error classes. There is more than one only if the specification allows two interpretations of
        /// the file.
        error: Vec<String>,
        /// The offset at which the reference reports the error. Reports show it; the judge does not compare it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offset: Option<usize>,
    },
}

/// A module record of versions 1 to 3, whose entries hold names.
pub type NamedRecord = bmes::ModuleRecord<String>;

/// A module record, in the form that the protocol transmits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Record {
    /// A record of versions 1 to 3.
    Named(NamedRecord),
    /// A record of version 4.
    V4(v4::ModuleRecord),
}

impl Record {
    /// Returns the version.
    pub const fn version(&self) -> Version {
        match self {
            Self::Named(record) => record.version(),
            Self::V4(_) => Version::V4,
        }
    }

    /// Returns the record of versions 1 to 3.
    pub const fn named(&self) -> Option<&NamedRecord> {
        match self {
            Self::Named(record) => Some(record),
            Self::V4(_) => None,
        }
    }
}

impl From<NamedRecord> for Record {
    fn from(record: NamedRecord) -> Self {
        Self::Named(record)
    }
}

/// The result of `decode`: the record, and the places of the text and of the bytecode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The record.
    pub record: Record,
    /// The place of the text, if there is one. Only version 4 has texts.
    pub text: Option<Place>,
    /// The place of the bytecode.
    pub bytecode: Place,
}

/// The place of the text or of the bytecode in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The offset of the first byte from the start of the file, in bytes.
    pub offset: usize,
    /// The length in bytes.
    pub length: usize,
}

impl From<std::ops::Range<usize>> for Place {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self { offset: range.start, length: range.len() }
    }
}

impl Serialize for Decoded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Keys<'d> {
            #[serde(flatten)]
            record: &'d Record,
            /// Only a record of version 4 has this key. It is null if there is no text.
            #[serde(skip_serializing_if = "Option::is_none")]
            text: Option<&'d Option<Place>>,
            bytecode: Place,
        }
        let Self { record, text, bytecode } = self;
        let text = matches!(record, Record::V4(_)).then_some(text);
        Keys { record, text, bytecode: *bytecode }.serialize(serializer)
    }
}

/// The origin of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A person described the case, to test a sentence of the specification.
    Hand,
    /// The case is made from the output of a real engine: a module record and bytecode.
    Real,
    /// Fuzzing found the case.
    Fuzz,
    /// The case reproduces a bug of a real reader.
    Review,
}

impl Case {
    /// Returns the part of the id before the case's own name, such as `v1/imports`.
    pub fn section(&self) -> &str {
        self.id.rsplit_once('/').map_or("", |(section, _)| section)
    }

    /// Returns the version of the format that the case is about. The id begins with `v` and this version. `None` for packs.
    pub fn version(&self) -> Option<u32> {
        self.id.strip_prefix('v')?.split_once('/')?.0.parse().ok()
    }

    /// Returns the extension of the names of the case's files, without the dot.
    pub fn extension(&self) -> &'static str {
        extension_of(&self.id)
    }

    /// Parses a sidecar. The error describes the problem.
    pub fn parse(sidecar: &[u8]) -> Result<Self, String> {
        let value = shape::parse(sidecar)?;
        serde_json::from_value(value).map_err(|error| error.to_string())
    }
}

impl Expect {
    /// Returns the expected result of `operation`, or `None` if the case does not run it.
    pub fn of(&self, operation: Operation) -> Option<&ExpectedResult> {
        match operation {
            Operation::Identify => self.identify.as_ref(),
            Operation::Decode => self.decode.as_ref(),
            Operation::Check => self.check.as_ref(),
            Operation::Encode => self.encode.as_ref(),
            Operation::Match => self.match_file.as_ref(),
            Operation::OpenPack => self.open_pack.as_ref(),
        }
    }

    /// Returns the record that the file holds, if `decode` accepts the file.
    pub fn record(&self) -> Option<&Decoded> {
        match &self.decode {
            Some(ExpectedResult::Record { record }) => Some(record),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for ExpectedResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        outcome(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        shape::record(Value::deserialize(deserializer)?, "").map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Decoded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        shape::decoded(Value::deserialize(deserializer)?, "").map_err(D::Error::custom)
    }
}

/// Returns the extension of the names of a case's files: a pack is a ZIP file.
pub(crate) fn extension_of(id: &str) -> &'static str {
    if id.starts_with("pack/") { "zip" } else { "bmes" }
}

fn outcome(value: Value) -> Result<ExpectedResult, Violation> {
    let mut map = shape::object(value, "outcome")?;
    let offset = map.swap_remove("offset").map(|offset| shape::integer(&offset, "offset")).transpose()?;
    let offset = offset.map(|offset| usize::try_from(offset).unwrap_or(usize::MAX));
    let mut entries = map.into_iter();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else {
        return Err(Violation::new("outcome", "expected exactly one of version, record, index, ok, error"));
    };
    match key.as_str() {
        "error" => {
            let classes = shape::array(value, "error")?;
            let error: Vec<_> =
                classes.into_iter().map(|class| shape::string(class, "error")).collect::<Result<_, _>>()?;
            if error.is_empty() {
                Err(Violation::new("error", "expected at least one class"))
            } else {
                Ok(ExpectedResult::Error { error, offset })
            }
        }
        _ if offset.is_some() => Err(Violation::new("offset", "only an error can have an offset")),
        "version" => {
            let number = shape::integer(&value, "version")?;
            let version = u32::try_from(number).map_err(|_| Violation::new("version", "does not fit 32 bits"))?;
            Ok(ExpectedResult::Version { version })
        }
        "record" => Ok(ExpectedResult::Record { record: Box::new(shape::decoded(value, "record")?) }),
        "index" => Ok(ExpectedResult::Index { index: Box::new(shape::index(value, "index")?) }),
        "ok" if value == Value::Bool(true) => Ok(ExpectedResult::Ok { ok: true }),
        "ok" => Err(shape::wrong_type("ok", "true", &value)),
        _ => Err(Violation::new(key, "unknown outcome; expected version, record, index, ok or error")),
    }
}
