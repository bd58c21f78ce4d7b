//! `analyze`, `build`: from JavaScript to records and files.

use std::panic::{self, AssertUnwindSafe};

use bmes::{EnvironmentChange, ModuleRecord, Version};
use bmes_analyzer::{AnalyzeError, Analyzer, ErrorClass, Options, RecordVersion, SourceType};
use serde::Serialize;

use crate::args::{self, Language, NamespaceReexport};
use crate::environment;
use crate::failure::{Failure, Result, Status};
use crate::files::{self, Found, Wanted};
use crate::input::{Position, Source, read_once};
use crate::json::Object;
use crate::lines::Lines;
use crate::ordered::{self, Place, Threads};
use crate::output::Out;
use crate::record;
use crate::tally::Tally;

/// What in a folder is a module, or may be one.
const MODULES: Wanted = Wanted {
    extensions: &["js", "mjs", "jsx", "mts", "ts", "tsx"],
    is_wanted: |path| SourceType::from_path(path).is_ok(),
};
/// The parser recurses: a thread gets so much stack, which costs nothing before it is used.
const STACK: usize = 256 << 20;
/// Of which so much is for what is not the analysis.
const STACK_IN_USE: usize = 1 << 20;

/// Prints a record, or why there is none, for each file.
pub(crate) fn analyze(arguments: &args::Analyze, json: bool) -> Result<Status> {
    let files = files::find(&arguments.files, &arguments.work, &MODULES)?;
    let mut lines = Lines::new(files.len(), Out::plain());
    let mut tally = Tally::default();
    let work = |worker: &mut Worker, file: &Found| {
        let record = worker.record(file, &arguments.source);
        let line = match (&record, file) {
            (Ok(record), Ok(file)) => Object::answer(Some(file), Answer { record }).line(),
            (Err(failure), _) => Object::failure(failure).line(),
            // A file that was not found has no record.
            (Ok(_), Err(_)) => String::new(),
        };
        (line, record.map(drop))
    };
    let take = |(line, record): (String, Result<()>)| {
        tally.add(&record);
        lines.done(&line)?;
        match record {
            Err(failure) if !json && failure.status() == Status::Failed => lines.said(&failure),
            _ => Ok(()),
        }
    };
    let threads = Threads { jobs: ordered::jobs(arguments.work.jobs), stack: Some(STACK) };
    let analysed = ordered::for_each(&files, threads, Worker::new, work, take);
    let printed = lines.finish();
    match analysed.and(printed) {
        Ok(()) if !json => tally.print("analysed", "rejected"),
        Err(failure) if !failure.is_silent() => return Err(failure),
        Ok(()) | Err(_) => {}
    }
    Ok(tally.status())
}

#[derive(Serialize)]
struct Answer<'a> {
    record: &'a ModuleRecord,
}

struct Worker {
    analyzer: Analyzer,
    buffer: Vec<u8>,
    place: Place,
}

impl Worker {
    fn new(place: Place) -> Self {
        Self { analyzer: Analyzer::new(), buffer: Vec::new(), place }
    }

    fn record(&mut self, file: &Found, arguments: &args::Source) -> Result<ModuleRecord> {
        let Self { analyzer, buffer, place } = self;
        let source = file.as_ref().map_err(Clone::clone)?;
        read_source(source, buffer)?;
        let mut options = options(source, arguments).map_err(|error| rejected(source, &error))?;
        if *place == Place::Thread {
            options = options.with_stack_len(STACK - STACK_IN_USE);
        }
        // A file that brings the analyzer down must not bring the others with it.
        match panic::catch_unwind(AssertUnwindSafe(|| analyzer.analyze(&*buffer, &options))) {
            Ok(Ok(analysis)) => Ok(analysis.record),
            Ok(Err(error)) => Err(rejected(source, &error)),
            Err(_) => {
                *analyzer = Analyzer::new();
                Err(internal(source))
            }
        }
    }
}

/// Reads a module, but no more of it than the analyzer takes.
fn read_source(source: &Source, buffer: &mut Vec<u8>) -> Result<()> {
    let most = Options::default().max_len;
    source.read_into(buffer, most as u64 + 1)?;
    if buffer.len() > most {
        let message = format!("the module has more than {most} bytes");
        return Err(Failure::invalid(ErrorClass::TooLarge.to_string(), message).of(source));
    }
    Ok(())
}

