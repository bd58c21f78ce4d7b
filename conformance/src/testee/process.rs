//! A testee that stays for the whole run and speaks BMES-CP/1 over the pipes of a child process.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::group::{Command, Group};
use super::memory::{Peak, Peaks};
use super::pipes::{self, Incoming, Tail};
use super::{HELLO_TIMEOUT, Manner, Memory, Shutdown, Testee, Trouble, Unusable};
use crate::error_map::ErrorMap;
use crate::protocol::answer::{self, Invalid};
use crate::protocol::{Answer, Info, LONGEST_LINE, Question, request};
use crate::status::Status;
use crate::text::{excerpt, tenths};

/// The time in which a testee must end after the end of its output, or after `bye`.
const END_PATIENCE: Duration = Duration::from_secs(2);

pub(super) struct Process {
    group: Group,
    peaks: Option<Peaks>,
    requests: Option<Sender<Vec<u8>>>,
    lines: Receiver<Incoming>,
    stderr: Tail,
    stderr_start: usize,
    manner: Manner,
    /// The time from the testee's start to its answer to `hello`.
    start: Duration,
    error_map: Option<Arc<ErrorMap>>,
    /// The length of the longest request that the testee reads, in bytes.
    max_line: usize,
    next_id: u64,
    sent: Vec<u8>,
    received: Vec<u8>,
}

impl Process {
    /// Starts `command` and sends `hello`.
    pub(super) fn start(command: &Command, manner: Manner) -> Result<(Self, Info), Unusable> {
        let begin = Instant::now();
        let (group, pipes) = Group::spawn(command, None).map_err(|error| super::cannot_start(command, &error))?;
        let mut process = Self {
            group,
            peaks: None,
            requests: Some(pipes::writer(pipes.stdin)),
            lines: pipes::lines(pipes.stdout, LONGEST_LINE),
            stderr: Tail::of(pipes.stderr),
            stderr_start: 0,
            manner,
            start: Duration::ZERO,
            error_map: command.error_map().cloned(),
            max_line: LONGEST_LINE,
            next_id: 0,
            sent: Vec::new(),
            received: Vec::new(),
        };
        let info = process.greet(command)?;
        process.start = begin.elapsed();
        process.max_line = info.max_line.unwrap_or(LONGEST_LINE);
        process.peaks = Some(process.group.peaks());
        Ok((process, info))
    }

    fn greet(&mut self, command: &Command) -> Result<Info, Unusable> {
        request::write_hello(&mut self.sent);
        let failed = |process: &mut Self, what: String| {
            process.stderr.settle();
            super::unusable(command, what, &process.stderr.since(0))
        };
        match self.exchange_line(HELLO_TIMEOUT) {
            Err(trouble) => {
                let what = match trouble.status {
                    Status::Timeout => format!(
                        "started, but did not answer hello within {} seconds; check that it flushes standard output after each answer",
                        HELLO_TIMEOUT.as_secs()
                    ),
                    _ => format!("did not answer hello: {}", trouble.detail),
                };
                self.group.kill_all();
                Err(failed(self, what))
            }
            Ok(()) if self.received == self.sent.trim_ascii_end() => {
                self.group.kill_all();
                Err(failed(self, "echoes the request instead of answering hello".into()))
            }
            Ok(()) => match answer::read_hello(&self.received, Some(0)) {
                Ok(Ok(info)) => Ok(info),
                Ok(Err(why)) => Err(failed(self, format!("cannot be tested: {why}"))),
                Err(invalid) => {
                    let line = excerpt(&self.received);
                    Err(failed(self, format!("gave an invalid answer to hello: {invalid}\nthe answer: {line}")))
                }
            },
        }
    }

    fn exchange_question(&mut self, question: &Question<'_>) -> Result<(), Trouble> {
        self.sent.clear();
        request::write(&mut self.sent, self.next_id, question, Some(self.manner.seed));
        request::fill(&mut self.sent, self.next_id, self.max_line);
        if self.sent.len() > self.max_line {
            let detail = format!("a request of {} bytes is longer than max_line, {}", self.sent.len(), self.max_line);
            return Err(Trouble { status: Status::Skipped, detail, lost: false });
        }
        self.exchange_line(self.manner.patience(self.sent.len(), self.start))
    }

    /// Sends the line in `sent`, and waits for one line from the testee.
    fn exchange_line(&mut self, timeout: Duration) -> Result<(), Trouble> {
        self.stderr_start = self.stderr.position();
        self.received.clear();
        self.next_id += 1;
        if let Some(requests) = &self.requests {
            // If the testee has closed its input, this fails. The missing answer below then shows the problem.
            let _ = requests.send(self.sent.clone());
        }
        match self.lines.recv_timeout(timeout) {
            Ok(Incoming::Line(line)) => {
                self.received = line;
                Ok(())
            }
            Ok(Incoming::TooLong) => {
                Err(self.lost(Status::LineTooLong, format!("more than {LONGEST_LINE} bytes without an end of line")))
            }
            Err(RecvTimeoutError::Timeout) => Err(self.no_answer(timeout)),
            Err(RecvTimeoutError::Disconnected) => {
                let how = self.ending();
                Err(self.lost(Status::Crash, format!("{how} before it answered")))
            }
        }
    }

