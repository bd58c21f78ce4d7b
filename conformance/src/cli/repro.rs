//! `repro ID`: runs one case alone and prints the request and the answer exactly.

use std::io::Write;
use std::time::Duration;

use super::{Stop, output};
use crate::judge;
use crate::plan::{Plan, Prepared, Skip, Work};
use crate::protocol::Answer;
use crate::protocol::{Operation, Question, answer, request};
use crate::report::table::{self, BAD, FAINT, GOOD, STRONG};
use crate::report::{Context, explain};
use crate::run::{CaseResult, Verdict};
use crate::status::Status;
use crate::testee::{self, Manner, Target, Testee, Trouble};
use crate::text::printable;

/// The maximum number of characters of a request or an answer that are printed. `conformance/corpus` has the whole
/// files.
const SHOWN: usize = 4096;

/// Runs the case and prints it. Returns whether it passed.
pub(super) fn repro(work: Work, context: Context<'_>, timeout: Duration) -> Result<bool, Stop> {
    let manner = Manner { timeout, seed: context.seed };
    let (mut testee, info) = context.target.start(manner)?;
    let mut out = output::stdout();
    writeln!(out, "{}", table::testee(&info))?;
    writeln!(out, "{STRONG}{}{STRONG:#}\n  {}", work.id(context.corpus), explain::title(work, context))?;
    let prepared = Prepared::new(context.corpus, work);
    let mut verdicts = <[Verdict; Operation::ALL.len()]>::default();
    for (operation, verdict) in Operation::ALL.into_iter().zip(&mut verdicts) {
        match prepared.plan(operation, &info) {
            None => {}
            Some(Plan::Skip(Skip::Version)) => {
                writeln!(
                    out,
                    "\n{operation}: not sent, because the testee offers only format {}",
                    table::formats(&info)
                )?;
            }
            Some(Plan::Skip(_)) => writeln!(out, "\n{operation}: not sent, because the testee does not offer it")?,
            Some(Plan::Defect(why)) => {
                return Err(Stop { status: Stop::FAILURES, message: format!("a defect of the suite: {why}") });
            }
            Some(Plan::Ask(question, expected)) => {
                let mut answer = ask(&mut *testee, &question);
                if matches!(&answer, Err(trouble) if trouble.status == Status::Memory) {
                    // As in a run, memory that the testee allocates only once does not count for this question. So the
                    // question is sent again, to a new process that has already answered a small request.
                    (testee, _) = context.target.start(manner)?;
                    if !testee::warm_up(&mut *testee, operation) {
                        (testee, _) = context.target.start(manner)?;
                    }
                    answer = ask(&mut *testee, &question);
                }
                writeln!(out)?;
                print_exchange(&mut out, context.target, &*testee, &question, &answer)?;
                match judge::judge(&expected, &answer, &info) {
                    None => {
                        writeln!(out, "  {GOOD}pass{GOOD:#}")?;
                        *verdict = Verdict::Pass;
                    }
                    Some(mut failure) => {
                        writeln!(out, "  {BAD}{}{BAD:#}", failure.status)?;
                        failure.stderr = testee.stderr();
                        *verdict = Verdict::Fail(Box::new(failure));
                    }
                }
                if matches!(answer, Err(trouble) if trouble.lost) {
                    (testee, _) = context.target.start(manner)?;
                }
            }
        }
    }
    let passed = !verdicts.iter().any(|verdict| matches!(verdict, Verdict::Fail(_)));
    if !passed {
        write!(out, "\n{}", explain::case(&CaseResult::new(work, verdicts), &info, context))?;
    }
    Ok(passed)
}

/// Sends `question`. Returns an error if no valid answer comes, or if the testee writes anything after its answer.
fn ask(testee: &mut dyn Testee, question: &Question<'_>) -> Result<Answer, Trouble> {
    let answer = testee.ask(question)?;
    match testee.unasked(Duration::ZERO) {
        Some(trouble) => Err(trouble),
        None => Ok(answer),
    }
}

fn print_exchange(
    out: &mut impl Write,
    target: Target<'_>,
    testee: &dyn Testee,
    question: &Question<'_>,
    answer: &Result<Answer, Trouble>,
) -> Result<(), Stop> {
    let operation = question.operation();
    let (sent, received) = match target {
        Target::Process(_) => {
            let (sent, received) = testee.exchange();
            (sent.to_vec(), received.to_vec())
        }
        // An embedded testee exchanges no lines. These are the lines that the runner would send to a process and
        // receive from it.
        Target::Embedded(_) => (request_line(question), answer.as_ref().map(answer_line).unwrap_or_default()),
        Target::OneShot(command) => {
            let (sent, received) = testee.exchange();
            let input = question
                .file()
                .map_or_else(|| sent.to_vec(), |file| format!("({} raw bytes)", file.len()).into_bytes());
            ([format!("{command} {operation} < ").into_bytes(), input].concat(), received.to_vec())
        }
    };
    writeln!(out, "{FAINT}→{FAINT:#} {}", shown(&sent))?;
    let nothing = received.is_empty();
    writeln!(out, "{FAINT}←{FAINT:#} {}", if nothing { "(nothing)".into() } else { shown(&received) })?;
    Ok(())
}

fn request_line(question: &Question<'_>) -> Vec<u8> {
    let mut line = Vec::new();
    request::write(&mut line, 1, question, None);
    line
}

fn answer_line(answer: &Answer) -> Vec<u8> {
    let mut line = Vec::new();
    answer::write(&mut line, Some(1), answer);
    line
}

fn shown(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line.trim_ascii_end());
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", printable(&text[..end]), line.len()),
        None => printable(&text),
    }
}