/// A module that has no record.
fn rejected(source: &Source, error: &AnalyzeError) -> Failure {
    let mut failure = Failure::invalid(error.class().to_string(), error.message()).of(source);
    if let (Some(line), Some(column)) = (error.line(), error.column()) {
        let [line, column] = [line, column].map(|number| usize::try_from(number).unwrap_or(usize::MAX));
        failure = failure.at(Position { line, column });
    }
    match error.help() {
        Some(help) => failure.tip(help),
        None => failure,
    }
}

/// The analyzer panicked.
fn internal(source: &Source) -> Failure {
    Failure::invalid(ErrorClass::Internal.to_string(), "this file makes the analyzer panic")
        .of(source)
        .tip("this is a defect of bmes: please report it with the file")
}

fn options(source: &Source, arguments: &args::Source) -> std::result::Result<Options, AnalyzeError> {
    let language = match (arguments.language, source) {
        (Some(language), _) => language.into(),
        (None, Source::Standard) => SourceType::Mjs,
        (None, Source::File(path)) => SourceType::from_path(path)?,
    };
    Ok(Options::new(language).with_namespace_reexport(arguments.namespace_reexport.into()))
}

impl From<Language> for SourceType {
    fn from(language: Language) -> Self {
        match language {
            Language::Mjs => Self::Mjs,
            Language::Js => Self::Js,
            Language::Jsx => Self::Jsx,
            Language::Mts => Self::Mts,
            Language::Ts => Self::Ts,
            Language::Tsx => Self::Tsx,
        }
    }
}

impl From<NamespaceReexport> for bmes_analyzer::NamespaceReexport {
    fn from(answer: NamespaceReexport) -> Self {
        match answer {
            NamespaceReexport::Namespace => Self::Namespace,
            NamespaceReexport::Local => Self::Local,
        }
    }
}

/// Makes a file of a module and its bytecode.
pub(crate) fn build(arguments: &args::Build, json: bool) -> Result<Status> {
    let source = Source::from(arguments.file.as_path());
    let bytecode = Source::from(arguments.bytecode.as_path());
    let environment = arguments.environment.as_deref().map(Source::from);
    let inputs: Vec<_> = [&source, &bytecode].into_iter().chain(&environment).collect();
    read_once(&inputs)?;
    let path = match (&arguments.output, &source) {
        (Some(path), _) => path.clone(),
        (None, Source::File(path)) => path.with_extension("bmes"),
        (None, Source::Standard) => {
            return Err(Failure::usage("a module from standard input has no name for its file")
                .tip("name the file to write: --output"));
        }
    };
    let output = record::new_output(&path, &inputs, json).map_err(|failure| match arguments.output {
        None => failure.tip("name the file to write: --output"),
        Some(_) => failure,
    })?;
    let to = version(arguments)?;
    let mut text = Vec::new();
    read_source(&source, &mut text)?;
    let refused = |error: &AnalyzeError| {
        let failure = rejected(&source, error);
        match error.class() {
            ErrorClass::FileType | ErrorClass::CommonJs => failure.tip("if it is a module: --type mjs"),
            ErrorClass::LoneSurrogate | ErrorClass::AmbiguousRequest | ErrorClass::ImportPhase => {
                failure.tip("no version from 1 to 3 can hold this module: load it from its source")
            }
            _ => failure,
        }
    };
    let record_version = if to == Version::V1 { RecordVersion::V1 } else { RecordVersion::V2 };
    let options = options(&source, &arguments.source).map_err(|error| refused(&error))?.with_version(record_version);
    let mut record = bmes_analyzer::analyze(&text, &options).map_err(|error| refused(&error))?.record;
    if let Some(path) = &arguments.environment {
        let environment = EnvironmentChange::Supply(environment::read(path)?);
        record = record.convert(to, environment).map_err(|error| Failure::from(error).of(&source))?;
    }
    record::write(&source, &record, &bytecode.read()?, output, json)
}

/// Returns the version to write: it has an environment exactly if there is one.
fn version(arguments: &args::Build) -> Result<Version> {
    let file = Source::from(arguments.file.as_path());
    match (arguments.format_version, &arguments.environment) {
        (None, None) => Ok(Version::V2),
        (None, Some(_)) => Ok(Version::V3),
        (Some(version), None) if version.has_environment() => Err(Failure::usage(format_args!(
            "version {version} also holds the variables and features that only the engine knows"
        ))
        .of(&file)
        .tip("supply them with --environment, or write version 2")),
        (Some(version), Some(path)) if !version.has_environment() => {
            Err(Failure::usage(format_args!("version {version} holds no variables and features"))
                .of(&Source::from(path.as_path()))
                .tip("leave --environment out, or write version 3"))
        }
        (Some(version), _) => Ok(version),
    }
}
