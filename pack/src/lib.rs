//! Packs of BMES files: all modules of a program and all resolutions in one file.
//!
//! A host opens a pack with [`Pack::open`], finds out with [`changes`] which modules are still fresh, and takes the files of
//! the others from it with [`Pack::verify`]. A maker writes one with [`write()`], and runs [`link::check`] over the records of
//! the program, which reports what would fail at link time.

mod archive;
#[cfg(feature = "build")]
pub mod build;
mod error;
mod fresh;
mod index;
mod key;
pub mod link;
mod pack;
mod stamps;
mod write;

/// Compiles the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use error::{Class, Error};
pub use fresh::{Change, Changes, changes, folder_digest, locate};
pub use index::{
    EnvironmentVariable, Format, Freshness, Index, LAYOUT, Link, Member, Module, Resolution, Source, Watched,
};
pub use key::key;
pub use pack::{MemberError, Pack};
pub use stamps::{Stamp, Stamps, State};
pub use write::{WriteError, write};
