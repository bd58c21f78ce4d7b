//! A worker: it runs cases one after the other against one testee. If no valid answer comes, it finds out which
//! question is the cause, the current one or the previous one.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{CaseResult, EndReason, RESTARTS, Shared, Verdict};
use crate::interrupt;
use crate::judge::{self, Failure};
use crate::plan::{Expected, Plan, Prepared, Skip, Work};
use crate::protocol::{Answer, Operation, Question};
use crate::status::Status;
use crate::testee::{self, Testee, Trouble};

/// The number of bytes of standard error that a failure keeps if the worker has more than [`MANY`] failures. Such a
/// failure does not keep the file that `encode` returned.
const STDERR_OF_MANY: usize = 1024;

/// The number of failures of a worker after which later failures keep less data, to save memory.
const MANY: usize = 100;

/// The number of lines that are not JSON after which the worker still waits for an extra line. An extra line shows that
/// the testee writes lines that answer no request. The worker then starts the testee again.
const BAD_LINES_WATCHED: usize = 20;

/// The time that the worker waits for an extra line.
const WATCH: Duration = Duration::from_millis(50);

/// The results of a worker that has finished.
pub(super) struct Finished {
    pub(super) results: Vec<CaseResult>,
    pub(super) warnings: Vec<String>,
    /// The number of restarts because a testee kept too much memory, although no single question took too much.
    pub(super) worn_out: usize,
}

/// The error of a worker if the run is over: no testee is available.
struct Over;

pub(super) struct Worker<'s, 'a> {
    shared: &'s Shared<'a>,
    testee: Option<Box<dyn Testee + 'a>>,
    /// The last question that this testee answered: the index of its case in `results`, and the operation.
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
                    let received = self.ask(&question, (place, operation))?;
                    self.verdict(&expected, &received, &prepared, operation)
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
        received: &Received,
        prepared: &Prepared<'_>,
        operation: Operation,
    ) -> Verdict {
        if matches!(&received.answer, Err(trouble) if trouble.status == Status::Skipped) {
            return Verdict::Skipped(Skip::Line);
        }
        match judge::judge(expected, &received.answer, &self.shared.info) {
            None => Verdict::Pass,
            Some(mut failure) => {
                self.failures += 1;
                failure.clause = prepared.broken_clause(operation, received.answer.as_ref().ok(), &failure.differences);
                failure.stderr = kept(received.stderr.clone(), self.failures);
                failure.file = failure.file.filter(|_| self.failures <= MANY);
                Verdict::Fail(Box::new(failure))
            }
        }
    }

    /// Sends `question`. If no valid answer comes, finds out whether this question or the previous one is the cause.
    fn ask(&mut self, question: &Question<'_>, asked: (usize, Operation)) -> Result<Received, Over> {
        let mut testee = self.take_testee()?;
        if let Some(trouble) = testee.unasked(Duration::ZERO) {
            let previous = self.previous.take();
            self.attribute(previous, &trouble, testee.stderr());
            testee = self.restarted(&trouble)?;
        }
        let mut received = Received::of(&mut *testee, question);
        if matches!(&received.answer, Err(trouble) if trouble.status == Status::BadJson) {
            (testee, received) = self.after_bad_json(testee, received, question)?;
        } else if let (Err(trouble), Some(previous)) = (&received.answer, self.previous)
            && trouble.status == Status::WrongId
        {
            // Either this answer has a wrong id, or it is an extra line after the answer to the previous question. A
            // new process shows which: it has no extra line from the previous question.
            let trouble = trouble.clone();
            testee = self.restarted(&trouble)?;
            let again = Received::of(&mut *testee, question);
            if !has_status(&again, Status::WrongId) {
                self.attribute_extra_line(previous, &trouble, received.stderr);
            }
            received = again;
        }
        if interrupt::signal().is_some() {
            // The signal, not the question, ended the testee.
            return Err(Over);
        }
        if let Err(trouble) = &received.answer
            && trouble.status == Status::Memory
        {
            // A peak of memory can also grow because the testee starts a thread or enlarges its heap, which can happen
            // at any question. A new process that has already answered a small request shows whether this question is
            // the cause.
            let trouble = trouble.clone();
            drop(testee);
            testee = self.warm_testee(asked.1)?;
            received = Received::of(&mut *testee, question);
            if !has_status(&received, Status::Memory) {
                // If the number of restarts is now too large, the run is over. The next case detects this.
                let _ = self.count_restart(&trouble);
            }
        }
        self.previous = Some(asked);
        if let Err(trouble) = &received.answer
            && trouble.lost
        {
            match self.restarted(trouble) {
                Ok(restarted) => self.testee = Some(restarted),
                // The run is over. The caller still judges this answer, and the next question detects that the run is
                // over.
                Err(Over) => self.testee = None,
            }
        } else if testee.is_worn_out() {
            self.worn_out += 1;
            self.shut_down(testee);
        } else {
            self.testee = Some(testee);
        }
        Ok(received)
    }

    /// Finds out which question caused a line that is not JSON: this question or the previous one. First, the worker
    /// sends the question a second time. If the testee now returns the answer to the first request, the line was an
    /// extra line. Then the worker sends the question to a new process. If that process does not write the line, the
    /// previous question caused it.
    fn after_bad_json(
        &mut self,
        mut testee: Box<dyn Testee + 'a>,
        received: Received,
        question: &Question<'_>,
    ) -> Result<(Box<dyn Testee + 'a>, Received), Over> {
        let again = Received::of(&mut *testee, question);
        let (Err(trouble), Err(second)) = (&received.answer, &again.answer) else { return Ok((testee, received)) };
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
            let again = Received::of(&mut *testee, question);
            if !has_status(&again, Status::BadJson) {
                self.attribute_extra_line(previous, &trouble, received.stderr);
                return Ok((testee, again));
            }
        }
        Ok((testee, Received { answer: Err(Trouble { lost, ..trouble }), ..received }))
    }

    fn attribute_extra_line(&mut self, previous: (usize, Operation), trouble: &Trouble, stderr: String) {
        let detail = format!(
            "after its answer, the testee wrote one more line, which was read as the next answer: {}",
            trouble.detail
        );
        self.attribute(Some(previous), &Trouble { status: Status::ExtraLine, detail, lost: true }, stderr);
    }

    /// Starts a testee and sends it a small request, so that it allocates what it needs only once. Returns the testee.
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
            self.shared.end(EndReason::Unusable(unusable));
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
            self.shared.end(EndReason::Restarts(format!("{}: {}", trouble.status, trouble.detail)));
            return Err(Over);
        }
        Ok(())
    }

    /// Records `trouble` as a failure of the previous question. The testee answered that question, and then wrote
    /// another line or ended without a request.
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

