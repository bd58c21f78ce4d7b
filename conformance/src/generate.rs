//! What is generated: from the described cases what is committed (the folder `corpus/` with its ids and manifest, and `KILLS.md`), and from bytes the files and
//! records that fuzzing puts to a reader.
//!
//! [`corpus::write`] is the first call to make for the former: written twice, it is the same bytes. For the latter it is [`files::input`], which is a
//! function of the bytes that it is given: a fuzzer's, or those of a seed.

pub mod choices;
pub mod corpus;
pub mod coverage;
pub mod files;
pub mod kills;
pub mod mutate;
pub mod pieces;
pub mod record;
