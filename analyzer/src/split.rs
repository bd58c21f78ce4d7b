//! Parses long modules with many imports and exports in two parts, to avoid quadratic time: for
//! each export, the parser searches all imports. This module parses the import declarations
//! separately from the rest of the source, and then merges the two programs.

use memchr::memmem;
use oxc_allocator::{Allocator, ArenaVec, TakeIn as _};
use oxc_ast::ast::Statement;
use oxc_parser::ParserReturn;
use oxc_span::{GetSpan, Span};

/// The number of name comparisons (imports times exports) below which a source is parsed at once:
/// the comparisons take less time than splitting the source.
const FEW: usize = 1 << 26;
/// The length in bytes below which a source is too short to need more than [`FEW`] comparisons.
const SHORT: usize = 1 << 16;

/// Parses a source with the function `parse`: at once or, if that would take too long, in two
/// parts.
pub(crate) fn parse<'a>(
    allocator: &'a Allocator,
    source: &'a str,
    parse: impl Fn(&'a str) -> ParserReturn<'a>,
) -> ParserReturn<'a> {
    let declarations = if source.len() < SHORT { Vec::new() } else { import_declarations(source) };
    let names: usize = declarations.iter().map(|span| 1 + count(span.source_text(source), b',')).sum();
    if names == 0 || names.saturating_mul(exported_names(source)) < FEW {
        return parse(source);
    }
    let (imports, rest) = parts(source, &declarations);
    let imports = parse(allocator.alloc_str(&imports));
    let rest = parse(allocator.alloc_str(&rest));
    joined(allocator, source, imports, rest, declarations.len()).unwrap_or_else(|| parse(source))
}

fn count(text: &str, byte: u8) -> usize {
    memchr::memchr_iter(byte, text.as_bytes()).count()
}

/// Returns an upper bound of the number of exported names: the number of words `export` and commas.
/// One of these stands before each exported name.
fn exported_names(source: &str) -> usize {
    let mut exports = memmem::find_iter(source.as_bytes(), "export").peekable();
    let has_exports = exports.peek().is_some();
    exports.count() + if has_exports { count(source, b',') } else { 0 }
}

/// Returns the positions of texts that look like import declarations of the common form: at the
/// beginning of a line or after a semicolon, without comments, escapes and attributes.
fn import_declarations(source: &str) -> Vec<Span> {
    let bytes = source.as_bytes();
    let (mut end, mut clause) = (0, 0);
    let mut spans = Vec::new();
    for start in memmem::find_iter(bytes, "import") {
        let before = source[end.min(start)..start].trim_end_matches([' ', '\t']);
        let is_start = start == 0 || before.ends_with(['\n', '\r', ';']) || (before.is_empty() && end > 0);
        if start < end || !is_start {
            continue;
        }
        if clause <= start {
            let next = source[start..].find(['"', '\'', ';', '(', '`', '/', '\\', '=', '.']);
            clause = next.map_or(source.len(), |next| start + next);
        }
        if let Some(length) = declaration_len(&source[start..], clause - start) {
            end = start + length;
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            spans.push(Span::new(offset(start), offset(end)));
        }
    }
    spans
}

/// Returns the length of the import declaration at the beginning of `text`, or `None` if it has
/// another form. `clause` is the offset of the first byte that cannot be part of the imported
/// names.
fn declaration_len(text: &str, clause: usize) -> Option<usize> {
    let quote = *text.as_bytes().get(clause)?;
    let rest = text.get(clause + 1..).filter(|_| quote == b'"' || quote == b'\'')?;
    let string = rest.find([char::from(quote), '\\', '\n', '\r'])?;
    let after = rest.get(string + 1..).filter(|_| rest.as_bytes().get(string) == Some(&quote))?;
    let end = text.len() - after.len();
    let after = after.trim_start_matches([' ', '\t']);
    let is_attributes = || after.trim_ascii_start().starts_with(['w', 'a']);
    match after.bytes().next() {
        Some(b';') => Some(text.len() - after.len() + 1),
        Some(b'\n' | b'\r') if !is_attributes() => Some(end),
        None => Some(end),
        _ => None,
    }
}

