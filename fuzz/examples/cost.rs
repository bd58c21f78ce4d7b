//! Measures the time of the property `deserialize`, relative to the time of the operations that this property compares:
//! `cargo run --release -p bmes-fuzz --example cost`.
//!
//! Each round measures the operations and then the property, for the files of the corpus and for generated files. The
//! shortest time of all rounds counts.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bmes::{ModuleView, v4};
use bmes_fuzz::v4::is_version_4;
use bmes_fuzz::{DESERIALIZE, Input, seeds};

const ROUNDS: usize = 15;
const GENERATED: u64 = 2000;
/// The maximum time of the property, as a multiple of the time of the operations.
const MOST: f64 = 2.0;

fn main() {
    let generated: Vec<_> = (0..GENERATED).map(|number| seeds::generated(Input::File, number)).collect();
    let mut worst: f64 = 0.0;
    for (name, files) in [("corpus", &seeds::of(Input::File)), ("generated", &generated)] {
        let (mut oracle, mut operations) = (Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            operations = operations.min(timed(files, all_operations));
            oracle = oracle.min(timed(files, |file| {
                black_box((DESERIALIZE.property)(black_box(file)));
            }));
        }
        let ratio = oracle.as_secs_f64() / operations.as_secs_f64();
        worst = worst.max(ratio);
        println!("{name}: {} files; operations {operations:?}, property {oracle:?}, ratio {ratio:.2}", files.len());
    }
    println!("largest ratio {worst:.2}, limit {MOST}");
}

fn timed(files: &[Vec<u8>], call: impl Fn(&[u8])) -> Duration {
    let start = Instant::now();
    for file in files {
        call(file);
    }
    start.elapsed()
}

/// Runs the operations that the property compares, each once. Also reads every entry of the view.
fn all_operations(file: &[u8]) {
    let file = black_box(file);
    let _ = black_box(bmes::identify(file));
    let _ = black_box(bmes::bytecode_range(file));
    let _ = black_box(bmes::validate(file));
    black_box(bmes::inspect(file));
    if is_version_4(file) {
        version_4(file);
        return;
    }
    if let Ok(view) = ModuleView::parse(file) {
        read_all(&view);
        let _ = black_box(view.check());
    }
    if let Ok(module) = bmes::decode(file) {
        let _ = black_box(bmes::check(&module.record));
    }
}

/// Runs the operations of version 4, each once.
fn version_4(file: &[u8]) {
    let _ = black_box(v4::open(file, file.len()));
    if let Ok(view) = v4::ModuleView::parse(file) {
        read(view.strings());
        for request in view.requests() {
            read(request.attributes());
        }
        read(view.imports());
        read(view.exports());
        read(view.declared_variables());
        read(view.lexical_variables());
        let _ = black_box(view.check());
        let header = view.header();
        let matched = v4::match_file(file, &header.producer(), v4::KnownSource::Source(header.source()));
        let _ = black_box(matched.and_then(v4::Matched::check));
    }
    if let Ok(module) = v4::decode(file) {
        let _ = black_box(v4::encode(&module.record, &file[module.text], &file[module.bytecode]));
    }
}

fn read_all(view: &ModuleView<'_>) {
    for request in view.requests() {
        black_box(request.specifier());
        read(request.attributes());
    }
    read(view.imports());
    read(view.exports());
    read(view.star_exports());
    read(view.declared_variables());
    read(view.lexical_variables());
}

fn read<T>(entries: impl Iterator<Item = T>) {
    for entry in entries {
        black_box(entry);
    }
}
