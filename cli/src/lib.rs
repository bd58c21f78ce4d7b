//! The `bmes` command: it shows, validates, compares and converts BMES files, and builds them from JavaScript.
//!
//! Programs should use the crates [`bmes`] and [`bmes_analyzer`] instead of this crate. The only public function here
//! is [`main`]. Start reading at `args`, which defines the command line, then read the module of a command:
//!
//! | module | commands |
//! |---|---|
//! | `verdict` | `validate`, `check`, `identify` |
//! | `inspect` | `inspect` |
//! | `diff` | `diff` |
//! | `record` | `decode`, `encode` |
//! | `convert` | `convert` |
//! | `javascript` | `analyze`, `build` |
//! | `pack` | `pack` |
//! | `run` | `run` |
//! | `producer` | `producer` |
//! | `cache` | `cache dir`, `cache ls` and the other commands of `cache` |
//! | `shell` | `completions`, `man` |
//!
//! The commands share these modules. `files` finds the files that the arguments name. `input` reads files, and `output`
//! writes them. `ordered` processes files in parallel and returns the results in the order of the files. `lines` prints
//! one line per file. `version_4` makes files of version 4 for `convert` and `build`. `tally` counts the files that are ok, invalid or unreadable. `failure` defines the error type and
//! the exit status. `json` defines the shape of all JSON.

mod args;
mod cache;
mod convert;
mod diff;
mod environment;
mod failure;
mod files;
mod identity;
mod input;
mod inspect;
mod javascript;
mod json;
mod lines;
mod ordered;
mod output;
mod pack;
mod producer;
mod record;
mod rows;
mod run;
mod shell;
mod style;
mod tally;
mod text;
mod value;
mod verdict;
mod version_4;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::FromArgMatches as _;

use args::{Arguments, Command};
use failure::{Failure, Status, after_printing};
use output::Out;

/// Runs the command with the process's arguments.
pub fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let status = match parse(&words) {
        Ok(arguments) => {
            arguments.color.write_global();
            run(&arguments)
        }
        Err(error) => unparsed(&words, &error),
    };
    status.into()
}

fn parse(words: &[OsString]) -> clap::error::Result<Arguments> {
    let command = args::command().color(colour_of_messages(words));
    Arguments::from_arg_matches(&command.try_get_matches_from(words)?)
}

/// Returns the colour choice for the help and for usage errors, which are printed before the arguments are parsed.
fn colour_of_messages(words: &[OsString]) -> clap::ColorChoice {
    let is_given = |when: &str| {
        let both = words.iter().any(|word| *word == *format!("--color={when}"));
        both || words.windows(2).any(|words| words[0] == "--color" && words[1] == *when)
    };
    match () {
        () if is_given("never") => clap::ColorChoice::Never,
        () if is_given("always") => clap::ColorChoice::Always,
        () => clap::ColorChoice::Auto,
    }
}

fn run(arguments: &Arguments) -> Status {
    let json = arguments.json;
    let done = match &arguments.command {
        Command::Inspect(arguments) => inspect::inspect(arguments, json),
        Command::Validate(arguments) => verdict::run(verdict::Operation::Validate, arguments, json),
        Command::Check(arguments) => {
            let verify = verdict::Verify::new(arguments);
            verdict::run(verdict::Operation::Check(verify), &arguments.verification, json)
        }
        Command::Identify(arguments) => verdict::run(verdict::Operation::Identify, arguments, json),
        Command::Diff(arguments) => diff::diff(arguments, json),
        Command::Decode(arguments) => record::decode(arguments, json),
        Command::Encode(arguments) => record::encode(arguments, json),
        Command::Convert(arguments) => convert::convert(arguments, json),
        Command::Analyze(arguments) => javascript::analyze(arguments, json),
        Command::Build(arguments) => javascript::build(arguments, json),
        Command::Pack(arguments) => pack::pack(arguments, json),
        Command::Run(arguments) => run::run(arguments),
        Command::Producer(arguments) => producer::producer(arguments, json),
        Command::Cache(arguments) => cache::run(arguments, json),
        Command::Completions { shell } => shell::completions(*shell, json),
        Command::Man { of } => shell::man(of.as_deref(), json),
    };
    done.unwrap_or_else(|failure| fail(&failure, json))
}

/// Prints the reason why a run failed: with `--json`, as a JSON object on standard output; otherwise, as text on
/// standard error.
fn fail(failure: &Failure, json: bool) -> Status {
    if json {
        let mut out = Out::plain();
        let line = json::Object::failure(failure).line();
        if out.write_all(&line).and_then(|()| out.flush()).is_ok() {
            return failure.status();
        }
    }
    failure.print();
    failure.status()
}

/// Prints what clap returned as `error` instead of arguments: the help, the version, or a message about wrong
/// arguments.
fn unparsed(words: &[OsString], error: &clap::Error) -> Status {
    if !error.use_stderr() {
        let printed = error.print().and_then(|()| io::stdout().flush());
        return after_printing(printed, Status::Ok).unwrap_or_else(|failure| fail(&failure, false));
    }
    // The message quotes the arguments. Escape the characters in them that could harm a terminal, and create the
    // message again.
    let words: Vec<_> = words.iter().map(|word| text::printable(&word.to_string_lossy()).into_owned().into()).collect();
    let printable = parse(&words).err();
    let error = printable.as_ref().unwrap_or(error);
    if words.iter().skip(1).take_while(|word| *word != "--").any(|word| word == "--json") {
        let rendered = error.render().to_string();
        let (message, _) = rendered.split_once("\n\n").unwrap_or((&rendered, ""));
        let words: Vec<_> = message.split_whitespace().skip_while(|word| *word == "error:").collect();
        let failure = Failure::usage(words.join(" "));
        return match rendered.lines().find_map(|line| line.trim_start().strip_prefix("tip: ")) {
            Some(tip) => fail(&failure.tip(tip), true),
            None => fail(&failure, true),
        };
    }
    // If the message cannot be printed, only the exit status reports the error.
    let _ = error.print();
    Status::Failed
}
