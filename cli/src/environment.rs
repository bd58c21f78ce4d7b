//! The engine's variables and features, read from a file. Version 3 holds them, and only an engine knows them.

use std::path::Path;

use bmes::Environment;

use crate::failure::Result;
use crate::input::Source;

/// The expected shape of the file.
const SHAPE: &str = "{\"declared_variables\": [{\"name\": \"x\", \"bits\": 4}], \
                     \"lexical_variables\": [], \"code_features\": 0}";

/// Reads an environment.
pub(crate) fn read(path: &Path) -> Result<Environment> {
    Source::from(path).read_json(SHAPE)
}
