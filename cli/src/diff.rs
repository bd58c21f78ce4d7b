//! `diff`: two files field by field.
//!
//! The fields of both are put side by side (`align`): entries by what they hold, fields by their names. Where they differ, the
//! record's part says what changed for the module, the bytes' part which bytes did.

mod align;

use std::io::{self, Write};
use std::slice;

use anstyle::Style;
use bmes::{Inspection, Line, Section, Span};

use crate::args;
use crate::fault::Fault;
use crate::input::Source;
use crate::out::Out;
use crate::rows::{LeftOut, ROW, Row};
use crate::stop::{Outcome, Stop};
use crate::style::{BAD, FAINT, GONE, GOOD, NAME, NEW, STRONG};
use crate::text::{count, printable};
use crate::value::{MOST, Shown};
use align::{Change, Fields, Unit};

/// Compares two files.
pub(crate) fn diff(arguments: &args::Diff) -> Result<Outcome, Stop> {
    let sources = [&arguments.a, &arguments.b].map(|path| Source::from(path.as_path()));
    if sources.iter().all(|source| *source == Source::Standard) {
        return Err(Stop::usage("-: is both files").tip("give one of them a name"));
    }
    let [a, b] = sources;
    let (a_file, b_file) = (a.read()?, b.read()?);
    if a_file == b_file {
        let mut out = Out::styled();
        let size = count(a_file.len(), "byte");
        writeln!(out, "{GOOD}the same{GOOD:#}: {size}").and_then(|()| out.flush()).map_err(Stop::printing)?;
        return Ok(Outcome::Fine);
    }
    let (a_fields, b_fields) = (bmes::inspect(&a_file), bmes::inspect(&b_file));
    let before = Side { sign: "-", style: GONE, fields: Fields::new(&a_file, &a_fields), inspection: &a_fields };
    let after = Side { sign: "+", style: NEW, fields: Fields::new(&b_file, &b_fields), inspection: &b_fields };
    let changes = align::changes(before.fields, after.fields);
    let mut out = Out::styled();
    let printed = heading(&mut out, before, &a, &a_fields)
        .and_then(|()| heading(&mut out, after, &b, &b_fields))
        .and_then(|()| record(&mut out, [(&a, &a_fields), (&b, &b_fields)], &changes))
        .and_then(|()| bytes(&mut out, [before, after], &changes))
        .and_then(|()| out.flush());
    printed.map_err(Stop::printing)?;
    Ok(Outcome::Bad)
}

/// One of the two files.
#[derive(Clone, Copy)]
struct Side<'i, 'f> {
    sign: &'static str,
    style: Style,
    fields: Fields<'i, 'f>,
    inspection: &'i Inspection<'f>,
}

fn heading(
    out: &mut impl Write,
    Side { sign, style, .. }: Side<'_, '_>,
    source: &Source,
    inspection: &Inspection<'_>,
) -> io::Result<()> {
    let size = count(inspection.file_len(), "byte");
    let name = source.name();
    let name = printable(&name);
    writeln!(out, "{style}{sign}{sign}{sign}{style:#} {STRONG}{name}{STRONG:#}: {size}")?;
    if let Some(error) = inspection.error() {
        writeln!(out, "    {BAD}bad:{BAD:#} {}", printable(&Fault::from(error).line()))?;
        writeln!(out, "    what follows is not compared")?;
    }
    Ok(())
}

