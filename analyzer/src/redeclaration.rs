//! Finds redeclarations. There are two kinds: one scope declares a name twice, or a `var` has the
//! same name as another kind of declaration in a block around the `var`.
//!
//! oxc's check of redeclarations differs from ECMA-262 in two cases. First, it rejects a function
//! in the body of a function together with a `var` of the same name in an inner block, which is
//! legal. Second, it accepts a `var` with the name of the parameter of a `catch` if a scope around
//! the `catch` declares that name. This module follows ECMA-262 in both cases, and takes linear
//! time: each declaration looks up the open declarations of its name, and the end of a scope
//! removes the declarations of the scope.

use std::cell::Cell;

use oxc_ast::ast::{
    BindingIdentifier, CatchClause, Class, FormalParameters, Function, ImportDeclaration, ModuleExportName, Program,
    Statement, VariableDeclaration, VariableDeclarationKind,
};
use oxc_ast_visit::{Visit, walk};
use oxc_ecmascript::BoundNames;
use oxc_str::{Ident, IdentHashMap, IdentHashSet};
use oxc_syntax::scope::{ScopeFlags, ScopeId};

use crate::class::ErrorClass;
use crate::error::SourceError;

/// Returns the first redeclaration in a program as an error.
pub(crate) fn check(program: &Program<'_>) -> Result<(), SourceError> {
    Declarations::of(program).redeclaration()
}

/// The declarations of a program.
#[derive(Default)]
pub(crate) struct Declarations<'a> {
    open: Vec<Scope>,
    known: IdentHashMap<'a, Known>,
    /// The previous values of `known` that a declaration has replaced, to restore them: `innermost`
    /// and `lexical` at the end of the scope, and `var` (in `covered_vars`) at the end of the
    /// function.
    covered: Vec<(Ident<'a>, Known)>,
    covered_vars: Vec<(Ident<'a>, Option<Declaration>)>,
    scopes: u32,
    count: u32,
    /// The first redeclaration: the name, and the offsets of its two declarations.
    redeclaration: Option<(Ident<'a>, u32, u32)>,
    /// The names that the module declares at its top level.
    names: Vec<Ident<'a>>,
}

/// The kinds of declarations.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `let`, `const`, `using`, a class, an import, a function in a block or at the top level, or a
    /// name in a `catch` parameter that is a pattern.
    Lexical,
    /// A parameter of a function, or a `catch` parameter that is a plain name. A `var` with the
    /// same name is allowed.
    Parameter,
    /// `var`, or a function declaration directly in the body of a function.
    Var,
}

/// The number of the module's own scope.
const MODULE: u32 = 1;

/// A scope. Scopes are numbered in the order in which they open.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Scope {
    id: u32,
    /// The number of the enclosing function's scope.
    function: u32,
    /// The number of declarations before the scope.
    start: u32,
    /// The lengths of `covered` and `covered_vars` when the scope opened.
    covered: usize,
    covered_vars: usize,
}

/// A declaration of a name.
#[derive(Clone, Copy)]
struct Declaration {
    /// The numbers of the declaration's scope and of the enclosing function's scope.
    scope: u32,
    function: u32,
    /// The number of the declaration, in source order.
    count: u32,
    offset: u32,
}

/// The open declarations of a name.
#[derive(Clone, Copy, Default)]
struct Known {
    /// The innermost open declaration, except `var`.
    innermost: Option<Declaration>,
    /// The innermost open declaration of the kind [`Kind::Lexical`]. A `var` of the same name in
    /// its scope and in the same function conflicts with it.
    lexical: Option<Declaration>,
    /// The last `var` declaration of the name in the innermost function that has one.
    var: Option<Declaration>,
}

impl<'a> Declarations<'a> {
    /// Visits a program and collects its declarations.
    pub(crate) fn of(program: &Program<'a>) -> Self {
        let mut declarations = Self::default();
        declarations.visit_program(program);
        declarations
    }

    /// Returns the first redeclaration as an error.
    pub(crate) fn redeclaration(&self) -> Result<(), SourceError> {
        let Some((name, first, second)) = self.redeclaration else { return Ok(()) };
        let (first, second) = (first.min(second), first.max(second));
        let message = format!("Identifier `{name}` has already been declared");
        let note = format!("`{name}` has already been declared here");
        Err(SourceError::new(ErrorClass::Redeclaration, second, message).with_note(note, first))
    }

    /// Returns an error for the first export of a name that the module does not declare, and
    /// removes all such exports from the program. If they stayed, oxc would compare each of them
    /// with each name of the module, which takes quadratic time.
    pub(crate) fn undeclared_export(&self, program: &mut Program<'a>) -> Option<SourceError> {
        let names: IdentHashSet<'_> = self.names.iter().copied().collect();
        let mut first: Option<SourceError> = None;
        for statement in &mut program.body {
            let Statement::ExportNamedDeclaration(export) = statement else { continue };
            export.specifiers.retain(|specifier| match &specifier.local {
                ModuleExportName::IdentifierReference(name) if !names.contains(&name.name) => {
                    first.get_or_insert_with(|| undeclared(&name.name, name.span.start, &self.names));
                    false
                }
                _ => true,
            });
        }
        first
    }

    fn open(&mut self, is_function: bool) {
        self.scopes += 1;
        let id = self.scopes;
        let function = if is_function { id } else { self.open.last().map_or(id, |scope| scope.function) };
        let (covered, covered_vars) = (self.covered.len(), self.covered_vars.len());
        self.open.push(Scope { id, function, start: self.count, covered, covered_vars });
    }

