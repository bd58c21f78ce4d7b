//! The contents of a file, as data in ECMA-262's terms.

pub(crate) mod convert;
pub(crate) mod environment;
pub(crate) mod record;
#[cfg(feature = "serde")]
mod serde;
