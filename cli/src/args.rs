//! The arguments of `bmes`. The examples in the help are run by a test.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use bmes::Version;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

const EXAMPLES: &str = "\
Examples:
  bmes inspect main.bmes
  bmes check build
  bmes decode main.bmes
  bmes diff old.bmes main.bmes
  bmes build main.mjs --bytecode main.bin

Exit status: 0 all is well, 1 a file is bad (or two differ), 2 wrong usage, or
a file that cannot be read or written.

Nothing in a BMES file binds its bytecode to a source or to an engine: a file
that is good here may still crash the engine that runs it.";

/// Look into BMES files, the binary caches of ES modules; validate, compare, convert and make them
#[derive(Parser)]
#[command(name = "bmes", version, after_help = EXAMPLES, max_term_width = 100)]
#[command(disable_help_subcommand = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show each byte of a file with the name of its field
    Inspect(Inspect),
    /// Say of each file whether it is well-formed
    #[command(after_help = VALIDATE)]
    Validate(Verdict),
    /// Say of each file whether it is well-formed and its record may be linked
    #[command(after_help = CHECK)]
    Check(Verdict),
    /// Say of each file which version of the format it has
    #[command(after_help = IDENTIFY)]
    Identify(Verdict),
    /// Compare two files field by field: what they say, and their bytes
    Diff(Diff),
    /// Print the record of a file as JSON
    Decode(Decode),
    /// Make a file of a record and bytecode
    Encode(Encode),
    /// Write a file in another version of the format
    Convert(Convert),
    /// Print the records of JavaScript modules as JSON
    Analyze(Analyze),
    /// Make a file of a JavaScript module and its bytecode
    Build(Build),
    /// Print a script that teaches a shell to complete the arguments of this command
    #[command(after_help = "Example:\n  bmes completions bash > bmes.bash")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

const INSPECT: &str = "\
Example:
  bmes inspect main.bmes

A broken file is shown up to its fault, which is marked with > and explained
below. Of a long field, the first and the last bytes are shown.";

#[derive(Args)]
#[command(after_help = INSPECT)]
pub(crate) struct Inspect {
    /// The file; - is standard input
    pub(crate) file: PathBuf,

    /// Print an object with a list of all fields
    #[arg(long, conflicts_with = "all")]
    pub(crate) json: bool,

    /// Show all bytes of long fields, and long strings whole
    #[arg(long)]
    pub(crate) all: bool,
}

const VALIDATE: &str = "\
Examples:
  bmes validate main.bmes
  bmes validate build 'cache/**/*.bmes'
  bmes validate - < main.bmes

A good file has the structure of its version, down to its last byte. Whether
its record may be linked, `bmes check` says.";

const CHECK: &str = "\
Examples:
  bmes check main.bmes
  bmes check --quiet build

What `bmes validate` looks at, and the rules for what a record may say: each
name is exported once, each module that is imported from is requested, and so
on. A loader has to know this before it links the record.";

const IDENTIFY: &str = "\
Examples:
  bmes identify main.bmes
  bmes identify --format json build

It reads eight bytes and says nothing about the rest.";

#[derive(Args)]
pub(crate) struct Verdict {
    /// Files; folders, for all .bmes files in them; globs; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// text: a line per file; json: an object per file and line
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,

    /// Only print the files that are not good
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// Threads; as many as there are cores if not given
    #[arg(long, short, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
}

const DIFF: &str = "\
Example:
  bmes diff old.bmes main.bmes

Exit status: 0 the files are the same, byte for byte; 1 they differ; 2 one
cannot be read.";

#[derive(Args)]
#[command(after_help = DIFF)]
pub(crate) struct Diff {
    /// The one file; - is standard input
    pub(crate) a: PathBuf,
    /// The other file; - is standard input
    pub(crate) b: PathBuf,
}

const DECODE: &str = "\
Examples:
  bmes decode main.bmes
  bmes decode main.bmes --bytecode main.bin

The first prints the record; the second also writes the bytecode to a file, so
that `encode` can make the same file again.";

#[derive(Args)]
#[command(after_help = DECODE)]
pub(crate) struct Decode {
    /// The file; - is standard input
    pub(crate) file: PathBuf,

    /// Also write the bytecode to this file
    #[arg(long, value_name = "OUT")]
    pub(crate) bytecode: Option<PathBuf>,
}

const ENCODE: &str = "\
Example:
  bmes encode main.json --bytecode main.bin -o main.bmes

The record is what `decode` prints. One that breaks a rule is refused, never
mended.";

#[derive(Args)]
#[command(after_help = ENCODE)]
pub(crate) struct Encode {
    /// The record as JSON; - is standard input
    pub(crate) record: PathBuf,

