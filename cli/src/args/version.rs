//! The versions that `bmes` reads and writes.

use std::sync::LazyLock;

use bmes::Version;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// The text of `bmes --version`, without the name.
pub(super) static LONG_VERSION: LazyLock<String> = LazyLock::new(|| {
    let list = |versions: &[Version]| versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!(
        "{}\nreads format versions: {}\nwrites format versions: {}\ncommit: {}",
        env!("CARGO_PKG_VERSION"),
        list(Version::ALL),
        list(Version::NAMED),
        env!("BMES_COMMIT")
    )
});

/// Parses the version of a file to write. Version 4 gets a message of its own, because `bmes` reads it.
pub(super) fn version() -> impl TypedValueParser<Value = Version> {
    let is_written = |version: &Version| Version::NAMED.contains(version);
    let values = Version::ALL.iter().map(|version| PossibleValue::new(version.to_string()).hide(!is_written(version)));
    PossibleValuesParser::new(values).try_map(move |number| {
        let version = number.parse().ok().and_then(Version::from_number);
        version.filter(is_written).ok_or("bmes reads this version, but writes only versions 1, 2 and 3")
    })
}
