//! The second decoder, checker and encoder: written from the text of `spec/`, obvious and slow.
//!
//! It shares nothing with the reference but the types of the record, so that what the two agree on was understood twice. It is the oracle for
//! mutated files, whose verdict nobody wrote down. It is not for speed, and not for programs: they use the crate `bmes`. Begin with [`decode`].
//!
//! Each rule of the specification is enforced in one place that carries the name of its clause, without the version: versions share their
//! clauses, and the [`Rejection`] knows the version. Nothing is read but by `Reader`, which never goes beyond the file's end, whatever was or was
//! not required before: a rule that is missing gives a wrong answer, and no panic.

mod check;
mod decode;
mod encode;
mod place;
mod reader;
pub mod rules;
mod utf8;
mod v1;
mod v2;
mod v3;

use std::fmt;

use crate::case::{Decoded, Record};
use check::Places;
use reader::Reader;
use rules::{Rules, Writing, Wrong};

pub use encode::canonical;

/// Why a file or a record is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The class, as in `spec/errors.md`.
    pub class: &'static str,
    /// The first byte of the field at fault, from the file's start. A record has no bytes, and its rejection no offset.
    pub offset: Option<usize>,
    /// The version whose page has the clause; 1 for what is wrong before a version is known.
    pub version: u32,
    /// The clause that is broken, such as `string-bounds`.
    pub clause: &'static str,
}

impl Rejection {
    /// The clause's name in the page of the version, such as `v2-string-bounds`.
    pub fn anchor(&self) -> String {
        format!("v{}-{}", self.version, self.clause)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.class)?;
        if let Some(offset) = self.offset {
            write!(f, " at byte {offset}")?;
        }
        write!(f, " ({})", self.anchor())
    }
}

impl std::error::Error for Rejection {}

/// Whether the first eight bytes begin a file of a known version, and of which.
pub fn identify(file: &[u8]) -> Result<u32, Rejection> {
    identify_by(Rules::RIGHT, file)
}

/// The record and the place of the bytecode, of a file that is well-formed.
pub fn decode(file: &[u8]) -> Result<Decoded, Rejection> {
    decode_by(Rules::RIGHT, file)
}

/// Whether the file is well-formed and its record may be linked.
pub fn check(file: &[u8]) -> Result<(), Rejection> {
    let (decoded, places) = read(Rules::RIGHT, file)?;
    check::rules(&decoded.record, Some(&places), Rules::RIGHT)
}

/// Whether the record may be linked.
pub fn check_record(record: &Record) -> Result<(), Rejection> {
    check_record_by(Rules::RIGHT, record)
}

/// The classes of all rules that the record breaks, in the order of `check-choice`: a checker may answer any of them.
pub fn broken_rules(record: &Record) -> Vec<&'static str> {
    let is_broken = |clause: &&'static str| check_record_by(Rules::but(Wrong::UncheckedBut(clause)), record).is_err();
    check::CLASSES.into_iter().filter(is_broken).collect()
}

/// The one file that stands for this record and this bytecode.
pub fn encode(record: &Record, bytecode: &[u8]) -> Result<Vec<u8>, Rejection> {
    check_record(record)?; // writer-refuses
    write(&canonical(record), bytecode, None)
}

/// The numbers of the versions that are known, oldest first.
pub fn versions() -> impl Iterator<Item = u32> {
    FORMATS.iter().map(|format| format.number)
}

/// [`identify`] by other rules.
pub(crate) fn identify_by(rules: Rules, file: &[u8]) -> Result<u32, Rejection> {
    decode::header(&mut Reader::new(file, rules)).map(|format| format.number)
}

/// [`decode`] by other rules.
pub(crate) fn decode_by(rules: Rules, file: &[u8]) -> Result<Decoded, Rejection> {
    read(rules, file).map(|(decoded, _)| decoded)
}

/// [`check_record`] by other rules.
pub(crate) fn check_record_by(rules: Rules, record: &Record) -> Result<(), Rejection> {
    check::rules(record, None, rules)
}

/// The bytes of a record as it stands, whatever it breaks.
pub(crate) fn write(record: &Record, bytecode: &[u8], wrong: Option<Writing>) -> Result<Vec<u8>, Rejection> {
    let version = record.version.number();
    let Some(format) = FORMATS.iter().find(|format| format.number == version) else {
        return Err(Rejection { class: "unsupported-version", offset: None, version: 1, clause: "writer-type" });
    };
    (format.write)(record, bytecode, wrong)
}

type Read = fn(Reader<'_>) -> Result<(Decoded, Places), Rejection>;
type Write = fn(&Record, &[u8], Option<Writing>) -> Result<Vec<u8>, Rejection>;

/// A version: its number and what its page says of reading and writing.
struct Format {
    number: u32,
    read: Read,
    write: Write,
}

const FORMATS: &[Format] = &[v1::FORMAT, v2::FORMAT, v3::FORMAT];

fn read(rules: Rules, file: &[u8]) -> Result<(Decoded, Places), Rejection> {
    let mut reader = Reader::new(file, rules);
    let format = decode::header(&mut reader)?; // identify-first
    (format.read)(reader)
}
