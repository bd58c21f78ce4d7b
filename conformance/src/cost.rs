//! The category `cost`: it measures how a testee's time and memory grow with its input.
//!
//! It sends inputs of n and of 8 n entries that make a quadratic checker slow. It also sends files with counts that are
//! too large for the bytes of the file. Time that grows much faster than the input is reported as advice. Memory that
//! is reserved for a count before the count is checked is a failure. This category does not judge the answers, because
//! the other cases do that.

mod inputs;
mod v4;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::protocol::{Info, Operation, Question};
use crate::select::Selection;
use crate::status::Status;
use crate::testee::{self, Manner, Peak, Target, Testee, Unusable};
use crate::text::thousands;
use inputs::{Count, Input, List};

/// The larger input of a pair has this many times as many entries as the smaller input.
const FACTOR: usize = 8;

/// The number of entries of the smaller input in the first pair. It is small enough for a testee in a slow language.
const FIRST: usize = 2_000;

/// The number of entries of the smaller input in the last pair.
const LAST: usize = 16_000;

/// From one pair to the next, the numbers of entries grow by this factor. The pairs grow until the larger input takes
/// [`LONG_ENOUGH`].
const STEP: usize = 8;

/// The shortest time of the larger input from which the growth of the time can be derived.
const LONG_ENOUGH: Duration = Duration::from_millis(50);

/// The shortest time of the larger input for which advice is given. For advice, this time must also be at least
/// [`STEEP`] times the time of the smaller input.
const NOTEWORTHY: Duration = Duration::from_millis(40);

/// The ratio of the two times of a pair from which the growth is too steep. For [`FACTOR`] times the input, sorting
/// takes 10 times as long, or 20 times as long if the caches are too small. A comparison of all pairs of entries takes
/// 64 times as long.
const STEEP: f64 = 24.0;

/// The time of the larger input from which one measurement is enough. A busy machine alone does not delay an answer by
/// a second.
const CERTAIN: Duration = Duration::from_secs(1);

/// The number of measurements that are necessary before a pair counts as steep. The shortest time of each input
/// decides.
const MEASUREMENTS: usize = 3;

/// The smallest growth of memory in bytes with which the growth for the larger input is compared. The allocator or the
/// garbage collector can cause this much growth.
const HEAP: u64 = 8 * MIB;

/// The additional growth of memory in bytes that is allowed for a file whose count is too large, compared with a valid
/// file of the same length.
pub const COUNT_ALLOWANCE: u64 = 24 * MIB;

/// The maximum number of repetitions before a measurement of memory. In each, the testee gets a valid file and a file
/// whose count is slightly too large.
const SETTLING: usize = 16;

/// The number of testee processes in which a count must make memory grow too much before it is a failure. In a single
/// process, a garbage collector may have started a thread.
const CONFIRMATIONS: usize = 4;

const MIB: u64 = 1024 * 1024;

/// The result of one cost measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// The id, such as `v3/cost/exports` or `v3/cost/export-count`.
    pub id: String,
    /// The operation that was measured.
    pub operation: Operation,
    /// The verdict on the growth of the cost.
    pub outcome: CostOutcome,
    /// A sentence with the measured values.
    pub detail: String,
}

impl Cost {
    /// Returns whether the result fails the run. With `strict`, advice also fails the run.
    pub fn is_failure(&self, strict: bool) -> bool {
        self.outcome == CostOutcome::Fail || strict && self.outcome == CostOutcome::Slow
    }
}

/// The verdict on the growth of a cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CostOutcome {
    /// The cost does not grow much faster than the input.
    Pass,
    /// The cost grows much faster than the input. This is advice, or a failure with `--strict-cost`.
    Slow,
    /// The testee reserves memory for a count that exceeds the file.
    Fail,
    /// The measurement was not possible, because the testee gave no valid answer.
    NotMeasured,
}

/// Returns whether the selection includes at least one measurement for a testee that offers every version and
/// operation.
pub fn is_selected(selection: &Selection) -> bool {
    bmes::Version::ALL.iter().any(|version| {
        let lists = List::all(*version).into_iter().map(|list| list.id());
        lists.chain(Count::all(*version).into_iter().map(|count| count.id())).any(|id| selects(selection, &id))
    })
}

