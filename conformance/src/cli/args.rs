//! The arguments of `bmes-conformance`.

use std::ffi::OsStr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Parser, ValueEnum};

use crate::clauses::Clauses;
use crate::derive::Depth;
use crate::run::TIMEOUT;
use crate::select::{Filter, Shard};
use crate::testee::Command;

const EXAMPLES: &str = "\
Examples:
  bmes-conformance                                        check the reference codec
  bmes-conformance --testee \"python3 my_reader.py\"        check your reader
  bmes-conformance --testee ./mine --filter 'v1/imports/*' --depth quick
  bmes-conformance repro v1/imports/type-unknown -- ./mine
  bmes-conformance fuzz --testee ./mine --seconds 600
  bmes-conformance --testee ./mine --report html=report.html --xfail known.toml
  bmes-conformance --testee ./mine --report badge=bmes.svg
  bmes-conformance compare mine.json theirs.json --html compare.html
  bmes-conformance serve                                  run the reference as a testee

A testee answers questions about files on its standard input and output, one JSON object
per line: conformance/PROTOCOL.md.

Exit status: 0 all as expected, 1 failures, 2 stale expectations, 3 no usable testee, 4 wrong usage,
128 + N after signal N.";

/// Check an implementation of BMES, in any language, against the specification
#[derive(Parser)]
#[command(name = "bmes-conformance", version, after_help = EXAMPLES, max_term_width = 100)]
#[command(disable_help_subcommand = true, args_conflicts_with_subcommands = true)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that is there or not")]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Subcommand>,

    #[command(flatten)]
    pub(super) asked: Asked,

    /// Run only cases whose id matches, and the cases that are derived from matching files
    #[arg(long, value_name = "GLOB", value_parser = Filter::parse)]
    pub(super) filter: Option<Filter>,

    /// Run only cases about this clause, such as v1-magic; a name without a version, such as magic, selects every version
    #[arg(long, value_name = "CLAUSE", value_parser = Clauses::parse_name)]
    pub(super) clause: Option<String>,

    /// Run only cases of this version of the format
    #[arg(long, value_name = "N")]
    pub(super) format_version: Option<u32>,

    /// The cases to derive from each file. quick: none; standard: prefixes, one byte more, some flipped bits, changed records;
    /// full: also all other flipped bits [default: standard; with --one-shot: quick]
    #[arg(long, value_enum)]
    pub(super) depth: Option<Depth>,

    /// The number of testees that run at the same time [default: the number of cores]
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,

    /// Run small cases first, and stop at the first failure
    #[arg(long)]
    pub(super) fail_fast: bool,

    /// Fail a testee whose time or memory grows much faster than its input, instead of only reporting it
    #[arg(long)]
    pub(super) strict_cost: bool,

    /// The maximum number of causes of failures to explain, each with one case
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(super) explain: usize,

    /// Write a report: html=PATH, junit=PATH, json=PATH or badge=PATH (.svg or .json); - is standard output; can be repeated
    #[arg(long, value_name = "FORMAT=PATH", value_parser = ReportTo::parse)]
    pub(super) report: Vec<ReportTo>,

    /// A TOML file with the known failures; the run fails if one of them passes or fails in another way
    #[arg(long, value_name = "FILE")]
    pub(super) xfail: Option<PathBuf>,

    /// Accept patterns in the --xfail file that match more than 20 cases
    #[arg(long, requires = "xfail")]
    pub(super) allow_broad_xfail: bool,

    /// Write the failures of this run to the --xfail file, instead of failing
    #[arg(long, requires = "xfail")]
    pub(super) bless: bool,

    /// Run only part I of N parts of the cases; the id of a case determines its part
    #[arg(long, value_name = "I/N", value_parser = Shard::parse)]
    pub(super) shard: Option<Shard>,

    /// Print the ids of the cases that would run
    #[arg(long, conflicts_with = "show")]
    pub(super) list: bool,

    /// Print the ids of the cases that are newer than this version of the corpus
    #[arg(long, value_name = "VERSION", conflicts_with_all = ["list", "show"])]
    pub(super) since: Option<String>,

    /// Print one case: its title, the expected answers, its clauses and its bytes
    #[arg(long, value_name = "ID")]
    pub(super) show: Option<String>,

    #[command(flatten)]
    pub(super) common: Common,
}

impl Arguments {
    /// Returns the value of `--color`. It is an option of the command itself and of most subcommands.
    pub(super) const fn color(&self) -> Color {
        match &self.command {
            Some(
                Subcommand::Repro { common, .. }
                | Subcommand::Fuzz { common, .. }
                | Subcommand::Merge { common, .. }
                | Subcommand::Compare { common, .. },
            ) => common.color,
            Some(Subcommand::Serve) | None => self.common.color,
        }
    }
}

/// The options about the testee and about how the runner sends questions to it.
#[derive(clap::Args)]
pub(super) struct Asked {
    /// The program to check, with its arguments [default: the reference codec in this program]
    #[arg(long, value_name = "CMD", value_parser = Command::parse)]
    pub(super) testee: Option<Command>,