/// Corrects the broken clause of a failed operation if the verdict on another operation of the case shows a more exact
/// clause.
fn compare_operations([_, decode, check, encode, _, _]: &mut [Verdict; Operation::ALL.len()]) {
    if let (Verdict::Fail(decode), Verdict::Fail(check)) = (&*decode, &mut *check)
        && check.clause.as_ref().is_none_or(|clause| clause.contains("-check-"))
    {
        // A checker decodes first, so `check` breaks the same clause as `decode`.
        check.clause.clone_from(&decode.clause);
    }
    if let (Verdict::Pass, Verdict::Fail(encode)) = (&*check, encode)
        && encode.symptom == judge::ACCEPTED
        && let Some((version, name)) = encode.clause.as_deref().and_then(|clause| clause.split_once('-'))
        && !name.starts_with("writer-")
    {
        // The checker rejects the record, so the implementation knows the rule. The mistake is that its writer accepts
        // the record.
        encode.clause = Some(format!("{version}-writer-refuses"));
    }
}

fn has_status(received: &Received, status: Status) -> bool {
    matches!(&received.answer, Err(trouble) if trouble.status == status)
}

/// The answer, and the text that the testee wrote to standard error while it answered.
struct Received {
    answer: Result<Answer, Trouble>,
    stderr: String,
}

impl Received {
    fn of(testee: &mut dyn Testee, question: &Question<'_>) -> Self {
        let answer = testee.ask(question);
        Self { answer, stderr: testee.stderr() }
    }
}

/// Sends each question that was not answered in time once more, while nothing else runs.
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
                Err(unusable) => return shared.end(EndReason::Unusable(unusable)),
            };
            let received = Received::of(&mut *testee, &question);
            if interrupt::signal().is_some() {
                return;
            }
            if has_status(&received, Status::Timeout) {
                failure.got.push_str(", and none when the question was sent again, alone");
                continue;
            }
            let second = judge::judge(&expected, &received.answer, &shared.info);
            failure.status = Status::Flaky;
            failure.got = match second {
                None => {
                    format!("{} at first, but the right answer when the question was sent again, alone", failure.got)
                }
                Some(second) => {
                    format!("{} at first; when the question was sent again, alone: {}", failure.got, second.got)
                }
            };
        }
    }
}

fn defect(why: String) -> Failure {
    Failure {
        status: Status::SuiteDefect,
        clause: None,
        symptom: Status::SuiteDefect.name().to_owned(),
        expected: "the same result from both decoders of the suite".into(),
        got: why,
        differences: Vec::new(),
        offset: None,
        file: None,
        stderr: String::new(),
    }
}

/// Returns the part of `stderr` that a failure keeps. The first [`MANY`] failures keep everything, and later failures
/// keep only the end.
fn kept(stderr: String, failures: usize) -> String {
    if failures <= MANY || stderr.len() <= STDERR_OF_MANY {
        return stderr;
    }
    let start = (stderr.len() - STDERR_OF_MANY..stderr.len()).find(|place| stderr.is_char_boundary(*place));
    stderr[start.unwrap_or(stderr.len())..].to_owned()
}
