//! The arguments of `pack`, and those of `check` that are about packs.

use std::path::PathBuf;

use bmes_pack::Freshness;
use clap::{Args, ValueEnum, ValueHint};

use super::Verification;

const PACK: &str = "\
Examples:
  bmes pack lib/three.js -o app.zip
  bmes pack lib/three.js src/one.mjs -o app.zip --freshness hash --condition browser

A pack is a ZIP file with all modules of a program: their records, their
bytecode, and for each request the module that it resolves to. `bmes pack` finds
the modules, starting with the entries, and resolves their requests as Node.js
does. `bmes run` then starts the program from the pack, if it is in the folder
.bmes or if the variable BMES_PACK names it. A pack has no sources. The same
program gives the same bytes.

`bmes pack` checks the links of the program: it reports each import and export
of a name that no module exports, that two modules export, or that leads back to
itself, and each request that resolves to nothing or that lacks the type of
JSON. It writes the pack anyway, because the program may never load that module;
the status is then 1.";

#[derive(Args)]
#[command(after_help = PACK)]
pub(crate) struct Pack {
    /// The modules that the program starts with
    #[arg(required = true, value_name = "ENTRY", value_hint = ValueHint::FilePath)]
    pub(crate) entries: Vec<PathBuf>,

    /// The file to write, or - for standard output [default: the file in the folder .bmes of the program's root where `bmes run` looks for it]
    #[arg(long, short, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,

    /// The engine whose bytecode the pack has (quickjs: the one of `bmes run`), or record for none
    #[arg(long = "for", value_enum, default_value_t, value_name = "ENGINE")]
    pub(crate) engine: Engine,

    /// How a host decides whether a source has changed: by size, times and inode, by its digest, or not at all
    #[arg(long, value_enum, default_value_t, value_name = "MODE")]
    pub(crate) freshness: Mode,

    /// A condition of package.json's `exports` and `imports` that is true, besides those of Node.js
    #[arg(long = "condition", value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) conditions: Vec<String>,

    /// Name a module by the path that leads to it, and not by the file that symbolic links lead to
    #[arg(long)]
    pub(crate) preserve_symlinks: bool,
}

/// The engine whose bytecode is in a pack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// QuickJS-ng, the engine of `bmes run`.
    #[default]
    #[value(help = None)]
    Quickjs,
    /// None: the pack has only records.
    #[value(help = None)]
    Record,
}

/// How the sources of a pack are compared with its index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    #[default]
    Stat,
    Hash,
    None,
}

impl From<Mode> for Freshness {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Stat => Self::Stat,
            Mode::Hash => Self::Hash,
            Mode::None => Self::None,
        }
    }
}

const CHECK: &str = "\
Examples:
  bmes check main.bmes
  bmes check --quiet build
  bmes check app.zip --verify hash

`bmes check` verifies what `bmes validate` verifies, and the rules for the
record. For example, the record must export each name only once, and must
request each module that it imports from. A loader must not link a record that
breaks one of these rules.

Of a pack, `bmes check` verifies the file of each module. With --verify, it also
compares the pack with the program on the disk, and prints each source that has
changed, and each file that decides what a request resolves to and has changed.
The mode `hash` reads all of them. The mode `stat` reads a file only if it
differs from its stamp in the file beside the pack that ends in .stamps.";

#[derive(Args)]
#[command(after_help = CHECK, override_usage = super::usage("check", "FILE"))]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) verification: Verification,

    /// Of a pack, find out which sources have changed: by size, times and inode, by their digests, or not at all
    #[arg(long, value_enum, value_name = "MODE")]
    pub(crate) verify: Option<Mode>,

    /// The folder of the program [default: the nearest folder at or above the pack with a package.json]
    #[arg(long, requires = "verify", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) root: Option<PathBuf>,
}
