//! The command line of `bmes`: the commands, their arguments and their help texts.
//! `cli/CONVENTIONS.md` lists what all commands have in common. A test runs the examples in the
//! help texts.

mod cache;
mod convert;
mod pack;
mod run;
mod source;
mod version;
mod version_4;

use std::path::PathBuf;

use bmes::Version;
use clap::builder::PossibleValuesParser;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

pub(crate) use cache::{Cache, CacheCommand, Explain, Ls, Order, Prune, Verify};
pub(crate) use convert::{Convert, Flag, Part};
pub(crate) use pack::{Check, Engine, Pack};
pub(crate) use run::Run;
pub(crate) use source::{Compiler, JsxMode, Language, NamespaceReexport, Source};
use version::{LONG_VERSION, version};
pub(crate) use version_4::Version4;

const EXAMPLES: &str = "\
Examples:
  bmes inspect main.bmes
  bmes check build
  bmes decode main.bmes
  bmes diff old.bmes main.bmes
  bmes build main.mjs --bytecode main.bin

A file of versions 1 to 3 does not record which source and which engine its
bytecode belongs to. A file of version 4 has a digest of each, which bmes shows,
and checksums, which bmes verifies. bmes does not verify the bytecode itself:
even a file that bmes calls ok can crash the engine that runs it.";

const EXIT_STATUS: &str = "\
Exit status:
  0  success
  1  a file, a record or a module is invalid
  2  wrong usage, or a file could not be read or written";

const EXIT_STATUS_OF_DIFF: &str = "\
Exit status:
  0  the files are the same, byte for byte
  1  the files differ
  2  wrong usage, or a file could not be read";

const EXIT_STATUS_OF_PACK: &str = "\
Exit status:
  0  success
  1  the program has link errors; the pack is written
  2  wrong usage, or a file could not be read or written";

const EXIT_STATUS_OF_RUN: &str = "\
Exit status:
  0  success, unless the program has chosen another exit status
  1  the program ended with an error that it does not catch
  2  wrong usage, or the program could not be read";

const EXIT_STATUS_OF_CHECK: &str = "\
Exit status:
  0  success
  1  a file is invalid or, with --verify, something has changed
  2  wrong usage, or a file could not be read";

const EXIT_STATUS_OF_EXPLAIN: &str = "\
Exit status:
  0  the cache has the module
  1  the cache does not have the module, or its file cannot be used
  2  wrong usage, or a file could not be read";

/// Returns the definition of the command line, with the exit statuses in the help of each command.
pub(crate) fn command() -> clap::Command {
    let command = Arguments::command();
    let names: Vec<_> = names(&command, "").collect();
    let command = command.mut_subcommand("man", |man| {
        man.mut_arg("of", |of| of.value_parser(PossibleValuesParser::new(names)).hide_possible_values(true))
    });
    let command = command.mut_subcommands(with_exit_status);
    command.after_help(format!("{EXAMPLES}\n\n{EXIT_STATUS}"))
}

/// Returns the names of the commands as the names of manual pages: `cache`, `cache-dir`.
fn names<'c>(command: &'c clap::Command, parent: &str) -> Box<dyn Iterator<Item = String> + 'c> {
    let parent = parent.to_owned();
    Box::new(command.get_subcommands().flat_map(move |command| {
        let name = format!("{parent}{}", command.get_name());
        let below = names(command, &format!("{name}-"));
        std::iter::once(name).chain(below)
    }))
}

/// Adds the exit statuses to the help of a command and of the commands below it.
fn with_exit_status(command: clap::Command) -> clap::Command {
    let status = match command.get_name() {
        "check" => EXIT_STATUS_OF_CHECK,
        "diff" => EXIT_STATUS_OF_DIFF,
        "pack" => EXIT_STATUS_OF_PACK,
        "explain" => EXIT_STATUS_OF_EXPLAIN,
        "run" => EXIT_STATUS_OF_RUN,
        _ => EXIT_STATUS,
    };
    let help = command.get_after_help().map(|help| format!("{help}\n\n")).unwrap_or_default();
    command.after_help(format!("{help}{status}")).mut_subcommands(with_exit_status)
}

