//! The JSON form of a record. The protocol of the conformance suite uses the same form.

#![cfg(feature = "serde")]

mod support;

use bmes::{ModuleRecord, Version};
use serde_json::{Value, json};
use support::{example, example_of, example_with_var};

/// Returns the error of parsing the JSON of `example_of(version)` after `change` has changed this JSON.
fn refusal(version: Version, change: impl FnOnce(&mut Value)) -> String {
    let mut json = serde_json::to_value(example_of(version)).unwrap();
    change(&mut json);
    serde_json::from_value::<ModuleRecord>(json).unwrap_err().to_string()
}

#[test]
fn a_record_has_one_json_shape() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&example()).unwrap());
}

#[test]
fn a_record_with_an_environment_has_three_keys_more() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&example_with_var()).unwrap());
}

#[test]
fn a_record_comes_back_from_json() {
    for &version in Version::NAMED {
        let json = serde_json::to_string(&example_of(version)).unwrap();
        assert_eq!(serde_json::from_str::<ModuleRecord>(&json).unwrap(), example_of(version));
    }
}

#[test]
fn an_unknown_key_is_rejected() {
    let json = serde_json::to_string(&example_of(Version::V3)).unwrap();
    for (there, unknown) in [
        ("star_exports", "star_export"),
        ("local_name", "localName"),
        ("specifier", "name"),
        ("bits", "flags"),
        ("code_features", "environment"),
    ] {
        let json = json.replace(&format!("\"{there}\""), &format!("\"{unknown}\""));
        let error = serde_json::from_str::<ModuleRecord>(&json).unwrap_err().to_string();
        assert!(error.contains(&format!("unknown field `{unknown}`")), "{error}");
    }
}

#[test]
fn a_missing_key_is_rejected() {
    for key in ["version", "star_exports", "declared_variables", "lexical_variables", "code_features"] {
        let error = refusal(Version::V3, |json| drop(json.as_object_mut().unwrap().remove(key)));
        assert!(error.contains(&format!("missing field `{key}`")), "{error}");
    }
}

#[test]
fn a_key_of_version_3_is_rejected_in_other_versions() {
    for version in [Version::V1, Version::V2] {
        for (key, value) in
            [("declared_variables", json!([])), ("lexical_variables", json!([])), ("code_features", json!(0))]
        {
            let error = refusal(version, |json| json[key] = value);
            assert!(error.contains(&format!("unknown field `{key}`")), "{error}");
        }
    }
}

#[test]
fn null_does_not_stand_for_a_missing_key() {
    for version in [Version::V1, Version::V3] {
        for key in ["declared_variables", "lexical_variables", "code_features"] {
            let error = refusal(version, |json| json[key] = Value::Null);
            assert!(error.contains("invalid type: null"), "{error}");
        }
    }
}

#[test]
fn an_unknown_version_is_rejected() {
    let error = refusal(Version::V1, |json| json["version"] = json!(0));
    assert!(error.starts_with("BMES version 0 is unknown"), "{error}");
}
