//! The contents of a file, as data with the names of ECMA-262, the specification of JavaScript.

pub(crate) mod convert;
pub(crate) mod environment;
pub(crate) mod record;
#[cfg(feature = "serde")]
mod serde;
