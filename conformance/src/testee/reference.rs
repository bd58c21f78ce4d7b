//! The reference codec as an implementation under test.

use bmes::Version;

use super::embedded::{Implementation, Negative, Reply};
use crate::case::{Decoded, Record};
use crate::protocol::{Info, Operation, Refusal};

/// The reference implementation, the crate `bmes`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reference;

impl Implementation for Reference {
    fn info(&self) -> Info {
        Info {
            name: "bmes".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            language: "Rust".into(),
            formats: Version::ALL.iter().map(|version| version.number()).collect(),
            operations: Operation::ALL.to_vec(),
            errors: true,
            max_line: None,
        }
    }

    fn identify(&self, file: &[u8]) -> Reply<u32> {
        Ok(bmes::identify(file).map_err(refused)?.number())
    }

    fn decode(&self, file: &[u8]) -> Reply<Decoded> {
        bmes::decode(file).map(Decoded::from).map_err(refused)
    }

    fn check(&self, file: &[u8]) -> Reply<()> {
        bmes::ModuleView::parse(file).and_then(|view| view.check()).map_err(refused)
    }

    fn encode(&self, record: &Record, bytecode: &[u8]) -> Reply<Vec<u8>> {
        bmes::encode(record, bytecode).map_err(refused)
    }
}

fn refused(error: bmes::Error) -> Negative {
    let offset = error.offset().and_then(|offset| u64::try_from(offset).ok());
    Negative::Refused(Refusal { class: error.class().into(), offset, message: Some(error.to_string()) })
}
