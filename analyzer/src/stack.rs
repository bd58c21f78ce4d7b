//! Runs the analysis with enough stack for any source.
//!
//! The parser and the passes after it recurse once per level of nesting, without a limit, so too
//! little stack would crash the process. Every level needs at least one byte of source, so the
//! length of a source gives an upper bound of the stack. For short sources, this bound is good
//! enough: a thread's stack is only address space until it is used. Only in longer sources,
//! [`depth`] estimates the nesting.

mod depth;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crate::class::ErrorClass;
use crate::error::{AnalyzeError, SourceError};
use depth::{deepest, most};

/// The largest amount of stack that a byte of source can need, in bytes. Measured: 1,600 for `((((`
/// and `[[[[`, and 2,900 in builds without optimisation.
const PER_BYTE: usize = if cfg!(debug_assertions) { 4096 } else { 2048 };

/// The largest stack that is requested, in bytes.
const MAX: usize = if cfg!(target_pointer_width = "64") { 1 << 30 } else { 1 << 26 };

/// Runs a parser of JavaScript with enough stack for a source, and returns its result. `available`
/// is the number of bytes of stack that the calling thread has left, as in
/// [`Options::stack_len`](crate::Options::stack_len); if the source might need more, the parser
/// runs on a separate thread. Returns an error if the source nests too deeply, or if the parser
/// panics.
pub fn with_stack_for<T: Send>(
    source: &str,
    available: usize,
    parse: impl FnOnce() -> T + Send,
) -> Result<T, AnalyzeError> {
    with_enough(source, available, || Ok(parse())).map_err(|error| error.within(source))
}

/// Runs `analysis` with enough stack. It runs on the calling thread if the `available` bytes of
/// stack are enough, and otherwise on a new thread. A panic of the parser becomes an error.
pub(crate) fn with_enough<T: Send>(
    source: &str,
    available: usize,
    analysis: impl FnOnce() -> Result<T, SourceError> + Send,
) -> Result<T, SourceError> {
    let analysis = || catch_unwind(AssertUnwindSafe(analysis)).unwrap_or_else(|_| Err(panicked()));
    let mut needed = source.len().saturating_mul(PER_BYTE);
    if needed > available {
        needed = needed.min(most(source));
    }
    if needed <= available {
        return analysis();
    }
    if needed > MAX {
        deepest(source)?;
    }
    thread::scope(|scope| {
        let stack = needed.clamp(1 << 20, MAX);
        match thread::Builder::new().stack_size(stack).spawn_scoped(scope, analysis) {
            Ok(thread) => thread.join().unwrap_or_else(|_| Err(panicked())),
            Err(error) => {
                let message = format!("cannot start a thread with {stack} bytes of stack: {error}");
                Err(SourceError::new(ErrorClass::TooDeep, 0, message))
            }
        }
    })
}

fn panicked() -> SourceError {
    SourceError::new(ErrorClass::Internal, 0, "the parser panicked")
        .with_help("this is a defect of the analyzer: please report it with the source")
}
