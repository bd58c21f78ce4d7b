//! Finds the place of a link error in the source of its module.

use std::path::Path;

use bmes_analyzer::with_stack_for;
use oxc_allocator::Allocator;
use oxc_ast::ast::{ImportDeclarationSpecifier, Statement, StringLiteral};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType, Span};

use super::STACK;
use crate::link::{Entry, LinkError};

/// Returns where the source of a module has the entry of a link error, in bytes from its start: the import specifier, the
/// export specifier, or the specifier of the request. `path` is the module's path, which decides its language. `None`:
/// the source does not have the entry.
pub fn place(text: &str, path: &Path, error: &LinkError) -> Option<usize> {
    with_stack_for(text, STACK, || find(text, path, error)).ok().flatten()
}

fn find(text: &str, path: &Path, error: &LinkError) -> Option<usize> {
    let allocator = Allocator::default();
    let language = SourceType::from_path(path).unwrap_or_default().with_module(true);
    let parsed = Parser::new(&allocator, text, language).parse();
    let found = parsed.program.body.iter().find_map(|statement| match &error.entry {
        Entry::Request => request(statement).filter(|literal| literal.value == *error.specifier).map(|it| it.span),
        Entry::Import(local) => import(statement, local),
        Entry::Export(name) => export(statement, name),
    });
    usize::try_from(found?.start).ok()
}

/// Returns the specifier of a statement that requests a module. A declaration of types requests none.
fn request<'s>(statement: &'s Statement<'_>) -> Option<&'s StringLiteral<'s>> {
    match statement {
        Statement::ImportDeclaration(import) if !import.import_kind.is_type() => Some(&import.source),
        Statement::ExportAllDeclaration(export) if !export.export_kind.is_type() => Some(&export.source),
        Statement::ExportFromDeclaration(export) if !export.export_kind.is_type() => Some(&export.source),
        _ => None,
    }
}

fn import(statement: &Statement<'_>, local: &str) -> Option<Span> {
    let Statement::ImportDeclaration(import) = statement else { return None };
    let is_named = |specifier: &&ImportDeclarationSpecifier<'_>| specifier.local().name == local;
    import.specifiers.iter().flatten().find(is_named).map(GetSpan::span)
}

fn export(statement: &Statement<'_>, name: &str) -> Option<Span> {
    let specifiers = match statement {
        Statement::ExportFromDeclaration(export) => &export.specifiers,
        Statement::ExportNamedDeclaration(export) => &export.specifiers,
        _ => return None,
    };
    specifiers.iter().find(|specifier| specifier.exported.name() == name).map(|specifier| specifier.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::Reason;

    /// Returns the source from the place on.
    fn rest<'t>(text: &'t str, path: &str, entry: Entry) -> Option<&'t str> {
        let (name, specifier, reason) = ("x".to_owned(), "./b".to_owned(), Reason::NoModule);
        let error = LinkError { module: 0, entry, name, specifier, reason };
        place(text, Path::new(path), &error).map(|offset| &text[offset..])
    }

    #[test]
    fn an_import_is_found_by_its_local_name() {
        let text = "import x, {y as z, 'ö' as ä} from './b'; import * as ns from './b'";
        let found = |local: &str| rest(text, "a.mjs", Entry::Import(local.to_owned())).map(|rest| &rest[..4]);
        assert_eq!(
            ["x", "z", "ä", "ns", "y"].map(found),
            [Some("x, {"), Some("y as"), Some("'ö'"), Some("* as"), None]
        );
    }

    #[test]
    fn an_export_is_found_by_its_exported_name() {
        let text = "import {y} from './b'; export {x as 'a b'} from './b'; export {y}; export const z = 1";
        let found = |name: &str| rest(text, "a.mjs", Entry::Export(name.to_owned())).map(|rest| &rest[..2]);
        assert_eq!(["a b", "y", "x"].map(found), [Some("x "), Some("y}"), None]);
    }

    #[test]
    fn a_request_is_found_by_its_specifier() {
        for text in ["import './a'; import './b'", "export * from './b'", "export {x} from \"./b\""] {
            assert!(rest(text, "a.mjs", Entry::Request).is_some_and(|rest| rest.contains("./b") && rest.len() == 5));
        }
        let typescript = "import type {T} from './b'; let x: number = 1; import {type U, v} from './b'";
        assert_eq!(rest(typescript, "a.ts", Entry::Request), Some("'./b'"));
    }

    #[test]
    fn a_source_without_the_entry_has_no_place() {
        assert_eq!(rest("let x = 1;", "a.mjs", Entry::Request), None);
        assert_eq!(rest("%", "a", Entry::Import("x".to_owned())), None);
    }
}