/// Returns two texts as long as the source: one has only the import declarations, the other only
/// the rest. White space replaces the missing parts, so offsets stay valid.
fn parts(source: &str, declarations: &[Span]) -> (String, String) {
    let blank = |text: &str, to: &mut String| {
        to.extend(text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }));
    };
    let (mut imports, mut rest) = (String::with_capacity(source.len()), String::with_capacity(source.len()));
    let mut end = 0;
    for span in declarations {
        let (between, import) = (&source[end..span.start as usize], span.source_text(source));
        blank(between, &mut imports);
        rest.push_str(between);
        imports.push_str(import);
        blank(import, &mut rest);
        end = span.end as usize;
    }
    blank(&source[end..], &mut imports);
    rest.push_str(&source[end..]);
    (imports, rest)
}

/// Merges the two programs. Returns `None` if the result would not be the program of the source: a
/// part has an error, or a text that looked like an import declaration is inside of something else,
/// such as a comment.
fn joined<'a>(
    allocator: &'a Allocator,
    source: &'a str,
    mut imports: ParserReturn<'a>,
    mut rest: ParserReturn<'a>,
    count: usize,
) -> Option<ParserReturn<'a>> {
    let is_import = |statement: &Statement<'_>| matches!(statement, Statement::ImportDeclaration(_));
    let declarations = imports.program.body.take_in(&allocator);
    let is_good = imports.diagnostics.is_empty() && rest.diagnostics.is_empty();
    if !is_good || declarations.len() != count || !declarations.iter().all(is_import) {
        return None;
    }
    let comments = rest.program.comments.iter().map(|comment| comment.span);
    let directives = rest.program.directives.iter().map(|directive| directive.span);
    let others = rest.program.body.iter().map(GetSpan::span);
    let mut spans: Vec<_> = declarations.iter().map(GetSpan::span).chain(comments).collect();
    spans.sort_unstable_by_key(|span| span.start);
    let mut statements: Vec<_> = declarations.iter().map(GetSpan::span).chain(directives).chain(others).collect();
    statements.sort_unstable_by_key(|span| span.start);
    let overlap = |spans: &[Span]| spans.windows(2).any(|pair| matches!(pair, [a, b] if a.end > b.start));
    if overlap(&spans) || overlap(&statements) {
        return None;
    }
    let mut body: Vec<_> = rest.program.body.take_in(&allocator).into_iter().chain(declarations).collect();
    body.sort_by_key(|statement| statement.span().start);
    rest.program.body = ArenaVec::from_iter_in(body, &allocator);
    rest.program.source_text = source;
    rest.module_record.has_module_syntax = true;
    let irregular = imports.irregular_whitespaces.iter().copied();
    rest.irregular_whitespaces = rest.irregular_whitespaces.iter().copied().chain(irregular).collect();
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<&str> {
        import_declarations(source).iter().map(|span| span.source_text(source)).collect()
    }

    #[test]
    fn declarations_of_the_common_form_are_found() {
        for source in [
            "import 'a';",
            "import a from \"b\"",
            "import {\n a,\n b as c\n} from 'd' ;",
            "import * as a from 'b'\nlet c;",
            "let a; import b, {c} from 'd';",
        ] {
            let [declaration] = found(source)[..] else { panic!("{source}") };
            assert!(source.contains(declaration) && declaration.starts_with("import"), "{source}");
        }
    }

    #[test]
    fn other_forms_are_left() {
        for source in [
            "import('a')",
            "import.meta",
            "import a from 'b' with {}",
            "import a from 'b'\n  with {}",
            "import {/* */a} from 'b'",
            "import {'a' as b} from 'c'",
            "f() import a from 'b'",
            "import 'a\\\n'",
            "import 'a",
        ] {
            assert!(found(source).is_empty(), "{source}");
        }
    }

    #[test]
    fn the_parts_keep_their_offsets() {
        let source = "import a from 'b';\nexport let é; import 'c'";
        let (imports, rest) = parts(source, &import_declarations(source));
        assert_eq!(imports, "import a from 'b';\n               import 'c'");
        assert_eq!(rest, "                  \nexport let é;           ");
    }
}
