//! The tests of test262 that an entry of `differences.json` covers.

use serde::Deserialize;

/// The tests with one of the features, and the tests in these files. `tests` is the number of those
/// that have another verdict.
#[derive(Deserialize)]
pub(crate) struct Covered {
    #[serde(default)]
    pub(crate) features: Vec<String>,
    #[serde(default)]
    pub(crate) files: Vec<String>,
    pub(crate) tests: usize,
}
