//! From TypeScript and JSX to the JavaScript that an engine would execute.

use std::path::Path;

use oxc_allocator::Allocator;
use oxc_ast::ast::{Declaration, Program, Statement, TSModuleReference};
use oxc_semantic::SemanticBuilder;
use oxc_span::{SourceType, Span};
use oxc_transformer::{TransformOptions, Transformer};

use crate::class::ErrorClass;
use crate::diagnostic::{Stage, first_fault};
use crate::error::Fault;

/// Erases types, compiles enums, namespaces and JSX; nothing else is changed. Afterwards the program is JavaScript.
pub(crate) fn to_javascript<'a>(allocator: &'a Allocator, program: &mut Program<'a>) -> Result<(), Fault> {
    program.body.iter().try_for_each(module_of_commonjs)?;
    let semantics = SemanticBuilder::new_compiler().with_enum_eval(true).with_excess_capacity(2.0).build(program);
    first_fault(Stage::Semantics, semantics.diagnostics)?;
    let scoping = semantics.semantic.into_scoping();
    // The path is only for the development mode of JSX.
    let transformer = Transformer::new(allocator, Path::new(""), &TransformOptions::default());
    let diagnostics = transformer.build_with_scoping(scoping, program).diagnostics;
    first_fault(Stage::Transformer, diagnostics)?;
    program.source_type = SourceType::mjs();
    Ok(())
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
