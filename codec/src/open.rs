//! `bytecode_range`: finds the bytecode from the header alone.

use core::ops::Range;

use crate::format::error::Error;
use crate::format::version::Version;
use crate::identify::identify;
use crate::v4;
use crate::versions;
use crate::versions::fields::Fields;

/// Returns the range of the bytecode in a file of version 2, 3 or 4, from the header alone and in constant time.
///
/// **This is not a validation.** The function makes every check that the header allows: the file is a BMES file, its
/// version permits the offset, and the bytecode ends where the file ends. It does not read the metadata, which may be
/// invalid.
///
/// The header of version 1 does not have the position of the bytecode. For such a file, the function returns an error
/// of the kind [`ErrorKind::NoBytecodeOffset`](crate::ErrorKind::NoBytecodeOffset). This error does not mean that the
/// file is invalid. [`ModuleView::bytecode`](crate::ModuleView::bytecode) returns the bytecode of every version.
///
/// ```
/// # let record: bmes::ModuleRecord = bmes::ModuleRecord::new(bmes::VersionFields::V2);
/// let file = bmes::encode(&record, b"bytecode")?;
/// assert_eq!(&file[bmes::bytecode_range(&file)?], b"bytecode");
/// # Ok::<(), bmes::Error>(())
/// ```
pub fn bytecode_range(file: &[u8]) -> Result<Range<usize>, Error> {
    if identify(file) == Ok(Version::V4) {
        return v4::open(file, file.len()).map(|header| header.bytecode());
    }
    versions::bytecode_range(&mut Fields::new(file, &mut |_| {}))
}
