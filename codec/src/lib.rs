//! The reference codec for BMES, the binary cache file of one ES module: the module's record and the engine's bytecode, so
//! that a JavaScript runtime loads the module without parsing it.
//!
//! The specification is the project's `spec/`, a document per version. This crate follows all of them to the byte, has no unsafe
//! code and, without its `serde` feature, one dependency: simdutf8, which says whether bytes are UTF-8.
//!
//! | version | what it brought |
//! |---|---|
//! | 1 | the module's record, then the bytecode |
//! | 2 | the header says where the bytecode is |
//! | 3 | the module's [`Environment`], and bytecode at a multiple of 8 |
//!
//! | to | call | costs |
//! |---|---|---|
//! | tell a file's version | [`identify`] | eight bytes |
//! | find the bytecode without a look at the rest (versions 2 and 3) | [`bytecode_range`] | sixteen bytes |
//! | know that a file is well-formed | [`validate`] | one pass, no allocation |
//! | read one in place | [`ModuleView::parse`] | one pass, no allocation |
//! | keep one, and read entries by their index | [`CompactModule::parse`] | one pass, four bytes an entry |
//! | read one into a record | [`decode`], [`decode_borrowed`] | one pass, at most 16 × the file + 64 KiB |
//! | know that a record may be linked | [`check()`], [`ModuleView::check`] | sorting of the names |
//! | write one | [`encode()`], [`encode_into`] | the check, and the file |
//! | write one again | [`Checked`] | the file |
//! | bring a record to another version | [`ModuleRecord::upgrade`], [`ModuleRecord::downgrade`] | nothing |
//! | look into one, also a broken one | [`inspect()`] | a list of all fields |
//!
//! It does not run, verify or even look at bytecode. **Nothing in a file binds the bytecode to a source, an engine or
//! itself**: where it came from has to be established by other means before an engine sees it.
//!
//! ```
//! use bmes::{
//!     Environment, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest, ModuleView, Version,
//! };
//!
//! // import { readFile } from "node:fs"; export default 1;
//! let mut record = ModuleRecord::new(Version::V2);
//! record.requests.push(ModuleRequest { specifier: "node:fs", attributes: vec![] });
//! record.imports.push(ImportEntry {
//!     import_type: ImportType::Single,
//!     module_request: "node:fs",
//!     import_name: "readFile",
//!     local_name: "readFile",
//! });
//! record.exports.push(ExportEntry {
//!     export_type: ExportType::Local,
//!     export_name: "default",
//!     module_name: "",
//!     import_name: "",
//!     local_name: "*default*",
//! });
//! let file = bmes::encode(&record, b"bytecode of some engine")?;
//!
//! let view = ModuleView::parse(&file)?;
//! view.check()?;
//! assert_eq!(view.requests().next().unwrap().specifier(), "node:fs");
//! assert_eq!(view.bytecode(), b"bytecode of some engine");
//!
//! assert_eq!(bmes::bytecode_range(&file)?, view.bytecode_range());
//!
//! let error = bmes::validate(&file[..file.len() - 1]).unwrap_err();
//! assert_eq!((error.class(), error.offset()), ("truncated", 12));
//! assert_eq!(error.clause().to_string(), "v2-bytecode-bounds");
//!
//! // Version 3 wants to know what only the engine knows.
//! let environment = Environment { code_features: 0x8, ..Environment::new() };
//! let record = record.upgrade(Version::V3, Some(environment))?;
//! let file = bmes::encode(&record, view.bytecode())?;
//! assert_eq!(ModuleView::parse(&file)?.code_features(), Some(0x8));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![no_std]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

extern crate alloc;

mod annotate;
mod check;
mod clause;
mod compact;
mod convert;
mod decode;
mod encode;
mod error;
mod inspect;
mod length;
#[doc(hidden)]
pub mod modes;
mod path;
mod record;
mod rule;
#[cfg(feature = "serde")]
mod shape;
mod validate;
mod version;
mod view;
mod walk;

pub use annotate::Annotated;
pub use check::check;
pub use clause::Clause;
pub use compact::CompactModule;
pub use convert::VersionError;
pub use decode::{Module, decode, decode_borrowed};
pub use encode::{Checked, encode, encode_into, encoded_len};
pub use error::{EncodeError, Error, ErrorKind};
pub use inspect::{Inspection, Span, Value, inspect};
pub use path::{FieldPath, Piece, Section};
pub use record::{
    Attribute, Environment, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest, Variable,
};
pub use rule::{Rule, SemanticError};
pub use validate::validate;
pub use version::{Version, bytecode_range, identify};
pub use view::{Entries, ModuleView, Request};

/// Runs the examples of the project's page and of the crate's.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../README.md")]
struct Readme;
