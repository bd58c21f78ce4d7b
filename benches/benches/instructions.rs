//! Counts the instructions of each operation for some workloads, with callgrind. `cargo xtask bench-gate` compares the counts
//! with `baseline.json`.
//!
//! No time is measured, so there is no noise: the same compiler and the same code give the same counts. The benchmark needs
//! valgrind, and `gungraun-runner` in the same version as the crate `gungraun`. `cargo xtask bench-gate` provides both.

#![allow(missing_docs, reason = "the macros make public functions")]
#![allow(clippy::large_types_passed_by_value, reason = "the prepared input is moved into the measured function")]

use benches::version4::{Workload4, load};
use benches::workloads::{Shape, Workload};
use benches::{every_string, pack};
use bmes::{Checked, Module, ModuleView, Version, v4};
use bmes_pack::Pack;
use gungraun::Callgrind;
use gungraun::prelude::*;
use std::hint::black_box;

fn file(shape: Shape, version: Version) -> Vec<u8> {
    Workload::new(shape, version).file
}

fn viewed(shape: Shape, version: Version) -> ModuleView<'static> {
    ModuleView::parse(file(shape, version).leak()).unwrap()
}

fn workload(shape: Shape, version: Version) -> Workload {
    Workload::new(shape, version)
}

fn checked(shape: Shape, version: Version) -> (Checked, &'static [u8], Vec<u8>) {
    let workload: &Workload = Box::leak(Box::new(Workload::new(shape, version)));
    let buffer = Vec::with_capacity(2 * workload.file.len());
    (Checked::new(&workload.record).unwrap(), &workload.bytecode, buffer)
}

#[library_benchmark(setup = file)]
#[bench::typical_v1(Shape::Typical, Version::V1)]
fn identify(file: Vec<u8>) -> Vec<u8> {
    black_box(bmes::identify(black_box(&file))).unwrap();
    file
}

#[library_benchmark(setup = file)]
#[bench::small_v1(Shape::Small, Version::V1)]
#[bench::small_v2(Shape::Small, Version::V2)]
#[bench::small_v3(Shape::Small, Version::V3)]
#[bench::typical_v1(Shape::Typical, Version::V1)]
#[bench::typical_v2(Shape::Typical, Version::V2)]
#[bench::typical_v3(Shape::Typical, Version::V3)]
#[bench::barrel_v1(Shape::Barrel, Version::V1)]
#[bench::barrel_v2(Shape::Barrel, Version::V2)]
#[bench::barrel_v3(Shape::Barrel, Version::V3)]
#[bench::large_v1(Shape::Large, Version::V1)]
#[bench::large_v2(Shape::Large, Version::V2)]
#[bench::large_v3(Shape::Large, Version::V3)]
#[bench::unicode_v1(Shape::Unicode, Version::V1)]
#[bench::unicode_v2(Shape::Unicode, Version::V2)]
#[bench::unicode_v3(Shape::Unicode, Version::V3)]
fn validate(file: Vec<u8>) -> Vec<u8> {
    black_box(bmes::validate(black_box(&file))).unwrap();
    file
}

#[library_benchmark(setup = file)]
#[bench::typical_v1(Shape::Typical, Version::V1)]
#[bench::typical_v3(Shape::Typical, Version::V3)]
#[bench::barrel_v1(Shape::Barrel, Version::V1)]
#[bench::unicode_v1(Shape::Unicode, Version::V1)]
fn view(file: Vec<u8>) -> Vec<u8> {
    black_box(ModuleView::parse(black_box(&file))).unwrap();
    file
}

#[library_benchmark(setup = file)]
#[bench::typical_v1(Shape::Typical, Version::V1)]
#[bench::typical_v3(Shape::Typical, Version::V3)]
#[bench::barrel_v1(Shape::Barrel, Version::V1)]
#[bench::unicode_v1(Shape::Unicode, Version::V1)]
fn view_strings(file: Vec<u8>) -> Vec<u8> {
    every_string(&ModuleView::parse(black_box(&file)).unwrap(), |string| {
        black_box(string);
    });
    file
}

#[library_benchmark(setup = file)]
#[bench::typical_v1(Shape::Typical, Version::V1)]
#[bench::barrel_v1(Shape::Barrel, Version::V1)]
fn decode(file: Vec<u8>) -> Module<'static> {
    bmes::decode(black_box(file.leak())).unwrap()
}

#[library_benchmark(setup = viewed)]
#[bench::typical_v1(Shape::Typical, Version::V1)]
#[bench::typical_v3(Shape::Typical, Version::V3)]
#[bench::barrel_v1(Shape::Barrel, Version::V1)]
fn check(view: ModuleView<'static>) {
    black_box(black_box(view).check()).unwrap();
}

