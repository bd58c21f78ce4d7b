//! Counts the inputs and the deep inputs. A target prints the counts to standard error, where `cargo xtask fuzz-smoke`
//! reads them.

use std::sync::atomic::{AtomicU64, Ordering};

/// The prefix of the lines.
pub const PREFIX: &str = "bmes-fuzz:";

/// The number of inputs after which a line is printed again.
const EVERY: u64 = 1 << 14;

static INPUTS: AtomicU64 = AtomicU64::new(0);
static DEEP: AtomicU64 = AtomicU64::new(0);

/// Counts one input.
pub fn count(deep: bool) {
    let deep = DEEP.fetch_add(u64::from(deep), Ordering::Relaxed) + u64::from(deep);
    let inputs = INPUTS.fetch_add(1, Ordering::Relaxed) + 1;
    if inputs.is_power_of_two() || inputs.is_multiple_of(EVERY) {
        eprintln!("{PREFIX} {inputs} inputs, {deep} deep");
    }
}
