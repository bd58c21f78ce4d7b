//! Compares the codec with nine other formats, and with the minimum work of every reader (floor). All of them read the same
//! modules, alternately, in one run.
//!
//! `cargo xtask bench` writes a table with all results.

use benches::compare::Field;
use benches::measure::{Effort, Time};
use benches::workloads::{Shape, Workload};
use bmes::Version;

fn main() {
    let effort = Effort::of_this_run();
    for shape in Shape::ALL {
        let name = shape.name();
        let one = [Workload::new(shape, Version::V1)];
        show(&format!("{name}, hot"), &Field::new(&one), effort);
        if shape.is_small() {
            let many = shape.shuffled(if effort.rounds > 1 { shape.many() } else { 3 });
            show(&format!("{name}, r{}", many.len()), &Field::new(&many), effort);
        }
    }
}

fn show(title: &str, field: &Field<'_>, effort: Effort) {
    let kinds = [
        ("validate", field.validate(effort)),
        ("validate, then every string", field.strings(effort)),
        ("decode", field.decode(effort)),
        ("encode", field.encode(effort)),
    ];
    for (operation, times) in kinds {
        println!("\n{operation}: {title}");
        for time in &times {
            let Time { name, median, .. } = time;
            println!(
                "  {name:<30} {median:>12.1} ns ±{:>2.0} % {:>8.2}",
                time.spread() * 100.0,
                median / times[0].median
            );
        }
    }
}
