//! Rejects invalid regular expressions. oxc's JavaScript parser does not check them by default,
//! because parsing each of them takes long.
//!
//! Most regular expressions are simple, and the fast function [`is_plain`] shows that they are
//! valid. Only the others are parsed.

use oxc_allocator::Allocator;
use oxc_ast::ast::{RegExpFlags, RegExpLiteral};
use oxc_regular_expression::{LiteralParser, Options};

use crate::class::ErrorClass;
use crate::diagnostic::{Stage, error_of};
use crate::error::SourceError;

mod escapes;

/// Rejects an invalid regular expression.
pub(crate) fn check(literal: &RegExpLiteral<'_>) -> Result<(), SourceError> {
    let pattern = literal.regex.pattern.text.as_str();
    let unicode = literal.regex.flags.intersects(RegExpFlags::U | RegExpFlags::V);
    if !unicode && is_plain(pattern) {
        return Ok(());
    }
    let rewritten = escapes::rewrite(pattern, literal.regex.flags).map_err(|message| invalid(literal, message))?;
    let flags = literal.regex.flags.to_inline_string();
    // The offset of the pattern, after the first slash, and the offset of the flags, after the
    // second slash.
    let pattern_span_offset = literal.span.start + 1;
    let flags_span_offset = pattern_span_offset + u32::try_from(pattern.len()).unwrap_or_default() + 1;
    let options = Options { pattern_span_offset, flags_span_offset };
    match LiteralParser::new(&Allocator::new(), &rewritten, Some(flags.as_str()), options).parse() {
        Ok(_) => Ok(()),
        Err(diagnostic) => {
            let error = error_of(Stage::Parser, diagnostic);
            // The error has an offset in the rewritten text, which may not fit the source.
            Err(if rewritten == pattern { error } else { error.at(literal.span.start) })
        }
    }
}

fn invalid(literal: &RegExpLiteral<'_>, message: &str) -> SourceError {
    let message = format!("Invalid regular expression: {message}");
    SourceError::new(ErrorClass::RegularExpression, literal.span.start, message)
}

/// Returns true if a pattern consists only of common constructs, and is therefore valid. The
/// pattern must not have the flags `u` and `v`.
fn is_plain(pattern: &str) -> bool {
    let mut rest = pattern;
    let mut depth = 0_usize;
    // True if a quantifier can follow.
    let mut atom = false;
    while let Some((character, after)) = split(rest) {
        rest = after;
        atom = match character {
            '(' => {
                depth += 1;
                rest = rest.strip_prefix("?:").unwrap_or(rest);
                if rest.starts_with('?') {
                    return false;
                }
                false
            }
            ')' if depth == 0 => return false,
            ')' => {
                depth -= 1;
                true
            }
            '|' | '^' | '$' => false,
            '*' | '+' | '?' if atom => {
                rest = rest.strip_prefix('?').unwrap_or(rest);
                false
            }
            '[' => match class(rest) {
                Some(after) => {
                    rest = after;
                    true
                }
                None => return false,
            },
            '\\' => match split(rest) {
                Some(('b' | 'B', after)) => {
                    rest = after;
                    false
                }
                Some((escaped, after)) if is_plain_escape(escaped) => {
                    rest = after;
                    true
                }
                _ => return false,
            },
            '*' | '+' | '?' | '{' | '}' | ']' => return false,
            _ => true,
        };
    }
    depth == 0
}

/// Returns the text after a character class such as `[a-z]`. `pattern` begins after the `[`.
/// Returns `None` if the class has an uncommon construct, or a range whose end is before its
/// beginning.
fn class(pattern: &str) -> Option<&str> {
    let mut rest = pattern.strip_prefix('^').unwrap_or(pattern);
    loop {
        if let Some(after) = rest.strip_prefix(']') {
            return Some(after);
        }
        let (first, after) = class_atom(rest)?;
        rest = after;
        if let Some(after) = rest.strip_prefix('-').filter(|after| !after.starts_with(']')) {
            let (last, after) = class_atom(after)?;
            rest = after;
            if first? > last? {
                return None;
            }
        }
    }
}

/// Returns the first character of the rest of a character class, and the text after it. The
/// character is `None` if it is an escape that stands for several characters, such as `\d`.
fn class_atom(pattern: &str) -> Option<(Option<char>, &str)> {
    match split(pattern)? {
        ('\\', escape) => {
            let (escaped, after) = split(escape)?;
            let character = (!escaped.is_ascii_alphanumeric()).then_some(escaped);
            is_plain_escape(escaped).then_some((character, after))
        }
        // Without the flags `u` and `v`, a class treats a character above U+FFFF as two surrogates.
        // So such a character is not plain.
        (character, after) => (character <= '\u{ffff}').then_some((Some(character), after)),
    }
}

const fn is_plain_escape(escaped: char) -> bool {
    matches!(escaped, 'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'n' | 'r' | 't' | 'f' | 'v') || escaped.is_ascii_punctuation()
}

fn split(text: &str) -> Option<(char, &str)> {
    let mut characters = text.chars();
    characters.next().map(|character| (character, characters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_valid(pattern: &str) -> bool {
        LiteralParser::new(&Allocator::new(), pattern, Some(""), Options::default()).parse().is_ok()
    }

    #[test]
    fn every_plain_pattern_is_a_regular_expression() {
        let pieces = ["a", "(", ")", "(?:", "[", "]", "^", "$", "|", "*", "+", "?", "{", "}", "1", ",", "-", "\\"];
        let pieces =
            [&pieces[..], &["\\b", "\\d", "\\]", "z-a", "a-z", "é", "😀", "/", ".", "\\1", "\\u", "(?=", "(?<n>"]];
        let pieces = pieces.concat();
        let mut plain = 0;
        let mut random = 7_u64;
        for _ in 0..200_000 {
            let mut pattern = String::new();
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let mut digits = random >> 16;
            for _ in 0..=digits % 7 {
                digits /= 7;
                pattern.push_str(pieces[usize::try_from(digits).unwrap_or_default() % pieces.len()]);
            }
            if is_plain(&pattern) {
                plain += 1;
                assert!(is_valid(&pattern), "{pattern}");
            }
        }
        assert!(plain > 10_000, "{plain}");
    }

    #[test]
    fn common_patterns_are_plain() {
        for pattern in ["^\\s+|\\s+$", "[a-z_$][\\w$]*", "(?:a|b)+?", "^[^\\]/-]*$", "\\.js$", "", "[]", "[-a]", "[a-]"]
        {
            assert!(is_plain(pattern), "{pattern}");
        }
    }
}
