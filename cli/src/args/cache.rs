//! The arguments of `cache` and of its commands.

use std::path::PathBuf;

use bytesize::ByteSize;
use clap::{Args, Subcommand, ValueEnum, ValueHint};

const CACHE: &str = "\
Examples:
  bmes cache stats
  bmes cache verify
  bmes cache explain main.mjs

The cache is in the folder --dir or, without this option, in the folder
BMES_CACHE_DIR. If this variable is not set, the cache is in
$XDG_CACHE_HOME/bmes/esm or, without this variable, in ~/.bun-cache/esm.
BMES_CACHE_MAX is the size that the cache may have: 1 GiB if it is not set.

A folder is used only if no other user may write to it.";

/// The arguments of `cache`.
#[derive(Args)]
#[command(after_help = CACHE, arg_required_else_help = true)]
pub(crate) struct Cache {
    #[command(subcommand)]
    pub(crate) command: CacheCommand,

    /// The folder of the cache [default: `BMES_CACHE_DIR`, or the user's cache]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum CacheCommand {
    /// Print the path of the cache's folder
    #[command(after_help = DIR)]
    Dir,
    /// Print how many files the cache has, and how much of its limit they use
    #[command(after_help = STATS)]
    Stats,
    /// List the modules in the cache
    Ls(Ls),
    /// Verify all modules in the cache
    Verify(Verify),
    /// Delete the modules that were not used for the longest time, down to the limit
    Prune(Prune),
    /// Delete all files of the cache
    #[command(after_help = CLEAR)]
    Clear,
    /// Tell why the cache has a module or does not have it
    Explain(Explain),
}

const DIR: &str = "\
Example:
  bmes cache dir

The folder does not have to exist. `bmes cache dir` prints only the path, on one
line, so that scripts can use \"$(bmes cache dir)\".";

const STATS: &str = "\
Examples:
  bmes cache stats
  bmes cache stats --json

The modules may use one half of the limit, and the packs the other half.";

const LS: &str = "\
Examples:
  bmes cache ls
  bmes cache ls --sort size
  bmes cache ls --long

The key of a module is the name of its file in the cache. It depends on the URL,
the producer and the source of the module. `bmes cache ls` prints the key, the
size and the time of the last use, which is exact to the hour. With --long, it
also prints the digest of the producer and the digest of the source.";

#[derive(Args)]
#[command(after_help = LS)]
pub(crate) struct Ls {
    /// Also print the digests of the producer and of the source
    #[arg(long, short)]
    pub(crate) long: bool,

    /// The order: by key, the largest first, or the last used first
    #[arg(long, value_enum, default_value_t, value_name = "ORDER")]
    pub(crate) sort: Order,
}

/// The order of the modules in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Order {
    #[default]
    Key,
    Size,
    Used,
}

const VERIFY: &str = "\
Examples:
  bmes cache verify
  bmes cache verify --remove

`bmes cache verify` reads each file, and verifies its checksums and its record.
It prints the invalid files. With --json, it prints all files.

With --remove, it deletes the invalid files. The modules are compiled again when
they are needed. A file of another format version is not invalid, and stays.";

#[derive(Args)]
#[command(after_help = VERIFY)]
pub(crate) struct Verify {
    /// Delete the invalid files
    #[arg(long)]
    pub(crate) remove: bool,

    /// Number of threads [default: one per core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), value_hint = ValueHint::Other)]
    pub(crate) jobs: Option<u16>,
}

const PRUNE: &str = "\
Examples:
  bmes cache prune
  bmes cache prune --max '100 MiB'

The modules may use one half of the limit, and the packs the other half. Each of
the 256 folders of modules may use an equal part. From a folder that uses more,
`bmes cache prune` deletes the modules that were not used for the longest time,
until 70 % of the part is used. It also deletes the temporary files that killed
processes left behind.";

#[derive(Args)]
#[command(after_help = PRUNE)]
pub(crate) struct Prune {
    /// The limit: a number of bytes, or a number with a unit [default: `BMES_CACHE_MAX`, or 1 GiB]
    #[arg(long, value_name = "SIZE", value_parser = size, value_hint = ValueHint::Other)]
    pub(crate) max: Option<ByteSize>,
}

fn size(text: &str) -> Result<ByteSize, &'static str> {
    text.parse().map_err(|_| "expected a number of bytes, or a number with a unit such as 500 MiB")
}

const CLEAR: &str = "\
Example:
  bmes cache clear

`bmes cache clear` does not ask first: the modules are compiled again when they
are needed. It deletes only files whose names have the form that the cache gives
them. The folders stay.";

const EXPLAIN: &str = "\
Examples:
  bmes cache explain main.mjs
  bmes cache explain main.mjs --producer producer.json
  bmes cache explain main.mjs --url file:///app/main.mjs

A program looks a module up by its URL, its producer and its source. The
producer is all that the file depends on, except the source: `bmes help
producer` describes it. With --producer, `bmes cache explain` looks the module
up as such a program does. If the module is missing, it names the reason: for
example, the pairs of the producer that differ from those in the cache, or that
the source has changed. Without --producer, it lists the result for each
producer that made a file of this module.

Without --url, it looks under the URL of the file, without resolving links, and
under no URL: some programs make files that do not depend on the URL.";

#[derive(Args)]
#[command(after_help = EXPLAIN)]
pub(crate) struct Explain {
    /// The source of the module, or - for standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// The producer: its digest, or the JSON file from which `bmes producer` computes it
    #[arg(long, value_name = "DIGEST|PAIRS", value_hint = ValueHint::FilePath)]
    pub(crate) producer: Option<PathBuf>,

    /// The URL of the module; '' for no URL [default: the URL of FILE, and no URL]
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) url: Option<String>,
}
