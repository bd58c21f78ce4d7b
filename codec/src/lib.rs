//! The reference codec for BMES, the binary cache file of one ES module.
//!
//! A file holds the module's record and the engine's bytecode, so that a JavaScript runtime loads the module without
//! parsing it. To write a file, call [`encode`](encode()). To read a file in place, call [`ModuleView::parse`].
//!
//! ```
//! use bmes::{Environment, EnvironmentChange, ExportEntry, ImportEntry, ModuleRecord, ModuleRequest, ModuleView, Version};
//!
//! // import { readFile } from "node:fs"; export default 1;
//! let mut record: ModuleRecord<&str> = ModuleRecord::new(bmes::VersionFields::V2);
//! record.requests.push(ModuleRequest::new("node:fs"));
//! record.imports.push(ImportEntry::single("node:fs", "readFile", "readFile"));
//! record.exports.push(ExportEntry::local("default", "*default*"));
//! let file = bmes::encode(&record, b"bytecode of some engine")?;
//!
//! let view = ModuleView::parse(&file)?;
//! view.check()?;
//! assert_eq!(view.requests().next().unwrap().specifier(), "node:fs");
//! assert_eq!(view.bytecode(), b"bytecode of some engine");
//!
//! // Versions 2 and 3: finds the bytecode from the header alone.
//! assert_eq!(bmes::bytecode_range(&file)?, view.bytecode_range());
//!
//! // An error has a class, an offset, and the clause of the specification that the file breaks.
//! let error = bmes::validate(&file[..file.len() - 1]).unwrap_err();
//! assert_eq!((error.class(), error.offset()), ("truncated", Some(12)));
//! assert_eq!(error.clause().unwrap().to_string(), "v2-bytecode-bounds");
//!
//! // Version 3 also holds the module's environment, which only the engine knows.
//! let environment = Environment { code_features: 0x8, ..Environment::new() };
//! let record = record.convert(Version::V3, EnvironmentChange::Supply(environment))?;
//! let file = bmes::encode(&record, view.bytecode())?;
//! assert_eq!(ModuleView::parse(&file)?.code_features(), Some(0x8));
//! # Ok::<(), bmes::Error>(())
//! ```
//!
//! The crate does not run or read bytecode. **Nothing in a file of versions 1 to 3 proves which source and which engine
//! the bytecode belongs to, or that the bytecode is unchanged.** Before a loader passes such bytecode to an engine, it
//! must know by other means where the bytecode came from. A file of [version 4](v4) says it, and holds checksums.
//!
//! # Operations
//!
//! The types of versions 1 to 3 are in the root of the crate, and those of version 4 are in the module [`v4`]. The
//! operations `identify`, `validate`, `validate_head`, `bytecode_range` and `inspect` are for files of every version.
//!
//! | to | call | cost |
//! |---|---|---|
//! | get the version of a file | [`identify`] | reads 8 bytes |
//! | find the bytecode from the header alone (versions 2 to 4) | [`bytecode_range`] | reads 16 bytes, or 112 in version 4 |
//! | validate a file | [`validate`] | one pass, no allocation |
//! | reject a large file before it is read | [`validate_head`] | reads only the first bytes |
//! | read a file in place | [`ModuleView::parse`] | one pass, and a UTF-8 check of each section; no allocation |
//! | decode a file into a record | [`decode`], [`decode_borrowed`] | the cost of a view, and at most 16 × the file + 64 KiB of memory |
//! | verify that a record can be linked | [`check`](check()), [`ModuleView::check`] | sorts the names of the record |
//! | write a file | [`encode`](encode()), [`encode_into`] | writes the file once, then checks it |
//! | write one record with several bytecodes | [`Checked`] | one check in total; one copy of the bytes for each file |
//! | convert a record to another of versions 1 to 3 | [`ModuleRecord::convert`] | moves the record, copies no entry |
//! | convert a record to or from version 4 | [`v4::ModuleRecord::from_named`], [`v4::ModuleRecord::drop_to_named`] | sorts the names of the record |
//! | load a file of version 4 | [`v4::match_file`], then [`v4::Matched::check`] | one pass, checksums of all bytes, at most one bit for each string |
//! | list all fields of a file, valid or not | [`inspect`](inspect()) | allocates a list of all fields |
//!
//! If a file is invalid, the codec reads it a second time, to find its first error. Every operation returns the same
//! error type, [`Error`].
//!
//! # Versions
//!
//! The specification is the project's `spec/`, one document per version. This crate implements all of them exactly. It
//! has no unsafe code. It has two dependencies: simdutf8, which verifies UTF-8, and crc32fast, which computes checksums.
//! The feature `serde` adds serde. The feature `digest` adds sha2, for the digests of sources, producers and keys.
//!
//! | version | addition |
//! |---|---|
//! | 1 | the module's record, then the bytecode |
//! | 2 | the header has the offset and the size of the bytecode |
//! | 3 | the module's [`Environment`], and bytecode at a multiple of 8 |
//! | 4 (draft) | checksums, the digests of the source and of the producer, each string once, and lists in ascending order |

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
#![allow(
    clippy::inline_always,
    reason = "inlining keeps the cursor in registers; `cargo xtask bench-gate` counts the instructions"
)]

extern crate alloc;

mod bytes;
mod format;
mod model;

mod versions;

pub mod v4;

mod fast;

mod annotate;
mod check;
mod convert;
mod decode;
mod encode;
mod identify;
mod inspect;
mod open;
mod validate;
mod view;

pub use annotate::{Annotated, Line, Printable, Quoted};
pub use decode::{Module, decode, decode_borrowed};
pub use encode::{Checked, check, encode, encode_into, encoded_len};
pub use format::clause::Clause;
pub use format::digest::{Digest, NotADigest};
pub use format::error::{Error, ErrorKind};
pub use format::field::{FieldPath, Piece, Section};
pub use format::rule::Rule;
pub use format::span::{Span, Value};
pub use format::version::Version;
pub use identify::identify;
pub use inspect::{Inspection, inspect};
pub use model::convert::EnvironmentChange;
pub use model::environment::{Environment, Variable};
pub use model::record::{
    Attribute, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest, VersionFields,
};
pub use open::bytecode_range;
pub use validate::{validate, validate_head};
pub use view::{Entries, ModuleView, Request};

/// Runs the examples of the project's README and of the crate's README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../README.md")]
struct Readme;
