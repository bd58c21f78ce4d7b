//! A worker: one testee, one case after the other, and the question of whose fault it is when no valid answer comes.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{CaseResult, Ended, RESTARTS, Shared, Verdict};
use crate::interrupt;
use crate::judge::{self, Failure};
use crate::plan::{Expected, Plan, Prepared, Skip, Work};
use crate::protocol::{Answer, Operation, Question};
use crate::status::Status;
use crate::testee::{self, Testee, Trouble};

/// Of standard error, so much is kept with each failure once there are many, and no file.
const STDERR_OF_MANY: usize = 1024;

/// How many failures make many.
const MANY: usize = 100;

/// After so many lines that are no JSON, the worker waits for one more line: a testee that writes lines that belong to no request is started again.
const BAD_LINES_WATCHED: usize = 20;

/// So long.
const WATCH: Duration = Duration::from_millis(50);

/// What a worker brings home.
pub(super) struct Finished {
    pub(super) results: Vec<CaseResult>,
    pub(super) warnings: Vec<String>,
    /// How often a testee was started again because of what it had kept of all questions together.
    pub(super) worn_out: usize,
}

/// The run is over: no testee can be had.
struct Over;

pub(super) struct Worker<'s, 'a> {
    shared: &'s Shared<'a>,
    testee: Option<Box<dyn Testee + 'a>>,
    /// The last question that this testee answered: the result's place, and the operation.
    previous: Option<(usize, Operation)>,
    results: Vec<CaseResult>,
    failures: usize,
    bad_lines: usize,
    warnings: Vec<String>,
    worn_out: usize,
}

impl<'s, 'a> Worker<'s, 'a> {
    pub(super) fn new(shared: &'s Shared<'a>, testee: Option<Box<dyn Testee + 'a>>) -> Self {
        Self {
            shared,
            testee,
            previous: None,
            results: Vec::new(),
            failures: 0,
            bad_lines: 0,
            warnings: Vec::new(),
            worn_out: 0,
        }
    }

    pub(super) fn work(mut self) -> Finished {
        while !self.shared.is_over() {
            let Some(batch) = self.shared.batches.get(self.shared.next.fetch_add(1, Ordering::Relaxed)) else {
                break;
            };
            let mut works = batch.iter();
            if works.by_ref().try_for_each(|work| self.case(*work)).is_err() {
                self.results.extend(works.map(|work| CaseResult::not_run(*work)));
                break;
            }
        }
        if let Some(testee) = self.testee.take()
            && interrupt::signal().is_none()
        {
            self.shut_down(testee);
        }
        Finished { results: self.results, warnings: self.warnings, worn_out: self.worn_out }
    }

    fn shut_down(&mut self, mut testee: Box<dyn Testee + 'a>) {
        let shutdown = testee.finish();
        let previous = self.previous.take();
        if let Some(trouble) = shutdown.unasked {
            self.attribute(previous, &trouble, testee.stderr());
        }
        self.warnings.extend(shutdown.warning);
    }

    fn case(&mut self, work: Work) -> Result<(), Over> {
        if self.shared.is_over() {
            self.results.push(CaseResult::not_run(work));
            return Err(Over);
        }
        let prepared = Prepared::new(self.shared.corpus, work);
        let plans = Operation::ALL.map(|operation| prepared.plan(operation, &self.shared.info));
        let verdicts = plans.each_ref().map(|plan| if plan.is_some() { Verdict::NotRun } else { Verdict::NotAsked });
        let place = self.results.len();
        self.results.push(CaseResult::new(work, verdicts));
        for (index, (operation, plan)) in Operation::ALL.into_iter().zip(plans).enumerate() {
            let verdict = match plan {
                None => continue,
                Some(Plan::Skip(why)) => Verdict::Skipped(why),
                Some(Plan::Defect(why)) => Verdict::Fail(Box::new(defect(why))),
                Some(Plan::Ask(question, expected)) => {
                    let came = self.ask(&question, (place, operation))?;
                    self.verdict(&expected, &came, &prepared, operation)
                }
            };
            self.results[place].verdicts[index] = verdict;
        }
        compare_operations(&mut self.results[place].verdicts);
        self.shared.took(self.results[place].verdicts.iter().any(|verdict| matches!(verdict, Verdict::Fail(_))));
        Ok(())
    }

    fn verdict(
        &mut self,
        expected: &Expected<'_>,
        came: &Came,
        prepared: &Prepared<'_>,
        operation: Operation,
    ) -> Verdict {
        if matches!(&came.answer, Err(trouble) if trouble.status == Status::Skipped) {
            return Verdict::Skipped(Skip::Line);
        }
        match judge::judge(expected, &came.answer, &self.shared.info) {
            None => Verdict::Pass,
            Some(mut failure) => {
                self.failures += 1;
                failure.clause = prepared.broken_clause(operation, came.answer.as_ref().ok(), &failure.differences);
                failure.stderr = kept(came.stderr.clone(), self.failures);
                failure.file = failure.file.filter(|_| self.failures <= MANY);
                Verdict::Fail(Box::new(failure))
            }
        }
    }

