//! Collects the `import()` calls whose specifier is a literal.

use std::collections::HashSet;

use bmes::Attribute;
use oxc_ast::ast::{Expression, ImportExpression, ImportPhase, ObjectExpression, ObjectPropertyKind, PropertyKind};

use crate::analysis::{DynamicImport, Phase};

/// Sorts dynamic imports by their offsets in the source. Of equal imports, only the first is kept.
pub(crate) fn in_order(mut imports: Vec<(u32, DynamicImport)>) -> Vec<DynamicImport> {
    imports.sort_by_key(|(offset, _)| *offset);
    let mut seen = HashSet::new();
    imports.into_iter().map(|(_, import)| import).filter(|import| seen.insert(import.clone())).collect()
}

/// Returns the offset of an `import()` and its data, or `None` if its specifier is not a literal.
pub(crate) fn literal(import: &ImportExpression<'_>) -> Option<(u32, DynamicImport)> {
    let specifier = text(&import.source)?;
    let attributes = match &import.options {
        None => Some(Vec::new()),
        Some(Expression::ObjectExpression(options)) => attributes(options),
        Some(_) => None,
    };
    let phase = match import.phase {
        None => Phase::Evaluation,
        Some(ImportPhase::Source) => Phase::Source,
        Some(ImportPhase::Defer) => Phase::Defer,
    };
    Some((import.span.start, DynamicImport { specifier, attributes, phase }))
}

/// Returns the attributes in the second argument of `import()`, `{ with: { … } }`; `None` if a part
/// of it is not a literal.
fn attributes(options: &ObjectExpression<'_>) -> Option<Vec<Attribute>> {
    let mut attributes = Vec::new();
    for (option, value) in literal_properties(options)? {
        let Expression::ObjectExpression(with) = value else { return None };
        if option != "with" {
            return None;
        }
        for (key, value) in literal_properties(with)? {
            attributes.push(Attribute { key, value: text(value)? });
        }
    }
    attributes.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    Some(attributes)
}

fn literal_properties<'p, 'a>(object: &'p ObjectExpression<'a>) -> Option<Vec<(String, &'p Expression<'a>)>> {
    let property = |property: &'p ObjectPropertyKind<'a>| match property {
        ObjectPropertyKind::ObjectProperty(property) if property.kind == PropertyKind::Init && !property.computed => {
            Some((property.key.static_name()?.into_owned(), &property.value))
        }
        _ => None,
    };
    object.properties.iter().map(property).collect()
}

/// Returns the value of an expression that is a string, or a template without expressions;
/// otherwise `None`.
fn text(expression: &Expression<'_>) -> Option<String> {
    match expression {
        Expression::StringLiteral(string) if !string.lone_surrogates => Some(string.value.as_str().to_owned()),
        Expression::TemplateLiteral(template) => match &template.quasis[..] {
            [text] if !text.lone_surrogates => Some(text.value.cooked.as_ref()?.as_str().to_owned()),
            _ => None,
        },
        _ => None,
    }
}
