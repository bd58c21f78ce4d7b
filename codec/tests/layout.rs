//! The header of versions 2 and 3, and the padding. Each test shows one fact. Some show which error is reported for a
//! file with two errors.

mod support;

use bmes::{ErrorKind, ModuleRecord, Version};
use support::{laid_out, padded, with_header};

const BOTH: [Version; 2] = [Version::V2, Version::V3];

/// The metadata of a module without entries: all counts and features are 0.
fn metadata(version: Version) -> Vec<u8> {
    vec![0; if version == Version::V3 { 28 } else { 16 }]
}

/// Returns the class, the clause and the offset of the error that `validate` returns for a file. Asserts that
/// `bytecode_range` returns the same error or none.
fn error_of(file: &[u8]) -> (&'static str, String, usize) {
    let error = bmes::validate(file).unwrap_err();
    if let Err(of_header) = bmes::bytecode_range(file) {
        assert_eq!(of_header, error);
    }
    (error.class(), error.clause().unwrap().to_string(), error.offset().unwrap())
}

fn expected(version: Version, class: &'static str, clause: &str, offset: usize) -> (&'static str, String, usize) {
    (class, format!("v{version}-{clause}"), offset)
}

#[test]
fn the_smallest_files_are_read() {
    for version in BOTH {
        let file = padded(version, &[metadata(version)], b"");
        assert_eq!(bmes::validate(&file), Ok(version));
        assert_eq!(
            bmes::encode(&ModuleRecord::<String>::of_version(version).expect("a version from 1 to 3"), b"").unwrap(),
            file
        );
    }
}

#[test]
fn a_header_that_is_cut_is_truncated_where_the_cut_number_begins() {
    for version in BOTH {
        for length in 8..16 {
            let file = &with_header(version, 0, 99, &[])[..length];
            let offset = if length < 12 { 8 } else { 12 };
            assert_eq!(error_of(file), expected(version, "truncated", "header-whole", offset), "{length} bytes");
        }
    }
}

#[test]
fn the_bytecode_does_not_begin_in_the_header() {
    for version in BOTH {
        for offset in [0, 8, 15] {
            let file = with_header(version, offset, 99, &[metadata(version)]);
            assert_eq!(error_of(&file), expected(version, "bad-layout", "bytecode-offset", 8));
        }
    }
}

#[test]
fn only_version_3_rejects_an_offset_that_is_not_a_multiple_of_8() {
    let file = laid_out(Version::V3, &[metadata(Version::V3), vec![0; 3]], b"code");
    assert_eq!(error_of(&file), expected(Version::V3, "bad-layout", "bytecode-offset-aligned", 8));
    let file = laid_out(Version::V2, &[metadata(Version::V2), vec![0; 3]], b"code");
    assert_eq!(bmes::validate(&file), Ok(Version::V2));
}

#[test]
fn the_alignment_is_checked_before_the_bounds() {
    let file = with_header(Version::V3, 99, 99, &[metadata(Version::V3)]);
    assert_eq!(error_of(&file), expected(Version::V3, "bad-layout", "bytecode-offset-aligned", 8));
}

#[test]
fn bytecode_that_begins_beyond_the_end_is_truncated_at_its_offset() {
    for version in BOTH {
        let file = with_header(version, 800, 0, &[metadata(version)]);
        assert_eq!(error_of(&file), expected(version, "truncated", "bytecode-bounds", 8));
    }
}

#[test]
fn bytecode_that_ends_beyond_the_end_is_truncated_at_its_size() {
    for version in BOTH {
        let mut file = padded(version, &[metadata(version)], b"code");
        file.pop();
        assert_eq!(error_of(&file), expected(version, "truncated", "bytecode-bounds", 12));
    }
}

#[test]
fn offset_and_size_are_added_without_wrapping() {
    for version in BOTH {
        let file = with_header(version, 32, u32::MAX as usize - 31, &[metadata(version), vec![0; 16]]);
        assert_eq!(error_of(&file), expected(version, "truncated", "bytecode-bounds", 12));
    }
}

#[test]
fn bytes_behind_the_bytecode_are_found_in_the_header_before_the_metadata_is_read() {
    for version in BOTH {
        let file = [padded(version, &[vec![0xff; 28]], b"code"), vec![0]].concat();
        assert_eq!(error_of(&file), expected(version, "trailing-bytes", "end", 12));
    }
}

#[test]
fn the_metadata_ends_where_the_bytecode_begins() {
    for version in BOTH {
        let zeros = [0; 40];
        assert_eq!(error_of(&laid_out(version, &[], &zeros)), expected(version, "truncated", "u32-bounds", 16));
        let count = laid_out(version, &[vec![1, 0, 0, 0], vec![0; 4]], &zeros);
        assert_eq!(error_of(&count), expected(version, "truncated", "count-bounds", 16));
        let string = laid_out(version, &[vec![1, 0, 0, 0], vec![5, 0, 0, 0], vec![b'm'; 4], vec![0; 4]], &zeros);
        assert_eq!(bmes::validate(&string).unwrap_err().class(), "truncated");
        let string = laid_out(version, &[vec![1, 0, 0, 0], vec![9, 0, 0, 0], vec![b'm'; 8]], &zeros);
        assert_eq!(error_of(&string), expected(version, "truncated", "string-bounds", 20));
    }
}

#[test]
fn seven_bytes_between_metadata_and_bytecode_are_padding_and_eight_are_not() {
    for padding in 0..=7 {
        let file = laid_out(Version::V2, &[metadata(Version::V2), vec![0; padding]], b"code");
        assert_eq!(bmes::validate(&file), Ok(Version::V2), "{padding} bytes");
    }
    for (version, gap) in [(Version::V2, 8), (Version::V2, 9), (Version::V3, 12)] {
        // A gap that is too long is not padding, whatever its bytes are.
        let file = laid_out(version, &[metadata(version), vec![0xff; gap]], b"code");
        assert_eq!(error_of(&file), expected(version, "bad-layout", "gap", 8));
        assert_eq!(bmes::validate(&file).unwrap_err().kind(), ErrorKind::Gap { count: gap });
    }
}

#[test]
fn every_byte_of_the_padding_is_zero() {
    for at in 0..4 {
        let mut padding = vec![0; 4];
        padding[at..].fill(1);
        let file = laid_out(Version::V3, &[metadata(Version::V3), padding], b"code");
        assert_eq!(error_of(&file), expected(Version::V3, "bad-layout", "padding", 44 + at));
    }
}

#[test]
fn empty_bytecode_has_padding_before_it_too() {
    let file =
        bmes::encode(&ModuleRecord::<String>::new(bmes::VersionFields::V3(bmes::Environment::new())), b"").unwrap();
    assert_eq!((file.len(), bmes::bytecode_range(&file)), (48, Ok(48..48)));
}

#[test]
fn the_range_does_not_depend_on_the_metadata() {
    for version in BOTH {
        let file = laid_out(version, &[vec![0xff; 8]], b"code");
        assert_eq!(bmes::bytecode_range(&file), Ok(24..28));
        assert!(bmes::validate(&file).is_err());
    }
}

#[test]
fn version_1_has_no_range_in_its_header() {
    let file = bmes::encode(&ModuleRecord::<String>::new(bmes::VersionFields::V1), b"code").unwrap();
    let error = bmes::bytecode_range(&file).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoBytecodeOffset);
    assert_eq!((error.class(), error.clause().unwrap().to_string()), ("unsupported-version", "v1-layout".into()));
}
