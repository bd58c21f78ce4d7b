//! Any record: the codec writes it, or rejects it with a reason. The written file is read as the record's canonical
//! form and passes `check`. It has the length that `encoded_len` returned, and equals the oracle's file byte for byte.

use bmes::ModuleView;
use conformance::case::Record;
use conformance::generate::files;

/// Writes and reads the record that `input` stands for.
pub fn property(input: &[u8]) -> bool {
    let (file, _) = files::valid(input);
    let module = bmes::decode(&file).expect("the file is valid");
    written(&module.record, module.bytecode)
}

/// Returns whether `record` was written. Panics if it was written or rejected wrongly.
pub(crate) fn written(record: &Record, bytecode: &[u8]) -> bool {
    let length = bmes::encoded_len(record, bytecode.len() as u64);
    let mut buffer = b"before".to_vec();
    let into = bmes::encode_into(record, bytecode, &mut buffer);
    match (bmes::encode(record, bytecode), bmes_oracle::encode(record, bytecode)) {
        (Ok(file), Ok(oracle)) => {
            assert_eq!(file, oracle, "the encoders write different bytes");
            assert_eq!(length, Ok(file.len() as u64), "encoded_len");
            assert_eq!((into, &buffer[..]), (Ok(()), &[b"before", &file[..]].concat()[..]), "encode_into");
            let canonical = record.clone().canonical();
            assert_eq!(canonical, bmes_oracle::canonical(record), "the canonical form");
            let module = bmes::decode(&file).expect("a written file is valid");
            assert_eq!(module.record, canonical, "a written file is read as the canonical form");
            assert_eq!(module.bytecode, bytecode, "the bytecode");
            assert_eq!(ModuleView::parse(&file).expect("a written file is valid").check(), Ok(()));
            assert_eq!(bmes::check(record), Ok(()), "check and encode");
            assert_eq!(
                bmes::encode(&canonical, bytecode).as_ref(),
                Ok(&file),
                "the canonical record has the same file"
            );
            true
        }
        (Err(error), Err(rejection)) => {
            assert_eq!(error.class(), rejection.class, "the class of the error");
            assert!(error.to_string().starts_with(error.class()), "{error}");
            assert_eq!(length, Err(error), "encoded_len");
            assert_eq!((into, &buffer[..]), (Err(error), &b"before"[..]), "encode_into does not change the buffer");
            assert_eq!(bmes::check(record), Err(error), "check and encode");
            false
        }
        (reference, oracle) => panic!("the reference returns {reference:?}, the oracle returns {oracle:?}"),
    }
}