    /// The file with the bytecode
    #[arg(long, value_name = "FILE")]
    pub(crate) bytecode: PathBuf,

    /// The file to write; - is standard output
    #[arg(long, short, value_name = "OUT")]
    pub(crate) output: PathBuf,

    /// Another version of the format than the record's
    #[arg(long, value_name = "N", value_parser = version)]
    pub(crate) format_version: Option<Version>,
}

const CONVERT: &str = "\
Examples:
  bmes convert main.bmes --to 1 -o old.bmes
  bmes convert main.bmes --to 3 --environment environment.json -o new.bmes
  bmes convert new.bmes --to 2 --drop-environment -o main.bmes

Version 3 also holds the module's variables and the features of its code, as
the engine noted them: {\"declared_variables\": [{\"name\": \"x\", \"bits\": 4}],
\"lexical_variables\": [], \"code_features\": 0}. Nobody but the engine knows
them, so they are given or given up, and never made up.";

#[derive(Args)]
#[command(after_help = CONVERT)]
pub(crate) struct Convert {
    /// The file; - is standard input
    pub(crate) file: PathBuf,

    /// The version of the format to write
    #[arg(long, value_name = "N", value_parser = version)]
    pub(crate) to: Version,

    /// The file to write; - is standard output
    #[arg(long, short, value_name = "OUT")]
    pub(crate) output: PathBuf,

    /// To version 3: the engine's variables and features, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) environment: Option<PathBuf>,

    /// From version 3: give the engine's variables and features up
    #[arg(long, conflicts_with = "environment")]
    pub(crate) drop_environment: bool,
}

const ANALYZE: &str = "\
Examples:
  bmes analyze main.mjs
  bmes analyze src 'lib/**/*.js'
  bmes analyze - < main.mjs

It prints an object per file and line, in the order of the files: {\"file\",
\"record\"} or {\"file\", \"error\": {\"class\", \"message\", \"line\", \"column\"}}. The
record is what the engine's own analyzer makes of the module. What an engine
would not run is refused: syntax errors, CommonJS, exports of names that are
not there.

An engine executes JavaScript: of .ts, .mts, .tsx and .jsx files, the
JavaScript that they become is analysed.";

/// How sources are read.
#[derive(Args)]
pub(crate) struct Source {
    /// The language, in place of what the file's extension says; standard input is mjs if not given
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub(crate) language: Option<Language>,

    /// What `import * as ns from "m"; export { ns }` is: namespace, in ECMA-262 as it is now; or
    /// local, in engines that are older than that, JavaScriptCore 2.50 among them
    #[arg(long, value_enum, default_value_t, value_name = "ANSWER", hide_possible_values = true)]
    pub(crate) namespace_reexport: NamespaceReexport,
}

#[derive(Args)]
#[command(after_help = ANALYZE)]
pub(crate) struct Analyze {
    /// Files; folders, for all modules in them; globs; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) source: Source,

    /// Threads; as many as there are cores if not given
    #[arg(long, short, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
}

const BUILD: &str = "\
Examples:
  bmes build main.mjs --bytecode main.bin
  bmes build main.mjs --bytecode main.bin -o old.bmes --format-version 1
  bmes build main.mjs --bytecode main.bin -o new.bmes --environment environment.json

The bytecode is what an engine made of the same source; nothing here looks at
it. The file is of version 2, or of version 3 with the variables and features
that the engine noted.";

#[derive(Args)]
#[command(after_help = BUILD)]
pub(crate) struct Build {
    /// The module; - is standard input
    pub(crate) file: PathBuf,

    /// The file with the engine's bytecode of this module
    #[arg(long, value_name = "FILE")]
    pub(crate) bytecode: PathBuf,

    /// The file to write; - is standard output; if not given, the module's name with .bmes
    #[arg(long, short, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,

    /// The version of the format; 2 if not given, and 3 with an environment
    #[arg(long, value_name = "N", value_parser = version)]
    pub(crate) format_version: Option<Version>,

    /// For version 3: the engine's variables and features of this module, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) environment: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) source: Source,
}

/// The languages of sources, by the extensions that stand for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Mjs,
    Js,
    Jsx,
    Mts,
    Ts,
    Tsx,
}

/// What `import * as ns from "m"; export { ns }` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum NamespaceReexport {
    #[default]
    Namespace,
    Local,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

fn version(text: &str) -> Result<Version, String> {
    let known = || Version::ALL.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let number = text.parse().ok().and_then(Version::from_number);
    number.ok_or_else(|| format!("expected a version of the format: {}", known()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        super::Arguments::command().debug_assert();
    }
}
