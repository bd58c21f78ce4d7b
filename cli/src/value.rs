//! The values of fields, as text for people.

use std::fmt::{self, Display};

use bmes::{FieldPath, Piece, Quoted, Value};

use crate::style::{ERROR, FAINT, OK};
use crate::text::count;

/// The maximum number of characters of a string that `inspect` without `--all` and `diff` show.
pub(crate) const MOST: usize = 48;

/// Returns the field's name within its entry, such as `specifier.length`.
pub(crate) fn name(path: &FieldPath) -> String {
    let piece = if path.piece == Piece::Length { ".length" } else { "" };
    format!("{}{piece}", path.field)
}

/// A value that is printed in the colour of its kind.
pub(crate) struct Shown<'a> {
    pub(crate) value: Value<'a>,
    /// The maximum number of characters of a string or a digest; `None` shows all.
    pub(crate) most: Option<usize>,
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            Value::Text(text) => write!(f, "{OK}{}{OK:#}", Quoted { text, most: self.most }),
            Value::Bytes(bytes) => write!(f, "{FAINT}{}{FAINT:#}", count(bytes.len(), "byte")),
            Value::NotRead(bytes) => write!(f, "{FAINT}{}, not read{FAINT:#}", count(bytes.len(), "byte")),
            Value::Digest(digest) => {
                let digits = digest.to_string();
                match self.most.and_then(|most| digits.get(..most)) {
                    Some(first) if first.len() < digits.len() => write!(f, "{first}…"),
                    _ => f.write_str(&digits),
                }
            }
            Value::Index(index, Some(text)) => {
                write!(f, "{index} {}", Self { value: Value::Text(text), most: self.most })
            }
            value @ (Value::NotText(_) | Value::Type(_, None) | Value::Index(_, None)) => {
                write!(f, "{ERROR}{value}{ERROR:#}")
            }
            value => value.fmt(f),
        }
    }
}
