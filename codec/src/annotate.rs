//! Annotated bytes: the bytes of a file in lines, with the names of the fields. Every page, report and command of the
//! project shows a file in this form.

use alloc::vec::Vec;
use core::fmt::{self, Write as _};
use core::iter;

use crate::format::span::{Span, Value};
use crate::inspect::Inspection;

/// The number of bytes in a line.
const ROW: usize = 8;
/// The number of lines shown at the start of a long field.
const FIRST_ROWS: usize = 3;
/// The largest number of characters shown of a text.
const MOST: usize = 60;

/// A line of annotated bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Line<'i> {
    /// One to eight bytes of a field.
    Bytes {
        /// The position of the bytes in the file.
        offset: usize,
        /// The bytes.
        bytes: &'i [u8],
        /// The field, if this is the first line of the field.
        field: Option<&'i Span<'i>>,
        /// True if the line holds the marked byte.
        is_marked: bool,
    },
    /// A line in place of bytes of a long field that are not shown, with their number.
    SkippedBytes(usize),
    /// A line in place of fields that are not shown, with their number.
    SkippedFields(usize),
    /// The file's end, which is marked.
    End {
        /// The file's length.
        offset: usize,
    },
}

impl Inspection<'_> {
    /// Returns the bytes of the file, field by field, with the names of the fields beside them. If the file is invalid,
    /// the byte at the offset of its error is marked.
    pub fn annotated(&self) -> Annotated<'_> {
        let mark = self.error().and_then(|error| error.offset());
        Annotated { inspection: self, mark, around: None }
    }

    /// Returns the lines of one field.
    ///
    /// Of a long field, it returns only the first `first` lines, the line that holds the byte at the position `mark` of
    /// the file, and the last line.
    pub fn field_lines<'i>(&'i self, span: &'i Span<'i>, mark: Option<usize>, first: usize) -> Vec<Line<'i>> {
        let rows = self.bytes(span).chunks(ROW);
        let last = rows.len().saturating_sub(1);
        let mut lines: Vec<Line<'_>> = Vec::new();
        let mut skipped: usize = 0;
        for (index, bytes) in rows.enumerate() {
            let offset = span.range.start.saturating_add(index.saturating_mul(ROW));
            let is_marked = mark.is_some_and(|mark| (offset..offset.saturating_add(bytes.len())).contains(&mark));
            let line = Line::Bytes { offset, bytes, field: (index == 0).then_some(span), is_marked };
            let is_shown = index < first || index == last || is_marked;
            skipped = if is_shown { 0 } else { skipped.saturating_add(bytes.len()) };
            if skipped <= ROW {
                lines.push(line);
            } else if let Some(before) = lines.last_mut() {
                // A single skipped line was still shown. From the second skipped line on, one `SkippedBytes` replaces
                // it, and has the number of all skipped bytes.
                *before = Line::SkippedBytes(skipped);
            }
        }
        lines
    }
}

/// The bytes of a file with the names of their fields, ready to be printed: eight bytes per line, offsets in
/// hexadecimal.
///
/// The text is for a terminal. Even if the file holds control characters, the text has none, except the line feed at
/// the end of each line.
#[derive(Clone, Copy, Debug)]
pub struct Annotated<'i> {
    inspection: &'i Inspection<'i>,
    mark: Option<usize>,
    around: Option<usize>,
}

impl<'i> Annotated<'i> {
    /// Marks the byte at `offset` instead of the byte at the offset of the file's error. If `offset` is the file's
    /// length, the file's end is marked.
    #[must_use]
    pub const fn mark(self, offset: Option<usize>) -> Self {
        Self { mark: offset, ..self }
    }

    /// Shows only the header, `fields` fields on each side of the mark, and fields with the same texts as the marked
    /// entry: see [`Inspection::around`].
    #[must_use]
    pub const fn around(self, fields: usize) -> Self {
        Self { around: Some(fields), ..self }
    }

    /// Returns the lines, in the order of the file.
    pub fn lines(&self) -> Vec<Line<'i>> {
        let spans = self.inspection.spans();
        let ranges = match self.around {
            Some(fields) => self.inspection.around(self.mark, fields),
            None => iter::once(0..spans.len()).collect(),
        };
        let mut lines = Vec::new();
        let mut shown = 0;
        for range in ranges.into_iter().chain(iter::once(spans.len()..spans.len())) {
            let skipped = range.start.saturating_sub(shown);
            lines.extend((skipped > 0).then_some(Line::SkippedFields(skipped)));
            shown = range.end;
            for span in spans.get(range).unwrap_or_default() {
                lines.extend(self.inspection.field_lines(span, self.mark, FIRST_ROWS));
            }
        }
        let end = self.inspection.file_len();
        lines.extend(self.mark.is_some_and(|mark| mark >= end).then_some(Line::End { offset: end }));
        lines
    }
}

impl fmt::Display for Annotated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.lines() {
            let is_marked = matches!(line, Line::Bytes { is_marked: true, .. } | Line::End { .. });
            f.write_str(match (self.mark, is_marked) {
                (None, _) => "",
                (Some(_), true) => "> ",
                (Some(_), false) => "  ",
            })?;
            match line {
                Line::Bytes { offset, bytes, field, .. } => {
                    write!(f, "{offset:08x} ")?;
                    bytes.iter().try_for_each(|byte| write!(f, " {byte:02x}"))?;
                    if let Some(Span { path, value, .. }) = field {
                        (bytes.len()..ROW).try_for_each(|_| f.write_str("   "))?;
                        write!(f, "  {path} = ")?;
                        match *value {
                            Value::Text(text) => Quoted { text, most: Some(MOST) }.fmt(f)?,
                            Value::Index(index, Some(text)) => {
                                write!(f, "{index} {}", Quoted { text, most: Some(MOST) })?;
                            }
                            value => value.fmt(f)?,
                        }
                    }
                }
                Line::SkippedBytes(bytes) => write!(f, "          … {bytes} bytes")?,
                Line::SkippedFields(1) => f.write_str("… 1 field")?,
                Line::SkippedFields(fields) => write!(f, "… {fields} fields")?,
                Line::End { offset } => write!(f, "{offset:08x}  {:23}  end of file", "")?,
            }
            f.write_char('\n')?;
        }
        Ok(())
    }
}

/// A text in quotation marks, without control characters.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a> {
    /// The text.
    pub text: &'a str,
    /// The maximum number of characters that are shown. `None` shows all of them.
    pub most: Option<usize>,
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.most.and_then(|most| self.text.char_indices().nth(most));
        let shown = end.and_then(|(end, _)| self.text.get(..end));
        let more = if shown.is_some() { "…" } else { "" };
        write!(f, "\"{}\"{more}", shown.unwrap_or(self.text).escape_debug())
    }
}

/// A text in which every character that could harm a terminal is escaped: control characters, and characters that
/// change the direction of text.
#[derive(Clone, Copy, Debug)]
pub struct Printable<'a>(pub &'a str);

impl Printable<'_> {
    /// Returns true if `character` is shown as an escape. The escaped characters are control characters, line and
    /// paragraph separators, and characters that change the direction of text.
    pub const fn escapes(character: char) -> bool {
        matches!(
            character,
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
        )
    }
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            _ if Self::escapes(character) => write!(f, "{}", character.escape_unicode()),
            _ => f.write_char(character),
        })
    }
}
