//! Compares what a loader does before it uses the bytecode: with version 1, with version 4, and with two other formats.
//! All of them have the same modules, and are measured alternately in one run.
//!
//! `cargo xtask bench` writes a table with the results, and compares them with the aims of version 4. With `-- typical`, only
//! the modules with this word in their name are measured.

use benches::compare::median;
use benches::loader::{Loader, Way, part};
use benches::measure::Effort;
use benches::version4::Workload4;
use benches::workloads::{Shape, Workload};
use bmes::Version;

fn main() {
    let effort = Effort::of_this_run();
    let words: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let is_wanted = |shape: &Shape| words.is_empty() || words.iter().any(|word| shape.name().contains(word));
    for shape in Shape::ALL.into_iter().filter(is_wanted) {
        let name = shape.name();
        show(&format!("{name}, hot"), &[Workload::new(shape, Version::V1)], effort);
        if shape.is_small() {
            let many = shape.shuffled(if effort.rounds > 1 { shape.many() } else { 3 });
            show(&format!("{name}, r{}", many.len()), &many, effort);
        }
    }
}

fn show(title: &str, workloads: &[Workload], effort: Effort) {
    let converted: Vec<Workload4<'_>> = workloads.iter().map(Workload4::of).collect();
    let times = Loader::new(workloads, &converted).measure(effort);
    println!("\n{title}");
    for time in &times {
        let is_way = Way::ALL.iter().any(|way| way.name() == time.name);
        let unit = median(&times, if is_way { Way::Version1.name() } else { part::VALIDATE_1 });
        let (name, nanoseconds, spread) = (&time.name, time.median, time.spread() * 100.0);
        println!("  {name:<45} {nanoseconds:>12.1} ns ±{spread:>2.0} % {:>8.2}", nanoseconds / unit);
    }
}
