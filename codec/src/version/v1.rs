//! Version 1: the metadata, then the bytecode.

use super::shared;
use crate::encode::{Sink, TooLarge};
use crate::error::Error;
use crate::path::{FieldPath, Section};
use crate::record::ModuleRecord;
use crate::walk::{Visit, Walker};

/// What follows magic and version.
pub(crate) fn body<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<(), Error> {
    shared::metadata(w)?;
    w.enter(Section::Bytecode);
    let size = w.u32("bytecode_size")?;
    w.bytecode(size)
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
