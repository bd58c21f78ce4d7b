//! Conversions of records from one version to another: the results, and the errors.

mod support;

use bmes::{Environment, EnvironmentChange, ErrorKind, ModuleRecord, Version};
use proptest::prelude::*;
use support::{example_of, valid_environment, valid_record, version};

proptest! {
    #[test]
    fn converting_a_record_and_back_gives_the_same_record(
        record in valid_record(), to in version(), environment in valid_environment(),
    ) {
        let (there, back) = match (record.environment(), to) {
            (Some(_), Version::V3) | (None, Version::V1 | Version::V2) => {
                (EnvironmentChange::Keep, EnvironmentChange::Keep)
            }
            (Some(before), _) => (EnvironmentChange::Drop, EnvironmentChange::Supply(before.clone())),
            (None, _) => (EnvironmentChange::Supply(environment), EnvironmentChange::Drop),
        };
        let converted = record.clone().convert(to, there).unwrap();
        prop_assert_eq!(converted.version(), to);
        prop_assert_eq!(converted.convert(record.version(), back).unwrap(), record);
    }

    #[test]
    fn converting_a_record_to_its_own_version_changes_nothing(record in valid_record()) {
        let version = record.version();
        prop_assert_eq!(record.clone().convert(version, EnvironmentChange::Keep), Ok(record));
    }

    #[test]
    fn a_record_that_was_converted_can_be_written_and_means_the_same(
        record in valid_record(), to in version(), environment in valid_environment(),
    ) {
        let before = record.clone().canonical();
        let change = match (record.environment().is_some(), to.has_environment()) {
            (false, true) => EnvironmentChange::Supply(environment),
            (true, false) => EnvironmentChange::Drop,
            _ => EnvironmentChange::Keep,
        };
        let file = bmes::encode(&record.convert(to, change).unwrap(), b"code").unwrap();
        let after = bmes::decode(&file).unwrap().record;
        prop_assert_eq!(after.version(), to);
        prop_assert_eq!(
            (after.requests, after.imports, after.exports, after.star_exports),
            (before.requests, before.imports, before.exports, before.star_exports)
        );
    }
}

#[test]
fn version_3_needs_an_environment() {
    for (from, change) in [
        (Version::V1, EnvironmentChange::Keep),
        (Version::V2, EnvironmentChange::Drop),
        (Version::V3, EnvironmentChange::Drop),
    ] {
        let error = example_of(from).convert(Version::V3, change).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MissingEnvironment { to: Version::V3 });
    }
    let error = example_of(Version::V1).convert(Version::V3, EnvironmentChange::Keep).unwrap_err();
    insta::assert_snapshot!(error, @"unsupported-version: environment: version 3 needs the module's environment: supply it");
}

#[test]
fn no_version_before_3_takes_an_environment() {
    for to in [Version::V1, Version::V2] {
        let error = example_of(Version::V1).convert(to, EnvironmentChange::Supply(Environment::new())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEnvironment { to });
        assert_eq!(error.clause().unwrap().to_string(), format!("v{to}-writer-type"));
    }
    let error = example_of(Version::V3).convert(Version::V2, EnvironmentChange::Supply(Environment::new()));
    insta::assert_snapshot!(error.unwrap_err(), @"unsupported-version: environment: version 2 cannot hold an environment, but one was supplied");
}

#[test]
fn a_conversion_does_not_replace_an_environment() {
    let error = example_of(Version::V3).convert(Version::V3, EnvironmentChange::Supply(Environment::new()));
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEnvironment { to: Version::V3 });
    insta::assert_snapshot!(error, @"unsupported-version: environment: the record already has an environment: do not supply another one");
}

#[test]
fn a_conversion_does_not_drop_an_environment() {
    let error = example_of(Version::V3).convert(Version::V2, EnvironmentChange::Keep).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LostEnvironment { to: Version::V2, variables: 3 });
    insta::assert_snapshot!(error, @"unsupported-version: environment: version 2 cannot hold the record's environment (3 variables and the features of the code would be lost): drop the environment");
    // An environment without variables is not dropped either: its features would be lost.
    let empty: ModuleRecord = ModuleRecord::new(bmes::VersionFields::V3(bmes::Environment::new()));
    let error = empty.convert(Version::V1, EnvironmentChange::Keep).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LostEnvironment { to: Version::V1, variables: 0 });
}
