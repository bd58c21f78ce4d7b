//! The names that the open scopes declare, and the check that no two of them conflict.

use oxc_str::{Ident, IdentBuildHasher, IdentHashSet};

/// The kinds of scopes. A `var` declaration in a block belongs to the enclosing function, so only a
/// function scope ends it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Function,
    Block,
}

struct Scope {
    kind: Kind,
    /// The index in `lexical` of the first name of the scope (the parameters come first), and the
    /// index of the first name that the body declares.
    parameters: usize,
    body: usize,
    /// The index in `vars` of the first name of the scope.
    vars: usize,
}

/// The open scopes, innermost last, and two lists of the names that they declare.
pub(super) struct Scopes<'a> {
    open: Vec<Scope>,
    lexical: Vec<Ident<'a>>,
    /// The names that `var` declares, and the names of functions that are declared directly in the
    /// body of a function.
    vars: Vec<Ident<'a>>,
    /// The number of comparisons of `var` names at the ends of large blocks. If blocks are nested,
    /// a `var` name of the inner block is compared again in each outer block.
    again: usize,
    /// True if the comparisons took too long. From then on, scopes are closed without a comparison.
    unchecked: bool,
}

/// Up to this number of comparisons, comparing each pair of names is faster than a hash table.
const FEW: usize = 64;
/// The number of comparisons, counted in `again`, that is always allowed.
const AGAIN: usize = 1 << 16;
/// The initial capacity of the lists. Most modules do not need more.
const USUAL: usize = 32;

impl<'a> Scopes<'a> {
    pub(super) fn new() -> Self {
        Self {
            open: Vec::with_capacity(USUAL),
            lexical: Vec::with_capacity(USUAL),
            vars: Vec::with_capacity(USUAL),
            again: 0,
            unchecked: false,
        }
    }

    pub(super) fn open(&mut self, kind: Kind) {
        let (lexical, vars) = (self.lexical.len(), self.vars.len());
        self.open.push(Scope { kind, parameters: lexical, body: lexical, vars });
    }

    /// Ends the parameters of a function: the names that follow are declared by its body.
    pub(super) fn close_parameters(&mut self) {
        if let Some(scope) = self.open.last_mut() {
            scope.body = self.lexical.len();
        }
    }

    /// Returns whether the current position is directly in the body of a function, and not in a
    /// block.
    pub(super) fn in_function(&self) -> bool {
        self.open.last().is_some_and(|scope| scope.kind == Kind::Function)
    }

    /// Returns whether some scopes were closed without a comparison of their names.
    pub(super) const fn are_unchecked(&self) -> bool {
        self.unchecked
    }

    pub(super) fn lexical(&mut self, name: Ident<'a>) {
        self.lexical.push(name);
    }

    pub(super) fn var(&mut self, name: Ident<'a>) {
        self.vars.push(name);
    }

    /// Closes the innermost scope. Returns false if two of its names conflict.
    pub(super) fn close(&mut self) -> bool {
        let Some(scope) = self.open.pop() else { return false };
        let (names, vars) = (self.lexical.len() - scope.body, self.vars.len() - scope.vars);
        if scope.kind == Kind::Block && names * vars > FEW {
            self.again += vars;
            self.unchecked |= self.again > AGAIN + 8 * self.vars.len();
        }
        // A single name cannot conflict. Most scopes have no more than one.
        let is_small = self.lexical.len() - scope.parameters + vars < 2;
        let is_valid = is_small || self.unchecked || !self.has_conflict(&scope);
        self.lexical.truncate(scope.parameters);
        if scope.kind == Kind::Function {
            self.vars.truncate(scope.vars);
        }
        is_valid
    }

    /// Returns whether two names of the scope conflict.
    fn has_conflict(&self, scope: &Scope) -> bool {
        let parameters = &self.lexical[scope.parameters..scope.body];
        let (body, vars) = (&self.lexical[scope.body..], &self.vars[scope.vars..]);
        has_duplicates(parameters) || has_duplicates(body) || intersect(body, vars) || intersect(body, parameters)
    }

    /// Closes the module's own scope. Returns the module's `var` names, each once. Returns `None`
    /// if two names conflict, or if the module does not declare one of the names in `exported`.
    pub(super) fn close_module(self, exported: &[Ident<'a>]) -> Option<Vec<&'a str>> {
        let [scope] = &self.open[..] else { return None };
        let mut names: IdentHashSet<'a> = self.lexical.iter().copied().collect();
        if !self.unchecked && self.has_conflict(scope) {
            return None;
        }
        let first = |name: &&Ident<'a>| names.insert(**name);
        let declared = self.vars.iter().filter(first).map(Ident::as_str).collect();
        exported.iter().all(|name| names.contains(name)).then_some(declared)
    }
}

pub(super) fn has_duplicates(names: &[Ident<'_>]) -> bool {
    if names.len() * names.len() / 2 <= FEW {
        return names.iter().enumerate().any(|(index, name)| names[..index].contains(name));
    }
    let mut seen = IdentHashSet::with_capacity_and_hasher(names.len(), IdentBuildHasher);
    !names.iter().all(|name| seen.insert(*name))
}

fn intersect<'a>(some: &[Ident<'a>], others: &[Ident<'a>]) -> bool {
    if some.len() * others.len() <= FEW {
        return some.iter().any(|name| others.contains(name));
    }
    let seen: IdentHashSet<'a> = some.iter().copied().collect();
    others.iter().any(|name| seen.contains(name))
}
