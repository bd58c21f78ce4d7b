//! Measures packs: opening one beside reading the same bytes and parsing the same index, and making the pack of three.js beside
//! analysing its modules.
//!
//! `cargo xtask packs` and `cargo xtask bench` install three.js. Without it, making a pack is not measured.

use benches::compare::median;
use benches::measure::{Effort, Time};
use benches::pack::{Results, making, opening};
use std::path::Path;

fn main() -> std::io::Result<()> {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let Results { opening, making } = Results::measure(&scratch.join(".."), scratch, Effort::of_this_run())?;
    println!("opening a pack of {} bytes with an index of {} bytes", opening.file, opening.index);
    show(&opening.times, median(&opening.times, opening::TYPED));
    match making {
        Ok(making) => {
            println!("\nmaking the pack of {} modules with {} bytes of source", making.modules, making.sources);
            show(&making.times, median(&making.times, making::ANALYZE));
        }
        Err(reason) => println!("\nmaking a pack: not measured: {reason}"),
    }
    Ok(())
}

fn show(times: &[Time], unit: f64) {
    for time in times {
        let (name, nanoseconds, spread) = (&time.name, time.median, time.spread() * 100.0);
        println!("  {name:<45} {nanoseconds:>14.1} ns ±{spread:>2.0} % {:>8.2}", nanoseconds / unit);
    }
}
