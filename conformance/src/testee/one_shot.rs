//! A testee that the runner starts again for each request. It is slow, but the simplest to write.

use std::process::ExitStatus;
use std::time::{Duration, Instant};

use super::group::{Command, Group};
use super::pipes::{self, Incoming, Tail};
use super::{HELLO_TIMEOUT, Manner, Memory, Testee, Trouble, Unusable};
use crate::protocol::answer::{self, Invalid};
use crate::protocol::{Answer, Info, LONGEST_LINE, Question, request};
use crate::status::Status;
use crate::text::{excerpt, tenths};

/// The exit status for `unsupported`.
const UNSUPPORTED: i32 = 89;

pub(super) struct OneShot<'a> {
    command: &'a Command,
    manner: Manner,
    /// The time that the testee took to answer `hello`.
    start: Duration,
    sent: Vec<u8>,
    received: Vec<u8>,
    stderr: String,
}

impl<'a> OneShot<'a> {
    /// Runs `command hello`.
    pub(super) fn start(command: &'a Command, manner: Manner) -> Result<(Self, Info), Unusable> {
        let begin = Instant::now();
        let mut one_shot = Self {
            command,
            manner,
            start: Duration::ZERO,
            sent: Vec::new(),
            received: Vec::new(),
            stderr: String::new(),
        };
        let status = match one_shot.start_once("hello", HELLO_TIMEOUT) {
            Ok(status) => status,
            Err(Failed::Start(error)) => return Err(super::cannot_start(command, &error)),
            Err(Failed::Asked(trouble)) => {
                return Err(super::unusable(
                    command,
                    format!("did not answer hello: {}", trouble.detail),
                    &one_shot.stderr,
                ));
            }
        };
        one_shot.start = begin.elapsed();
        let unusable = |what: String| super::unusable(command, what, &one_shot.stderr);
        match answer::read_hello(one_shot.received.trim_ascii_end(), None) {
            Ok(Ok(info)) if status.success() => Ok((one_shot, info)),
            Ok(Ok(_)) => Err(unusable(format!("answered hello, but ended with {status} instead of 0"))),
            Ok(Err(why)) => Err(unusable(format!("cannot be tested: {why}"))),
            Err(_) if one_shot.received.is_empty() => {
                Err(unusable(format!("ended with {status} and wrote no answer to hello")))
            }
            Err(invalid) => Err(unusable(format!(
                "gave an invalid answer to hello: {invalid}\nthe answer: {}",
                excerpt(&one_shot.received)
            ))),
        }
    }

    /// Runs the testee once, with the content of `sent` on its standard input.
    fn start_once(&mut self, operation: &str, timeout: Duration) -> Result<ExitStatus, Failed> {
        let deadline = Instant::now() + timeout;
        self.received.clear();
        let (mut group, pipes) = Group::spawn(self.command, Some(operation)).map_err(Failed::Start)?;
        // The sender is dropped, so the pipe is closed after the bytes are written. A testee may leave bytes unread.
        let _ = pipes::writer(pipes.stdin).send(self.sent.clone());
        let stderr = Tail::of(pipes.stderr);
        let output = pipes::everything(pipes.stdout, LONGEST_LINE).recv_timeout(timeout);
        let status = group.wait(deadline.saturating_duration_since(Instant::now()));
        group.kill();
        stderr.settle();
        self.stderr = stderr.since(0);
        match (output, status) {
            (Ok(Incoming::Line(bytes)), Some(status)) => {
                self.received = bytes;
                Ok(status)
            }
            (Ok(Incoming::TooLong), _) => {
                Err(Failed::Asked(plain(Status::LineTooLong, format!("more than {LONGEST_LINE} bytes"))))
            }
            _ => {
                // The hang of a one-shot testee counts as a restart, like the hang of a permanent process. So a run in
                // which every question hangs ends after the maximum number of restarts.
                let detail = format!("the testee did not end within {} s", tenths(timeout));
                Err(Failed::Asked(Trouble { status: Status::Timeout, detail, lost: true }))
            }
        }
    }

    fn judge(&self, status: ExitStatus, question: &Question<'_>) -> Result<Answer, Trouble> {
        let expected = match status.code() {
            Some(0) => "ok",
            Some(1) => "err",
            Some(UNSUPPORTED) if self.received.trim_ascii().is_empty() => {
                return Ok(Answer::Unsupported("exit status 89".into()));
            }
            Some(UNSUPPORTED) => "unsupported",
            _ => {
                return Err(plain(
                    Status::Crash,
                    format!("the testee ended with {}", status.to_string().replace(": ", " ")),
                ));
            }
        };
        let line = self.received.trim_ascii_end();
        if let Some(end) = line.iter().position(|byte| *byte == b'\n') {
            return Err(plain(
                Status::ExtraLine,
                format!("after its answer, the testee wrote one more line: {}", excerpt(&line[end + 1..])),
            ));
        }
        let map = self.command.error_map().map(AsRef::as_ref);
        let answer = answer::read_mapped(line, None, question.operation(), map).map_err(|invalid| {
            let detail = format!("{invalid}\nthe answer: {}", excerpt(line));
            match invalid {
                // An interpreter exits with status 1 if an exception is not caught. So this is a crash.
                Invalid::Json(_) if status.code() == Some(1) => {
                    let wrote = if line.is_empty() { "wrote nothing" } else { "its answer is not JSON" };
                    plain(Status::Crash, format!("the testee ended with exit status 1, and {wrote}"))
                }
                Invalid::Json(_) => plain(Status::BadJson, detail),
                _ => plain(Status::SchemaViolation, detail),
            }
        })?;
        let found = match &answer {
            Answer::Refused(_) => "err",
            Answer::Unsupported(_) => "unsupported",
            // `fault` has no exit status of its own, so any status is right.
            Answer::Fault(_) => expected,
            _ => "ok",
        };
        if found == expected {
            Ok(answer)
        } else {
            Err(plain(Status::SchemaViolation, format!("the exit status means {expected}, but the answer is {found}")))
        }
    }
}

impl Testee for OneShot<'_> {
    fn ask(&mut self, question: &Question<'_>) -> Result<Answer, Trouble> {
        self.sent.clear();
        match question {
            Question::Match { file, given } => request::write_one_shot_match(&mut self.sent, file, given),
            Question::Encode { record, text, bytecode } => {
                request::write_one_shot_encode(&mut self.sent, record, text, bytecode, self.manner.seed);
            }
            Question::Identify(file) | Question::Decode(file) | Question::Check(file) | Question::OpenPack(file) => {
                self.sent.extend_from_slice(file);
            }
        }
        match self.start_once(question.operation().name(), self.manner.patience(self.sent.len(), self.start)) {
            Ok(status) => self.judge(status, question),
            Err(Failed::Asked(trouble)) => Err(trouble),
            Err(Failed::Start(error)) => {
                Err(plain(Status::Crash, format!("the testee cannot be started again: {error}")))
            }
        }
    }

    fn stderr(&self) -> String {
        self.stderr.clone()
    }

    fn memory(&self) -> Memory {
        Memory::Unenforced("the system does not report the memory of a process that has ended")
    }

    fn exchange(&self) -> (&[u8], &[u8]) {
        (&self.sent, &self.received)
    }
}

enum Failed {
    Start(std::io::Error),
    Asked(Trouble),
}

fn plain(status: Status, detail: String) -> Trouble {
    Trouble { status, detail, lost: false }
}
