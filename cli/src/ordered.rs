//! Work done in parallel, with results in order.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Condvar, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// The number of batches that may wait to be taken, at least two per thread. Without the limit, the batches after a
/// slow one would fill the memory.
const WAITING: usize = 64;
/// A thread takes as many items at once as it can process in about this time, because each handover of results costs a
/// wakeup.
const BATCH_TIME: Duration = Duration::from_millis(4);
/// A batch has at most this many items, and at most `1 / SHARE` of the thread's part of the remaining items. So no
/// thread is left with all the rest.
const BATCH: usize = 256;
const SHARE: usize = 4;
/// The memory of a longer text is freed instead of reused.
const KEPT: usize = 1 << 22;

/// Returns the number of threads: the requested number, or one per core.
pub(crate) fn jobs(asked: Option<u16>) -> usize {
    asked.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from)
}

/// The thread that a worker runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkerThread {
    /// A new thread with the requested stack.
    Spawned,
    /// The caller's thread, whose stack may be small.
    Caller,
}

/// Threads for the work.
#[derive(Clone, Copy)]
pub(crate) struct Threads {
    /// The number of threads.
    pub(crate) jobs: usize,
    /// The stack that the work needs; `None` if any stack is enough.
    pub(crate) stack: Option<usize>,
}

/// Calls `work` with each of `items`, on threads with a worker each. Calls `take` with each result, in the order of the
/// items.
///
/// `take` also gets the text that `work` has added to its buffer. Items share a buffer, because a separate buffer for
/// each item would take longer than the work on many items.
///
/// If the system starts fewer threads, those do the work. If it starts none, the caller's thread does the work. An
/// error of `take` ends the work early.
pub(crate) fn for_each<T: Sync, W, R: Send>(
    items: &[T],
    Threads { jobs, stack }: Threads,
    worker: impl Fn(WorkerThread) -> W + Sync,
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
                let mut worker = worker(WorkerThread::Spawned);
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
        let mut worker = worker(WorkerThread::Caller);
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
    /// Does the work on some items, with `text` as the buffer for their texts.
    fn new<T, W>(items: &[T], mut text: Vec<u8>, worker: &mut W, work: impl Fn(&mut W, &T, &mut Vec<u8>) -> R) -> Self {
        let results = items.iter().map(|item| (work(worker, item, &mut text), text.len())).collect();
        Self { results, text }
    }

    /// Gives the results to `take`. Returns the memory of the text for reuse.
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
    /// The maximum number of batches that are given out and not taken yet.
    most: usize,
}

struct State {
    /// The first item that is not given out yet.
    next: usize,
    /// The number of batches that are given out and not taken yet.
    waiting: usize,
    /// The number of threads that wait until a batch is taken.
    blocked: usize,
    /// Empty buffers for the texts of the next batches.
    texts: Vec<Vec<u8>>,
}

/// Stops the work if a thread panics: the others must not wait for its results.
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

    /// Gives out the next items, at most `most`, and a buffer for their texts.
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

    /// Records that a batch was taken. The memory of its text can be reused.
    fn taken(&self, text: Vec<u8>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        // Getting new memory from the system takes as long as writing into it.
        if state.texts.len() < self.jobs && text.capacity() <= KEPT {
            state.texts.push(text);
        }
        // A notification is a system call, even if no thread waits.
        if state.blocked > 0 {
            self.changed.notify_one();
        }
    }

    /// Stops the work: no more items are given out.
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
    fn a_failure_ends_the_work() {
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
    fn if_no_thread_starts_the_caller_does_the_work() {
        let mut taken = Vec::new();
        let take = |result, _: &[u8]| {
            taken.push(result);
            Ok(())
        };
        // No address space is large enough.
        let threads = Threads { jobs: 2, stack: Some(usize::MAX / 4) };
        for_each(&[1, 2, 3], threads, |thread| thread, |thread, item, _| (*thread, *item), take).unwrap();
        assert_eq!(taken, [1, 2, 3].map(|item| (WorkerThread::Caller, item)));
    }
}
