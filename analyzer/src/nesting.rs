//! Limits how deeply scopes and labels nest. For each `var`, oxc looks at all enclosing blocks. For
//! each name, it looks at all enclosing scopes, and for each label at all enclosing labels. The
//! scan looks outwards from `break`, `continue` and `await`. A source is rejected if this takes
//! longer than all other work.

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

/// The cost that any source may have, which takes a second or less. A longer source may have the
/// same cost for each of its bytes.
const LIMIT: usize = PER_BYTE << 20;
const PER_BYTE: usize = 256;

/// The cost of one step outwards, from each kind of node.
const VAR: usize = 256;
const JUMP: usize = 16;
const LABEL: usize = 4;
const REFERENCE: usize = 1;

/// Rejects a program whose steps cost too much.
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
    /// For each open function, how many of its blocks are open.
    blocks: Vec<usize>,
    /// How many scopes are open.
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
