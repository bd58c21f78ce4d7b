//! A testee in this process: Rust code that implements [`Implementation`].

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bmes_pack::Index;

use super::{Testee, Trouble, Unusable};
use crate::case::{Decoded, Given, Record};
use crate::protocol::{Answer, Info, Question, Refusal};
use crate::status::Status;

/// An implementation of BMES that runs in this process. An operation without an implementation answers `unsupported`.
/// The [`Info`] of the implementation must not offer such an operation.
///
/// A panic fails only the case that caused it.
pub trait Implementation {
    /// Returns the implementation's identity and what it offers.
    fn info(&self) -> Info;

    /// Returns the version of the file, from its first 8 bytes.
    fn identify(&self, file: &[u8]) -> Reply<u32> {
        let _ = file;
        Err(Negative::not_offered())
    }

    /// Returns the contents of the file, if its structure is valid.
    fn decode(&self, file: &[u8]) -> Reply<Decoded> {
        let _ = file;
        Err(Negative::not_offered())
    }

    /// Returns success if the file decodes and its record is safe to link.
    fn check(&self, file: &[u8]) -> Reply<()> {
        let _ = file;
        Err(Negative::not_offered())
    }

    /// Returns the bytes of the file that encodes the record, the text and the bytecode. Only version 4 has texts.
    fn encode(&self, record: &Record, text: &[u8], bytecode: &[u8]) -> Reply<Vec<u8>> {
        let _ = (record, text, bytecode);
        Err(Negative::not_offered())
    }

    /// Returns the index of the pack.
    fn open_pack(&self, file: &[u8]) -> Reply<Index> {
        let _ = file;
        Err(Negative::not_offered())
    }

    /// Returns success if the file, which is of version 4, was made from the source and for the engine.
    fn match_file(&self, file: &[u8], given: &Given) -> Reply<()> {
        let _ = (file, given);
        Err(Negative::not_offered())
    }
}

/// The result of an operation.
pub type Reply<T> = Result<T, Negative>;

/// The reason why an operation has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Negative {
    /// The implementation rejects the input.
    Refused(Refusal),
    /// The implementation does not support the operation.
    Unsupported(String),
    /// The implementation failed.
    Fault(String),
}

impl Negative {
    /// Creates a refusal that has only a class.
    pub fn class(class: impl Into<String>) -> Self {
        Self::Refused(Refusal { class: class.into(), ..Refusal::default() })
    }

    fn not_offered() -> Self {
        Self::Unsupported("not implemented".into())
    }
}

/// Returns the answer of `implementation` to `question`. If the implementation panics, this function panics, too.
pub(crate) fn answer(implementation: &dyn Implementation, question: &Question<'_>) -> Answer {
    let reply = match question {
        Question::Identify(file) => implementation.identify(file).map(Answer::Version),
        Question::Decode(file) => implementation.decode(file).map(|decoded| Answer::Record(Box::new(decoded))),
        Question::Check(file) => implementation.check(file).map(|()| Answer::Accepted),
        Question::Encode { record, text, bytecode } => implementation.encode(record, text, bytecode).map(Answer::File),
        Question::Match { file, given } => implementation.match_file(file, given).map(|()| Answer::Accepted),
        Question::OpenPack(file) => implementation.open_pack(file).map(|index| Answer::Index(Box::new(index))),
    };
    reply.unwrap_or_else(|negative| match negative {
        Negative::Refused(refusal) => Answer::Refused(refusal),
        Negative::Unsupported(why) => Answer::Unsupported(why),
        Negative::Fault(why) => Answer::Fault(why),
    })
}

pub(super) struct Embedded<'a> {
    implementation: &'a (dyn Implementation + Sync),
}

impl<'a> Embedded<'a> {
    pub(super) fn new(implementation: &'a (dyn Implementation + Sync)) -> Self {
        Self { implementation }
    }

    /// Returns the implementation's [`Info`]. It must obey the rules for the answer to `hello` that a process sends.
    pub(super) fn info(&self) -> Result<Info, Unusable> {
        let unusable = |what: String| Unusable {
            testee: "the implementation in this process".into(),
            what,
            advice: "The result of Implementation::info must follow the rules for hello in conformance/PROTOCOL.md."
                .into(),
        };
        let info = catch_unwind(AssertUnwindSafe(|| self.implementation.info()))
            .map_err(|panic| unusable(format!("cannot be tested: {}", panic_message(&*panic))))?;
        let mut line = Vec::new();
        crate::protocol::answer::write_hello(&mut line, 0, &info);
        match crate::protocol::answer::read_hello(&line, Some(0)) {
            Ok(Ok(info)) => Ok(info),
            Ok(Err(why)) => Err(unusable(format!("cannot be tested: {why}"))),
            Err(invalid) => Err(unusable(format!("gave an invalid answer to hello: {invalid}"))),
        }
    }
}

impl Testee for Embedded<'_> {
    fn ask(&mut self, question: &Question<'_>) -> Result<Answer, Trouble> {
        catch_unwind(AssertUnwindSafe(|| answer(self.implementation, question))).map_err(|panic| Trouble {
            status: Status::Crash,
            detail: panic_message(&*panic),
            lost: false,
        })
    }
}

pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let message = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the implementation panicked: {}", message.unwrap_or("(no message)"))
}
