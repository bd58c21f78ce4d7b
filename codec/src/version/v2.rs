//! Version 2: like version 1, but the header says where the bytecode is.

use super::layout::{self, Layout};
use super::shared;
use crate::encode::{Sink, TooLarge};
use crate::record::ModuleRecord;
use crate::walk::Walk;

/// What follows magic and version.
#[inline(always)]
pub(crate) fn body<'a, W: Walk<'a>>(w: &mut W) -> Result<(), W::Fault> {
    let layout = layout(w)?;
    shared::metadata(w)?;
    layout.bytecode(w)
}

/// The rest of the header: the bytecode may begin anywhere behind it.
#[inline(always)]
pub(crate) fn layout<'a, W: Walk<'a>>(w: &mut W) -> Result<Layout<'a>, W::Fault> {
    layout::header(w)?.layout(w)
}

/// The same, written; the bytecode itself is the caller's.
pub(crate) fn write<S: AsRef<str>>(
    record: &ModuleRecord<S>,
    bytecode_size: u64,
    sink: &mut impl Sink,
) -> Result<(), TooLarge> {
    let header = sink.gap();
    shared::write_metadata(record, sink)?;
    layout::write_padding(header, bytecode_size, sink)
}
