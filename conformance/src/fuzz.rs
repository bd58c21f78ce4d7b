//! Fuzzing of an implementation: a seed generates and mutates files, and both of the suite's decoders give the expected answers.
//!
//! [`fuzz`] is the call to make. The files go through [`run`] in batches, as cases of a corpus that is on no disk: what an implementation offers,
//! whom an answer is blamed on and what is asked twice is as in any run. What disagrees is made as small as it can be, and is then a case like those of
//! the corpus. Not for fuzzing the reference from inside: that is the crate `bmes-fuzz`, with coverage to guide it.

mod found;
mod minimise;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

pub use found::{Disagreement, Found, describe, save};

use crate::corpus::{Corpus, FileCase};
use crate::derive::Depth;
use crate::generate::choices::{Choices, bytes_of_seed};
use crate::generate::files;
use crate::protocol::Info;
use crate::report;
use crate::run::{self, Ended, Report, Verdict};
use crate::select::Selection;
use crate::testee::{Manner, Target, Unusable};

/// The files of a first batch, which finds out how fast the testee is, and the most of one.
const FIRST: u64 = 16;
const MOST: u64 = 1024;

/// A batch should take about as long as this: a testee is started for each.
const BATCH: Duration = Duration::from_millis(1500);

/// The largest file of a corpus that others are made of.
const LARGEST: usize = 2048;

/// How to fuzz.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Decides every file: number N of one seed is always the same.
    pub seed: u64,
    /// When to stop.
    pub limit: Limit,
    /// After so many different disagreements it stops, too.
    pub most: usize,
    /// How long an answer may take.
    pub timeout: Duration,
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// After this time, and not before the first few files. Making smaller what was found is part of it.
    Time(Duration),
    /// After so many files.
    Files(u64),
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// Who was asked.
    pub info: Info,
    /// How many files it was asked about.
    pub files: u64,
    /// How many of them a right reader reads up to the bytecode.
    pub deep: u64,
    /// How many questions that were.
    pub questions: usize,
    /// How many files it disagreed about.
    pub disagreements: usize,
    /// What it disagreed about, once each, as cases.
    pub found: Vec<Found>,
    /// A file about which the suite's own decoders differ, and how.
    pub defect: Option<(Vec<u8>, String)>,
    /// Why it ended early, if it did.
    pub ended: Option<Ended>,
    /// How long it took.
    pub elapsed: Duration,
}

/// How far it has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Files that were asked about.
    pub files: u64,
    /// Different disagreements.
    pub found: usize,
}

/// Asks `target` about files made of those of `corpus` and of nothing, until the limit. `progress` is called after each batch.
///
/// The error is a testee that could not be started or greeted at all.
pub fn fuzz(
    target: Target<'_>,
    corpus: &Corpus,
    options: &Options,
    progress: &dyn Fn(Progress),
) -> Result<Outcome, Unusable> {
    let (mut testee, info) = target.start(Manner { timeout: options.timeout, seed: options.seed })?;
    testee.finish();
    drop(testee);
    let start = Instant::now();
    let asker = Asker { target, options, deadline: options.limit.deadline(start) };
    let seeds: Vec<_> =
        corpus.cases().iter().filter_map(|case| case.file.as_deref()).filter(|file| file.len() <= LARGEST).collect();
    let mut outcome = Outcome {
        info,
        files: 0,
        deep: 0,
        questions: 0,
        disagreements: 0,
        found: Vec::new(),
        defect: None,
        ended: None,
        elapsed: Duration::ZERO,
    };
    let mut known = BTreeSet::new();
    let mut size = FIRST;
    let mut not_asked = 0_usize;
    while let Some(size_now) = options.limit.left(start, &outcome, size) {
        let begin = Instant::now();
        let cases = match asker.cases(&seeds, &mut outcome, size_now) {
            Ok(cases) => Corpus::of(cases),
            Err(defect) => {
                outcome.defect = Some(defect);
                break;
            }
        };
        let report = asker.ask(&cases)?;
        not_asked +=
            report.results.iter().filter(|result| report::Outcome::of(result) == report::Outcome::NotRun).count();
        outcome.questions += questions(&report);
        for disagreement in Disagreement::all(&report, &cases) {
            outcome.disagreements += 1;
            if outcome.found.len() < options.most && known.insert(disagreement.kind()) {
                let smaller = minimise::minimise(&disagreement, &asker)?;
                // Of what was different, the smallest can be the same.
                let case = asker.found(&disagreement, &smaller, &outcome.info)?;
                outcome
                    .found
                    .extend(case.filter(|case| outcome.found.iter().all(|found| found.case.file != case.case.file)));
            }
        }
        progress(Progress { files: outcome.files, found: outcome.found.len() });
        outcome.ended = report.ended;
        if outcome.ended.is_some() || outcome.found.len() >= options.most {
            break;
        }
        if begin.elapsed() < BATCH {
            size = (size * 2).min(MOST);
        }
    }
    outcome.files = outcome.files.saturating_sub(not_asked as u64);
    outcome.elapsed = start.elapsed();
    Ok(outcome)
}