    /// Asks, and finds out whose fault it is if no valid answer comes.
    fn ask(&mut self, question: &Question<'_>, asked: (usize, Operation)) -> Result<Came, Over> {
        let mut testee = self.take_testee()?;
        if let Some(trouble) = testee.unasked(Duration::ZERO) {
            let previous = self.previous.take();
            self.attribute(previous, &trouble, testee.stderr());
            testee = self.restarted(&trouble)?;
        }
        let mut came = Came::of(&mut *testee, question);
        if matches!(&came.answer, Err(trouble) if trouble.status == Status::BadJson) {
            (testee, came) = self.after_bad_json(testee, came, question)?;
        } else if let (Err(trouble), Some(previous)) = (&came.answer, self.previous)
            && trouble.status == Status::WrongId
        {
            // Either this answer is wrong, or the previous question left one line too many: a new process tells.
            let trouble = trouble.clone();
            testee = self.restarted(&trouble)?;
            let again = Came::of(&mut *testee, question);
            if !has_status(&again, Status::WrongId) {
                self.blame_extra_line(previous, &trouble, came.stderr);
            }
            came = again;
        }
        if interrupt::signal().is_some() {
            // The signal ended the testee.
            return Err(Over);
        }
        if let Err(trouble) = &came.answer
            && trouble.status == Status::Memory
        {
            // A peak also grows when the testee starts a thread or enlarges its heap, for any request. A new process that has warmed up shows which it was.
            let trouble = trouble.clone();
            drop(testee);
            testee = self.warm_testee(asked.1)?;
            came = Came::of(&mut *testee, question);
            if !has_status(&came, Status::Memory) {
                // Where this is one restart too many, the next case finds that the run is over.
                let _ = self.count_restart(&trouble);
            }
        }
        self.previous = Some(asked);
        if let Err(trouble) = &came.answer
            && trouble.lost
        {
            match self.restarted(trouble) {
                Ok(restarted) => self.testee = Some(restarted),
                // This answer is still judged; the next question finds that the run is over.
                Err(Over) => self.testee = None,
            }
        } else if testee.is_worn_out() {
            self.worn_out += 1;
            self.shut_down(testee);
        } else {
            self.testee = Some(testee);
        }
        Ok(came)
    }

    /// Finds out where a line that is no JSON belongs: the testee is asked once more. If it then gives the answer to the first request, the line
    /// was one too many. Where a new process does not write it, it came after the answer to the previous question.
    fn after_bad_json(
        &mut self,
        mut testee: Box<dyn Testee + 'a>,
        came: Came,
        question: &Question<'_>,
    ) -> Result<(Box<dyn Testee + 'a>, Came), Over> {
        let again = Came::of(&mut *testee, question);
        let (Err(trouble), Err(second)) = (&came.answer, &again.answer) else { return Ok((testee, came)) };
        let trouble = trouble.clone();
        let is_shifted = if second.lost {
            second.status == Status::WrongId
        } else {
            self.bad_lines += 1;
            self.bad_lines <= BAD_LINES_WATCHED && testee.unasked(WATCH).is_some()
        };
        let lost = is_shifted || second.lost;
        if let (true, Some(previous)) = (is_shifted, self.previous) {
            testee = self.restarted(&trouble)?;
            let again = Came::of(&mut *testee, question);
            if !has_status(&again, Status::BadJson) {
                self.blame_extra_line(previous, &trouble, came.stderr);
                return Ok((testee, again));
            }
        }
        Ok((testee, Came { answer: Err(Trouble { lost, ..trouble }), ..came }))
    }

    fn blame_extra_line(&mut self, previous: (usize, Operation), trouble: &Trouble, stderr: String) {
        let detail = format!("after its answer it wrote one more line, read as the next answer: {}", trouble.detail);
        self.attribute(Some(previous), &Trouble { status: Status::ExtraLine, detail, lost: true }, stderr);
    }

