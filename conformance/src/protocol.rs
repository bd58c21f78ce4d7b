//! The protocol BMES-CP/1 in Rust: the questions, the answers, and how both are written as lines.
//!
//! `PROTOCOL.md` is the definition. [`request`] has the messages that the runner sends, and [`answer`] has the messages
//! that it accepts.

pub mod answer;
mod escapes;
pub mod request;
pub mod shape;

use std::fmt;

use bmes_pack::Index;
use serde::{Deserialize, Serialize};

use crate::case::{Decoded, Given, Record};

/// The number of the protocol version, which `hello` carries.
pub const PROTOCOL: u64 = 1;

/// The length of the longest line in either direction, in bytes, including the end of the line.
pub const LONGEST_LINE: usize = 64 * 1024 * 1024;

/// The smallest value that a testee may state as its `max_line`.
pub const SHORTEST_MAX_LINE: usize = 1024;

/// The operations of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Reads the magic and the version.
    Identify,
    /// Reads the structure and reports the record.
    Decode,
    /// Checks the structure and the semantic rules.
    Check,
    /// Writes the bytes of a record.
    Encode,
    /// Compares the producer and the source of a file of version 4.
    Match,
    /// Opens a pack and reports its index.
    OpenPack,
}

impl Operation {
    /// Every operation, in the order in which a case runs them.
    pub const ALL: [Self; 6] = [Self::Identify, Self::Decode, Self::Check, Self::Encode, Self::Match, Self::OpenPack];

    /// Returns the operation's name in the protocol.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Decode => "decode",
            Self::Check => "check",
            Self::Encode => "encode",
            Self::Match => "match",
            Self::OpenPack => "open-pack",
        }
    }

    /// Returns the operation with the given name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The answer to `hello`: an implementation's identity and what it offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The name of the implementation.
    pub name: String,
    /// The version of the implementation, in any form.
    pub version: String,
    /// The language that the implementation is written in.
    pub language: String,
    /// The versions of the format that the implementation supports.
    pub formats: Vec<u32>,
    /// The operations that the implementation offers. The runner sends no other operations.
    pub operations: Vec<Operation>,
    /// True if the error classes in the answers are those of the specification.
    pub errors: bool,
    /// The length of the longest request that the implementation reads, in bytes, including the end of the line. If its
    /// answer to `hello` states none, the limit is [`LONGEST_LINE`].
    pub max_line: Option<usize>,
}

impl Info {
    /// Returns whether the implementation offers `operation`.
    pub fn offers(&self, operation: Operation) -> bool {
        self.operations.contains(&operation)
    }

    /// Returns whether the implementation supports version `format` of the format.
    pub fn knows(&self, format: u32) -> bool {
        self.formats.contains(&format)
    }
}

/// One question to an implementation.
#[derive(Clone, Copy, Debug)]
pub enum Question<'a> {
    /// Which version does this file have?
    Identify(&'a [u8]),
    /// What does this file hold?
    Decode(&'a [u8]),
    /// Is this file safe to link?
    Check(&'a [u8]),
    /// Which bytes encode this record?
    Encode {
        /// The record.
        record: &'a Record,
        /// The text. Only version 4 has texts.
        text: &'a [u8],
        /// The bytecode.
        bytecode: &'a [u8],
    },
    /// Was this file made from this source and for this engine?
    Match {
        /// The file.
        file: &'a [u8],
        /// The producer and the source.
        given: Given,
    },
    /// Is this file a well-formed pack, and what is its index?
    OpenPack(&'a [u8]),
}

impl<'a> Question<'a> {
    /// Returns the operation that the question is for.
    pub const fn operation(&self) -> Operation {
        match self {
            Self::Identify(_) => Operation::Identify,
            Self::Decode(_) => Operation::Decode,
            Self::Check(_) => Operation::Check,
            Self::Encode { .. } => Operation::Encode,
            Self::Match { .. } => Operation::Match,
            Self::OpenPack(_) => Operation::OpenPack,
        }
    }

    /// Returns the file that the question is about, or `None` if the question is about a record.
    pub const fn file(&self) -> Option<&'a [u8]> {
        match self {
            Self::Identify(file)
            | Self::Decode(file)
            | Self::Check(file)
            | Self::Match { file, .. }
            | Self::OpenPack(file) => Some(file),
            Self::Encode { .. } => None,
        }
    }
}

/// A valid answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// `identify`: the file has this version.
    Version(u32),
    /// `decode`: the file holds this record.
    Record(Box<Decoded>),
    /// `check`: the file may be linked. `match`: the file was made from the source and for the engine.
    Accepted,
    /// `encode`: the bytes of the record.
    File(Vec<u8>),
    /// `open-pack`: the index of the pack.
    Index(Box<Index>),
    /// The testee rejects the input.
    Refused(Refusal),
    /// The testee does not support the operation. The text is its message.
    Unsupported(String),
    /// The testee reports that it failed. The text is its message.
    Fault(String),
}

/// The reason why a testee rejects an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The name of the error class in the specification.
    pub class: String,
    /// The offset of the byte at fault. Reports show it; the judge does not compare it.
    pub offset: Option<u64>,
    /// Any text. Reports show it; the judge does not compare it.
    pub message: Option<String>,
}
