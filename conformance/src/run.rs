//! A whole run. Several workers, each with its own testee, run the cases. If a testee does not answer a question in
//! time, the runner sends the question once more at the end, while nothing else runs.
//!
//! [`run`] is the entry point. [`Report`] holds all results of a run.

mod worker;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::corpus::Corpus;
use crate::cost::{self, Cost, Measuring};
use crate::expectations::{Excuse, Stale};
use crate::interrupt::{self, Signal};
use crate::judge::Failure;
use crate::plan::{Skip, Work};
use crate::protocol::{Info, Operation};
use crate::report::CaseOutcome;
use crate::select::{self, Selection};
use crate::status::Status;
use crate::testee::{Manner, Memory, Target, Testee, Unusable};
use crate::text::count;
use worker::{Finished, Worker, retry_alone};

/// The number of restarts of testees after which a run fails and ends.
pub const RESTARTS: usize = 50;

/// The default for [`Options::timeout`].
pub const TIMEOUT: Duration = Duration::from_secs(2);

/// The options of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The cases to run.
    pub selection: Selection,
    /// The number of testees that run at the same time. At least one.
    pub jobs: usize,
    /// The time limit for an answer. Each MiB of the request adds [`PER_MIB`](crate::testee::PER_MIB) to it.
    pub timeout: Duration,
    /// Runs small cases first, and ends the run at the first case that fails.
    pub fail_fast: bool,
    /// Selects whether the run measures the [`cost`], and whether a cost that grows too fast is a failure.
    pub cost: Measure,
    /// The time at which the run ends, even if cases are left.
    pub deadline: Option<Instant>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            selection: Selection::default(),
            jobs: 1,
            timeout: TIMEOUT,
            fail_fast: false,
            cost: Measure::Nothing,
            deadline: None,
        }
    }
}

/// What the run measures after all cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Nothing.
    #[default]
    Nothing,
    /// The cost. A cost that grows too fast gives only advice. Memory that the testee reserves for a count before it
    /// checks the count is still a failure.
    Advice,
    /// The cost. A cost that grows too fast is a failure.
    Strictly,
}

/// The result of a run.
#[derive(Clone, Debug)]
pub struct Report {
    /// The identity of the testee.
    pub info: Info,
    /// The results of all cases: file cases by id, then derived cases.
    pub results: Vec<CaseResult>,
    /// The reason why the run ended before its last case, if it did.
    pub ended: Option<EndReason>,
    /// The cost measurements. Empty if the cost was not measured.
    pub costs: Vec<Cost>,
    /// True if a cost that grows too fast is a failure.
    pub strict_cost: bool,
    /// The number of times that a testee was started again.
    pub restarts: usize,
    /// The state of the testee's memory limit.
    pub memory: Memory,
    /// Warnings for the owner of the testee. They do not change the result.
    pub warnings: Vec<String>,
    /// The duration of the run.
    pub elapsed: Duration,
    /// The expected failures that did not occur as expected.
    pub stale: Vec<Stale>,
}

impl Report {
    /// Returns true if the run was complete, nothing failed unexpectedly, and every expected failure occurred as
    /// expected.
    pub fn is_success(&self) -> bool {
        self.ended.is_none() && self.stale.is_empty() && !self.has_failed()
    }

    /// Returns true if a case failed that was not expected to fail, or if a cost measurement failed.
    pub fn has_failed(&self) -> bool {
        self.results.iter().any(|result| CaseOutcome::of(result) == CaseOutcome::Fail)
            || self.costs.iter().any(|cost| cost.is_failure(self.strict_cost))
    }

    /// Returns the failures, one for each operation that failed. The result includes expected failures.
    pub fn failures(&self) -> impl Iterator<Item = (Work, Operation, &Failure)> {
        self.results
            .iter()
            .flat_map(|result| result.failures().map(|(operation, failure)| (result.work, operation, failure)))
    }
}

/// The reason why a run ended before its last case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// A testee could not be started again.
    Unusable(Unusable),
    /// Testees had to be started again [`RESTARTS`] times. The text is the reason of the last restart.
    Restarts(String),
    /// The runner received this signal.
    Signal(Signal),
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unusable(unusable) => unusable.fmt(f),
            Self::Restarts(last) => {
                write!(f, "stopped after {RESTARTS} restarts of the testee; reason of the last restart: {last}")
            }
            Self::Signal(signal) => write!(f, "stopped by {signal}"),
        }
    }
}

