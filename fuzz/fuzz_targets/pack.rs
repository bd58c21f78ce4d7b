//! `cargo +nightly fuzz run pack`: see `src/pack.rs`.
#![cfg_attr(fuzzing, no_main)]
bmes_fuzz::wrap!(bmes_fuzz::PACK);
