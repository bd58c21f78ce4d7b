//! `identify`: reads the version of a file.

use crate::format::error::Error;
use crate::format::version::Version;
use crate::versions;
use crate::versions::fields::Fields;

/// Returns the version of a file, from its first eight bytes and in constant time.
///
/// `identify` does not read the bytes that follow. To verify them, call [`validate`](crate::validate()).
pub fn identify(file: &[u8]) -> Result<Version, Error> {
    let known = file.first_chunk().and_then(|first| Version::identified_by(*first));
    known.map_or_else(|| versions::identify(&mut Fields::new(file, &mut |_| {})), Ok)
}
