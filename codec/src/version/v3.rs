//! Version 3: like version 2, but the metadata has the module's environment, and the bytecode is aligned.

use super::layout::{self, Layout};
use super::{environment, shared};
use crate::encode::{Sink, TooLarge};
use crate::record::{Environment, ModuleRecord};
use crate::walk::Walk;

/// What follows magic and version.
#[inline(always)]
pub(crate) fn body<'a, W: Walk<'a>>(w: &mut W) -> Result<(), W::Fault> {
    let layout = layout(w)?;
    shared::metadata(w)?;
    environment::metadata(w)?;
    layout.bytecode(w)
}

/// The rest of the header: the bytecode begins at a multiple of 8.
#[inline(always)]
pub(crate) fn layout<'a, W: Walk<'a>>(w: &mut W) -> Result<Layout<'a>, W::Fault> {
    layout::header(w)?.aligned(w)?.layout(w)
}

/// The same, written; the bytecode itself is the caller's.
pub(crate) fn write<S: AsRef<str>>(
    record: &ModuleRecord<S>,
    environment: &Environment<S>,
    bytecode_size: u64,
    sink: &mut impl Sink,
) -> Result<(), TooLarge> {
    let header = sink.gap();
    shared::write_metadata(record, sink)?;
    environment::write_metadata(environment, sink)?;
    layout::write_padding(header, bytecode_size, sink)
}
