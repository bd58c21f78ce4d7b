//! `cargo +nightly fuzz run roundtrip`: see `src/roundtrip.rs`.
#![cfg_attr(fuzzing, no_main)]
bmes_fuzz::wrap!(bmes_fuzz::ROUNDTRIP);
