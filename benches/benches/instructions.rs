//! Instructions per operation and workload, counted by callgrind: the numbers that `cargo xtask bench-gate` holds.
//!
//! Nothing here is timed, so nothing is noisy: the same compiler and the same code give the same numbers. Wants valgrind and a
//! `gungraun-runner` of this version; `cargo xtask bench-gate` sees to both.

#![allow(missing_docs, reason = "the macros make public functions")]

use benches::workloads::{Shape, Workload};
use bmes::{ModuleView, Version};
use gungraun::Callgrind;
use gungraun::prelude::*;
use std::hint::black_box;

fn file(shape: Shape, version: Version) -> Vec<u8> {
    Workload::new(shape, version).file
}

#[library_benchmark(setup = file)]
#[bench::small_v1(Shape::Small, Version::V1)]
#[bench::typical_v1(Shape::Typical, Version::V1)]
#[bench::typical_v2(Shape::Typical, Version::V2)]
#[bench::typical_v3(Shape::Typical, Version::V3)]
#[bench::barrel_v1(Shape::Barrel, Version::V1)]
#[bench::large_v1(Shape::Large, Version::V1)]
#[bench::unicode_v1(Shape::Unicode, Version::V1)]
fn validate(file: Vec<u8>) -> Vec<u8> {
    black_box(bmes::validate(black_box(&file))).unwrap();
    file
}

#[library_benchmark(setup = file)]
#[bench::typical_v1(Shape::Typical, Version::V1)]
fn view(file: Vec<u8>) -> Vec<u8> {
    black_box(ModuleView::parse(black_box(&file))).unwrap();
    file
}

library_benchmark_group!(name = reading, benchmarks = [validate, view]);

main!(
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--branch-sim=yes", "--cache-sim=no"])),
    library_benchmark_groups = reading
);
