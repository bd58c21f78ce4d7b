//! Compares the record of each TypeScript source with the record of the JavaScript that the
//! TypeScript compiler makes of it.
//!
//! ```text
//! cargo run --release -p bmes-analyzer --example typescript -- COMPILER ALLOWED FOLDER...
//! ```
//!
//! COMPILER is the folder of the npm package `typescript`. The compiler compiles every `.ts`,
//! `.tsx` and `.mts` file below the folders separately (`transpileModule`). The analyzer analyses
//! the output and the source, and the two records are compared. A file of the compiler's own test
//! suite contains several sources, separated by `// @filename:` lines, and the compiler options for
//! them; both are used. The program exits with 1 if more than ALLOWED records of a folder differ.

#[path = "batch/files.rs"]
mod files;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, process};

use bmes::ModuleRecord;
use bmes_analyzer::{Analyzer, Decorators, ErrorClass, Jsx, JsxRuntime, Options, SourceType, TypeScript};
use files::files;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<ExitCode> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [compiler, allowed, folders @ ..] = &arguments[..] else {
        eprintln!("usage: typescript COMPILER ALLOWED FOLDER...");
        return Ok(ExitCode::from(2));
    };
    let allowed: usize = allowed.to_string_lossy().parse()?;
    let mut failed = false;
    for folder in folders {
        let files = files(folder, &is_typescript)?;
        let units: Vec<Unit> = files.iter().flat_map(|file| units(file)).collect();
        failed |= compare(folder, &units, &compile(compiler, &units)?) > allowed;
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn is_typescript(path: &Path) -> bool {
    let source_type = SourceType::from_path(path);
    source_type.is_ok_and(|source_type| matches!(source_type, SourceType::Ts | SourceType::Tsx | SourceType::Mts))
}

/// A source, and the compiler's options for it.
struct Unit {
    /// The path of the file. If the file contains several sources, also the name of this source.
    name: String,
    path: PathBuf,
    source: String,
    options: BTreeMap<String, String>,
}

/// Those options of the compiler that change a record.
const OPTIONS: [&str; 7] = [
    "experimentalDecorators",
    "emitDecoratorMetadata",
    "verbatimModuleSyntax",
    "jsx",
    "jsxImportSource",
    "jsxFactory",
    "jsxFragmentFactory",
];

/// Returns the sources in a file.
fn units(file: &Path) -> Vec<Unit> {
    // Some files of the compiler's test suite are not UTF-8; they count as empty.
    let Ok(text) = fs::read(file).map(|bytes| String::from_utf8(bytes).unwrap_or_default()) else { return Vec::new() };
    let mut options = BTreeMap::new();
    let mut parts = vec![(file.to_path_buf(), String::new())];
    for line in text.split_inclusive('\n') {
        let directive = line.trim().strip_prefix("//").and_then(|line| line.trim().strip_prefix('@'));
        let directive = directive.and_then(|line| line.split_once(':'));
        let known = directive.and_then(|(name, value)| {
            let name = OPTIONS.iter().find(|known| known.eq_ignore_ascii_case(name.trim()))?;
            Some((*name, value.trim().split(',').next().unwrap_or_default()))
        });
        match (directive, known) {
            (Some((name, value)), _) if name.trim().eq_ignore_ascii_case("filename") => {
                parts.push((PathBuf::from(value.trim()), String::new()));
            }
            (_, Some((name, value))) => {
                options.insert(name.to_owned(), value.to_owned());
            }
            _ => parts.last_mut().expect("the list must begin with a part for the whole file").1.push_str(line),
        }
    }
    let several = parts.len() > 1;
    let parts =
        parts.into_iter().filter(|(path, source)| is_typescript(path) && !(several && source.trim().is_empty()));
    let unit = |(path, source): (PathBuf, String)| {
        let name = file.display().to_string();
        let name = if path == file { name } else { format!("{name} ({})", path.display()) };
        Unit { name, path, source, options: options.clone() }
    };
    parts.map(unit).collect()
}

impl Unit {
    fn is_set(&self, option: &str) -> bool {
        self.options.get(option).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    fn analyzer_options(&self) -> Options {
        let decorators = match (self.is_set("experimentalDecorators"), self.is_set("emitDecoratorMetadata")) {
            (false, _) => Decorators::Standard,
            (true, false) => Decorators::Legacy,
            (true, true) => Decorators::LegacyWithMetadata,
        };
        let text = |option: &str| self.options.get(option).cloned();
        let runtime = match text("jsx").unwrap_or_default().as_str() {
            "react" => JsxRuntime::Classic,
            "react-jsxdev" => JsxRuntime::AutomaticDevelopment,
            _ => JsxRuntime::Automatic,
        };
        let typescript = TypeScript { decorators, verbatim_module_syntax: self.is_set("verbatimModuleSyntax") };
        let jsx = Jsx {
            runtime,
            import_source: text("jsxImportSource"),
            factory: text("jsxFactory"),
            fragment_factory: text("jsxFragmentFactory"),
        };
        let options = Options::for_path(&self.path)
            .expect("the file name must be one of TypeScript, because `units` returns no other");
        options.with_typescript(typescript).with_jsx(jsx)
    }

    fn job(&self) -> Value {
        let value = |value: &String| match value.to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            // With these options, the compiler leaves JSX in its output, which cannot be analysed
            // as JavaScript.
            "preserve" | "react-native" => Value::String("react-jsx".to_owned()),
            _ => Value::String(value.clone()),
        };
        let options: BTreeMap<_, _> = self.options.iter().map(|(name, option)| (name, value(option))).collect();
        json!({"name": self.path, "source": self.source, "options": options})
    }
}

/// The compiler's output for a source: the JavaScript, and the first error if there is one.
struct Compiled {
    code: String,
    error: Option<String>,
    /// The first message of the type checker about an error in the grammar.
    grammar: Option<String>,
}

fn compile(compiler: &Path, units: &[Unit]) -> Result<Vec<Compiled>> {
    let folder = env::temp_dir().join(format!("bmes-typescript-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let (jobs, answers) = (folder.join("jobs"), folder.join("answers"));
    let mut lines = Vec::new();
    for unit in units {
        writeln!(lines, "{}", unit.job())?;
    }
    fs::write(&jobs, lines)?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/typescript.mjs");
    let compiler = fs::canonicalize(compiler)?;
    let status = Command::new("node").arg(script).arg(compiler).arg(&jobs).arg(&answers).status()?;
    let text = fs::read_to_string(&answers);
    fs::remove_dir_all(&folder)?;
    if !status.success() {
        return Err(format!("node, which runs the TypeScript compiler, failed: {status}").into());
    }
    let read = |line: &str| -> Result<Compiled> {
        let answer: Value = serde_json::from_str(line)?;
        let code = answer["code"].as_str().unwrap_or_default().to_owned();
        let first = |list: &str| answer[list][0].as_str().map(str::to_owned);
        Ok(Compiled { code, error: first("errors"), grammar: first("grammar") })
    };
    text?.lines().map(read).collect()
}

/// Compares the two records of each source, and prints the results. Returns the number of sources
/// whose records differ.
fn compare(folder: &Path, units: &[Unit], compiled: &[Compiled]) -> usize {
    let mut analyzer = Analyzer::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut differing = 0;
    for (unit, compiled) in units.iter().zip(compiled) {
        let source = analyzer.analyze(&unit.source, &unit.analyzer_options());
        let output = analyzer.analyze(&compiled.code, &Options::default());
        let (what, reason) = match (&source, &output, &compiled.error) {
            (Ok(source), Ok(output), None) if compared(&source.record) == compared(&output.record) => {
                ("the same record", None)
            }
            (Ok(source), Ok(output), None) => (
                "DIFFERENT",
                Some(format!(
                    "the record of the compiler's output is {:?}, and the record of the source is {:?}",
                    output.record, source.record
                )),
            ),
            (Err(error), ..) if error.class() == ErrorClass::CommonJs => ("CommonJS", None),
            (Err(_), Err(_), _) | (Err(_), _, Some(_)) => ("rejected by both", None),
            (Err(_), Ok(_), None) if compiled.grammar.is_some() => {
                ("rejected by the analyzer and the type checker", None)
            }
            (Err(error), Ok(_), None) => ("rejected only by the analyzer", Some(error.to_string())),
            (Ok(_), _, Some(error)) => ("rejected only by the compiler", Some(error.clone())),
            (Ok(_), Err(error), None) => ("accepted, but the compiler's output is rejected", Some(error.to_string())),
        };
        *counts.entry(what).or_default() += 1;
        if let Some(reason) = reason {
            differing += usize::from(what == "DIFFERENT");
            println!("  {what}: {}: {}", unit.name, reason.replace('\n', "\n    "));
        }
    }
    let counts: Vec<_> = counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
    println!("{}: {} sources: {}", folder.display(), units.len(), counts.join(", "));
    differing
}

/// Returns the part of a record that is compared: it has no local names of JSX runtime functions,
/// because each compiler chooses other names.
fn compared(record: &ModuleRecord) -> ModuleRecord {
    let mut record = record.clone();
    for import in &mut record.imports {
        if import.module_request.ends_with("-runtime") && import.local_name.starts_with('_') {
            import.local_name.clear();
        }
    }
    record
}
