//! The testee, and the ways to run it: one process for the whole run, one process per question, or code in this
//! process.
//!
//! [`Target`] selects one of these ways. Rust code implements [`Implementation`] to be tested without a process.

mod embedded;
mod group;
mod live;
mod memory;
mod one_shot;
mod pipes;
mod process;
pub(crate) mod reference;

use std::fmt;
use std::time::Duration;

use bmes::Version;

pub use embedded::{Implementation, Negative, Reply};
pub(crate) use embedded::{answer, panic_message};
pub use group::Command;
pub(crate) use live::{end_all, end_all_strays};
pub use memory::{PER_BYTE, Peak, RESIDENT_ALLOWANCE, VIRTUAL_ALLOWANCE};
pub use reference::Reference;

use crate::case::{Given, NamedRecord};
use crate::protocol::{Answer, Info, Operation, Question};
use crate::status::Status;

/// The time limit for the answer to `hello`.
pub const HELLO_TIMEOUT: Duration = Duration::from_secs(10);

/// The time limit for an answer is at least this many times the time that the testee took to start. A slow start shows
/// that the machine is busy or slow.
const OF_START: u32 = 8;

/// A slow start extends the time limit to at most this many times the timeout.
const MOST_OF_TIMEOUT: u32 = 5;

/// The additional time for an answer, for each MiB of the request.
pub const PER_MIB: Duration = Duration::from_millis(500);

/// The parameters with which the runner sends questions to a testee.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// The time limit for an answer, without the addition of [`PER_MIB`].
    pub timeout: Duration,
    /// The seed that chooses the escapes in the strings of a request.
    pub seed: u64,
}

impl Manner {
    /// Returns the time limit for the answer to a request of `request` bytes. `start` is the time from the testee's
    /// start to its answer to `hello`.
    fn patience(self, request: usize, start: Duration) -> Duration {
        const MIB: f64 = 1024.0 * 1024.0;
        #[expect(clippy::cast_precision_loss, reason = "a request is far shorter than 2^52 bytes")]
        let mib = request as f64 / MIB;
        let timeout = self.timeout.max((start * OF_START).min(self.timeout * MOST_OF_TIMEOUT));
        timeout + PER_MIB.mul_f64(mib)
    }
}