#[library_benchmark(setup = workload)]
#[bench::typical_v1(Shape::Typical, Version::V1)]
#[bench::barrel_v1(Shape::Barrel, Version::V1)]
fn encode(workload: Workload) -> (Workload, Vec<u8>) {
    let file = bmes::encode(black_box(&workload.record), &workload.bytecode).unwrap();
    (workload, file)
}

#[library_benchmark(setup = checked)]
#[bench::typical_v1(Shape::Typical, Version::V1)]
#[bench::barrel_v1(Shape::Barrel, Version::V1)]
fn encode_checked((checked, bytecode, _): (Checked, &[u8], Vec<u8>)) -> Vec<u8> {
    black_box(checked).encode(bytecode).unwrap()
}

#[library_benchmark(setup = checked)]
#[bench::typical_v1(Shape::Typical, Version::V1)]
#[bench::typical_v3(Shape::Typical, Version::V3)]
#[bench::barrel_v1(Shape::Barrel, Version::V1)]
fn encode_into((checked, bytecode, mut buffer): (Checked, &[u8], Vec<u8>)) -> Vec<u8> {
    black_box(checked).encode_into(bytecode, &mut buffer).unwrap();
    buffer
}

fn workload_4(shape: Shape) -> Workload4<'static> {
    Workload4::of(Box::leak(Box::new(Workload::new(shape, Version::V1))))
}

fn viewed_4(shape: Shape) -> v4::ModuleView<'static> {
    v4::ModuleView::parse(workload_4(shape).file.leak()).unwrap()
}

#[library_benchmark(setup = workload_4)]
#[bench::typical_v4(Shape::Typical)]
fn open_4(workload: Workload4<'static>) -> Workload4<'static> {
    black_box(v4::open(black_box(&workload.file), workload.file.len())).unwrap();
    workload
}

#[library_benchmark(setup = workload_4)]
#[bench::small_v4(Shape::Small)]
#[bench::typical_v4(Shape::Typical)]
#[bench::barrel_v4(Shape::Barrel)]
#[bench::large_v4(Shape::Large)]
#[bench::unicode_v4(Shape::Unicode)]
fn view_4(workload: Workload4<'static>) -> Workload4<'static> {
    black_box(v4::ModuleView::parse(black_box(&workload.file))).unwrap();
    workload
}

#[library_benchmark(setup = viewed_4)]
#[bench::typical_v4(Shape::Typical)]
#[bench::barrel_v4(Shape::Barrel)]
fn check_4(view: v4::ModuleView<'static>) {
    black_box(black_box(view).check()).unwrap();
}

#[library_benchmark(setup = workload_4)]
#[bench::small_v4(Shape::Small)]
#[bench::typical_v4(Shape::Typical)]
#[bench::barrel_v4(Shape::Barrel)]
fn load_4(workload: Workload4<'static>) -> Workload4<'static> {
    black_box(load(black_box(&workload.file))).unwrap();
    workload
}

#[library_benchmark(setup = viewed_4)]
#[bench::barrel_v4(Shape::Barrel)]
fn find_export_4(view: v4::ModuleView<'static>) {
    black_box(black_box(view).find_export(black_box("answer")));
}

#[library_benchmark(setup = workload_4)]
#[bench::typical_v4(Shape::Typical)]
#[bench::barrel_v4(Shape::Barrel)]
fn decode_4(workload: Workload4<'static>) -> v4::Module {
    v4::decode(black_box(workload.file.leak())).unwrap()
}

#[library_benchmark(setup = workload_4)]
#[bench::typical_v4(Shape::Typical)]
#[bench::barrel_v4(Shape::Barrel)]
fn encode_4(workload: Workload4<'static>) -> (Workload4<'static>, Vec<u8>) {
    let file = v4::encode(black_box(&workload.record), b"", workload.bytecode).unwrap();
    (workload, file)
}

#[library_benchmark]
#[bench::generated(pack::generated())]
fn open_pack(file: Vec<u8>) -> Vec<u8> {
    black_box(Pack::open(black_box(&file))).unwrap();
    file
}

library_benchmark_group!(
    name = codec,
    benchmarks = [
        identify,
        validate,
        view,
        view_strings,
        decode,
        check,
        encode,
        encode_checked,
        encode_into,
        open_4,
        view_4,
        check_4,
        load_4,
        find_export_4,
        decode_4,
        encode_4,
        open_pack
    ]
);

main!(
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--branch-sim=yes", "--cache-sim=no"])),
    library_benchmark_groups = codec
);
