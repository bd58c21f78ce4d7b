//! The JSON shape of a record: that of the conformance suite's protocol.

#![cfg(feature = "serde")]

mod support;

use bmes::ModuleRecord;
use support::example;

#[test]
fn a_record_has_one_json_shape() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&example()).unwrap());
}

#[test]
fn a_record_comes_back_from_json() {
    let json = serde_json::to_string(&example()).unwrap();
    assert_eq!(serde_json::from_str::<ModuleRecord>(&json).unwrap(), example());
}

#[test]
fn an_unknown_key_is_refused() {
    let json = serde_json::to_string(&example()).unwrap();
    for (there, unknown) in [("star_exports", "star_export"), ("local_name", "localName"), ("specifier", "name")] {
        let json = json.replace(&format!("\"{there}\""), &format!("\"{unknown}\""));
        let error = serde_json::from_str::<ModuleRecord>(&json).unwrap_err().to_string();
        assert!(error.contains(&format!("unknown field `{unknown}`")), "{error}");
    }
}

#[test]
fn an_unknown_version_is_refused() {
    let json = serde_json::to_string(&example()).unwrap().replace("\"version\":1", "\"version\":2");
    let error = serde_json::from_str::<ModuleRecord>(&json).unwrap_err().to_string();
    assert!(error.starts_with("BMES version 2 is unknown"), "{error}");
}
