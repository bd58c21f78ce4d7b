//! Version 1: the metadata, then the bytecode.

use super::shared;
use crate::encode::{Sink, TooLarge};
use crate::path::{FieldPath, Section};
use crate::record::ModuleRecord;
use crate::walk::Walk;

/// What follows magic and version.
#[inline(always)]
pub(crate) fn body<'a, W: Walk<'a>>(w: &mut W) -> Result<(), W::Fault> {
    shared::metadata(w)?;
    w.enter(Section::Bytecode);
    let size_offset = w.cursor().position();
    let size = w.number("bytecode_size")?;
    w.bytecode(size_offset, size)
}

/// The same, written; the bytecode itself is the caller's.
pub(crate) fn write<S: AsRef<str>>(
    record: &ModuleRecord<S>,
    bytecode_size: u64,
    sink: &mut impl Sink,
) -> Result<(), TooLarge> {
    shared::write_metadata(record, sink)?;
    sink.number(FieldPath::new(Section::Bytecode, "bytecode_size"), bytecode_size)
}
