//! Bytes in rows of eight, which `inspect` and `diff` print on the left.

use std::fmt::{self, Display};

use crate::style::FAINT;
use crate::text::count;

/// The number of bytes in a row.
pub(crate) const ROW: usize = 8;
/// The width of a row's offset and bytes, with the two spaces after them.
pub(crate) const WIDTH: usize = 8 + 2 + (3 * ROW - 1) + 2;

/// A row: an offset and up to eight bytes. `{}` pads the row with spaces to [`WIDTH`]; `{:#}` adds no spaces.
pub(crate) struct Row<'a> {
    pub(crate) offset: usize,
    pub(crate) bytes: &'a [u8],
}

impl Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{FAINT}{:08x}{FAINT:#} ", self.offset)?;
        for byte in self.bytes {
            write!(f, " {byte:02x}")?;
        }
        let missing = if f.alternate() { 0 } else { 3 * (ROW - self.bytes.len()) + 2 };
        write!(f, "{:missing$}", "")
    }
}

/// A row that replaces bytes that are not shown: `… 24 bytes`. `{}` and `{:#}` pad it as they pad a [`Row`].
pub(crate) struct LeftOut(pub(crate) usize);

impl Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("          … {}", count(self.0, "byte"));
        let width = if f.alternate() { 0 } else { WIDTH };
        write!(f, "{FAINT}{text:width$}{FAINT:#}")
    }
}
