//! Text for people: numbers, names, and untrusted text made safe for a terminal.

use std::borrow::Cow;
use std::io;
use std::path::Path;

use bmes::Printable;

/// Returns a path as it is printed. Control characters, and characters that change the direction of text, are escaped.
pub(crate) fn path(path: &Path) -> String {
    printable(&path.to_string_lossy()).into_owned()
}

/// Returns a path as a shell word, so that a command in a message can be pasted.
pub(crate) fn word(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    // A word that begins with a hyphen would be an option.
    let start = if bytes.starts_with(b"-") { "./" } else { "" };
    let is_plain = |character: char| character.is_alphanumeric() || "/._-+:,@%".contains(character);
    match path.to_str() {
        Some(text) if !text.is_empty() && text.chars().all(is_plain) => format!("{start}{text}"),
        Some(text) if !text.chars().any(Printable::escapes) => format!("'{start}{}'", text.replace('\'', "'\\''")),
        // A path with harmful characters is written as `$'…'` with escaped bytes, which Bash, ksh and zsh understand.
        _ => {
            let escaped = bytes.iter().map(|byte| match byte {
                b'\'' | b'\\' => format!("\\{}", char::from(*byte)),
                b' '..=b'~' => char::from(*byte).to_string(),
                _ => format!("\\x{byte:02x}"),
            });
            format!("$'{start}{}'", escaped.collect::<String>())
        }
    }
}

/// Returns the reason why an output could not be written, and a tip.
pub(crate) fn unwritten(error: &io::Error) -> (String, Option<&'static str>) {
    match error.kind() {
        io::ErrorKind::PermissionDenied => ("no permission to write it".into(), None),
        io::ErrorKind::StorageFull => ("the disk is full".into(), Some("free some space, or write to another disk")),
        io::ErrorKind::FileTooLarge => {
            ("it is larger than the file size limit of this process".into(), Some("to see the limit, run: ulimit -f"))
        }
        io::ErrorKind::NotADirectory => ("a part of the path is a file, not a folder".into(), None),
        io::ErrorKind::InvalidFilename => ("the name is too long".into(), None),
        io::ErrorKind::BrokenPipe => ("the program that reads from it has closed it".into(), None),
        _ => (error.to_string(), None),
    }
}

/// The message for symbolic links that lead to each other.
pub(crate) const LINK_LOOP: &str = "the symbolic links in its path form a loop";

/// Returns true if the error is that symbolic links lead to each other, or that a path has too many of them.
#[cfg(unix)]
pub(crate) fn is_link_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(not(unix))]
pub(crate) fn is_link_loop(_: &io::Error) -> bool {
    false
}

/// Returns `text` with all characters escaped that could harm a terminal.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(Printable(text).to_string())
}

/// Returns a number with its noun: `1 file`, `2 files`.
pub(crate) fn count(number: usize, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", thousands(number))
}

/// Returns a number with thousands separators: `24,576`.
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
    fn harmful_characters_are_escaped() {
        assert_eq!(path(Path::new("a\u{1b}[31m\u{202e}é\n")), "a\\u{1b}[31m\\u{202e}é\\u{a}");
    }

    #[test]
    fn a_path_can_be_pasted_into_a_shell() {
        assert_eq!(["a/b-1.bmes", "größe.mjs"].map(|path| word(Path::new(path))), ["a/b-1.bmes", "größe.mjs"]);
        // At the start of a word, zsh replaces `=a` with the path of the command `a`.
        assert_eq!(word(Path::new("=a")), "'=a'");
        assert_eq!(["my file", "it's"].map(|path| word(Path::new(path))), ["'my file'", "'it'\\''s'"]);
        assert_eq!(["-a", "-a b", "a\nb'"].map(|path| word(Path::new(path))), ["./-a", "'./-a b'", "$'a\\x0ab\\''"]);
    }

    #[test]
    fn numbers_have_separators_and_nouns() {
        assert_eq!([0, 1, 1_234_567].map(|number| count(number, "file")), ["0 files", "1 file", "1,234,567 files"]);
    }
}
