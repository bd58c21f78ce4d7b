//! The arguments of `convert`.

use std::path::PathBuf;

use bmes::Version;
use clap::{Args, ValueEnum, ValueHint};

use super::version::version;
use super::version_4::Version4;

const CONVERT: &str = "\
Examples:
  bmes convert main.bmes --to 1 -o old.bmes
  bmes convert main.bmes --to 3 --environment environment.json -o new.bmes
  bmes convert new.bmes --to 2 --drop-environment -o main.bmes
  bmes convert main.bmes --to 4 --producer producer.json --source main.mjs \\
    --flags none --keep-bytecode -o four.bmes
  bmes convert four.bmes --to 2 --drop producer,source,flags -o main.bmes

A file of version 3 also holds the module's variables and the features of its
code. Only the engine knows them. To convert to version 3, use --environment to
supply the values that the engine recorded, as JSON of this form:

  {\"declared_variables\": [{\"name\": \"x\", \"bits\": 4}],
   \"lexical_variables\": [], \"code_features\": 0}

To convert from version 3 to an older version, drop the variables and features
with --drop-environment.

To convert to version 4, supply what an older file does not hold, and decide
about the bytecode. Version 4 has the lists of the record in another order. If
the engine numbered the entries by their positions, the bytecode does not fit
the new file: use --drop-bytecode. The variables and features are optional; if
the file has them, add --lexical-features.

To convert from version 4, list with --drop what an older file cannot hold. If
a part is missing in the list, the error names it. `bmes convert` does not
convert a file in which entries need a phase, or name a specifier that several
requests have, because its meaning would change.";

#[derive(Args)]
#[command(after_help = CONVERT)]
pub(crate) struct Convert {
    /// The BMES file, or - for standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// The format version of the new file
    #[arg(long, value_name = "N", value_parser = version())]
    pub(crate) to: Version,

    /// The file to write, or - for standard output
    #[arg(long, short, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,

    /// To convert to version 3 or 4: the file with the engine's variables and features as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) environment: Option<PathBuf>,

    /// To convert from version 3: drop the engine's variables and features, as --drop environment does
    #[arg(long, conflicts_with = "environment")]
    pub(crate) drop_environment: bool,

    /// To convert from version 4: what the new file loses, separated by commas
    #[arg(long, value_name = "LIST", value_enum, value_delimiter = ',')]
    pub(crate) drop: Vec<Part>,

    #[command(flatten)]
    pub(crate) version_4: Version4,

    /// The module's source, whose size and digest the file holds
    #[arg(long, value_name = "FILE", requires = "producer", value_hint = ValueHint::FilePath, help_heading = "Version 4")]
    pub(crate) source: Option<PathBuf>,

    /// The features of the module, separated by commas
    #[arg(
        long,
        value_name = "LIST",
        requires = "producer",
        value_enum,
        value_delimiter = ',',
        help_heading = "Version 4"
    )]
    pub(crate) flags: Vec<Flag>,

    /// Keep the bytecode, because the engine does not depend on the order of the record
    #[arg(long, requires = "producer", conflicts_with = "drop_bytecode", help_heading = "Version 4")]
    pub(crate) keep_bytecode: bool,

    /// Make a file without bytecode
    #[arg(long, requires = "producer", help_heading = "Version 4")]
    pub(crate) drop_bytecode: bool,
}

/// A part of a file of version 4 that an older version cannot hold. The order is that of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    Flags,
    Alignment,
    Producer,
    Source,
    LexicalFeatures,
    Environment,
    Text,
}

/// A flag of a file of version 4, or the word for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Flag {
    None,
    #[value(alias = "top_level_await")]
    TopLevelAwait,
    #[value(alias = "import_meta")]
    ImportMeta,
    #[value(name = "typescript")]
    TypeScript,
}
