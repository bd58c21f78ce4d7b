//! Validation of version 4: section 5 of `spec/v4.md`.

use crate::format::error::Error;
use crate::v4::check;
use crate::v4::view::ModuleView;

/// Verifies the header and the metadata of a file, the padding, and the checksums of the text and of the bytecode.
/// Allocates nothing.
pub(crate) fn validate(file: &[u8]) -> Result<(), Error> {
    let view = ModuleView::parse(file)?;
    check::content(file, view.header())
}
