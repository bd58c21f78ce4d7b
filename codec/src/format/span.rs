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
    /// The flags of the header (version 4).
    Flags(u32),
    /// The index of a string, of a request or of an import entry, and the text that it stands for: the string, the
    /// specifier or the local name. The text is `None` if nothing has this index (version 4).
    Index(u32, Option<&'a str>),
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

/// The names of the flags of version 4, by their bits.
const FLAGS: [&str; 4] = ["environment", "top_level_await", "import_meta", "typescript"];

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Magic(value) | Self::Bits(value) => write!(f, "{value:#010x}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Type(value, Some(name)) => write!(f, "{value} {name}"),
            Self::Type(value, None) => write!(f, "{value} unknown"),
            Self::Flags(flags) => {
                write!(f, "{flags:#010x}")?;
                let mut before = " ";
                for (name, bit) in FLAGS.into_iter().zip(0..) {
                    if flags & 1_u32.checked_shl(bit).unwrap_or(0) != 0 {
                        write!(f, "{before}{name}")?;
                        before = ", ";
                    }
                }
                Ok(())
            }
            Self::Index(index, Some(text)) => write!(f, "{index} \"{}\"", text.escape_debug()),
            Self::Index(index, None) => write!(f, "{index} unknown"),
            Self::None => f.write_str("none"),
            Self::Digest(digest) => digest.fmt(f),
            Self::Text(text) => write!(f, "\"{}\"", text.escape_debug()),
            Self::Bytes(bytes) => write!(f, "{}", ByteCount(wide(bytes.len()))),
            Self::NotText(bytes) => write!(f, "{}, not UTF-8", ByteCount(wide(bytes.len()))),
            Self::NotRead(bytes) => write!(f, "{}, not read", ByteCount(wide(bytes.len()))),
        }
    }
}
