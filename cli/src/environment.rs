//! The engine's own variables and features, from a file: version 3 holds what only an engine knows, and nothing here makes it up.

use std::path::Path;

use bmes::Environment;

use crate::input::Source;
use crate::stop::Stop;

/// What the file is expected to be.
const SHAPE: &str = "what the engine noted: {\"declared_variables\": [{\"name\": \"x\", \"bits\": 4}], \
                     \"lexical_variables\": [], \"code_features\": 0}";

/// Reads an environment.
pub(crate) fn read(path: &Path) -> Result<Environment, Stop> {
    Source::from(path).read_json(SHAPE)
}
