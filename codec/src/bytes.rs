//! Bytes and numbers: a cursor that reads, and a cursor that writes. This module does not depend on the BMES format.

pub(crate) mod ascii;
pub(crate) mod count;
pub(crate) mod reader;
pub(crate) mod writer;
