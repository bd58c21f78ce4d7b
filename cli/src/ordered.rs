//! Work done in parallel, with results in order.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Condvar, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// So many batches, or two per thread, may wait to be taken: a slow one must not let the memory fill with those behind it.
const WAITING: usize = 64;
/// A thread takes as many items at once as take it about so long: to hand on results costs a wakeup.
const BATCH_TIME: Duration = Duration::from_millis(4);
/// It takes at most so many, and no more than this share of what falls to it, so that no thread is left with all the rest.
const BATCH: usize = 256;
const SHARE: usize = 4;
/// The memory of a longer text is given back.
const KEPT: usize = 1 << 22;

/// Returns the number of threads: the one that was asked for, or one per core.
pub(crate) fn jobs(asked: Option<u16>) -> usize {
    asked.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from)
}

/// Where a worker works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On a thread with the stack that was asked for.
    Thread,
    /// On the caller's thread, whose stack may be small.
    Caller,
}

/// Threads for the work.
#[derive(Clone, Copy)]
pub(crate) struct Threads {
    /// How many.
    pub(crate) jobs: usize,
    /// The stack that the work needs; `None` if any will do.
    pub(crate) stack: Option<usize>,
}

/// Gives each of `items` to `work`, on threads with a worker each, and each result to `take`, in the order of the items. With it goes
/// the text that `work` has added to what it was given: memory of its own for each item would cost more than many items do.
///
/// If the system starts fewer threads, those do the work; if it starts none, the caller's thread does it. An error of `take` ends the
/// work early.
pub(crate) fn for_each<T: Sync, W, R: Send>(
    items: &[T],
    Threads { jobs, stack }: Threads,
    worker: impl Fn(Place) -> W + Sync,
    work: impl Fn(&mut W, &T, &mut Vec<u8>) -> R + Sync,
    mut take: impl FnMut(R, &[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let jobs = jobs.min(items.len());
    let queue = Queue::new(items.len(), jobs);
    let (send, receive) = mpsc::channel();
    let done_by_threads = thread::scope(|scope| {
        let mut started = 0;
        for _ in 0..if jobs == 1 && stack.is_none() { 0 } else { jobs } {
            let (send, queue, worker, work) = (send.clone(), &queue, &worker, &work);
            let run = move || {
                let _guard = Guard(queue);
                let mut worker = worker(Place::Thread);
                let mut most = 1;
                while let Some((batch, text)) = queue.next(most) {
                    let begun = Instant::now();
                    let first = batch.start;
                    if send.send((first, Done::new(&items[batch], text, &mut worker, work))).is_err() {
                        break;
                    }
                    most = if begun.elapsed() < BATCH_TIME / 2 { (most * 2).min(BATCH) } else { (most / 2).max(1) };
                }
            };
            let mut builder = thread::Builder::new();
            if let Some(stack) = stack {
                builder = builder.stack_size(stack);
            }
            if builder.spawn_scoped(scope, run).is_err() {
                break;
            }
            started += 1;
        }
        drop(send);
        if started == 0 {
            return Ok::<_, Failure>(false);
        }
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (first, done) in receive {
            waiting.insert(first, done);
            while let Some(done) = waiting.remove(&next) {
                next += done.results.len();
                queue.taken(done.take(&mut take).inspect_err(|_| queue.stop())?);
            }
        }
        Ok(true)
    })?;
    if !done_by_threads {
        let mut worker = worker(Place::Caller);
        items.chunks(1).try_fold(Vec::new(), |text, item| Done::new(item, text, &mut worker, &work).take(&mut take))?;
    }
    Ok(())
}

/// A batch that is done.
struct Done<R> {
    /// The results, each with the end of its text.
    results: Vec<(R, usize)>,
    text: Vec<u8>,
}

impl<R> Done<R> {
    /// Does the work on some items, with `text` for what it writes.
    fn new<T, W>(items: &[T], mut text: Vec<u8>, worker: &mut W, work: impl Fn(&mut W, &T, &mut Vec<u8>) -> R) -> Self {
        let results = items.iter().map(|item| (work(worker, item, &mut text), text.len())).collect();
        Self { results, text }
    }

    /// Gives the results to `take`. Returns the memory of the text.
    fn take(mut self, take: &mut impl FnMut(R, &[u8]) -> Result<(), Failure>) -> Result<Vec<u8>, Failure> {
        let mut start = 0;
        for (result, end) in self.results {
            take(result, &self.text[start..end])?;
            start = end;
        }
        self.text.clear();
        Ok(self.text)
    }
}

/// The items that no thread works on yet.
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    len: usize,
    jobs: usize,
    /// So many batches may be given out and not taken.
    most: usize,
}

struct State {
    /// The first item that was not given out.
    next: usize,
    /// Batches that were given out and not taken yet.
    waiting: usize,
    /// Threads that wait until a batch is taken.
    blocked: usize,
    /// Memory for the texts of the next batches, with nothing in it.
    texts: Vec<Vec<u8>>,
}

/// Ends the work when a thread panics: the others must not wait for its results.
struct Guard<'a>(&'a Queue);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}

