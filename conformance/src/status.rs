//! The possible statuses of one question: those of `PROTOCOL.md`, and one for defects of the suite itself.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The status of one question to a testee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The answer is right.
    Pass,
    /// The answer is valid but not the expected one.
    WrongAnswer,
    /// The testee answered `unsupported` for something that `hello` offered.
    Unsupported,
    /// The testee reports that it failed.
    Fault,
    /// The output ended before the answer.
    Crash,
    /// The testee did not answer in time, twice.
    Timeout,
    /// The testee did not answer in time at first, but it answered when the question was sent once more.
    Flaky,
    /// The testee took more memory than the question can need.
    Memory,
    /// The line is not one JSON object.
    BadJson,
    /// The line answers another request.
    WrongId,
    /// The testee wrote something after the answer.
    ExtraLine,
    /// The line has no end within the length limit.
    LineTooLong,
    /// A key is missing or unknown, or a value has another type.
    SchemaViolation,
    /// The suite's own decoders disagree about the file, so that no testee can pass or fail.
    SuiteDefect,
    /// The question was not sent, because the testee does not offer it.
    Skipped,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 15] = [
        Self::Pass,
        Self::WrongAnswer,
        Self::Unsupported,
        Self::Fault,
        Self::Crash,
        Self::Timeout,
        Self::Flaky,
        Self::Memory,
        Self::BadJson,
        Self::WrongId,
        Self::ExtraLine,
        Self::LineTooLong,
        Self::SchemaViolation,
        Self::SuiteDefect,
        Self::Skipped,
    ];

    /// Returns the name that reports use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::WrongAnswer => "wrong-answer",
            Self::Unsupported => "unsupported",
            Self::Fault => "fault",
            Self::Crash => "crash",
            Self::Timeout => "timeout",
            Self::Flaky => "flaky",
            Self::Memory => "memory",
            Self::BadJson => "bad-json",
            Self::WrongId => "wrong-id",
            Self::ExtraLine => "extra-line",
            Self::LineTooLong => "line-too-long",
            Self::SchemaViolation => "schema-violation",
            Self::SuiteDefect => "suite-defect",
            Self::Skipped => "skipped",
        }
    }

    /// Returns whether this status counts as a failure.
    pub const fn is_failure(self) -> bool {
        !matches!(self, Self::Pass | Self::Skipped)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