fn selects(Selection { filter, clause, format_version, shard, .. }: &Selection, id: &str) -> bool {
    clause.is_none()
        && filter.as_ref().is_none_or(|filter| filter.matches(id))
        && format_version.is_none_or(|version| id.starts_with(&format!("v{version}/")))
        && shard.is_none_or(|shard| shard.has(id))
}

/// The parameters of the measurements.
#[derive(Clone, Copy)]
pub(crate) struct Measuring<'a> {
    pub(crate) target: Target<'a>,
    pub(crate) info: &'a Info,
    pub(crate) manner: Manner,
    pub(crate) selection: &'a Selection,
}

/// Runs the measurements that the selection includes. No other case runs at the same time.
pub(crate) fn measure(measuring: Measuring<'_>) -> Result<Vec<Cost>, Unusable> {
    let mut costs = Vec::new();
    let operations: Vec<_> = measuring.operations().collect();
    if operations.is_empty() {
        return Ok(costs);
    }
    let versions: Vec<_> = measuring.versions().collect();
    for list in versions.iter().flat_map(|version| List::all(*version)) {
        if selects(measuring.selection, &list.id()) {
            // One process measures all operations of a list, because its start can take longer than a measurement. For
            // the second operation, memory is visible only if it exceeds the peak of the first operation.
            let mut testee = measuring.start()?;
            let measured = operations.iter().filter(|operation| !list.is_full_size || **operation != Operation::Encode);
            for operation in measured {
                let cost = measuring.growth(&list, *operation, &mut testee)?;
                if cost.outcome != CostOutcome::Pass {
                    // The testee may have ended, or its memory may have grown much. So the next operation gets a new
                    // testee.
                    testee = measuring.start()?;
                }
                costs.push(cost);
            }
        }
    }
    let counts = versions.iter().flat_map(|version| Count::all(*version));
    let counts: Vec<_> = counts.filter(|count| selects(measuring.selection, &count.id())).collect();
    let reading = operations.into_iter().find(|operation| *operation != Operation::Encode);
    if let (Some(operation), false) = (reading, counts.is_empty()) {
        costs.extend(measuring.counts(operation, &counts)?);
    }
    Ok(costs)
}

/// The measured times and memory of a pair of inputs.
#[derive(Clone, Copy)]
struct Pair {
    entries: usize,
    times: [Duration; 2],
    /// The growth of the peak of memory after each input, in bytes, if the peak can be read.
    memory: Option<[u64; 2]>,
}

impl Pair {
    fn is_steep(&self) -> bool {
        let [small, large] = self.times.map(|time| time.as_secs_f64());
        self.times[1] >= NOTEWORTHY && large >= small * STEEP
    }

    #[expect(clippy::cast_precision_loss, reason = "a peak of memory is far below 2^52 bytes")]
    fn is_hungry(&self) -> bool {
        self.memory.is_some_and(|[small, large]| large as f64 > small.max(HEAP) as f64 * STEEP)
    }

    fn detail(&self) -> String {
        let [small, large] = self.times.map(|time| time.as_secs_f64());
        let sizes = [self.entries, self.entries * FACTOR].map(thousands);
        let mut text = format!(
            "{:.0} × for {FACTOR} × the input: {:.1} ms for {} entries, {:.1} ms for {}",
            large / small.max(1e-6),
            small * 1e3,
            sizes[0],
            large * 1e3,
            sizes[1]
        );
        if let Some(memory) = self.memory {
            let [small, large] = memory.map(|bytes| thousands(usize::try_from(bytes / 1024).unwrap_or(usize::MAX)));
            let _ = write!(text, "; memory {small} and {large} KiB");
        }
        text
    }
}

/// The reason why a pair has no measurement.
enum Unmeasured {
    /// The testee exceeded the time limit or the memory limit of an answer.
    TooLong(String),
    /// No valid answer came.
    NoAnswer(String),
}

