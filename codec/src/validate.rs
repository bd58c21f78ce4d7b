//! Whether bytes are a BMES file, and nothing kept.

use crate::error::Error;
use crate::version::Version;
use crate::walk::{self, Ignore};

/// Goes through a whole file and allocates nothing.
///
/// A file that this accepts has the structure of its version; whether its record may be linked, [`ModuleView::check`](crate::ModuleView::check)
/// says, and of its bytecode nobody says anything.
pub fn validate(file: &[u8]) -> Result<Version, Error> {
    walk::file(file, || Ignore).map(|(version, Ignore)| version)
}
