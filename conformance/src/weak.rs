//! Weakened implementations: the second decoder, checker and encoder, each with one rule of one version wrong.
//!
//! A suite is as good as what it notices. [`all`] lists, as data, the ways in which people get this format wrong; each is an
//! [`Implementation`] and goes through the same runner as a stranger's. The matrix of which case notices which is
//! [`generate::kills`](crate::generate::kills). Not for anything else: nobody reads files with these.
//!
//! What is wrong is an [`Idea`], which is described once and issued for every version that has the clause. Files and records of the other versions
//! are answered rightly.

mod change;
mod checker;
pub mod equivalent;
mod header;
mod identifier;
mod metadata;
mod placing;
mod reader;
mod report;
mod text;
mod v1;
mod variables;
mod writer;

pub use change::{Change, Environments, Lists, Order, Strings, Words};

use crate::case::{Decoded, Record};
use crate::clauses::Clauses;
use crate::plain::rules::{Rules, Where, Writing, Wrong};
use crate::plain::{self, Rejection};
use crate::protocol::{Info, Operation, Refusal};
use crate::testee::{Implementation, Negative, Reply};

/// One rule of one version, wrong in one way.
#[derive(Clone, Debug)]
pub struct Weakening {
    /// The version that it gets wrong.
    pub version: u32,
    /// What it gets wrong.
    pub idea: Idea,
}

/// One rule, wrong in one way.
#[derive(Clone, Debug)]
pub struct Idea {
    /// Who is wrong, and how: `reader/string-unchecked`.
    pub name: String,
    /// The clause that it breaks, without the version.
    pub clause: &'static str,
    /// What it does, in a sentence.
    pub what: String,
    how: How,
}

/// Where in the work the rule is wrong.
#[derive(Clone, Copy, Debug)]
enum How {
    /// `identify` is this.
    Identify(Identify),
    /// Files are read by these rules.
    Read(Rules),
    /// What was read is changed before it is reported; a file can also be refused then.
    Report(Report),
    /// The record that was read is changed before it is reported.
    Reported(Change),
    /// Records are checked by these rules.
    Check(Rules),
    /// Files are read by these rules before they are checked, and only then.
    CheckRead(Rules),
    /// The rules are applied to what was read before the end of the file is looked at.
    CheckRulesFirst,
    /// Records are changed before they are checked.
    Compare(Change),
    /// Records are checked by these rules before they are written.
    Refuse(Rules),
    /// Records are not checked before they are written.
    RefuseNothing,
    /// Records are changed before they are checked and written.
    Repair(Change),
    /// Records are changed before they are written, when they have been checked and are canonical but for the order of attributes.
    Write(Change),
    /// Files are written in another way.
    Bytes(Writing),
}

/// The version of a file, as an implementation of this version tells it.
type Identify = fn(u32, &[u8]) -> Result<u32, Rejection>;

/// What an implementation of this version reports of a file, from what was read.
type Report = fn(u32, &[u8], Read) -> Read;

/// What was read.
type Read = Result<Decoded, Rejection>;

/// Every weakening, by version; of each identifiers first, then readers, checkers and writers.
pub fn all() -> Vec<Weakening> {
    plain::versions().flat_map(of_version).collect()
}

/// The weakenings of one version: the ideas about clauses that it has.
fn of_version(version: u32) -> impl Iterator<Item = Weakening> {
    let own = match version {
        1 => v1::all(),
        2 => [header::all(version), metadata::all(), placing::all(version)].concat(),
        _ => [header::all(version), metadata::all(), variables::all(), placing::all(version)].concat(),
    };
    let shared = [
        identifier::all(version),
        reader::all(version),
        text::all(version),
        report::all(version),
        checker::all(version),
        writer::all(version),
    ]
    .concat();
    let has_clause = move |idea: &Idea| Clauses::standard().get(&anchor(version, idea.clause)).is_some();
    shared.into_iter().chain(own).filter(has_clause).map(move |idea| Weakening { version, idea })
}

fn anchor(version: u32, clause: &str) -> String {
    format!("v{version}-{clause}")
}

impl Weakening {
    /// Its name: `v2/reader/string-unchecked`.
    pub fn id(&self) -> String {
        format!("v{}/{}", self.version, self.idea.name)
    }

    /// The clause that it breaks: `v2-string-bounds`.
    pub fn clause(&self) -> String {
        anchor(self.version, self.idea.clause)
    }

    /// Whether the file is of another version, which it gets right.
    fn is_right_about(&self, file: &[u8]) -> bool {
        plain::identify(file).is_ok_and(|version| version != self.version)
    }
}

