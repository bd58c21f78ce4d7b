//! `cargo +nightly fuzz run deserialize`: see `src/deserialize.rs`.
#![cfg_attr(fuzzing, no_main)]
bmes_fuzz::wrap!(bmes_fuzz::DESERIALIZE);
