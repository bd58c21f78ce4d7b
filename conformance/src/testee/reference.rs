//! The reference codec as an implementation under test.

use bmes::Version;
use bmes::v4::{self, KnownSource};
use bmes_pack::{Index, Pack};

use super::embedded::{Implementation, Negative, Reply};
use crate::case::{Decoded, Given, GivenSource, Record, Word};
use crate::protocol::{Info, Operation, Refusal};

/// The reference implementation, the crate `bmes`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reference;

/// The longest line that the reference reads: long enough for every case.
const LONGEST_READ: usize = 256 * 1024 * 1024;

impl Implementation for Reference {
    fn info(&self) -> Info {
        Info {
            name: "bmes".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            language: "Rust".into(),
            formats: Version::ALL.iter().map(|version| version.number()).collect(),
            operations: Operation::ALL.to_vec(),
            errors: true,
            max_line: Some(LONGEST_READ),
        }
    }

    fn identify(&self, file: &[u8]) -> Reply<u32> {
        Ok(bmes::identify(file).map_err(refused)?.number())
    }

    fn decode(&self, file: &[u8]) -> Reply<Decoded> {
        decode(file).map_err(refused)
    }

    fn check(&self, file: &[u8]) -> Reply<()> {
        check(file).map_err(refused)
    }

    fn encode(&self, record: &Record, text: &[u8], bytecode: &[u8]) -> Reply<Vec<u8>> {
        encode(record, text, bytecode).map_err(refused)
    }

    fn match_file(&self, file: &[u8], given: &Given) -> Reply<()> {
        match_file(file, given).map_err(refused)
    }

    fn open_pack(&self, file: &[u8]) -> Reply<Index> {
        let pack = Pack::open(file).map_err(|error| {
            let (class, message) = (error.class().name().into(), Some(error.to_string()));
            Negative::Refused(Refusal { class, offset: None, message })
        })?;
        Ok(pack.index().clone())
    }
}

fn is_version_4(file: &[u8]) -> bool {
    bmes::identify(file) == Ok(Version::V4)
}

/// Returns what the reference reads from a file of any version.
pub(crate) fn decode(file: &[u8]) -> Result<Decoded, bmes::Error> {
    if is_version_4(file) { v4::decode(file).map(Decoded::from) } else { bmes::decode(file).map(Decoded::from) }
}

/// Checks a file of any version with the reference.
pub(crate) fn check(file: &[u8]) -> Result<(), bmes::Error> {
    if is_version_4(file) { v4::ModuleView::parse(file)?.check() } else { bmes::ModuleView::parse(file)?.check() }
}

/// Writes a record of any version with the reference.
pub(crate) fn encode(record: &Record, text: &[u8], bytecode: &[u8]) -> Result<Vec<u8>, bmes::Error> {
    match record {
        Record::Named(record) => bmes::encode(record, bytecode),
        Record::V4(record) => v4::encode(record, text, bytecode),
    }
}

/// Matches a file with the reference.
pub(crate) fn match_file(file: &[u8], given: &Given) -> Result<(), bmes::Error> {
    let source = match given.source {
        Some(GivenSource::Source(source)) => KnownSource::Source(source),
        Some(GivenSource::Word(Word::EmbeddedText)) => KnownSource::EmbeddedText,
        Some(GivenSource::Word(Word::Trusted)) => KnownSource::Trusted,
        None => KnownSource::Nothing,
    };
    v4::match_file(file, &given.producer, source).map(drop)
}

fn refused(error: bmes::Error) -> Negative {
    let offset = error.offset().and_then(|offset| u64::try_from(offset).ok());
    Negative::Refused(Refusal { class: error.class().into(), offset, message: Some(error.to_string()) })
}
