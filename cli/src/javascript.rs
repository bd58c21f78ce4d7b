//! `analyze` and `build`: make records and BMES files from JavaScript modules.

use std::panic::{self, AssertUnwindSafe};

use bmes::{Attribute, EnvironmentChange, ModuleRecord, Version, v4};
use bmes_analyzer::{
    Analysis, AnalyzeError, Analyzer, Decorators, DynamicImport, ErrorClass, Jsx, JsxRuntime, Options, RecordVersion,
    SourceType, TypeScript, Variable,
};
use serde::Serialize;

use crate::args::{self, JsxMode, Language, NamespaceReexport};
use crate::environment;
use crate::failure::{Failure, Result, Status};
use crate::files::{self, Found, Wanted};
use crate::input::{Position, Source, read_once};
use crate::json::Object;
use crate::lines::Lines;
use crate::ordered::{self, Threads, WorkerThread};
use crate::output::Out;
use crate::record;
use crate::tally::Tally;
use crate::version_4::Supplied;

/// The files that `analyze` takes from a folder: all files whose names the analyzer accepts as those of modules.
const MODULES: Wanted = Wanted {
    extensions: &["js", "mjs", "jsx", "mts", "ts", "tsx"],
    is_wanted: |path| SourceType::from_path(path).is_ok(),
};
/// The stack size of a thread, in bytes. It is large because the parser is recursive; unused stack costs no memory.
const STACK: usize = 256 << 20;
/// The part of the stack, in bytes, that is reserved for code other than the analysis.
const STACK_IN_USE: usize = 1 << 20;

/// Runs `bmes analyze`: prints a line per file, with its record or with the reason why the file has none.
pub(crate) fn analyze(arguments: &args::Analyze, json: bool) -> Result<Status> {
    let files = files::find(&arguments.files, &arguments.work, &MODULES)?;
    let mut lines = Lines::new(files.len(), Out::plain());
    let mut tally = Tally::default();
    let work = |worker: &mut Worker, file: &Found, text: &mut Vec<u8>| {
        let start = text.len();
        let analysed = worker.analyze(file, arguments.source.language, |source, analysis| {
            Object::answer(Some(source), Answer::of(&analysis, arguments.full)).add_line(text);
        });
        analysed.inspect_err(|failure| {
            text.truncate(start);
            Object::failure(failure).add_line(text);
        })
    };
    let take = |analysis: Result<()>, line: &[u8]| {
        tally.add(&analysis);
        lines.done(line)?;
        match analysis {
            Err(failure) if !json && failure.status() == Status::Failed => lines.print_error(&failure),
            _ => Ok(()),
        }
    };
    let threads = Threads { jobs: ordered::jobs(arguments.work.jobs), stack: Some(STACK) };
    let worker = |thread| Worker::new(&arguments.source, thread);
    let analysed = ordered::for_each(&files, threads, worker, work, take);
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
    record: &'a ModuleRecord<&'a str>,
    #[serde(flatten)]
    more: Option<More<'a>>,
}

/// The results of the analyzer other than the record, which `--full` prints.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each flag is independent")]
struct More<'a> {
    variables: VariableLists<'a>,
    module_syntax: bool,
    top_level_await: bool,
    import_meta: bool,
    dynamic_import: bool,
    dynamic_imports: Vec<Dynamic<'a>>,
    producer: Producer,
}

#[derive(Serialize)]
struct VariableLists<'a> {
    declared: Vec<Declared<'a>>,
    lexical: Vec<Declared<'a>>,
}

#[derive(Serialize)]
struct Declared<'a> {
    name: &'a str,
    kind: &'static str,
}

/// An `import()` with a literal specifier. `attributes` is null if the attributes are computed at run time.
#[derive(Serialize)]
struct Dynamic<'a> {
    specifier: &'a str,
    attributes: Option<&'a [Attribute]>,
    phase: &'static str,
}

#[derive(Serialize)]
struct Producer {
    name: &'static str,
    version: &'static str,
}

impl<'a> Answer<'a> {
    fn of(analysis: &'a Analysis<&'a str>, full: bool) -> Self {
        Self { record: &analysis.record, more: full.then(|| More::of(analysis)) }
    }
}

impl<'a> More<'a> {
    fn of(Analysis { variables, flags, dynamic_imports, .. }: &'a Analysis<&'a str>) -> Self {
        let declared = |variable: &'a Variable<&'a str>| Declared { name: variable.name, kind: variable.kind.id() };
        let dynamic = |import: &'a DynamicImport| Dynamic {
            specifier: &import.specifier,
            attributes: import.attributes.as_deref(),
            phase: import.phase.id(),
        };
        Self {
            variables: VariableLists {
                declared: variables.declared.iter().map(declared).collect(),
                lexical: variables.lexical.iter().map(declared).collect(),
            },
            module_syntax: flags.module_syntax,
            top_level_await: flags.top_level_await,
            import_meta: flags.import_meta,
            dynamic_import: flags.dynamic_import,
            dynamic_imports: dynamic_imports.iter().map(dynamic).collect(),
            producer: Producer { name: "bmes-analyzer", version: bmes_analyzer::VERSION },
        }
    }
}

