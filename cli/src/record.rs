//! `decode`, `encode` and `convert`: read the record of a BMES file, and write BMES files.

use std::io::Write as _;
use std::ops::Range;
use std::path::Path;

use bmes::{EnvironmentChange, Error, ErrorKind, ModuleRecord, Version, v4};
use serde::{Deserialize, Serialize};

use crate::args;
use crate::environment;
use crate::failure::{Failure, Result, Status, after_printing};
use crate::input::{Source, read_once};
use crate::json::{self, Object};
use crate::output::{Out, Output};
use crate::style::{FAINT, STRONG};
use crate::text::{self, count};

/// The description of the expected JSON, which error messages show.
const SHAPE: &str = "a record, as `bmes decode` prints it";

/// Runs `bmes decode`: prints a file's record.
pub(crate) fn decode(arguments: &args::Decode, json: bool) -> Result<Status> {
    #[derive(Serialize)]
    struct Answer<'a> {
        version: Version,
        record: &'a Record<'a>,
    }
    let source = Source::from(arguments.file.as_path());
    let output = arguments.bytecode.as_deref().map(|path| Output::new(path, &[&source])).transpose()?;
    let to_standard_output = output.as_ref().is_some_and(Output::is_standard_output);
    if to_standard_output && json {
        return Err(with_json("--bytecode"));
    }
    let mut file = Vec::new();
    source.read_module(&mut file).map_err(|failure| see_where(&source, failure))?;
    let invalid = |error| see_where(&source, Failure::from(error).of(&source));
    let (record, bytecode) = Record::read(&file).map_err(invalid)?;
    if let Some(output) = output {
        if matches!(record, Record::V4 { .. }) {
            // The record of version 4 can be read although the bytecode is damaged.
            bmes::validate(&file).map_err(invalid)?;
        }
        output.write(bytecode)?;
    }
    if to_standard_output {
        return Ok(Status::Ok);
    }
    let mut out = if json { Out::plain() } else { Out::paged() };
    let printed = if json {
        Object::answer(Some(&source), Answer { version: record.version(), record: &record }).write(&mut out)
    } else {
        json::pretty(&record, &mut out)
    };
    after_printing(printed.and_then(|()| out.flush()), Status::Ok)
}

/// A record in the form that `bmes decode` prints. For version 4, it is the form of the conformance protocol.
#[derive(Serialize)]
#[serde(untagged)]
enum Record<'f> {
    Named(ModuleRecord<&'f str>),
    V4 {
        #[serde(flatten)]
        record: v4::ModuleRecord<&'f str>,
        text: Option<Place>,
        bytecode: Place,
    },
}

/// The position of bytes in a file.
#[derive(Serialize)]
struct Place {
    offset: usize,
    length: usize,
}

impl From<Range<usize>> for Place {
    fn from(range: Range<usize>) -> Self {
        Self { offset: range.start, length: range.len() }
    }
}

impl<'f> Record<'f> {
    /// Reads the record and the bytecode of a file.
    fn read(file: &'f [u8]) -> std::result::Result<(Self, &'f [u8]), Error> {
        if bmes::identify(file)? != Version::V4 {
            let module = bmes::decode_borrowed(file)?;
            return Ok((Self::Named(module.record), module.bytecode));
        }
        let view = v4::ModuleView::parse(file)?;
        let text = Some(view.text_range()).filter(|range| !range.is_empty());
        let (text, bytecode) = (text.map(Place::from), view.bytecode_range().into());
        Ok((Self::V4 { record: view.to_record()?, text, bytecode }, view.unverified_bytecode()))
    }

    fn version(&self) -> Version {
        match self {
            Self::Named(record) => record.version(),
            Self::V4 { .. } => Version::V4,
        }
    }
}

/// Runs `bmes encode`: makes a file from a record and bytecode.
pub(crate) fn encode(arguments: &args::Encode, json: bool) -> Result<Status> {
    let source = Source::from(arguments.record.as_path());
    let bytecode = Source::from(arguments.bytecode.as_path());
    read_once(&[&source, &bytecode])?;
    let output = new_output(&arguments.output, &[&source, &bytecode], json)?;
    let document = source.read_document(SHAPE)?;
    let record: ModuleRecord = document.parse().map_err(|failure| match document.parse() {
        Ok(Versioned { version: 4 }) => {
            Failure::usage("is a record of version 4, but `bmes encode` writes only files of versions 1, 2 and 3")
                .of(&source)
                .tip("to write a file of version 4, use the function `v4::encode` of the crate `bmes`")
        }
        _ => failure,
    })?;
    let to = arguments.format_version.unwrap_or(record.version());
    let record = record.convert(to, EnvironmentChange::Keep).map_err(|error| {
        unconvertible(&source, error).tip("omit --format-version, and use `bmes convert` on the new file")
    })?;
    write(&source, &record, &bytecode.read()?, output, json)
}

