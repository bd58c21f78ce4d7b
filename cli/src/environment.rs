//! Reads a module's environment from a JSON file: the variables and features that the engine recorded. A BMES file of
//! version 3 contains an environment, and only the engine knows its values.

use std::path::Path;

use bmes::Environment;

use crate::failure::Result;
use crate::input::Source;

/// An example of the expected JSON, which error messages show.
const SHAPE: &str = "{\"declared_variables\": [{\"name\": \"x\", \"bits\": 4}], \
                     \"lexical_variables\": [], \"code_features\": 0}";

/// Reads an environment from the JSON file at `path`; `-` is standard input.
pub(crate) fn read(path: &Path) -> Result<Environment> {
    Source::from(path).read_json(SHAPE)
}