struct Worker {
    analyzer: Analyzer,
    options: Options,
    buffer: Vec<u8>,
}

impl Worker {
    fn new(arguments: &args::Source, thread: WorkerThread) -> Self {
        let mut options = options(arguments);
        if thread == WorkerThread::Spawned {
            options.stack_len = STACK - STACK_IN_USE;
        }
        Self { analyzer: Analyzer::new(), options, buffer: Vec::new() }
    }

    /// Analyses a file and passes the analysis to `then`.
    fn analyze(
        &mut self,
        file: &Found,
        language: Option<Language>,
        then: impl FnOnce(&Source, Analysis<&str>) + Send,
    ) -> Result<()> {
        let Self { analyzer, options, buffer } = self;
        let source = file.as_ref().map_err(Clone::clone)?;
        read_source(source, buffer)?;
        options.source_type = source_type(source, language).map_err(|error| rejected(source, &error))?;
        // A file that makes the analyzer panic must not affect the other files.
        let then = |analysis: Analysis<&str>| then(source, analysis);
        let analysed = panic::catch_unwind(AssertUnwindSafe(|| analyzer.analyze_with(&*buffer, options, then)));
        let Ok(analysed) = analysed else {
            *analyzer = Analyzer::new();
            return Err(internal(source));
        };
        analysed.map_err(|error| rejected(source, &error))
    }
}

/// Reads a module into `buffer`. Returns an error if it has more bytes than the analyzer accepts.
fn read_source(source: &Source, buffer: &mut Vec<u8>) -> Result<()> {
    let most = Options::default().max_len;
    source.read_into(buffer, most as u64 + 1)?;
    if buffer.len() > most {
        let message = format!("the module has more than {most} bytes, the maximum");
        return Err(Failure::invalid(ErrorClass::TooLarge.to_string(), message).of(source));
    }
    Ok(())
}

/// Returns the failure for a file that the analyzer rejects with `error`.
fn rejected(source: &Source, error: &AnalyzeError) -> Failure {
    let mut failure = Failure::invalid(error.class().to_string(), error.message()).of(source);
    if let (Some(line), Some(column)) = (error.line(), error.column()) {
        let [line, column] = [line, column].map(|number| usize::try_from(number).unwrap_or(usize::MAX));
        failure = failure.at(Position { line, column });
    }
    match (module_type(source, error.class()), error.help()) {
        (Some(language), _) => failure.tip(format!("if it is a module, add --type {language}")),
        (None, Some(help)) => failure.tip(help),
        (None, None) => failure,
    }
}

/// Returns the value of `--type` with which the analyzer would read a rejected file as a module, if there is such a
/// value.
fn module_type(source: &Source, class: ErrorClass) -> Option<&'static str> {
    let Source::File(path) = source else { return None };
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    match (class, extension.to_str().unwrap_or_default()) {
        (ErrorClass::CommonJs, "ts" | "cts") => Some("mts"),
        // No value of `--type` stands for a module with JSX, and a declaration file (`.d.ts`) has no code.
        (ErrorClass::CommonJs, "jsx" | "tsx") | (ErrorClass::FileType, "ts" | "mts") => None,
        (ErrorClass::CommonJs | ErrorClass::FileType, _) => Some("mjs"),
        _ => None,
    }
}

/// Returns the failure for a panic of the analyzer.
fn internal(source: &Source) -> Failure {
    Failure::invalid(ErrorClass::Internal.to_string(), "the analyzer panicked on this file")
        .of(source)
        .tip("this is a bug in bmes: please report it, and attach the file")
}

fn source_type(source: &Source, language: Option<Language>) -> std::result::Result<SourceType, AnalyzeError> {
    match (language, source) {
        (Some(language), _) => Ok(language.into()),
        (None, Source::Standard) => Ok(SourceType::Mjs),
        (None, Source::File(path)) => SourceType::from_path(path),
    }
}

/// Returns the options for all files. Only the source type is missing, because it depends on the file.
fn options(arguments: &args::Source) -> Options {
    let (typescript, jsx) = compiler(&arguments.compiler);
    let options = Options::default().with_namespace_reexport(arguments.namespace_reexport.into());
    options.with_typescript(typescript).with_jsx(jsx)
}

