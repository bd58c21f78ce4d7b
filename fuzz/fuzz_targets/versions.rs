//! `cargo +nightly fuzz run versions`: see `src/versions.rs`.
#![cfg_attr(fuzzing, no_main)]
bmes_fuzz::wrap!(bmes_fuzz::VERSIONS);
