//! Text for people: numbers and names as they are written, and strangers' text made safe for a terminal.

use std::borrow::Cow;
use std::path::Path;

use bmes::Printable;

/// A path as it is printed: control characters, and those that change the direction of text, as escapes.
pub(crate) fn path(path: &Path) -> String {
    printable(&path.to_string_lossy()).into_owned()
}

/// A path as it is typed into a shell.
pub(crate) fn word(path: &Path) -> String {
    let text = self::path(path);
    let is_plain = |character: char| character.is_alphanumeric() || "/._-+=:,@%".contains(character);
    if !text.is_empty() && text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// `text` with everything escaped that could harm a terminal.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(Printable(text).to_string())
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", thousands(number))
}

/// A number with its thousands apart: `24,576`.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_harm_a_terminal_is_escaped() {
        assert_eq!(path(Path::new("a\u{1b}[31m\u{202e}é\n")), "a\\u{1b}[31m\\u{202e}é\\u{a}");
    }

    #[test]
    fn a_path_can_be_typed() {
        assert_eq!(["a/b-1.bmes", "größe.mjs"].map(|path| word(Path::new(path))), ["a/b-1.bmes", "größe.mjs"]);
        assert_eq!(["my file", "it's"].map(|path| word(Path::new(path))), ["'my file'", "'it'\\''s'"]);
    }

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!([0, 1, 1_234_567].map(|number| count(number, "file")), ["0 files", "1 file", "1,234,567 files"]);
    }
}
