//! Changes a TypeScript program before the transformation, so that oxc keeps the same imports and
//! exports as the TypeScript compiler.

use std::collections::HashSet;

use oxc_allocator::{Allocator, ArenaVec, TakeIn as _};
use oxc_ast::ast::{
    BindingIdentifier, Class, ClassElement, Declaration, ExportDefaultDeclarationKind, FormalParameterRest, Function,
    FunctionBody, FunctionType, MethodDefinition, MethodDefinitionType, Program, PropertyDefinition,
    PropertyDefinitionType, Statement, TSEnumDeclaration, TSExternalModuleDeclaration, TSGlobalDeclaration,
    TSNamespaceDeclaration, TSNamespaceDeclarationBody, TSType,
};
use oxc_ast::builder::AstBuilder;
use oxc_ast_visit::{VisitMut, walk_mut};
use oxc_ecmascript::BoundNames;
use oxc_syntax::scope::ScopeFlags;

use super::is_decorated;
use crate::options::{Decorators, TypeScript};

/// Prepares a TypeScript program for oxc's transformation.
pub(super) fn prepare<'a>(allocator: &'a Allocator, program: &mut Program<'a>, options: TypeScript) {
    Unevaluated { allocator, in_ambient: false }.visit_program(program);
    keep_and_drop(allocator, program, options.verbatim_module_syntax);
    if options.decorators != Decorators::Standard {
        name_default_class(allocator, program);
    }
}

/// Removes expressions that are never evaluated: initializers in ambient items (`declare …`).
/// Otherwise oxc would count the imports in them as used. The computed key of an abstract element
/// stays, because the TypeScript compiler counts the imports in it as used.
struct Unevaluated<'a> {
    allocator: &'a Allocator,
    in_ambient: bool,
}

impl Unevaluated<'_> {
    fn within(&mut self, declare: bool, walk: impl FnOnce(&mut Self)) {
        let before = self.in_ambient;
        self.in_ambient |= declare;
        walk(self);
        self.in_ambient = before;
    }
}

impl<'a> VisitMut<'a> for Unevaluated<'a> {
    fn visit_ts_enum_declaration(&mut self, declared: &mut TSEnumDeclaration<'a>) {
        if declared.declare || self.in_ambient {
            declared.body.members.iter_mut().for_each(|member| member.initializer = None);
        }
        walk_mut::walk_ts_enum_declaration(self, declared);
    }

    fn visit_ts_namespace_declaration(&mut self, namespace: &mut TSNamespaceDeclaration<'a>) {
        self.within(namespace.declare, |all| walk_mut::walk_ts_namespace_declaration(all, namespace));
    }

    fn visit_ts_external_module_declaration(&mut self, module: &mut TSExternalModuleDeclaration<'a>) {
        self.within(true, |all| walk_mut::walk_ts_external_module_declaration(all, module));
    }

    fn visit_ts_global_declaration(&mut self, global: &mut TSGlobalDeclaration<'a>) {
        self.within(true, |all| walk_mut::walk_ts_global_declaration(all, global));
    }

    fn visit_function(&mut self, function: &mut Function<'a>, flags: ScopeFlags) {
        if function.body.is_none() {
            function.params.items.iter_mut().for_each(|parameter| parameter.initializer = None);
        }
        walk_mut::walk_function(self, function, flags);
    }

    fn visit_formal_parameter_rest(&mut self, rest: &mut FormalParameterRest<'a>) {
        // The metadata for a rest parameter contains the type of one element, not of the array.
        if let Some(annotation) = &mut rest.type_annotation
            && let Some(element) = element_type(&mut annotation.type_annotation)
        {
            annotation.type_annotation = element.take_in(&self.allocator);
        }
        walk_mut::walk_formal_parameter_rest(self, rest);
    }

    fn visit_property_definition(&mut self, property: &mut PropertyDefinition<'a>) {
        if property.computed && property.r#type == PropertyDefinitionType::TSAbstractPropertyDefinition {
            property.r#type = PropertyDefinitionType::PropertyDefinition;
        }
        walk_mut::walk_property_definition(self, property);
    }

    fn visit_method_definition(&mut self, method: &mut MethodDefinition<'a>) {
        if method.computed && method.r#type == MethodDefinitionType::TSAbstractMethodDefinition {
            method.r#type = MethodDefinitionType::MethodDefinition;
            method.value.r#type = FunctionType::FunctionExpression;
            let builder = AstBuilder::new(self.allocator);
            let (directives, statements) = (ArenaVec::new_in(&self.allocator), ArenaVec::new_in(&self.allocator));
            method.value.body = Some(FunctionBody::boxed(method.span, directives, statements, &builder));
        }
        walk_mut::walk_method_definition(self, method);
    }
}

