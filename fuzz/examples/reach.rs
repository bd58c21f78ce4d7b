//! Counts the deep inputs among generated inputs of each target: `cargo run --release -p bmes-fuzz --example reach`.
//!
//! An input is deep if a reader reaches the bytecode of the file, or if the input is a valid answer, a module
//! or a well-formed pack. At least 30 % of the inputs of `corrupted` should be deep.
//!
//! Then prints the table of `fuzz/README.md`: the share of files of version 4 in which a checker gets to each part.

use bmes_fuzz::v4::reach;
use bmes_fuzz::{TARGETS, seeds};

const INPUTS: u64 = 20_000;

fn main() {
    for target in &TARGETS {
        let deep: u64 =
            (0..INPUTS).map(|number| u64::from((target.property)(&seeds::generated(target.input, number)))).sum();
        let tenths = 1000 * deep / INPUTS;
        println!(
            "{:<14}{deep:>6} of {INPUTS} inputs, {}.{} %, {}",
            target.name,
            tenths / 10,
            tenths % 10,
            target.input.deep()
        );
    }
    print!("\n{}", reach::table());
}
