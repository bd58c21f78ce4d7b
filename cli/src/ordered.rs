//! Processes items in parallel, and returns the results in the order of the items.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Condvar, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// The maximum number of batches that threads have started and `take` has not received; for more than 32 threads, it is
/// two per thread. Without a maximum, the results after a slow batch would fill the memory.
const WAITING: usize = 64;
/// The time in which a thread should process a batch; the number of items is adapted to it. Longer batches save time,
/// because each finished batch wakes the thread that receives the results.
const BATCH_TIME: Duration = Duration::from_millis(4);
/// The maximum number of items in a batch. A batch also has at most `1 / SHARE` of a thread's part of the remaining
/// items, so that all threads finish at about the same time.
const BATCH: usize = 256;
const SHARE: usize = 4;
/// The maximum capacity, in bytes, of a text buffer that is reused. A larger buffer is freed.
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

/// The number and the stack size of the threads that process the items.
#[derive(Clone, Copy)]
pub(crate) struct Threads {
    /// The number of threads.
    pub(crate) jobs: usize,
    /// The stack size that the work needs, in bytes; `None` if any stack is enough.
    pub(crate) stack: Option<usize>,
}

/// Calls `work` for each of `items`, on several threads. Calls `take` for each result, on the caller's thread and in
/// the order of the items. `worker` returns the state of one thread, which `work` can change.
///
/// `take` also gets the text that `work` has appended to its buffer for this item. The items of a batch share a buffer,
/// because for small items, allocating a buffer for each would take longer than the work.
///
/// If the system starts fewer threads than requested, these threads do all the work. If it starts none, the caller's
/// thread does the work. If `take` returns an error, the work ends early, and `for_each` returns the error.
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

/// A processed batch.
struct Done<R> {
    /// The results, each with the offset in `text` at which its text ends.
    results: Vec<(R, usize)>,
    text: Vec<u8>,
}

impl<R> Done<R> {
    /// Processes the items of a batch. `work` appends their texts to `text`.
    fn new<T, W>(items: &[T], mut text: Vec<u8>, worker: &mut W, work: impl Fn(&mut W, &T, &mut Vec<u8>) -> R) -> Self {
        let results = items.iter().map(|item| (work(worker, item, &mut text), text.len())).collect();
        Self { results, text }
    }

    /// Passes the results to `take`. Returns the text's buffer, which is empty, for reuse.
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

/// A queue of the items that no thread has taken yet.
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    len: usize,
    jobs: usize,
    /// The maximum of `State::waiting`.
    most: usize,
}

struct State {
    /// The index of the first item that no thread has taken yet.
    next: usize,
    /// The number of batches that threads have started and `take` has not received yet.
    waiting: usize,
    /// The number of threads that wait until `take` has received a batch.
    blocked: usize,
    /// Empty buffers for the texts of the next batches.
    texts: Vec<Vec<u8>>,
}

/// A guard that stops the queue if its thread panics. Otherwise the other threads would wait forever for the results of
/// this thread.
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

    /// Returns the range of the next items, at most `most`, and a buffer for their texts; `None` if no items are left.
    /// Waits while `State::waiting` is at its maximum.
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

    /// Records that `take` has received a batch. Keeps the buffer of its text for reuse.
    fn taken(&self, text: Vec<u8>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        // Reuse saves time: getting new memory from the system takes as long as writing into it.
        if state.texts.len() < self.jobs && text.capacity() <= KEPT {
            state.texts.push(text);
        }
        // The condition saves time: a notification is a system call, even if no thread waits.
        if state.blocked > 0 {
            self.changed.notify_one();
        }
    }

    /// Stops the queue: threads get no more items.
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
        // This stack is larger than any address space, so no thread starts.
        let threads = Threads { jobs: 2, stack: Some(usize::MAX / 4) };
        for_each(&[1, 2, 3], threads, |thread| thread, |thread, item, _| (*thread, *item), take).unwrap();
        assert_eq!(taken, [1, 2, 3].map(|item| (WorkerThread::Caller, item)));
    }
}
