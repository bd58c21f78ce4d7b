//! Reads UTF-8 text and JSON, and finds the positions of errors in them.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_path_to_error::{Path, Segment};

use super::Source;
use crate::failure::Failure;
use crate::text;

/// U+FEFF, which some editors write at the start of a text file.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

impl Source {
    /// Reads a text, which must be UTF-8.
    pub(crate) fn read_text(&self) -> Result<String, Failure> {
        String::from_utf8(self.read()?).map_err(|error| {
            let bytes = error.as_bytes();
            if bmes::identify(bytes).is_ok() {
                return Failure::invalid("not-utf-8", "is a BMES file, expected JSON").of(self);
            }
            if let Some(encoding) = other_encoding(bytes) {
                return Failure::invalid("not-utf-8", format_args!("the file is {encoding}, not UTF-8"))
                    .of(self)
                    .tip(self.conversion(encoding));
            }
            Failure::invalid("not-utf-8", "this byte is not valid UTF-8")
                .of(self)
                .at(Position::of(bytes, error.utf8_error().valid_up_to()))
                .tip("save the file as UTF-8")
        })
    }

    fn conversion(&self, encoding: &str) -> String {
        match self.path() {
            Some(path) => {
                let converted = path.with_added_extension("utf8");
                format!("convert it: iconv -f {encoding} -t UTF-8 {} > {}", text::word(path), text::word(&converted))
            }
            None => "save the input as UTF-8".into(),
        }
    }

    /// Reads a JSON document, with or without a byte order mark. `shape` describes the expected document.
    pub(crate) fn read_json<T: DeserializeOwned>(&self, shape: &str) -> Result<T, Failure> {
        self.read_document(shape)?.parse()
    }

    /// Reads a JSON document that can be parsed as several types.
    pub(crate) fn read_document<'s>(&'s self, shape: &'s str) -> Result<Document<'s>, Failure> {
        let text = self.read_text()?;
        if let Some(encoding) = other_encoding(text.as_bytes()) {
            let message = format!("the file is {encoding}, not UTF-8");
            return Err(Failure::invalid("not-utf-8", message).of(self).tip(self.conversion(encoding)));
        }
        Ok(Document { source: self, shape, text })
    }
}

/// The text of a JSON document.
pub(crate) struct Document<'s> {
    source: &'s Source,
    shape: &'s str,
    text: String,
}

impl Document<'_> {
    /// Parses the document, which must be an object.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let Self { source, shape, text } = self;
        let invalid = |message: &str| {
            Failure::invalid("bad-json", message).of(source).tip(format_args!("expected form: {shape}"))
        };
        let json = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let start = text.len() - json.trim_start().len();
        if !text[start..].starts_with('{') {
            let message = if text[start..].is_empty() { "the file is empty" } else { "expected a JSON object" };
            return Err(invalid(message).at(Position::of(text.as_bytes(), start)));
        }
        parse(json).map_err(|(message, offset)| match offset {
            Some(offset) => invalid(&message).at(Position::of(text.as_bytes(), text.len() - json.len() + offset)),
            None => invalid(&message),
        })
    }
}

/// Parses JSON. An error is a message and, if it is known, the byte offset of the wrong value in `json`.
fn parse<T: DeserializeOwned>(json: &str) -> Result<T, (String, Option<usize>)> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let failed = |error: &serde_json::Error, path: Option<&Path>| {
        // `serde_json` appends ` at line …` to its message if it knows the position.
        let whole = error.to_string();
        let message = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(message, _)| message);
        // For a wrong value, `serde_json` reports at most the end of the value, so its start is found by its path.
        let offset = match (error.classify(), path) {
            (Category::Data, Some(path)) => offset(json, path),
            (Category::Data, None) => None,
            (Category::Eof, _) => Some(json.len()),
            _ => Some(offset_of(json, error.line(), error.column())),
        };
        (message.to_owned(), offset)
    };
    let value = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| failed(error.inner(), Some(error.path())))?;
    deserializer.end().map_err(|error| failed(&error, None))?;
    Ok(value)
}

/// Returns the offset of the value at `path`. Returns `None` for the document itself, because its position (the start)
/// does not help the user.
fn offset(json: &str, path: &Path) -> Option<usize> {
    let mut value = json;
    for segment in path {
        value = match segment {
            Segment::Seq { index } => serde_json::from_str::<Vec<&RawValue>>(value).ok()?.get(*index)?.get(),
            Segment::Map { key } => {
                let Entries::<&RawValue>(entries) = serde_json::from_str(value).ok()?;
                // If a key occurs twice, the error is in its first value, because the parser stops at the first error.
                entries.into_iter().find(|(name, _)| name == key)?.1.get()
            }
            _ => return None,
        };
    }
    let start = (value.as_ptr() as usize).checked_sub(json.as_ptr() as usize);
    start.filter(|start| *start > 0)
}

