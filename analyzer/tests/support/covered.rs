//! The tests of test262 that an entry of `differences.json` covers.

use serde::Deserialize;

/// The tests that an entry covers: all tests with one of the `features`, and the tests in `files`.
/// `tests` is the number of those for which the analyzer's verdict differs from the expected one.
#[derive(Deserialize)]
pub(crate) struct Covered {
    #[serde(default)]
    pub(crate) features: Vec<String>,
    #[serde(default)]
    pub(crate) files: Vec<String>,
    pub(crate) tests: usize,
}
