//! What the source of a CommonJS module shows: its calls of `require` and `import()` with a literal, and the names that it
//! exports. The names are those that Node.js' lexer finds, as far as this project knows its rules.

use std::collections::{HashMap, HashSet};

use bmes_analyzer::with_stack_for;
use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, AssignmentExpression, AssignmentTarget, BindingPattern, CallExpression, Expression, ImportExpression,
    ObjectPropertyKind, PropertyKey, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_span::SourceType;

use super::{Rejected, STACK};

/// What a CommonJS module asks for and exports.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CommonJs {
    /// The specifiers of `require`, each once, in the order of the source.
    pub requires: Vec<String>,
    /// The specifiers of `import()` without attributes and without a phase, each once, in the order of the source.
    pub dynamic: Vec<String>,
    /// The exported names, each once.
    pub exports: Vec<String>,
    /// The specifiers whose exports the module exports again.
    pub reexports: Vec<String>,
}

impl CommonJs {
    /// Reads a CommonJS module. Returns what was found, or the reason why the source cannot be read.
    pub fn read(text: &str) -> Result<Self, Rejected> {
        with_stack_for(text, STACK, || find(text)).map_err(Rejected::Analyzer)?
    }
}

fn find(text: &str) -> Result<CommonJs, Rejected> {
    let allocator = Allocator::default();
    // In a CommonJS module, `return` may stand at the top level.
    let parsed = Parser::new(&allocator, text, SourceType::cjs()).parse();
    if parsed.panicked {
        let message = parsed.diagnostics.first().map_or_else(|| "not JavaScript".to_owned(), ToString::to_string);
        return Err(Rejected::CommonJs(message));
    }
    let mut reader = Reader { found: CommonJs::default(), required: HashMap::new() };
    reader.visit_program(&parsed.program);
    let CommonJs { requires, dynamic, exports, reexports } = &mut reader.found;
    for list in [requires, dynamic, exports, reexports] {
        let mut seen = HashSet::new();
        list.retain(|text| seen.insert(text.clone()));
    }
    Ok(reader.found)
}

struct Reader {
    found: CommonJs,
    /// The specifiers of `var name = require('x')`, by name.
    required: HashMap<String, String>,
}

impl<'a> Visit<'a> for Reader {
    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        if let Some(specifier) = required(call) {
            add(&mut self.found.requires, specifier);
        }
        match &call.callee {
            // Object.defineProperty(exports, 'name', …)
            Expression::StaticMemberExpression(member) if member.property.name == "defineProperty" => {
                if let [object, Argument::StringLiteral(name), ..] = call.arguments.as_slice()
                    && object.as_expression().is_some_and(is_exports)
                {
                    add(&mut self.found.exports, name.value.as_str());
                }
            }
            // __exportStar(require('x'), exports), tslib.__exportStar(…), __export(require('x'))
            callee if callee_name(callee).is_some_and(|name| matches!(name, "__exportStar" | "__export")) => {
                let argument = call.arguments.first().and_then(Argument::as_expression);
                if let Some(specifier) = argument.and_then(required_by) {
                    add(&mut self.found.reexports, specifier);
                }
            }
            // Object.keys(name).forEach(function (key) { … exports[key] = name[key] … })
            Expression::StaticMemberExpression(member) if member.property.name == "forEach" => {
                if let Some(specifier) = keys_of(&member.object).and_then(|name| self.required.get(name)) {
                    add(&mut self.found.reexports, &specifier.clone());
                }
            }
            _ => {}
        }
        walk::walk_call_expression(self, call);
    }

    fn visit_variable_declarator(&mut self, declarator: &VariableDeclarator<'a>) {
        if let (BindingPattern::BindingIdentifier(name), Some(value)) = (&declarator.id, &declarator.init)
            && let Some(specifier) = required_by(value)
        {
            self.required.insert(name.name.to_string(), specifier.to_owned());
        }
        walk::walk_variable_declarator(self, declarator);
    }

    fn visit_import_expression(&mut self, import: &ImportExpression<'a>) {
        let is_plain = import.options.is_none() && import.phase.is_none();
        if let Some(specifier) = literal(&import.source).filter(|_| is_plain) {
            add(&mut self.found.dynamic, specifier);
        }
        walk::walk_import_expression(self, import);
    }

    fn visit_assignment_expression(&mut self, assignment: &AssignmentExpression<'a>) {
        match &assignment.left {
            // module.exports = …
            AssignmentTarget::StaticMemberExpression(member)
                if is_module_exports(&member.object, &member.property.name) =>
            {
                self.exports_all_of(&assignment.right);
            }
            // exports.name = …, module.exports.name = …
            AssignmentTarget::StaticMemberExpression(member) if is_exports(&member.object) => {
                add(&mut self.found.exports, &member.property.name);
            }
            // exports['name'] = …
            AssignmentTarget::ComputedMemberExpression(member) if is_exports(&member.object) => {
                if let Expression::StringLiteral(name) = &member.expression {
                    add(&mut self.found.exports, name.value.as_str());
                }
            }
            _ => {}
        }
        walk::walk_assignment_expression(self, assignment);
    }
}