/// Inspect, validate, compare, convert and make BMES files, the binary caches of ES modules. A file
/// holds a module's record (its requests, imports and exports) and an engine's bytecode
#[derive(Parser)]
#[command(name = "bmes", bin_name = "bmes", version, long_version = LONG_VERSION.as_str(), max_term_width = 100)]
#[command(arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Print the result or the error as a JSON object with the key "ok"
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show each byte of a file with the name of its field
    Inspect(Inspect),
    /// Verify that files are well-formed
    #[command(after_help = VALIDATE, override_usage = usage("validate", "FILE"))]
    Validate(Verification),
    /// Verify that files are well-formed and that their records can be linked
    Check(Check),
    /// Print the format version of files
    #[command(after_help = IDENTIFY, override_usage = usage("identify", "FILE"))]
    Identify(Verification),
    /// Compare the records and the bytes of two files
    Diff(Diff),
    /// Print the record of a file as JSON
    Decode(Decode),
    /// Make a file from a record and bytecode
    Encode(Encode),
    /// Write a file in another version of the format
    Convert(Convert),
    /// Print the records of JavaScript modules as JSON
    Analyze(Analyze),
    /// Make a file from a JavaScript module and its bytecode
    Build(Build),
    /// Make a pack: one file with all modules of a program and all resolutions
    Pack(Pack),
    /// Run a program, and load its modules from the cache
    Run(Run),
    /// Print the digest of a producer, for files of version 4
    Producer(Producer),
    /// Show, verify, limit and empty the cache of compiled modules
    Cache(Cache),
    /// Print a shell script that completes commands, options and values
    #[command(after_help = "Example:\n  bmes completions bash > bmes.bash")]
    Completions {
        /// The shell that runs the script
        shell: Shell,
    },
    /// Print the manual page of bmes or of one of its commands
    #[command(
        after_help = "Examples:\n  bmes man > bmes.1\n  bmes man validate > bmes-validate.1\n  bmes man cache-ls > bmes-cache-ls.1"
    )]
    Man {
        /// The command that the page describes, such as validate or cache-ls [default: bmes itself]
        #[arg(value_name = "COMMAND")]
        of: Option<String>,
    },
}

/// The options of commands that take several files.
#[derive(Args)]
pub(crate) struct Work {
    /// Read names of files and folders from the file LIST (- for standard input), one per line
    #[arg(long, value_name = "LIST", value_hint = ValueHint::FilePath)]
    pub(crate) files_from: Option<PathBuf>,

    /// Names in LIST end with a zero byte instead of a line feed, as `find -print0` prints them
    #[arg(short = '0', long, requires = "files_from")]
    pub(crate) null: bool,

    /// Number of threads [default: one per core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), value_hint = ValueHint::Other)]
    pub(crate) jobs: Option<u16>,
}

const INSPECT: &str = "\
Example:
  bmes inspect main.bmes

If the file is invalid, `bmes inspect` shows its fields up to the first error,
marks the error with >, and explains the error below them. It shows only the
first and the last bytes of a long field, unless you add --all.

A file of version 4 holds its lists column by column. `bmes inspect` shows the
fields of an entry together, so their offsets do not ascend. It shows the fields
after the first error, too, if the sizes and the counts fit the file.";

#[derive(Args)]
#[command(after_help = INSPECT)]
pub(crate) struct Inspect {
    /// The BMES file, or - for standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// Show all bytes of long fields and all characters of long strings
    #[arg(long)]
    pub(crate) all: bool,
}

const VALIDATE: &str = "\
Examples:
  bmes validate main.bmes
  bmes validate build 'cache/**/*.bmes'
  bmes validate - < main.bmes
  find build -name '*.bmes' -print0 | bmes validate --files-from - -0

A file is ok if all its bytes, to the last one, have the structure that its
format version defines. In version 4, all its checksums must also be right. To
verify that its record can be linked, run `bmes check`.";

const IDENTIFY: &str = "\
Examples:
  bmes identify main.bmes
  bmes identify --json build

`bmes identify` reads only the first eight bytes of each file.";

/// The arguments of `validate`, `check` and `identify`.
#[derive(Args)]
pub(crate) struct Verification {
    /// Files, folders (all .bmes files in them), globs, or - for standard input
    #[arg(required_unless_present = "files_from", value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,

    /// Print only the files that are not ok, without a summary
    #[arg(long, short)]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) work: Work,
}

const DIFF: &str = "\
Example:
  bmes diff old.bmes main.bmes

`bmes diff` compares the records entry by entry, then the bytes field by field.
The signs at the start of the lines mean:

  -  only the first file has this
  +  only the second file has this
  >  this entry is at different positions in the two files

If a file has version 4, `bmes diff` compares entries that have the same name,
and shows names instead of indices. Of the bytes, it compares only the text and
the bytecode: the other bytes follow from the record. If this shows no
difference, it compares all fields.";

#[derive(Args)]
#[command(after_help = DIFF)]
pub(crate) struct Diff {
    /// The first file, or - for standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) a: PathBuf,
    /// The second file, or - for standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) b: PathBuf,
}

const DECODE: &str = "\
Examples:
  bmes decode main.bmes
  bmes decode main.bmes --bytecode main.bin

The first example prints the record. The second also writes the bytecode to a
file, so that `bmes encode` can make the same file again. If the bytecode goes
to standard output (--bytecode -), `bmes decode` does not print the record.

In a record of version 4, entries refer to strings and requests by index. The
record also has the positions of the text and of the bytecode in the file. With
--bytecode or --text, `bmes decode` also verifies the checksums of these two.";

#[derive(Args)]
#[command(after_help = DECODE)]
pub(crate) struct Decode {
    /// The BMES file, or - for standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// Also write the bytecode to this file, or - for standard output
    #[arg(long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub(crate) bytecode: Option<PathBuf>,

