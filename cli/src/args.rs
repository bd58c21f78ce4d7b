//! The arguments of `bmes`. `cli/CONVENTIONS.md` says what all commands share; a test runs the examples in the help.

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

Nothing in a BMES file binds its bytecode to a source or to an engine: a file
that is ok here may still crash the engine that runs it.";

const EXIT_STATUS: &str = "\
Exit status:
  0  all is well
  1  a file, a record or a module is invalid
  2  wrong usage, or a file could not be read or written";

const EXIT_STATUS_OF_DIFF: &str = "\
Exit status:
  0  the files are the same, byte for byte
  1  they differ
  2  wrong usage, or a file could not be read";

static LONG_VERSION: LazyLock<String> = LazyLock::new(|| {
    let versions = Version::ALL.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!("{}\nformat versions: {versions}\ncommit: {}", env!("CARGO_PKG_VERSION"), env!("BMES_COMMIT"))
});

/// The command line, with what all commands share.
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

    /// Print the answer, or the error, as a JSON object with "ok"
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
    Validate(Verdict),
    /// Verify that files are well-formed and that their records can be linked
    #[command(after_help = CHECK, override_usage = usage("check", "FILE"))]
    Check(Verdict),
    /// Print the format version of files
    #[command(after_help = IDENTIFY, override_usage = usage("identify", "FILE"))]
    Identify(Verdict),
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
    /// Print a script with which a shell completes commands, options and values
    #[command(after_help = "Example:\n  bmes completions bash > bmes.bash")]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page of bmes, or of one of its commands
    #[command(after_help = "Examples:\n  bmes man > bmes.1\n  bmes man validate > bmes-validate.1")]
    Man {
        /// The command
        #[arg(value_name = "COMMAND")]
        of: Option<String>,
    },
}

/// Files from a list, and threads.
#[derive(Args)]
pub(crate) struct Work {
    /// Read the names of files or folders from LIST, one per line; - is standard input
    #[arg(long, value_name = "LIST", value_hint = ValueHint::FilePath)]
    pub(crate) files_from: Option<PathBuf>,

    /// Names in LIST end with a zero byte, as `find -print0` prints them
    #[arg(short = '0', long, requires = "files_from")]
    pub(crate) null: bool,

    /// Threads [default: one per core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), value_hint = ValueHint::Other)]
    pub(crate) jobs: Option<u16>,
}

const INSPECT: &str = "\
Example:
  bmes inspect main.bmes

An invalid file is shown up to its first error, which is marked with > and
explained below. Of a long field, the first and the last bytes are shown.";

#[derive(Args)]
#[command(after_help = INSPECT)]
pub(crate) struct Inspect {
    /// The file; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// Show all bytes of long fields, and long strings whole
    #[arg(long)]
    pub(crate) all: bool,
}

const VALIDATE: &str = "\
Examples:
  bmes validate main.bmes
  bmes validate build 'cache/**/*.bmes'
  bmes validate - < main.bmes
  find build -name '*.bmes' -print0 | bmes validate --files-from - -0

A file that is ok has the structure of its version, down to its last byte. To
verify that its record can be linked, run `bmes check`.";

const CHECK: &str = "\
Examples:
  bmes check main.bmes
  bmes check --quiet build

It verifies what `bmes validate` verifies, and the rules for the record: each
name is exported once, each module that is imported from is requested, and so
on. A loader has to know this before it links the record.";

const IDENTIFY: &str = "\
Examples:
  bmes identify main.bmes
  bmes identify --json build

It reads the first eight bytes of each file.";

#[derive(Args)]
pub(crate) struct Verdict {
    /// Files; folders, for all .bmes files in them; globs; - is standard input
    #[arg(required_unless_present = "files_from", value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,

    /// Print only the files that are not ok, and no sum
    #[arg(long, short)]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) work: Work,
}

const DIFF: &str = "\
Example:
  bmes diff old.bmes main.bmes

It compares the records, entry by entry (+ new, - gone, > moved), then the
bytes, field by field.";

#[derive(Args)]
#[command(after_help = DIFF)]
pub(crate) struct Diff {
    /// The first file; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) a: PathBuf,
    /// The second file; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) b: PathBuf,
}

const DECODE: &str = "\
Examples:
  bmes decode main.bmes
  bmes decode main.bmes --bytecode main.bin

The first prints the record. The second also writes the bytecode to a file, so
that `encode` can make the same file again. If the bytecode goes to standard
output (--bytecode -), the record is not printed.";

#[derive(Args)]
#[command(after_help = DECODE)]
pub(crate) struct Decode {
    /// The file; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// Also write the bytecode to this file; - is standard output
    #[arg(long, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub(crate) bytecode: Option<PathBuf>,
}

const ENCODE: &str = "\
Example:
  bmes encode main.json --bytecode main.bin -o main.bmes

The record is JSON, as `decode` prints it. A record that breaks a rule is
rejected.";

#[derive(Args)]
#[command(after_help = ENCODE)]
pub(crate) struct Encode {
    /// The record as JSON; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) record: PathBuf,

    /// The file with the bytecode
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) bytecode: PathBuf,

    /// The file to write; - is standard output
    #[arg(long, short, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,

    /// The version of the format, if not the record's
    #[arg(long, value_name = "N", value_parser = version())]
    pub(crate) format_version: Option<Version>,
}

