//! The property `versions`: a record that is converted to any version keeps its content, or the conversion is rejected
//! with the right error.

use bmes::{EnvironmentChange, ErrorKind, Version};
use conformance::case::NamedRecord;
use conformance::generate::record;

use crate::files;
use crate::roundtrip::written;
use crate::v4::{conversions, is_version_4};

/// Converts the record that `input` stands for to another version and back.
pub fn property(input: &[u8]) -> bool {
    let (file, mut choices) = files::valid(input);
    let to = *choices.pick(Version::ALL);
    if is_version_4(&file) {
        return conversions::from_version_4(&file, to);
    }
    let module = bmes::decode(&file).expect("the file is valid");
    let (record, bytecode) = (module.record, module.bytecode);
    if to == Version::V4 {
        return conversions::to_version_4(&record, bytecode, &mut choices);
    }
    let change = match choices.below(3) {
        0 => EnvironmentChange::Keep,
        1 => EnvironmentChange::Drop,
        _ => EnvironmentChange::Supply(record::environment(&mut choices)),
    };
    let converted = record.clone().convert(to, change.clone());
    assert_eq!(converted.as_ref().err().map(bmes::Error::kind), expected_error(&record, to, &change), "{change:?}");
    match converted {
        Err(error) => {
            assert!(error.to_string().starts_with(error.class()), "{error}");
            false
        }
        Ok(converted) => {
            assert_eq!(converted.version(), to);
            let supplied = match &change {
                EnvironmentChange::Keep => record.environment(),
                EnvironmentChange::Drop => None,
                EnvironmentChange::Supply(environment) => Some(environment),
            };
            assert_eq!(converted.environment(), supplied, "the environment of the converted record");
            written(&converted, bytecode);
            // Converts the record back, so that it has the environment that the first record had, or none if the first
            // record had none.
            let back = match record.environment() {
                Some(_) if to.has_environment() => EnvironmentChange::Keep,
                Some(environment) => EnvironmentChange::Supply(environment.clone()),
                None => EnvironmentChange::Drop,
            };
            assert_eq!(converted.convert(record.version(), back), Ok(record), "converting back gives the first record");
            true
        }
    }
}

/// Returns the error that a conversion must return, or `None` if it must succeed.
fn expected_error(record: &NamedRecord, to: Version, change: &EnvironmentChange<String>) -> Option<ErrorKind> {
    match (record.environment(), to == Version::V3, change) {
        (Some(_), true, EnvironmentChange::Drop) | (None, true, EnvironmentChange::Keep | EnvironmentChange::Drop) => {
            Some(ErrorKind::MissingEnvironment { to })
        }
        (Some(_), _, EnvironmentChange::Supply(_)) | (None, false, EnvironmentChange::Supply(_)) => {
            Some(ErrorKind::UnexpectedEnvironment { to })
        }
        (Some(environment), false, EnvironmentChange::Keep) => {
            let variables = environment.declared_variables.len() + environment.lexical_variables.len();
            Some(ErrorKind::LostEnvironment { to, variables })
        }
        _ => None,
    }
}
