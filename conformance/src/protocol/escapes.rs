//! Writes a record as JSON. A seed chooses, for each string, which escapes of JSON the string uses.
//!
//! A testee must read `"\/"`, `"\u0061"` and `"\ud83d\ude00"` as the characters that they encode. Keys and numbers
//! have no special escapes.

use std::io::{self, Write};

use serde::Serialize as _;
use serde_json::ser::{CharEscape, Formatter, Serializer};

use crate::case::Record;
use crate::derive::random_for;

/// The length in bytes of the longest piece of text that gets additional escapes. An escape replaces one byte by up to
/// six bytes, and the length of a line is limited.
const LONGEST: usize = 4096;

/// Appends `record`. The same record and seed give the same bytes.
pub(super) fn write(line: &mut Vec<u8>, record: &Record, seed: u64) {
    let plain = serde_json::to_string(record).unwrap_or_default();
    let escapes = Escapes { random: random_for(&plain, seed), is_key: false, manner: Manner::Needed };
    // A record consists of strings, lists and numbers, and a vector accepts every byte. So this cannot fail.
    let _ = record.serialize(&mut Serializer::with_formatter(line, escapes));
}

struct Escapes {
    random: fastrand::Rng,
    is_key: bool,
    /// The escapes of the current string.
    manner: Manner,
}

/// Selects which characters of a string are written as escapes. The choice is made once for each string, so that the
/// backslashes in one string are sometimes all written as `\\`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Only the necessary escapes, in their shortest form.
    Needed,
    /// Some additional characters are escapes.
    Some,
    /// All characters are escapes, with `\u` and four digits.
    All,
}

impl Escapes {
    fn one_in(&mut self, of: u8) -> bool {
        self.random.u8(..of) == 0
    }
}

impl Formatter for Escapes {
    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.is_key = true;
        if first { Ok(()) } else { writer.write_all(b",") }
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.is_key = false;
        Ok(())
    }

    fn begin_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        // The proportions are: half of the strings `Needed`, a quarter `Some`, and a quarter `All`.
        self.manner = match self.random.u8(..4) {
            0 if !self.is_key => Manner::All,
            1 if !self.is_key => Manner::Some,
            _ => Manner::Needed,
        };
        writer.write_all(b"\"")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if self.manner == Manner::Needed || fragment.len() > LONGEST {
            return writer.write_all(fragment.as_bytes());
        }
        for character in fragment.chars() {
            if self.manner == Manner::Some && !self.one_in(3) {
                writer.write_all(character.encode_utf8(&mut [0; 4]).as_bytes())?;
            } else if character == '/' && self.random.bool() {
                writer.write_all(b"\\/")?;
            } else {
                write_units(writer, character, self.random.bool())?;
            }
        }
        Ok(())
    }

    /// Writes a character that JSON does not allow without an escape.
    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        let (short, character) = match escape {
            CharEscape::Quote => ('"', '"'),
            CharEscape::ReverseSolidus => ('\\', '\\'),
            CharEscape::Solidus => ('/', '/'),
            CharEscape::Backspace => ('b', '\u{8}'),
            CharEscape::FormFeed => ('f', '\u{c}'),
            CharEscape::LineFeed => ('n', '\n'),
            CharEscape::CarriageReturn => ('r', '\r'),
            CharEscape::Tab => ('t', '\t'),
            CharEscape::AsciiControl(byte) => return write_units(writer, char::from(byte), self.random.bool()),
        };
        let is_long = match self.manner {
            Manner::Needed => false,
            Manner::Some => self.one_in(3),
            Manner::All => true,
        };
        if is_long { write_units(writer, character, self.random.bool()) } else { write!(writer, "\\{short}") }
    }
}

/// Writes `\u` and four digits for each UTF-16 code unit. A character outside the Basic Multilingual Plane becomes a
/// surrogate pair.
fn write_units<W: ?Sized + Write>(writer: &mut W, character: char, uppercase: bool) -> io::Result<()> {
    for unit in character.encode_utf16(&mut [0; 2]) {
        if uppercase {
            write!(writer, "\\u{unit:04X}")?;
        } else {
            write!(writer, "\\u{unit:04x}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::shape;

    fn record_with(text: &str) -> Record {
        let mut record = crate::case::NamedRecord::new(bmes::VersionFields::V1);
        record.star_exports = vec![text.to_owned(); 200];
        record.into()
    }

    fn written(text: &str, seed: u64) -> String {
        let mut line = Vec::new();
        write(&mut line, &record_with(text), seed);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn every_escape_occurs() {
        let line = written("a/\u{1f600}\"\\\u{8}\u{c}\n\r\t\0é\u{ffff}", 1);
        for escape in [
            "\\/",
            "\\u002f",
            "\\u0061",
            "\\ud83d\\ude00",
            "\\uD83D\\uDE00",
            "\\\"",
            "\\\\",
            "\\b",
            "\\f",
            "\\n",
            "\\r",
            "\\t",
            "\\u0000",
            "\\u00e9",
            "\\uffff",
            "\\u005c",
        ] {
            assert!(line.contains(escape), "{escape}");
        }
    }

    #[test]
    fn escapes_change_no_string() {
        for text in ["./a.js", "\u{1f600}\u{10ffff}", "\0\u{1f}\u{7f}\u{85}\u{2028}", "\"\\/"] {
            for seed in 0..20 {
                let value = shape::parse(written(text, seed).as_bytes()).unwrap();
                assert_eq!(shape::record(value, "").unwrap(), record_with(text));
            }
        }
    }

    #[test]
    fn the_seed_decides_the_escapes() {
        assert_eq!(written("./a.js", 5), written("./a.js", 5));
        assert_ne!(written("./a.js", 5), written("./a.js", 6));
    }
}
