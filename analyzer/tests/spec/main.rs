//! Tests of the analyzer, one fact per test: the record of each form of import and export, and the
//! class and position of each error.

mod commonjs;
mod cost;
mod early_errors;
mod exports;
mod flags;
mod imports;
mod looks;
mod messages;
mod names;
mod options;
mod parsers;
mod requests;
mod source;
mod trouble;
mod typescript;
mod variables;

use bmes::{ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord};
use bmes_analyzer::{Analysis, AnalyzeError, Options, SourceType, analyze};

/// Returns the analysis of a module. Fails if the module is rejected.
fn accepted(source: &str) -> Analysis {
    accepted_as(SourceType::Mjs, source)
}

fn accepted_as(source_type: SourceType, source: &str) -> Analysis {
    accepted_with(&Options::new(source_type), source)
}

fn accepted_with(options: &Options, source: &str) -> Analysis {
    analyze(source, options).unwrap_or_else(|error| panic!("{source}\n{error}"))
}

fn record(source: &str) -> ModuleRecord {
    accepted(source).record
}

fn imports(source: &str) -> Vec<ImportEntry> {
    record(source).imports
}

fn exports(source: &str) -> Vec<ExportEntry> {
    record(source).exports
}

/// Returns the specifiers of a module's requests.
fn specifiers(source: &str) -> Vec<String> {
    record(source).requests.into_iter().map(|request| request.specifier).collect()
}

fn error(source: impl AsRef<[u8]>) -> AnalyzeError {
    error_as(SourceType::Mjs, source)
}

fn error_as(source_type: SourceType, source: impl AsRef<[u8]>) -> AnalyzeError {
    let source = source.as_ref();
    match analyze(source, &Options::new(source_type)) {
        Ok(analysis) => panic!("{} was accepted: {analysis:?}", String::from_utf8_lossy(source)),
        Err(error) => error,
    }
}

/// The class, line and column of an error.
type Rejection = (&'static str, u32, u32);

fn rejected(source: &str) -> Rejection {
    rejected_as(SourceType::Mjs, source)
}

fn rejected_as(source_type: SourceType, source: &str) -> Rejection {
    let error = error_as(source_type, source);
    let position = error.position().expect("the error must have a position");
    (error.class().id(), position.line, position.column)
}

fn single(module_request: &str, import_name: &str, local_name: &str) -> ImportEntry {
    entry(ImportType::Single, module_request, import_name, local_name)
}

fn namespace_import(module_request: &str, local_name: &str) -> ImportEntry {
    entry(ImportType::Namespace, module_request, "*", local_name)
}

fn entry(import_type: ImportType, module_request: &str, import_name: &str, local_name: &str) -> ImportEntry {
    ImportEntry { import_type, module_request, import_name, local_name }.map(str::to_owned)
}

fn local(export_name: &str, local_name: &str) -> ExportEntry {
    ExportEntry { export_type: ExportType::Local, export_name, module_name: "", import_name: "", local_name }
        .map(str::to_owned)
}

fn indirect(export_name: &str, module_name: &str, import_name: &str) -> ExportEntry {
    ExportEntry { export_type: ExportType::Indirect, export_name, module_name, import_name, local_name: "" }
        .map(str::to_owned)
}

fn namespace(export_name: &str, module_name: &str) -> ExportEntry {
    ExportEntry { export_type: ExportType::Namespace, export_name, module_name, import_name: "", local_name: "" }
        .map(str::to_owned)
}
