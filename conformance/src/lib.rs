//! The BMES conformance suite. It tests whether an implementation reads and writes BMES files as the specification
//! says.
//!
//! This library contains all code of the command `bmes-conformance`. A *testee* is an implementation under test.
//! Implementations in other languages run as a process and speak the protocol of `PROTOCOL.md`. An implementation in
//! Rust implements [`Implementation`] and runs in the same process as the suite:
//!
//! ```
//! use conformance::corpus::Corpus;
//! use conformance::derive::Depth;
//! use conformance::protocol::{Info, Operation};
//! use conformance::run::{Options, run};
//! use conformance::select::Selection;
//! use conformance::testee::{Implementation, Negative, Reply, Target};
//!
//! /// An implementation that supports only `identify`.
//! struct Mine;
//!
//! impl Implementation for Mine {
//!     fn info(&self) -> Info {
//!         Info {
//!             name: "mine".into(),
//!             version: "0.1.0".into(),
//!             language: "Rust".into(),
//!             formats: vec![1],
//!             operations: vec![Operation::Identify],
//!             errors: true,
//!             max_line: None,
//!         }
//!     }
//!
//!     fn identify(&self, file: &[u8]) -> Reply<u32> {
//!         match file {
//!             [0x53, 0x45, 0x4D, 0x42, 1, 0, 0, 0, ..] => Ok(1),
//!             [0x53, 0x45, 0x4D, 0x42, _, _, _, _, ..] => Err(Negative::class("unsupported-version")),
//!             [0x53, 0x45, 0x4D, 0x42, ..] | [] | [_] | [_, _] | [_, _, _] => Err(Negative::class("truncated")),
//!             _ => Err(Negative::class("bad-magic")),
//!         }
//!     }
//! }
//!
//! let corpus = Corpus::standard()?;
//! let selection = Selection { depth: Depth::Quick, ..Selection::default() };
//! let options = Options { selection, ..Options::default() };
//! let report = run(Target::Embedded(&Mine), &corpus, &options, &|_| {})?;
//! assert!(report.is_success(), "{:?}", report.failures().next());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A case passes through these modules: [`corpus`] reads it. [`select`] chooses it, and derives more cases from it with
//! [`mod@derive`]. [`plan`] decides which requests the testee gets and which answers are expected. A [`testee`]
//! answers, and [`judge`] compares the answers with the expected ones. [`run`] drives all of these steps, and
//! [`report`] shows the results. [`mod@fuzz`] sends generated files through the same modules.
//!
//! [`Implementation`]: testee::Implementation

pub mod case;
pub mod cases;
pub mod clauses;
pub mod cli;
pub mod corpus;
pub mod cost;
pub mod derive;
pub mod error_map;
pub mod expectations;
pub mod fuzz;
pub mod generate;
pub mod interrupt;
pub mod judge;
pub mod mutants;
pub mod plan;
pub mod protocol;
pub mod recipe;
pub mod report;
pub mod run;
pub mod select;
pub mod serve;
pub mod status;
pub mod strings;
pub mod testee;
pub mod text;
pub mod verdicts;
