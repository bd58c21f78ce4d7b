//! `cargo +nightly fuzz run truncated`: see `src/truncated.rs`.
#![cfg_attr(fuzzing, no_main)]
bmes_fuzz::wrap!(bmes_fuzz::TRUNCATED);
