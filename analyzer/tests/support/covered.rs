//! The tests of test262 that an entry of `differences.json` covers.

use serde::Deserialize;

/// Of the tests with one of the features, or of these files, so many have another verdict.
#[derive(Deserialize)]
pub(crate) struct Covered {
    #[serde(default)]
    pub(crate) features: Vec<String>,
    #[serde(default)]
    pub(crate) files: Vec<String>,
    pub(crate) tests: usize,
}
