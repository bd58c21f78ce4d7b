//! From TypeScript and JSX to the JavaScript that an engine would execute.

use std::collections::HashSet;
use std::path::Path;

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Declaration, ExportDefaultDeclarationKind, JSXAttribute, JSXAttributeValue, Program, Statement, TSModuleReference,
    TSNamespaceDeclarationBody,
};
use oxc_ast::builder::AstBuilder;
use oxc_ast_visit::{VisitMut, walk_mut};
use oxc_ecmascript::BoundNames;
use oxc_semantic::SemanticBuilder;
use oxc_span::{SourceType, Span};
use oxc_transformer::{TransformOptions, Transformer};

use crate::class::ErrorClass;
use crate::diagnostic::{Stage, first_fault};
use crate::error::Fault;

/// Erases types, compiles enums, namespaces and JSX; nothing else is changed. Afterwards the program is JavaScript.
pub(crate) fn to_javascript<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    is_typescript: bool,
) -> Result<(), Fault> {
    program.body.iter().try_for_each(module_of_commonjs)?;
    if is_typescript {
        keep_and_drop(allocator, program);
    }
    AttributeStrings.visit_program(program);
    let semantics = SemanticBuilder::new_compiler().with_enum_eval(true).with_excess_capacity(2.0).build(program);
    first_fault(Stage::Semantics, semantics.diagnostics)?;
    let scoping = semantics.semantic.into_scoping();
    // The path is only for the development mode of JSX.
    let transformer = Transformer::new(allocator, Path::new(""), &TransformOptions::default());
    let diagnostics = transformer.build_with_scoping(scoping, program).diagnostics;
    first_fault(Stage::Transformer, diagnostics)?;
    // The import of the JSX runtime, which has no place in the source, comes first: `tsc`, esbuild and swc agree.
    program
        .body
        .sort_by_key(|statement| !matches!(statement, Statement::ImportDeclaration(import) if import.span.is_empty()));
    program.source_type = SourceType::mjs();
    Ok(())
}

/// Clears the spans of the strings of JSX attributes. These strings have no escapes, but the check of string literals, which runs
/// after the transformation, would look for some in the source at the span.
struct AttributeStrings;

impl<'a> VisitMut<'a> for AttributeStrings {
    fn visit_jsx_attribute(&mut self, attribute: &mut JSXAttribute<'a>) {
        if let Some(JSXAttributeValue::StringLiteral(string)) = &mut attribute.value {
            string.span = Span::default();
        }
        walk_mut::walk_jsx_attribute(self, attribute);
    }
}

/// Changes a program of TypeScript so that oxc keeps what `tsc` keeps, and drops what it drops.
fn keep_and_drop<'a>(allocator: &'a Allocator, program: &mut Program<'a>) {
    let namespaces: HashSet<_> = program.body.iter().filter_map(namespace_with_values).collect();
    program.body.retain(|statement| match statement {
        // `import {} from "m"` and `export {} from "m"` are no requests.
        Statement::ImportDeclaration(import) => import.specifiers.as_ref().is_none_or(|names| !names.is_empty()),
        Statement::ExportFromDeclaration(export) => !export.specifiers.is_empty(),
        // oxc loses a namespace's export if an ambient class or function shares it.
        Statement::ExportDeclaration(export) => {
            !ambient(&export.declaration).iter().any(|name| namespaces.contains(name))
        }
        _ => true,
    });
    // oxc drops a default export of what is only declared. What it is makes no difference to the record.
    let values: HashSet<_> = program.body.iter().filter_map(declaration).flat_map(ambient).collect();
    for statement in &mut program.body {
        if let Statement::ExportDefaultDeclaration(export) = statement
            && let ExportDefaultDeclarationKind::Identifier(identifier) = &export.declaration
            && values.contains(identifier.name.as_str())
        {
            let span = identifier.span;
            export.declaration = ExportDefaultDeclarationKind::new_null_literal(span, &AstBuilder::new(allocator));
        }
    }
}

/// Returns the declaration of a statement, exported or not.
fn declaration<'p, 'a>(statement: &'p Statement<'a>) -> Option<&'p Declaration<'a>> {
    match statement {
        Statement::ExportDeclaration(export) => Some(&export.declaration),
        _ => statement.as_declaration(),
    }
}

/// Returns the names of the values that a declaration only declares.
fn ambient<'a>(declaration: &Declaration<'a>) -> Vec<&'a str> {
    let mut names = Vec::new();
    match declaration {
        Declaration::TSEnumDeclaration(declared) if declared.declare && !declared.r#const => {
            names.push(declared.id.name.as_str());
        }
        Declaration::VariableDeclaration(_)
        | Declaration::FunctionDeclaration(_)
        | Declaration::ClassDeclaration(_)
            if declaration.declare() =>
        {
            declaration.bound_names(&mut |identifier| names.push(identifier.name.as_str()));
        }
        _ => {}
    }
    names
}

/// Returns the name of an exported namespace that is compiled to code.
fn namespace_with_values<'a>(statement: &Statement<'a>) -> Option<&'a str> {
    let Statement::ExportDeclaration(export) = statement else { return None };
    let Declaration::TSNamespaceDeclaration(namespace) = &export.declaration else { return None };
    let is_type = |statement: &Statement<'_>| {
        declaration(statement).is_some_and(|declaration| declaration.is_type() || declaration.declare())
    };
    let has_values = match &namespace.body {
        TSNamespaceDeclarationBody::TSModuleBlock(block) => !block.body.iter().all(is_type),
        TSNamespaceDeclarationBody::TSNamespaceDeclaration(_) => true,
    };
    (has_values && !namespace.declare).then(|| namespace.id.name.as_str())
}

/// TypeScript's own syntax for CommonJS has no meaning in a module, and would be compiled to calls of `require`.
fn module_of_commonjs(statement: &Statement<'_>) -> Result<(), Fault> {
    let declaration = match statement {
        Statement::TSExportAssignment(assignment) => return Err(common_js("export =", assignment.span)),
        Statement::TSImportEqualsDeclaration(declaration) => declaration,
        Statement::ExportDeclaration(export) => match &export.declaration {
            Declaration::TSImportEqualsDeclaration(declaration) => declaration,
            _ => return Ok(()),
        },
        _ => return Ok(()),
    };
    let requires = matches!(declaration.module_reference, TSModuleReference::ExternalModuleReference(_));
    if requires && declaration.import_kind.is_value() {
        return Err(common_js("import … = require", declaration.span));
    }
    Ok(())
}

fn common_js(syntax: &str, span: Span) -> Fault {
    Fault::new(ErrorClass::CommonJs, span.start, format!("`{syntax}` is for CommonJS, and has no meaning in a module"))
        .with_help("write it as an `import` or `export` of ECMA-262")
}
