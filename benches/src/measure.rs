//! Measures times whose ratios are reliable even on a busy machine: all pieces of code that are compared (candidates) run
//! alternately in one process.
//!
//! In each round, each candidate runs one batch of calls; the next round begins with another candidate. If the machine is slow
//! for a while, all candidates are slow, and the medians over the rounds stay comparable. Start with [`in_turns`].

use std::time::{Duration, Instant};

/// A piece of code to measure. `batch` runs it as many times in a row as its argument says.
pub struct Candidate<'a> {
    name: String,
    /// The number of calls in a pass. A pass processes every input once.
    pass: u64,
    batch: Box<dyn FnMut(u64) + 'a>,
    prepare: Box<dyn FnMut() + 'a>,
}

impl<'a> Candidate<'a> {
    /// Returns a candidate that processes the same input at every call.
    pub fn new(name: impl Into<String>, batch: impl FnMut(u64) + 'a) -> Self {
        Self::of_many(name, 1, batch)
    }

    /// Returns a candidate with `pass` inputs: each call processes the next input, and after the last input the first one
    /// follows. A batch consists of whole passes. Before each batch, one pass runs untimed. So the data that other candidates
    /// left in the caches do not affect the time.
    pub fn of_many(name: impl Into<String>, pass: usize, batch: impl FnMut(u64) + 'a) -> Self {
        Self { name: name.into(), pass: pass as u64, batch: Box::new(batch), prepare: Box::new(|| {}) }
    }

    /// Sets what runs before each batch and before each untimed pass. Its time is not measured.
    pub fn prepared_by(self, prepare: impl FnMut() + 'a) -> Self {
        Self { prepare: Box::new(prepare), ..self }
    }

    fn time(&mut self, calls: u64) -> Duration {
        (self.prepare)();
        let start = Instant::now();
        (self.batch)(calls);
        start.elapsed()
    }
}

/// The time of a candidate, in nanoseconds per call.
#[derive(Clone, Debug)]
pub struct Time {
    /// The candidate's name.
    pub name: String,
    /// The median over all rounds.
    pub median: f64,
    /// The first and the third quartile over all rounds.
    pub quartiles: (f64, f64),
}

impl Time {
    /// Returns half the distance between the quartiles, divided by the median.
    pub fn spread(&self) -> f64 {
        (self.quartiles.1 - self.quartiles.0) / 2.0 / self.median
    }
}

/// The duration of a measurement.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// The minimum time of a batch.
    pub batch: Duration,
    /// The number of rounds. Each round runs one batch of each candidate.
    pub rounds: usize,
}

impl Effort {
    /// The effort for ratios that are accurate to a few per cent on a machine that does nothing else.
    pub const FULL: Self = Self { batch: Duration::from_micros(500), rounds: 51 };
    /// The effort for a test that everything runs: the times mean nothing.
    pub const SMOKE: Self = Self { batch: Duration::ZERO, rounds: 1 };

    /// Returns [`Self::FULL`] for `cargo bench`, and [`Self::SMOKE`] for `cargo test`.
    pub fn of_this_run() -> Self {
        if std::env::args().any(|argument| argument == "--bench") { Self::FULL } else { Self::SMOKE }
    }
}

/// Measures all candidates alternately, and returns their times in the order of the candidates.
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

/// Returns the median and the quartiles of samples. There must be at least one sample.
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
        // `ab`: each candidate runs once to find the number of calls. `aabb` and `bbaa`: in each round, each candidate runs an
        // untimed pass and a batch.
        assert_eq!(order.into_inner(), "ab aabb bbaa".replace(' ', ""));
    }

    #[test]
    fn a_candidate_is_prepared_before_each_batch() {
        let order = RefCell::new(String::new());
        let candidate = Candidate::new("a", |_| order.borrow_mut().push('a'));
        let candidate = candidate.prepared_by(|| order.borrow_mut().push('p'));
        in_turns(vec![candidate], Effort::SMOKE);
        assert_eq!(order.into_inner(), "papapa");
    }
}
