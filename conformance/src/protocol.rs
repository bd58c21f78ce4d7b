//! BMES-CP/1 in Rust: the questions, the answers, and how both are written as lines.
//!
//! `PROTOCOL.md` is the definition. Start at [`request`] for what the runner sends and at [`answer`] for what it accepts.

pub mod answer;
mod escapes;
pub mod request;
pub mod shape;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::case::{Decoded, Record};

/// The protocol's number, which `hello` carries.
pub const PROTOCOL: u64 = 1;

/// The longest line in either direction, its end included.
pub const LONGEST_LINE: usize = 64 * 1024 * 1024;

/// The least that a testee may state as its `max_line`.
pub const SHORTEST_MAX_LINE: usize = 1024;

/// What an implementation can be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Magic and version.
    Identify,
    /// The structure, and the record.
    Decode,
    /// The structure and the semantic rules.
    Check,
    /// The bytes of a record.
    Encode,
}

impl Operation {
    /// Every operation, in the order in which a case asks them.
    pub const ALL: [Self; 4] = [Self::Identify, Self::Decode, Self::Check, Self::Encode];

    /// The name in the protocol.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Decode => "decode",
            Self::Check => "check",
            Self::Encode => "encode",
        }
    }

    /// The operation of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Who an implementation is and what it offers: the answer to `hello`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// Its name.
    pub name: String,
    /// Its version, in any form.
    pub version: String,
    /// What it is written in.
    pub language: String,
    /// The versions of the format that it knows.
    pub formats: Vec<u32>,
    /// The operations that it offers; the others are never asked.
    pub operations: Vec<Operation>,
    /// Whether its error classes are the specification's.
    pub errors: bool,
    /// The longest request that it reads, in bytes with the end of the line; [`LONGEST_LINE`] if it does not say.
    pub max_line: Option<usize>,
}

impl Info {
    /// Whether `operation` is offered.
    pub fn offers(&self, operation: Operation) -> bool {
        self.operations.contains(&operation)
    }

    /// Whether version `format` of the format is known.
    pub fn knows(&self, format: u32) -> bool {
        self.formats.contains(&format)
    }
}

/// One question to an implementation.
#[derive(Clone, Copy, Debug)]
pub enum Question<'a> {
    /// Which version is this file?
    Identify(&'a [u8]),
    /// What does this file hold?
    Decode(&'a [u8]),
    /// Is this file safe to link?
    Check(&'a [u8]),
    /// Which bytes stand for this record?
    Encode {
        /// The record.
        record: &'a Record,
        /// The bytecode.
        bytecode: &'a [u8],
    },
}

impl<'a> Question<'a> {
    /// The operation that is asked for.
    pub const fn operation(&self) -> Operation {
        match self {
            Self::Identify(_) => Operation::Identify,
            Self::Decode(_) => Operation::Decode,
            Self::Check(_) => Operation::Check,
            Self::Encode { .. } => Operation::Encode,
        }
    }

    /// The file that the question is about, unless it is about a record.
    pub const fn file(&self) -> Option<&'a [u8]> {
        match self {
            Self::Identify(file) | Self::Decode(file) | Self::Check(file) => Some(file),
            Self::Encode { .. } => None,
        }
    }
}

/// A valid answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// `identify`: the file is of this version.
    Version(u32),
    /// `decode`: the file holds this.
    Record(Box<Decoded>),
    /// `check`: the file may be linked.
    Accepted,
    /// `encode`: these are the bytes.
    File(Vec<u8>),
    /// The input is at fault.
    Refused(Refusal),
    /// The testee cannot do that at all.
    Unsupported(String),
    /// The testee broke.
    Fault(String),
}

/// Why an input was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The error's name in the specification.
    pub class: String,
    /// The byte at fault: shown, never compared.
    pub offset: Option<u64>,
    /// Anything: shown, never compared.
    pub message: Option<String>,
}
