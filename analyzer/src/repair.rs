//! Works around constructs that oxc's parser reads in another way than ECMA-262. If the parser
//! reports an error that such a construct can cause, the construct is replaced in the source, and
//! the source is parsed again. The replacement has the same length, so offsets stay valid, and it
//! does not change the record.
//!
//! | source and its meaning | what the parser reads | replacement |
//! |---|---|---|
//! | `<!--` at the start of a line: the operators `<`, `!` and `--` | a comment | `>!--` |
//! | `async(...list)`: a call | the head of an arrow function | `asynx(...list)` |
//! | `for (f = () => { x in y };;)` | `in` may not stand in the head of a `for` | `x <  y` |
//! | `class { [async x => x]() {} }` | an index signature of TypeScript | `[async() => x]` |
//! | `for (using o\u0066 of list)`: a variable called `of` | the word `of` | `_______` |

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    BinaryExpression, BinaryOperator, CallExpression, Expression, ForStatement, FunctionBody, StaticBlock,
};
use oxc_ast_visit::{Visit, walk};
use oxc_diagnostics::{OxcDiagnostic, Severity};
use oxc_parser::ParserReturn;
use oxc_span::GetSpan;

use crate::class::ErrorClass;
use crate::error::SourceError;

/// The parser's error message if it takes `<!--` for a comment.
const COMMENT: &str = "HTML comments are not allowed in modules";
/// The largest number of rounds of replacing and parsing. One round may not find all constructs,
/// because the parser stops at an error, and skips the rest of a line after `<!--`.
const ROUNDS: usize = 16;
/// The number of errors that are examined, and the number of places before an error at which a
/// construct is searched.
const NEAREST: usize = 64;

/// The replacements in a source.
#[derive(Default)]
pub(crate) struct Repairs(Vec<Edit>);

/// A replacement: `text` replaces the same number of bytes of the source, beginning at the offset
/// `at`.
struct Edit {
    at: usize,
    text: String,
    construct: Construct,
}

/// The construct that an edit replaces; see the table above.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Construct {
    Comment,
    Call,
    In,
    /// A replacement that is always right, because nothing but this construct can cause the error.
    /// It needs no confirmation after parsing.
    Name,
}

/// Parses a source with the function `parse`. If the parser reports an error that one of the
/// constructs can cause, replaces the construct and parses again. Returns the result of the last
/// parse, and the replacements.
pub(crate) fn parse<'a>(
    allocator: &'a Allocator,
    source: &'a str,
    parse: impl Fn(&'a str) -> ParserReturn<'a>,
) -> (ParserReturn<'a>, Repairs) {
    let mut parsed = parse(source);
    let mut repairs = Repairs::default();
    let mut text = source;
    for _ in 0..ROUNDS {
        let found = edits(&parsed.diagnostics, text);
        if found.is_empty() {
            break;
        }
        repairs.0.extend(found);
        text = allocator.alloc_str(&repairs.apply(source));
        parsed = parse(text);
    }
    if !repairs.are_right(&parsed) {
        repairs.0.retain(|edit| edit.construct == Construct::Comment);
        parsed = parse(allocator.alloc_str(&repairs.apply(source)));
    }
    (parsed, repairs)
}

impl Repairs {
    fn apply(&self, source: &str) -> String {
        let mut text = source.to_owned();
        for edit in &self.0 {
            text.replace_range(edit.at..edit.at + edit.text.len(), &edit.text);
        }
        text
    }

    /// Returns whether the edits were right: the changed source parses without errors, and has the
    /// expected construct at the offset of each edit.
    fn are_right(&self, parsed: &ParserReturn<'_>) -> bool {
        if self.0.iter().all(|edit| edit.construct == Construct::Comment) {
            return true;
        }
        let offsets = |construct: Construct| {
            self.0.iter().filter(move |edit| edit.construct == construct).map(|edit| edit.at).collect()
        };
        let mut found = Unconfirmed { calls: offsets(Construct::Call), ins: offsets(Construct::In), in_head: false };
        found.visit_program(&parsed.program);
        found.calls.is_empty() && found.ins.is_empty() && !parsed.diagnostics.iter().any(is_error)
    }

    /// Returns the error about the original source. A syntax error at a `<!--` that was replaced
    /// becomes the parser's error about comments.
    pub(crate) fn explain(&self, error: SourceError) -> SourceError {
        let is_comment = self.0.iter().any(|edit| edit.construct == Construct::Comment && edit.at == error.offset());
        if is_comment && error.class() == ErrorClass::Syntax {
            return SourceError::new(ErrorClass::Syntax, error.offset(), COMMENT);
        }
        error
    }
}

fn is_error(diagnostic: &OxcDiagnostic) -> bool {
    diagnostic.severity == Severity::Error
}

/// Returns edits that may remove these errors: the edits for all `<!--` or, if there are none, the
/// edits for one other construct.
fn edits<'d>(diagnostics: impl IntoIterator<Item = &'d OxcDiagnostic>, text: &str) -> Vec<Edit> {
    let offset = |diagnostic: &OxcDiagnostic| usize::try_from(diagnostic.labels.first()?.offset()).ok();
    let errors = diagnostics.into_iter().filter(|diagnostic| is_error(diagnostic));
    let mut errors: Vec<_> = errors.filter_map(|error| Some((offset(error)?, &*error.message))).collect();
    errors.sort_unstable();
    let comments = errors.iter().filter(|(_, message)| *message == COMMENT);
    let comments: Vec<_> =
        comments.map(|(at, _)| Edit { at: *at, text: ">".to_owned(), construct: Construct::Comment }).collect();
    if !comments.is_empty() {
        return comments;
    }
    errors.iter().take(NEAREST).find_map(|(at, message)| other(*at, message, text)).unwrap_or_default()
}

