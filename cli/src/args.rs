//! The command line of `bmes`: the commands, their arguments and their help texts.
//! `cli/CONVENTIONS.md` lists what all commands have in common. A test runs the examples in the
//! help texts.

use std::path::PathBuf;
use std::sync::LazyLock;

use bmes::Version;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

const EXAMPLES: &str = "\
Examples:
  bmes inspect main.bmes
  bmes check build
  bmes decode main.bmes
  bmes diff old.bmes main.bmes
  bmes build main.mjs --bytecode main.bin

A BMES file does not record which source and which engine its bytecode belongs
to, and bmes does not verify the bytecode. Even a file that bmes calls ok can
crash the engine that runs it.";

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

static LONG_VERSION: LazyLock<String> = LazyLock::new(|| {
    let versions = Version::NAMED.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!("{}\nformat versions: {versions}\ncommit: {}", env!("CARGO_PKG_VERSION"), env!("BMES_COMMIT"))
});

/// Returns the definition of the command line, with the exit statuses in the help of each command.
pub(crate) fn command() -> clap::Command {
    let command = Arguments::command();
    let names: Vec<_> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let command = command.mut_subcommand("man", |man| {
        man.mut_arg("of", |of| of.value_parser(PossibleValuesParser::new(names)).hide_possible_values(true))
    });
    let command = command.mut_subcommands(|command| {
        let status = if command.get_name() == "diff" { EXIT_STATUS_OF_DIFF } else { EXIT_STATUS };
        let help = match command.get_after_help() {
            Some(help) => format!("{help}\n\n{status}"),
            None => status.to_owned(),
        };
        command.after_help(help)
    });
    command.after_help(format!("{EXAMPLES}\n\n{EXIT_STATUS}"))
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
    #[command(after_help = CHECK, override_usage = usage("check", "FILE"))]
    Check(Verification),
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
    /// Print a shell script that completes commands, options and values
    #[command(after_help = "Example:\n  bmes completions bash > bmes.bash")]
    Completions {
        /// The shell that runs the script
        shell: Shell,
    },
    /// Print the manual page of bmes or of one of its commands
    #[command(after_help = "Examples:\n  bmes man > bmes.1\n  bmes man validate > bmes-validate.1")]
    Man {
        /// The command that the page describes [default: bmes itself]
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
first and the last bytes of a long field, unless you add --all.";

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
format version defines. To verify that its record can be linked, run
`bmes check`.";

const CHECK: &str = "\
Examples:
  bmes check main.bmes
  bmes check --quiet build

`bmes check` verifies what `bmes validate` verifies, and the rules for the
record. For example, the record must export each name only once, and must
request each module that it imports from. A loader must not link a record that
breaks one of these rules.";

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
  >  this entry is at different positions in the two files";

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
to standard output (--bytecode -), `bmes decode` does not print the record.";

#[derive(Args)]
#[command(after_help = DECODE)]
pub(crate) struct Decode {
    /// The BMES file, or - for standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// Also write the bytecode to this file, or - for standard output
    #[arg(long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub(crate) bytecode: Option<PathBuf>,
}

const ENCODE: &str = "\
Example:
  bmes encode main.json --bytecode main.bin -o main.bmes

The record is JSON in the form that `bmes decode` prints. `bmes encode` rejects
a record that breaks a rule of its version.";

#[derive(Args)]
#[command(after_help = ENCODE)]
pub(crate) struct Encode {
    /// The file with the record as JSON, or - for standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) record: PathBuf,

    /// The file with the bytecode, or - for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) bytecode: PathBuf,

    /// The file to write, or - for standard output
    #[arg(long, short, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,

    /// The format version of the new file [default: the version of the record]
    #[arg(long, value_name = "N", value_parser = version())]
    pub(crate) format_version: Option<Version>,
}

const CONVERT: &str = "\
Examples:
  bmes convert main.bmes --to 1 -o old.bmes
  bmes convert main.bmes --to 3 --environment environment.json -o new.bmes
  bmes convert new.bmes --to 2 --drop-environment -o main.bmes

A file of version 3 also holds the module's variables and the features of its
code. Only the engine knows them. To convert to version 3, use --environment to
supply the values that the engine recorded, as JSON of this form:

  {\"declared_variables\": [{\"name\": \"x\", \"bits\": 4}],
   \"lexical_variables\": [], \"code_features\": 0}

To convert from version 3 to an older version, drop the variables and features
with --drop-environment.";

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

    /// To convert to version 3: the file with the engine's variables and features as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) environment: Option<PathBuf>,

    /// To convert from version 3: drop the engine's variables and features
    #[arg(long, conflicts_with = "environment")]
    pub(crate) drop_environment: bool,
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

/// The options for reading sources.
#[derive(Args)]
pub(crate) struct Source {
    /// The language of the source [default: by the file's extension; mjs for standard input]
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub(crate) language: Option<Language>,

    /// The type of the export entry for `import * as ns from "m"; export { ns }`: namespace as in
    /// current ECMA-262, or local as in older engines such as JavaScriptCore 2.50
    #[arg(long, value_enum, default_value_t, value_name = "TYPE", hide_possible_values = true)]
    pub(crate) namespace_reexport: NamespaceReexport,

    #[command(flatten)]
    pub(crate) compiler: Compiler,
}

/// The options for compiling TypeScript and JSX, with the names and the defaults of the TypeScript compiler.
#[derive(Args)]
#[command(next_help_heading = "TypeScript and JSX, as in tsconfig.json")]
pub(crate) struct Compiler {
    /// Use TypeScript's older decorators instead of those of ECMAScript
    #[arg(long)]
    pub(crate) experimental_decorators: bool,

    /// Keep imports that decorated declarations use as types
    #[arg(long, requires = "experimental_decorators")]
    pub(crate) emit_decorator_metadata: bool,

    /// Erase only imports and exports that are marked with `type`
    #[arg(long)]
    pub(crate) verbatim_module_syntax: bool,

    /// Compile JSX to calls of an imported runtime (react-jsx), of its development version
    /// (react-jsxdev), or of React.createElement (react)
    #[arg(long, value_enum, default_value_t, value_name = "MODE")]
    pub(crate) jsx: JsxMode,

    /// The package that contains the JSX runtime [default: react]
    #[arg(long, value_name = "PACKAGE", value_hint = ValueHint::Other)]
    pub(crate) jsx_import_source: Option<String>,

    /// With --jsx react: the function that creates elements [default: React.createElement]
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) jsx_factory: Option<String>,

    /// With --jsx react: the component for fragments [default: React.Fragment]
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) jsx_fragment_factory: Option<String>,
}

/// The kind of code that JSX compiles to. The names are the values of the option `jsx` of the
/// TypeScript compiler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum JsxMode {
    #[default]
    ReactJsx,
    ReactJsxdev,
    React,
}

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

An engine must have compiled the bytecode from the same module: `bmes build`
does not verify this. By default, the new file has version 2. With
--environment, the new file has version 3 and contains the variables and
features that the engine recorded.";

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

    /// The format version of the new file [default: 2, or 3 with --environment]
    #[arg(long, value_name = "N", value_parser = version())]
    pub(crate) format_version: Option<Version>,

    /// For version 3: the file with the engine's variables and features of this module as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) environment: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) source: Source,
}

/// The language of a source. Each language has the name of its file extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Mjs,
    Js,
    Jsx,
    Mts,
    Ts,
    Tsx,
}

/// The type of the export entry for `import * as ns from "m"; export { ns }`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum NamespaceReexport {
    #[default]
    Namespace,
    Local,
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

fn version() -> impl TypedValueParser<Value = Version> {
    PossibleValuesParser::new(Version::NAMED.iter().map(ToString::to_string))
        .try_map(|number| number.parse().ok().and_then(Version::from_number).ok_or("not a format version"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_arguments_are_consistent() {
        super::command().debug_assert();
    }
}
