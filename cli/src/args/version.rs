//! The versions of the format that `bmes` reads and writes.

use std::sync::LazyLock;

use bmes::Version;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// The text of `bmes --version`, without the name.
pub(super) static LONG_VERSION: LazyLock<String> = LazyLock::new(|| {
    let versions = Version::ALL.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let [version, commit] = [env!("CARGO_PKG_VERSION"), env!("BMES_COMMIT")];
    format!("{version}\nreads and writes format versions: {versions}\ncommit: {commit}")
});

/// Parses the version of a file to write.
pub(super) fn version() -> impl TypedValueParser<Value = Version> {
    PossibleValuesParser::new(Version::ALL.iter().map(|version| PossibleValue::new(version.to_string())))
        .try_map(|number| number.parse().ok().and_then(Version::from_number).ok_or("unknown version"))
}
