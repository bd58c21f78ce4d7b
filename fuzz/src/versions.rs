//! Any record in any other version: what it says stays as it is, or it is refused for the reason that there is.

use bmes::{Version, VersionError};
use conformance::case::Record;
use conformance::generate::{files, record};

use crate::roundtrip::written;

/// Brings the record that `input` stands for to another version, and back.
pub fn property(input: &[u8]) -> bool {
    let (file, mut choices) = files::valid(input);
    let module = bmes::decode(&file).expect("a valid file");
    let (record, bytecode) = (module.record, &file[module.bytecode]);
    let to = *choices.pick(Version::ALL);
    let environment = choices.one_in(2).then(|| record::environment(&mut choices));
    let mut stripped = record.clone();
    if choices.one_in(2) {
        stripped.environment = None;
    }

    let up = record.clone().upgrade(to, environment.clone());
    assert_eq!(up.as_ref().err(), upgrade_refused(&record, to, environment.is_some()).as_ref(), "upgrade");
    let down = stripped.clone().downgrade(to);
    assert_eq!(down.as_ref().err(), downgrade_refused(&stripped, to).as_ref(), "downgrade");
    for error in [up.as_ref().err(), down.as_ref().err()].into_iter().flatten() {
        assert!(!error.to_string().is_empty());
    }
    if let Ok(upgraded) = &up {
        let mut expected = record.clone();
        expected.version = to;
        expected.environment = environment.or(expected.environment);
        assert_eq!(*upgraded, expected, "an upgrade keeps what the record says");
        written(upgraded, bytecode);
        // And back, without what the older version has no place for.
        let mut back = upgraded.clone();
        back.environment.clone_from(&record.environment);
        assert_eq!(back.downgrade(record.version), Ok(record.clone()), "there and back");
    }
    if let Ok(downgraded) = &down {
        let mut expected = stripped.clone();
        expected.version = to;
        assert_eq!(*downgraded, expected, "a downgrade keeps what the record says");
        written(downgraded, bytecode);
    }
    up.is_ok() || down.is_ok()
}

/// Why an upgrade has to be refused, in the order of its documentation.
fn upgrade_refused(record: &Record, to: Version, given: bool) -> Option<VersionError> {
    let (from, has) = (record.version, record.environment.is_some());
    match (to.number() < from.number(), to.number() >= 3) {
        (true, _) => Some(VersionError::Older { from, to }),
        (false, false) if given => Some(VersionError::UnwantedEnvironment { to }),
        (false, true) if given && has => Some(VersionError::SecondEnvironment),
        (false, true) if !given && !has => Some(VersionError::MissingEnvironment { to }),
        _ => None,
    }
}

/// The same of a downgrade.
fn downgrade_refused(record: &Record, to: Version) -> Option<VersionError> {
    let from = record.version;
    match (&record.environment, to.number() >= 3) {
        _ if to.number() > from.number() => Some(VersionError::Newer { from, to }),
        (None, true) => Some(VersionError::MissingEnvironment { to }),
        (Some(environment), false) => {
            let variables = environment.declared_variables.len() + environment.lexical_variables.len();
            Some(VersionError::LostEnvironment { to, variables })
        }
        _ => None,
    }
}
