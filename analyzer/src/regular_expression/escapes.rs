//! Rewrites three kinds of escapes in regular expressions, which oxc's parser reads in another way
//! than ECMA-262: `\c` in character classes, escapes in the names of groups, and `\0` before a
//! digit. The parser then gets the rewritten pattern.

use std::borrow::Cow;

use oxc_ast::ast::RegExpFlags;

/// Returns a pattern that has the same meaning and none of these escapes. If such an escape is
/// invalid, returns the error message.
pub(super) fn rewrite(pattern: &str, flags: RegExpFlags) -> Result<Cow<'_, str>, &'static str> {
    let has_names = pattern.contains("\\u") && pattern.contains('<');
    if !has_names && !pattern.contains("\\c") && !pattern.contains("\\0") {
        return Ok(Cow::Borrowed(pattern));
    }
    let unicode = flags.intersects(RegExpFlags::U | RegExpFlags::V);
    let mut rewritten = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut classes = 0_usize;
    while let Some(next) = rest.chars().next() {
        let (text, after) = if rest.starts_with('\\') {
            escape(rest, unicode, classes > 0)?
        } else if classes == 0 && rest.starts_with("(?<") && !rest.starts_with("(?<=") && !rest.starts_with("(?<!") {
            name(rest, "(?<".len())
        } else {
            match next {
                // Classes nest only with `v`. Without `v`, `[` in a class is a character.
                '[' if classes == 0 || flags.contains(RegExpFlags::V) => classes += 1,
                ']' => classes = classes.saturating_sub(1),
                _ => {}
            }
            split(rest, next.len_utf8())
        };
        rewritten.push_str(&text);
        rest = after;
    }
    Ok(Cow::Owned(rewritten))
}

/// A pair: the text that replaces the beginning of a pattern, and the rest of the pattern.
type Rewritten<'p> = (Cow<'p, str>, &'p str);

fn split(pattern: &str, at: usize) -> Rewritten<'_> {
    let (text, rest) = pattern.split_at(at);
    (Cow::Borrowed(text), rest)
}

fn escape(pattern: &str, unicode: bool, in_class: bool) -> Result<Rewritten<'_>, &'static str> {
    let bytes = pattern.as_bytes();
    let third = bytes.get(2).copied().unwrap_or_default();
    match bytes.get(1) {
        Some(b'0') if unicode && third.is_ascii_digit() => Err("Invalid decimal escape"),
        Some(b'c') if in_class => {
            let is_letter = third.is_ascii_alphabetic() || (!unicode && (third.is_ascii_digit() || third == b'_'));
            match is_letter {
                true => Ok((Cow::Owned(format!("\\x{:02x}", third % 32)), &pattern[3..])),
                false if unicode => Err("Invalid class escape"),
                // Here, `\c` is not an escape, and the backslash stands for itself.
                false => Ok((Cow::Borrowed("\\\\"), &pattern[1..])),
            }
        }
        Some(b'k') if !in_class && third == b'<' => Ok(name(pattern, "\\k<".len())),
        Some(_) => {
            let escaped = pattern[1..].chars().next().map_or(0, char::len_utf8);
            Ok(split(pattern, 1 + escaped))
        }
        None => Ok(split(pattern, 1)),
    }
}

/// Returns the beginning of `pattern` with the escapes in a group name decoded, and the rest of the
/// pattern. The name begins at `start`.
fn name(pattern: &str, start: usize) -> Rewritten<'_> {
    // A name contains none of these characters. The search ends at the first of them, so it does
    // not read the whole rest of the pattern for each name.
    let end = pattern[start..].find(['>', '<', '(', ')', '[', ']', '|']);
    let Some(length) = end.filter(|length| pattern[start + length..].starts_with('>')) else {
        return split(pattern, start);
    };
    let (name, after) = (&pattern[start..start + length], &pattern[start + length..]);
    let Some(decoded) = decoded(name) else { return split(pattern, start) };
    (Cow::Owned(format!("{}{decoded}", &pattern[..start])), after)
}

/// Returns a name with its escapes decoded. Returns `None` if an escape is malformed, or stands for
/// a lone surrogate.
fn decoded(name: &str) -> Option<String> {
    let mut units = Vec::new();
    let mut rest = name;
    while let Some(next) = rest.chars().next() {
        let (digits, after) = match rest.strip_prefix("\\u") {
            Some(escape) => match escape.strip_prefix('{') {
                Some(escape) => escape.split_once('}')?,
                None => escape.split_at_checked(4)?,
            },
            None if next == '\\' => return None,
            None => {
                units.extend_from_slice(next.encode_utf16(&mut [0; 2]));
                rest = &rest[next.len_utf8()..];
                continue;
            }
        };
        let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_number)?;
        match u16::try_from(number) {
            Ok(unit) => units.push(unit),
            Err(_) => units.extend_from_slice(char::from_u32(number)?.encode_utf16(&mut [0; 2])),
        }
        rest = after;
    }
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_escapes() {
        for (pattern, rewritten) in [
            (r"(?<a\u0062>.)\k<\u{61}b>", "(?<ab>.)\\k<ab>"),
            (r"(?<\ud842\udfb7>.)", "(?<𠮷>.)"),
            (r"(?<=\u0061)", r"(?<=\u0061)"),
            (r"(?<\ud842>.)", r"(?<\ud842>.)"),
        ] {
            assert_eq!(rewrite(pattern, RegExpFlags::U).as_deref(), Ok(rewritten));
        }
    }

    #[test]
    fn classes_nest_only_with_the_flag_v() {
        assert_eq!(rewrite(r"[[](?<\u0061>.)", RegExpFlags::U).as_deref(), Ok("[[](?<a>.)"));
        assert_eq!(rewrite(r"[[]\cA](?<\u0061>.)", RegExpFlags::V).as_deref(), Ok(r"[[]\x01](?<a>.)"));
    }

    #[test]
    fn control_escapes_in_classes_become_numbers() {
        for (pattern, rewritten) in
            [(r"[\cA-\cz]", r"[\x01-\x1a]"), (r"[\c0\c]", r"[\x10\\c]"), (r"\cA[\]\cB]", r"\cA[\]\x02]")]
        {
            assert_eq!(rewrite(pattern, RegExpFlags::empty()).as_deref(), Ok(rewritten));
        }
        assert!(rewrite(r"[\c0]", RegExpFlags::U).is_err());
    }

    #[test]
    fn zero_before_a_digit_is_no_escape_with_a_unicode_flag() {
        assert!(rewrite(r"(a)\01", RegExpFlags::U).is_err());
        assert_eq!(rewrite(r"(a)\01", RegExpFlags::empty()).as_deref(), Ok(r"(a)\01"));
    }
}
