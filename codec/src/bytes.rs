//! Bytes and numbers: a cursor that reads, one that writes. Nothing here knows BMES.

pub(crate) mod count;
pub(crate) mod reader;
pub(crate) mod writer;
