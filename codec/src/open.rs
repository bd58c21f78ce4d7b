//! `bytecode_range`: what the header of a file alone says.

use core::ops::Range;

use crate::format::error::Error;
use crate::versions;
use crate::versions::fields::Fields;

/// Returns where the bytecode is, from the header alone and in constant time: versions 2 and 3.
///
/// **This is no validation.** It makes every check that the header allows: that the file is a BMES file, that the offset is
/// one that its version permits, that the bytecode ends where the file ends. It does not read the metadata, which may be anything.
///
/// A file of version 1 does not say where its bytecode is before its metadata has been read. For such a file it returns an error of
/// the kind [`ErrorKind::NoBytecodeOffset`](crate::ErrorKind::NoBytecodeOffset), which is no verdict on the file;
/// [`ModuleView::bytecode`](crate::ModuleView::bytecode) returns the bytecode of every version.
///
/// ```
/// # let record: bmes::ModuleRecord = bmes::ModuleRecord::new(bmes::Version::V2);
/// let file = bmes::encode(&record, b"bytecode")?;
/// assert_eq!(&file[bmes::bytecode_range(&file)?], b"bytecode");
/// # Ok::<(), bmes::Error>(())
/// ```
pub fn bytecode_range(file: &[u8]) -> Result<Range<usize>, Error> {
    versions::bytecode_range(&mut Fields::new(file, &mut |_| {}))
}
