//! Visits every node of a program once. Collects the features that the module's code uses, and
//! rejects code that oxc accepts although engines reject it.

use std::collections::HashSet;

use oxc_ast::AstKind;
use oxc_ast::ast::{
    ArrowFunctionExpression, AwaitExpression, BreakStatement, ClassType, ContinueStatement, Decorator,
    ExportNamedDeclaration, Expression, ForStatementLeft, FormalParameterRest, Function, LabelIdentifier,
    LabeledStatement, MethodDefinition, MethodDefinitionKind, ObjectProperty, Program, PropertyDefinition,
    PropertyKind, Statement, StaticBlock, VariableDeclarationKind, YieldExpression,
};
use oxc_ast_visit::Visit;
use oxc_semantic::Semantic;
use oxc_span::{GetSpan, Span};
use oxc_syntax::node::NodeId;
use oxc_syntax::scope::ScopeFlags;

use crate::analysis::{DynamicImport, Flags};
use crate::class::ErrorClass;
use crate::error::SourceError;
use crate::options::SourceType;
use crate::{dynamic_import, regular_expression};

/// Returns the flags of the module, and its dynamic imports. `module_syntax` is not set.
pub(crate) fn scan(
    semantic: &Semantic<'_>,
    source_type: SourceType,
) -> Result<(Flags, Vec<DynamicImport>), SourceError> {
    let mut flags = Flags::default();
    let mut dynamic_imports = Vec::new();
    let source = semantic.source_text();
    // TypeScript's modifiers, such as `private`, are only rejected in JavaScript.
    let javascript = !source_type.is_typescript();
    for node in semantic.nodes().iter() {
        match node.kind() {
            AstKind::ExportNamedDeclaration(export) if javascript => missing_source(export, source)?,
            AstKind::AwaitExpression(_) if !flags.top_level_await => {
                flags.top_level_await = is_outside_of_functions(semantic, node.id());
            }
            AstKind::VariableDeclaration(declaration) if declaration.kind == VariableDeclarationKind::AwaitUsing => {
                await_using(semantic, node.id(), declaration.span)?;
                flags.top_level_await |= is_outside_of_functions(semantic, node.id());
            }
            AstKind::ImportMeta(_) => flags.import_meta = true,
            AstKind::ImportExpression(import) => {
                flags.dynamic_import = true;
                dynamic_imports.extend(dynamic_import::literal(import));
            }
            AstKind::FormalParameterRest(rest) => suspension_in_rest(rest)?,
            AstKind::ForInStatement(statement) => iterated(&statement.left)?,
            AstKind::ForOfStatement(statement) => {
                iterated(&statement.left)?;
                if statement.r#await && !flags.top_level_await {
                    flags.top_level_await = is_outside_of_functions(semantic, node.id());
                }
            }
            AstKind::ObjectProperty(property) => getter_of_object(property)?,
            AstKind::BreakStatement(statement) => break_inside_of_function(semantic, node.id(), statement)?,
            AstKind::ContinueStatement(statement) => continue_inside_of_function(semantic, node.id(), statement)?,
            AstKind::RegExpLiteral(literal) => regular_expression::check(literal)?,
            AstKind::Decorator(decorator) if javascript => return Err(decorated(decorator)),
            AstKind::AccessorProperty(property) if javascript => {
                return Err(unsupported("`accessor` fields are", property.span));
            }
            AstKind::PropertyDefinition(property) if javascript => field(property, source)?,
            AstKind::MethodDefinition(method) => {
                getter(method.kind == MethodDefinitionKind::Get, &method.value)?;
                if javascript {
                    self::method(method, source)?;
                }
            }
            AstKind::Class(class) if class.r#abstract && class.r#type == ClassType::ClassDeclaration => {
                return Err(typescript(class.span));
            }
            AstKind::TSInterfaceDeclaration(interface) => return Err(typescript(interface.span)),
            _ => {}
        }
    }
    Ok((flags, dynamic_import::in_order(dynamic_imports)))
}

