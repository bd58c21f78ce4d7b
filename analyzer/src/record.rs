//! Builds the record from the import and export declarations of a module, in source order.
//!
//! The parser also returns a module record, but this module does not use it: it confuses some
//! names, and lacks the order of the requests and their attributes.

use bmes::{
    Attribute, Error, ErrorKind, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest, Rule,
    Section, VersionFields,
};
use hashbrown::{HashMap, HashSet};
use oxc_ast::ast::{
    Declaration, ExportAllDeclaration, ExportDefaultDeclarationKind, ExportFromDeclaration, ExportNamedDeclaration,
    ImportAttributeKey, ImportDeclaration, ImportDeclarationSpecifier, ImportPhase, ModuleExportName, Program,
    Statement, StringLiteral, WithClause, WithClauseKeyword,
};
use oxc_ecmascript::BoundNames;
use oxc_span::{GetSpan, Span};

use crate::class::ErrorClass;
use crate::error::SourceError;
use crate::options::{NamespaceReexport, Options, RecordVersion};

/// The local name of a default export that is not a named function or class.
pub(crate) const DEFAULT_BINDING: &str = "*default*";

/// Returns the module's record, which passes [`bmes::check`](bmes::check()).
pub(crate) fn record<'a>(program: &Program<'a>, options: &Options) -> Result<ModuleRecord<&'a str>, SourceError> {
    let mut builder = Builder::default();
    for statement in &program.body {
        builder.statement(statement)?;
    }
    builder.resolve_exports(options.namespace_reexport);
    builder.finish(options)
}

/// The key and the value of an import attribute.
type Pair<'a> = (&'a str, &'a str);
/// A specifier and its attributes, sorted by key.
type Request<'a> = (&'a str, Vec<Pair<'a>>);

