//! Prints the tree of fields to the right of their bytes.

use std::fmt::Display;
use std::io::{self, Write};

use bmes::{Line, Span, Value};

use super::Inspected;
use crate::rows::{LeftOut, Row, WIDTH};
use crate::style::{ERROR, FAINT, NAME, STRONG};
use crate::value::{MOST, Shown, name};

/// The number of rows that are shown from the start of a long field. Its marked row and its last row are shown, too.
const FIRST_ROWS: usize = 3;
/// The width of the left margin, which contains `> ` in the marked row.
const GUTTER: usize = 2;
/// The width of the text around a string: ` = "` and `"…`.
const AROUND: usize = 6;
/// The minimum number of characters of a string that are shown, even if the terminal is narrow.
const LEAST: usize = 12;

/// Prints the tree.
pub(super) fn print(out: &mut impl Write, inspected: &Inspected<'_>, all: bool) -> io::Result<()> {
    let width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    let mut tree = Tree { out, inspected, all, width, guides: String::new() };
    let section = |span: &Span<'_>| (is_rest(span), span.path.section);
    // In version 4, the file has the fields of an entry in several places: it has a list column by column. The tree has
    // them together. In versions 1 to 3, the order of the file is already that of the tree.
    let mut spans: Vec<_> = inspected.inspection.spans().iter().collect();
    spans.sort_by_key(|span| (section(span), span.path.entry));
    for spans in spans.chunk_by(|a, b| section(a) == section(b)) {
        let Some(first) = spans.first() else { continue };
        if is_rest(first) {
            tree.field(first, "", "")?;
        } else {
            tree.heading(first.path.section.name())?;
            tree.children(spans, 0)?;
        }
    }
    tree.end()
}

/// Returns true if the span contains the bytes after an error, which are in no section.
fn is_rest(span: &Span<'_>) -> bool {
    span.path.field == "rest"
}

struct Tree<'t, 'f, W> {
    out: &'t mut W,
    inspected: &'t Inspected<'f>,
    all: bool,
    /// The width of the terminal.
    width: Option<usize>,
    /// The start of the tree in the next row, without styles: for each outer level, `│  ` if it continues below,
    /// otherwise spaces.
    guides: String,
}

impl<W: Write> Tree<'_, '_, W> {
    /// Prints the parts of a section (`level` 0), of an entry (1) or of an attribute (2).
    fn children(&mut self, spans: &[&Span<'_>], level: usize) -> io::Result<()> {
        let index = |span: &Span<'_>| match level {
            0 => span.path.entry,
            1 => span.path.attribute,
            _ => None,
        };
        let mut children = spans.chunk_by(|a, b| index(a).is_some() && index(a) == index(b)).peekable();
        while let Some(child) = children.next() {
            let Some(first) = child.first() else { continue };
            let (branch, guide) = if children.peek().is_some() { ("├─ ", "│  ") } else { ("└─ ", "   ") };
            let guides = self.guides.len();
            match index(first) {
                None => self.field(first, branch, guide)?,
                Some(number) => {
                    let list = if level == 0 { first.path.section.name() } else { "attributes" };
                    let Self { out, guides, inspected, .. } = &mut *self;
                    write!(out, "{}{:WIDTH$}", gutter(inspected.mark, false), "")?;
                    writeln!(out, "{FAINT}{guides}{branch}{FAINT:#}{list}[{number}]")?;
                    self.guides.push_str(guide);
                    self.children(child, level + 1)?;
                }
            }
            self.guides.truncate(guides);
        }
        Ok(())
    }

    fn heading(&mut self, name: &str) -> io::Result<()> {
        writeln!(self.out, "{}{:WIDTH$}{STRONG}{name}{STRONG:#}", gutter(self.inspected.mark, false), "")
    }

    fn field(&mut self, span: &Span<'_>, branch: &str, guide: &str) -> io::Result<()> {
        let Self { out, inspected, all, width, guides } = self;
        let first = if *all { usize::MAX } else { FIRST_ROWS };
        let is_at_fault = inspected.mark.is_some_and(|mark| span.range.contains(&mark));
        for line in inspected.inspection.field_lines(span, inspected.mark, first) {
            let is_marked = matches!(line, Line::Bytes { is_marked: true, .. });
            write!(out, "{}", gutter(inspected.mark, is_marked))?;
            match line {
                Line::Bytes { offset, bytes, field: Some(_), .. } => {
                    let style = if is_at_fault { ERROR } else { NAME };
                    let name = name(&span.path);
                    let index = match span.value {
                        Value::Index(index, _) => index.to_string().len() + 1,
                        _ => 0,
                    };
                    let tree = guides.chars().count() + branch.chars().count();
                    let before = GUTTER + WIDTH + tree + name.len() + index + AROUND;
                    let left = width.map_or(usize::MAX, |width| width.saturating_sub(before).max(LEAST));
                    // Half of a digest cannot be compared, so only a narrow terminal shortens it.
                    let most = if matches!(span.value, Value::Digest(_)) { left } else { left.min(MOST) };
                    let value = Shown { value: span.value, most: (!*all).then_some(most) };
                    let row = Row { offset, bytes };
                    writeln!(out, "{row}{FAINT}{guides}{branch}{FAINT:#}{style}{name}{style:#} = {value}")?;
                }
                Line::Bytes { offset, bytes, .. } => beside(out, &Row { offset, bytes }, guides, guide)?,
                Line::SkippedBytes(bytes) => beside(out, &LeftOut(bytes), guides, guide)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// If the error is at the end of the file, prints a marked row with the name of the missing field.
    fn end(&mut self) -> io::Result<()> {
        let end = self.inspected.inspection.file_len();
        match self.inspected.mark {
            Some(mark) if mark >= end => {
                let missing = self.inspected.error().and_then(crate::failure::Error::field).unwrap_or_default();
                let row = Row { offset: end, bytes: &[] };
                writeln!(self.out, "{}{row}{ERROR}end of file{ERROR:#}: {missing} is missing", gutter(Some(mark), true))
            }
            _ => Ok(()),
        }
    }
}

/// Prints a row of bytes in which no field begins, with the vertical lines of the tree that continue beside it.
fn beside(out: &mut impl Write, row: &impl Display, guides: &str, guide: &str) -> io::Result<()> {
    match format!("{guides}{guide}").trim_end() {
        "" => writeln!(out, "{row:#}"),
        guides => writeln!(out, "{row}{FAINT}{guides}{FAINT:#}"),
    }
}

/// Returns the left margin: `> ` for the marked row, spaces for any other row. It is empty if no row of the file is
/// marked.
fn gutter(mark: Option<usize>, is_here: bool) -> String {
    match (mark, is_here) {
        (None, _) => String::new(),
        (Some(_), true) => format!("{ERROR}>{ERROR:#} "),
        (Some(_), false) => "  ".into(),
    }
}
