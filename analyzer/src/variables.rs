//! Collects the names that a module declares at its top level, in the two lists that engines keep.

use oxc_ast::ast::{
    Class, Declaration, ExportDefaultDeclarationKind, Function, ImportDeclaration, ImportDeclarationSpecifier, Program,
    Statement, VariableDeclaration, VariableDeclarationKind as Keyword,
};
use oxc_ecmascript::BoundNames;
use oxc_semantic::Scoping;
use oxc_syntax::symbol::SymbolFlags;

use crate::analysis::{Variable, VariableKind, Variables};
use crate::record::DEFAULT_BINDING;
use crate::transform::is_decorated;

/// Returns the variables of a module. `declared` are the names that the module declares with `var`.
pub(crate) fn variables<'a>(program: &Program<'a>, declared: Vec<&'a str>) -> Variables<&'a str> {
    let mut lexical = Lexical(Vec::new());
    for statement in &program.body {
        lexical.statement(statement);
    }
    let declared = declared.into_iter().map(|name| Variable { name, kind: VariableKind::Var }).collect();
    Variables { declared, lexical: lexical.0 }
}

/// Returns the names that a module declares with `var`. Blocks do not limit `var`, so these are the
/// names that oxc hoists to the scope of the module.
pub(crate) fn declared(scoping: &Scoping) -> impl Iterator<Item = &str> {
    let root = scoping.root_scope_id();
    let is_var = move |symbol: &_| {
        let flags = scoping.symbol_flags(*symbol);
        scoping.symbol_scope_id(*symbol) == root
            && flags.contains(SymbolFlags::FunctionScopedVariable)
            && !flags.contains(SymbolFlags::Function)
    };
    scoping.symbol_ids().filter(is_var).map(|symbol| scoping.symbol_name(symbol))
}

struct Lexical<'a>(Vec<Variable<&'a str>>);

impl<'a> Lexical<'a> {
    fn add(&mut self, name: &'a str, kind: VariableKind) {
        self.0.push(Variable { name, kind });
    }

    fn statement(&mut self, statement: &Statement<'a>) {
        match statement {
            Statement::ImportDeclaration(import) => self.import(import),
            Statement::ExportDeclaration(export) => match &export.declaration {
                Declaration::VariableDeclaration(declaration) => self.variable_declaration(declaration),
                Declaration::FunctionDeclaration(function) => self.function(function),
                Declaration::ClassDeclaration(class) => self.class(class),
                _ => {}
            },
            Statement::ExportDefaultDeclaration(export) => match &export.declaration {
                ExportDefaultDeclarationKind::FunctionDeclaration(function) if function.id.is_some() => {
                    self.function(function);
                }
                ExportDefaultDeclarationKind::ClassDeclaration(class) if class.id.is_some() => self.class(class),
                _ => self.add(DEFAULT_BINDING, VariableKind::Default),
            },
            Statement::VariableDeclaration(declaration) => self.variable_declaration(declaration),
            Statement::FunctionDeclaration(function) => self.function(function),
            Statement::ClassDeclaration(class) => self.class(class),
            _ => {}
        }
    }

    fn import(&mut self, import: &ImportDeclaration<'a>) {
        for specifier in import.specifiers.iter().flatten() {
            let (local, kind) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(specifier) => (&specifier.local, VariableKind::Import),
                ImportDeclarationSpecifier::ImportDefaultSpecifier(specifier) => {
                    (&specifier.local, VariableKind::Import)
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(specifier) => {
                    (&specifier.local, VariableKind::ImportNamespace)
                }
            };
            self.add(local.name.as_str(), kind);
        }
    }

    fn variable_declaration(&mut self, declaration: &VariableDeclaration<'a>) {
        let kind = match declaration.kind {
            Keyword::Var => return,
            Keyword::Let => VariableKind::Let,
            Keyword::Const => VariableKind::Const,
            Keyword::Using => VariableKind::Using,
            Keyword::AwaitUsing => VariableKind::AwaitUsing,
        };
        declaration.bound_names(&mut |binding| self.add(binding.name.as_str(), kind));
    }

    fn function(&mut self, function: &Function<'a>) {
        if let Some(id) = &function.id {
            self.add(id.name.as_str(), VariableKind::Function);
        }
    }

    fn class(&mut self, class: &Class<'a>) {
        if let Some(id) = &class.id {
            // Compilers compile a class with decorators to a variable.
            let kind = if is_decorated(class) { VariableKind::Let } else { VariableKind::Class };
            self.add(id.name.as_str(), kind);
        }
    }
}
