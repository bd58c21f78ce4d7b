//! The command `bmes`: for people who have a BMES file, good or broken, and want to know what is in it, and for builds that make
//! one from JavaScript.
//!
//! Not for programs: what this calls is in the crates [`bmes`] and [`bmes_analyzer`]. Its one function is [`main`]; read `args` to
//! see what there is, then the module of a command:
//!
//! | module | commands |
//! |---|---|
//! | `verdict` | `validate`, `check`, `identify` |
//! | `inspect` | `inspect` |
//! | `diff` | `diff` |
//! | `record` | `decode`, `encode`, `convert` |
//! | `javascript` | `analyze`, `build` |
//!
//! What they share: `files` makes files of arguments, `input` and `output` read and write them, `ordered` does things at once and
//! in order, `out` and `lines` print, `fault` and `stop` say what is wrong.

mod args;
mod diff;
mod environment;
mod fault;
mod files;
mod input;
mod inspect;
mod javascript;
mod lines;
mod ordered;
mod out;
mod output;
mod record;
mod rows;
mod stop;
mod style;
mod text;
mod value;
mod verdict;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use args::{Arguments, Command};
use stop::{Outcome, Stop};

/// Runs the command with the process's arguments.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Where even the message cannot be printed, the exit status has to do.
            let _ = error.print();
            return if error.use_stderr() { Outcome::Stopped.into() } else { Outcome::Fine.into() };
        }
    };
    arguments.color.write_global();
    match command(arguments.command) {
        Ok(outcome) => outcome.into(),
        Err(stop) => {
            stop.print();
            stop.outcome().into()
        }
    }
}

fn command(command: Command) -> Result<Outcome, Stop> {
    match command {
        Command::Inspect(arguments) => inspect::inspect(&arguments),
        Command::Validate(arguments) => verdict::run(verdict::Question::Validate, &arguments),
        Command::Check(arguments) => verdict::run(verdict::Question::Check, &arguments),
        Command::Identify(arguments) => verdict::run(verdict::Question::Identify, &arguments),
        Command::Diff(arguments) => diff::diff(&arguments),
        Command::Decode(arguments) => record::decode(&arguments),
        Command::Encode(arguments) => record::encode(&arguments),
        Command::Convert(arguments) => record::convert(&arguments),
        Command::Analyze(arguments) => javascript::analyze(&arguments),
        Command::Build(arguments) => javascript::build(&arguments),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "bmes", &mut script);
            let mut out = std::io::stdout().lock();
            out.write_all(&script).and_then(|()| out.flush()).map_err(Stop::printing)?;
            Ok(Outcome::Fine)
        }
    }
}
