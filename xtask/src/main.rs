//! `cargo xtask TASK` runs a task of the project's developers or of its CI.
//!
//! Users of the codec and of the conformance suite do not need these tasks: they use the commands `bmes` and
//! `bmes-conformance`. Read [`ci`] first: it lists the tasks in the order in which CI runs them.

mod analyzer;
mod archive;
mod bench;
mod bench_gate;
mod builtin_tests;
mod cflite;
mod checks;
mod ci;
mod deny;
mod faults;
mod fuzz;
mod integration;
mod layers;
mod machine;
mod mutants;
mod packs;
mod pages;
mod readme;
mod real;
mod regenerate;
mod release;
mod run;
mod semantics;
mod site;
mod startup;
mod targets;
mod testees;
mod text;
mod tools;

use crate::run::{Outcome, Report};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// The exit code if a task was not run, or only in part, because this machine lacks something.
const NOT_RUN: u8 = 3;

/// Run a task of CI, or a task that only developers run.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Format the code (rustfmt)
    Fmt {
        /// Only list the code that is not formatted, and fail if there is any
        #[arg(long)]
        check: bool,
    },
    /// Run clippy over all crates; a warning is an error
    Lint,
    /// Check that no file of the codec imports a file of a higher layer, and that no files import each other in a circle
    Layers,
    /// Check that no text uses a word that CONTRIBUTING.md forbids, and that no line of Markdown is longer than 100 columns
    Text,
    /// Run shellcheck over every shell script
    Shell,
    /// Build the documentation of all crates; a warning is an error
    Doc,
    /// Check licences, sources and bans of the dependencies with cargo-deny
    Deny,
    /// Run the tests of the specification: its clauses, examples and tables
    Spec,
    /// Write the generated files that are committed to git
    Regenerate {
        /// After writing, fail if a written file differs from its committed version
        #[arg(long)]
        check: bool,
        /// Write only these parts [default: all]
        parts: Vec<regenerate::Part>,
    },
    /// Pack the corpus into target/bmes-corpus-VERSION.tar.gz, for users without Rust, and test the Python testee with it
    CorpusArchive,
    /// Collect the records and the bytecode of real engines again, and compare them with the files of conformance/real
    Real,
    /// Check that the codec compiles for a target that has no std
    NoStd,
    /// Build the codec's tests for a 32-bit target, and run them
    Bits32,
    /// Check that the store compiles for Windows
    Windows,
    /// Build the site of the specification in target/book; builds mdBook below target/ if it is not installed
    Book,
    /// Test the pages of bmes-conformance and the site of the specification in Chromium; leaves the pages and screenshots in target/pages
    Pages,
    /// Run the conformance suite against the reference implementation and the implementations in conformance/testees
    Testees {
        /// Also write target/testees/index.html, which shows the results side by side
        #[arg(long)]
        report: bool,
        /// The cases to run: quick (only files; seconds), standard (also derived from files; 1 to 2 minutes per testee) or full (all)
        #[arg(long, default_value = "standard", value_parser = ["quick", "standard", "full"])]
        depth: String,
        /// Run only the testees with these names, which the files testee.toml define [default: all]
        names: Vec<String>,
    },
    /// Run every fuzz target for a short time; builds cargo-fuzz below target/ if it is not installed
    FuzzSmoke {
        /// The time to run each target, in seconds
        #[arg(long, value_name = "N", default_value_t = fuzz::SECONDS, value_parser = clap::value_parser!(u32).range(1..))]
        seconds: u32,
        /// Run only these targets; `cargo fuzz list` prints their names [default: all]
        targets: Vec<String>,
    },
    /// Compare packs of real npm programs with what Node.js resolves and loads, and plant link errors in them
    Packs,
    /// Write the gold files of this version in pack/gold, which later releases must read; fail if it has them already
    Gold,
    /// Test the store under injected faults: errors of system calls, kills, full disks, wrong clocks; run it as root
    Faults {
        /// 200 kills instead of 10,000, and 20,000 entries instead of 1,000,000
        #[arg(long)]
        short: bool,
        /// Run only these rows; a wrong name prints the list [default: all]
        rows: Vec<String>,
    },
    /// Test bmes run with real programs, and with damaged, foreign, unwritable and busy caches; run it as root
    Integration {
        /// Samples instead of each byte, and 30 kills instead of 500
        #[arg(long)]
        short: bool,
        /// Run only these rows; a wrong name prints the list [default: all]
        rows: Vec<String>,
    },
    /// Run Node.js' own tests of the modules that the host has; fail if one fails that is listed in host/integration/builtins/passing.txt
    BuiltinTests {
        /// The folder `test` of Node.js 20
        folder: PathBuf,
        /// Write the list instead
        #[arg(long)]
        write: bool,
    },
    /// Run the build script of ClusterFuzzLite and OSS-Fuzz, and check its output
    Cflite,
    /// Count instructions with valgrind; fail if a count is more than 2 % above benches/baseline.json
    BenchGate {
        /// Write the counts to benches/baseline.json instead of comparing them
        #[arg(long)]
        bless: bool,
    },
    /// Pack the crates that are published, and build each from its package
    Package,
    /// Measure the codec and other formats, and write benches/RESULTS.md and its plots; run nothing else on the machine meanwhile
    Bench,
    /// Measure the starts of real npm programs with bmes run, and write benches/STARTUP.md; run nothing else on the machine meanwhile
    Startup {
        /// Instead of writing the page, fail if a gate is missed
        #[arg(long)]
        check: bool,
        /// Start only these programs, and do not write the page
        only: Vec<String>,
    },
    /// Run the codec's tests on mutants of the codec, which cargo-mutants makes; takes hours
    Mutants {
        /// Instead, run the conformance suite against mutants of the oracle, and write conformance/mutants/mechanical.toml
        #[arg(long, conflicts_with = "shard")]
        oracle: bool,
        /// Run only part I of N parts; the first part is 0
        #[arg(long, value_name = "I/N")]
        shard: Option<String>,
    },
    /// Compare the analyzer with JavaScriptCore on test262, and test the list of known differences with four parsers
    Test262 {
        /// The folder with a clone of test262
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Run test262's tests of modules with bmes run: without a cache, cold, warm and packed, with the same results
    Semantics {
        /// The folder with a clone of test262
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Compare the records of TypeScript sources with the records of the TypeScript compiler's output
    Typescript {
        /// Fail if more than N records of a folder differ
        #[arg(long, value_name = "N", default_value_t = 0)]
        allow: usize,
        /// Folders with TypeScript sources, such as an npm package or the compiler's own tests
        #[arg(value_name = "DIR", required = true)]
        folders: Vec<PathBuf>,
    },
    /// Run all tests, with the test command of README.md
    Test,
    /// Run the tasks of CI, two at a time, and then the tests; if a task fails, the other tasks still run
    Ci {
        /// Do not run this task; can be repeated
        #[arg(long, value_name = "TASK", value_parser = ci::names())]
        skip: Vec<String>,
    },
}

fn main() -> ExitCode {
    let task = Cli::parse().task;
    match run::enter_root().and_then(|()| perform(task)) {
        Ok(Outcome::Ran) => ExitCode::SUCCESS,
        Ok(Outcome::RanInPart(missing)) => {
            for line in missing {
                eprintln!("not run: {line}");
            }
            ExitCode::from(NOT_RUN)
        }
        // The user asked for this task, so it is a failure if the task does not run.
        Ok(Outcome::NotRun(reason)) => {
            eprintln!("not run: {reason}");
            ExitCode::from(NOT_RUN)
        }
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Report {
    match task {
        Task::Fmt { check: false } => checks::format(),
        Task::Fmt { check: true } => checks::format_check(),
        Task::Lint => checks::lint(),
        Task::Layers => layers::check(),
        Task::Text => text::check(),
        Task::Shell => checks::shell(),
        Task::Doc => checks::doc(),
        Task::Deny => deny::check(),
        Task::Spec => checks::spec(),
        Task::Regenerate { check, parts } => regenerate::write(&parts, check),
        Task::CorpusArchive => archive::write(),
        Task::Real => real::check(),
        Task::NoStd => targets::no_std(),
        Task::Windows => targets::windows(),
        Task::Bits32 => targets::bits32(),
        Task::Book => site::book(),
        Task::Pages => pages::check(),
        Task::Testees { report, depth, names } => testees::some(&names, report, &depth),
        Task::FuzzSmoke { seconds, targets } => fuzz::smoke(&targets, seconds),
        Task::Packs => packs::check(),
        Task::Gold => packs::gold(),
        Task::Faults { short, rows } => faults::run(&rows, short),
        Task::Integration { short, rows } => integration::run(&rows, short),
        Task::Cflite => cflite::check(),
        Task::BenchGate { bless: false } => bench_gate::check(),
        Task::BenchGate { bless: true } => bench_gate::bless(),
        Task::Package => release::package(),
        Task::Test262 { folder } => analyzer::test262(&folder),
        Task::Semantics { folder } => semantics::run(&folder),
        Task::BuiltinTests { folder, write } => builtin_tests::run(&folder, write),
        Task::Typescript { allow, folders } => analyzer::typescript(allow, &folders),
        Task::Bench => bench::write(),
        Task::Startup { check, only } => startup::write(check, &only),
        Task::Mutants { oracle: true, .. } => mutants::oracle::run(),
        Task::Mutants { shard, .. } => mutants::run(shard.as_deref()),
        Task::Test => readme::test(),
        Task::Ci { skip } => ci::all(&skip),
    }
}
