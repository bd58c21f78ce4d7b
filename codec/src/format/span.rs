//! A field of a file with its bytes and its value, as `inspect` lists it.

use core::fmt;
use core::ops::Range;

use crate::bytes::count::{ByteCount, wide};
use crate::format::digest::Digest;
use crate::format::field::FieldPath;

/// Adjacent bytes of a file that form one field or one piece of a field, with their value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Span<'a> {
    /// The range of the bytes, counted from the file's start. It is never empty.
    pub range: Range<usize>,
    /// The path of the field, or of the piece of a field.
    pub path: FieldPath,
    /// The value of the bytes.
    pub value: Value<'a>,
}

/// The value of a span. Its `Display` prints a short form for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// The magic, right or wrong.
    Magic(u32),
    /// A number: a version, a count, a length, an offset, a size or a flag.
    Number(u32),
    /// A 32-bit number whose meaning the engine defines.
    Bits(u32),
    /// The type of an import or export entry, and the name of the type if the number is a known type.
    Type(u32, Option<&'static str>),
    /// The index of a string, and the string if there is one with this index (version 4).
    String(u32, Option<&'a str>),
    /// A field that holds no index (version 4).
    None,
    /// A digest (version 4).
    Digest(Digest),
    /// A string.
    Text(&'a str),
    /// A string that is not UTF-8.
    NotText(&'a [u8]),
    /// Bytecode, or the padding before it.
    Bytes(&'a [u8]),
    /// Bytes that were not read, because of an error before them or in them.
    NotRead(&'a [u8]),
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic(value) | Self::Bits(value) => write!(f, "{value:#010x}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Type(value, Some(name)) => write!(f, "{value} {name}"),
            Self::Type(value, None) => write!(f, "{value} unknown"),
            Self::String(index, Some(text)) => write!(f, "{index} \"{}\"", text.escape_debug()),
            Self::String(index, None) => write!(f, "{index} no string"),
            Self::None => f.write_str("none"),
            Self::Digest(digest) => digest.fmt(f),
            Self::Text(text) => write!(f, "\"{}\"", text.escape_debug()),
            Self::Bytes(bytes) => write!(f, "{}", ByteCount(wide(bytes.len()))),
            Self::NotText(bytes) => write!(f, "{}, not UTF-8", ByteCount(wide(bytes.len()))),
            Self::NotRead(bytes) => write!(f, "{}, not read", ByteCount(wide(bytes.len()))),
        }
    }
}
