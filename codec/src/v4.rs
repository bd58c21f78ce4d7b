//! Version 4: `spec/v4.md`. A file with checksums, the digest of its source and of its producer, and each string once.
//!
//! A loader reads a file into memory that no other process can change. Then it [matches](match_file) the file with the
//! running engine and with the source, and [checks](Matched::check) it. Only then does it use the bytecode:
//!
//! ```
//! use bmes::v4::{self, ExportEntry, KnownSource, ModuleRecord, Source, StringIndex};
//! use bmes::Digest;
//!
//! // export const answer = 42;
//! let producer = Digest([7; 32]);
//! let source = Source { size: 25, sha256: Digest([9; 32]) };
//! let mut record = ModuleRecord::new(producer, source);
//! record.strings.push("answer");
//! let answer = StringIndex(0);
//! record.exports.push(ExportEntry { export_name: answer, request: None, name: Some(answer) });
//! let file = v4::encode(&record, b"", b"bytecode of some engine")?;
//!
//! let verified = v4::match_file(&file, &producer, KnownSource::Source(source))?.check()?;
//! assert_eq!(verified.bytecode(), b"bytecode of some engine");
//! assert!(verified.view().find_export("answer").is_some());
//!
//! // Another source, another engine, and a damaged file are errors.
//! let other = Source { size: 26, ..source };
//! assert_eq!(v4::match_file(&file, &producer, KnownSource::Source(other)).unwrap_err().class(), "stale-source");
//! let mut damaged = file.clone();
//! *damaged.last_mut().unwrap() ^= 1;
//! let matched = v4::match_file(&damaged, &producer, KnownSource::Source(source))?;
//! assert_eq!(matched.check().unwrap_err().class(), "bad-checksum");
//! # Ok::<(), bmes::Error>(())
//! ```
//!
//! A checksum is no signature: [`Verified`] says that the bytes are those that a writer wrote for this engine and this
//! source, not that the writer was honest.

mod check;
mod columns;
mod decode;
#[cfg(feature = "digest")]
mod digest;
mod encode;
mod fast;
mod header;
mod inspect;
mod lists;
mod matching;
mod metadata;
mod record;
#[cfg(feature = "serde")]
mod serde;
mod strings;
mod validate;
mod view;

pub use decode::{Module, decode};
#[cfg(feature = "digest")]
pub use digest::{DigestError, key, producer, signature_input, source};
pub use encode::encode;
pub use header::{Header, open};
pub use matching::{KnownSource, Matched, Verified, match_file};
pub use record::{
    Attribute, Environment, ExportEntry, Flags, ImportEntry, ImportIndex, ModuleRecord, ModuleRequest, Phase,
    RequestIndex, Source, StringIndex, Supplied, Variable,
};
pub use view::{ModuleView, Request};

pub(crate) use encode::reject;
pub(crate) use inspect::inspect;
pub(crate) use validate::validate;
