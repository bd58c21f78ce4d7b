//! The two modes of the walk, each by itself: for the tests that show that they agree. Whoever reads files calls
//! [`validate`](crate::validate()).

use crate::error::Error;
use crate::version::Version;
use crate::walk::{self, Ignore};

/// The swift mode's verdict: the version of a valid file.
pub fn swift(file: &[u8]) -> Option<Version> {
    walk::swift(file, Ignore).ok().map(|(version, Ignore)| version)
}

/// The exact mode's verdict.
pub fn exact(file: &[u8]) -> Result<Version, Error> {
    walk::exact(file, &mut Ignore)
}