/// The version of a record, whose other keys depend on it.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// Runs `bmes convert`: writes a file in another version of the format.
pub(crate) fn convert(arguments: &args::Convert, json: bool) -> Result<Status> {
    let source = Source::from(arguments.file.as_path());
    let environment = arguments.environment.as_deref().map(Source::from);
    let inputs: Vec<_> = std::iter::once(&source).chain(&environment).collect();
    read_once(&inputs)?;
    let output = new_output(&arguments.output, &inputs, json)?;
    let mut file = Vec::new();
    source.read_module(&mut file).map_err(|failure| see_where(&source, failure))?;
    if bmes::identify(&file) == Ok(Version::V4) {
        return Err(Failure::usage("has version 4, but `bmes convert` converts only files of versions 1, 2 and 3")
            .of(&source)
            .tip("to print its record, use `bmes decode`"));
    }
    let module = bmes::decode(&file).map_err(|error| see_where(&source, Failure::from(error).of(&source)))?;
    let to = arguments.to;
    if arguments.drop_environment && to.has_environment() && module.record.environment().is_some() {
        return Err(Failure::usage(format_args!(
            "--drop-environment drops the variables and features, but the output has version {to}, which needs them"
        ))
        .of(&source)
        .tip("omit --drop-environment"));
    }
    let change = match arguments.environment.as_deref().map(environment::read).transpose()? {
        Some(environment) => EnvironmentChange::Supply(environment),
        None if arguments.drop_environment => EnvironmentChange::Drop,
        None => EnvironmentChange::Keep,
    };
    let record = module.record.convert(to, change).map_err(|error| unconvertible(&source, error))?;
    // An error that the input file does not have is an error of the environment file.
    let file_at_fault = environment.as_ref().unwrap_or(&source);
    write(file_at_fault, &record, module.bytecode, output, json).map_err(|failure| {
        // If the input file itself has the error, report the error of the file: it has the offset in the file, which an
        // error of the encoder does not have.
        match bmes::ModuleView::parse(&file).and_then(|view| view.check()) {
            Err(error) if failure.status() == Status::Invalid => see_where(&source, Failure::from(error).of(&source)),
            _ => failure,
        }
    })
}

fn unconvertible(source: &Source, error: Error) -> Failure {
    let (message, tip) = match error.kind() {
        ErrorKind::MissingEnvironment { to } => (
            format!("has no variables and features, but the output has version {to}, which needs them"),
            "to supply the variables and features that the engine recorded, add --environment FILE",
        ),
        ErrorKind::UnexpectedEnvironment { to } if to.has_environment() => {
            ("already has variables and features, so --environment cannot supply them".into(), "omit --environment")
        }
        ErrorKind::UnexpectedEnvironment { to } => (
            format!("--environment supplies variables and features, but an output of version {to} cannot hold them"),
            "omit --environment, or use --to 3",
        ),
        ErrorKind::LostEnvironment { to, variables } => (
            format!(
                "has features and {}, but the output has version {to}, which cannot hold them",
                count(variables, "variable")
            ),
            "to drop them, add --drop-environment",
        ),
        _ => (error.to_string(), "choose another version"),
    };
    Failure::usage(message).of(source).tip(tip)
}

/// Creates the output of a command that writes a file and prints a line about it. With `--json`, the file must not go
/// to standard output, too.
pub(crate) fn new_output(path: &Path, inputs: &[&Source], json: bool) -> Result<Output> {
    let output = Output::new(path, inputs)?;
    if json && output.is_standard_output() {
        return Err(with_json("--output"));
    }
    Ok(output)
}

fn with_json(option: &str) -> Failure {
    Failure::usage(format_args!("the JSON of --json and the bytes of {option} cannot both go to standard output"))
        .tip(format_args!("write the bytes to a file: {option} FILE"))
}

/// Makes a file from a record and bytecode, and writes it to `output`. Prints the file's name, version and size, unless
/// the file goes to standard output.
pub(crate) fn write(
    source: &Source,
    record: &ModuleRecord,
    bytecode: &[u8],
    output: Output,
    json: bool,
) -> Result<Status> {
    #[derive(Serialize)]
    struct Answer {
        version: Version,
        size: usize,
    }
    let file = bmes::encode(record, bytecode).map_err(|error| Failure::from(error).of(source))?;
    let (path, is_silent) = (output.path().to_owned(), output.is_standard_output());
    output.write(&file)?;
    if is_silent {
        return Ok(Status::Ok);
    }
    let (version, size) = (record.version(), file.len());
    let mut out = Out::styled();
    let printed = if json {
        out.write_all(&Object::answer(Some(&Source::File(path)), Answer { version, size }).line())
    } else {
        let (path, size) = (text::path(&path), count(size, "byte"));
        writeln!(out, "{STRONG}{path}{STRONG:#}: {FAINT}version {version}, {size}{FAINT:#}")
    };
    after_printing(printed.and_then(|()| out.flush()), Status::Ok)
}

/// Adds a tip: the command that shows the error in an invalid file.
fn see_where(source: &Source, failure: Failure) -> Failure {
    match source {
        _ if failure.status() != Status::Invalid => failure,
        Source::File(path) => {
            failure.tip(format_args!("to see the error in the file, run: bmes inspect {}", text::word(path)))
        }
        Source::Standard => {
            failure.tip("to see the error in the input, save the input to a file and run `bmes inspect` on that file")
        }
    }
}