/// The lists of the record under construction. Each entry is paired with its offset in the source,
/// for error messages.
#[derive(Default)]
struct Builder<'a> {
    requests: Vec<(Request<'a>, u32)>,
    imports: Vec<(ImportEntry<&'a str>, u32)>,
    exports: Vec<(ExportEntry<&'a str>, u32)>,
    star_exports: Vec<(&'a str, u32)>,
    requested: HashSet<Request<'a>>,
    starred: HashSet<&'a str>,
}

impl<'a> Builder<'a> {
    fn statement(&mut self, statement: &Statement<'a>) -> Result<(), SourceError> {
        match statement {
            Statement::ImportDeclaration(import) => self.import(import),
            Statement::ExportAllDeclaration(export) => self.export_all(export),
            Statement::ExportFromDeclaration(export) => self.export_from(export),
            Statement::ExportNamedDeclaration(export) => self.export_named(export),
            Statement::ExportDeclaration(export) => {
                self.export_declaration(&export.declaration);
                Ok(())
            }
            Statement::ExportDefaultDeclaration(export) => {
                let id = match &export.declaration {
                    ExportDefaultDeclarationKind::FunctionDeclaration(function) => function.id.as_ref(),
                    ExportDefaultDeclarationKind::ClassDeclaration(class) => class.id.as_ref(),
                    _ => None,
                };
                let local_name = id.map_or(DEFAULT_BINDING, |id| id.name.as_str());
                self.local("default", local_name, export.span);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn import(&mut self, import: &ImportDeclaration<'a>) -> Result<(), SourceError> {
        if let Some(phase) = import.phase {
            return Err(phase_error(phase, import.span));
        }
        let module_request = self.request(&import.source, import.with_clause.as_deref())?;
        for specifier in import.specifiers.iter().flatten() {
            let (import_type, import_name, local) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(specifier) => {
                    (ImportType::Single, name(&specifier.imported)?, &specifier.local)
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(specifier) => {
                    (ImportType::Single, "default", &specifier.local)
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(specifier) => {
                    (ImportType::Namespace, "*", &specifier.local)
                }
            };
            let local_name = local.name.as_str();
            let entry = ImportEntry { import_type, module_request, import_name, local_name };
            self.imports.push((entry, specifier.span().start));
        }
        Ok(())
    }

    fn export_all(&mut self, export: &ExportAllDeclaration<'a>) -> Result<(), SourceError> {
        let module_name = self.request(&export.source, export.with_clause.as_deref())?;
        if let Some(exported) = &export.exported {
            let export_name = name(exported)?;
            self.export(ExportType::Namespace, [export_name, module_name, "", ""], exported.span());
        } else if self.starred.insert(module_name) {
            self.star_exports.push((module_name, export.source.span.start));
        }
        Ok(())
    }

    fn export_from(&mut self, export: &ExportFromDeclaration<'a>) -> Result<(), SourceError> {
        let module_name = self.request(&export.source, export.with_clause.as_deref())?;
        for specifier in &export.specifiers {
            let (export_name, import_name) = (name(&specifier.exported)?, name(&specifier.local)?);
            self.export(ExportType::Indirect, [export_name, module_name, import_name, ""], specifier.exported.span());
        }
        Ok(())
    }

    fn export_named(&mut self, export: &ExportNamedDeclaration<'a>) -> Result<(), SourceError> {
        for specifier in &export.specifiers {
            let (export_name, local_name) = (name(&specifier.exported)?, name(&specifier.local)?);
            self.local(export_name, local_name, specifier.exported.span());
        }
        Ok(())
    }

    fn export_declaration(&mut self, declaration: &Declaration<'a>) {
        declaration.bound_names(&mut |binding| {
            let name = binding.name.as_str();
            self.local(name, name, binding.span);
        });
    }

    fn local(&mut self, export_name: &'a str, local_name: &'a str, span: Span) {
        self.export(ExportType::Local, [export_name, "", "", local_name], span);
    }

    fn export(&mut self, export_type: ExportType, fields: [&'a str; 4], span: Span) {
        let [export_name, module_name, import_name, local_name] = fields;
        let entry = ExportEntry { export_type, export_name, module_name, import_name, local_name };
        self.exports.push((entry, span.start));
    }

    /// Adds a request to the record, unless the record already has one with the same specifier and
    /// the same attributes. Returns the specifier.
    fn request(&mut self, source: &StringLiteral<'a>, with: Option<&WithClause<'a>>) -> Result<&'a str, SourceError> {
        let specifier = well_formed(source)?;
        let attributes = with.map_or(Ok(Vec::new()), attributes)?;
        let request = (specifier, attributes);
        if self.requested.insert(request.clone()) {
            self.requests.push((request, source.span.start));
        }
        Ok(specifier)
    }

    /// If the module exports a name that it imports, turns this export into a re-export from the
    /// imported module. The import may come before or after the export. This is step 10 of
    /// ECMA-262's `ParseModule`.
    fn resolve_exports(&mut self, namespace_reexport: NamespaceReexport) {
        if self.imports.is_empty() {
            return;
        }
        let imported: HashMap<_, _> = self.imports.iter().map(|(import, _)| (import.local_name, import)).collect();
        let exports = self.exports.iter_mut().map(|(export, _)| export);
        for export in exports.filter(|export| export.export_type == ExportType::Local) {
            let Some(import) = imported.get(export.local_name) else { continue };
            let (export_type, import_name) = match import.import_type {
                ImportType::Namespace if namespace_reexport == NamespaceReexport::Local => continue,
                ImportType::Namespace => (ExportType::Namespace, ""),
                _ => (ExportType::Indirect, import.import_name),
            };
            let export_name = export.export_name;
            *export = ExportEntry {
                export_type,
                export_name,
                module_name: import.module_request,
                import_name,
                local_name: "",
            };
        }
    }

    fn finish(self, options: &Options) -> Result<ModuleRecord<&'a str>, SourceError> {
        let mut record = ModuleRecord::new(match options.version {
            RecordVersion::V1 => VersionFields::V1,
            RecordVersion::V2 => VersionFields::V2,
        });
        record.requests =
            self.requests.iter().map(|((specifier, attributes), _)| request(specifier, attributes)).collect();
        record.imports = self.imports.iter().map(|(entry, _)| entry.clone()).collect();
        record.exports = self.exports.iter().map(|(entry, _)| entry.clone()).collect();
        record.star_exports = self.star_exports.iter().map(|(specifier, _)| *specifier).collect();
        match bmes::check(&record) {
            Ok(()) => Ok(record),
            Err(violation) => Err(self.violated(violation)),
        }
    }

    /// Converts an error of [`bmes::check`](bmes::check()) about the record to an error about the
    /// source.
    fn violated(&self, violation: Error) -> SourceError {
        let entry = violation.path().entry.and_then(|entry| usize::try_from(entry).ok()).unwrap_or_default();
        let (specifier, offset) = match violation.path().section {
            Section::Imports => self.imports.get(entry).map(|(import, offset)| (import.module_request, *offset)),
            Section::Exports => self.exports.get(entry).map(|(export, offset)| (export.module_name, *offset)),
            Section::StarExports => self.star_exports.get(entry).copied(),
            _ => self.requests.get(entry).map(|((specifier, _), offset)| (*specifier, *offset)),
        }
        .unwrap_or_default();
        match violation.kind() {
            ErrorKind::Rule(Rule::AmbiguousRequest) => {
                let message = format!(
                    "{specifier:?} is requested with different attributes, but versions 1 to 3 of the BMES format cannot store which of these requests an import or export uses"
                );
                let mut offsets =
                    self.requests.iter().filter(|((other, _), _)| *other == specifier).map(|(_, offset)| *offset);
                let first = offsets.clone().next().unwrap_or(offset);
                let last = offsets.next_back().unwrap_or(offset);
                SourceError::new(ErrorClass::AmbiguousRequest, offset, message)
                    .with_note("another request with this specifier is here", if first < offset { first } else { last })
                    .with_help(
                        "use the same attributes in each import, or move one of the imports to a separate module",
                    )
            }
            ErrorKind::Rule(Rule::DuplicateExportName) => {
                let export_name = self.exports.get(entry).map_or("", |(export, _)| export.export_name);
                let error =
                    SourceError::new(ErrorClass::DuplicateExport, offset, format!("Duplicated export '{export_name}'"));
                match self.exports.iter().find(|(export, _)| export.export_name == export_name) {
                    Some((_, first)) => error.with_note("Export has already been declared here", *first),
                    None => error,
                }
            }
            _ => SourceError::new(ErrorClass::Internal, offset, violation.to_string())
                .with_help("this is a defect of the analyzer: please report it"),
        }
    }
}

fn request<'a>(specifier: &'a str, attributes: &[Pair<'a>]) -> ModuleRequest<&'a str> {
    let attribute = |(key, value): &Pair<'a>| Attribute { key: *key, value: *value };
    ModuleRequest { specifier, attributes: attributes.iter().map(attribute).collect() }
}

/// Returns the attributes of a request, sorted by the bytes of their keys, as the format requires.
fn attributes<'a>(with: &WithClause<'a>) -> Result<Vec<Pair<'a>>, SourceError> {
    if with.keyword == WithClauseKeyword::Assert {
        let message = "import assertions are not part of ECMA-262: import attributes replaced them";
        return Err(SourceError::new(ErrorClass::UnsupportedSyntax, with.span.start, message)
            .with_help("write `with` instead of `assert`"));
    }
    let mut attributes = Vec::with_capacity(with.with_entries.len());
    for attribute in &with.with_entries {
        let key = match &attribute.key {
            ImportAttributeKey::Identifier(key) => key.name.as_str(),
            ImportAttributeKey::StringLiteral(key) => well_formed(key)?,
        };
        attributes.push((key, well_formed(&attribute.value)?));
    }
    attributes.sort_unstable();
    Ok(attributes)
}

fn name<'a>(name: &ModuleExportName<'a>) -> Result<&'a str, SourceError> {
    match name {
        ModuleExportName::IdentifierName(name) => Ok(name.name.as_str()),
        ModuleExportName::IdentifierReference(name) => Ok(name.name.as_str()),
        ModuleExportName::StringLiteral(name) => well_formed(name),
    }
}

/// Returns the value of a string literal, or an error if it contains a lone surrogate. In the
/// values of such literals, the parser writes a lone surrogate as U+FFFD and the four hexadecimal
/// digits of the surrogate. It writes a real U+FFFD in the same way, as U+FFFD and `fffd`.
fn well_formed<'a>(literal: &StringLiteral<'a>) -> Result<&'a str, SourceError> {
    let value = literal.value.as_str();
    if !literal.lone_surrogates {
        return Ok(value);
    }
    let units = value.split('\u{fffd}').skip(1).filter_map(|rest| rest.get(..4));
    let unit = units.into_iter().find(|unit| *unit != "fffd").unwrap_or("????");
    let message = format!(
        "the string has the lone surrogate \\u{unit}, but the strings of a BMES file are UTF-8, which cannot represent it"
    );
    Err(SourceError::new(ErrorClass::LoneSurrogate, literal.span.start, message))
}

pub(crate) fn phase_error(phase: ImportPhase, span: Span) -> SourceError {
    let phase = match phase {
        ImportPhase::Source => "source",
        ImportPhase::Defer => "defer",
    };
    let message =
        format!("`import {phase}` is not supported: versions 1 to 3 of the BMES format have no field for `{phase}`");
    SourceError::new(ErrorClass::ImportPhase, span.start, message)
}
