//! `validate`: whether bytes are a BMES file.

use crate::fast;
use crate::format::error::Error;
use crate::format::version::Version;
use crate::versions;
use crate::versions::fields::Fields;
use crate::versions::sections::Sections;

/// Validates a whole file, allocates nothing, and returns the file's version.
///
/// A valid file is read once. An invalid file is read a second time, by the strict reader, which finds the first error.
///
/// A file that this accepts has the structure of its version. To verify that its record can be linked, call
/// [`ModuleView::check`](crate::ModuleView::check). Nothing here verifies the bytecode.
pub fn validate(file: &[u8]) -> Result<Version, Error> {
    match fast::read(file) {
        Some(sections) => Ok(sections.version),
        None => explain(file).map(|sections| sections.version),
    }
}

/// Verifies what the first bytes of a file, `head`, and its length in bytes can show. A caller can so reject a large file without
/// reading it: one that is no BMES file, or one that is longer than its header says.
///
/// **`Ok` is no validation**: read the rest, and call [`validate`]. Pass at least the first 16 bytes, or the whole file if it is
/// shorter: they hold the magic, the version, and the header of versions 2 and 3. Of version 1, this verifies all fields in `head`,
/// and the length if `head` has the whole metadata and `bytecode_size`.
pub fn validate_head(head: &[u8], file_len: usize) -> Result<(), Error> {
    versions::read_head(&mut Fields::new(head, &mut |_| {}), file_len)
}

/// Finds the first error of a file that the fast reader rejects.
#[cold]
#[inline(never)]
pub(crate) fn explain(file: &[u8]) -> Result<Sections, Error> {
    let explained = versions::read(&mut Fields::new(file, &mut |_| {}));
    debug_assert!(explained.is_err(), "the fast reader rejects a valid file");
    explained
}
