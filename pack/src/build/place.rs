//! Finds the places of link errors in the source of their module.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use bmes_analyzer::with_stack_for;
use oxc_allocator::Allocator;
use oxc_ast::ast::Statement;
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType, Span};

use super::STACK;
use crate::link::{Entry, LinkError, Reason};

/// Returns where the source of a module has the entries of link errors, in bytes from its start: the import specifier, the
/// export specifier, or the specifier of the request. `path` is the module's path, which decides its language. `None`: the
/// source does not have the entry.
pub fn places(text: &str, path: &Path, errors: &[&LinkError]) -> Vec<Option<usize>> {
    with_stack_for(text, STACK, || find(text, path, errors)).unwrap_or_else(|_| vec![None; errors.len()])
}

fn find(text: &str, path: &Path, errors: &[&LinkError]) -> Vec<Option<usize>> {
    let allocator = Allocator::default();
    let language = SourceType::from_path(path).unwrap_or_default().with_module(true);
    let parsed = Parser::new(&allocator, text, language).parse();
    let mut entries = Entries::default();
    parsed.program.body.iter().for_each(|statement| entries.add(statement));
    let offset = |error: &&LinkError| usize::try_from(entries.find(error)?.start).ok();
    errors.iter().map(offset).collect()
}

/// The entries of a module, each with its first place.
#[derive(Default)]
struct Entries<'s> {
    requests: HashMap<&'s str, Span>,
    /// The requests that do not have the type of JSON.
    untyped: HashMap<&'s str, Span>,
    /// By the local name.
    imports: HashMap<&'s str, Span>,
    /// By the exported name.
    exports: HashMap<Cow<'s, str>, Span>,
}

impl<'s> Entries<'s> {
    /// Adds the entries of a statement. A declaration of types requests no module.
    fn add(&mut self, statement: &'s Statement<'s>) {
        let (request, with, specifiers) = match statement {
            Statement::ImportDeclaration(import) if !import.import_kind.is_type() => {
                for specifier in import.specifiers.iter().flatten() {
                    self.imports.entry(specifier.local().name.as_str()).or_insert(specifier.span());
                }
                (Some(&import.source), &import.with_clause, None)
            }
            Statement::ExportAllDeclaration(export) if !export.export_kind.is_type() => {
                (Some(&export.source), &export.with_clause, None)
            }
            Statement::ExportFromDeclaration(export) if !export.export_kind.is_type() => {
                (Some(&export.source), &export.with_clause, Some(&export.specifiers))
            }
            Statement::ExportNamedDeclaration(export) => (None, &None, Some(&export.specifiers)),
            _ => return,
        };
        if let Some(source) = request {
            self.requests.entry(source.value.as_str()).or_insert(source.span);
            let mut attributes = with.iter().flat_map(|with| &with.with_entries);
            if !attributes.any(|it| it.key.as_arena_str() == "type" && it.value.value == "json") {
                self.untyped.entry(source.value.as_str()).or_insert(source.span);
            }
        }
        for specifier in specifiers.into_iter().flatten() {
            self.exports.entry(specifier.exported.name().as_str().into()).or_insert(specifier.span);
        }
    }

    fn find(&self, error: &LinkError) -> Option<Span> {
        match &error.entry {
            Entry::Request if matches!(error.reason, Reason::NoJsonType { .. }) => {
                self.untyped.get(error.specifier.as_str())
            }
            Entry::Request => self.requests.get(error.specifier.as_str()),
            Entry::Import(local) => self.imports.get(local.as_str()),
            Entry::Export(name) => self.exports.get(name.as_str()),
        }
        .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the source from the place on.
    fn rest<'t>(text: &'t str, path: &str, entry: Entry) -> Option<&'t str> {
        let (name, specifier, reason) = ("x".to_owned(), "./b".to_owned(), Reason::NoModule);
        let error = LinkError { module: 0, entry, name, specifier, reason };
        places(text, Path::new(path), &[&error])[0].map(|offset| &text[offset..])
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
    fn a_request_without_the_type_of_json_is_found() {
        let text = "import x from './b' with {type: 'json'}; export * from './b' with {}";
        let (name, specifier, reason) = (String::new(), "./b".to_owned(), Reason::NoJsonType { module: 1 });
        let error = LinkError { module: 0, entry: Entry::Request, name, specifier, reason };
        assert_eq!(places(text, Path::new("a.mjs"), &[&error]), [text.rfind("'./b'")]);
    }

    #[test]
    fn a_source_without_the_entry_has_no_place() {
        assert_eq!(rest("let x = 1;", "a.mjs", Entry::Request), None);
        assert_eq!(rest("%", "a", Entry::Import("x".to_owned())), None);
    }
}
