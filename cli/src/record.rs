//! `decode` and `encode`: read the record of a BMES file as JSON, and write a BMES file from it.

mod places;

use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use bmes::{EnvironmentChange, Error, ModuleRecord, Version, v4};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::args;
use crate::convert::unconvertible;
use crate::failure::{Failure, Result, Status, after_printing};
use crate::input::{Source, read_once};
use crate::json::{self, Object};
use crate::output::{Out, Output};
use crate::style::{FAINT, STRONG};
use crate::text::{self, count};
use places::WithoutPlaces;

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
    let output = |path: &Option<PathBuf>| path.as_deref().map(|path| Output::new(path, &[&source])).transpose();
    let outputs = [("--bytecode", output(&arguments.bytecode)?), ("--text", output(&arguments.text)?)];
    if let [(_, Some(bytecode)), (_, Some(text))] = &outputs
        && bytecode.is_same(text)
    {
        return Err(Failure::usage("--bytecode and --text have the same output").tip("write to two files"));
    }
    let is_standard = |output: &Option<Output>| output.as_ref().is_some_and(Output::is_standard_output);
    let to_standard_output = outputs.iter().find(|(_, output)| is_standard(output)).map(|(option, _)| *option);
    if let Some(option) = to_standard_output.filter(|_| json) {
        return Err(with_json(option));
    }
    let mut file = Vec::new();
    source.read_module(&mut file).map_err(|failure| see_where(&source, failure))?;
    let invalid = |error| see_where(&source, Failure::from(error).of(&source));
    let Content { record, text, bytecode } = Content::read(&file).map_err(invalid)?;
    if arguments.text.is_some() && text.is_empty() {
        return Err(Failure::usage("has no text, but --text writes it").of(&source).tip("omit --text"));
    }
    if arguments.bytecode.is_some() || arguments.text.is_some() {
        // The record of version 4 can be read although the text or the bytecode is damaged.
        bmes::validate(&file).map_err(invalid)?;
    }
    for ((_, output), bytes) in outputs.into_iter().zip([bytecode, text]) {
        output.map_or(Ok(()), |output| output.write(bytes))?;
    }
    if to_standard_output.is_some() {
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

/// The content of a file.
struct Content<'f> {
    record: Record<'f>,
    /// Empty if there is no text, as in each file of versions 1 to 3.
    text: &'f [u8],
    bytecode: &'f [u8],
}

impl<'f> Content<'f> {
    fn read(file: &'f [u8]) -> std::result::Result<Self, Error> {
        if bmes::identify(file)? != Version::V4 {
            let module = bmes::decode_borrowed(file)?;
            return Ok(Self { record: Record::Named(module.record), text: &[], bytecode: module.bytecode });
        }
        let view = v4::ModuleView::parse(file)?;
        let text = Some(view.text_range()).filter(|range| !range.is_empty());
        let (text, bytecode) = (text.map(Place::from), view.bytecode_range().into());
        let record = Record::V4 { record: view.to_record()?, text, bytecode };
        Ok(Self { record, text: view.unverified_text(), bytecode: view.unverified_bytecode() })
    }
}

impl Record<'_> {
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
    let text = arguments.text.as_deref().map(Source::from);
    let inputs: Vec<_> = [&source, &bytecode].into_iter().chain(&text).collect();
    read_once(&inputs)?;
    let output = new_output(&arguments.output, &inputs, json)?;
    let document = source.read_document(SHAPE)?;
    let wrong = |message: String, tip: &str| Err(Failure::usage(message).of(&source).tip(tip));
    let Ok(Head { version: 4, text: place }) = document.parse() else {
        let record: ModuleRecord = document.parse()?;
        let version = record.version();
        if text.is_some() {
            return wrong(format!("is a record of version {version}, which cannot hold a text"), "omit --text");
        }
        let to = arguments.format_version.unwrap_or(version);
        let record = record
            .convert(to, EnvironmentChange::Keep)
            .map_err(|error| unconvertible(&source, error).tip(CONVERT_AFTERWARDS))?;
        let file = bmes::encode(&record, &bytecode.read()?).map_err(|error| Failure::from(error).of(&source))?;
        return write(to, &file, output, json);
    };
    let WithoutPlaces(record) = document.parse()?;
    if let Some(to) = arguments.format_version.filter(|to| *to != Version::V4) {
        return wrong(format!("is a record of version 4, but the output has version {to}"), CONVERT_AFTERWARDS);
    }
    if place.is_some() && text.is_none() {
        return wrong("is the record of a file with a text".into(), "supply the text: --text FILE");
    }
    let text = text.as_ref().map(Source::read).transpose()?.unwrap_or_default();
    let file = v4::encode(&record, &text, &bytecode.read()?).map_err(|error| Failure::from(error).of(&source))?;
    write(Version::V4, &file, output, json)
}

const CONVERT_AFTERWARDS: &str = "omit --format-version, and use `bmes convert` on the new file";

/// The version of a record, whose other keys depend on it, and the position of the text, which only version 4 has.
#[derive(Deserialize)]
struct Head {
    version: u32,
    text: Option<IgnoredAny>,
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

/// Writes a new file to `output`. Prints its name, version and size, unless the file goes to standard output.
pub(crate) fn write(version: Version, file: &[u8], output: Output, json: bool) -> Result<Status> {
    #[derive(Serialize)]
    struct Answer {
        version: Version,
        size: usize,
    }
    let (path, is_silent) = (output.path().to_owned(), output.is_standard_output());
    output.write(file)?;
    if is_silent {
        return Ok(Status::Ok);
    }
    let size = file.len();
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
pub(crate) fn see_where(source: &Source, failure: Failure) -> Failure {
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