    /// Describes why no answer came within `timeout`.
    fn no_answer(&mut self, timeout: Duration) -> Trouble {
        if let Some(status) = self.group.wait(Duration::ZERO) {
            let status = status.to_string().replace(": ", " ");
            let detail = format!(
                "the testee ended with {status} before it answered, but a process that it started keeps its standard output open"
            );
            return self.lost(Status::Crash, detail);
        }
        let mut detail = format!("no answer within {} s", tenths(timeout));
        if let Some(growth) = self.peaks.as_mut().and_then(|peaks| peaks.excess(self.sent.len())) {
            detail.push_str("; ");
            detail.push_str(&growth);
        }
        self.lost(Status::Timeout, detail)
    }

    /// Describes how the testee ended, after its output has ended.
    fn ending(&mut self) -> String {
        match self.group.wait(END_PATIENCE) {
            Some(status) => format!("the testee ended with {}", status.to_string().replace(": ", " ")),
            None => "the testee closed its standard output".into(),
        }
    }

    fn lost(&mut self, status: Status, detail: String) -> Trouble {
        self.group.kill_all();
        self.stderr.settle();
        Trouble { status, detail, lost: true }
    }
}

impl Testee for Process {
    fn ask(&mut self, question: &Question<'_>) -> Result<Answer, Trouble> {
        let id = self.next_id;
        self.exchange_question(question)?;
        let input = question.file().map_or(self.sent.len(), <[u8]>::len);
        if let Some(detail) = self.peaks.as_mut().and_then(|peaks| peaks.excess(input)) {
            return Err(Trouble { status: Status::Memory, detail, lost: true });
        }
        let map = self.error_map.as_deref();
        answer::read_mapped(&self.received, Some(id), question.operation(), map).map_err(|invalid| {
            let detail = format!("{invalid}\nthe line: {}", excerpt(&self.received));
            match invalid {
                // The line is complete, so the next line can be a valid answer.
                Invalid::Json(_) => Trouble { status: Status::BadJson, detail, lost: false },
                Invalid::Id(_) => self.lost(Status::WrongId, detail),
                Invalid::Shape(_) => Trouble { status: Status::SchemaViolation, detail, lost: false },
            }
        })
    }

    fn unasked(&mut self, patience: Duration) -> Option<Trouble> {
        match self.lines.recv_timeout(patience) {
            Ok(Incoming::Line(line)) => {
                let detail = format!("after its answer, the testee wrote one more line: {}", excerpt(&line));
                Some(self.lost(Status::ExtraLine, detail))
            }
            Ok(Incoming::TooLong) => {
                Some(self.lost(Status::ExtraLine, "after its answer, the testee wrote a line that is too long".into()))
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                let how = self.ending();
                Some(self.lost(Status::Crash, format!("{how} after it had answered")))
            }
        }
    }

    fn stderr(&self) -> String {
        self.stderr.since(self.stderr_start)
    }

    fn memory(&self) -> Memory {
        self.peaks.as_ref().map_or(Memory::Unenforced("the testee has not answered hello"), Peaks::memory)
    }

    fn peak(&mut self) -> Option<Peak> {
        self.peaks.as_mut().and_then(Peaks::now)
    }

    fn warm_up(&mut self, question: &Question<'_>) -> bool {
        let is_alive = self.exchange_question(question).is_ok();
        if let Some(peaks) = &mut self.peaks {
            peaks.forgive();
        }
        is_alive
    }

    fn is_worn_out(&self) -> bool {
        self.peaks.as_ref().is_some_and(Peaks::is_worn_out)
    }

    fn exchange(&self) -> (&[u8], &[u8]) {
        (&self.sent, &self.received)
    }

    fn finish(&mut self) -> Shutdown {
        if let Some(trouble) = self.unasked(Duration::ZERO) {
            return Shutdown { unasked: Some(trouble), warning: None };
        }
        if let Some(requests) = self.requests.take() {
            let mut line = Vec::new();
            request::write_bye(&mut line, self.next_id);
            let _ = requests.send(line);
        }
        let unasked = match self.lines.recv_timeout(END_PATIENCE) {
            Ok(Incoming::Line(line)) => {
                Some(format!("after its last answer, the testee wrote one more line: {}", excerpt(&line)))
            }
            Ok(Incoming::TooLong) => Some("after its last answer, the testee wrote a line that is too long".into()),
            Err(_) => None,
        };
        let unasked = unasked.map(|detail| Trouble { status: Status::ExtraLine, detail, lost: true });
        let warning = match self.group.wait(END_PATIENCE) {
            Some(status) if status.success() => None,
            Some(status) => Some(format!("after bye the testee ended with {}", status.to_string().replace(": ", " "))),
            None => Some(format!(
                "the testee was still running {} seconds after bye, and was killed",
                END_PATIENCE.as_secs()
            )),
        };
        Shutdown { unasked, warning }
    }
}
