//! `diff`: compares two files field by field.
//!
//! The module `align` pairs the entries of the two files by their content, and their fields by their names. The output
//! has two parts: `record` lists the differences between the records, and `bytes` lists the bytes that differ.
//!
//! The module `names` compares files of version 4, in which entries hold indices: it compares what `meaning` reads from
//! the records, and then only the bytes of the text and of the bytecode.

mod align;
mod json;
mod meaning;
mod names;

use std::io::{self, Write};
use std::slice;

use anstyle::Style;
use bmes::{Inspection, Line, Quoted, Section, Span, Value, Version};

use crate::args;
use crate::failure::{Failure, Result, Status, after_printing};
use crate::input::{Source, read_once};
use crate::output::Out;
use crate::rows::{LeftOut, ROW, Row};
use crate::style::{ERROR, FAINT, GONE, MOVED, NAME, NEW, OK, STRONG};
use crate::text::{count, printable, thousands};
use crate::value::{MOST, Shown};
use crate::verdict;
use align::{Change, Fields, Unit};

/// Runs `bmes diff`: compares two files and prints their differences.
pub(crate) fn diff(arguments: &args::Diff, json: bool) -> Result<Status> {
    let sources = [&arguments.a, &arguments.b].map(|path| Source::from(path.as_path()));
    read_once(&sources.each_ref())?;
    let [a, b] = &sources;
    let (a_file, b_file) = (a.read()?, b.read()?);
    let (a_fields, b_fields) = (bmes::inspect(&a_file), bmes::inspect(&b_file));
    let before = Side::new(("-", GONE), a, &a_file, &a_fields);
    let after = Side::new(("+", NEW), b, &b_file, &b_fields);
    let sides = [before, after];
    if sides.iter().any(|side| side.version == Some(Version::V4)) && a_file != b_file {
        return names::diff(sides, json);
    }
    let changes = align::changes(before.fields, after.fields);
    let printed = if json { json::print(sides, &changes) } else { print(sides, &changes) };
    after_printing(printed, if changes.is_empty() { Status::Ok } else { Status::Invalid })
}

/// One of the two files that are compared, with its sign and its style in the output.
#[derive(Clone, Copy)]
struct Side<'i, 'f> {
    sign: &'static str,
    style: Style,
    source: &'i Source,
    version: Option<Version>,
    fields: Fields<'i, 'f>,
    inspection: &'i Inspection<'f>,
}

impl<'i, 'f> Side<'i, 'f> {
    fn new(
        (sign, style): (&'static str, Style),
        source: &'i Source,
        file: &'f [u8],
        inspection: &'i Inspection<'f>,
    ) -> Self {
        let (version, fields) = (bmes::identify(file).ok(), Fields::new(file, inspection));
        Self { sign, style, source, version, fields, inspection }
    }

    fn bytes(&self, span: &Span<'_>) -> &'f [u8] {
        self.fields.bytes(slice::from_ref(span))
    }

    /// Returns the error of the file. For version 4, this can be an error of the record: such a file has bytes that do
    /// not follow from the record.
    fn error(&self) -> Option<bmes::Error> {
        match (self.inspection.error(), self.version) {
            (None, Some(Version::V4)) => verdict::check(self.fields.file()).err(),
            (error, _) => error,
        }
    }

    /// Returns true if at least a part of the record could be read.
    fn has_record(&self) -> bool {
        self.inspection.error().is_none()
            || self.inspection.spans().iter().any(|span| span.path.section == Section::Requests)
    }
}

/// Returns the invalid file. If both files are invalid, returns the one of which fewer entries could be read. If both
/// are valid, returns `None`.
fn ends_first<'s, 'i, 'f>(sides: &'s [Side<'i, 'f>; 2]) -> Option<&'s Side<'i, 'f>> {
    let invalid = sides.iter().filter(|side| side.inspection.error().is_some());
    invalid.min_by_key(|side| side.fields.end())
}

fn print(sides: [Side<'_, '_>; 2], changes: &[Change<'_, '_>]) -> io::Result<()> {
    let mut out = Out::paged();
    if changes.is_empty() {
        let size = count(sides[0].inspection.file_len(), "byte");
        writeln!(out, "{OK}the same{OK:#}: {size}")?;
        return out.flush();
    }
    sides.iter().try_for_each(|side| heading(&mut out, *side))?;
    record(&mut out, sides, changes)?;
    bytes(&mut out, sides, "bytes", changes)?;
    out.flush()
}

fn heading(out: &mut impl Write, side: Side<'_, '_>) -> io::Result<()> {
    let Side { sign, style, source, version, fields, inspection } = side;
    let (name, bytes) = (source.name(), count(inspection.file_len(), "byte"));
    let name = printable(&name);
    writeln!(out, "{style}{sign}{sign}{sign}{style:#} {STRONG}{name}{STRONG:#}: {bytes}")?;
    if let Some(error) = side.error() {
        writeln!(out, "    {ERROR}invalid:{ERROR:#} {}", printable(&Failure::from(error).error().in_a_line()))?;
        match version {
            // In version 4, the header and the counts say where all fields are, so most errors hide none of them.
            Some(Version::V4) if !fields.is_partial() => {}
            Some(Version::V4) => writeln!(out, "    its last fields cannot be read, and are not compared")?,
            _ => writeln!(out, "    the fields after this error are not compared")?,
        }
    }
    Ok(())
}

