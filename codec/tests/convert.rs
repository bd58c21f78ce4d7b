//! Records on their way from one version to another: what comes back, and what is refused.

mod support;

use bmes::{Environment, ModuleRecord, Version, VersionError};
use proptest::prelude::*;
use support::{example_of, valid_environment, valid_record, version};

proptest! {
    #[test]
    fn down_again_after_an_upgrade_is_where_it_began(record in valid_record(), environment in valid_environment()) {
        for &to in Version::ALL.iter().filter(|to| **to > record.version) {
            let given = to.has_environment().then(|| environment.clone());
            let mut upgraded = record.clone().upgrade(to, given.clone()).unwrap();
            prop_assert_eq!(upgraded.version, to);
            prop_assert_eq!(upgraded.environment.take(), given);
            prop_assert_eq!(&upgraded.downgrade(record.version).unwrap(), &record);
        }
    }

    #[test]
    fn up_again_after_a_downgrade_is_where_it_began(record in valid_record()) {
        for &to in Version::ALL.iter().filter(|to| **to < record.version) {
            let mut stripped = record.clone();
            let environment = stripped.environment.take();
            let downgraded = stripped.downgrade(to).unwrap();
            prop_assert_eq!(downgraded.version, to);
            prop_assert_eq!(&downgraded.upgrade(record.version, environment).unwrap(), &record);
        }
    }

    #[test]
    fn to_its_own_version_a_record_stays_as_it_is(record in valid_record()) {
        let version = record.version;
        prop_assert_eq!(record.clone().upgrade(version, None), Ok(record.clone()));
        prop_assert_eq!(record.clone().downgrade(version), Ok(record));
    }

    #[test]
    fn a_record_that_was_converted_can_be_written_and_means_the_same(
        record in valid_record(), to in version(), environment in valid_environment(),
    ) {
        let before = record.clone().canonical();
        let converted = if to > record.version {
            record.upgrade(to, to.has_environment().then_some(environment)).unwrap()
        } else {
            let mut record = record;
            if !to.has_environment() {
                record.environment.take();
            }
            record.downgrade(to).unwrap()
        };
        let file = bmes::encode(&converted, b"code").unwrap();
        let after = bmes::decode(&file).unwrap().record;
        prop_assert_eq!(after.version, to);
        prop_assert_eq!(
            (after.requests, after.imports, after.exports, after.star_exports),
            (before.requests, before.imports, before.exports, before.star_exports)
        );
    }
}

#[test]
fn an_upgrade_goes_up() {
    let error = example_of(Version::V2).upgrade(Version::V1, None).unwrap_err();
    assert_eq!(error, VersionError::Older { from: Version::V2, to: Version::V1 });
    insta::assert_snapshot!(error, @"version 1 is older than the record's version 2: use `downgrade`");
}

#[test]
fn a_downgrade_goes_down() {
    let error = example_of(Version::V2).downgrade(Version::V3).unwrap_err();
    assert_eq!(error, VersionError::Newer { from: Version::V2, to: Version::V3 });
    insta::assert_snapshot!(error, @"version 3 is newer than the record's version 2: use `upgrade`");
}

#[test]
fn version_3_needs_an_environment() {
    let error = example_of(Version::V1).upgrade(Version::V3, None).unwrap_err();
    assert_eq!(error, VersionError::MissingEnvironment { to: Version::V3 });
    insta::assert_snapshot!(error, @"version 3 needs the module's environment, and there is none: give it to `upgrade`");
}

#[test]
fn no_version_before_3_takes_an_environment() {
    for to in [Version::V1, Version::V2] {
        let error = example_of(Version::V1).upgrade(to, Some(Environment::new())).unwrap_err();
        assert_eq!(error, VersionError::UnwantedEnvironment { to });
    }
    let error = VersionError::UnwantedEnvironment { to: Version::V2 };
    insta::assert_snapshot!(error, @"version 2 has no place for the environment that was given: give `None`");
}

#[test]
fn an_environment_is_not_replaced() {
    let error = example_of(Version::V3).upgrade(Version::V3, Some(Environment::new())).unwrap_err();
    assert_eq!(error, VersionError::SecondEnvironment);
    insta::assert_snapshot!(error, @"the record has an environment, and another one was given: give `None`, or take the first one out");
}

#[test]
fn an_environment_is_not_lost() {
    let error = example_of(Version::V3).downgrade(Version::V2).unwrap_err();
    assert_eq!(error, VersionError::LostEnvironment { to: Version::V2, variables: 3 });
    insta::assert_snapshot!(error, @"version 2 has no place for the record's environment (3 variables and the features of the code would be lost): take it out first, with `record.environment.take()`");
    // Not even one without variables: its features would be lost.
    let empty: ModuleRecord = ModuleRecord::new(Version::V3);
    let error = empty.downgrade(Version::V1).unwrap_err();
    assert_eq!(error, VersionError::LostEnvironment { to: Version::V1, variables: 0 });
}
