//! What fuzzing proves of the codec, of the second decoder, of the analyzer and of the conformance runner: one property per file, each a function of
//! any bytes that panics where it does not hold.
//!
//! [`TARGETS`] lists them. cargo-fuzz drives them (`fuzz_targets/` has a wrapper for each); `cargo test` runs each over the corpus, over ten thousand
//! generated inputs and over everything that was ever found, on stable Rust. Not for a single fact about the codec: that is a test of the codec's.

pub mod analyze;
pub mod answers;
pub mod corrupted;
pub mod deserialize;
pub mod differential;
pub mod mutator;
pub mod replay;
pub mod roundtrip;
pub mod seeds;
#[cfg(test)]
mod smoke;
pub mod tally;
pub mod truncated;
pub mod versions;

#[cfg(fuzzing)]
pub use libfuzzer_sys;

/// A property, and what its inputs are.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name: the wrapper's, and the folder's in `regressions/`.
    pub name: &'static str,
    /// Panics if it does not hold for these bytes. Whether they got as far as [`Input::deep`] says.
    pub property: fn(&[u8]) -> bool,
    /// What the bytes are.
    pub input: Input,
}

/// What the bytes are that a property is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, right or wrong.
    File,
    /// A valid file and choices behind it; or choices alone, which then make the file.
    FileAndChoices,
    /// A line that a testee writes.
    Line,
    /// A byte that chooses the options, and the source of a module.
    Source,
}

impl Input {
    /// What the inputs that get deep get to.
    pub const fn deep(self) -> &'static str {
        match self {
            Self::File | Self::FileAndChoices => "reach the bytecode",
            Self::Line => "are valid answers",
            Self::Source => "are modules",
        }
    }
}

/// Any bytes, read in every way: see [`deserialize`].
pub const DESERIALIZE: Target = Target { name: "deserialize", property: deserialize::property, input: Input::File };
/// A valid file, changed: see [`corrupted`].
pub const CORRUPTED: Target = Target { name: "corrupted", property: corrupted::property, input: Input::FileAndChoices };
/// A valid file, too short or too long: see [`truncated`].
pub const TRUNCATED: Target = Target { name: "truncated", property: truncated::property, input: Input::FileAndChoices };
/// Any record, written and read: see [`roundtrip`].
pub const ROUNDTRIP: Target = Target { name: "roundtrip", property: roundtrip::property, input: Input::FileAndChoices };
/// Any bytes, read by both decoders: see [`differential`].
pub const DIFFERENTIAL: Target = Target { name: "differential", property: differential::property, input: Input::File };
/// Any record in another version: see [`versions`].
pub const VERSIONS: Target = Target { name: "versions", property: versions::property, input: Input::FileAndChoices };
/// Any line as a testee's answer: see [`answers`].
pub const ANSWERS: Target = Target { name: "answers", property: answers::property, input: Input::Line };
/// Any text as a module: see [`analyze`].
pub const ANALYZE: Target = Target { name: "analyze", property: analyze::property, input: Input::Source };

/// Every target.
pub const TARGETS: [Target; 8] =
    [DESERIALIZE, CORRUPTED, TRUNCATED, ROUNDTRIP, DIFFERENTIAL, VERSIONS, ANSWERS, ANALYZE];

/// The target of that name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// What a wrapper is: under cargo-fuzz libFuzzer's entry points, and otherwise a program that replays the files that it is given.
#[cfg(fuzzing)]
#[macro_export]
macro_rules! wrap {
    ($target:expr) => {
        $crate::libfuzzer_sys::fuzz_target!(|input: &[u8]| $crate::tally::count(($target.property)(input)));
        $crate::libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            $crate::mutator::mutate($target.input, data, (size, max_size), seed, $crate::libfuzzer_sys::fuzzer_mutate)
        });
    };
}

/// What a wrapper is: under cargo-fuzz libFuzzer's entry points, and otherwise a program that replays the files that it is given.
#[cfg(not(fuzzing))]
#[macro_export]
macro_rules! wrap {
    ($target:expr) => {
        fn main() -> std::process::ExitCode {
            $crate::replay::main(&$target)
        }
    };
}