/// Prints the differences between the records.
fn record(out: &mut impl Write, sides: [Side<'_, '_>; 2], changes: &[Change<'_, '_>]) -> io::Result<()> {
    let lines: Vec<String> = changes.iter().filter_map(record_line).collect();
    write!(out, "\n{STRONG}record{STRONG:#}: ")?;
    let invalid = ends_first(&sides);
    if let Some(side) = sides.iter().find(|side| !side.has_record()) {
        return writeln!(out, "not compared, because the record of {} cannot be read", printable(&side.source.name()));
    }
    match (lines.len(), invalid) {
        (0, None) => writeln!(out, "{OK}the same{OK:#}")?,
        (0, Some(side)) => writeln!(out, "the same, up to the error in {}", printable(&side.source.name()))?,
        (differences, _) => writeln!(out, "{}", count(differences, "difference"))?,
    }
    lines.iter().try_for_each(|line| writeln!(out, "  {line}"))
}

/// Returns the line that describes a change of the record; `None` if only bytes change and the record stays the same.
fn record_line(change: &Change<'_, '_>) -> Option<String> {
    match change {
        Change::Gone(unit) => summary(*unit).map(|text| format!("{GONE}-{GONE:#} {text}")),
        Change::New(unit) => summary(*unit).map(|text| format!("{NEW}+{NEW:#} {text}")),
        Change::Moved { before, after } => {
            let [from, to] = [before, after].map(|unit| entry_name(unit.spans));
            let key =
                after.key().map(|key| format!(", {} = {}", after.key_field(), Quoted { text: key, most: Some(MOST) }));
            let key = key.unwrap_or_default();
            Some(format!("{MOVED}>{MOVED:#} {NAME}{} → {}{NAME:#}: moved{key}", from?, to?))
        }
        Change::Unread { .. } => None,
        Change::Differs { before, after } => {
            let field = [before, after].into_iter().find(|field| field.is_in_record())?;
            let path = field.path()?;
            let values = [before, after].map(align::Field::value);
            if values[0] == values[1] {
                return None;
            }
            let [before, after] = match values {
                [Some(Value::Text(before)), Some(Value::Text(after))] => different_texts([before, after]),
                values => values.map(|value| match value {
                    Some(value) => Shown { value, most: Some(MOST) }.to_string(),
                    None => format!("{FAINT}none{FAINT:#}"),
                }),
            };
            Some(format!("{NAME}{path}{NAME:#}: {before} {FAINT}→{FAINT:#} {after}"))
        }
    }
}

/// Returns two different texts in quotation marks. If their first [`MOST`] characters are equal, they are shown from a
/// little before the first difference.
fn different_texts(texts: [&str; 2]) -> [String; 2] {
    /// The number of equal characters that are shown before the first difference.
    const BEFORE: usize = 8;
    let [a, b] = texts;
    let equal = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let first = if equal < MOST { 0 } else { equal - BEFORE };
    let start = a.char_indices().nth(first).map_or(0, |(start, _)| start);
    let left_out = if start > 0 { "…" } else { "" };
    texts.map(|text| format!("{left_out}{}", Shown { value: Value::Text(&text[start..]), most: Some(MOST) }))
}

