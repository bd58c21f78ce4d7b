//! `<!--` at the start of a line. In a module that is the operators `<`, `!` and `--`; the parser takes it for a comment, and reports
//! it.
//!
//! With a space behind the `<`, the parser reads the operators. So such a source is parsed again with spaces, and offsets in it are
//! brought back to the source without them.

use oxc_allocator::Allocator;
use oxc_diagnostics::OxcDiagnostic;
use oxc_parser::ParserReturn;

use crate::class::ErrorClass;
use crate::error::Fault;

/// What the parser says.
const MESSAGE: &str = "HTML comments are not allowed in modules";
/// The parser skips the rest of such a line, so each round may find more of them.
const ROUNDS: usize = 16;

/// Where spaces were put in, in order.
#[derive(Default)]
pub(crate) struct Spaces {
    /// The offsets of the `<` before them in the source.
    at: Vec<usize>,
    /// Their own offsets in the source with the spaces.
    moved: Vec<usize>,
}

/// Parses a source with `parse` and, where the parser reports such comments, again with spaces.
pub(crate) fn parse<'a>(
    allocator: &'a Allocator,
    source: &'a str,
    parse: impl Fn(&'a str) -> ParserReturn<'a>,
) -> (ParserReturn<'a>, Spaces) {
    let mut parsed = parse(source);
    let mut spaces = Spaces::default();
    for _ in 0..ROUNDS {
        let comments: Vec<_> = parsed.diagnostics.iter().filter_map(comment).map(|at| spaces.original(at)).collect();
        if comments.is_empty() {
            break;
        }
        spaces.add(comments);
        parsed = parse(allocator.alloc_str(&spaces.put_into(source)));
    }
    (parsed, spaces)
}

/// Returns where the comment begins that a diagnostic is about.
fn comment(diagnostic: &OxcDiagnostic) -> Option<usize> {
    if diagnostic.message == MESSAGE { usize::try_from(diagnostic.labels.first()?.offset()).ok() } else { None }
}

impl Spaces {
    fn add(&mut self, comments: Vec<usize>) {
        self.at.extend(comments);
        self.at.sort_unstable();
        self.at.dedup();
        self.moved = self.at.iter().enumerate().map(|(others, at)| at + 1 + others).collect();
    }

    fn put_into(&self, source: &str) -> String {
        let mut spaced = String::with_capacity(source.len() + self.at.len());
        let mut written = 0;
        for at in &self.at {
            spaced.push_str(&source[written..=*at]);
            spaced.push(' ');
            written = at + 1;
        }
        spaced.push_str(&source[written..]);
        spaced
    }

    /// Returns the offset in the source without the spaces.
    fn original(&self, offset: usize) -> usize {
        offset - self.moved.partition_point(|space| *space < offset)
    }

    /// Returns the fault with its offsets in the source without the spaces. An error at the `<` itself is the comment's.
    pub(crate) fn take_from(&self, fault: Fault) -> Fault {
        if self.at.is_empty() {
            return fault;
        }
        let fault = fault.map_offsets(|offset| self.original(offset));
        if fault.class() == ErrorClass::Syntax && self.at.binary_search(&fault.offset()).is_ok() {
            return Fault::new(ErrorClass::Syntax, fault.offset(), MESSAGE);
        }
        fault
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_come_back() {
        let source = "a\n<!--b\n<!--c";
        let mut spaces = Spaces::default();
        spaces.add(vec![8, 2]);
        let text = spaces.put_into(source);
        assert_eq!(text, "a\n< !--b\n< !--c");
        for (offset, character) in source.char_indices() {
            let moved = offset + usize::from(offset > 2) + usize::from(offset > 8);
            assert_eq!((text[moved..].chars().next(), spaces.original(moved)), (Some(character), offset));
        }
    }
}