fn other(at: usize, message: &str, text: &str) -> Option<Vec<Edit>> {
    let (before, after) = text.split_at_checked(at)?;
    match message {
        "Keywords cannot contain escape characters" => escaped_of(before, after),
        _ => operator_in(before, after).or_else(|| async_key(before, after)).or_else(|| async_call(text, at)),
    }
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'\\' | 0x80..)
}

fn name_len(text: &str) -> usize {
    text.bytes().position(|byte| !is_name(byte)).unwrap_or(text.len())
}

/// If `text` ends with `word`, returns the text before it. The word must not be the end of a longer
/// word.
fn before_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    text.strip_suffix(word).filter(|before| !before.bytes().next_back().is_some_and(is_name))
}

/// Returns the text without the white space and comments at its beginning.
fn skip_trivia(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some((_, after)) = rest.strip_prefix("/*").and_then(|comment| comment.split_once("*/")) {
        rest = after.trim_start();
    }
    rest
}

/// Returns the edit for `using o\u0066`. `before` ends at the escaped word, and `after` begins with
/// it.
fn escaped_of(before: &str, after: &str) -> Option<Vec<Edit>> {
    before_word(before.trim_end(), "using")?;
    let braces = |byte: u8| !is_name(byte) && !matches!(byte, b'{' | b'}');
    let length = after.bytes().position(braces)?;
    Some(vec![Edit { at: before.len(), text: "_".repeat(length), construct: Construct::Name }])
}

/// Returns the edits for an operator `in` at the position of the error, or after a private name
/// there (`#x in y`).
fn operator_in(before: &str, after: &str) -> Option<Vec<Edit>> {
    let (private, rest) = match after.strip_prefix('#') {
        Some(name) => (true, name.get(name_len(name)..)?),
        None => (false, after),
    };
    let rest = skip_trivia(rest);
    if name_len(rest) != 2 || !rest.starts_with("in") || !before.contains("for") {
        return None;
    }
    let at = before.len() + (after.len() - rest.len());
    let mut edits = vec![Edit { at, text: "< ".to_owned(), construct: Construct::In }];
    if private {
        edits.push(Edit { at: before.len(), text: "_".to_owned(), construct: Construct::Name });
    }
    Some(edits)
}

/// Returns the edit for `[async x => …]`. The error is at the `x`, where `after` begins.
fn async_key(before: &str, after: &str) -> Option<Vec<Edit>> {
    let start = before_word(before.trim_end(), "async")?;
    let length = name_len(after);
    if !start.trim_end().ends_with('[') || length == 0 || !skip_trivia(after.get(length..)?).starts_with("=>") {
        return None;
    }
    let at = start.len() + "async".len();
    let text = format!("(){}", " ".repeat(before.len() + length - at - 2));
    Some(vec![Edit { at, text, construct: Construct::Name }])
}

/// Returns the edit for a call of a function that is named `async` with a spread argument
/// (`async(...list)`): the nearest one before the error.
fn async_call(text: &str, at: usize) -> Option<Vec<Edit>> {
    let around = text.get(..text.ceil_char_boundary(at + "...".len() + 1))?;
    for (start, _) in text.get(..at)?.rmatch_indices("async").take(NEAREST) {
        let (before, word) = around.split_at(start);
        let rest = skip_trivia(word.get("async".len()..)?);
        if !before.bytes().next_back().is_some_and(is_name) && rest.starts_with('(') && rest.contains("...") {
            return Some(vec![Edit { at: start, text: "asynx".to_owned(), construct: Construct::Call }]);
        }
    }
    None
}

/// The offsets of edits for which the parsed program has not yet shown that they were right.
struct Unconfirmed {
    calls: Vec<usize>,
    ins: Vec<usize>,
    /// True in the head of a `for`, where the operator `in` is not allowed.
    in_head: bool,
}

impl Unconfirmed {
    fn with_head(&mut self, in_head: bool, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.in_head, in_head);
        walk(self);
        self.in_head = before;
    }
}

impl<'a> Visit<'a> for Unconfirmed {
    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        if let Expression::Identifier(callee) = &call.callee {
            self.calls.retain(|at| *at != callee.span.start as usize);
        }
        walk::walk_call_expression(self, call);
    }

    fn visit_binary_expression(&mut self, binary: &BinaryExpression<'a>) {
        if binary.operator == BinaryOperator::LessThan && !self.in_head {
            let operator = binary.left.span().end as usize..binary.right.span().start as usize;
            self.ins.retain(|at| !operator.contains(at));
        }
        walk::walk_binary_expression(self, binary);
    }

    fn visit_for_statement(&mut self, statement: &ForStatement<'a>) {
        if let Some(init) = &statement.init {
            self.with_head(true, |all| all.visit_for_statement_init(init));
        }
        self.with_head(false, |all| {
            statement.test.iter().for_each(|test| all.visit_expression(test));
            statement.update.iter().for_each(|update| all.visit_expression(update));
            all.visit_statement(&statement.body);
        });
    }

    fn visit_function_body(&mut self, body: &FunctionBody<'a>) {
        self.with_head(false, |all| walk::walk_function_body(all, body));
    }

    fn visit_static_block(&mut self, block: &StaticBlock<'a>) {
        self.with_head(false, |all| walk::walk_static_block(all, block));
    }
}
