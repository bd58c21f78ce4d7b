//! `cargo +nightly fuzz run corrupted`: see `src/corrupted.rs`.
#![cfg_attr(fuzzing, no_main)]
bmes_fuzz::wrap!(bmes_fuzz::CORRUPTED);
