//! Compiles TypeScript and JSX to the JavaScript that an engine would execute.

use std::borrow::Cow;
use std::path::Path;

use oxc_allocator::{Allocator, TakeIn};
use oxc_ast::ast::{
    Class, ClassElement, Declaration, ExportDefaultDeclarationKind, JSXAttribute, JSXAttributeValue, Program,
    Statement, TSModuleReference,
};
use oxc_ast::builder::AstBuilder;
use oxc_ast_visit::{VisitMut, walk_mut};
use oxc_semantic::{Reference, Scoping, SemanticBuilder};
use oxc_span::{GetSpan, SourceType, Span};
use oxc_transformer::{
    DecoratorOptions, HelperLoaderMode, HelperLoaderOptions, JsxOptions, JsxRuntime as OxcJsxRuntime, TransformOptions,
    Transformer, TypeScriptOptions,
};

mod prepare;

use self::prepare::prepare;
use crate::class::ErrorClass;
use crate::diagnostic::{Stage, first_error};
use crate::error::SourceError;
use crate::nesting;
use crate::options::{Decorators, Jsx, JsxRuntime, Options, TypeScript};

/// Erases types, and compiles enums, namespaces, legacy decorators and JSX. Nothing else changes.
/// Afterwards the program is JavaScript, except that standard decorators are still there: the
/// record does not depend on the code to which they are compiled.
pub(crate) fn to_javascript<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    options: &Options,
) -> Result<(), SourceError> {
    if options.source_type.is_typescript() {
        prepare(allocator, program, options.typescript);
    }
    if options.source_type.is_jsx() {
        AttributeStrings.visit_program(program);
    }
    nesting::check(program)?;
    let semantics = SemanticBuilder::new_compiler().with_enum_eval(true).with_excess_capacity(2.0).build(program);
    first_error(Stage::Semantics, semantics.diagnostics)?;
    let scoping = semantics.semantic.into_scoping();
    program.body.iter().try_for_each(|statement| module_of_commonjs(statement, &scoping))?;
    // The path of the source is only used by JSX's development mode, and does not change the
    // record.
    let transformer = Transformer::new(allocator, Path::new(""), &transform_options(program, options));
    let diagnostics = transformer.build_with_scoping(scoping, program).diagnostics;
    first_error(Stage::Transformer, diagnostics)?;
    split_default_exports(allocator, program);
    // The compiler adds the import of the JSX runtime, without a position in the source. This
    // import comes first, as in the output of `tsc`, esbuild and swc.
    program
        .body
        .sort_by_key(|statement| !matches!(statement, Statement::ImportDeclaration(import) if import.span.is_empty()));
    program.source_type = SourceType::mjs();
    Ok(())
}

/// Converts `options` to oxc's options.
fn transform_options(program: &Program<'_>, options: &Options) -> TransformOptions {
    let TypeScript { decorators, verbatim_module_syntax } = options.typescript;
    let Jsx { runtime, import_source, factory, fragment_factory } = &options.jsx;
    let is_classic = *runtime == JsxRuntime::Classic && !chooses_import_source(program);
    // With the automatic runtime, oxc reports an error for an option of the classic runtime, and
    // vice versa. So only the options of the chosen runtime are passed.
    let classic = |name: &Option<String>| name.clone().filter(|_| is_classic);
    let defaults = TypeScriptOptions::default();
    TransformOptions {
        typescript: TypeScriptOptions {
            jsx_pragma: classic(factory).map_or(defaults.jsx_pragma, Cow::Owned),
            jsx_pragma_frag: classic(fragment_factory).map_or(defaults.jsx_pragma_frag, Cow::Owned),
            only_remove_type_imports: verbatim_module_syntax,
            ..TypeScriptOptions::default()
        },
        decorator: DecoratorOptions {
            legacy: decorators != Decorators::Standard,
            emit_decorator_metadata: decorators == Decorators::LegacyWithMetadata,
            ..DecoratorOptions::default()
        },
        jsx: JsxOptions {
            runtime: if is_classic { OxcJsxRuntime::Classic } else { OxcJsxRuntime::Automatic },
            development: *runtime == JsxRuntime::AutomaticDevelopment,
            import_source: import_source.clone().filter(|_| !is_classic),
            pragma: classic(factory),
            pragma_frag: classic(fragment_factory),
            // `<a:b/>` is only an error in React; other libraries allow it.
            throw_if_namespace: false,
            ..JsxOptions::default()
        },
        // With any other mode, the compiled code would import helper functions, and the record
        // would have more requests.
        helper_loader: HelperLoaderOptions { mode: HelperLoaderMode::External, ..HelperLoaderOptions::default() },
        ..TransformOptions::default()
    }
}

