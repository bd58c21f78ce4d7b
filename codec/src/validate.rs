//! `validate`: verifies that bytes are a BMES file.

use crate::fast;
use crate::format::error::Error;
use crate::format::version::Version;
use crate::identify::identify;
use crate::v4;
use crate::versions;
use crate::versions::fields::Fields;
use crate::versions::sections::Sections;

/// Validates a whole file, allocates nothing, and returns the file's version.
///
/// The fast reader reads the file once. If it finds that the file is invalid, the strict reader reads the file a second
/// time, to find the first error.
///
/// A file that `validate` accepts has the structure of its version. To verify that its record can be linked, call
/// [`ModuleView::check`](crate::ModuleView::check), or [`v4::ModuleView::check`] for a file of version 4. For versions
/// 1 to 3, `validate` does not verify the bytecode. For version 4, it verifies all checksums, also that of the bytecode.
pub fn validate(file: &[u8]) -> Result<Version, Error> {
    match fast::read(file) {
        Some(sections) => Ok(sections.version),
        None if identify(file) == Ok(Version::V4) => v4::validate(file).map(|()| Version::V4),
        None => explain(file).map(|sections| sections.version),
    }
}

/// Returns the error of a file, if the file's first bytes `head` and its length in bytes `file_len` already show it.
///
/// A caller can reject a large file without reading it, if the file is not a BMES file or is longer than its header
/// says.
///
/// **`Ok` does not mean that the file is valid**: read the rest, and call [`validate`].
///
/// Pass at least the first 112 bytes, or the whole file if it is shorter. They hold the magic, the version, and the rest
/// of the header of versions 2 to 4. For versions 1 to 3, 16 bytes are enough. For version 1, this function verifies all
/// fields in `head`. It also verifies the length if `head` has the whole metadata and `bytecode_size`.
pub fn validate_head(head: &[u8], file_len: usize) -> Result<(), Error> {
    if identify(head) == Ok(Version::V4) {
        // The checksum of the header cannot be verified without the whole header.
        let is_whole = head.len() >= file_len.min(v4::Header::SIZE);
        return if is_whole { v4::open(head, file_len).map(drop) } else { Ok(()) };
    }
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
