//! `cargo +nightly fuzz run analyze`: see `src/analyze.rs`.
#![cfg_attr(fuzzing, no_main)]
bmes_fuzz::wrap!(bmes_fuzz::ANALYZE);