    fn declare(&mut self, identifier: &BindingIdentifier<'a>, kind: Kind) {
        self.count += 1;
        let scope = self.open.last().copied().unwrap_or_default();
        if scope.id == MODULE || (kind == Kind::Var && scope.function == MODULE) {
            self.names.push(identifier.name);
        }
        let Scope { id, function, .. } = scope;
        let declaration = Declaration { scope: id, function, count: self.count, offset: identifier.span.start };
        let known = self.known.entry(identifier.name).or_default();
        let before = *known;
        let other = match kind {
            Kind::Var => before.lexical.filter(|lexical| lexical.function == function),
            Kind::Lexical | Kind::Parameter => {
                let twice = before.innermost.filter(|innermost| innermost.scope == id);
                twice.or_else(|| before.var.filter(|var| var.function == function && var.count > scope.start))
            }
        };
        match kind {
            Kind::Var => {
                known.var = Some(declaration);
                if before.var.is_none_or(|var| var.function != function) {
                    self.covered_vars.push((identifier.name, before.var));
                }
            }
            Kind::Parameter | Kind::Lexical => {
                known.innermost = Some(declaration);
                if kind == Kind::Lexical {
                    known.lexical = Some(declaration);
                }
                self.covered.push((identifier.name, before));
            }
        }
        if let Some(other) = other {
            self.redeclaration.get_or_insert((identifier.name, other.offset, declaration.offset));
        }
    }

    fn declare_all(&mut self, names: &impl BoundNames<'a>, kind: Kind) {
        names.bound_names(&mut |identifier| self.declare(identifier, kind));
    }
}

/// Returns the error about an undeclared export. If a declared name differs in only a few letters,
/// the error suggests it.
fn undeclared(name: &str, offset: u32, names: &[Ident<'_>]) -> SourceError {
    let error = SourceError::new(ErrorClass::UndeclaredExport, offset, format!("Export '{name}' is not defined"));
    // A short name differs from any other short name in only a few letters, so fewer differences
    // are allowed for it.
    let most = match name.chars().count() {
        0..=2 => 0,
        3 | 4 => 1,
        _ => 2,
    };
    let near = names.iter().filter_map(|other| distance(name, other, most).map(|distance| (distance, other)));
    match near.min_by_key(|(distance, _)| *distance) {
        Some((_, other)) => error.with_help(format!("Did you mean '{other}'?")),
        None => error,
    }
}

/// Returns the number of letters that must be inserted, removed or replaced to turn `a` into `b`,
/// or `None` if it is more than `most`.
fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    if most == 0 || a.len().abs_diff(b.len()) > most * 4 {
        return None;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (above, character) in (1..).zip(a.chars()) {
        let mut diagonal = std::mem::replace(&mut row[0], above);
        for (index, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(character != *other);
            diagonal = row[index + 1];
            row[index + 1] = replaced.min(diagonal + 1).min(row[index] + 1);
        }
        if row.iter().all(|distance| *distance > most) {
            return None;
        }
    }
    row.last().copied().filter(|distance| *distance <= most)
}

impl<'a> Visit<'a> for Declarations<'a> {
    fn enter_scope(&mut self, flags: ScopeFlags, _scope: &Cell<Option<ScopeId>>) {
        self.open(flags.intersects(ScopeFlags::Function | ScopeFlags::ClassStaticBlock));
    }

    fn leave_scope(&mut self) {
        let Some(scope) = self.open.pop() else { return };
        // Restored in reverse order: if a scope declares a name twice, the value from before the
        // first declaration must be restored last.
        for (name, before) in self.covered.drain(scope.covered..).rev() {
            if let Some(known) = self.known.get_mut(&name) {
                (known.innermost, known.lexical) = (before.innermost, before.lexical);
            }
        }
        if scope.id == scope.function {
            for (name, var) in self.covered_vars.drain(scope.covered_vars..).rev() {
                if let Some(known) = self.known.get_mut(&name) {
                    known.var = var;
                }
            }
        }
    }

    fn visit_variable_declaration(&mut self, declaration: &VariableDeclaration<'a>) {
        let kind = if declaration.kind == VariableDeclarationKind::Var { Kind::Var } else { Kind::Lexical };
        self.declare_all(declaration, kind);
        walk::walk_variable_declaration(self, declaration);
    }

    fn visit_function(&mut self, function: &Function<'a>, flags: ScopeFlags) {
        if let Some(id) = function.id.as_ref().filter(|_| function.is_declaration()) {
            // At the top level of a module, functions are lexical.
            let is_in_body = self.open.len() > 1 && self.open.last().is_some_and(|scope| scope.id == scope.function);
            self.declare(id, if is_in_body { Kind::Var } else { Kind::Lexical });
        }
        walk::walk_function(self, function, flags);
    }

    fn visit_formal_parameters(&mut self, parameters: &FormalParameters<'a>) {
        self.declare_all(parameters, Kind::Parameter);
        walk::walk_formal_parameters(self, parameters);
    }

    fn visit_class(&mut self, class: &Class<'a>) {
        if let Some(id) = class.id.as_ref().filter(|_| class.is_declaration()) {
            self.declare(id, Kind::Lexical);
        }
        walk::walk_class(self, class);
    }

    fn visit_import_declaration(&mut self, import: &ImportDeclaration<'a>) {
        self.declare_all(import, Kind::Lexical);
    }

    fn visit_catch_clause(&mut self, clause: &CatchClause<'a>) {
        // The block of a `catch` may not declare the names of the parameter again, so the parameter
        // and the block share one scope here.
        self.open(false);
        if let Some(parameter) = &clause.param {
            let kind = if parameter.pattern.is_binding_identifier() { Kind::Parameter } else { Kind::Lexical };
            self.declare_all(&parameter.pattern, kind);
            walk::walk_catch_parameter(self, parameter);
        }
        self.visit_statements(&clause.body.body);
        self.leave_scope();
    }
}