/// Returns whether a comment before the first statement names the package with the JSX functions
/// (`@jsxImportSource`). Such a comment implies an automatic runtime.
fn chooses_import_source(program: &Program<'_>) -> bool {
    let start = program.body.first().map_or(u32::MAX, |statement| statement.span().start);
    let comments = program.comments.iter().take_while(|comment| comment.span.end <= start);
    let mut texts = comments.map(|comment| comment.span.source_text(program.source_text));
    texts.any(|text| text.contains("@jsxImportSource") && !text.contains("@jsxRuntime"))
}

/// Splits `export default` of a named class with standard decorators into two statements, as
/// compilers do: the class declaration, and an export of its value.
fn split_default_exports<'a>(allocator: &'a Allocator, program: &mut Program<'a>) {
    let is_split = |statement: &Statement<'_>| {
        let Statement::ExportDefaultDeclaration(export) = statement else { return false };
        let ExportDefaultDeclarationKind::ClassDeclaration(class) = &export.declaration else { return false };
        class.id.is_some() && is_decorated(class)
    };
    if !program.body.iter().any(is_split) {
        return;
    }
    let statements = program.body.take_in(&allocator);
    for mut statement in statements {
        if is_split(&statement)
            && let Statement::ExportDefaultDeclaration(export) = &mut statement
            && let null = ExportDefaultDeclarationKind::new_null_literal(export.span, &AstBuilder::new(allocator))
            && let ExportDefaultDeclarationKind::ClassDeclaration(class) =
                std::mem::replace(&mut export.declaration, null)
        {
            program.body.push(Statement::ClassDeclaration(class));
        }
        program.body.push(statement);
    }
}

/// Returns whether a class or one of its elements has decorators.
pub(crate) fn is_decorated(class: &Class<'_>) -> bool {
    let is_decorated = |element: &ClassElement<'_>| match element {
        ClassElement::MethodDefinition(method) => !method.decorators.is_empty(),
        ClassElement::PropertyDefinition(property) => !property.decorators.is_empty(),
        ClassElement::AccessorProperty(property) => !property.decorators.is_empty(),
        _ => false,
    };
    !class.decorators.is_empty() || class.body.body.iter().any(is_decorated)
}

/// Clears the spans of strings in JSX attributes, so that the check of string literals ignores
/// them. That check runs after the transformation, and searches the source text at the span for
/// escapes. But strings in JSX attributes have no escapes.
struct AttributeStrings;

impl<'a> VisitMut<'a> for AttributeStrings {
    fn visit_jsx_attribute(&mut self, attribute: &mut JSXAttribute<'a>) {
        if let Some(JSXAttributeValue::StringLiteral(string)) = &mut attribute.value {
            string.span = Span::default();
        }
        walk_mut::walk_jsx_attribute(self, attribute);
    }
}

/// Rejects TypeScript's syntax for CommonJS, `export =` and `import a = require("m")`: it has no
/// meaning in a module, and would be compiled to calls of `require`. Such an import is accepted if
/// only types use it, because then it is erased.
fn module_of_commonjs(statement: &Statement<'_>, scoping: &Scoping) -> Result<(), SourceError> {
    let (declaration, is_exported) = match statement {
        Statement::TSExportAssignment(assignment) => return Err(common_js("export =", assignment.span)),
        Statement::TSImportEqualsDeclaration(declaration) => (declaration, false),
        Statement::ExportDeclaration(export) => match &export.declaration {
            Declaration::TSImportEqualsDeclaration(declaration) => (declaration, true),
            _ => return Ok(()),
        },
        _ => return Ok(()),
    };
    let is_used = || scoping.get_resolved_references(declaration.id.symbol_id()).any(Reference::is_value);
    let requires = matches!(declaration.module_reference, TSModuleReference::ExternalModuleReference(_));
    if requires && declaration.import_kind.is_value() && (is_exported || is_used()) {
        return Err(common_js("import … = require", declaration.span));
    }
    Ok(())
}

fn common_js(syntax: &str, span: Span) -> SourceError {
    SourceError::new(
        ErrorClass::CommonJs,
        span.start,
        format!("`{syntax}` is for CommonJS, and has no meaning in a module"),
    )
    .with_help("write it as an `import` or `export` of ECMA-262")
}
