//! From the described cases to what is committed: the folder `corpus/`, its ids and manifest, and `KILLS.md`.
//!
//! [`corpus::write`] is the first call to make. All of it is a function of the cases: written twice, it is the same bytes.

pub mod corpus;
pub mod coverage;
pub mod kills;
