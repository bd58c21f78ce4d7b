//! The one renderer of annotated bytes: what the specification shows, and what reports print.

use core::fmt;

use crate::inspect::{Inspection, Span, Value};

const ROW: usize = 8;
/// A longer span shows its first rows, its last row and the marked one.
const ROWS_SHOWN: usize = 4;

/// Bytes with the names of their fields, ready to be printed: eight bytes a row, offsets in hexadecimal.
///
/// It is written for a terminal, holds no control characters whatever the file holds, and ends each row with a line feed.
#[derive(Clone, Copy, Debug)]
pub struct Annotated<'i> {
    inspection: &'i Inspection<'i>,
    mark: Option<usize>,
    around: Option<usize>,
}

impl<'i> Annotated<'i> {
    pub(crate) fn new(inspection: &'i Inspection<'i>) -> Self {
        let mark = inspection.error().map(|error| error.offset());
        Self { inspection, mark, around: None }
    }

    /// Marks the field at byte `offset` in place of the one at fault; the file's length marks its end.
    #[must_use]
    pub const fn mark(self, offset: Option<usize>) -> Self {
        Self { mark: offset, ..self }
    }

    /// Shows only the header, so many fields on each side of the mark, and the fields that the marked entry repeats: see
    /// [`Inspection::around`].
    #[must_use]
    pub const fn around(self, fields: usize) -> Self {
        Self { around: Some(fields), ..self }
    }
}

impl fmt::Display for Annotated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spans = self.inspection.spans();
        let ranges = match self.around {
            Some(fields) => self.inspection.around(self.mark, fields),
            None => core::iter::once(0..spans.len()).collect(),
        };
        let left_out = |f: &mut fmt::Formatter<'_>, fields: usize| match fields {
            0 => Ok(()),
            1 => writeln!(f, "{}… 1 field", self.gutter(false)),
            fields => writeln!(f, "{}… {fields} fields", self.gutter(false)),
        };
        let mut shown = 0;
        for range in ranges {
            left_out(f, range.start.saturating_sub(shown))?;
            shown = range.end;
            for span in spans.get(range).unwrap_or_default() {
                self.span(f, span)?;
            }
        }
        left_out(f, spans.len().saturating_sub(shown))?;
        let end = self.inspection.file_len();
        if self.mark.is_some_and(|mark| mark >= end) {
            writeln!(f, "{}{end:08x}  {:23}  end of file", self.gutter(true), "")?;
        }
        Ok(())
    }
}

impl Annotated<'_> {
    /// The margin: there only if something is marked.
    const fn gutter(&self, marked: bool) -> &'static str {
        match (self.mark, marked) {
            (None, _) => "",
            (Some(_), true) => "> ",
            (Some(_), false) => "  ",
        }
    }

    fn span(&self, f: &mut fmt::Formatter<'_>, span: &Span<'_>) -> fmt::Result {
        let bytes = self.inspection.bytes(span);
        let rows = bytes.len().div_ceil(ROW);
        let marked = self.mark.and_then(|mark| mark.checked_sub(span.range.start));
        let marked = marked.filter(|mark| *mark < bytes.len());
        let mut skipped: usize = 0;
        for (index, row) in bytes.chunks(ROW).enumerate() {
            let offset = index.saturating_mul(ROW);
            let is_marked = marked.is_some_and(|mark| (offset..offset.saturating_add(ROW)).contains(&mark));
            let is_last = index.saturating_add(1) == rows;
            if index.saturating_add(2) > ROWS_SHOWN && !is_last && !is_marked {
                skipped = skipped.saturating_add(row.len());
                continue;
            }
            if skipped > 0 {
                writeln!(f, "{}          … {skipped} bytes", self.gutter(false))?;
                skipped = 0;
            }
            let address = span.range.start.saturating_add(offset);
            write!(f, "{}{address:08x} ", self.gutter(is_marked))?;
            for byte in row {
                write!(f, " {byte:02x}")?;
            }
            if index == 0 {
                for _ in row.len()..ROW {
                    f.write_str("   ")?;
                }
                write!(f, "  {} = ", span.path)?;
                match span.value {
                    Value::Text(text) => write!(f, "{}", Quoted(text))?,
                    value => write!(f, "{value}")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// A string that fits a line.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 60;
        match self.0.char_indices().nth(MOST) {
            None => write!(f, "\"{}\"", self.0.escape_debug()),
            Some((end, _)) => {
                let start = self.0.get(..end).unwrap_or_default();
                write!(f, "\"{}\"…", start.escape_debug())
            }
        }
    }
}
