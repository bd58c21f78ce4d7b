//! The reference codec as an implementation under test: the suite's first stranger.

use bmes::Version;

use super::embedded::{Implementation, Negative, Reply};
use crate::case::{Bytecode, Decoded, Record};
use crate::protocol::{Info, Operation, Refusal};

/// The crate `bmes`.
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
        Ok(bmes::identify(file).map_err(structural)?.number())
    }

    fn decode(&self, file: &[u8]) -> Reply<Decoded> {
        let module = bmes::decode(file).map_err(structural)?;
        let bytecode = Bytecode { offset: module.bytecode.start, length: module.bytecode.len() };
        Ok(Decoded { record: module.record, bytecode })
    }

    fn check(&self, file: &[u8]) -> Reply<()> {
        let view = bmes::ModuleView::parse(file).map_err(structural)?;
        view.check().map_err(|error| refused(error.class(), error.offset(), &error))
    }

    fn encode(&self, record: &Record, bytecode: &[u8]) -> Reply<Vec<u8>> {
        bmes::encode(record, bytecode).map_err(|error| refused(error.class(), None, &error))
    }
}

fn structural(error: bmes::Error) -> Negative {
    refused(error.class(), Some(error.offset()), &error)
}

fn refused(class: &str, offset: Option<usize>, error: &dyn std::fmt::Display) -> Negative {
    let offset = offset.and_then(|offset| u64::try_from(offset).ok());
    Negative::Refused(Refusal { class: class.into(), offset, message: Some(error.to_string()) })
}