const CONVERT: &str = "\
Examples:
  bmes convert main.bmes --to 1 -o old.bmes
  bmes convert main.bmes --to 3 --environment environment.json -o new.bmes
  bmes convert new.bmes --to 2 --drop-environment -o main.bmes

Version 3 also holds the module's variables and the features of its code, as
the engine recorded them: {\"declared_variables\": [{\"name\": \"x\", \"bits\": 4}],
\"lexical_variables\": [], \"code_features\": 0}. Only the engine knows them: you
must supply them (--environment) or drop them (--drop-environment).";

#[derive(Args)]
#[command(after_help = CONVERT)]
pub(crate) struct Convert {
    /// The file; - is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// The version of the format to write
    #[arg(long, value_name = "N", value_parser = version())]
    pub(crate) to: Version,

    /// The file to write; - is standard output
    #[arg(long, short, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,

    /// To version 3: the engine's variables and features, as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) environment: Option<PathBuf>,

    /// From version 3: drop the engine's variables and features
    #[arg(long, conflicts_with = "environment")]
    pub(crate) drop_environment: bool,
}

const ANALYZE: &str = "\
Examples:
  bmes analyze main.mjs
  bmes analyze src 'lib/**/*.js'
  bmes analyze - < main.mjs
  bmes analyze --full main.mjs

It prints an object per file and line, in the order of the files: {\"ok\": true,
\"file\", \"record\"} or {\"ok\": false, \"file\", \"error\": {\"class\", \"message\",
\"line\", \"column\"}}. The record is the one that an engine makes of the module.
What an engine would not run is rejected: syntax errors, CommonJS, exports of
names that the module does not have.

--full adds \"variables\", \"module_syntax\", \"top_level_await\", \"import_meta\",
\"dynamic_import\", \"dynamic_imports\" (those with a literal specifier; null stands
for attributes that are computed) and \"producer\".

An engine executes JavaScript: .ts, .mts, .tsx and .jsx files are analysed as
the JavaScript that they are compiled to.";

/// How sources are read.
#[derive(Args)]
pub(crate) struct Source {
    /// The language, if the file's extension does not say it [default for standard input: mjs]
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub(crate) language: Option<Language>,

    /// The type of the export entry of `import * as ns from "m"; export { ns }`: namespace in
    /// ECMA-262 today, local in older engines such as JavaScriptCore 2.50
    #[arg(long, value_enum, default_value_t, value_name = "ANSWER", hide_possible_values = true)]
    pub(crate) namespace_reexport: NamespaceReexport,

    #[command(flatten)]
    pub(crate) compiler: Compiler,
}

/// How TypeScript and JSX are compiled. The options have the names and the defaults of the TypeScript compiler.
#[derive(Args)]
#[command(next_help_heading = "TypeScript and JSX, as in tsconfig.json")]
pub(crate) struct Compiler {
    /// Decorators are TypeScript's older ones, not those of ECMAScript
    #[arg(long)]
    pub(crate) experimental_decorators: bool,

    /// Keep an import that is the type of something decorated
    #[arg(long, requires = "experimental_decorators")]
    pub(crate) emit_decorator_metadata: bool,

    /// Erase only imports and exports that are marked with `type`
    #[arg(long)]
    pub(crate) verbatim_module_syntax: bool,

    /// What JSX becomes: calls of a runtime that is imported, of one for development, or of
    /// React.createElement
    #[arg(long, value_enum, default_value_t, value_name = "MODE")]
    pub(crate) jsx: JsxMode,

    /// The package of the runtime that is imported [default: react]
    #[arg(long, value_name = "PACKAGE", value_hint = ValueHint::Other)]
    pub(crate) jsx_import_source: Option<String>,

    /// With --jsx react, the function for elements [default: React.createElement]
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) jsx_factory: Option<String>,

    /// With --jsx react, the component for fragments [default: React.Fragment]
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) jsx_fragment_factory: Option<String>,
}

/// What JSX becomes, by the names that the TypeScript compiler has.
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
    /// Modules; folders, for all modules in them; globs; - is standard input
    #[arg(required_unless_present = "files_from", value_name = "MODULE", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,

    /// Also print what else the source shows: its variables, and whether it uses top-level await,
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

The bytecode is what an engine made of the same source; it is not verified. The
file is of version 2, or of version 3 with the variables and features that the
engine recorded.";

#[derive(Args)]
#[command(after_help = BUILD)]
pub(crate) struct Build {
    /// The module; - is standard input
    #[arg(value_name = "MODULE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// The file with the engine's bytecode of this module
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) bytecode: PathBuf,

    /// The file to write; - is standard output [default: the module's name with .bmes]
    #[arg(long, short, value_name = "OUT", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,

    /// The version of the format [default: 2, or 3 with an environment]
    #[arg(long, value_name = "N", value_parser = version())]
    pub(crate) format_version: Option<Version>,

    /// For version 3: the engine's variables and features of this module, as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
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
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// The usage of a command that takes files, or a list of files.
fn usage(command: &str, file: &str) -> String {
    format!("bmes {command} [OPTIONS] <{file}>...\n       bmes {command} [OPTIONS] --files-from <LIST>")
}

fn version() -> impl TypedValueParser<Value = Version> {
    PossibleValuesParser::new(Version::ALL.iter().map(ToString::to_string))
        .try_map(|number| number.parse().ok().and_then(Version::from_number).ok_or("no version of the format"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_arguments_are_consistent() {
        super::command().debug_assert();
    }
}
