//! The code that the compilers of FlatBuffers and Cap'n Proto generate from `module.fbs` and `module.capnp`. It is committed so
//! that a machine needs neither compiler. Do not edit it: `README.md` in this crate's folder has the commands that generate it.
//! The crate [`benches`](../benches/index.html) uses it to compare both formats with the codec.

#![allow(missing_docs, warnings, clippy::all, clippy::pedantic, rustdoc::all, reason = "generated code")]

#[rustfmt::skip]
pub mod module_capnp;
#[rustfmt::skip]
pub mod module_generated;