impl How {
    /// What it can do wrong: the rest is not offered, and nobody spends time on asking for it.
    fn operations(self) -> Vec<Operation> {
        match self {
            Self::Identify(_) => vec![Operation::Identify],
            Self::Read(_) => vec![Operation::Identify, Operation::Decode, Operation::Check],
            Self::Report(_) | Self::Reported(_) => vec![Operation::Decode],
            Self::Check(_) | Self::CheckRead(_) | Self::CheckRulesFirst | Self::Compare(_) => vec![Operation::Check],
            Self::Refuse(_) | Self::RefuseNothing | Self::Repair(_) | Self::Write(_) | Self::Bytes(_) => {
                vec![Operation::Encode]
            }
        }
    }
}

impl Idea {
    fn new(name: impl Into<String>, clause: &'static str, what: impl Into<String>, how: How) -> Self {
        Self { name: name.into(), clause, what: what.into(), how }
    }
}

impl Implementation for Weakening {
    fn info(&self) -> Info {
        Info {
            name: self.id(),
            version: "0".into(),
            language: "Rust".into(),
            formats: plain::versions().collect(),
            operations: self.idea.how.operations(),
            errors: true,
            max_line: None,
        }
    }

    fn identify(&self, file: &[u8]) -> Reply<u32> {
        reply(match self.idea.how {
            _ if self.is_right_about(file) => plain::identify(file),
            How::Identify(identify) => identify(self.version, file),
            How::Read(rules) => plain::identify_by(rules, file),
            _ => plain::identify(file),
        })
    }

    fn decode(&self, file: &[u8]) -> Reply<Decoded> {
        reply(match self.idea.how {
            _ if self.is_right_about(file) => plain::decode(file),
            How::Read(rules) => plain::decode_by(rules, file),
            How::Report(report) => report(self.version, file, plain::decode(file)),
            How::Reported(change) => plain::decode(file).map(|mut decoded| {
                change.apply(&mut decoded.record);
                decoded
            }),
            _ => plain::decode(file),
        })
    }

    fn check(&self, file: &[u8]) -> Reply<()> {
        reply(match self.idea.how {
            _ if self.is_right_about(file) => plain::check(file),
            How::Read(rules) | How::CheckRead(rules) => {
                plain::decode_by(rules, file).and_then(|decoded| plain::check_record(&decoded.record))
            }
            How::Check(rules) => plain::decode(file).and_then(|decoded| plain::check_record_by(rules, &decoded.record)),
            How::CheckRulesFirst => {
                let no_end = Rules::but(Wrong::Unchecked("end", Where::Everywhere));
                plain::decode_by(no_end, file)
                    .and_then(|decoded| plain::check_record(&decoded.record))
                    .and_then(|()| plain::check(file))
            }
            How::Compare(change) => plain::decode(file).and_then(|mut decoded| {
                change.apply(&mut decoded.record);
                plain::check_record(&decoded.record)
            }),
            _ => plain::check(file),
        })
    }

    fn encode(&self, record: &Record, bytecode: &[u8]) -> Reply<Vec<u8>> {
        reply(match self.idea.how {
            _ if record.version.number() != self.version => plain::encode(record, bytecode),
            How::Refuse(rules) => plain::check_record_by(rules, record)
                .and_then(|()| plain::write(&plain::canonical(record), bytecode, None)),
            How::RefuseNothing => plain::write(&plain::canonical(record), bytecode, None),
            How::Repair(change) => {
                let mut record = record.clone();
                change.apply(&mut record);
                plain::encode(&record, bytecode)
            }
            How::Write(change) => plain::check_record(record).and_then(|()| {
                let mut written = plain::canonical(record);
                if change.is_about_order() {
                    // As it was given, but for the import names that are settled.
                    written.requests.clone_from(&record.requests);
                }
                if change.is_about_namespaces() {
                    written.imports.clone_from(&record.imports);
                }
                change.apply(&mut written);
                plain::write(&written, bytecode, None)
            }),
            How::Bytes(writing) => plain::check_record(record)
                .and_then(|()| plain::write(&plain::canonical(record), bytecode, Some(writing))),
            _ => plain::encode(record, bytecode),
        })
    }
}

fn reply<T>(result: Result<T, Rejection>) -> Reply<T> {
    result.map_err(|rejection| {
        Negative::Refused(Refusal {
            class: rejection.class.into(),
            offset: rejection.offset.map(|offset| offset as u64),
            message: None,
        })
    })
}

fn rejection(class: &'static str, offset: usize) -> Rejection {
    Rejection { class, offset: Some(offset), version: 1, clause: "" }
}
