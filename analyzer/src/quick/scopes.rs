//! The names of the scopes that are open, and whether they may stand beside each other.

use oxc_str::{Ident, IdentBuildHasher, IdentHashSet};

/// What a scope does with `var`: a function keeps it, a block passes it on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Function,
    Block,
}

struct Scope {
    kind: Kind,
    /// Where its names begin among `lexical`: the parameters, and then what the body declares.
    parameters: usize,
    body: usize,
    /// Where its names begin among `vars`.
    vars: usize,
}

/// The open scopes, innermost last, and all their names in two lists.
pub(super) struct Scopes<'a> {
    open: Vec<Scope>,
    lexical: Vec<Ident<'a>>,
    /// `var`, and the functions that are declared right in a function.
    vars: Vec<Ident<'a>>,
    /// How many names were looked at again because they are in an inner scope, too.
    again: usize,
    /// That takes too long: the scopes are not compared any more.
    unchecked: bool,
}

/// Up to so many comparisons, comparing beats hashing.
const FEW: usize = 64;
/// Up to so many names may be looked at again.
const AGAIN: usize = 1 << 16;
/// So many scopes, and names, most modules do not exceed.
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

    /// What comes is declared by the body of the function.
    pub(super) fn close_parameters(&mut self) {
        if let Some(scope) = self.open.last_mut() {
            scope.body = self.lexical.len();
        }
    }

    /// Whether what is declared here is declared right in a function.
    pub(super) fn in_function(&self) -> bool {
        self.open.last().is_some_and(|scope| scope.kind == Kind::Function)
    }

    /// Whether the names of some scopes were not compared.
    pub(super) const fn are_unchecked(&self) -> bool {
        self.unchecked
    }

    pub(super) fn lexical(&mut self, name: Ident<'a>) {
        self.lexical.push(name);
    }

    pub(super) fn var(&mut self, name: Ident<'a>) {
        self.vars.push(name);
    }

    /// Leaves the innermost scope; `false` where its names may not stand beside each other.
    pub(super) fn close(&mut self) -> bool {
        let Some(scope) = self.open.pop() else { return false };
        let (names, vars) = (self.lexical.len() - scope.body, self.vars.len() - scope.vars);
        if scope.kind == Kind::Block && names * vars > FEW {
            self.again += vars;
            self.unchecked |= self.again > AGAIN + 8 * self.vars.len();
        }
        // A single name cannot meet another. Most scopes have no more.
        let is_small = self.lexical.len() - scope.parameters + vars < 2;
        let good = is_small || self.unchecked || self.is_good(&scope);
        self.lexical.truncate(scope.parameters);
        if scope.kind == Kind::Function {
            self.vars.truncate(scope.vars);
        }
        good
    }

    fn is_good(&self, scope: &Scope) -> bool {
        let parameters = &self.lexical[scope.parameters..scope.body];
        let (body, vars) = (&self.lexical[scope.body..], &self.vars[scope.vars..]);
        !has_duplicates(parameters) && !has_duplicates(body) && !meet(body, vars) && !meet(body, parameters)
    }

    /// Leaves the module's own scope: its `var` names, each once, unless something is wrong. All of `exported` must be declared.
    pub(super) fn close_module(self, exported: &[Ident<'a>]) -> Option<Vec<&'a str>> {
        let [scope] = &self.open[..] else { return None };
        let mut names: IdentHashSet<'a> = self.lexical.iter().copied().collect();
        if !self.unchecked && !self.is_good(scope) {
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

fn meet<'a>(some: &[Ident<'a>], others: &[Ident<'a>]) -> bool {
    if some.len() * others.len() <= FEW {
        return some.iter().any(|name| others.contains(name));
    }
    let seen: IdentHashSet<'a> = some.iter().copied().collect();
    others.iter().any(|name| seen.contains(name))
}