    /// A testee that was just started, and has done what it does only once.
    fn warm_testee(&mut self, operation: Operation) -> Result<Box<dyn Testee + 'a>, Over> {
        self.previous = None;
        let mut testee = self.take_testee()?;
        if testee::warm_up(&mut *testee, operation) {
            return Ok(testee);
        }
        drop(testee);
        self.take_testee()
    }

    fn take_testee(&mut self) -> Result<Box<dyn Testee + 'a>, Over> {
        if let Some(testee) = self.testee.take() {
            return Ok(testee);
        }
        if self.shared.is_over() {
            return Err(Over);
        }
        self.shared.start().map_err(|unusable| {
            self.shared.end(Ended::Unusable(unusable));
            Over
        })
    }

    fn restarted(&mut self, trouble: &Trouble) -> Result<Box<dyn Testee + 'a>, Over> {
        self.previous = None;
        self.count_restart(trouble)?;
        self.take_testee()
    }

    fn count_restart(&self, trouble: &Trouble) -> Result<(), Over> {
        let restarts = self.shared.restarts.fetch_add(1, Ordering::Relaxed) + 1;
        if restarts >= RESTARTS {
            self.shared.end(Ended::Restarts(format!("{}: {}", trouble.status, trouble.detail)));
            return Err(Over);
        }
        Ok(())
    }

    /// The question before this one was answered, and what came after the answer was not asked for.
    fn attribute(&mut self, previous: Option<(usize, Operation)>, trouble: &Trouble, stderr: String) {
        let Some((place, operation)) = previous else { return };
        let result = &mut self.results[place];
        let prepared = Prepared::new(self.shared.corpus, result.work);
        let index = Operation::ALL.iter().position(|known| *known == operation).unwrap_or_default();
        if let (Verdict::Pass, Some(Plan::Ask(_, expected))) =
            (&result.verdicts[index], prepared.plan(operation, &self.shared.info))
        {
            let mut failure = judge::failure(trouble.status, &expected, &self.shared.info, trouble.detail.clone());
            self.failures += 1;
            failure.clause = prepared.broken_clause(operation, None, &[]);
            failure.stderr = kept(stderr, self.failures);
            result.verdicts[index] = Verdict::Fail(Box::new(failure));
        }
    }
}

/// What one operation shows tells more of the clause that another one breaks.
fn compare_operations([_, decode, check, encode]: &mut [Verdict; 4]) {
    if let (Verdict::Fail(decode), Verdict::Fail(check)) = (&*decode, &mut *check)
        && check.clause.as_ref().is_none_or(|clause| clause.contains("-check-"))
    {
        // A checker decodes first.
        check.clause.clone_from(&decode.clause);
    }
    if let (Verdict::Pass, Verdict::Fail(encode)) = (&*check, encode)
        && encode.symptom == judge::ACCEPTED
        && let Some((version, name)) = encode.clause.as_deref().and_then(|clause| clause.split_once('-'))
        && !name.starts_with("writer-")
    {
        // The checker knows the rule, and the writer does not ask it.
        encode.clause = Some(format!("{version}-writer-refuses"));
    }
}

fn has_status(came: &Came, status: Status) -> bool {
    matches!(&came.answer, Err(trouble) if trouble.status == status)
}

/// What came back, and what was written to standard error meanwhile.
struct Came {
    answer: Result<Answer, Trouble>,
    stderr: String,
}

impl Came {
    fn of(testee: &mut dyn Testee, question: &Question<'_>) -> Self {
        let answer = testee.ask(question);
        Self { answer, stderr: testee.stderr() }
    }
}

/// Asks once more, with nothing else running, what did not answer in time.
pub(super) fn retry_alone(shared: &Shared<'_>, results: &mut [CaseResult]) {
    let is_late = |verdict: &Verdict| matches!(verdict, Verdict::Fail(failure) if failure.status == Status::Timeout);
    for result in results {
        if !result.verdicts.iter().any(is_late) {
            continue;
        }
        if shared.is_cut_off() {
            return;
        }
        let prepared = Prepared::new(shared.corpus, result.work);
        for (operation, verdict) in Operation::ALL.into_iter().zip(&mut result.verdicts) {
            if !is_late(verdict) {
                continue;
            }
            let (Verdict::Fail(failure), Some(Plan::Ask(question, expected))) =
                (verdict, prepared.plan(operation, &shared.info))
            else {
                continue;
            };
            let mut testee = match shared.start() {
                Ok(testee) => testee,
                Err(unusable) => return shared.end(Ended::Unusable(unusable)),
            };
            let came = Came::of(&mut *testee, &question);
            if interrupt::signal().is_some() {
                return;
            }
            if has_status(&came, Status::Timeout) {
                failure.got.push_str(", and again none when asked once more, alone");
                continue;
            }
            let second = judge::judge(&expected, &came.answer, &shared.info);
            failure.status = Status::Flaky;
            failure.got = match second {
                None => format!("{} at first, and the right answer when asked once more, alone", failure.got),
                Some(second) => format!("{} at first; when asked once more, alone: {}", failure.got, second.got),
            };
        }
    }
}

fn defect(why: String) -> Failure {
    Failure {
        status: Status::SuiteDefect,
        clause: None,
        symptom: Status::SuiteDefect.name().to_owned(),
        expected: "both of the suite's decoders to agree".into(),
        got: why,
        differences: Vec::new(),
        offset: None,
        file: None,
        stderr: String::new(),
    }
}

/// Standard error is kept whole for the first failures; of many, only the end.
fn kept(stderr: String, failures: usize) -> String {
    if failures <= MANY || stderr.len() <= STDERR_OF_MANY {
        return stderr;
    }
    let start = (stderr.len() - STDERR_OF_MANY..stderr.len()).find(|place| stderr.is_char_boundary(*place));
    stderr[start.unwrap_or(stderr.len())..].to_owned()
}
