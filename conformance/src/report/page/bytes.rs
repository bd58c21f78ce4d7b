//! The annotated bytes of a failure. Each field near the wrong field has its name, and rows of up to eight bytes.

use bmes::{Line, Span, Value};

use crate::text::{count, printable};

/// The number of fields that are shown on each side of the wrong field.
const AROUND: usize = 6;

/// The bytes of a file, near the offset that a failure is about.
pub(super) struct Bytes {
    pub(super) rows: Vec<Row>,
    /// The heading that says which file it is, if it is not the file of the question.
    pub(super) heading: &'static str,
}

/// A row of the listing.
pub(super) struct Row {
    /// True if the fault is in this row.
    pub(super) marked: bool,
    pub(super) kind: Kind,
}

/// The content of a row.
pub(super) enum Kind {
    /// A gap where bytes are left out.
    Gap(String),
    /// A row of bytes.
    Bytes {
        offset: String,
        hex: String,
        /// The name of the field. Only on a field's first row.
        name: String,
        value: String,
        /// A description of the whole field. The page shows it when the pointer is over the row.
        detail: String,
    },
}

impl Bytes {
    /// Returns the fields of `file` that explain byte `mark`.
    pub(super) fn of(file: &[u8], mark: Option<usize>, heading: &'static str) -> Self {
        let inspection = bmes::inspect(file);
        let lines = inspection.annotated().mark(mark).around(AROUND).lines();
        let mut detail = String::new();
        let rows = lines.into_iter().map(|line| Row::of(line, &mut detail)).collect();
        Self { rows, heading }
    }
}

impl Row {
    /// Creates the row of a line. `detail` keeps the text of the current field from one line to the next.
    fn of(line: Line<'_>, detail: &mut String) -> Self {
        match line {
            Line::Bytes { offset, bytes, field, is_marked } => {
                let (name, value) =
                    field.map_or_else(Default::default, |span| (span.path.to_string(), short(&span.value)));
                if let Some(span) = field {
                    *detail = self::detail(span, &value);
                }
                let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                let (offset, hex) = (format!("{offset:08x}"), hex.join(" "));
                Self { marked: is_marked, kind: Kind::Bytes { offset, hex, name, value, detail: detail.clone() } }
            }
            Line::SkippedBytes(bytes) => {
                Self { marked: false, kind: Kind::Gap(count(bytes, "byte more", "bytes more")) }
            }
            Line::SkippedFields(fields) => Self { marked: false, kind: Kind::Gap(count(fields, "field", "fields")) },
            Line::End { offset } => {
                let kind = Kind::Bytes {
                    offset: format!("{offset:08x}"),
                    hex: "end".into(),
                    name: "end of file".into(),
                    value: String::new(),
                    detail: format!("The file ends after {}.", count(offset, "byte", "bytes")),
                };
                Self { marked: true, kind }
            }
            _ => Self { marked: false, kind: Kind::Gap(String::new()) },
        }
    }
}

/// Returns the whole field as text, with its position.
fn detail(span: &Span<'_>, value: &str) -> String {
    let (start, end) = (span.range.start, span.range.end);
    let place = if end == start + 1 { format!("byte {start}") } else { format!("bytes {start} to {}", end - 1) };
    format!("{} = {value} · {place} ({start:#x})", span.path)
}

/// Formats a value so that it fits in a line.
fn short(value: &Value<'_>) -> String {
    const MOST: usize = 48;
    let text = printable(&value.to_string());
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
