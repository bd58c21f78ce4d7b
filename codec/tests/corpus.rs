//! The codec returns the results that the conformance corpus expects: the version, the record, the position of the
//! bytecode, and the class and offset of every error.
//!
//! The conformance suite tests more than this file, and runs the codec as a separate program. These tests need only
//! seconds after a change to the codec.

#![cfg(feature = "serde")]

mod support;

use bmes::{Error, ErrorKind, ModuleRecord, v4};
use serde_json::Value;
use std::fs;
use support::corpus;

/// Calls `test` with the file of each case, its expected results, and its name for messages.
fn each_case(mut test: impl FnMut(&[u8], &Value, &str)) {
    let mut cases = 0;
    for sidecar in corpus("json") {
        let case: Value = serde_json::from_slice(&fs::read(&sidecar).unwrap()).unwrap();
        if let (Ok(file), Some(id)) = (fs::read(sidecar.with_extension("bmes")), case["id"].as_str()) {
            test(&file, &case["expect"], id);
            cases += 1;
        }
    }
    assert!(cases > 2_000, "the corpus has more than 2,000 cases");
}

/// Asserts that an error has one of the classes that the corpus expects, and the expected offset. If the corpus expects
/// no offset, the error must have none.
fn expects_error(expected: &Value, error: Error, id: &str) {
    let right = expected["error"].as_array().is_some_and(|classes| classes.iter().any(|right| right == error.class()));
    assert!(right, "{id}: {error}, expected {expected}");
    assert_eq!(error.offset().map(|at| at as u64), expected["offset"].as_u64(), "{id}: {error}");
}

fn is_version_4(file: &[u8]) -> bool {
    bmes::identify(file) == Ok(bmes::Version::V4)
}

#[test]
fn a_file_has_the_version_that_is_expected() {
    each_case(|file, expect, id| match bmes::identify(file) {
        // The cases for matchers of version 4 expect no other answer.
        _ if expect["identify"].is_null() => {}
        Ok(version) => assert_eq!(expect["identify"]["version"], version.number(), "{id}"),
        Err(error) => expects_error(&expect["identify"], error, id),
    });
}

#[test]
fn a_file_has_the_record_that_is_expected() {
    each_case(|file, expect, id| match bmes::decode(file) {
        _ if is_version_4(file) => match v4::decode(file) {
            _ if expect["decode"].is_null() => {}
            Ok(module) => {
                let mut expected = expect["decode"]["record"].clone();
                let fields = expected.as_object_mut().unwrap();
                let [text, bytecode] = ["text", "bytecode"].map(|key| fields.remove(key).unwrap());
                let expected: v4::ModuleRecord = serde_json::from_value(expected).unwrap();
                assert_eq!(module.record, expected, "{id}");
                assert_eq!(text.is_null(), module.text.is_empty(), "{id}");
                assert_eq!(bytecode["offset"], module.bytecode.start, "{id}");
                assert_eq!(bytecode["length"], module.bytecode.len(), "{id}");
            }
            Err(error) => expects_error(&expect["decode"], error, id),
        },
        Ok(module) => {
            let mut expected = expect["decode"]["record"].clone();
            let bytecode = expected.as_object_mut().unwrap().remove("bytecode").unwrap();
            let expected: ModuleRecord = serde_json::from_value(expected).unwrap();
            assert_eq!(module.record, expected, "{id}");
            assert_eq!(bytecode["offset"], module.bytecode_offset, "{id}");
            assert_eq!(bytecode["length"], module.bytecode.len(), "{id}");
        }
        Err(error) => expects_error(&expect["decode"], error, id),
    });
}

#[test]
fn a_file_passes_the_check_or_fails_it_as_expected() {
    let check = |file: &[u8]| {
        if is_version_4(file) { v4::ModuleView::parse(file)?.check() } else { bmes::ModuleView::parse(file)?.check() }
    };
    each_case(|file, expect, id| match check(file) {
        _ if expect["check"].is_null() => {}
        Ok(()) => assert_eq!(expect["check"]["ok"], true, "{id}"),
        Err(error) => expects_error(&expect["check"], error, id),
    });
}

#[test]
fn a_record_is_written_or_rejected_as_expected() {
    each_case(|file, expect, id| {
        let Ok(module) = bmes::decode(file) else { return };
        match bmes::encode(&module.record, module.bytecode) {
            Ok(written) => {
                assert_eq!(expect["encode"]["ok"], true, "{id}");
                let again = bmes::decode(&written).unwrap();
                assert_eq!(again.record, module.record.canonical(), "{id}");
            }
            Err(error) => {
                assert!(matches!(error.kind(), ErrorKind::Rule(_)), "{id}: {error}");
                expects_error(&expect["encode"], error, id);
            }
        }
    });
}

#[test]
fn an_error_that_the_first_bytes_decide_is_the_error_of_the_whole_file() {
    let mut decided = 0;
    each_case(|file, _, id| {
        for file in [file.to_vec(), [file, &[0; 100]].concat()] {
            for head in [16, 64, 256, file.len()] {
                let head = &file[..head.min(file.len())];
                if let Err(error) = bmes::validate_head(head, file.len()) {
                    assert_eq!(bmes::validate(&file), Err(error), "{id}, {} bytes", head.len());
                    decided += 1;
                }
            }
        }
    });
    assert!(decided > 10_000, "{decided}");
}

#[test]
fn the_header_decides_magic_version_layout_and_length() {
    each_case(|file, _, id| {
        let Err(error) = bmes::validate(file) else { return };
        let of_header = ["bad-magic", "unsupported-version", "trailing-bytes"].contains(&error.class())
            || ["bytecode_offset", "bytecode_size", "header_crc"].contains(&error.path().field);
        let head = if bmes::identify(file) == Ok(bmes::Version::V1) { file } else { &file[..file.len().min(112)] };
        if of_header && !matches!(error.kind(), ErrorKind::Truncated { .. } | ErrorKind::Gap { .. }) {
            assert_eq!(bmes::validate_head(head, file.len()), Err(error), "{id}");
        }
    });
}