/// The keys and the values of a JSON object, in order. A key may occur twice.
pub(crate) struct Entries<V>(pub(crate) Vec<(String, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Object<V> {
            type Value = Entries<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = access.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Object(PhantomData))
    }
}

/// Returns the byte offset of a line and a column that `serde_json` reports. It counts columns in bytes.
fn offset_of(json: &str, line: usize, column: usize) -> usize {
    let before = json.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    let offset = (before + column.saturating_sub(1)).min(json.len());
    (0..=offset).rev().find(|offset| json.is_char_boundary(*offset)).unwrap_or(0)
}

/// Returns the name of the encoding if the first bytes of a text show that it is UTF-16 or UTF-32. They show it by a
/// byte order mark or, without one, by two UTF-16 characters below U+0100.
pub(crate) fn other_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some("UTF-16LE"),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some("UTF-16BE"),
        _ => None,
    }
}

/// A position in a text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    /// Counted in characters for JSON, in UTF-16 code units for JavaScript.
    pub(crate) column: usize,
}

impl Position {
    /// Returns the position of the byte at `offset`. The bytes before `offset` must be UTF-8.
    pub(crate) fn of(bytes: &[u8], offset: usize) -> Self {
        let before = &bytes[..offset];
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |line_feed| line_feed + 1);
        let line = before[..start].split(|byte| *byte == b'\n').count();
        let text = String::from_utf8_lossy(&before[start..]);
        Self { line, column: text.trim_start_matches(BYTE_ORDER_MARK).chars().count() + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_one_and_in_characters() {
        let text = "a\ngröße\n".as_bytes();
        assert_eq!(Position::of(text, 0), Position { line: 1, column: 1 });
        assert_eq!(Position::of(text, 8), Position { line: 2, column: 5 });
        assert_eq!(Position::of(text, text.len()), Position { line: 3, column: 1 });
    }

    #[test]
    fn encodings_are_known_by_their_marks_or_their_zeros() {
        assert_eq!(other_encoding(b"\xff\xfe{\0"), Some("UTF-16"));
        assert_eq!(other_encoding(b"{\0\"\0"), Some("UTF-16LE"));
        assert_eq!(other_encoding(b"\0{\0\""), Some("UTF-16BE"));
        assert_eq!(other_encoding(b"\xff\xfe\0\0"), Some("UTF-32"));
        assert_eq!(other_encoding(b"{\"a\""), None);
    }

    /// Returns the error message for a wrong record, and the text that begins at the wrong value.
    fn wrong(json: &str) -> (String, Option<&str>) {
        let (message, offset) = parse::<bmes::ModuleRecord>(json).unwrap_err();
        (message, offset.map(|offset| &json[offset..]))
    }

    #[test]
    fn a_wrong_value_is_found_where_it_begins() {
        let record = |version: &str, imports: &str, more: &str| {
            format!(
                r#"{{"version": {version}, "requests": [], "imports": {imports}, "exports": [], "star_exports": []{more}}}"#
            )
        };
        let at = |json: String, expected: &str, message: &str| {
            let (found, rest) = wrong(&json);
            assert!(rest.is_some_and(|rest| rest.starts_with(expected)), "{json}: {rest:?}");
            assert!(found.starts_with(message), "{found}");
        };
        at(record("9", "[]", ""), "9, ", "BMES version 9 is unknown");
        at(record("-1", "[]", ""), "-1, ", "invalid value");
        at(record("2", "[{\"type\": \"sngle\"}]", ""), "\"sngle\"", "unknown variant `sngle`");
        at(record("2", "[ {\"type\": \"single\"}]", ""), "{\"type\"", "missing field");
        at(record("2", "{}", ""), "{}, ", "invalid type: map");
        at(record("\"x\", \"version\": 2", "[]", ""), "\"x\"", "invalid type: string");
    }

    #[test]
    fn an_error_of_the_whole_document_has_no_position() {
        let empty = r#"{"version": 3, "requests": [], "imports": [], "exports": [], "star_exports": []}"#;
        assert_eq!(wrong(empty), ("missing field `declared_variables`".into(), None));
        let unknown =
            r#"{"version": 1, "requests": [], "imports": [], "exports": [], "star_exports": [], "code_features": 1}"#;
        let (message, offset) = wrong(unknown);
        assert!(message.starts_with("unknown field `code_features`") && offset.is_none(), "{message} {offset:?}");
    }

    #[test]
    fn an_error_of_syntax_is_where_the_parser_stopped() {
        let (_, rest) = wrong("{\"version\": 2,\n  größe}");
        assert_eq!(rest, Some("größe}"));
        for json in ["{\"version\": 2", "{\"version\": \"2", "{"] {
            assert_eq!(wrong(json).1, Some(""), "{json}");
        }
    }
}