fn unsupported(what: &str, span: Span) -> SourceError {
    SourceError::new(ErrorClass::UnsupportedSyntax, span.start, format!("{what} not part of ECMA-262"))
}

fn decorated(decorator: &Decorator<'_>) -> SourceError {
    unsupported("decorators are", decorator.span)
}

fn typescript(span: Span) -> SourceError {
    SourceError::new(ErrorClass::Syntax, span.start, "this is TypeScript syntax in a JavaScript file")
}

/// Returns whether no function encloses a node, so that its code runs when the module runs.
fn is_outside_of_functions(semantic: &Semantic<'_>, node: NodeId) -> bool {
    let mut ancestors = semantic.nodes().ancestor_kinds(node);
    !ancestors.any(|kind| matches!(kind, AstKind::Function(_) | AstKind::ArrowFunctionExpression(_)))
}

/// Rejects `await using` in places where `await` is not allowed. oxc accepts it there.
fn await_using(semantic: &Semantic<'_>, node: NodeId, span: Span) -> Result<(), SourceError> {
    let may_await = semantic.nodes().ancestor_kinds(node).find_map(|kind| match kind {
        AstKind::Function(function) => Some(function.r#async),
        AstKind::ArrowFunctionExpression(arrow) => Some(arrow.r#async),
        AstKind::StaticBlock(_) => Some(false),
        _ => None,
    });
    if may_await.unwrap_or(true) {
        return Ok(());
    }
    let message = "`await using` is only allowed in async functions and at the top level of a module";
    Err(SourceError::new(ErrorClass::Await, span.start, message))
}

/// Rejects `await` and `yield` in the pattern of a rest parameter. oxc accepts them.
fn suspension_in_rest(rest: &FormalParameterRest<'_>) -> Result<(), SourceError> {
    struct Suspension(Option<Span>);
    impl<'a> Visit<'a> for Suspension {
        fn visit_await_expression(&mut self, await_: &AwaitExpression<'a>) {
            self.0.get_or_insert(await_.span);
        }

        fn visit_yield_expression(&mut self, yield_: &YieldExpression<'a>) {
            self.0.get_or_insert(yield_.span);
        }

        fn visit_function(&mut self, _function: &Function<'a>, _flags: ScopeFlags) {}

        fn visit_arrow_function_expression(&mut self, _arrow: &ArrowFunctionExpression<'a>) {}

        fn visit_property_definition(&mut self, property: &PropertyDefinition<'a>) {
            self.visit_property_key(&property.key);
        }

        fn visit_static_block(&mut self, _block: &StaticBlock<'a>) {}
    }
    let mut suspension = Suspension(None);
    suspension.visit_binding_pattern(&rest.rest.argument);
    match suspension.0 {
        Some(span) => Err(SourceError::new(
            ErrorClass::Await,
            span.start,
            "`await` and `yield` are not allowed in formal parameters",
        )),
        None => Ok(()),
    }
}

/// Rejects `eval` and `arguments` as the target of `for … in` and `for … of`. oxc accepts them.
pub(crate) fn iterated(left: &ForStatementLeft<'_>) -> Result<(), SourceError> {
    match left {
        ForStatementLeft::AssignmentTargetIdentifier(target) if matches!(&*target.name, "eval" | "arguments") => {
            let message = format!("Cannot assign to '{}' in strict mode", target.name);
            Err(SourceError::new(ErrorClass::ReservedWord, target.span.start, message))
        }
        _ => Ok(()),
    }
}

fn getter_of_object(property: &ObjectProperty<'_>) -> Result<(), SourceError> {
    match &property.value {
        Expression::FunctionExpression(function) => getter(property.kind == PropertyKind::Get, function),
        _ => Ok(()),
    }
}

/// Rejects a getter with a rest parameter. oxc accepts it.
pub(crate) fn getter(is_getter: bool, function: &Function<'_>) -> Result<(), SourceError> {
    match &function.params.rest {
        Some(rest) if is_getter => Err(SourceError::new(
            ErrorClass::Syntax,
            rest.span.start,
            "A 'get' accessor must not have any formal parameters.",
        )),
        _ => Ok(()),
    }
}

/// Rejects decorators before `export {…}` and `export *`. oxc accepts and drops them.
pub(crate) fn decorated_exports(program: &Program<'_>) -> Result<(), SourceError> {
    let hashbang = program.hashbang.as_ref().map_or(0, |hashbang| hashbang.span.end);
    let mut end = program.directives.last().map_or(hashbang, |directive| directive.span.end);
    for statement in &program.body {
        let span = statement.span();
        let is_list = matches!(
            statement,
            Statement::ExportNamedDeclaration(_)
                | Statement::ExportFromDeclaration(_)
                | Statement::ExportAllDeclaration(_)
        );
        let between = program.source_text.get(end as usize..span.start as usize).unwrap_or_default();
        if is_list && between.contains('@') && !has_only(Some(between), &[";"]) {
            let message = "decorators are allowed before classes, but not before lists of exports";
            return Err(SourceError::new(ErrorClass::UnsupportedSyntax, span.start, message));
        }
        end = span.end;
    }
    Ok(())
}

/// Returns the offsets of `eval` and `arguments` that are only used, not assigned to. In a pattern,
/// oxc treats them as assigned also in default values and computed keys.
pub(crate) fn used_in_patterns(semantic: &Semantic<'_>) -> HashSet<usize> {
    let restricted = semantic.nodes().iter().filter_map(|node| match node.kind() {
        AstKind::IdentifierReference(name) if matches!(&*name.name, "eval" | "arguments") => {
            Some((node.id(), name.span))
        }
        _ => None,
    });
    let used = restricted.filter(|(id, span)| {
        let is_binding = |binding: Span| binding.start == span.start;
        match semantic.nodes().parent_kind(*id) {
            AstKind::AssignmentTargetWithDefault(target) => !is_binding(target.binding.span()),
            AstKind::AssignmentTargetPropertyIdentifier(target) => !is_binding(target.binding.span),
            AstKind::AssignmentTargetPropertyProperty(property) => !is_binding(property.binding.span()),
            AstKind::AssignmentTargetRest(_)
            | AstKind::ArrayAssignmentTarget(_)
            | AstKind::AssignmentExpression(_)
            | AstKind::UpdateExpression(_) => false,
            _ => true,
        }
    });
    used.map(|(_, span)| span.start as usize).collect()
}

/// Rejects a `break` whose target is outside of the enclosing arrow function. oxc accepts such a
/// target.
fn break_inside_of_function(
    semantic: &Semantic<'_>,
    node: NodeId,
    statement: &BreakStatement<'_>,
) -> Result<(), SourceError> {
    let is_target = |kind: AstKind<'_>| kind.is_iteration_statement() || matches!(kind, AstKind::SwitchStatement(_));
    stays_inside(semantic, node, statement.span, statement.label.as_ref(), is_target, |_| true)
}

fn continue_inside_of_function(
    semantic: &Semantic<'_>,
    node: NodeId,
    statement: &ContinueStatement<'_>,
) -> Result<(), SourceError> {
    let is_target = |kind: AstKind<'_>| kind.is_iteration_statement();
    stays_inside(semantic, node, statement.span, statement.label.as_ref(), is_target, labels_an_iteration)
}

/// Returns whether a label belongs to a loop, also if other labels stand between the label and the
/// loop. If a label follows a label, oxc always assumes a loop.
fn labels_an_iteration(labeled: &LabeledStatement<'_>) -> bool {
    let mut body = &labeled.body;
    while let Statement::LabeledStatement(inner) = body {
        body = &inner.body;
    }
    body.is_iteration_statement()
}

fn stays_inside(
    semantic: &Semantic<'_>,
    node: NodeId,
    statement: Span,
    label: Option<&LabelIdentifier<'_>>,
    is_target: impl Fn(AstKind<'_>) -> bool,
    may_be_target: impl Fn(&LabeledStatement<'_>) -> bool,
) -> Result<(), SourceError> {
    for kind in semantic.nodes().ancestor_kinds(node) {
        match (kind, label) {
            (AstKind::ArrowFunctionExpression(_), _) => {
                let span = label.map_or(statement, |label| label.span);
                return Err(SourceError::new(
                    ErrorClass::Label,
                    span.start,
                    "Jump target cannot cross function boundary.",
                ));
            }
            (AstKind::LabeledStatement(labeled), Some(label)) if labeled.label.name == label.name => {
                let message = "`continue` can only jump to the label of a loop";
                let error = || SourceError::new(ErrorClass::Label, label.span.start, message);
                return if may_be_target(labeled) { Ok(()) } else { Err(error()) };
            }
            (kind, None) if is_target(kind) => return Ok(()),
            _ => {}
        }
    }
    Ok(())
}

/// Rejects modifiers and decorators that a field of JavaScript cannot have. oxc also accepts
/// TypeScript's modifiers in JavaScript, and any modifier before a field.
pub(crate) fn field(property: &PropertyDefinition<'_>, source: &str) -> Result<(), SourceError> {
    if let Some(decorator) = property.decorators.first() {
        return Err(decorated(decorator));
    }
    let modifiers = source.get(property.span.start as usize..property.key.span().start as usize);
    let marked = property.optional || property.definite;
    if marked || !has_only(modifiers, &["static", "["]) { Err(modifier(property.span)) } else { Ok(()) }
}

pub(crate) fn method(method: &MethodDefinition<'_>, source: &str) -> Result<(), SourceError> {
    if let Some(decorator) = method.decorators.first() {
        return Err(decorated(decorator));
    }
    let modifiers = source.get(method.span.start as usize..method.key.span().start as usize);
    let allowed = has_only(modifiers, &["static", "async", "get", "set", "*", "["]);
    if method.optional || !allowed { Err(modifier(method.span)) } else { Ok(()) }
}

fn modifier(span: Span) -> SourceError {
    SourceError::new(ErrorClass::Syntax, span.start, "JavaScript does not allow this modifier before a class element")
}

/// Rejects `export {} from;`, which oxc reads as `export {};`.
pub(crate) fn missing_source(export: &ExportNamedDeclaration<'_>, source: &str) -> Result<(), SourceError> {
    let names = export.specifiers.last().map_or(export.span.start, |specifier| specifier.span.end);
    let rest = source.get(names as usize..export.span.end as usize);
    if has_only(rest, &["export", "{", ",", "}", ";"]) {
        return Ok(());
    }
    Err(SourceError::new(ErrorClass::Syntax, export.span.start, "`from` must be followed by a module specifier")
        .with_help("a module specifier is a string"))
}

/// Returns true if a text has nothing but these words and signs, white space and comments. The text
/// must not contain strings.
pub(crate) fn has_only(text: Option<&str>, words: &[&str]) -> bool {
    let mut rest = text.unwrap_or_default().trim_start_matches(is_space);
    while !rest.is_empty() {
        let comment = if rest.starts_with("//") {
            rest.find(['\n', '\r', '\u{2028}', '\u{2029}'])
        } else if rest.starts_with("/*") {
            rest.find("*/").map(|end| end + 2)
        } else {
            None
        };
        let length = comment.unwrap_or_else(|| {
            let word =
                rest.find(|character: char| !character.is_alphanumeric() && character != '\\' && character != '_');
            word.unwrap_or(rest.len()).max(rest.chars().next().map_or(0, char::len_utf8))
        });
        let (word, after) = rest.split_at(length);
        if comment.is_none() && !words.contains(&word) {
            return false;
        }
        rest = after.trim_start_matches(is_space);
    }
    true
}

fn is_space(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}
