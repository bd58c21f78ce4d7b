//! Version 4: `spec/v4.md`. It has a record, a header and lists of its own, and shares only identification and UTF-8
//! with versions 1 to 3.
//!
//! ```
//! use bmes::Digest;
//! use bmes::v4::Source;
//! use bmes_oracle::v4::{KnownSource, Record, check, decode, encode, match_file};
//!
//! let producer = [7; 32];
//! let record = Record::new(Digest(producer), Source { size: 0, sha256: Digest([0; 32]) });
//! let file = encode(&record, b"text", b"bytecode")?;
//! check(&file)?;
//! let decoded = decode(&file)?;
//! assert_eq!(decoded.record, record);
//! assert_eq!(&file[decoded.text], b"text");
//! assert_eq!(&file[decoded.bytecode], b"bytecode");
//!
//! match_file(&file, &producer, KnownSource::EmbeddedText)?;
//! let rejection = match_file(&file, &[8; 32], KnownSource::EmbeddedText).unwrap_err();
//! assert_eq!(rejection.to_string(), "other-producer at byte 32 (v4-match-producer)");
//! # Ok::<(), bmes_oracle::Rejection>(())
//! ```
//!
//! A rejection of a file has the class and the offset that the specification gives. The rejection of a record has no
//! offset, and its clause is always `writer-refuses`, which has the table of all faults.

mod check;
mod column;
mod crc;
mod header;
#[cfg(test)]
mod laws;
mod lists;
mod matching;
mod metadata;
mod record;
mod refuse;
mod sort;
mod strings;
mod write;

use std::ops::Range;

use super::Rejection;
use metadata::Metadata;

pub use header::Header;
pub use matching::KnownSource;

/// The number of this version.
pub const VERSION: u32 = 4;

/// In a field that can be `NONE`, this number stands for the absence of an index.
const NONE: u32 = 4_294_967_295;

/// A module record of version 4 that owns its strings.
pub type Record = bmes::v4::ModuleRecord<String>;

/// The result of reading a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The record of the module, as it stands in the file (report).
    pub record: Record,
    /// The range of the text in the file. It is empty if there is no text.
    pub text: Range<usize>,
    /// The range of the bytecode in the file (bytecode-place). It is empty if there is no bytecode, and then lies at
    /// the end of the file (bytecode-empty).
    pub bytecode: Range<usize>,
}

/// Returns the header of a file whose header and length are right: the opener.
pub fn open(file: &[u8]) -> Result<Header, Rejection> {
    header::open(file)
}

/// Returns the record and the places of the text and of the bytecode: the reader.
///
/// The record is made after the last check, so that a rejected file has none (all-or-nothing).
pub fn decode(file: &[u8]) -> Result<Decoded, Rejection> {
    let (header, metadata) = read(file)?;
    let record = record::of_file(&header, &metadata);
    Ok(Decoded { record, text: header.text, bytecode: header.bytecode })
}

/// Verifies that the file is well-formed, and its padding and the checksums of its text and of its bytecode right: the
/// validator.
pub fn validate(file: &[u8]) -> Result<(), Rejection> {
    let (header, _) = read(file)?; // validate-order
    check::content(file, &header)
}

/// Verifies all that [`validate`] does, and the rules for the record before: the checker.
pub fn check(file: &[u8]) -> Result<(), Rejection> {
    let (header, metadata) = read(file)?; // check-decode-first
    // The order of these three is that of check-order.
    check::forbidden_export(&metadata)?;
    check::unused_string(&metadata)?;
    check::content(file, &header)
}

/// Verifies that the file was made from this source and for this producer: the matcher.
pub fn match_file(file: &[u8], producer: &[u8; 32], source: KnownSource) -> Result<(), Rejection> {
    let header = open(file)?; // match-open-first
    matching::verify(&header, producer, source)
}

/// Returns the only file of the record, the text and the bytecode: the writer. An empty text is no text, and an empty
/// bytecode is no bytecode.
pub fn encode(record: &Record, text: &[u8], bytecode: &[u8]) -> Result<Vec<u8>, Rejection> {
    refuse::indices(record)?;
    let ranks = sort::ranks(&record.strings);
    refuse::faults(record, &ranks, bytecode)?;
    write::file(&sort::record(record, &ranks), text, bytecode)
}

/// Opens the file, and verifies its metadata: first as a whole, then the strings, then the lists (first-error). Reads
/// no byte behind the metadata (decode-alone).
fn read(file: &[u8]) -> Result<(Header, Metadata<'_>), Rejection> {
    let header = open(file)?; // decode-open-first
    let metadata = Metadata::read(file, &header)?;
    strings::verify(&metadata)?;
    lists::verify(&metadata)?;
    Ok((header, metadata))
}

/// Returns the rejection of a file.
fn reject<T>(class: &'static str, offset: usize, clause: &'static str) -> Result<T, Rejection> {
    Err(Rejection { class, offset: Some(offset), version: VERSION, clause })
}

/// Returns the rejection of a record. A record has no bytes, so its rejection has no offset.
fn refuse<T>(class: &'static str) -> Result<T, Rejection> {
    Err(Rejection { class, offset: None, version: VERSION, clause: "writer-refuses" })
}

/// Returns the smallest multiple of `a` that is not less than `n`. It has 64 bits, so that it cannot wrap (arithmetic).
fn up(n: u64, a: u64) -> u64 {
    n.div_ceil(a) * a
}

/// Returns the place of an entry in a list. A number of 32 bits is never too large for it.
fn place(index: u32) -> usize {
    usize::try_from(index).expect("an address has at least 32 bits")
}
