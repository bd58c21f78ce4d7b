//! Fuzzing of an implementation. A seed determines the files, which are generated or mutated. The expected answers are
//! those on which the suite's two decoders (the reference and the oracle) agree.
//!
//! [`fuzz`] is the entry point. The files go through [`run`] in batches, as cases of a corpus in memory. So operations
//! are skipped and questions are repeated as in any run. A file that the testee fails is minimised. It is then a case
//! like those of the corpus. To fuzz the reference in its own process with coverage guidance, use the crate
//! `bmes-fuzz`.

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
use crate::run::{self, EndReason, Report, Verdict};
use crate::select::Selection;
use crate::testee::{Manner, Target, Unusable};

/// The number of files in the first batch. This batch measures the speed of the testee.
const FIRST: u64 = 16;
/// The maximum number of files in a batch.
const MOST: u64 = 1024;

/// The duration that a batch should reach. If a batch takes less time, the next one has twice as many files. Each batch
/// starts a new testee.
const BATCH: Duration = Duration::from_millis(1500);

/// The maximum length in bytes of a corpus file that fuzzing mutates.
const LARGEST: usize = 2048;

/// The options of fuzzing.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The seed, which determines every file: with the same seed, file number N is always the same.
    pub seed: u64,
    /// The condition that ends fuzzing.
    pub limit: Limit,
    /// The maximum number of different disagreements. When fuzzing has found this many, it stops before `limit`.
    pub most: usize,
    /// The time limit for one answer of the testee.
    pub timeout: Duration,
}

/// The condition that ends fuzzing.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// Fuzzing stops after this time, which includes minimisation. The first batch starts even if the time is already
    /// over.
    Time(Duration),
    /// Fuzzing stops after this number of files.
    Files(u64),
}

/// The result of fuzzing.
#[derive(Debug)]
pub struct FuzzReport {
    /// The answer of the testee to `hello`, such as its name and its version.
    pub info: Info,
    /// The number of files that the testee was tested with.
    pub files: u64,
    /// The number of these files that a correct reader reads up to the bytecode.
    pub deep: u64,
    /// The number of questions that the testee got. A question is one operation on one of these files.
    pub questions: usize,
    /// The number of files on which the testee failed.
    pub disagreements: usize,
    /// The different disagreements, each as a case like those of the corpus.
    pub found: Vec<Found>,
    /// A file on which the suite's own two decoders disagree, and a sentence that says how they disagree. It ends
    /// fuzzing.
    pub defect: Option<(Vec<u8>, String)>,
    /// The reason why fuzzing ended early, if it did.
    pub ended: Option<EndReason>,
    /// The duration of fuzzing.
    pub elapsed: Duration,
}

/// The progress of fuzzing.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The number of files tested so far.
    pub files: u64,
    /// The number of different disagreements so far.
    pub found: usize,
}

/// Tests `target` until the limit of `options`, with mutated files of `corpus` and with newly generated files.
/// `progress` is called after each batch.
///
/// Returns an error if a testee could not be started or did not give a usable answer to `hello`.
pub fn fuzz(
    target: Target<'_>,
    corpus: &Corpus,
    options: &Options,
    progress: &dyn Fn(Progress),
) -> Result<FuzzReport, Unusable> {
    let (mut testee, info) = target.start(Manner { timeout: options.timeout, seed: options.seed })?;
    testee.finish();
    drop(testee);
    let start = Instant::now();
    let asker = Asker { target, options, deadline: options.limit.deadline(start) };
    let seeds: Vec<_> =
        corpus.cases().iter().filter_map(|case| case.file.as_deref()).filter(|file| file.len() <= LARGEST).collect();
    let mut outcome = FuzzReport {
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
        not_asked += report
            .results
            .iter()
            .filter(|result| report::CaseOutcome::of(result) == report::CaseOutcome::NotRun)
            .count();
        outcome.questions += questions(&report);
        for disagreement in Disagreement::all(&report, &cases) {
            outcome.disagreements += 1;
            if outcome.found.len() < options.most && known.insert(disagreement.kind()) {
                let smaller = minimise::minimise(&disagreement, &asker)?;
                // Different disagreements can have the same minimised file. It is kept only once.
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
    /// Returns the time at which fuzzing must stop, or `None` if the limit is a number of files.
    fn deadline(self, start: Instant) -> Option<Instant> {
        match self {
            Self::Time(time) => start.checked_add(time),
            Self::Files(_) => None,
        }
    }

    /// Returns the number of files in the next batch, at most `size`, or `None` if it is time to stop.
    fn left(self, start: Instant, outcome: &FuzzReport, size: u64) -> Option<u64> {
        match self {
            Self::Time(time) => (outcome.files == 0 || start.elapsed() < time).then_some(size),
            Self::Files(files) => Some(size.min(files - outcome.files)).filter(|size| *size > 0),
        }
    }
}

/// Runs cases against the testee. All runs of one call of [`fuzz`] have these parameters.
struct Asker<'a> {
    target: Target<'a>,
    options: &'a Options,
    deadline: Option<Instant>,
}

impl Asker<'_> {
    /// Generates the next `size` files and returns them as cases. The error is a file on which the two decoders
    /// disagree, and a sentence that says how.
    fn cases(&self, seeds: &[&[u8]], outcome: &mut FuzzReport, size: u64) -> Result<Vec<FileCase>, (Vec<u8>, String)> {
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

    /// Returns whether the deadline has passed.
    fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Runs the cases against the testee, in the same way as the runner runs the cases of the corpus.
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

    /// Runs all operations on a minimised file once more, and returns its case with the result. Returns `None` if the
    /// testee passes this time.
    fn found(&self, disagreement: &Disagreement, file: &[u8], info: &Info) -> Result<Option<Found>, Unusable> {
        let Some(case) = disagreement.case(file, info) else { return Ok(None) };
        let cases = Corpus::of(vec![case]);
        // This one case runs without a deadline, so that the finding is not lost when the time of fuzzing is over.
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
