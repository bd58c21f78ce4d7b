//! The properties that fuzzing tests: properties of the codec, of the oracle, of the analyzer and of the conformance
//! runner. Each property has its own file. It is a function of any bytes that panics if the property does not hold.
//!
//! [`TARGETS`] lists the properties. cargo-fuzz runs them; `fuzz_targets/` has a wrapper for each. On stable Rust,
//! `cargo test` runs each property over the corpus, over ten thousand generated inputs and over every input that
//! fuzzing has found. A test of a single fact about the codec belongs to the tests of the codec, not here.

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

/// A property, and the kind of its inputs.
#[derive(Clone, Copy)]
pub struct Target {
    /// The name of the target, of its wrapper and of its folder in `regressions/`.
    pub name: &'static str,
    /// Panics if the property does not hold for these bytes. Returns whether the bytes get as deep as [`Input::deep`]
    /// describes.
    pub property: fn(&[u8]) -> bool,
    /// The kind of the inputs.
    pub input: Input,
}

/// The kind of the bytes that a property gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, valid or invalid.
    File,
    /// A valid file followed by choices, or only choices, from which the file is generated.
    FileAndChoices,
    /// A line that a testee writes.
    Line,
    /// A byte that chooses the options, and the source of a module.
    Source,
}

impl Input {
    /// Returns a phrase that describes the inputs that get deep.
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

/// Returns the target with this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Expands to a wrapper: libFuzzer's entry points under cargo-fuzz, otherwise a program that replays the given files.
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

/// Expands to a wrapper: libFuzzer's entry points under cargo-fuzz, otherwise a program that replays the given files.
#[cfg(not(fuzzing))]
#[macro_export]
macro_rules! wrap {
    ($target:expr) => {
        fn main() -> std::process::ExitCode {
            $crate::replay::main(&$target)
        }
    };
}
