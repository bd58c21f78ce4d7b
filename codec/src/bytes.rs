//! Bytes and numbers: a cursor that reads, and a cursor that writes. They know nothing of BMES.

pub(crate) mod count;
pub(crate) mod reader;
pub(crate) mod writer;
