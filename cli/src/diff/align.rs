//! Which field of one file belongs to which of the other.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bmes::{FieldPath, Inspection, Piece, Section, Span, Value};
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

/// Lists that have little in common are compared from front to back, if the shortest way is not found until then.
const PATIENCE: Duration = Duration::from_secs(2);

/// A file's bytes and their names.
#[derive(Clone, Copy)]
pub(super) struct Fields<'i, 'f> {
    file: &'f [u8],
    /// Those that were read.
    spans: &'i [Span<'f>],
    /// Where reading ended, if the file is bad: the last entry.
    end: Option<Entry>,
}

type Entry = (Section, Option<u32>);

impl<'i, 'f> Fields<'i, 'f> {
    pub(super) fn new(file: &'f [u8], inspection: &'i Inspection<'f>) -> Self {
        let spans = inspection.spans();
        let read = spans.len() - usize::from(matches!(spans, [.., Span { value: Value::NotRead(_), .. }]));
        let spans = &spans[..read];
        let last = spans.last().map_or((Section::Header, None), entry);
        Self { file, spans, end: inspection.error().map(|_| last) }
    }

    /// The entries of a section, and its fields that are in none.
    fn units(self, section: Section) -> (Vec<Unit<'i, 'f>>, Vec<Unit<'i, 'f>>) {
        let units = self.spans.chunk_by(|a, b| a.path.entry.is_some() && entry(a) == entry(b));
        let units = units.filter(|spans| section_of(spans) == Some(section)).map(|spans| Unit { spans });
        units.partition(|unit| unit.spans.iter().any(|span| span.path.entry.is_some()))
    }

    pub(super) fn bytes(self, spans: &[Span<'_>]) -> &'f [u8] {
        let start = spans.first().map_or(0, |span| span.range.start);
        let end = spans.last().map_or(0, |span| span.range.end);
        &self.file[start..end]
    }

    /// Whether the file may have this, too, behind the place where reading it ended.
    fn may_have(self, spans: &[Span<'_>]) -> bool {
        match (self.end, spans.first()) {
            (Some(end), Some(first)) => entry(first) >= end,
            _ => false,
        }
    }
}

fn entry(span: &Span<'_>) -> Entry {
    (span.path.section, span.path.entry)
}

/// The size of the bytecode is one of the bytecode's fields, wherever its version puts it.
fn section_of(spans: &[Span<'_>]) -> Option<Section> {
    let path = spans.first()?.path;
    Some(if path.field == "bytecode_size" { Section::Bytecode } else { path.section })
}

/// An entry, or a field that is in none.
#[derive(Clone, Copy)]
pub(super) struct Unit<'i, 'f> {
    pub(super) spans: &'i [Span<'f>],
}

impl<'i, 'f> Unit<'i, 'f> {
    /// The name under which it is known in its list.
    fn key(self) -> Option<&'f str> {
        let key = key(self.spans.first()?.path.section);
        match self.fields().find(|field| field.path().is_some_and(|path| path.field == key))?.value()? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn fields(self) -> impl Iterator<Item = Field<'i, 'f>> {
        self.spans.chunk_by(|a, b| name(&a.path) == name(&b.path)).map(|spans| Field { spans })
    }
}

/// The field that tells an entry from the others of its list.
const fn key(section: Section) -> &'static str {
    match section {
        Section::Requests => "specifier",
        Section::Imports => "local_name",
        Section::Exports => "export_name",
        Section::StarExports => "module_name",
        _ => "name",
    }
}

/// A field's name within its entry.
fn name(path: &FieldPath) -> (Option<u32>, &'static str) {
    (path.attribute, path.field)
}

/// A number, or the length and the bytes of a string; nothing, where a file does not have it.
#[derive(Clone, Copy)]
pub(super) struct Field<'i, 'f> {
    pub(super) spans: &'i [Span<'f>],
}

impl<'f> Field<'_, 'f> {
    const NONE: Self = Self { spans: &[] };

    /// The path of the field, and not of its length.
    pub(super) fn path(&self) -> Option<FieldPath> {
        let mut path = self.spans.last()?.path;
        path.piece = Piece::Whole;
        Some(path)
    }

    /// What it says. A string without bytes is empty.
    pub(super) fn value(&self) -> Option<Value<'f>> {
        let last = self.spans.last()?;
        Some(if last.path.piece == Piece::Length { Value::Text("") } else { last.value })
    }

    /// Whether it is one of the things that a record says, and no number that follows from them.
    pub(super) fn is_said(&self) -> bool {
        self.path().is_some_and(|path| match path.section {
            Section::Header => path.field == "version",
            Section::Bytecode => false,
            _ => path.field != "has_attributes" && !path.field.ends_with("_count"),
        })
    }
}