impl Limit {
    /// When it is time to stop.
    fn deadline(self, start: Instant) -> Option<Instant> {
        match self {
            Self::Time(time) => start.checked_add(time),
            Self::Files(_) => None,
        }
    }

    /// How many files the next batch has, of the `size` that it would have; none if it is time to stop.
    fn left(self, start: Instant, outcome: &Outcome, size: u64) -> Option<u64> {
        match self {
            Self::Time(time) => (outcome.files == 0 || start.elapsed() < time).then_some(size),
            Self::Files(files) => Some(size.min(files - outcome.files)).filter(|size| *size > 0),
        }
    }
}

/// Who asks, and how.
struct Asker<'a> {
    target: Target<'a>,
    options: &'a Options,
    deadline: Option<Instant>,
}

impl Asker<'_> {
    /// The next files, as cases.
    fn cases(&self, seeds: &[&[u8]], outcome: &mut Outcome, size: u64) -> Result<Vec<FileCase>, (Vec<u8>, String)> {
        let mut cases = Vec::new();
        for _ in 0..size {
            let number = outcome.files;
            let bytes = bytes_of_seed(self.options.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(number));
            let file = files::input(&mut Choices::new(&bytes), seeds);
            outcome.files += 1;
            outcome.deep += u64::from(files::reaches_bytecode(bmes::validate(&file).err()));
            let provenance = format!("file {number} of bmes-conformance fuzz --seed {}", self.options.seed);
            cases.push(describe(file, &format!("file-{number}"), &provenance, None)?);
        }
        Ok(cases)
    }

    /// Whether the time is up.
    fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Puts cases to the testee as any run does.
    fn ask(&self, cases: &Corpus) -> Result<Report, Unusable> {
        let selection = Selection { depth: Depth::Quick, ..Selection::default() };
        run::run(
            self.target,
            cases,
            &run::Options {
                selection,
                jobs: 1,
                timeout: self.options.timeout,
                deadline: self.deadline,
                ..run::Options::default()
            },
            &|_| {},
        )
    }

    /// The case of a disagreement in its smallest file, with what became of it when it was asked once more, whole. None if it is gone then.
    fn found(&self, disagreement: &Disagreement, file: &[u8], info: &Info) -> Result<Option<Found>, Unusable> {
        let Some(case) = disagreement.case(file, info) else { return Ok(None) };
        let cases = Corpus::of(vec![case]);
        // One case, for which there is time in any event: what was found is not lost.
        let mut report = Self { deadline: None, ..*self }.ask(&cases)?;
        let failed = report.failures().next().is_some();
        let [case] = cases.cases() else { return Ok(None) };
        Ok(report.results.pop().filter(|_| failed).map(|result| Found { case: case.clone(), result }))
    }
}

fn questions(report: &Report) -> usize {
    let asked = |verdict: &&Verdict| matches!(verdict, Verdict::Pass | Verdict::Fail(_));
    report.results.iter().map(|result| result.verdicts.iter().filter(asked).count()).sum()
}
