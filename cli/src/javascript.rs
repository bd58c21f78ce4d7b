//! `analyze`, `build`: from JavaScript to records and files.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use bmes::{EnvironmentChange, ModuleRecord, Version};
use bmes_analyzer::{AnalyzeError, Analyzer, ErrorClass, Options, RecordVersion, SourceType};
use serde::Serialize;

use crate::args::{self, Language, NamespaceReexport};
use crate::environment;
use crate::files::{self, Found, Wanted};
use crate::input::{Source, Unread};
use crate::lines::Lines;
use crate::ordered;
use crate::out::Out;
use crate::record;
use crate::stop::{Outcome, Stop};
use crate::style::BAD;
use crate::text::{count, thousands};

/// What in a folder is a module, or may be one. Declarations of types are none.
const MODULES: Wanted = Wanted { extensions: &["js", "mjs", "jsx", "mts", "ts", "tsx"], except: &["d.ts", "d.mts"] };
/// Of a thread's stack, so much is for what is not the analysis.
const STACK_IN_USE: usize = 1 << 20;

/// Prints a record, or why there is none, for each file.
pub(crate) fn analyze(arguments: &args::Analyze) -> Result<Outcome, Stop> {
    let files = files::find(&arguments.files, &MODULES)?;
    let mut lines = Lines::new(files.len(), Out::plain());
    let mut tally = Tally::default();
    let work = |(analyzer, buffer): &mut (Analyzer, Vec<u8>), file: &Found| {
        let answer = answer(analyzer, buffer, file, &arguments.source);
        let name = match file {
            Ok(source) => source.name(),
            Err(unread) => unread.source().name(),
        };
        (line(&name, &answer), answer.map(drop))
    };
    let take = |(line, answer): (String, Result<(), Box<Refused>>)| {
        tally.add(&answer);
        match answer {
            Err(refused) => {
                lines.done(&line).and_then(|()| refused.stop.as_ref().map_or(Ok(()), |stop| lines.said(stop)))
            }
            Ok(()) => lines.done(&line),
        }
    };
    let worker = || (Analyzer::new(), Vec::new());
    let analysed = ordered::for_each(&files, ordered::jobs(arguments.jobs), worker, work, take);
    let printed = lines.finish();
    match analysed.and(printed) {
        Ok(()) => tally.print(),
        Err(stop) if !stop.is_silent() => return Err(stop),
        Err(_) => {}
    }
    Ok(tally.outcome())
}

/// Why a file has no record.
#[derive(Serialize)]
struct Refused {
    class: String,
    message: String,
    line: Option<u32>,
    column: Option<u32>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// Where it was not even read.
    #[serde(skip)]
    stop: Option<Stop>,
}

impl Refused {
    fn of(error: &AnalyzeError) -> Box<Self> {
        Box::new(Self {
            class: error.class().to_string(),
            message: error.message().to_owned(),
            line: error.line(),
            column: error.column(),
            help: error.help().map(ToOwned::to_owned),
            stop: None,
        })
    }

    fn unread(unread: Unread) -> Box<Self> {
        let (message, help) = (unread.to_string(), Some(unread.tip()));
        let stop = Some(unread.into());
        Box::new(Self { class: "unread".into(), message, line: None, column: None, help, stop })
    }

    /// The analyzer did not come back.
    fn internal() -> Box<Self> {
        let message = "the analyzer has a fault, and this file shows it".into();
        let help = Some("report it, with the file".into());
        let class = ErrorClass::Internal.to_string();
        Box::new(Self { class, message, line: None, column: None, help, stop: None })
    }
}

fn answer(
    analyzer: &mut Analyzer,
    buffer: &mut Vec<u8>,
    file: &Found,
    arguments: &args::Source,
) -> Result<ModuleRecord, Box<Refused>> {
    let read = match file {
        Ok(source) => source.read_into(buffer, u64::MAX).map(|()| source),
        Err(unread) => Err(unread.clone()),
    };
    let source = read.map_err(Refused::unread)?;
    let options = options(source, arguments).map_err(|error| Refused::of(&error))?;
    let options = options.with_stack_len(ordered::STACK - STACK_IN_USE);
    // A file that brings the analyzer down must not bring the others with it.
    match panic::catch_unwind(AssertUnwindSafe(|| analyzer.analyze(&*buffer, &options))) {
        Ok(Ok(analysis)) => Ok(analysis.record),
        Ok(Err(error)) => Err(Refused::of(&error)),
        Err(_) => {
            *analyzer = Analyzer::new();
            Err(Refused::internal())
        }
    }
}

fn options(source: &Source, arguments: &args::Source) -> Result<Options, AnalyzeError> {
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

#[derive(Serialize)]
struct Object<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<&'a ModuleRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Refused>,
}

