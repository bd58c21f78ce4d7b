//! The property `roundtrip`: the codec writes any record, or rejects it with the same error class as the oracle, the
//! second implementation. The file that the codec writes is read as the record's canonical form and passes `check`. It
//! has the length that `encoded_len` returns, and the same bytes as the oracle's file. [`writers`] has the property for
//! version 4, in which a record, a text and bytecode have exactly one file.

use bmes::ModuleView;
use conformance::case::NamedRecord;

use crate::files;
use crate::v4::{is_version_4, writers};

/// Writes and reads the record that `input` stands for.
pub fn property(input: &[u8]) -> bool {
    let (file, mut choices) = files::valid(input);
    if is_version_4(&file) {
        return writers::property(&file, &mut choices);
    }
    let module = bmes::decode(&file).expect("the file is valid");
    written(&module.record, module.bytecode)
}

/// Encodes `record` with the codec and with the oracle. Returns true if the codec wrote it. Panics if the property does
/// not hold.
pub(crate) fn written(record: &NamedRecord, bytecode: &[u8]) -> bool {
    let length = bmes::encoded_len(record, bytecode.len() as u64);
    let mut buffer = b"before".to_vec();
    let into = bmes::encode_into(record, bytecode, &mut buffer);
    match (bmes::encode(record, bytecode), bmes_oracle::encode(record, bytecode)) {
        (Ok(file), Ok(oracle)) => {
            assert_eq!(file, oracle, "encode of the codec (left) and of the oracle (right) write different bytes");
            assert_eq!(length, Ok(file.len() as u64), "encoded_len (left) differs from the length of the file (right)");
            assert_eq!(
                (into, &buffer[..]),
                (Ok(()), &[b"before", &file[..]].concat()[..]),
                "encode_into must append the file of encode"
            );
            let canonical = record.clone().canonical();
            assert_eq!(
                canonical,
                bmes_oracle::canonical(record),
                "the canonical forms of the codec (left) and of the oracle (right) differ"
            );
            let module = bmes::decode(&file).expect("a file that encode writes is valid");
            assert_eq!(module.record, canonical, "decode of the file must return the canonical record");
            assert_eq!(module.bytecode, bytecode, "decode must return the bytecode that encode got");
            assert_eq!(ModuleView::parse(&file).expect("a file that encode writes is valid").check(), Ok(()));
            assert_eq!(bmes::check(record), Ok(()), "check must accept a record that encode writes");
            assert_eq!(
                bmes::encode(&canonical, bytecode).as_ref(),
                Ok(&file),
                "encode must write the same file for the canonical record"
            );
            true
        }
        (Err(error), Err(rejection)) => {
            assert_eq!(
                error.class(),
                rejection.class,
                "the codec (left) and the oracle (right) return different error classes"
            );
            assert!(error.to_string().starts_with(error.class()), "{error}");
            assert_eq!(length, Err(error), "encoded_len must return the error of encode");
            assert_eq!(
                (into, &buffer[..]),
                (Err(error), &b"before"[..]),
                "encode_into must return the error of encode and not change the buffer"
            );
            assert_eq!(bmes::check(record), Err(error), "check must return the error of encode");
            false
        }
        (reference, oracle) => {
            panic!("encode of the codec returns {reference:?}, but encode of the oracle returns {oracle:?}")
        }
    }
}
