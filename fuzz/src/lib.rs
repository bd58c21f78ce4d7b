//! The properties that fuzzing tests: properties of the codec, of the oracle, of the analyzer, of packs and of the
//! conformance runner. Each property is a function in its own file. The function takes any bytes, and panics if the property does
//! not hold for them.
//!
//! [`TARGETS`] lists the properties. cargo-fuzz runs them; `fuzz_targets/` has a wrapper for each. On stable Rust,
//! `cargo test` runs each property over the corpus, over ten thousand generated inputs and over every input that
//! fuzzing has found. A test of a single fact about the codec belongs in `codec/tests/`, not in this crate.

pub mod analyze;
pub mod answers;
pub mod corrupted;
pub mod deserialize;
pub mod differential;
pub mod files;
pub mod mutator;
pub mod pack;
pub mod replay;
pub mod roundtrip;
pub mod seeds;
#[cfg(test)]
mod smoke;
pub mod tally;
pub mod truncated;
pub mod v4;
pub mod versions;

#[cfg(fuzzing)]
pub use libfuzzer_sys;

/// A property, and the kind of its inputs.
#[derive(Clone, Copy)]
pub struct Target {
    /// The name of the target, of its wrapper and of its folder in `regressions/`.
    pub name: &'static str,
    /// Panics if the property does not hold for these bytes. Returns true if the bytes are a deep input: one that does
    /// what [`Input::deep`] describes.
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
    /// A line that a testee, which is an implementation under test, writes as its answer.
    Line,
    /// A byte that chooses the options, and the source of a module.
    Source,
    /// A pack or a file of stamps, valid or invalid.
    Pack,
}

impl Input {
    /// Returns what deep inputs do, as the end of a sentence such as "30 inputs reach the bytecode".
    pub const fn deep(self) -> &'static str {
        match self {
            Self::File | Self::FileAndChoices => "reach the bytecode",
            Self::Line => "are valid answers",
            Self::Source => "are modules",
            Self::Pack => "are well-formed packs",
        }
    }
}

/// All functions that read a file agree about any bytes: see [`deserialize`].
pub const DESERIALIZE: Target = Target { name: "deserialize", property: deserialize::property, input: Input::File };
/// Both decoders agree about a valid file that was changed: see [`corrupted`].
pub const CORRUPTED: Target = Target { name: "corrupted", property: corrupted::property, input: Input::FileAndChoices };
/// No function accepts a valid file that was cut or extended: see [`truncated`].
pub const TRUNCATED: Target = Target { name: "truncated", property: truncated::property, input: Input::FileAndChoices };
/// The codec writes any record correctly, or rejects it: see [`roundtrip`].
pub const ROUNDTRIP: Target = Target { name: "roundtrip", property: roundtrip::property, input: Input::FileAndChoices };
/// Both decoders agree about any bytes: see [`differential`].
pub const DIFFERENTIAL: Target = Target { name: "differential", property: differential::property, input: Input::File };
/// A record keeps its content in another version: see [`versions`].
pub const VERSIONS: Target = Target { name: "versions", property: versions::property, input: Input::FileAndChoices };
/// The conformance runner judges any line correctly: see [`answers`].
pub const ANSWERS: Target = Target { name: "answers", property: answers::property, input: Input::Line };
/// The analyzer makes a correct record from any module: see [`analyze`].
pub const ANALYZE: Target = Target { name: "analyze", property: analyze::property, input: Input::Source };
/// Any bytes are opened as a pack or rejected, and packs and stamps are written as they were read: see [`pack`].
pub const PACK: Target = Target { name: "pack", property: pack::property, input: Input::Pack };

/// Every target.
pub const TARGETS: [Target; 9] =
    [DESERIALIZE, CORRUPTED, TRUNCATED, ROUNDTRIP, DIFFERENTIAL, VERSIONS, ANSWERS, ANALYZE, PACK];

/// Returns the target with this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Expands to the program of a target. Built by cargo-fuzz, it is a fuzzer with libFuzzer. Otherwise, it runs the
/// property on the files that are its arguments.
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

/// Expands to the program of a target. Built by cargo-fuzz, it is a fuzzer with libFuzzer. Otherwise, it runs the
/// property on the files that are its arguments.
#[cfg(not(fuzzing))]
#[macro_export]
macro_rules! wrap {
    ($target:expr) => {
        fn main() -> std::process::ExitCode {
            $crate::replay::main(&$target)
        }
    };
}
