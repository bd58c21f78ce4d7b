//! A function and a `var` of one name in the body of one function. That is legal, but oxc reports it where the `var` is in a block:
//! in a module's body it would be an error.

use std::collections::HashMap;

use oxc_ast::AstKind;
use oxc_ast::ast::{FunctionType, VariableDeclarationKind};
use oxc_diagnostics::{Diagnostics, OxcDiagnostic};
use oxc_semantic::Semantic;
use oxc_span::{GetSpan, Span};
use oxc_syntax::node::NodeId;

use crate::class::ErrorClass;
use crate::diagnostic::{Stage, fault};

/// Takes those diagnostics out.
pub(crate) fn without_legal(diagnostics: Diagnostics, semantic: &Semantic<'_>) -> Diagnostics {
    let is_one = |diagnostic: &OxcDiagnostic| {
        fault(Stage::Semantics, diagnostic.clone()).class() == ErrorClass::Redeclaration && diagnostic.labels.len() == 2
    };
    if !diagnostics.iter().any(is_one) {
        return diagnostics;
    }
    let nodes = semantic.nodes().iter().filter_map(|node| match node.kind() {
        AstKind::BindingIdentifier(identifier) => Some((identifier.name.as_str(), (identifier.span.start, node.id()))),
        _ => None,
    });
    let mut bindings: HashMap<&str, Vec<(u32, NodeId)>> = HashMap::new();
    for (name, binding) in nodes {
        bindings.entry(name).or_default().push(binding);
    }
    for places in bindings.values_mut() {
        places.sort_unstable_by_key(|(start, _)| *start);
    }
    let is_legal = |diagnostic: &OxcDiagnostic| {
        let places = diagnostic.message.split('`').nth(1).and_then(|name| bindings.get(name));
        // A label may be the whole pattern in which the name is.
        let at = |index: usize| {
            let (start, places) = (diagnostic.labels.get(index)?.offset(), places?);
            places.get(places.partition_point(|(place, _)| *place < start)).map(|(_, id)| *id)
        };
        match (at(0), at(1)) {
            (Some(a), Some(b)) => {
                let [(earlier, body), (later, other_body)] = [a, b].map(|binding| declared(semantic, binding));
                let is_pair = matches!((earlier, later), (Is::Function, Is::Var) | (Is::Var, Is::Function));
                is_pair && body.is_some() && body == other_body
            }
            _ => false,
        }
    };
    diagnostics.into_iter().filter(|diagnostic| !(is_one(diagnostic) && is_legal(diagnostic))).collect()
}

/// How a name is declared.
enum Is {
    /// By a function that is a statement of the body.
    Function,
    Var,
    Other,
}

/// Returns how a name is declared, and the body of the function around it, if it is in one.
fn declared(semantic: &Semantic<'_>, binding: NodeId) -> (Is, Option<Span>) {
    let is_body = |kind: &AstKind<'_>| matches!(kind, AstKind::FunctionBody(_) | AstKind::StaticBlock(_));
    let ancestors: Vec<_> = semantic.nodes().ancestor_kinds(binding).collect();
    let body = ancestors.iter().find(|kind| is_body(kind)).map(GetSpan::span);
    let is = match &ancestors[..] {
        [AstKind::Function(function), outer, ..] if function.r#type == FunctionType::FunctionDeclaration => {
            if is_body(outer) { Is::Function } else { Is::Other }
        }
        _ => {
            let declaration = ancestors.iter().find_map(|kind| match kind {
                AstKind::VariableDeclaration(declaration) => Some(declaration.kind),
                AstKind::Function(_) | AstKind::ArrowFunctionExpression(_) | AstKind::Class(_) => {
                    Some(VariableDeclarationKind::Let)
                }
                _ => None,
            });
            if declaration == Some(VariableDeclarationKind::Var) { Is::Var } else { Is::Other }
        }
    };
    (is, body)
}
