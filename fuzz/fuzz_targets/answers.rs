//! `cargo +nightly fuzz run answers`: see `src/answers.rs`.
#![cfg_attr(fuzzing, no_main)]
bmes_fuzz::wrap!(bmes_fuzz::ANSWERS);
