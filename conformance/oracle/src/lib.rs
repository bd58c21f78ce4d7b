//! A second decoder, checker and encoder for BMES, written from the text of `spec/`. Its code is simple and slow.
//!
//! The conformance suite uses this crate as its oracle. The expected result for a derived or fuzzed file is the one on
//! which the reference codec (the crate `bmes`) and this crate agree. This crate shares the record types with the
//! reference codec, and no other code. Use the crate `bmes` in programs.
//!
//! ```
//! use bmes::VersionFields;
//! use bmes_oracle::{Record, check, decode, encode, identify};
//!
//! let record = Record::new(VersionFields::V2);
//! let file = encode(&record, b"bytecode")?;
//! assert_eq!(identify(&file)?, 2);
//! check(&file)?;
//! let decoded = decode(&file)?;
//! assert_eq!(decoded.record, record);
//! assert_eq!(&file[decoded.bytecode], b"bytecode");
//!
//! let rejection = decode(&file[..20]).unwrap_err();
//! assert_eq!(rejection.to_string(), "truncated at byte 8 (v2-bytecode-bounds)");
//! # Ok::<(), bmes_oracle::Rejection>(())
//! ```
//!
//! Begin with [`decode`]. The functions of this module are for versions 1 to 3, except [`identify`] and [`versions`].
//! Version 4 has another record, and functions of its own in the module [`v4`].
//!
//! Comments in parentheses name the clause that a line follows. They omit the version, because versions share their
//! clauses.

mod check;
mod decode;
mod encode;
mod header;
mod reader;
mod rejection;
mod utf8;
mod v1;
mod v2;
mod v3;
pub mod v4;

use std::ops::Range;

use check::Offsets;
use reader::Reader;

pub use check::RULES;
pub use encode::canonical;
pub use rejection::Rejection;

/// A module record of versions 1 to 3 that owns its strings.
pub type Record = bmes::ModuleRecord<String>;

/// The result of reading a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The record of the module, as `decode` read it.
    pub record: Record,
    /// The range of the bytecode in the file (bytecode-place). An empty bytecode lies at the end of the file
    /// (bytecode-empty).
    pub bytecode: Range<usize>,
}

/// Returns the version of a file, from its first eight bytes (identify-alone).
pub fn identify(file: &[u8]) -> Result<u32, Rejection> {
    header::version(&mut Reader::new(file), versions())
}

/// Returns the record and the range of the bytecode of a well-formed file. For another file, returns the first error.
///
/// This function supports no file of version 4: [`v4::decode`] does.
pub fn decode(file: &[u8]) -> Result<Decoded, Rejection> {
    let (decoded, _) = read(file)?;
    Ok(decoded)
}

/// Verifies that the file is well-formed (check-decode-first) and that its record keeps every rule for records.
///
/// If several rules are broken, it reports the first one in the order of check-choice, at the entry that completes the
/// violation.
///
/// This function supports no file of version 4: [`v4::check`] does.
pub fn check(file: &[u8]) -> Result<(), Rejection> {
    let (decoded, offsets) = read(file)?;
    first(check::violations(&decoded.record, Some(&offsets)))
}

/// Verifies that the record keeps every rule for records.
pub fn check_record(record: &Record) -> Result<(), Rejection> {
    first(violations(record))
}

/// Returns every violation of a rule for records, entry by entry. A checker may report any of them.
pub fn violations(record: &Record) -> Vec<Rejection> {
    check::violations(record, None)
}

/// Returns the canonical file of the record and the bytecode.
pub fn encode(record: &Record, bytecode: &[u8]) -> Result<Vec<u8>, Rejection> {
    check_record(record)?; // writer-refuses
    write(&canonical(record), bytecode)
}

/// Returns the file of the unchanged record, even if the record breaks rules for records.
///
/// Use this function to make files that a checker must reject.
pub fn write(record: &Record, bytecode: &[u8]) -> Result<Vec<u8>, Rejection> {
    let version = record.version().number();
    let format = FORMATS.iter().find(|format| format.number == version);
    let undefined = Rejection { class: "unsupported-version", offset: None, version: 1, clause: "writer-type" };
    (format.ok_or(undefined)?.write)(record, bytecode)
}

/// Returns the numbers of the known versions, oldest first.
pub fn versions() -> impl Iterator<Item = u32> {
    FORMATS.iter().map(|format| format.number).chain([v4::VERSION])
}

/// One of the versions 1 to 3 of the format: its number, and the functions that read and write its files.
struct Format {
    number: u32,
    /// Reads the part of the file after the version.
    read: fn(Reader<'_>) -> Result<(Decoded, Offsets), Rejection>,
    /// Writes a whole file.
    write: fn(&Record, &[u8]) -> Result<Vec<u8>, Rejection>,
}

const FORMATS: [Format; 3] = [v1::FORMAT, v2::FORMAT, v3::FORMAT];

fn read(file: &[u8]) -> Result<(Decoded, Offsets), Rejection> {
    let mut reader = Reader::new(file);
    let format = header::format(&mut reader)?; // identify-first
    (format.read)(reader)
}

fn first(violations: Vec<Rejection>) -> Result<(), Rejection> {
    violations.into_iter().next().map_or(Ok(()), Err)
}

/// The examples of the README, which `cargo test` runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