/// Returns the name of an entry, such as `exports[0]`.
fn entry_name(spans: &[Span<'_>]) -> Option<String> {
    let path = spans.first()?.path;
    Some(format!("{}[{}]", path.section.name(), path.entry?))
}

/// Returns the description of an entry in one line.
fn summary(unit: Unit<'_, '_>) -> Option<String> {
    let fields = unit.fields().filter(align::Field::is_in_record).filter_map(|field| {
        let path = field.path()?;
        let attribute = path.attribute.map(|index| format!("attributes[{index}].")).unwrap_or_default();
        Some(format!("{attribute}{} = {}", path.field, Shown { value: field.value()?, most: Some(MOST) }))
    });
    let fields: Vec<_> = fields.collect();
    Some(format!("{NAME}{}{NAME:#}: {}", entry_name(unit.spans)?, fields.join(", ")))
}

/// Prints the bytes that differ, grouped by field, below `title`.
fn bytes(out: &mut impl Write, sides: [Side<'_, '_>; 2], title: &str, changes: &[Change<'_, '_>]) -> io::Result<()> {
    let [before_side, after_side] = sides;
    let (mut fields, mut moved) = (0, 0);
    for change in changes {
        match change {
            Change::Gone(unit) | Change::New(unit) => fields += unit.fields().count(),
            Change::Differs { .. } => fields += 1,
            Change::Moved { .. } => moved += 1,
            Change::Unread { offset } => {
                write!(out, "\n{STRONG}{title}{STRONG:#}: ")?;
                match ends_first(&sides).filter(|side| side.version != Some(Version::V4)) {
                    None => write!(out, "no field that can be read differs; ")?,
                    Some(side) => {
                        write!(out, "no field differs before the error in {}; ", printable(&side.source.name()))?;
                    }
                }
                writeln!(out, "the first different byte is byte {offset} ({offset:#x})")?;
                return sides.iter().try_for_each(|side| row(out, *side, *offset));
            }
        }
    }
    let fields = match fields {
        0 => None,
        1 => Some("1 field differs".to_owned()),
        fields => Some(format!("{} differ", count(fields, "field"))),
    };
    let moved = match moved {
        0 => None,
        1 => Some("1 entry moved".to_owned()),
        moved => Some(format!("{} entries moved", thousands(moved))),
    };
    let parts: Vec<_> = fields.into_iter().chain(moved).collect();
    let parts = if parts.is_empty() { format!("{OK}the same{OK:#}") } else { parts.join(", ") };
    writeln!(out, "\n{STRONG}{title}{STRONG:#}: {parts}")?;
    for change in changes {
        match change {
            Change::Unread { .. } => {}
            Change::Moved { before, after } => {
                let [from, to] = [before, after].map(|unit| align::range(unit.spans));
                let names = [before, after].map(|unit| entry_name(unit.spans).unwrap_or_default());
                write!(out, "{MOVED}>{MOVED:#} {FAINT}{:08x}{FAINT:#} → {FAINT}{:08x}{FAINT:#}", from.start, to.start)?;
                writeln!(out, "  {NAME}{}{NAME:#}, {}", names.join(" → "), count(to.len(), "byte"))?;
            }
            Change::Gone(unit) => unit.spans.iter().try_for_each(|span| field(out, before_side, span, 0))?,
            Change::New(unit) => unit.spans.iter().try_for_each(|span| field(out, after_side, span, 0))?,
            Change::Differs { before, after } => {
                // A string field has two spans: the span of its length and the span of its bytes.
                let same_piece = |a: &Span<'_>, b: &Span<'_>| a.path.piece == b.path.piece;
                for old in before.spans {
                    let new = after.spans.iter().find(|new| same_piece(old, new));
                    let old_bytes = before_side.bytes(old);
                    let new_bytes = new.map(|new| after_side.bytes(new)).unwrap_or_default();
                    let equal = old_bytes.iter().zip(new_bytes).take_while(|(a, b)| a == b).count();
                    if old_bytes != new_bytes {
                        field(out, before_side, old, equal)?;
                        new.map_or(Ok(()), |new| field(out, after_side, new, equal))?;
                    }
                }
                let added = after.spans.iter().filter(|new| !before.spans.iter().any(|old| same_piece(old, new)));
                added.into_iter().try_for_each(|new| field(out, after_side, new, 0))?;
            }
        }
    }
    Ok(())
}

/// Prints one row: the bytes at `offset`, or the end of the file.
fn row(out: &mut impl Write, Side { sign, style, fields, .. }: Side<'_, '_>, offset: usize) -> io::Result<()> {
    let bytes = fields.file().get(offset..).unwrap_or_default();
    let end = if bytes.is_empty() { " end of file" } else { "" };
    let row = Row { offset, bytes: &bytes[..bytes.len().min(ROW)] };
    writeln!(out, "{style}{sign}{style:#} {row:#}{end}")
}

/// Prints the lines of a field. The first `equal` bytes of the field are the same in the other file. Of a long field,
/// only three lines are printed: the first, the one with the first different byte, and the last.
fn field(out: &mut impl Write, side: Side<'_, '_>, span: &Span<'_>, equal: usize) -> io::Result<()> {
    let Side { sign, style, inspection, .. } = side;
    for line in inspection.field_lines(span, Some(span.range.start + equal), 1) {
        write!(out, "{style}{sign}{style:#} ")?;
        match line {
            Line::Bytes { offset, bytes, field: Some(_), .. } => {
                let value = Shown { value: span.value, most: Some(MOST) };
                write!(out, "{}{NAME}{}{NAME:#} = {value}", Row { offset, bytes }, span.path)?;
                match (span.path.section, equal) {
                    (Section::Text | Section::Bytecode, 1..) if span.range.len() > ROW => {
                        writeln!(out, ", {FAINT}the first {} are the same{FAINT:#}", count(equal, "byte"))?;
                    }
                    _ => writeln!(out)?,
                }
            }
            Line::Bytes { offset, bytes, .. } => writeln!(out, "{:#}", Row { offset, bytes })?,
            Line::SkippedBytes(bytes) => writeln!(out, "{:#}", LeftOut(bytes))?,
            _ => {}
        }
    }
    Ok(())
}