    /// Start a new process for each question, as `CMD OPERATION`
    #[arg(long)]
    pub(super) one_shot: bool,

    /// The seed that decides the order of the cases and every random choice [default: random, and printed; with --shard or in
    /// repro: 0]
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,

    /// The time limit for an answer; longer if the testee starts slowly
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "2")]
    pub(super) timeout: Duration,

    /// A TOML file that maps the testee's error names to the error classes of the specification: NAME = "CLASS"
    #[arg(long, value_name = "FILE")]
    pub(super) error_map: Option<PathBuf>,
}

/// The options of every subcommand that prints something about cases.
#[derive(clap::Args)]
pub(super) struct Common {
    /// The folder of another corpus [default: the corpus in this program]
    #[arg(long, value_name = "DIR")]
    pub(super) corpus: Option<PathBuf>,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub(super) color: Color,
}

impl Asked {
    /// Returns the options that are necessary to reproduce one case of `corpus`, or of the standard corpus if `corpus` is
    /// `None`.
    pub(super) fn options_of_a_case(&self, corpus: Option<&Path>) -> Vec<String> {
        let mut options = Vec::new();
        if let Some(corpus) = corpus {
            options.extend(["--corpus".to_owned(), corpus.display().to_string()]);
        }
        if self.one_shot {
            options.push("--one-shot".into());
        }
        if let Some(map) = &self.error_map {
            options.extend(["--error-map".to_owned(), map.display().to_string()]);
        }
        if self.timeout != TIMEOUT {
            options.extend(["--timeout".to_owned(), self.timeout.as_secs_f64().to_string()]);
        }
        options
    }
}

#[derive(clap::Subcommand)]
pub(super) enum Subcommand {
    /// Run one case, and print the requests and the answers
    Repro {
        /// The case's id
        id: String,
        /// The command of the testee, after `--`; an alternative to --testee
        #[arg(id = "command", last = true, value_name = "CMD")]
        testee: Vec<String>,
        #[command(flatten)]
        asked: Asked,
        #[command(flatten)]
        common: Common,
    },
    /// Fuzz an implementation: minimise mismatches and save them as test cases
    Fuzz {
        /// The duration of fuzzing
        #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "60")]
        seconds: Duration,
        /// The folder to write the found cases to, as a corpus
        #[arg(long, value_name = "DIR", default_value = "bmes-findings")]
        into: PathBuf,
        #[command(flatten)]
        asked: Asked,
        #[command(flatten)]
        common: Common,
    },
    /// Combine the JSON reports of all shards of a run, print the table, and write reports of the whole run
    Merge {
        /// The reports of the shards, in any order, or the report of one whole run
        #[arg(required = true, value_name = "JSON")]
        reports: Vec<PathBuf>,
        /// Write a report: html=PATH, junit=PATH, json=PATH or badge=PATH (.svg or .json); - is standard output; can be repeated
        #[arg(long, value_name = "FORMAT=PATH", value_parser = ReportTo::parse)]
        report: Vec<ReportTo>,
        #[command(flatten)]
        common: Common,
    },
    /// Write an HTML page that compares implementations, from a JSON report of each
    Compare {
        /// The reports; each becomes a column of the page, in this order
        #[arg(required = true, value_name = "JSON")]
        reports: Vec<PathBuf>,
        /// The path of the HTML page to write
        #[arg(long, value_name = "PATH")]
        html: PathBuf,
        #[command(flatten)]
        common: Common,
    },
    /// Run the reference codec as a testee, on standard input and output
    Serve,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

impl ValueEnum for Depth {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Quick, Self::Standard, Self::Full]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.name()))
    }
}

/// The value of `--report`: the format of a report and its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReportTo {
    pub(super) format: ReportFormat,
    pub(super) path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReportFormat {
    Json,
    Junit,
    Html,
    /// The JSON that badge services read.
    BadgeJson,
    BadgeSvg,
}

impl ReportTo {
    fn parse(text: &str) -> Result<Self, String> {
        let (format, path) = text.split_once('=').filter(|(_, path)| !path.is_empty()).ok_or(EXPECTED)?;
        let path = PathBuf::from(path);
        let format = match (format, path.extension().and_then(OsStr::to_str)) {
            ("json", _) => ReportFormat::Json,
            ("junit", _) => ReportFormat::Junit,
            ("html", _) => ReportFormat::Html,
            ("badge", Some("json")) => ReportFormat::BadgeJson,
            ("badge", Some("svg")) => ReportFormat::BadgeSvg,
            ("badge", _) => return Err(EXPECTED_BADGE.into()),
            _ => return Err(EXPECTED.into()),
        };
        Ok(Self { format, path })
    }
}

const EXPECTED: &str = "expected html=PATH, junit=PATH, json=PATH or badge=PATH";
const EXPECTED_BADGE: &str = "expected badge=NAME.svg for a picture, or badge=NAME.json for a badge service";

fn seconds(text: &str) -> Result<Duration, String> {
    const MOST: f64 = 3600.0;
    let seconds: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    if seconds > 0.0 && seconds <= MOST {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(format!("expected more than 0 and at most {MOST} seconds"))
    }
}
