//! Version 1: the metadata, then the bytecode.

use super::shared;
use crate::encode::Sink;
use crate::error::{EncodeError, Error};
use crate::path::{FieldPath, Section};
use crate::record::ModuleRecord;
use crate::walk::{Visit, Walker};

/// What follows magic and version.
pub(crate) fn body<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<(), Error> {
    shared::requests(w)?;
    shared::imports(w)?;
    shared::exports(w)?;
    shared::star_exports(w)?;
    w.enter(Section::Bytecode);
    w.bytecode()
}

/// The same, written; the bytecode itself is the caller's.
pub(crate) fn write<S: AsRef<str>>(
    record: &ModuleRecord<S>,
    bytecode_size: u64,
    sink: &mut impl Sink,
) -> Result<(), EncodeError> {
    shared::write_requests(&record.requests, sink)?;
    shared::write_imports(&record.imports, sink)?;
    shared::write_exports(&record.exports, sink)?;
    shared::write_star_exports(&record.star_exports, sink)?;
    sink.number(FieldPath::new(Section::Bytecode, "bytecode_size"), bytecode_size)
}
