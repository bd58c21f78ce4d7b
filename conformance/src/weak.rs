//! Weakened implementations: the second decoder, checker and encoder, each with one rule wrong.
//!
//! A suite is as good as what it notices. [`all`] lists, as data, the ways in which people get this format wrong; each is an
//! [`Implementation`] and goes through the same runner as a stranger's. The matrix of which case notices which is
//! [`generate::kills`](crate::generate::kills). Not for anything else: nobody reads files with these.

mod change;
mod checker;
pub mod equivalent;
mod identifier;
mod reader;
mod report;
mod text;
mod writer;

pub use change::{Change, Lists, Order, Strings, Words};

use crate::case::{Decoded, Record};
use crate::plain::rules::{Rules, Where, Wrong};
use crate::plain::{self, Rejection, Writing};
use crate::protocol::{Info, Operation, Refusal};
use crate::testee::{Implementation, Negative, Reply};

/// One rule, wrong in one way.
#[derive(Clone, Debug)]
pub struct Weakening {
    /// Its name: who is wrong, and how.
    pub id: String,
    /// The clause that it breaks.
    pub clause: &'static str,
    /// What it does, in a sentence.
    pub what: String,
    how: How,
}

/// Where in the work the rule is wrong.
#[derive(Clone, Copy, Debug)]
enum How {
    /// `identify` is this.
    Identify(fn(&[u8]) -> Result<u32, Rejection>),
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

/// What is reported of a file, from what was read.
type Report = fn(&[u8], Read) -> Read;

/// What was read.
type Read = Result<Decoded, Rejection>;

/// Every weakening, identifiers first, then readers, checkers and writers.
pub fn all() -> Vec<Weakening> {
    [identifier::all(), reader::all(), text::all(), report::all(), checker::all(), writer::all()].concat()
}

impl Weakening {
    fn new(id: impl Into<String>, clause: &'static str, what: impl Into<String>, how: How) -> Self {
        Self { id: id.into(), clause, what: what.into(), how }
    }
}

impl Implementation for Weakening {
    fn info(&self) -> Info {
        Info {
            name: self.id.clone(),
            version: "0".into(),
            language: "Rust".into(),
            formats: vec![1],
            operations: Operation::ALL.to_vec(),
            errors: true,
        }
    }

    fn identify(&self, file: &[u8]) -> Reply<u32> {
        reply(match self.how {
            How::Identify(identify) => identify(file),
            How::Read(rules) => plain::identify_by(rules, file),
            _ => plain::identify(file),
        })
    }

    fn decode(&self, file: &[u8]) -> Reply<Decoded> {
        reply(match self.how {
            How::Read(rules) => plain::decode_by(rules, file),
            How::Report(report) => report(file, plain::decode(file)),
            How::Reported(change) => plain::decode(file).map(|mut decoded| {
                change.apply(&mut decoded.record);
                decoded
            }),
            _ => plain::decode(file),
        })
    }

    fn check(&self, file: &[u8]) -> Reply<()> {
        reply(match self.how {
            How::Read(rules) | How::CheckRead(rules) => {
                plain::decode_by(rules, file).and_then(|decoded| plain::check_record(&decoded.record))
            }
            How::Check(rules) => plain::decode(file).and_then(|decoded| plain::check_record_by(rules, &decoded.record)),
            How::CheckRulesFirst => {
                let no_end = Rules::but(Wrong::Unchecked("v1-end", Where::Everywhere));
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
        reply(match self.how {
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
    Rejection { class, offset: Some(offset), clause: "" }
}