/// The testee and the way to run it.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// Code in this process.
    Embedded(&'a (dyn Implementation + Sync)),
    /// One process for the whole run.
    Process(&'a Command),
    /// One process per question.
    OneShot(&'a Command),
}

impl<'a> Target<'a> {
    /// Starts the testee and sends `hello`. The testee must offer a version of the format that the suite supports.
    pub fn start(self, manner: Manner) -> Result<(Box<dyn Testee + 'a>, Info), Unusable> {
        let (testee, info) = self.greet(manner)?;
        if info.formats.iter().any(|format| Version::from_number(*format).is_some()) {
            return Ok((testee, info));
        }
        let list = |numbers: &[u32]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let known: Vec<_> = Version::ALL.iter().map(|version| version.number()).collect();
        Err(Unusable {
            testee: self.command().map_or_else(|| info.name.clone(), ToString::to_string),
            what: format!(
                "offers only versions of the format that this suite does not support: {}",
                list(&info.formats)
            ),
            advice: format!(
                "The suite supports the versions {}. List at least one of them in `formats` in the answer to hello.",
                list(&known)
            ),
        })
    }

    fn greet(self, manner: Manner) -> Result<(Box<dyn Testee + 'a>, Info), Unusable> {
        match self {
            Self::Embedded(implementation) => {
                let embedded = embedded::Embedded::new(implementation);
                let info = embedded.info()?;
                Ok((Box::new(embedded), info))
            }
            Self::Process(command) => {
                let (process, info) = process::Process::start(command, manner)?;
                Ok((Box::new(process), info))
            }
            Self::OneShot(command) => {
                let (one_shot, info) = one_shot::OneShot::start(command, manner)?;
                Ok((Box::new(one_shot), info))
            }
        }
    }

    /// Returns the command, if there is one.
    pub const fn command(self) -> Option<&'a Command> {
        match self {
            Self::Embedded(_) => None,
            Self::Process(command) | Self::OneShot(command) => Some(command),
        }
    }
}

/// A testee that answered `hello` and accepts questions.
pub trait Testee: Send {
    /// Sends one question and waits for the answer.
    fn ask(&mut self, question: &Question<'_>) -> Result<Answer, Trouble>;

    /// Checks what the testee did without a question since its last answer. Returns trouble if it wrote another line or
    /// ended, or if it does so within `patience`.
    fn unasked(&mut self, patience: Duration) -> Option<Trouble> {
        let _ = patience;
        None
    }

    /// Returns what the testee wrote to standard error since the last question.
    fn stderr(&self) -> String {
        String::new()
    }

    /// Returns the last request as it was sent, and the line that came back. `repro` shows both.
    fn exchange(&self) -> (&[u8], &[u8]) {
        (&[], &[])
    }

    /// Returns whether the testee's memory is limited, and if not, why.
    fn memory(&self) -> Memory {
        Memory::Unenforced("the implementation is in this process")
    }

    /// Returns the peak of the testee's memory, if the system reports it.
    fn peak(&mut self) -> Option<Peak> {
        None
    }

    /// Sends `question` so that the testee allocates the memory that its first request needs. Returns true if the
    /// testee can answer further questions.
    fn warm_up(&mut self, question: &Question<'_>) -> bool {
        let _ = question;
        true
    }

    /// Returns true if the testee keeps so much memory that it should be started again, although no single question
    /// took too much.
    fn is_worn_out(&self) -> bool {
        false
    }

    /// Shuts the testee down.
    fn finish(&mut self) -> Shutdown {
        Shutdown::default()
    }
}

/// The state of a testee's memory limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// A question that takes too much memory fails.
    Enforced,
    /// The memory cannot be limited. The text says why.
    Unenforced(&'static str),
}

/// Sends a small question to a testee that was just started. The testee then has its threads and its heap before the
/// first question that counts. Returns true if the testee can answer further questions.
pub(crate) fn warm_up(testee: &mut dyn Testee, operation: Operation) -> bool {
    const SMALLEST: &[u8] = b"SEMB\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    let record = NamedRecord::new(bmes::VersionFields::V1).into();
    let given = Given { producer: bmes::Digest([0; 32]), source: None };
    testee.warm_up(&match operation {
        Operation::Identify => Question::Identify(SMALLEST),
        Operation::Decode => Question::Decode(SMALLEST),
        Operation::Check => Question::Check(SMALLEST),
        Operation::Encode => Question::Encode { record: &record, text: &[], bytecode: &[] },
        Operation::Match => Question::Match { file: SMALLEST, given },
        Operation::OpenPack => Question::OpenPack(SMALLEST),
    })
}

/// The reason why a testee gave no valid answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The kind of trouble.
    pub status: Status,
    /// A sentence that says what happened.
    pub detail: String,
    /// True if the testee must be started again before the next question.
    pub lost: bool,
}

/// What the runner observed while it shut a testee down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shutdown {
    /// The trouble after the testee's last answer, such as an extra line.
    pub unasked: Option<Trouble>,
    /// A warning about how the testee ended. It is not a failure, but the testee's owner should know of it.
    pub warning: Option<String>,
}

/// A testee that cannot be tested at all: what happened and how to fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// The command or the name of the testee.
    pub testee: String,
    /// A description of what happened.
    pub what: String,
    /// The advice on what to do.
    pub advice: String,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no usable testee: `{}` {}\n{}", self.testee, self.what, self.advice)
    }
}

impl std::error::Error for Unusable {}

const ADVICE: &str =
    "A testee reads requests on standard input and writes answers on standard output: see conformance/PROTOCOL.md.";

fn cannot_start(command: &Command, error: &std::io::Error) -> Unusable {
    Unusable {
        testee: command.to_string(),
        what: format!("cannot be started: {error}"),
        advice: format!(
            "Check that `{}` is installed and executable, and that its path is right from this folder.",
            command.program()
        ),
    }
}

fn unusable(command: &Command, mut what: String, stderr: &str) -> Unusable {
    let lines: Vec<_> = stderr.lines().collect();
    if !lines.is_empty() {
        what.push_str("\nits standard error:");
        for line in &lines[lines.len().saturating_sub(10)..] {
            what.push_str("\n  ");
            what.push_str(&crate::text::printable(line));
        }
    }
    Unusable { testee: command.to_string(), what, advice: ADVICE.to_owned() }
}
