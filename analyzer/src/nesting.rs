//! Rejects sources in which scopes and labels nest so deeply that the analysis would take too long.
//! oxc searches all enclosing blocks for each `var`, all enclosing scopes for each name, and all
//! enclosing labels for each label. The scan of this crate searches outwards from each `break`,
//! `continue` and `await`. This module adds up the cost of these searches.

use std::cell::Cell;

use oxc_ast::ast::{
    AwaitExpression, BreakStatement, ContinueStatement, IdentifierReference, LabeledStatement, Program,
    VariableDeclaration, VariableDeclarationKind,
};
use oxc_ast_visit::{Visit, walk};
use oxc_ecmascript::BoundNames;
use oxc_syntax::scope::{ScopeFlags, ScopeId};

use crate::class::ErrorClass;
use crate::error::SourceError;

/// The cost that every source may have; searches of this cost take a second or less. A source of
/// more than 1 MiB may have a cost of `PER_BYTE` for each of its bytes.
const LIMIT: usize = PER_BYTE << 20;
const PER_BYTE: usize = 256;

/// The cost of one step outwards in a search, by the kind of node at which the search begins.
const VAR: usize = 256;
const JUMP: usize = 16;
const LABEL: usize = 4;
const REFERENCE: usize = 1;

/// Rejects a program if the total cost of its searches exceeds the limit.
pub(crate) fn check(program: &Program<'_>) -> Result<(), SourceError> {
    let limit = LIMIT.max(program.source_text.len().saturating_mul(PER_BYTE));
    let mut nesting = Nesting { blocks: vec![0], scopes: 0, labels: 0, taken: 0, limit, offset: None };
    nesting.visit_program(program);
    match nesting.offset {
        Some(offset) => Err(SourceError::new(ErrorClass::TooDeep, offset, "scopes or labels nest too deeply")),
        None => Ok(()),
    }
}

struct Nesting {
    /// The number of open blocks in each open function; the innermost function is last.
    blocks: Vec<usize>,
    /// The number of open scopes.
    scopes: usize,
    labels: usize,
    taken: usize,
    limit: usize,
    offset: Option<u32>,
}

impl Nesting {
    fn step(&mut self, steps: usize, each: usize, offset: u32) {
        self.taken = self.taken.saturating_add(steps.saturating_mul(each));
        if self.taken > self.limit {
            self.offset.get_or_insert(offset);
        }
    }

    fn depth(&self) -> usize {
        self.blocks.last().copied().unwrap_or_default()
    }
}

impl<'a> Visit<'a> for Nesting {
    fn enter_scope(&mut self, flags: ScopeFlags, _scope: &Cell<Option<ScopeId>>) {
        self.scopes += 1;
        if flags.intersects(ScopeFlags::Function | ScopeFlags::ClassStaticBlock) {
            self.blocks.push(0);
        } else if let Some(blocks) = self.blocks.last_mut() {
            *blocks += 1;
        }
    }

    fn leave_scope(&mut self) {
        self.scopes -= 1;
        match self.blocks.last_mut() {
            Some(0) => drop(self.blocks.pop()),
            Some(blocks) => *blocks -= 1,
            None => {}
        }
    }

    fn visit_identifier_reference(&mut self, reference: &IdentifierReference<'a>) {
        self.step(self.scopes, REFERENCE, reference.span.start);
    }

    fn visit_variable_declaration(&mut self, declaration: &VariableDeclaration<'a>) {
        if declaration.kind == VariableDeclarationKind::Var {
            let mut names = 0;
            declaration.bound_names(&mut |_| names += 1);
            self.step(names * self.depth(), VAR, declaration.span.start);
        }
        walk::walk_variable_declaration(self, declaration);
    }

    fn visit_labeled_statement(&mut self, labeled: &LabeledStatement<'a>) {
        self.step(self.labels, LABEL, labeled.span.start);
        self.labels += 1;
        walk::walk_labeled_statement(self, labeled);
        self.labels -= 1;
    }

    fn visit_break_statement(&mut self, statement: &BreakStatement<'a>) {
        self.step(self.depth(), JUMP, statement.span.start);
    }

    fn visit_continue_statement(&mut self, statement: &ContinueStatement<'a>) {
        self.step(self.depth(), JUMP, statement.span.start);
    }

    fn visit_await_expression(&mut self, await_: &AwaitExpression<'a>) {
        self.step(self.depth(), JUMP, await_.span.start);
        walk::walk_await_expression(self, await_);
    }
}
