//! The JSON of all commands: an object with `ok`, the file's name, the command's result, and `error` if and only if
//! something failed.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bmes::Printable;
use serde::Serialize;

use crate::failure::{Error, Failure};
use crate::input::Source;

/// The object that a command prints: its result, an error, or, for an invalid file of `inspect`, both.
#[derive(Serialize)]
pub(crate) struct Object<'a, T> {
    ok: bool,
    #[serde(flatten)]
    file: Option<FileName<'a>>,
    #[serde(flatten)]
    answer: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Error>,
}

impl<'a, T: Serialize> Object<'a, T> {
    /// Creates the object for the result of a command. `file` is `None` if the result is not about one file.
    pub(crate) fn answer(file: Option<&'a Source>, answer: T) -> Self {
        Self { ok: true, file: file.map(FileName::new), answer: Some(answer), error: None }
    }

    /// Adds the error if the file is invalid.
    pub(crate) fn with_error(self, error: Option<&'a Error>) -> Self {
        Self { ok: error.is_none(), error, ..self }
    }

    /// Returns the object as one line.
    pub(crate) fn line(&self) -> Vec<u8> {
        let mut line = Vec::new();
        self.add_line(&mut line);
        line
    }

    /// Adds the object to `text`, as one line.
    pub(crate) fn add_line(&self, text: &mut Vec<u8>) {
        let start = text.len();
        // This cannot fail: writing to memory always succeeds, and every key is a string.
        let _ = serde_json::to_writer(&mut *text, self);
        if text.get(start..).is_some_and(|line| !is_harmless(line)) {
            let line = text.split_off(start);
            let _ = Escaped(&mut *text).write_all(&line);
        }
        text.push(b'\n');
    }

    /// Writes the object as indented JSON, on several lines.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        pretty(self, out)
    }
}

impl<'a> Object<'a, ()> {
    /// Creates the object for a failure, with the name of the file that the error is about.
    pub(crate) fn failure(failure: &'a Failure) -> Self {
        Self { ok: false, file: failure.file().map(FileName::new), answer: None, error: Some(failure.error()) }
    }
}

/// Writes a value as indented JSON on several lines, with a line feed at the end.
pub(crate) fn pretty(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(Escaped(&mut *out), value)?;
    writeln!(out)
}

/// The path of a cache's folder in JSON. If it is not UTF-8, `dir` has replacement characters in it.
#[derive(Serialize)]
pub(crate) struct FolderName<'a> {
    dir: Cow<'a, str>,
    /// The path's bytes in base64, if they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    dir_bytes: Option<String>,
}

impl<'a> FolderName<'a> {
    pub(crate) fn new(path: &'a Path) -> Self {
        let dir_bytes = path.to_str().is_none().then(|| STANDARD.encode(path.as_os_str().as_encoded_bytes()));
        Self { dir: path.to_string_lossy(), dir_bytes }
    }
}

/// A file's name in JSON. If the name is not UTF-8, `file` has replacement characters in it.
#[derive(Serialize)]
pub(crate) struct FileName<'a> {
    file: Cow<'a, str>,
    /// The name's bytes in base64, if they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_bytes: Option<String>,
}

impl<'a> FileName<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        let file = source.name();
        // `Source::name` borrows a name that is UTF-8, and returns a changed copy of any other name.
        let changed = source.path().filter(|_| matches!(file, Cow::Owned(_)));
        let file_bytes = changed.map(|path| STANDARD.encode(path.as_os_str().as_encoded_bytes()));
        Self { file, file_bytes }
    }
}

/// Returns true if all bytes are below 0x7f, so that no character needs another escape. `serde_json` itself escapes the
/// ASCII control characters except DEL (0x7f).
fn is_harmless(json: &[u8]) -> bool {
    // The loop has no early exit, so that the compiler can process many bytes at once.
    json.iter().map(|byte| u8::from(*byte >= 0x7f)).fold(0, |some, byte| some | byte) == 0
}

/// Writes JSON with an escape for each character that could harm a terminal. Such characters occur only in strings.
struct Escaped<W>(W);

impl<W: Write> Write for Escaped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if is_harmless(bytes) {
            return self.0.write_all(bytes).map(|()| bytes.len());
        }
        for chunk in bytes.utf8_chunks() {
            let mut rest = chunk.valid();
            // A line feed occurs only between values, because `serde_json` escapes line feeds in strings.
            while let Some(at) = rest.find(|character| Printable::escapes(character) && character != '\n') {
                let (before, behind) = rest.split_at(at);
                let mut behind = behind.chars();
                self.0.write_all(before.as_bytes())?;
                let character = behind.next().map_or(0, u32::from);
                write!(self.0, "\\u{character:04x}")?;
                rest = behind.as_str();
            }
            self.0.write_all(rest.as_bytes())?;
            self.0.write_all(chunk.invalid())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    fn written(value: &impl Serialize) -> String {
        let mut out = Vec::new();
        pretty(value, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn harmful_characters_are_escaped_and_none_is_lost() {
        let text: String = ('\0'..'\u{3000}').collect();
        let json = written(&[&text]);
        assert!(!json.contains(|character| Printable::escapes(character) && character != '\n'));
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [text]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_name_that_is_not_utf_8_has_its_bytes_beside_it() {
        use std::os::unix::ffi::OsStrExt as _;
        let source = Source::File(OsStr::from_bytes(b"a\xff.bmes").into());
        let name = serde_json::to_value(FileName::new(&source)).unwrap();
        assert_eq!(name, serde_json::json!({"file": "a\u{fffd}.bmes", "file_bytes": "Yf8uYm1lcw=="}));
        let source = Source::File("é.bmes".into());
        assert_eq!(serde_json::to_value(FileName::new(&source)).unwrap(), serde_json::json!({"file": "é.bmes"}));
    }
}
