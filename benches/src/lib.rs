//! What the benchmarks measure on. Nothing here measures; see `benches/`, and `cargo xtask bench`.

pub mod workloads;
