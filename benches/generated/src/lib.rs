//! What FlatBuffers' and Cap'n Proto's compilers make of `module.fbs` and `module.capnp`, committed so that a machine needs
//! neither of them. Not for editing: the folder's README has the commands that write it. [`benches`'](../benches/index.html) peers use it.

#![allow(missing_docs, warnings, clippy::all, clippy::pedantic, rustdoc::all, reason = "generated code")]

#[rustfmt::skip]
pub mod module_capnp;
#[rustfmt::skip]
pub mod module_generated;