/// The result of a case.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// The case.
    pub work: Work,
    /// The verdict on each operation, in the order of [`Operation::ALL`].
    pub verdicts: [Verdict; Operation::ALL.len()],
    /// The entry of the `--xfail` file that expects this result. `None` if no entry does.
    pub excuse: Option<Arc<Excuse>>,
}

impl CaseResult {
    /// Creates a result that is not an expected failure.
    pub const fn new(work: Work, verdicts: [Verdict; Operation::ALL.len()]) -> Self {
        Self { work, verdicts, excuse: None }
    }

    /// Creates the result of a case that was not run.
    fn not_run(work: Work) -> Self {
        Self::new(work, std::array::from_fn(|_| Verdict::NotRun))
    }

    /// Returns the operations that failed, and their failures.
    pub fn failures(&self) -> impl Iterator<Item = (Operation, &Failure)> {
        Operation::ALL.into_iter().zip(&self.verdicts).filter_map(|(operation, verdict)| match verdict {
            Verdict::Fail(failure) => Some((operation, &**failure)),
            _ => None,
        })
    }
}

/// The verdict on one operation of a case.
#[derive(Clone, Debug, Default)]
pub enum Verdict {
    /// The case does not test the operation.
    #[default]
    NotAsked,
    /// The run ended before it reached the operation.
    NotRun,
    /// The operation was skipped, for this reason.
    Skipped(Skip),
    /// The answer was right.
    Pass,
    /// The answer was wrong or missing.
    Fail(Box<Failure>),
}

impl Verdict {
    /// Returns the status, or `None` if the case does not test the operation or the run did not reach it.
    pub fn status(&self) -> Option<Status> {
        match self {
            Self::NotAsked | Self::NotRun => None,
            Self::Skipped(_) => Some(Status::Skipped),
            Self::Pass => Some(Status::Pass),
            Self::Fail(failure) => Some(failure.status),
        }
    }
}

/// The progress of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The number of cases that are done.
    pub done: usize,
    /// The number of all cases.
    pub total: usize,
    /// The number of cases that failed so far.
    pub failed: usize,
}

