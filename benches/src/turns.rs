//! Inputs that an operation gets one after the other.

use std::hint::black_box;

/// Inputs that are used one after the other, again and again. There may be only one, or so many that a processor cannot learn
/// them.
pub(crate) struct InTurns<I> {
    all: Vec<I>,
    next: usize,
}

impl<I> InTurns<I> {
    /// Returns the inputs, beginning with the first.
    pub(crate) const fn new(all: Vec<I>) -> Self {
        Self { all, next: 0 }
    }

    /// Calls the operation `calls` times, each time with the next input. Continues after the last input of the previous `each`.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "a call would cost as much as the fastest operation")]
    pub(crate) fn each<T>(&mut self, calls: u64, mut operation: impl FnMut(&I) -> T) {
        // `next` is a local variable, because a field of `self` would be loaded and stored again for each call.
        let (all, mut next) = (&self.all[..], self.next);
        for _ in 0..calls {
            if next == all.len() {
                next = 0;
            }
            // `black_box` gets a reference, so that a large result is not copied.
            black_box(&operation(&all[next]));
            next += 1;
        }
        self.next = next;
    }
}