/// What the files say, and say differently.
fn record(out: &mut impl Write, files: [(&Source, &Inspection<'_>); 2], changes: &[Change<'_, '_>]) -> io::Result<()> {
    let lines: Vec<String> = changes.iter().filter_map(said).collect();
    write!(out, "\n{STRONG}record{STRONG:#}: ")?;
    let bad = files.iter().find(|(_, inspection)| inspection.error().is_some());
    match (lines.len(), bad) {
        (0, None) => writeln!(out, "{GOOD}the same{GOOD:#}")?,
        (0, Some((source, _))) => writeln!(out, "the same, as far as {} can be read", printable(&source.name()))?,
        (differences, _) => writeln!(out, "{}", count(differences, "difference"))?,
    }
    lines.iter().try_for_each(|line| writeln!(out, "  {line}"))
}

/// What a change means for the record, if anything.
fn said(change: &Change<'_, '_>) -> Option<String> {
    match change {
        Change::Gone(unit) => summary(*unit).map(|text| format!("{GONE}-{GONE:#} {text}")),
        Change::New(unit) => summary(*unit).map(|text| format!("{NEW}+{NEW:#} {text}")),
        Change::Differs { before, after } => {
            let field = [before, after].into_iter().find(|field| field.is_said())?;
            let path = field.path()?;
            let [before, after] = [before, after].map(|field| match field.value() {
                Some(value) => Shown { value, most: Some(MOST) }.to_string(),
                None => format!("{FAINT}none{FAINT:#}"),
            });
            (before != after).then(|| format!("{NAME}{path}{NAME:#}: {before} {FAINT}→{FAINT:#} {after}"))
        }
    }
}

/// An entry in a line.
fn summary(unit: Unit<'_, '_>) -> Option<String> {
    let entry = unit.spans.first()?.path;
    let fields = unit.fields().filter(align::Field::is_said).filter_map(|field| {
        let path = field.path()?;
        let attribute = path.attribute.map(|index| format!("attributes[{index}].")).unwrap_or_default();
        Some(format!("{attribute}{} = {}", path.field, Shown { value: field.value()?, most: Some(MOST) }))
    });
    let fields: Vec<_> = fields.collect();
    Some(format!("{NAME}{}[{}]{NAME:#}: {}", entry.section.name(), entry.entry?, fields.join(", ")))
}

/// The bytes that differ, by field.
fn bytes(out: &mut impl Write, sides: [Side<'_, '_>; 2], changes: &[Change<'_, '_>]) -> io::Result<()> {
    let [before_side, after_side] = sides;
    let fields = changes.iter().map(|change| match change {
        Change::Gone(unit) | Change::New(unit) => unit.fields().count(),
        Change::Differs { .. } => 1,
    });
    let fields = fields.sum();
    match fields {
        0 => writeln!(out, "\n{STRONG}bytes{STRONG:#}: no field differs")?,
        1 => writeln!(out, "\n{STRONG}bytes{STRONG:#}: 1 field differs")?,
        fields => writeln!(out, "\n{STRONG}bytes{STRONG:#}: {} differ", count(fields, "field"))?,
    }
    for change in changes {
        match change {
            Change::Gone(unit) => unit.spans.iter().try_for_each(|span| field(out, before_side, span, 0))?,
            Change::New(unit) => unit.spans.iter().try_for_each(|span| field(out, after_side, span, 0))?,
            Change::Differs { before, after } => {
                // A string's length, then its bytes.
                let same_piece = |a: &Span<'_>, b: &Span<'_>| a.path.piece == b.path.piece;
                let bytes = |side: Side<'_, '_>, span: &Span<'_>| side.fields.bytes(slice::from_ref(span)).to_vec();
                for old in before.spans {
                    let new = after.spans.iter().find(|new| same_piece(old, new));
                    let old_bytes = bytes(before_side, old);
                    let new_bytes = new.map(|new| bytes(after_side, new)).unwrap_or_default();
                    let equal = old_bytes.iter().zip(&new_bytes).take_while(|(a, b)| a == b).count();
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

/// Prints a field's lines. The first `equal` bytes are those of the other file; the line behind them is marked.
fn field(out: &mut impl Write, side: Side<'_, '_>, span: &Span<'_>, equal: usize) -> io::Result<()> {
    let Side { sign, style, inspection, .. } = side;
    for line in inspection.field_lines(span, Some(span.range.start + equal), 1) {
        write!(out, "{style}{sign}{style:#} ")?;
        match line {
            Line::Bytes { offset, bytes, field: Some(_), .. } => {
                let value = Shown { value: span.value, most: Some(MOST) };
                write!(out, "{}{NAME}{}{NAME:#} = {value}", Row { offset, bytes }, span.path)?;
                match (span.path.section, equal) {
                    (Section::Bytecode, 1..) if span.range.len() > ROW => {
                        writeln!(out, ", {FAINT}the first {equal} the same{FAINT:#}")?;
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