/// Runs the selected cases of `corpus` against `target`. Several threads call `progress`, once after each case.
///
/// Returns an error if a testee could not be started or did not give a usable answer to `hello`.
pub fn run(
    target: Target<'_>,
    corpus: &Corpus,
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Report, Unusable> {
    let start = Instant::now();
    let manner = Manner { timeout: options.timeout, seed: options.selection.seed };
    let (first, info) = target.start(manner)?;
    let memory = first.memory();
    let mut works = select::select(corpus, &options.selection);
    works.extend(select::other_versions(corpus, &options.selection, &info.formats));
    let total = works.len();
    let mut batches = select::batches(&works, corpus, options.selection.seed);
    if options.fail_fast {
        batches.sort_by_key(|batch| batch.iter().map(|work| work.size(corpus)).sum::<usize>());
    }
    let shared = Shared {
        target,
        corpus,
        info,
        manner,
        fail_fast: options.fail_fast,
        deadline: options.deadline,
        batches,
        total,
        progress,
        next: AtomicUsize::new(0),
        done: AtomicUsize::new(0),
        failed: AtomicUsize::new(0),
        restarts: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        ended: Mutex::new(None),
    };
    let jobs = options.jobs.clamp(1, shared.batches.len().max(1));
    let mut finished: Vec<Finished> = thread::scope(|scope| {
        let mut testees = vec![Some(first)];
        testees.resize_with(jobs, || None);
        let workers: Vec<_> =
            testees.into_iter().map(|testee| scope.spawn(|| Worker::new(&shared, testee).work())).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let mut results: Vec<_> = finished.iter_mut().flat_map(|finished| std::mem::take(&mut finished.results)).collect();
    if !shared.has_ended() {
        retry_alone(&shared, &mut results);
    }
    let has_failed = shared.fail_fast && shared.failed.load(Ordering::Relaxed) > 0;
    let costs = if options.cost == Measure::Nothing || has_failed || shared.has_ended() {
        Vec::new()
    } else {
        let measuring = Measuring { target, info: &shared.info, manner, selection: &options.selection };
        cost::measure(measuring).unwrap_or_else(|unusable| {
            shared.end(EndReason::Unusable(unusable));
            Vec::new()
        })
    };
    // A signal also ends the testee that is being measured, so the measurement can fail because of the signal.
    // `is_cut_off` then makes the signal the reason why the run ended.
    let costs = if shared.is_cut_off() { Vec::new() } else { costs };
    let worn_out: usize = finished.iter().map(|finished| finished.worn_out).sum();
    let mut warnings: Vec<_> = finished.into_iter().flat_map(|finished| finished.warnings).collect();
    warnings.sort();
    warnings.dedup();
    if worn_out > 0 {
        warnings.push(format!(
            "the testee was started again {}, because its memory had grown by more than 512 MiB; check whether it keeps old requests in memory",
            count(worn_out, "time", "times")
        ));
    }
    shared.add_not_run(&mut results);
    results.sort_by_key(|result| (result.work.change.is_some(), result.work.case, result.work.change));
    Ok(Report {
        info: shared.info,
        results,
        ended: shared.ended.into_inner().unwrap_or_else(PoisonError::into_inner),
        costs,
        strict_cost: options.cost == Measure::Strictly,
        restarts: shared.restarts.into_inner(),
        memory,
        warnings,
        elapsed: start.elapsed(),
        stale: Vec::new(),
    })
}

struct Shared<'a> {
    target: Target<'a>,
    corpus: &'a Corpus,
    info: Info,
    manner: Manner,
    fail_fast: bool,
    deadline: Option<Instant>,
    batches: Vec<Vec<Work>>,
    total: usize,
    progress: &'a (dyn Fn(Progress) + Sync),
    next: AtomicUsize,
    done: AtomicUsize,
    failed: AtomicUsize,
    restarts: AtomicUsize,
    stop: AtomicBool,
    ended: Mutex<Option<EndReason>>,
}

impl<'a> Shared<'a> {
    /// Starts one more testee. Its answer to `hello` must equal that of the first testee.
    fn start(&self) -> Result<Box<dyn Testee + 'a>, Unusable> {
        let (testee, info) = self.target.start(self.manner)?;
        if info == self.info {
            return Ok(testee);
        }
        Err(self.unusable(
            "gave another answer to hello when it was started again",
            "The answer to hello must not change during a run.",
        ))
    }

    fn unusable(&self, what: impl Into<String>, advice: &str) -> Unusable {
        let testee = self.target.command().map_or_else(|| self.info.name.clone(), ToString::to_string);
        Unusable { testee, what: what.into(), advice: advice.into() }
    }

    fn end(&self, why: EndReason) {
        self.stop.store(true, Ordering::Relaxed);
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
    }

    fn has_ended(&self) -> bool {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).is_some() || self.is_cut_off()
    }

    /// Returns true if the workers must stop, so that no other case begins.
    fn is_over(&self) -> bool {
        self.is_cut_off() || self.stop.load(Ordering::Relaxed)
    }

    /// Returns true if a signal or the deadline ends the run.
    fn is_cut_off(&self) -> bool {
        if let Some(signal) = interrupt::signal() {
            // The signal may already have ended a testee. The end of that testee is only a consequence, so the signal
            // replaces it as the reason why the run ended.
            *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(EndReason::Signal(signal));
            return true;
        }
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    fn took(&self, failed: bool) {
        if failed && self.fail_fast {
            self.stop.store(true, Ordering::Relaxed);
        }
        let failed = self.failed.fetch_add(usize::from(failed), Ordering::Relaxed) + usize::from(failed);
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        (self.progress)(Progress { done, total: self.total, failed });
    }

    fn add_not_run(&self, results: &mut Vec<CaseResult>) {
        let begun = self.next.load(Ordering::Relaxed).min(self.batches.len());
        results.extend(self.batches[begun..].iter().flatten().map(|work| CaseResult::not_run(*work)));
    }
}
