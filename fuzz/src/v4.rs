//! Version 4 for fuzzing: valid files that choices determine, changes of files, and what holds for files and records.
//!
//! [`Contents`] has what a writer gets, and makes valid files. [`mutate`](mod@mutate) changes the columns, the sizes and
//! the bytes of a file, and makes its checksums right. [`Reach`] is the first part of a file that has an error.
//! [`crate::files`] calls these for files of version 4, and the functions of the suite for versions 1 to 3.
//!
//! The properties of the targets for version 4 are in [`readers`], [`matchers`], [`writers`], [`conversions`] and
//! [`damage`].

pub mod contents;
pub mod conversions;
pub mod damage;
pub mod layout;
pub mod matchers;
pub mod mutate;
pub mod reach;
pub mod readers;
pub mod writers;

pub use contents::Contents;
pub use layout::Layout;
pub use reach::Reach;

/// Returns whether a file says that it has version 4.
pub fn is_version_4(file: &[u8]) -> bool {
    bmes::identify(file) == Ok(bmes::Version::V4)
}