fn compiler(arguments: &args::Compiler) -> (TypeScript, Jsx) {
    let decorators = match (arguments.experimental_decorators, arguments.emit_decorator_metadata) {
        (false, _) => Decorators::Standard,
        (true, false) => Decorators::Legacy,
        (true, true) => Decorators::LegacyWithMetadata,
    };
    let runtime = match arguments.jsx {
        JsxMode::ReactJsx => JsxRuntime::Automatic,
        JsxMode::ReactJsxdev => JsxRuntime::AutomaticDevelopment,
        JsxMode::React => JsxRuntime::Classic,
    };
    let jsx = Jsx {
        runtime,
        import_source: arguments.jsx_import_source.clone(),
        factory: arguments.jsx_factory.clone(),
        fragment_factory: arguments.jsx_fragment_factory.clone(),
    };
    (TypeScript { decorators, verbatim_module_syntax: arguments.verbatim_module_syntax }, jsx)
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
    fn from(reexport: NamespaceReexport) -> Self {
        match reexport {
            NamespaceReexport::Namespace => Self::Namespace,
            NamespaceReexport::Local => Self::Local,
        }
    }
}

/// Runs `bmes build`: makes a BMES file from a module and its bytecode.
pub(crate) fn build(arguments: &args::Build, json: bool) -> Result<Status> {
    let source = Source::from(arguments.file.as_path());
    let bytecode = Source::from(arguments.bytecode.as_path());
    let environment = arguments.environment.as_deref().map(Source::from);
    let to = version(arguments)?;
    let supplied = Supplied::new(&arguments.version_4, to, "--format-version")?;
    let inputs: Vec<_> =
        [&source, &bytecode].into_iter().chain(&environment).chain(supplied.iter().flat_map(Supplied::files)).collect();
    read_once(&inputs)?;
    let path = match (&arguments.output, &source) {
        (Some(path), _) => path.clone(),
        (None, Source::File(path)) => path.with_extension("bmes"),
        (None, Source::Standard) => {
            return Err(Failure::usage(
                "no output file is given, and a module from standard input has no default output file",
            )
            .tip("pass the output file: --output FILE"));
        }
    };
    let output = record::new_output(&path, &inputs, json).map_err(|failure| match arguments.output {
        None => failure.tip("pass the output file: --output FILE"),
        Some(_) => failure,
    })?;
    let mut text = Vec::new();
    read_source(&source, &mut text)?;
    let unbuildable = |error: &AnalyzeError| {
        let failure = rejected(&source, error);
        match (error.class(), to) {
            (ErrorClass::LoneSurrogate, _) => {
                failure.tip("no format version can hold this module: the engine must load it from its source")
            }
            (ErrorClass::AmbiguousRequest | ErrorClass::ImportPhase, Version::V4) => failure
                .tip("version 4 can hold this module, but `bmes build` cannot: make its record, and use `bmes encode`"),
            (ErrorClass::AmbiguousRequest | ErrorClass::ImportPhase, _) => failure
                .tip("no format version from 1 to 3 can hold this module: the engine must load it from its source"),
            _ => failure,
        }
    };
    let record_version = if to == Version::V1 { RecordVersion::V1 } else { RecordVersion::V2 };
    let mut options = options(&arguments.source).with_version(record_version);
    options.source_type = source_type(&source, arguments.source.language).map_err(|error| unbuildable(&error))?;
    let Analysis { mut record, flags, .. } =
        bmes_analyzer::analyze(&text, &options).map_err(|error| unbuildable(&error))?;
    if let Some(path) = &arguments.environment {
        let environment = EnvironmentChange::Supply(environment::read(path)?);
        record = record.convert(Version::V3, environment).map_err(|error| Failure::from(error).of(&source))?;
    }
    // The analyzer returns only valid records, so an error is an error of the environment file.
    let of = environment.as_ref().unwrap_or(&source);
    let bytecode = bytecode.read()?;
    let file = match supplied {
        Some(supplied) => {
            let flags = v4::Flags {
                top_level_await: flags.top_level_await,
                import_meta: flags.import_meta,
                typescript: matches!(options.source_type, SourceType::Mts | SourceType::Ts | SourceType::Tsx),
            };
            supplied.encode(&record, v4::source(&text), flags, &bytecode, of)?
        }
        None => bmes::encode(&record, &bytecode).map_err(|error| Failure::from(error).of(of))?,
    };
    record::write(to, &file, output, json)
}

/// Returns the format version of the new file. Version 3 needs `--environment`, and version 4 allows it; no other version
/// does.
fn version(arguments: &args::Build) -> Result<Version> {
    let file = Source::from(arguments.file.as_path());
    match (arguments.format_version, &arguments.environment) {
        (None, _) if arguments.version_4.producer.is_some() => Ok(Version::V4),
        (None, None) => Ok(Version::V2),
        (None, Some(_)) => Ok(Version::V3),
        (Some(Version::V3), None) => Err(Failure::usage(
            "the output has version 3, which needs variables and features that only the engine knows",
        )
        .of(&file)
        .tip("supply them with --environment FILE, or use --format-version 2")),
        (Some(version), Some(path)) if !version.has_environment() => Err(Failure::usage(format_args!(
            "supplies variables and features, but an output of version {version} cannot hold them"
        ))
        .of(&Source::from(path.as_path()))
        .tip("omit --environment, or use --format-version 3")),
        (Some(version), _) => Ok(version),
    }
}
