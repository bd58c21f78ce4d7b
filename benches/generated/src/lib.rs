//! The code that the compilers of FlatBuffers and Cap'n Proto generate from `module.fbs` and `module.capnp`. It is committed so
//! that a machine needs neither compiler. Do not edit it: the folder's README has the commands that write it. The peers of
//! [`benches`](../benches/index.html) use it.

#![allow(missing_docs, warnings, clippy::all, clippy::pedantic, rustdoc::all, reason = "generated code")]

#[rustfmt::skip]
pub mod module_capnp;
#[rustfmt::skip]
pub mod module_generated;