impl Reader {
    /// Adds what `module.exports = value` exports.
    fn exports_all_of(&mut self, value: &Expression<'_>) {
        if let Some(specifier) = required_by(value) {
            add(&mut self.found.reexports, specifier);
        }
        let Expression::ObjectExpression(object) = value else { return };
        for property in &object.properties {
            match property {
                ObjectPropertyKind::ObjectProperty(property) => match &property.key {
                    PropertyKey::StaticIdentifier(name) => add(&mut self.found.exports, &name.name),
                    PropertyKey::StringLiteral(name) => add(&mut self.found.exports, name.value.as_str()),
                    _ => {}
                },
                ObjectPropertyKind::SpreadProperty(spread) => {
                    if let Some(specifier) = required_by(&spread.argument) {
                        add(&mut self.found.reexports, specifier);
                    }
                }
            }
        }
    }
}

/// Returns whether an expression is `exports` or `module.exports`.
fn is_exports(expression: &Expression<'_>) -> bool {
    match expression {
        Expression::Identifier(name) => name.name == "exports",
        Expression::StaticMemberExpression(member) => is_module_exports(&member.object, &member.property.name),
        _ => false,
    }
}

fn is_module_exports(object: &Expression<'_>, property: &str) -> bool {
    property == "exports" && matches!(object, Expression::Identifier(name) if name.name == "module")
}

/// Returns the specifier of `require('x')`.
fn required<'e>(call: &'e CallExpression<'_>) -> Option<&'e str> {
    match (&call.callee, call.arguments.as_slice()) {
        (Expression::Identifier(name), [argument]) if name.name == "require" => literal(argument.as_expression()?),
        _ => None,
    }
}

/// Returns the value of a string, or of a template without expressions.
fn literal<'e>(expression: &'e Expression<'_>) -> Option<&'e str> {
    match expression {
        Expression::StringLiteral(string) => Some(string.value.as_str()),
        Expression::TemplateLiteral(template) => match template.quasis.as_slice() {
            [text] => Some(text.value.cooked.as_ref()?.as_str()),
            _ => None,
        },
        _ => None,
    }
}

fn required_by<'e>(expression: &'e Expression<'_>) -> Option<&'e str> {
    match expression {
        Expression::CallExpression(call) => required(call),
        _ => None,
    }
}

/// Returns `name` of `Object.keys(name)`.
fn keys_of<'e>(expression: &'e Expression<'_>) -> Option<&'e str> {
    let Expression::CallExpression(call) = expression else { return None };
    match (&call.callee, call.arguments.as_slice()) {
        (Expression::StaticMemberExpression(member), [Argument::Identifier(name)])
            if member.property.name == "keys" =>
        {
            Some(name.name.as_str())
        }
        _ => None,
    }
}

/// Returns the name of a function that is called by its name or as a member.
fn callee_name<'e>(callee: &'e Expression<'_>) -> Option<&'e str> {
    match callee {
        Expression::Identifier(name) => Some(name.name.as_str()),
        Expression::StaticMemberExpression(member) => Some(member.property.name.as_str()),
        _ => None,
    }
}

fn add(list: &mut Vec<String>, text: &str) {
    list.push(text.to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn calls_with_a_literal_are_found_once() {
        let found =
            CommonJs::read("const a = require('a'); if (x) { require(\"b\"); require('a') } require(y); import('c')")
                .unwrap();
        assert_eq!(found.requires, texts(&["a", "b"]));
        assert_eq!(found.dynamic, texts(&["c"]));
        let found =
            CommonJs::read("require(`a`); require(`${x}`); import(`b`); import('c', {with: {type: 'json'}})").unwrap();
        assert_eq!((found.requires, found.dynamic), (texts(&["a"]), texts(&["b"])));
    }

    #[test]
    fn a_source_that_is_not_javascript_has_a_reason() {
        assert!(CommonJs::read("(").unwrap_err().to_string().starts_with("syntax: "));
    }

    #[test]
    fn exported_names_are_found() {
        for (text, names) in [
            ("exports.a = 1; module.exports.b = 2; exports['c-d'] = 3", &["a", "b", "c-d"] as &[&str]),
            (
                "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 1",
                &["__esModule", "default"],
            ),
            ("module.exports = { a, b: 1, 'c': 2, [d]: 3 }", &["a", "b", "c"]),
            ("0 && (module.exports = { a, b })", &["a", "b"]),
            ("exports.a = exports.b = void 0", &["a", "b"]),
            ("other.a = 1; module.other = { b }", &[]),
        ] {
            assert_eq!(CommonJs::read(text).unwrap().exports, texts(names), "{text}");
        }
    }

    #[test]
    fn exports_of_other_modules_are_found() {
        for (text, specifiers) in [
            ("module.exports = require('a')", &["a"] as &[&str]),
            ("__exportStar(require('a'), exports); tslib_1.__exportStar(require('b'), exports)", &["a", "b"]),
            ("module.exports = { ...require('a'), ...require('b') }", &["a", "b"]),
            (
                "var a = require('a'); Object.keys(a).forEach(function (k) { if (k !== 'default') exports[k] = a[k]; })",
                &["a"],
            ),
        ] {
            assert_eq!(CommonJs::read(text).unwrap().reexports, texts(specifiers), "{text}");
        }
    }

    #[test]
    fn a_source_that_nests_too_deeply_does_not_end_the_process() {
        let reason = CommonJs::read(&"[".repeat(1 << 20)).unwrap_err().to_string();
        assert!(reason.starts_with("too-deep: "), "{reason}");
        let deep = format!("require('a'){}", "+(1".repeat(10_000) + &")".repeat(10_000));
        assert_eq!(CommonJs::read(&deep).unwrap().requires, texts(&["a"]));
    }

    #[test]
    fn a_return_at_the_top_level_is_no_error() {
        assert_eq!(CommonJs::read("if (x) return; require('a')").unwrap().requires, texts(&["a"]));
    }
}
