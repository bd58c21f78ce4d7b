//! Things done at once, and taken in order.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::{Condvar, Mutex, PoisonError, mpsc};
use std::thread;

use crate::stop::Stop;

/// So many batches may wait to be taken: a slow one must not let the memory fill with those behind it.
const WAITING: usize = 64;
/// A thread takes at most so many items at once, and no more than this share of what falls to it.
const BATCH: usize = 256;
const SHARE: usize = 64;
/// A parser needs its stack for what is nested. It costs nothing before it is used.
pub(crate) const STACK: usize = 256 << 20;

/// How many threads: those that were asked for, or as many as there are cores.
pub(crate) fn jobs(asked: Option<NonZeroUsize>) -> usize {
    asked.or_else(|| thread::available_parallelism().ok()).map_or(1, usize::from)
}

/// Gives each of `items` to `work`, on `jobs` threads with a worker each, and each result to `take`, in the order of the items.
///
/// What `take` fails with ends the work early.
pub(crate) fn for_each<T: Sync, W, R: Send>(
    items: &[T],
    jobs: usize,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &T) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let queue = Queue::new(items.len(), jobs);
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..jobs.min(items.len()) {
            let (send, queue, worker, work) = (send.clone(), &queue, &worker, &work);
            let run = move || {
                let mut worker = worker();
                while let Some(batch) = queue.next() {
                    let first = batch.start;
                    let results: Vec<R> = items[batch].iter().map(|item| work(&mut worker, item)).collect();
                    if send.send((first, results)).is_err() {
                        break;
                    }
                }
            };
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run).map_err(|error| {
                queue.stop();
                Stop::usage(format_args!("cannot start {jobs} threads: {error}")).tip("use fewer: --jobs 1")
            })?;
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (first, results) in receive {
            waiting.insert(first, results);
            while let Some(results) = waiting.remove(&next) {
                next += results.len();
                queue.taken();
                results.into_iter().try_for_each(&mut take).inspect_err(|_| queue.stop())?;
            }
        }
        Ok(())
    })
}

/// The items that nobody works on yet.
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    len: usize,
    batch: usize,
}

struct State {
    /// The first item that was not given out.
    next: usize,
    /// Batches that were given out and not taken yet.
    waiting: usize,
}

impl Queue {
    fn new(len: usize, jobs: usize) -> Self {
        let batch = (len / (jobs.max(1) * SHARE)).clamp(1, BATCH);
        Self { state: Mutex::new(State { next: 0, waiting: 0 }), changed: Condvar::new(), len, batch }
    }

    fn next(&self) -> Option<Range<usize>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |state: &mut State| state.waiting >= WAITING && state.next < self.len;
        let mut state = self.changed.wait_while(state, is_full).unwrap_or_else(PoisonError::into_inner);
        let batch = state.next..(state.next + self.batch).min(self.len);
        state.next = batch.end;
        state.waiting += 1;
        (!batch.is_empty()).then_some(batch)
    }

    fn taken(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).waiting -= 1;
        self.changed.notify_all();
    }

    /// Nothing is given out any more.
    fn stop(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).next = self.len;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn results(items: usize, jobs: usize) -> Vec<usize> {
        let items: Vec<_> = (0..items).collect();
        let mut results = Vec::new();
        let slow = |(): &mut (), item: &usize| {
            if *item == 3 {
                thread::sleep(Duration::from_millis(30));
            }
            *item
        };
        let take = |result| {
            results.push(result);
            Ok(())
        };
        for_each(&items, jobs, || (), slow, take).unwrap();
        results
    }

    #[test]
    fn the_order_is_kept() {
        for jobs in [1, 2, 7] {
            for items in [0, 1, 5, 20_000] {
                assert_eq!(results(items, jobs), (0..items).collect::<Vec<_>>(), "{items} items, {jobs} jobs");
            }
        }
    }

    #[test]
    fn a_failure_ends_it() {
        let items: Vec<_> = (0..100_000).collect();
        let mut taken = 0;
        let take = |item: u32| {
            taken += 1;
            if item == 5 { Err(Stop::usage("enough")) } else { Ok(()) }
        };
        for_each(&items, 4, || (), |(), item| *item, take).unwrap_err();
        assert_eq!(taken, 6);
    }
}
