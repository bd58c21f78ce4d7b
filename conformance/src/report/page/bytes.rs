//! The annotated bytes of a failure: a row of eight bytes or less for each field around the one at fault, with the field's name.

use bmes::{Inspection, Span, Value};

use crate::text::{count, printable};

/// The fields that are shown on each side of the one at fault.
const AROUND: usize = 6;
const ROW: usize = 8;
/// A long field shows so many rows, and the marked one.
const ROWS: usize = 3;

/// The bytes of a file, near the place that a failure is about.
pub(super) struct Bytes {
    pub(super) rows: Vec<Row>,
    /// What the file is, where it is not the one that was asked about.
    pub(super) heading: &'static str,
}

/// A line.
pub(super) struct Row {
    /// Whether the fault is here.
    pub(super) marked: bool,
    pub(super) kind: Kind,
}

/// What a line shows.
pub(super) enum Kind {
    /// Something is left out.
    Gap(String),
    /// Bytes.
    Bytes {
        offset: String,
        hex: String,
        /// On a field's first row.
        name: String,
        value: String,
        /// The field in full, for whoever points at it.
        detail: String,
    },
}

impl Bytes {
    /// The fields of `file` that explain byte `mark`.
    pub(super) fn of(file: &[u8], mark: Option<usize>, heading: &'static str) -> Self {
        let inspection = bmes::inspect(file);
        let spans = inspection.spans();
        let mut rows = Vec::new();
        let mut shown = 0;
        for range in inspection.around(mark, AROUND) {
            gap(&mut rows, range.start - shown);
            shown = range.end;
            for span in &spans[range] {
                field(&mut rows, &inspection, span, mark);
            }
        }
        gap(&mut rows, spans.len() - shown);
        if mark.is_some_and(|mark| mark >= file.len()) {
            let kind = Kind::Bytes {
                offset: format!("{:08x}", file.len()),
                hex: "end".into(),
                name: "end of file".into(),
                value: String::new(),
                detail: format!("The file ends after {}.", count(file.len(), "byte", "bytes")),
            };
            rows.push(Row { marked: true, kind });
        }
        Self { rows, heading }
    }
}

fn gap(rows: &mut Vec<Row>, fields: usize) {
    if fields > 0 {
        rows.push(Row { marked: false, kind: Kind::Gap(count(fields, "field", "fields")) });
    }
}

fn field(rows: &mut Vec<Row>, inspection: &Inspection<'_>, span: &Span<'_>, mark: Option<usize>) {
    let bytes = inspection.bytes(span);
    let (start, end) = (span.range.start, span.range.end);
    let value = short(&span.value);
    let place = if bytes.len() == 1 { format!("byte {start}") } else { format!("bytes {start} to {}", end - 1) };
    let detail = format!("{} = {value} · {place} ({start:#x})", span.path);
    let mut left_out = 0;
    let last = bytes.len().div_ceil(ROW) - 1;
    for (index, row) in bytes.chunks(ROW).enumerate() {
        let offset = start + index * ROW;
        let marked = mark.is_some_and(|mark| (offset..offset + row.len()).contains(&mark));
        if index >= ROWS && index != last && !marked {
            left_out += row.len();
            continue;
        }
        if left_out > 0 {
            rows.push(Row { marked: false, kind: Kind::Gap(count(left_out, "byte more", "bytes more")) });
            left_out = 0;
        }
        let hex: Vec<_> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        let name = |text: String| if index == 0 { text } else { String::new() };
        let kind = Kind::Bytes {
            offset: format!("{offset:08x}"),
            hex: hex.join(" "),
            name: name(span.path.to_string()),
            value: name(value.clone()),
            detail: detail.clone(),
        };
        rows.push(Row { marked, kind });
    }
}

/// A value that fits a line.
fn short(value: &Value<'_>) -> String {
    const MOST: usize = 48;
    let text = printable(&value.to_string());
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
