//! Time, as ratios that hold on a noisy machine: everything that is compared runs in one process, in turns.
//!
//! A round gives each candidate one batch of calls; the next round begins with another one. Whatever slows the machine for a while
//! slows all of them, and the medians over the rounds stay comparable. First call: [`in_turns`].

use std::time::{Duration, Instant};

/// Something to measure. It does what it does so many times in a row.
pub struct Candidate<'a> {
    name: String,
    /// How many calls see everything once.
    pass: u64,
    batch: Box<dyn FnMut(u64) + 'a>,
}

impl<'a> Candidate<'a> {
    /// A candidate by its name, which does the same at every call.
    pub fn new(name: impl Into<String>, batch: impl FnMut(u64) + 'a) -> Self {
        Self::of_many(name, 1, batch)
    }

    /// A candidate that does something else at each of `pass` calls, and then begins again. Its batches are whole passes, and it
    /// makes one before each, so that what the others left in the caches is nothing to it.
    pub fn of_many(name: impl Into<String>, pass: usize, batch: impl FnMut(u64) + 'a) -> Self {
        Self { name: name.into(), pass: pass as u64, batch: Box::new(batch) }
    }

    fn time(&mut self, calls: u64) -> Duration {
        let start = Instant::now();
        (self.batch)(calls);
        start.elapsed()
    }
}

/// What a candidate took, in nanoseconds a call.
#[derive(Clone, Debug)]
pub struct Time {
    /// The candidate's name.
    pub name: String,
    /// The median of the rounds.
    pub median: f64,
    /// The quartiles around it.
    pub quartiles: (f64, f64),
}

impl Time {
    /// Half of what lies between the quartiles, as a part of the median.
    pub fn spread(&self) -> f64 {
        (self.quartiles.1 - self.quartiles.0) / 2.0 / self.median
    }
}

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How long a batch takes, at least.
    pub batch: Duration,
    /// How many batches each candidate gets.
    pub rounds: usize,
}

impl Effort {
    /// Enough for a ratio to be good to a few per cent on a quiet machine.
    pub const FULL: Self = Self { batch: Duration::from_micros(500), rounds: 51 };
    /// Enough to see that everything runs.
    pub const SMOKE: Self = Self { batch: Duration::ZERO, rounds: 1 };

    /// Full for `cargo bench`, and smoke for `cargo test`.
    pub fn of_this_run() -> Self {
        if std::env::args().any(|argument| argument == "--bench") { Self::FULL } else { Self::SMOKE }
    }
}

/// Measures all candidates in turns.
pub fn in_turns(mut candidates: Vec<Candidate<'_>>, effort: Effort) -> Vec<Time> {
    let mut calls: Vec<u64> = Vec::with_capacity(candidates.len());
    for candidate in &mut candidates {
        let mut count = candidate.pass;
        while candidate.time(count) < effort.batch {
            count *= 2;
        }
        calls.push(count);
    }
    let mut samples = vec![Vec::with_capacity(effort.rounds); candidates.len()];
    for round in 0..effort.rounds {
        for turn in 0..candidates.len() {
            let index = (round + turn) % candidates.len();
            let candidate = &mut candidates[index];
            candidate.time(candidate.pass);
            let time = candidate.time(calls[index]);
            samples[index].push(time.as_secs_f64() * 1e9 / calls[index] as f64);
        }
    }
    candidates.into_iter().zip(samples).map(|(candidate, samples)| summary(candidate.name, samples)).collect()
}

/// Median and quartiles of samples, of which there is at least one.
pub fn summary(name: String, mut samples: Vec<f64>) -> Time {
    samples.sort_by(f64::total_cmp);
    let at = |part: usize| samples[(samples.len() - 1) * part / 4];
    Time { name, median: at(2), quartiles: (at(1), at(3)) }
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Effort, in_turns, summary};
    use std::cell::RefCell;

    #[test]
    fn a_summary_is_of_the_middle() {
        let time = summary("a".to_owned(), vec![5.0, 1.0, 2.0, 4.0, 3.0]);
        assert_eq!((time.median, time.quartiles), (3.0, (2.0, 4.0)));
        assert!((time.spread() - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn candidates_take_turns_and_begin_in_turn() {
        let order = RefCell::new(String::new());
        let candidates = ["a", "b"].map(|name| {
            Candidate::of_many(name, 3, |calls| {
                assert_eq!(calls % 3, 0, "whole passes");
                order.borrow_mut().push_str(name);
            })
        });
        in_turns(candidates.into(), Effort { rounds: 2, ..Effort::SMOKE });
        // Once to find the number of calls; then a pass before each batch.
        assert_eq!(order.into_inner(), "ab aabb bbaa".replace(' ', ""));
    }
}