    /// Also write the text of a file of version 4 to this file, or - for standard output
    #[arg(long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub(crate) text: Option<PathBuf>,
}

const ENCODE: &str = "\
Example:
  bmes encode main.json --bytecode main.bin -o main.bmes

The record is JSON in the form that `bmes decode` prints. `bmes encode` rejects
a record that breaks a rule of its version. If a record of version 4 has the
position of a text, add --text.";

#[derive(Args)]
#[command(after_help = ENCODE)]
pub(crate) struct Encode {
    /// The file with the record as JSON, or - for standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) record: PathBuf,

    /// The file with the bytecode, or - for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) bytecode: PathBuf,

    /// The file with the text of a file of version 4, or - for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) text: Option<PathBuf>,

    /// The file to write, or - for standard output
    #[arg(long, short, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,

    /// The format version of the new file [default: the version of the record]
    #[arg(long, value_name = "N", value_parser = version())]
    pub(crate) format_version: Option<Version>,
}

const ANALYZE: &str = "\
Examples:
  bmes analyze main.mjs
  bmes analyze src 'lib/**/*.js'
  bmes analyze - < main.mjs
  bmes analyze --full main.mjs

`bmes analyze` prints one object per file, each on its own line, in the order of
the files: {\"ok\": true, \"file\", \"record\"} or {\"ok\": false, \"file\", \"error\":
{\"class\", \"message\", \"line\", \"column\"}}. The record is the same as the record
that an engine makes from the module. `bmes analyze` rejects a file that an
engine would not run as a module: for example, because the file has a syntax
error, is CommonJS, or exports an undeclared name.

--full adds \"variables\", \"module_syntax\", \"top_level_await\", \"import_meta\",
\"dynamic_import\", \"dynamic_imports\" and \"producer\". \"dynamic_imports\" lists each
import() whose specifier is a string literal. Its \"attributes\" is null if the
attributes are computed at run time.

An engine executes only JavaScript. `bmes analyze` therefore analyses .ts, .mts,
.tsx and .jsx files as the JavaScript that they compile to.";

#[derive(Args)]
#[command(after_help = ANALYZE, override_usage = usage("analyze", "MODULE"))]
pub(crate) struct Analyze {
    /// Modules, folders (all modules in them), globs, or - for standard input
    #[arg(required_unless_present = "files_from", value_name = "MODULE", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,

    /// Also print the variables, the dynamic imports, and whether the source uses top-level await,
    /// `import.meta` and `import()`
    #[arg(long)]
    pub(crate) full: bool,

    #[command(flatten)]
    pub(crate) work: Work,

    #[command(flatten)]
    pub(crate) source: Source,
}

const BUILD: &str = "\
Examples:
  bmes build main.mjs --bytecode main.bin
  bmes build main.mjs --bytecode main.bin -o old.bmes --format-version 1
  bmes build main.mjs --bytecode main.bin -o new.bmes --environment environment.json
  bmes build main.mjs --bytecode main.bin -o four.bmes --producer producer.json

An engine must have compiled the bytecode from the same module: `bmes build`
does not verify this. By default, the new file has version 2. With
--environment, the new file has version 3 and contains the variables and
features that the engine recorded.

With --producer, the new file has version 4. `bmes build` computes the digest of
the source and the flags from the module. --environment is optional, and needs
--lexical-features. If FILE is empty, the new file has no bytecode.";

#[derive(Args)]
#[command(after_help = BUILD)]
pub(crate) struct Build {
    /// The module, or - for standard input
    #[arg(value_name = "MODULE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// The file with the engine's bytecode of this module, or - for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) bytecode: PathBuf,

    /// The file to write, or - for standard output [default: the module's path with the extension .bmes]
    #[arg(long, short, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,

    /// The format version of the new file [default: 2, or 3 with --environment, or 4 with --producer]
    #[arg(long, value_name = "N", value_parser = version())]
    pub(crate) format_version: Option<Version>,

    /// For versions 3 and 4: the file with the engine's variables and features of this module as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) environment: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) source: Source,

    #[command(flatten)]
    pub(crate) version_4: Version4,
}

const PRODUCER: &str = "\
Examples:
  bmes producer producer.json
  bmes producer - < producer.json

The pairs name everything except the source that the record, the variables or
the bytecode depends on: the engine, its version and its build, its flags, and
the transform before the compiler. A loader computes the digest from its own
pairs, and uses a file only if the digests are equal. The JSON is an object:

  {\"engine\": \"quickjs-ng\", \"version\": \"0.11.0\"}

The order of the pairs has no effect on the digest.";

#[derive(Args)]
#[command(after_help = PRODUCER)]
pub(crate) struct Producer {
    /// The JSON file of names and values, or - for standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) pairs: PathBuf,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// Returns the usage of a command that takes files as arguments, or a list of files with
/// `--files-from`.
fn usage(command: &str, file: &str) -> String {
    format!("bmes {command} [OPTIONS] <{file}>...\n       bmes {command} [OPTIONS] --files-from <LIST>")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_arguments_are_consistent() {
        super::command().debug_assert();
    }
}