/// What differs.
pub(super) enum Change<'i, 'f> {
    /// An entry that is only in the first file.
    Gone(Unit<'i, 'f>),
    /// An entry that is only in the second.
    New(Unit<'i, 'f>),
    /// One field in both, with other bytes, or in one of them only.
    Differs { before: Field<'i, 'f>, after: Field<'i, 'f> },
}

/// All differences, in the order of the files. What follows the fault of a bad file is not compared.
pub(super) fn changes<'i, 'f>(before: Fields<'i, 'f>, after: Fields<'i, 'f>) -> Vec<Change<'i, 'f>> {
    const SECTIONS: [Section; 9] = [
        Section::Header,
        Section::Requests,
        Section::Imports,
        Section::Exports,
        Section::StarExports,
        Section::DeclaredVariables,
        Section::LexicalVariables,
        Section::CodeFeatures,
        Section::Bytecode,
    ];
    let mut aligned = Aligned { before, after, deadline: Instant::now() + PATIENCE, changes: Vec::new() };
    for section in SECTIONS {
        let (a_entries, a_alone) = before.units(section);
        let (b_entries, b_alone) = after.units(section);
        aligned.fields(a_alone.into_iter().flat_map(Unit::fields), b_alone.into_iter().flat_map(Unit::fields));
        aligned.entries(&a_entries, &b_entries);
    }
    aligned.changes
}

struct Aligned<'i, 'f> {
    before: Fields<'i, 'f>,
    after: Fields<'i, 'f>,
    deadline: Instant,
    changes: Vec<Change<'i, 'f>>,
}

impl<'i, 'f> Aligned<'i, 'f> {
    /// Lists of entries: as many as possible are the same.
    fn entries(&mut self, before: &[Unit<'i, 'f>], after: &[Unit<'i, 'f>]) {
        let bytes = |file: Fields<'i, 'f>, units: &[Unit<'i, 'f>]| {
            units.iter().map(|unit| file.bytes(unit.spans)).collect::<Vec<_>>()
        };
        let (a, b) = (bytes(self.before, before), bytes(self.after, after));
        for operation in capture_diff_slices_deadline(Algorithm::Myers, &a, &b, Some(self.deadline)) {
            if matches!(operation, DiffOp::Equal { .. }) {
                continue;
            }
            let (_, old, new) = operation.as_tag_tuple();
            self.other_entries(&before[old], &after[new]);
        }
    }

    /// Entries that are not the same: those of one name belong together, then those that stand at one place.
    fn other_entries(&mut self, before: &[Unit<'i, 'f>], after: &[Unit<'i, 'f>]) {
        let mut named: HashMap<_, _> = before.iter().enumerate().rev().map(|(index, old)| (old.key(), index)).collect();
        let mut partners: Vec<Option<usize>> = after.iter().map(|new| named.remove(&new.key())).collect();
        let mut is_alone = vec![true; before.len()];
        partners.iter().flatten().for_each(|index| is_alone[*index] = false);
        let mut alone = (0..before.len()).filter(|index| is_alone[*index]);
        for partner in &mut partners {
            *partner = partner.or_else(|| alone.next());
        }
        let gone = alone.map(|index| before[index]).filter(|unit| !self.after.may_have(unit.spans));
        self.changes.extend(gone.map(Change::Gone));
        for (new, partner) in after.iter().zip(partners) {
            match partner {
                Some(index) => self.fields(before[index].fields(), new.fields()),
                None if self.before.may_have(new.spans) => {}
                None => self.changes.push(Change::New(*new)),
            }
        }
    }

    /// Fields of one entry, or of none: by their names.
    fn fields(&mut self, before: impl Iterator<Item = Field<'i, 'f>>, after: impl Iterator<Item = Field<'i, 'f>>) {
        let name = |field: &Field<'_, '_>| field.path().map(|path| name(&path));
        let mut old: Vec<_> = before.collect();
        for new in after {
            let place = old.iter().position(|old| name(old) == name(&new));
            // What stands before it in the first file, and not in the second, is said first.
            let gone: Vec<_> = old.drain(..place.unwrap_or(0)).collect();
            for gone in gone {
                self.differs(gone, Field::NONE);
            }
            let same = if place.is_some() { old.remove(0) } else { Field::NONE };
            self.differs(same, new);
        }
        for gone in old {
            self.differs(gone, Field::NONE);
        }
    }

    fn differs(&mut self, before: Field<'i, 'f>, after: Field<'i, 'f>) {
        let is_unknown = match (before.spans, after.spans) {
            ([], spans) => self.before.may_have(spans),
            (spans, []) => self.after.may_have(spans),
            _ => false,
        };
        if !is_unknown && self.before.bytes(before.spans) != self.after.bytes(after.spans) {
            self.changes.push(Change::Differs { before, after });
        }
    }
}
