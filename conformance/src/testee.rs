//! What is tested, and the ways to reach it: a process that stays, a process per question, or code in this process.
//!
//! [`Target`] says which; [`Implementation`] is what Rust code implements to be tested without a process.

mod embedded;
mod group;
mod live;
mod memory;
mod one_shot;
mod pipes;
mod process;
mod reference;

use std::fmt;
use std::time::Duration;

use bmes::Version;

pub use embedded::{Implementation, Negative, Reply};
pub(crate) use embedded::{answer, panic_message};
pub use group::Command;
pub(crate) use live::{end_all, end_all_strays};
pub use memory::{PER_BYTE, Peak, RESIDENT_ALLOWANCE, VIRTUAL_ALLOWANCE};
pub use reference::Reference;

use crate::case::Record;
use crate::protocol::{Answer, Info, Operation, Question};
use crate::status::Status;

/// How long a testee may take to answer `hello`.
pub const HELLO_TIMEOUT: Duration = Duration::from_secs(10);

/// A testee that takes long to start has so many times its start for an answer, if that is more than the timeout: its machine is busy or slow.
const OF_START: u32 = 8;

/// But not more than so many times the timeout.
const MOST_OF_TIMEOUT: u32 = 5;

/// For each MiB of a request, an answer may take so much longer.
pub const PER_MIB: Duration = Duration::from_millis(500);

/// How a testee is asked.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// How long an answer may take, beside [`PER_MIB`].
    pub timeout: Duration,
    /// Chooses the escapes in the strings of a request.
    pub seed: u64,
}

impl Manner {
    /// How long the answer to a request of so many bytes may take, by a testee that answered `hello` this long after it was started.
    fn patience(self, request: usize, start: Duration) -> Duration {
        const MIB: f64 = 1024.0 * 1024.0;
        #[expect(clippy::cast_precision_loss, reason = "a request is far shorter than 2^52 bytes")]
        let mib = request as f64 / MIB;
        let timeout = self.timeout.max((start * OF_START).min(self.timeout * MOST_OF_TIMEOUT));
        timeout + PER_MIB.mul_f64(mib)
    }
}

/// What is tested.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// Code in this process.
    Embedded(&'a (dyn Implementation + Sync)),
    /// A process that stays for the whole run.
    Process(&'a Command),
    /// A process per question.
    OneShot(&'a Command),
}

impl<'a> Target<'a> {
    /// Starts it and greets it. It must offer a version of the format that the suite knows.
    pub fn start(self, manner: Manner) -> Result<(Box<dyn Testee + 'a>, Info), Unusable> {
        let (testee, info) = self.greet(manner)?;
        if info.formats.iter().any(|format| Version::from_number(*format).is_some()) {
            return Ok((testee, info));
        }
        let list = |numbers: &[u32]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let known: Vec<_> = Version::ALL.iter().map(|version| version.number()).collect();
        Err(Unusable {
            testee: self.command().map_or_else(|| info.name.clone(), ToString::to_string),
            what: format!("offers no version of the format that this suite knows: it offers {}", list(&info.formats)),
            advice: format!(
                "The suite knows the versions {}. `formats` in the answer to hello lists what is tested.",
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

    /// The command, if there is one.
    pub const fn command(self) -> Option<&'a Command> {
        match self {
            Self::Embedded(_) => None,
            Self::Process(command) | Self::OneShot(command) => Some(command),
        }
    }
}

/// Something that was greeted and can be asked.
pub trait Testee: Send {
    /// Asks one question and waits for the answer.
    fn ask(&mut self, question: &Question<'_>) -> Result<Answer, Trouble>;

    /// What the testee has done since its last answer without a question, or does within `patience`: it wrote another line, or ended.
    fn unasked(&mut self, patience: Duration) -> Option<Trouble> {
        let _ = patience;
        None
    }

    /// What was written to standard error since the last question.
    fn stderr(&self) -> String {
        String::new()
    }

    /// The request as it was sent last, and the line that came back: what `repro` shows.
    fn exchange(&self) -> (&[u8], &[u8]) {
        (&[], &[])
    }

    /// Whether the memory that it takes is watched, and if not, why.
    fn memory(&self) -> Memory {
        Memory::Unenforced("the implementation is in this process")
    }

    /// The most memory that it has ever had, if that can be read.
    fn peak(&mut self) -> Option<Peak> {
        None
    }

    /// Sends `question` so that the testee takes the memory that its first request needs. Returns whether it can go on.
    fn warm_up(&mut self, question: &Question<'_>) -> bool {
        let _ = question;
        true
    }

    /// Whether it keeps so much memory that it had better be started again, though no question alone is to blame.
    fn is_worn_out(&self) -> bool {
        false
    }

    /// Says goodbye.
    fn finish(&mut self) -> Shutdown {
        Shutdown::default()
    }
}

/// Whether a testee's memory is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// What takes too much fails.
    Enforced,
    /// It cannot be: why.
    Unenforced(&'static str),
}

/// Asks a testee that was just started about something small, so that it has its threads and its heap before it is asked what matters. Whether it
/// can be asked more.
pub(crate) fn warm_up(testee: &mut dyn Testee, operation: Operation) -> bool {
    const SMALLEST: &[u8] = b"SEMB\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    let record = Record::new(bmes::Version::V1);
    testee.warm_up(&match operation {
        Operation::Identify => Question::Identify(SMALLEST),
        Operation::Decode => Question::Decode(SMALLEST),
        Operation::Check => Question::Check(SMALLEST),
        Operation::Encode => Question::Encode { record: &record, bytecode: &[] },
    })
}

/// No valid answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Which kind of trouble.
    pub status: Status,
    /// What happened, in a sentence.
    pub detail: String,
    /// Whether the testee must be started again before the next question.
    pub lost: bool,
}

/// What a testee did when it was shut down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shutdown {
    /// What it did after its last answer.
    pub unasked: Option<Trouble>,
    /// An end that is not judged, and that its owner should know of.
    pub warning: Option<String>,
}

/// A testee that cannot be tested at all: what happened and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// What was started.
    pub testee: String,
    /// What happened.
    pub what: String,
    /// What to do.
    pub advice: String,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no usable testee: `{}` {}\n{}", self.testee, self.what, self.advice)
    }
}

impl std::error::Error for Unusable {}

const ADVICE: &str = "A testee reads requests on standard input and writes answers on standard output; conformance/PROTOCOL.md has all of it.";

fn cannot_start(command: &Command, error: &std::io::Error) -> Unusable {
    Unusable {
        testee: command.to_string(),
        what: format!("cannot be started: {error}"),
        advice: format!("Is `{}` installed, executable, and found from this folder?", command.program()),
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
