//! The statuses that a question to a testee can get: those of `PROTOCOL.md`, and one for defects of the suite itself.

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
    /// The testee answered `unsupported`, although its `hello` offers the operation.
    Unsupported,
    /// The testee answered `fault`: it reports that it failed itself.
    Fault,
    /// The testee's output ended before the answer, for example because its process ended.
    Crash,
    /// The testee did not answer in time, twice.
    Timeout,
    /// The testee did not answer in time at first, but it answered when the question was sent once more.
    Flaky,
    /// The testee took more memory than an implementation can need for the question.
    Memory,
    /// The line that the testee wrote is not one JSON object.
    BadJson,
    /// The answer has the `id` of another request.
    WrongId,
    /// The testee wrote something after the answer.
    ExtraLine,
    /// The line that the testee wrote is longer than the limit.
    LineTooLong,
    /// In the answer, a key is missing or unknown, or a value has the wrong type.
    SchemaViolation,
    /// The suite's own decoders disagree about the file, so that no testee can pass or fail.
    SuiteDefect,
    /// The question was not sent, because `hello` does not offer what it needs, such as the operation or the version.
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
