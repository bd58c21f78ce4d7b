//! Generates the committed files and the inputs for fuzzing. The committed files come from the described cases: the
//! folder `corpus/` with its ids and manifest, and `KILLS.md`. The inputs are files and records, made from bytes.
//! Fuzzing sends them to an implementation.
//!
//! For the committed files, start with [`corpus::write`]: two calls write the same bytes. For the inputs, start with
//! [`files::input`]. It is a function of its bytes, which come from a fuzzer or from a seed.

pub mod choices;
pub mod corpus;
pub mod coverage;
pub mod files;
pub mod kills;
pub mod mutate;
pub mod pieces;
pub mod record;