impl<'a> Measuring<'a> {
    /// Returns the newest of versions 1 to 3 that the testee offers, and version 4 if it offers that. Versions 1 to 3
    /// are so similar that the cost of one shows that of the others.
    fn versions(&self) -> impl Iterator<Item = bmes::Version> {
        let offered = |version: &bmes::Version| self.info.knows(version.number());
        let named = bmes::Version::NAMED.iter().copied().rfind(offered);
        named.into_iter().chain(Some(bmes::Version::V4).filter(offered))
    }

    /// Returns the measured operations: one that reads a record to its end, and one that writes a record.
    fn operations(&self) -> impl Iterator<Item = Operation> {
        let reading = [Operation::Check, Operation::Decode].into_iter().find(|operation| self.info.offers(*operation));
        let writing = Some(Operation::Encode).filter(|operation| self.info.offers(*operation));
        reading.into_iter().chain(writing)
    }

    /// Starts a testee and sends it one small question of each measured operation, so that the first measurement is not
    /// slower.
    fn start(&self) -> Result<Box<dyn Testee + 'a>, Unusable> {
        let (mut testee, _) = self.target.start(self.manner)?;
        if self.operations().all(|operation| testee::warm_up(&mut *testee, operation)) {
            return Ok(testee);
        }
        Ok(self.target.start(self.manner)?.0)
    }

    fn growth(&self, list: &List, operation: Operation, testee: &mut Box<dyn Testee + 'a>) -> Result<Cost, Unusable> {
        let cost = |outcome, detail| Cost { id: list.id(), operation, outcome, detail };
        let mut entries = if list.is_full_size { LAST } else { FIRST };
        loop {
            let pair = match self.pair(testee, operation, entries, &*list.input)? {
                Ok(pair) => pair,
                Err(Unmeasured::TooLong(detail)) => return Ok(cost(CostOutcome::Slow, detail)),
                Err(Unmeasured::NoAnswer(detail)) => return Ok(cost(CostOutcome::NotMeasured, detail)),
            };
            if pair.is_steep() || pair.is_hungry() {
                return Ok(cost(CostOutcome::Slow, pair.detail()));
            }
            if pair.times[1] >= LONG_ENOUGH || entries * STEP > LAST {
                return Ok(cost(CostOutcome::Pass, pair.detail()));
            }
            entries *= STEP;
        }
    }

    /// Measures a pair of inputs once, and up to [`MEASUREMENTS`] times if the growth looks too steep.
    fn pair(
        &self,
        testee: &mut Box<dyn Testee + 'a>,
        operation: Operation,
        entries: usize,
        input: &dyn Fn(usize) -> Input,
    ) -> Result<Result<Pair, Unmeasured>, Unusable> {
        let inputs = [input(entries), input(entries * FACTOR)];
        let mut best: Option<Pair> = None;
        for _ in 0..MEASUREMENTS {
            let pair = match once(&mut **testee, operation, entries, &inputs) {
                Ok(pair) => pair,
                Err(unmeasured) => return Ok(Err(unmeasured)),
            };
            let times = best.map_or(pair.times, |best| [0, 1].map(|index| best.times[index].min(pair.times[index])));
            // The peak of a process never falls. So the first of two measurements in one process includes all of the
            // growth.
            let memory = match (best.and_then(|best| best.memory), pair.memory) {
                (Some(best), Some(now)) if now[1] > best[1] => Some(best),
                (_, now) => now,
            };
            let now = Pair { times, memory, ..pair };
            let is_certain = now.is_steep() && now.times[1] >= CERTAIN;
            if is_certain || !now.is_steep() && !now.is_hungry() {
                return Ok(Ok(now));
            }
            best = Some(now);
            *testee = self.start()?;
        }
        Ok(best.ok_or_else(|| Unmeasured::NoAnswer(String::new())))
    }

    /// Measures each count in its own process, because a peak from an earlier file would hide a later, smaller one. A
    /// count that makes memory grow too much is measured again in new processes.
    fn counts(&self, operation: Operation, counts: &[Count]) -> Result<Vec<Cost>, Unusable> {
        let mut costs = Vec::new();
        for count in counts {
            let mut testee = self.start()?;
            if testee.peak().is_none() {
                return Ok(costs);
            }
            let mut found = excess(&mut *testee, operation, count, None);
            for _ in 1..CONFIRMATIONS {
                let Some(Excess { number, length, .. }) = found else { break };
                let mut testee = self.start()?;
                found = excess(&mut *testee, operation, count, Some((length, number)));
            }
            let outcome = if found.is_some() { CostOutcome::Fail } else { CostOutcome::Pass };
            let detail = found.map_or_else(
                || "no memory is reserved for entries that do not fit in the file".into(),
                |found| found.detail,
            );
            costs.push(Cost { id: count.id(), operation, outcome, detail });
        }
        Ok(costs)
    }
}

