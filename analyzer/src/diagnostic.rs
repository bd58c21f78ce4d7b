//! Maps oxc's diagnostics to this crate's error classes.
//!
//! oxc's diagnostics have no stable ids, but the version of oxc is pinned. So this module finds the
//! class by the text of the message. A message that is not in the table [`CLASSES`] gets the class
//! [`Syntax`](ErrorClass::Syntax). That is never wrong: ECMA-262 calls early errors syntax errors,
//! too.

use std::borrow::Cow;

use oxc_diagnostics::{Diagnostics, LabeledSpan, OxcDiagnostic, Severity};

use crate::class::ErrorClass;
use crate::error::SourceError;

/// The pass of oxc that reports a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Parser,
    Semantics,
    Transformer,
}

/// Returns the first error in source order as `Err`, or `Ok` if no diagnostic is an error.
pub(crate) fn first_error(stage: Stage, diagnostics: Diagnostics) -> Result<(), SourceError> {
    first(errors_of(stage, diagnostics))
}

/// Returns the diagnostics that are errors (and not warnings), with their classes.
pub(crate) fn errors_of(stage: Stage, diagnostics: Diagnostics) -> impl Iterator<Item = SourceError> {
    let errors = diagnostics.into_iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.map(move |diagnostic| error_of(stage, diagnostic))
}

/// Returns the most useful of several errors as `Err`: the one with the lowest [`rank`] and, among
/// these, the first in the source.
pub(crate) fn first(errors: impl IntoIterator<Item = SourceError>) -> Result<(), SourceError> {
    errors.into_iter().min_by_key(|error| (rank(error), error.offset())).map_or(Ok(()), Err)
}

/// Returns the rank of an error. If there are several errors, an error with a lower rank is nearer
/// to the cause.
fn rank(error: &SourceError) -> u8 {
    match error.class() {
        // The parser reports "Unexpected token" if it knows nothing better, so any other error says
        // more.
        ErrorClass::Syntax if error.message() == "Unexpected token" => 1,
        // The parser looks for duplicate exports at the end. If the source has a syntax error, the
        // parsed program may have exports that the source does not have.
        ErrorClass::DuplicateExport => 2,
        _ => 0,
    }
}

/// Converts a diagnostic of oxc to an error of this crate: its class, message, position, note and
/// help.
pub(crate) fn error_of(stage: Stage, mut diagnostic: OxcDiagnostic) -> SourceError {
    let class = class_of(stage, &diagnostic.message);
    let labels = std::mem::take(&mut diagnostic.labels);
    // If two declarations conflict, the error is at the later one.
    let primary = labels.iter().position(LabeledSpan::primary).unwrap_or_else(|| {
        let later = labels.iter().enumerate().max_by_key(|(_, label)| label.offset());
        if COMPARED.contains(&class) { later.map_or(0, |(index, _)| index) } else { 0 }
    });
    let offset = labels.get(primary).map_or(0, LabeledSpan::offset);
    let message = match std::mem::take(&mut diagnostic.message) {
        message if message.starts_with("Invalid Character `") => show_invisible(&message),
        message if class == ErrorClass::DuplicateAttribute => message.replacen("Identifier", "Attribute", 1),
        message => message.into_owned(),
    };
    let mut error = SourceError::new(class, offset, message);
    let other = labels.iter().enumerate().find(|(index, _)| *index != primary).map(|(_, label)| label);
    if let Some(other) = other {
        error = error.with_note(other.label().unwrap_or("related code is here").to_owned(), other.offset());
    }
    let advice = diagnostic.help.take().or_else(|| diagnostic.note.take());
    match advice {
        Some(advice) => error.with_help(Cow::into_owned(advice)),
        None => error,
    }
}

/// Returns the message about an invalid character. An invisible character is replaced by its
/// number, such as U+0001.
fn show_invisible(message: &str) -> String {
    match message.split('`').nth(1).and_then(|text| text.chars().next()) {
        Some(character) if character.is_control() || character.is_whitespace() || character == '\u{fffd}' => {
            format!("Invalid Character U+{:04X}", u32::from(character))
        }
        _ => message.to_owned(),
    }
}