/// Returns the type of the elements of an array type: `T` for `T[]` and `Array<T>`. Any type with
/// one type argument counts as an array.
fn element_type<'p, 'a>(array: &'p mut TSType<'a>) -> Option<&'p mut TSType<'a>> {
    match array {
        TSType::TSArrayType(array) => Some(&mut array.element_type),
        TSType::TSTypeReference(reference) => match &mut reference.type_arguments.as_mut()?.params[..] {
            [element] => Some(element),
            _ => None,
        },
        _ => None,
    }
}

/// If the default export is a class without a name but with legacy decorators, gives it the name
/// `default_1`, as the TypeScript compiler does.
fn name_default_class<'a>(allocator: &'a Allocator, program: &mut Program<'a>) {
    for statement in &mut program.body {
        if let Statement::ExportDefaultDeclaration(export) = statement
            && let ExportDefaultDeclarationKind::ClassDeclaration(class) = &mut export.declaration
            && class.id.is_none()
            && has_legacy_decorators(class)
        {
            class.id = Some(BindingIdentifier::new(class.span, "default_1", &AstBuilder::new(allocator)));
        }
    }
}

/// Returns whether a class, one of its elements, or a parameter of one of its methods has
/// decorators.
fn has_legacy_decorators(class: &Class<'_>) -> bool {
    let has_decorated_parameters = |element: &ClassElement<'_>| match element {
        ClassElement::MethodDefinition(method) => {
            method.value.params.items.iter().any(|parameter| !parameter.decorators.is_empty())
        }
        _ => false,
    };
    is_decorated(class) || class.body.body.iter().any(has_decorated_parameters)
}

/// Changes a TypeScript program so that oxc keeps and drops the same imports and exports as `tsc`.
fn keep_and_drop<'a>(allocator: &'a Allocator, program: &mut Program<'a>, verbatim: bool) {
    let namespaces: HashSet<_> = program.body.iter().filter_map(namespace_with_values).collect();
    program.body.retain_mut(|statement| match statement {
        // In TypeScript, `import {} from "m"` and `export {} from "m"` are erased, unless the
        // option is `verbatim`.
        Statement::ImportDeclaration(import) => {
            verbatim || import.specifiers.as_ref().is_none_or(|names| !names.is_empty())
        }
        Statement::ExportFromDeclaration(export) if verbatim => {
            export.specifiers.retain(|specifier| specifier.export_kind.is_value());
            true
        }
        Statement::ExportFromDeclaration(export) => !export.specifiers.is_empty(),
        // An ambient class or function may have the same name as an exported namespace. Then oxc
        // would lose the export of the namespace, so the ambient export is removed.
        Statement::ExportDeclaration(export) => {
            !ambient(&export.declaration).iter().any(|name| namespaces.contains(name))
        }
        _ => true,
    });
    // oxc drops `export default x` if `x` is ambient, but `tsc` keeps it. So `x` is replaced by
    // `null`: the record does not depend on the exported value.
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

/// Returns the declaration in a statement, with or without `export` before it.
fn declaration<'p, 'a>(statement: &'p Statement<'a>) -> Option<&'p Declaration<'a>> {
    match statement {
        Statement::ExportDeclaration(export) => Some(&export.declaration),
        _ => statement.as_declaration(),
    }
}

/// Returns the names of the values that an ambient declaration declares; nothing for other
/// declarations.
fn ambient<'a>(declaration: &Declaration<'a>) -> Vec<&'a str> {
    let mut names = Vec::new();
    match declaration {
        Declaration::TSEnumDeclaration(declared) if declared.declare => names.push(declared.id.name.as_str()),
        Declaration::TSNamespaceDeclaration(namespace) if namespace.declare && has_values(namespace) => {
            names.push(namespace.id.name.as_str());
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

/// Returns the name of a namespace if the statement exports one that is compiled to code.
fn namespace_with_values<'a>(statement: &Statement<'a>) -> Option<&'a str> {
    let Statement::ExportDeclaration(export) = statement else { return None };
    let Declaration::TSNamespaceDeclaration(namespace) = &export.declaration else { return None };
    (has_values(namespace) && !namespace.declare).then(|| namespace.id.name.as_str())
}

/// Returns whether a namespace has values, and not only types. In an ambient namespace, every value
/// counts. In other namespaces, ambient values do not count.
fn has_values(namespace: &TSNamespaceDeclaration<'_>) -> bool {
    let is_type = |statement: &Statement<'_>| {
        let is_type =
            |declaration: &Declaration<'_>| declaration.is_type() || (declaration.declare() && !namespace.declare);
        declaration(statement).is_some_and(is_type)
    };
    match &namespace.body {
        TSNamespaceDeclarationBody::TSModuleBlock(block) => !block.body.iter().all(is_type),
        TSNamespaceDeclarationBody::TSNamespaceDeclaration(_) => true,
    }
}
