//! `decode`, `encode`, `convert`: records out of files and into them.

use std::io::{self, Write as _};
use std::path::Path;

use bmes::{EnvironmentChange, Error, ErrorKind, ModuleRecord};

use crate::args;
use crate::environment;
use crate::fault::Fault;
use crate::input::Source;
use crate::out::Out;
use crate::output;
use crate::stop::{Outcome, Stop};
use crate::style::{FAINT, STRONG};
use crate::text::{self, count, printable};

/// What a record's JSON is expected to be.
const SHAPE: &str = "a record, as `bmes decode` prints it";

/// Prints a file's record.
pub(crate) fn decode(arguments: &args::Decode) -> Result<Outcome, Stop> {
    let source = Source::from(arguments.file.as_path());
    let file = source.read()?;
    let module = bmes::decode_borrowed(&file).map_err(|error| bad(&source, &error.into()))?;
    if let Some(path) = &arguments.bytecode {
        output::write(path, module.bytecode)?;
    }
    let mut out = Out::plain();
    serde_json::to_writer_pretty(&mut out, &module.record)
        .map_err(io::Error::from)
        .and_then(|()| writeln!(out))
        .and_then(|()| out.flush())
        .map_err(Stop::printing)?;
    Ok(Outcome::Fine)
}

/// Makes a file of a record.
pub(crate) fn encode(arguments: &args::Encode) -> Result<Outcome, Stop> {
    let source = Source::from(arguments.record.as_path());
    let bytecode = Source::from(arguments.bytecode.as_path());
    if source == Source::Standard && bytecode == Source::Standard {
        return Err(Stop::usage("-: is both the record and the bytecode").tip("give one of them a name"));
    }
    let record: ModuleRecord = source.read_json(SHAPE)?;
    let to = arguments.format_version.unwrap_or(record.version());
    let record = record.convert(to, EnvironmentChange::Keep).map_err(|error| refused(&source, error))?;
    write(&source, &record, &bytecode.read()?, &arguments.output)
}

/// Writes a file in another version.
pub(crate) fn convert(arguments: &args::Convert) -> Result<Outcome, Stop> {
    let source = Source::from(arguments.file.as_path());
    let file = source.read()?;
    let module = bmes::decode(&file).map_err(|error| bad(&source, &error.into()))?;
    let to = arguments.to;
    if arguments.drop_environment && to.has_environment() {
        return Err(Stop::usage(format_args!("{source}: version {to} cannot do without variables and features"))
            .tip("leave --drop-environment out"));
    }
    let given = arguments.environment.as_deref().map(environment::read).transpose()?;
    let change = match given {
        Some(environment) => EnvironmentChange::Supply(environment),
        None if arguments.drop_environment => EnvironmentChange::Drop,
        None => EnvironmentChange::Keep,
    };
    let record = module.record.convert(to, change).map_err(|error| refused(&source, error))?;
    write(&source, &record, module.bytecode, &arguments.output)
}

fn refused(source: &Source, error: Error) -> Stop {
    let (reason, tip) = match error.kind() {
        ErrorKind::MissingEnvironment { to } => (
            format!("version {to} also holds the module's variables and features, and this record has none"),
            "give those that the engine noted: bmes convert … --environment FILE.json",
        ),
        ErrorKind::UnexpectedEnvironment { to } if to.has_environment() => {
            ("the record has its variables and features already".into(), "leave --environment out")
        }
        ErrorKind::UnexpectedEnvironment { to } => {
            (format!("version {to} has no place for variables and features"), "leave --environment out")
        }
        ErrorKind::LostEnvironment { to, variables } => (
            format!("version {to} has no place for the record's {} and features", count(variables, "variable")),
            "to go without them: bmes convert … --drop-environment",
        ),
        _ => (error.to_string(), "choose another version"),
    };
    Stop::usage(format_args!("{source}: {reason}")).tip(tip)
}

/// Writes the record's file, and says so.
pub(crate) fn write(source: &Source, record: &ModuleRecord, bytecode: &[u8], output: &Path) -> Result<Outcome, Stop> {
    let file = bmes::encode(record, bytecode).map_err(|error| bad(source, &error.into()))?;
    output::write(output, &file)?;
    if output.as_os_str() != "-" {
        let size = count(file.len(), "byte");
        let path = text::path(output);
        let mut out = Out::styled();
        writeln!(out, "{STRONG}{path}{STRONG:#}: {FAINT}version {}, {size}{FAINT:#}", record.version())
            .and_then(|()| out.flush())
            .map_err(Stop::printing)?;
    }
    Ok(Outcome::Fine)
}

/// A file or a record that cannot be used.
fn bad(source: &Source, fault: &Fault) -> Stop {
    let stop = Stop::bad(format_args!("{source}: {}", printable(&fault.line())));
    match (source, fault.offset) {
        (Source::File(path), Some(_)) => stop.tip(format_args!("see where: bmes inspect {}", text::word(path))),
        (Source::Standard, Some(_)) => stop.tip("see where: save it to a file, then bmes inspect FILE"),
        _ => stop.tip("a record that breaks a rule is refused, and never mended: mend it where it is made"),
    }
}