impl Queue {
    fn new(len: usize, jobs: usize) -> Self {
        let most = WAITING.max(jobs.saturating_mul(2));
        Self {
            state: Mutex::new(State { next: 0, waiting: 0, blocked: 0, texts: Vec::new() }),
            changed: Condvar::new(),
            len,
            jobs,
            most,
        }
    }

    /// Gives out the next items, at most `most`, and memory for a text.
    fn next(&self, most: usize) -> Option<(Range<usize>, Vec<u8>)> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.waiting >= self.most && state.next < self.len {
            state.blocked += 1;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.blocked -= 1;
        }
        let share = (self.len - state.next).div_ceil(self.jobs * SHARE);
        let batch = state.next..state.next + share.min(most);
        state.next = batch.end;
        state.waiting += 1;
        let text = state.texts.pop().unwrap_or_default();
        (!batch.is_empty()).then_some((batch, text))
    }

    /// A batch was taken; its text needs this memory no more.
    fn taken(&self, text: Vec<u8>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        // Memory that the system has to give anew takes as long as what is written into it.
        if state.texts.len() < self.jobs && text.capacity() <= KEPT {
            state.texts.push(text);
        }
        // To notify is a call of the system, also where no thread waits.
        if state.blocked > 0 {
            self.changed.notify_one();
        }
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

    fn results(items: usize, jobs: usize) -> Vec<usize> {
        let items: Vec<_> = (0..items).collect();
        let mut results = Vec::new();
        let slow = |(): &mut (), item: &usize, text: &mut Vec<u8>| {
            text.extend(item.to_string().bytes());
            if *item == 3 {
                thread::sleep(Duration::from_millis(30));
            }
            *item
        };
        let take = |result: usize, text: &[u8]| {
            assert_eq!(text, result.to_string().as_bytes());
            results.push(result);
            Ok(())
        };
        for_each(&items, Threads { jobs, stack: None }, |_| (), slow, take).unwrap();
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
        let take = |item: u32, _: &[u8]| {
            taken += 1;
            if item == 5 { Err(Failure::usage("enough")) } else { Ok(()) }
        };
        for_each(&items, Threads { jobs: 4, stack: None }, |_| (), |(), item, _| *item, take).unwrap_err();
        assert_eq!(taken, 6);
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_in_a_thread_ends_the_work() {
        let items: Vec<_> = (0..100_000).collect();
        let work = |(): &mut (), item: &i32, _: &mut Vec<u8>| assert_ne!(*item, 500, "this is the panic");
        let _ = for_each(&items, Threads { jobs: 4, stack: None }, |_| (), work, |(), _| Ok(()));
    }

    #[test]
    fn where_no_thread_starts_the_work_is_done_all_the_same() {
        let mut taken = Vec::new();
        let take = |result, _: &[u8]| {
            taken.push(result);
            Ok(())
        };
        // No address space is large enough.
        let threads = Threads { jobs: 2, stack: Some(usize::MAX / 4) };
        for_each(&[1, 2, 3], threads, |place| place, |place, item, _| (*place, *item), take).unwrap();
        assert_eq!(taken, [(Place::Caller, 1), (Place::Caller, 2), (Place::Caller, 3)]);
    }
}
