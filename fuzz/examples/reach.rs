//! How many of the generated inputs of each target get deep: `cargo run --release -p bmes-fuzz --example reach`.
//!
//! Deep is what the target is about: the bytecode of a file, a valid answer, a module. Of `corrupted`, three of ten have to reach the bytecode.

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
}