fn line(file: &str, answer: &Result<ModuleRecord, Box<Refused>>) -> String {
    let (record, error) = (answer.as_ref().ok(), answer.as_ref().err().map(AsRef::as_ref));
    // The analyzer's records are of a version that has no environment, so that they have none is right.
    let mut line = serde_json::to_string(&Object { file, record, error }).unwrap_or_default();
    line.push('\n');
    line
}

/// How many files are what.
#[derive(Default)]
struct Tally {
    analysed: usize,
    refused: usize,
    unread: usize,
}

impl Tally {
    fn add(&mut self, answer: &Result<(), Box<Refused>>) {
        match answer {
            Ok(()) => self.analysed += 1,
            Err(refused) if refused.stop.is_none() => self.refused += 1,
            Err(_) => self.unread += 1,
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self { unread: 1.., .. } => Outcome::Stopped,
            Self { refused: 1.., .. } => Outcome::Bad,
            _ => Outcome::Fine,
        }
    }

    /// The sum, to standard error: the lines are the result.
    fn print(&self) {
        use std::io::Write as _;
        let Self { analysed, refused, unread } = *self;
        let total = analysed + refused + unread;
        if total > 1 {
            let mut parts = vec![format!("{} analysed", thousands(analysed))];
            parts.extend((refused > 0).then(|| format!("{BAD}{} refused{BAD:#}", thousands(refused))));
            parts.extend((unread > 0).then(|| format!("{BAD}{} not read{BAD:#}", thousands(unread))));
            // Where it cannot be printed, the lines and the exit status have said it.
            let _ = writeln!(anstream::stderr(), "{}: {}", count(total, "file"), parts.join(", "));
        }
    }
}

/// Makes a file of a module and its bytecode.
pub(crate) fn build(arguments: &args::Build) -> Result<Outcome, Stop> {
    let source = Source::from(arguments.file.as_path());
    let bytecode = Source::from(arguments.bytecode.as_path());
    if source == Source::Standard && bytecode == Source::Standard {
        return Err(Stop::usage("-: is both the module and the bytecode").tip("give one of them a name"));
    }
    let output = match (&arguments.output, &source) {
        (Some(output), _) => output.clone(),
        (None, Source::File(path)) => path.with_extension("bmes"),
        (None, Source::Standard) => {
            return Err(Stop::usage("-: has no name to write the file to").tip("name it: -o main.bmes"));
        }
    };
    let to = version(arguments)?;
    let text = source.read()?;
    let refused = |error: AnalyzeError| {
        let tip = match error.class() {
            ErrorClass::FileType | ErrorClass::CommonJs => "if it is a module all the same: --type mjs",
            ErrorClass::LoneSurrogate | ErrorClass::AmbiguousRequest | ErrorClass::ImportPhase => {
                "an engine would run it, and no version from 1 to 3 can hold it: load it from its source"
            }
            ErrorClass::TooLarge => "is it the module that you meant?",
            ErrorClass::Internal => "report it, with the file",
            _ => "mend it in the source: what an engine would not run is not cached",
        };
        Stop::bad(format_args!("{source}: {error}")).tip(tip)
    };
    let record_version = if to == Version::V1 { RecordVersion::V1 } else { RecordVersion::V2 };
    let options = options(&source, &arguments.source).map_err(refused)?.with_version(record_version);
    let mut record = bmes_analyzer::analyze(&text, &options).map_err(refused)?.record;
    if let Some(path) = &arguments.environment {
        let environment = EnvironmentChange::Supply(environment::read(path)?);
        record = record.convert(to, environment).map_err(|error| Stop::usage(format_args!("{source}: {error}")))?;
    }
    record::write(&source, &record, &bytecode.read()?, &output)
}

/// The version to write: it has an environment exactly if there is one.
fn version(arguments: &args::Build) -> Result<Version, Stop> {
    let file = Source::from(arguments.file.as_path());
    match (arguments.format_version, &arguments.environment) {
        (None, None) => Ok(Version::V2),
        (None, Some(_)) => Ok(Version::V3),
        (Some(version), None) if version.has_environment() => Err(Stop::usage(format_args!(
            "{file}: version {version} also holds the variables and features that the engine noted, and no analysis of the source knows them"
        ))
        .tip("give them: --environment FILE.json, or write version 2")),
        (Some(version), Some(path)) if !version.has_environment() => Err(Stop::usage(format_args!(
            "{}: version {version} has no place for variables and features",
            Source::from(Path::new(path))
        ))
        .tip("leave --environment out, or write version 3")),
        (Some(version), _) => Ok(version),
    }
}