fn class_of(stage: Stage, message: &str) -> ErrorClass {
    let class =
        CLASSES.iter().find(|(pattern, _)| matches(pattern, message)).map_or(ErrorClass::Syntax, |(_, class)| *class);
    match (stage, class) {
        // The parser reports this message only for the keys of import attributes. Redeclarations of
        // names are found by the semantic pass.
        (Stage::Parser, ErrorClass::Redeclaration) => ErrorClass::DuplicateAttribute,
        (_, class) => class,
    }
}

/// Returns whether `message` matches `pattern`. A `*` in the pattern, at most one, matches any
/// text.
fn matches(pattern: &str, message: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => message.strip_prefix(start).is_some_and(|rest| rest.ends_with(end)),
        None => message == pattern,
    }
}

/// The classes of errors that can name two conflicting places, such as two declarations of one
/// name.
const COMPARED: [ErrorClass; 6] = [
    ErrorClass::Redeclaration,
    ErrorClass::DuplicateExport,
    ErrorClass::DuplicateAttribute,
    ErrorClass::Label,
    ErrorClass::PrivateName,
    ErrorClass::Class,
];

const CLASSES: &[(&str, ErrorClass)] = &[
    ("Duplicated export '*'", ErrorClass::DuplicateExport),
    ("A module cannot have multiple default exports.", ErrorClass::DuplicateExport),
    ("Export '*' is not defined", ErrorClass::UndeclaredExport),
    ("Identifier `#*` has already been declared", ErrorClass::PrivateName),
    ("Identifier `*` has already been declared", ErrorClass::Redeclaration),
    ("The keyword '*' is reserved", ErrorClass::ReservedWord),
    ("Cannot assign to '*' in strict mode", ErrorClass::ReservedWord),
    ("Cannot use `*` as an identifier in an async context", ErrorClass::ReservedWord),
    ("Cannot use `*` as an identifier in a generator context", ErrorClass::ReservedWord),
    ("Identifier expected. '*' is a reserved word that cannot be used here.", ErrorClass::ReservedWord),
    ("A reserved word cannot be used as an exported binding without `from`", ErrorClass::ReservedWord),
    ("`await` is only allowed within async functions*", ErrorClass::Await),
    ("`for await` loops are only allowed within async functions*", ErrorClass::Await),
    ("await expression not allowed in formal parameter", ErrorClass::Await),
    ("Cannot use await in class static initialization block", ErrorClass::Await),
    ("Cannot use 'for await' in class static initialization block", ErrorClass::Await),
    ("Cannot use 'await using' in class static initialization block", ErrorClass::Await),
    ("Cannot assign to this expression", ErrorClass::AssignmentTarget),
    ("Invalid left-hand side in assignment", ErrorClass::AssignmentTarget),
    ("Delete of an unqualified identifier in strict mode.", ErrorClass::Delete),
    ("The operand of a 'delete' operator cannot be a private identifier.", ErrorClass::Delete),
    ("'with' statements are not allowed", ErrorClass::StrictMode),
    ("'0'-prefixed octal literals and octal escape sequences are deprecated", ErrorClass::StrictMode),
    ("Decimals with leading zeros are not allowed in strict mode", ErrorClass::StrictMode),
    ("Invalid function declaration", ErrorClass::StrictMode),
    ("Illegal 'use strict' directive in function with non-simple parameter list", ErrorClass::StrictMode),
    ("Label `*` has already been declared", ErrorClass::Label),
    ("Use of undefined label", ErrorClass::Label),
    ("Jump target cannot cross function boundary.", ErrorClass::Label),
    (
        "A `*` statement can only jump to a label of an enclosing `for`, `while` or `do while` statement.",
        ErrorClass::Label,
    ),
    ("Illegal break statement", ErrorClass::Label),
    ("Illegal continue statement*", ErrorClass::Label),
    ("'super' can only be *", ErrorClass::Super),
    ("Super calls are not permitted *", ErrorClass::Super),
    ("Unexpected new.target expression", ErrorClass::Super),
    ("Private field '*' must be declared in an enclosing class", ErrorClass::PrivateName),
    ("Private identifier '*' is not allowed outside class bodies", ErrorClass::PrivateName),
    ("Classes can't have an element named '#constructor'", ErrorClass::PrivateName),
    ("Multiple constructor implementations are not allowed.", ErrorClass::Class),
    ("Constructor can't *", ErrorClass::Class),
    ("Classes may not have a *", ErrorClass::Class),
    ("Classes can't have a field named 'constructor'", ErrorClass::Class),
    ("'arguments' is not allowed in *", ErrorClass::Class),
    ("Invalid regular expression:*", ErrorClass::RegularExpression),
    ("Unexpected flag * in regular expression literal", ErrorClass::RegularExpression),
    ("Flag * is mentioned twice in regular expression literal", ErrorClass::RegularExpression),
    ("The 'u' and 'v' regular expression flags cannot be enabled at the same time", ErrorClass::RegularExpression),
    ("Flow is not supported", ErrorClass::UnsupportedSyntax),
    ("An export name cannot include a unicode lone surrogate", ErrorClass::LoneSurrogate),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, analyze};

    /// Sources that together cause the error of each row of [`CLASSES`].
    const SOURCES: &[&str] = &[
        "export let a; export {a};",
        "export default 1; export default 2;",
        "export {a};",
        "class A { #a; #a; }",
        "let a; let a;",
        "var yield;",
        "eval = 1;",
        "async function f() { var await; }",
        "function* g() { var yield; }",
        "import {if} from 'm';",
        "export {if};",
        "() => { await 1; }",
        "() => { for await (a of b); }",
        "async function f(a = await 1) {}",
        "class A { static { await 1; } }",
        "class A { static { for await (a of b); } }",
        "class A { static { await using a = 1; } }",
        "f() = 1;",
        "[a] *= 1;",
        "[f()] = 1;",
        "for (f() of a);",
        "delete a;",
        "class A { #a; m() { delete this.#a; } }",
        "with (a) {}",
        "010;",
        "08;",
        "if (1) function f() {}",
        "function f(a = 1) { 'use strict'; }",
        "l: l: ;",
        "break l;",
        "l: { function f() { break l; } }",
        "l: { continue l; }",
        "break;",
        "continue;",
        "super.a;",
        "({ m() { super(); } });",
        "new.target;",
        "class A { m() { this.#a; } }",
        "a.#a;",
        "class A { static #a; #a; }",
        "class A { get #a() {} static set #a(b) {} }",
        "class A { #constructor; }",
        "class A { constructor() {} constructor() {} }",
        "class A { get constructor() {} }",
        "class A { static prototype() {} }",
        "class A { static constructor = 1; }",
        "class A { 'constructor' = 1; }",
        "class A { a = arguments; }",
        "/(/;",
        "/a/z;",
        "/a/gg;",
        "/a/uv;",
        "// @flow\nlet a: number;",
        "export * as '\\ud800' from 'm';",
    ];

    #[test]
    fn the_pinned_oxc_reports_every_row() {
        let errors: Vec<_> = SOURCES.iter().map(|source| analyze(source, &Options::default()).unwrap_err()).collect();
        let is_reported = |(pattern, class): &&(&str, ErrorClass)| {
            errors.iter().any(|error| matches(pattern, error.message()) && error.class() == *class)
        };
        let unreported: Vec<_> = CLASSES.iter().filter(|row| !is_reported(row)).collect();
        assert!(unreported.is_empty(), "{unreported:#?}");
    }

    #[test]
    fn every_source_causes_the_error_of_a_row() {
        for source in SOURCES {
            let error = analyze(source, &Options::default()).unwrap_err();
            let row = CLASSES.iter().find(|(pattern, _)| matches(pattern, error.message()));
            assert!(row.is_some(), "{source}\n{error}");
        }
    }
}
