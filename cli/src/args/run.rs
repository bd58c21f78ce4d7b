//! The arguments of `run`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

const RUN: &str = "\
Examples:
  bmes run lib/three.js
  bmes run --stats lib/three.js
  bmes run --experimental-esm-bytecode=off lib/three.js --for-the-program

`bmes run` runs a program with the engine QuickJS-ng. On the first run, it
compiles the modules, and stores their bytecode after the program has run. From
then on, it loads the bytecode. A module whose source has changed, or whose file
in the cache is damaged, is compiled again: the output of a program does not
depend on the cache.

Options of bmes come before APP; what follows APP is for the program.";

#[derive(Args)]
#[command(after_help = RUN)]
pub(crate) struct Run {
    /// Whether to load and store bytecode
    #[arg(
        long,
        value_enum,
        default_value_t,
        default_missing_value = "on",
        num_args = 0..=1,
        require_equals = true,
        value_name = "MODE",
        env = "BMES_EXPERIMENTAL_ESM_BYTECODE",
        hide_env_values = true
    )]
    pub(crate) experimental_esm_bytecode: CacheMode,

    /// The folder of the cache [default: the folder that `bmes cache dir` prints]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) cache: Option<PathBuf>,

    /// How to find out which sources have changed since the pack was made: by size, times and inode, by their digests, or not at all [default: as the pack says]
    #[arg(long, value_enum, value_name = "MODE")]
    pub(crate) verify: Option<super::pack::Mode>,

    /// At the end, print how many modules came from the cache, and how long each phase took
    #[arg(long)]
    pub(crate) stats: bool,

    /// At the end, write what happened to the file FILE, in the Trace Event Format, which Perfetto shows
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) trace: Option<PathBuf>,

    /// The program: an ES module or a CommonJS module
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) app: PathBuf,

    /// The arguments of the program
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) args: Vec<OsString>,
}

/// Whether a run uses the cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CacheMode {
    /// Load bytecode, and store it
    #[default]
    On,
    /// Compile each module, and store nothing
    Off,
    /// Load bytecode, and store nothing
    ReadOnly,
}

impl From<CacheMode> for bmes_host::CacheMode {
    fn from(mode: CacheMode) -> Self {
        match mode {
            CacheMode::On => Self::On,
            CacheMode::Off => Self::Off,
            CacheMode::ReadOnly => Self::ReadOnly,
        }
    }
}
