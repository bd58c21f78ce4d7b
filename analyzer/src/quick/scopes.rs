//! The names of the open scopes, and the check for conflicts between them.

use oxc_str::{Ident, IdentBuildHasher, IdentHashSet};

/// The kinds of scopes. A function keeps its `var` names, a block passes them on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Function,
    Block,
}

struct Scope {
    kind: Kind,
    /// The indices in `lexical` where the scope's names begin: the parameters, and then the
    /// declarations of the body.
    parameters: usize,
    body: usize,
    /// The index in `vars` where the scope's names begin.
    vars: usize,
}

/// The open scopes, innermost last, and all their names in two lists.
pub(super) struct Scopes<'a> {
    open: Vec<Scope>,
    lexical: Vec<Ident<'a>>,
    /// The names of `var`, and of functions that are declared directly in a function.
    vars: Vec<Ident<'a>>,
    /// How many names were compared again because they are in an inner scope, too.
    again: usize,
    /// True if comparing takes too long: the scopes are no longer compared.
    unchecked: bool,
}

/// Up to this number of comparisons, comparing is faster than hashing.
const FEW: usize = 64;
/// How many names may be compared again.
const AGAIN: usize = 1 << 16;
/// A number of scopes, and of names, that most modules do not exceed.
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

    /// Ends the parameters: the body of the function declares the names that follow.
    pub(super) fn close_parameters(&mut self) {
        if let Some(scope) = self.open.last_mut() {
            scope.body = self.lexical.len();
        }
    }

    /// Returns whether a declaration here is directly in a function.
    pub(super) fn in_function(&self) -> bool {
        self.open.last().is_some_and(|scope| scope.kind == Kind::Function)
    }

    /// Returns whether the names of some scopes were not compared.
    pub(super) const fn are_unchecked(&self) -> bool {
        self.unchecked
    }

    pub(super) fn lexical(&mut self, name: Ident<'a>) {
        self.lexical.push(name);
    }

    pub(super) fn var(&mut self, name: Ident<'a>) {
        self.vars.push(name);
    }

    /// Leaves the innermost scope. Returns false if its names conflict.
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

    /// Leaves the module's own scope. Returns its `var` names, each once, or `None` if something is
    /// wrong. The module must declare all names in `exported`.
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
