//! Code that several tests of records share.

use bmes::Version;
use bmes_oracle::{Record, canonical, check, decode, encode, identify};

/// Asserts the laws of section 7.2 for a record that a writer accepts, and returns its file.
pub(crate) fn laws(record: &Record, bytecode: &[u8]) -> Vec<u8> {
    let file = encode(record, bytecode).unwrap();
    assert_eq!(identify(&file), Ok(record.version().number()));
    assert_eq!(check(&file), Ok(()));
    let decoded = decode(&file).unwrap();
    assert_eq!(decoded.record, canonical(record));
    assert_eq!(decoded.bytecode.end, file.len());
    assert_eq!(&file[decoded.bytecode.start..], bytecode);
    assert!(record.version() == Version::V1 || decoded.bytecode.start.is_multiple_of(8), "writer-padding");
    assert_eq!(encode(&decoded.record, bytecode).as_ref(), Ok(&file));
    file
}
