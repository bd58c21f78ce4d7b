//! Counts all inputs and the deep inputs of a target. The target prints the counts to standard error.
//! `cargo xtask fuzz-smoke` reads them there.

use std::sync::atomic::{AtomicU64, Ordering};

/// The prefix of each line with counts.
pub const PREFIX: &str = "bmes-fuzz:";

/// A line is printed after each multiple of this number of inputs, and also after each power of two.
const EVERY: u64 = 1 << 14;

static INPUTS: AtomicU64 = AtomicU64::new(0);
static DEEP: AtomicU64 = AtomicU64::new(0);

/// Counts one input. `deep` is the result of the target's property.
pub fn count(deep: bool) {
    let deep = DEEP.fetch_add(u64::from(deep), Ordering::Relaxed) + u64::from(deep);
    let inputs = INPUTS.fetch_add(1, Ordering::Relaxed) + 1;
    if inputs.is_power_of_two() || inputs.is_multiple_of(EVERY) {
        eprintln!("{PREFIX} {inputs} inputs, {deep} deep");
    }
}
