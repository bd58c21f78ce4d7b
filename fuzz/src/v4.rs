//! Version 4 for fuzzing: valid files that choices determine, and changes of files.
//!
//! [`Contents`] has what a writer gets, and makes valid files. [`mutate`](mod@mutate) changes the columns, the sizes and
//! the bytes of a file, and makes its checksums right.

pub mod contents;
pub mod layout;
pub mod mutate;

pub use contents::Contents;
pub use layout::Layout;
