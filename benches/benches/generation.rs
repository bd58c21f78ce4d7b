//! The time that a cache saves: compares two ways to get a module's record, by parsing its source and by reading its BMES file.

use benches::generation::Pair;
use benches::measure::Effort;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let effort = Effort::of_this_run();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for pair in Pair::all() {
        println!("\n{}: {} bytes of source, {} of file", pair.name, pair.source.len(), pair.file.len());
        for time in pair.measure(folder, effort)? {
            println!("  {:<52} {:>12.1} ns ±{:>2.0} %", time.name, time.median, time.spread() * 100.0);
        }
    }
    Ok(())
}