fn once(
    testee: &mut dyn Testee,
    operation: Operation,
    entries: usize,
    inputs: &[Input; 2],
) -> Result<Pair, Unmeasured> {
    let before = testee.peak();
    let mut times = [Duration::ZERO; 2];
    let mut memory = [0; 2];
    for (index, input) in inputs.iter().enumerate() {
        let start = Instant::now();
        let answer = testee.ask(&input.question(operation));
        times[index] = start.elapsed();
        if let Err(trouble) = answer {
            let sizes = [entries, entries * FACTOR].map(thousands);
            let detail = format!("{}: {} for {} entries", trouble.status, trouble.detail, sizes[index]);
            return Err(if matches!(trouble.status, Status::Timeout | Status::Memory) {
                Unmeasured::TooLong(detail)
            } else {
                Unmeasured::NoAnswer(detail)
            });
        }
        if let (Some(before), Some(now)) = (before, testee.peak()) {
            memory[index] = now.resident.saturating_sub(before.resident);
        }
    }
    Ok(Pair { entries, times, memory: before.map(|_| memory) })
}

/// A count for which a testee takes too much memory.
struct Excess {
    /// The length of the name in the file.
    length: usize,
    number: u32,
    detail: String,
}

/// Compares the peak of memory for a file whose count is too large with the peak for a valid file of the same length.
/// Returns the additional growth if it is more than [`COUNT_ALLOWANCE`]. `only` restricts the measurement to one length
/// and one number.
fn excess(testee: &mut dyn Testee, operation: Operation, count: &Count, only: Option<(usize, u32)>) -> Option<Excess> {
    for length in inputs::LENGTHS.into_iter().filter(|length| only.is_none_or(|(only, _)| only == *length)) {
        let valid = (count.valid)(length);
        let ask = |testee: &mut dyn Testee, file: &[u8]| {
            let question = if operation == Operation::Check { Question::Check(file) } else { Question::Decode(file) };
            // The answer does not matter here, because other cases judge it.
            let _ = testee.ask(&question);
            testee.peak()
        };
        // A garbage collector lets memory grow over several questions. A just-in-time compiler starts threads when code
        // runs often, including the code that handles errors. So the questions are repeated until the peaks stay
        // constant. A confirmation in a new process always uses all repetitions.
        let too_large = count.with_number(&valid, count.just_too_large(&valid));
        let mut before = ask(testee, &valid.file)?;
        for _ in 0..SETTLING {
            ask(testee, &too_large)?;
            let now = ask(testee, &valid.file)?;
            if std::mem::replace(&mut before, now) == now && only.is_none() {
                break;
            }
        }
        for number in inputs::NUMBERS.into_iter().filter(|number| only.is_none_or(|(_, only)| only == *number)) {
            let lying = count.with_number(&valid, number);
            let after = ask(testee, &lying)?;
            let grown = |of: fn(&Peak) -> u64| of(&after).saturating_sub(of(&before));
            let (resident, reserved) = (grown(|peak| peak.resident), grown(|peak| peak.reserved));
            let (what, grown) =
                if resident > COUNT_ALLOWANCE { ("memory", resident) } else { ("virtual memory", reserved) };
            if grown > COUNT_ALLOWANCE {
                let detail = format!(
                    "the {} {} in a file of {} bytes makes the peak of {what} grow by {} MiB more than a valid file of that length does; the limit is {} MiB",
                    count.name.replace('-', " "),
                    thousands(number as usize),
                    thousands(lying.len()),
                    grown / MIB,
                    COUNT_ALLOWANCE / MIB,
                );
                return Some(Excess { length, number, detail });
            }
        }
    }
    None
}
