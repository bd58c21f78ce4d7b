//! The quick look's visitor: what it does for each kind of node.

use std::cell::Cell;

#[allow(clippy::wildcard_imports, reason = "a visitor names every kind of node; not linted in tests")]
use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_syntax::scope::{ScopeFlags, ScopeId};

use super::scopes::Kind;
use super::words::{self, Word};
use super::{Binds, Context, FunctionKind, Quick};
use crate::{dynamic_import, regular_expression, scan};

impl<'a> Visit<'a> for Quick<'a> {
    fn enter_scope(&mut self, _flags: ScopeFlags, _scope: &Cell<Option<ScopeId>>) {
        self.scopes.open(Kind::Block);
    }

    fn leave_scope(&mut self) {
        self.doubt |= !self.scopes.close();
    }

    fn visit_statement(&mut self, statement: &Statement<'a>) {
        if !self.doubt {
            walk::walk_statement(self, statement);
        }
    }

    fn visit_binding_identifier(&mut self, id: &BindingIdentifier<'a>) {
        match self.name(id.name) {
            Some(Word::Restricted) => self.doubt = true,
            Some(Word::CommonJs(index)) => self.common_js[index].bound = true,
            Some(Word::Reserved) | None => {}
        }
        match self.binds {
            Binds::Nothing => {}
            Binds::Parameter | Binds::Lexical => self.scopes.lexical(id.name),
            Binds::Var => self.scopes.var(id.name),
        }
    }

    fn visit_identifier_reference(&mut self, reference: &IdentifierReference<'a>) {
        match self.name(reference.name) {
            Some(Word::Restricted) => {
                let is_arguments = reference.name == words::ARGUMENTS;
                self.doubt |= self.in_pattern || is_arguments && !self.context.arguments;
            }
            Some(Word::CommonJs(index)) => {
                let offset = reference.span.start;
                let used = &mut self.common_js[index].used;
                *used = Some(used.map_or(offset, |first| first.min(offset)));
            }
            Some(Word::Reserved) | None => {}
        }
    }

    fn visit_label_identifier(&mut self, label: &LabelIdentifier<'a>) {
        self.name(label.name);
    }

    fn visit_private_identifier(&mut self, private: &PrivateIdentifier<'a>) {
        self.doubt |= self.private_names.get(&private.name).is_none_or(|classes| *classes == 0);
    }

    fn visit_numeric_literal(&mut self, number: &NumericLiteral<'a>) {
        let raw = number.raw.as_ref().map_or("", |raw| raw.as_str());
        self.doubt |= matches!(raw.as_bytes(), [b'0', b'0'..=b'9', ..]);
    }

    fn visit_string_literal(&mut self, string: &StringLiteral<'a>) {
        if string.value.len() + 2 != string.span.size() as usize || string.lone_surrogates {
            let raw = self.source.get(string.span.start as usize..string.span.end as usize);
            self.doubt |= raw.is_none_or(has_octal_escape);
        }
    }

    fn visit_reg_exp_literal(&mut self, literal: &RegExpLiteral<'a>) {
        self.doubt |= regular_expression::check(literal).is_err();
    }

    fn visit_super(&mut self, _super: &Super) {
        self.doubt |= !self.context.super_property;
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        if matches!(call.callee, Expression::Super(_)) {
            self.doubt |= !self.context.super_call;
            self.visit_arguments(&call.arguments);
        } else {
            walk::walk_call_expression(self, call);
        }
    }

    fn visit_new_expression(&mut self, new: &NewExpression<'a>) {
        self.doubt_if(matches!(new.callee, Expression::Super(_)));
        walk::walk_new_expression(self, new);
    }

    fn visit_import_meta(&mut self, _meta: &ImportMeta) {
        self.flags.import_meta = true;
    }

    fn visit_import_expression(&mut self, import: &ImportExpression<'a>) {
        self.flags.dynamic_import = true;
        self.dynamic_imports.extend(dynamic_import::literal(import));
        walk::walk_import_expression(self, import);
    }

    fn visit_await_expression(&mut self, await_: &AwaitExpression<'a>) {
        self.awaits();
        walk::walk_await_expression(self, await_);
    }

    fn visit_yield_expression(&mut self, yield_: &YieldExpression<'a>) {
        self.doubt |= !self.context.suspension;
        walk::walk_yield_expression(self, yield_);
    }

    fn visit_unary_expression(&mut self, unary: &UnaryExpression<'a>) {
        let is_plain =
            matches!(unary.argument, Expression::StaticMemberExpression(_) | Expression::ComputedMemberExpression(_));
        self.doubt_if(unary.operator == UnaryOperator::Delete && !is_plain);
        walk::walk_unary_expression(self, unary);
    }

    fn visit_object_expression(&mut self, object: &ObjectExpression<'a>) {
        if object.properties.len() > 1 {
            self.doubt_if(object.properties.iter().filter(|property| is_proto(property)).count() > 1);
        }
        walk::walk_object_expression(self, object);
    }

    fn visit_object_property(&mut self, property: &ObjectProperty<'a>) {
        match &property.value {
            Expression::FunctionExpression(function) if property.method || property.kind != PropertyKind::Init => {
                self.visit_property_key(&property.key);
                self.doubt_if(scan::getter(property.kind == PropertyKind::Get, function).is_err());
                self.function(function, FunctionKind::Method);
            }
            _ => walk::walk_object_property(self, property),
        }
    }

    fn visit_assignment_expression(&mut self, assignment: &AssignmentExpression<'a>) {
        if let AssignmentTarget::AssignmentTargetIdentifier(target) = &assignment.left {
            self.doubt_if(words::look_up(target.name.as_str()) == Some(Word::Restricted));
        }
        walk::walk_assignment_expression(self, assignment);
    }

    fn visit_update_expression(&mut self, update: &UpdateExpression<'a>) {
        self.assigned_to(|quick| walk::walk_update_expression(quick, update));
    }

    fn visit_assignment_target_pattern(&mut self, pattern: &AssignmentTargetPattern<'a>) {
        self.assigned_to(|quick| walk::walk_assignment_target_pattern(quick, pattern));
    }

    fn visit_variable_declaration(&mut self, declaration: &VariableDeclaration<'a>) {
        if declaration.kind == VariableDeclarationKind::AwaitUsing {
            self.doubt |= self.context.function;
            self.awaits();
        }
        let binds = if declaration.kind.is_var() { Binds::Var } else { Binds::Lexical };
        self.binding(binds, |quick| walk::walk_variable_declaration(quick, declaration));
    }

    fn visit_function(&mut self, function: &Function<'a>, _flags: ScopeFlags) {
        self.function(function, FunctionKind::None);
    }

    fn visit_arrow_function_expression(&mut self, arrow: &ArrowFunctionExpression<'a>) {
        let Context { arguments, super_property, super_call, .. } = self.context;
        let labels = self.labels.len();
        let context = Context { function: true, arguments, super_property, super_call, labels, ..Context::MODULE };
        self.inside(context, |quick| {
            quick.parameters_and_body(&arrow.params, |quick| match &arrow.body {
                ArrowFunctionBody::FunctionBody(body) => quick.body(body, &arrow.params),
                body => quick.visit_arrow_function_body(body),
            });
        });
    }

    fn visit_class(&mut self, class: &Class<'a>) {
        // A class declaration may only be without a name in a default export, which does not come
        // here.
        self.doubt_if(class.is_declaration() && class.id.is_none());
        self.class(class);
    }

    fn visit_method_definition(&mut self, method: &MethodDefinition<'a>) {
        self.doubt_if(scan::method(method, self.source).is_err());
        self.doubt_if(scan::getter(method.kind == MethodDefinitionKind::Get, &method.value).is_err());
        self.key(&method.key);
        let is_constructor = method.kind == MethodDefinitionKind::Constructor;
        self.function(
            &method.value,
            if is_constructor && self.derived { FunctionKind::DerivedConstructor } else { FunctionKind::Method },
        );
    }

    fn visit_property_definition(&mut self, property: &PropertyDefinition<'a>) {
        self.doubt_if(property.type_annotation.is_some() || scan::field(property, self.source).is_err());
        self.key(&property.key);
        if let Some(value) = &property.value {
            let context = self.class_element();
            self.inside(context, |quick| quick.visit_expression(value));
        }
    }

    fn visit_static_block(&mut self, block: &StaticBlock<'a>) {
        let context = self.class_element();
        self.inside(context, |quick| quick.scope(Kind::Function, |quick| quick.visit_statements(&block.body)));
    }

    fn visit_catch_clause(&mut self, clause: &CatchClause<'a>) {
        // The block of a `catch` may not declare the names of the parameter, so this visitor gives
        // the parameter and the block one scope.
        self.scope(Kind::Block, |quick| {
            if let Some(parameter) = &clause.param {
                quick.binding(Binds::Lexical, |quick| walk::walk_catch_parameter(quick, parameter));
            }
            quick.visit_statements(&clause.body.body);
        });
    }

    fn visit_if_statement(&mut self, branch: &IfStatement<'a>) {
        self.single(&branch.consequent);
        branch.alternate.iter().for_each(|alternate| self.single(alternate));
        walk::walk_if_statement(self, branch);
    }

    fn visit_while_statement(&mut self, iteration: &WhileStatement<'a>) {
        self.loop_body(&iteration.body, |quick| walk::walk_while_statement(quick, iteration));
    }

    fn visit_do_while_statement(&mut self, iteration: &DoWhileStatement<'a>) {
        self.loop_body(&iteration.body, |quick| walk::walk_do_while_statement(quick, iteration));
    }

    fn visit_for_statement(&mut self, iteration: &ForStatement<'a>) {
        self.loop_body(&iteration.body, |quick| walk::walk_for_statement(quick, iteration));
    }

    fn visit_for_in_statement(&mut self, iteration: &ForInStatement<'a>) {
        self.for_left(&iteration.left);
        self.loop_body(&iteration.body, |quick| walk::walk_for_in_statement(quick, iteration));
    }

    fn visit_for_of_statement(&mut self, iteration: &ForOfStatement<'a>) {
        if iteration.r#await {
            self.awaits();
        }
        self.for_left(&iteration.left);
        self.loop_body(&iteration.body, |quick| walk::walk_for_of_statement(quick, iteration));
    }

    fn visit_switch_statement(&mut self, switch: &SwitchStatement<'a>) {
        let before = std::mem::replace(&mut self.context.breakable, true);
        walk::walk_switch_statement(self, switch);
        self.context.breakable = before;
    }

    fn visit_labeled_statement(&mut self, labeled: &LabeledStatement<'a>) {
        self.single(&labeled.body);
        self.doubt |= self.label(&labeled.label.name).is_some();
        // If a label follows the label, `iteration` is false, and the close look decides about a
        // `continue`.
        let iteration = matches!(
            labeled.body,
            Statement::DoWhileStatement(_)
                | Statement::WhileStatement(_)
                | Statement::ForStatement(_)
                | Statement::ForInStatement(_)
                | Statement::ForOfStatement(_)
        );
        self.open_label(labeled.label.name, iteration);
        walk::walk_labeled_statement(self, labeled);
        self.close_label();
    }

    fn visit_break_statement(&mut self, statement: &BreakStatement<'a>) {
        self.jump(statement.label.as_ref(), self.context.breakable, |_| true);
    }

    fn visit_continue_statement(&mut self, statement: &ContinueStatement<'a>) {
        self.jump(statement.label.as_ref(), self.context.iteration, |iteration| iteration);
    }

    // The following nodes stand in a place where they are not allowed, or are not part of ECMA-262.
    // The semantic pass and the scan report them.

    fn visit_with_statement(&mut self, _with: &WithStatement<'a>) {
        self.doubt = true;
    }

    fn visit_import_declaration(&mut self, _import: &ImportDeclaration<'a>) {
        self.doubt = true;
    }

    fn visit_export_declaration(&mut self, _export: &ExportDeclaration<'a>) {
        self.doubt = true;
    }

    fn visit_export_named_declaration(&mut self, _export: &ExportNamedDeclaration<'a>) {
        self.doubt = true;
    }

    fn visit_export_from_declaration(&mut self, _export: &ExportFromDeclaration<'a>) {
        self.doubt = true;
    }

    fn visit_export_default_declaration(&mut self, _export: &ExportDefaultDeclaration<'a>) {
        self.doubt = true;
    }

    fn visit_export_all_declaration(&mut self, _export: &ExportAllDeclaration<'a>) {
        self.doubt = true;
    }

    fn visit_decorator(&mut self, _decorator: &Decorator<'a>) {
        self.doubt = true;
    }

    fn visit_accessor_property(&mut self, _property: &AccessorProperty<'a>) {
        self.doubt = true;
    }

    fn visit_ts_interface_declaration(&mut self, _interface: &TSInterfaceDeclaration<'a>) {
        self.doubt = true;
    }

    fn visit_ts_type_alias_declaration(&mut self, _alias: &TSTypeAliasDeclaration<'a>) {
        self.doubt = true;
    }

    fn visit_ts_enum_declaration(&mut self, _enum: &TSEnumDeclaration<'a>) {
        self.doubt = true;
    }

    fn visit_ts_import_equals_declaration(&mut self, _import: &TSImportEqualsDeclaration<'a>) {
        self.doubt = true;
    }

    fn visit_ts_type_annotation(&mut self, _annotation: &TSTypeAnnotation<'a>) {
        self.doubt = true;
    }

    fn visit_ts_index_signature(&mut self, _signature: &TSIndexSignature<'a>) {
        self.doubt = true;
    }
}

/// Returns whether the property is called `__proto__`. Two such properties are an error, except if
/// one is a method. The close look makes this exception.
fn is_proto(property: &ObjectPropertyKind<'_>) -> bool {
    match property {
        ObjectPropertyKind::ObjectProperty(property) => match &property.key {
            PropertyKey::StaticIdentifier(key) => key.name == "__proto__",
            PropertyKey::StringLiteral(key) => key.value == "__proto__",
            _ => false,
        },
        ObjectPropertyKind::SpreadProperty(_) => false,
    }
}

/// Returns whether the source text of a string has an octal escape: a backslash before a digit,
/// except `\0` without a digit after it.
fn has_octal_escape(raw: &str) -> bool {
    let mut rest = raw.as_bytes();
    loop {
        rest = match rest {
            [b'\\', b'0', b'0'..=b'9', ..] | [b'\\', b'1'..=b'9', ..] => return true,
            [b'\\', _, rest @ ..] | [_, rest @ ..] => rest,
            [] => return false,
        };
    }
}
