//! `cargo +nightly fuzz run differential`: see `src/differential.rs`.
#![cfg_attr(fuzzing, no_main)]
bmes_fuzz::wrap!(bmes_fuzz::DIFFERENTIAL);
