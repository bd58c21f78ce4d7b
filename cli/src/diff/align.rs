//! Pairs each entry and each field of one file with the corresponding entry or field of the other file.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::ops::Range;
use std::slice;

use bmes::{FieldPath, Inspection, Piece, Section, Span, Value, Version};

/// A file's bytes and its fields.
#[derive(Clone, Copy)]
pub(super) struct Fields<'i, 'f> {
    file: &'f [u8],
    /// The fields that could be read. For an invalid file, these are the fields up to the first error.
    spans: &'i [Span<'f>],
    /// The last entry that could be read if the file is invalid; `None` if the file is valid.
    end: Option<Entry>,
    is_partial: bool,
}

/// The position of an entry: its section, and its index in that section. The index is `None` for a field that is in no
/// entry.
pub(super) type Entry = (Section, Option<u32>);

impl<'i, 'f> Fields<'i, 'f> {
    pub(super) fn new(file: &'f [u8], inspection: &'i Inspection<'f>) -> Self {
        let spans = inspection.spans();
        let read = spans.len() - usize::from(matches!(spans, [.., Span { value: Value::NotRead(_), .. }]));
        let is_partial =
            inspection.error().is_some() && (read < spans.len() || bmes::identify(file) != Ok(Version::V4));
        let spans = &spans[..read];
        let last = spans.last().map_or((Section::Header, None), entry);
        Self { file, spans, end: inspection.error().map(|_| last), is_partial }
    }

    /// Returns two lists: the entries of a section, and the fields of the section that are in no entry, such as
    /// `import_count`.
    fn units(self, section: Section) -> (Vec<Unit<'i, 'f>>, Vec<Unit<'i, 'f>>) {
        let units = self.spans.chunk_by(|a, b| a.path.entry.is_some() && entry(a) == entry(b));
        let units = units.filter(|spans| section_of(spans) == Some(section)).map(|spans| Unit { spans });
        units.partition(|unit| unit.spans.iter().any(|span| span.path.entry.is_some()))
    }

    /// Returns the last entry that could be read if the file is invalid; `None` if the file is valid.
    pub(super) fn end(self) -> Option<Entry> {
        self.end
    }

    /// Returns true if the file may have fields that could not be read.
    pub(super) fn is_partial(self) -> bool {
        self.is_partial
    }

    pub(super) fn file(self) -> &'f [u8] {
        self.file
    }

    pub(super) fn bytes(self, spans: &[Span<'_>]) -> &'f [u8] {
        &self.file[range(spans)]
    }

    /// Returns true if these fields may be in the part of the file after its first error, which could not be read.
    fn may_have(self, spans: &[Span<'_>]) -> bool {
        match (self.end, spans.first()) {
            (Some(end), Some(first)) => entry(first) >= end,
            _ => false,
        }
    }
}

/// Returns the range of the bytes of an entry or a field.
pub(super) fn range(spans: &[Span<'_>]) -> Range<usize> {
    let start = spans.first().map_or(0, |span| span.range.start);
    start..spans.last().map_or(start, |span| span.range.end)
}

fn entry(span: &Span<'_>) -> Entry {
    (span.path.section, span.path.entry)
}

/// Returns the section of an entry or a field. In some versions, `bytecode_size` is in the header. Here it belongs to
/// the bytecode in every version, so that files of different versions can be compared.
fn section_of(spans: &[Span<'_>]) -> Option<Section> {
    let path = spans.first()?.path;
    Some(if path.field == "bytecode_size" { Section::Bytecode } else { path.section })
}

/// An entry, or a field that is in no entry.
#[derive(Clone, Copy)]
pub(super) struct Unit<'i, 'f> {
    pub(super) spans: &'i [Span<'f>],
}

impl<'i, 'f> Unit<'i, 'f> {
    /// Returns the name of the key field, such as `specifier`: the field that distinguishes this entry from the other
    /// entries of its list.
    pub(super) fn key_field(self) -> &'static str {
        self.spans.first().map_or("", |span| key(span.path.section))
    }

    /// Returns the text of the key field; `None` if this entry has no such text.
    pub(super) fn key(self) -> Option<&'f str> {
        let key = self.key_field();
        match self.fields().find(|field| field.path().is_some_and(|path| path.field == key))?.value()? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn fields(self) -> impl Iterator<Item = Field<'i, 'f>> {
        self.spans.chunk_by(|a, b| name(&a.path) == name(&b.path)).map(|spans| Field { spans })
    }
}

/// Returns the name of the field that distinguishes an entry from the other entries of its list.
const fn key(section: Section) -> &'static str {
    match section {
        Section::Requests => "specifier",
        Section::Imports => "local_name",
        Section::Exports => "export_name",
        Section::StarExports => "module_name",
        _ => "name",
    }
}

/// Returns a field's name within its entry: the index of its attribute, if it is in one, and the name of the field.
fn name(path: &FieldPath) -> (Option<u32>, &'static str) {
    (path.attribute, path.field)
}

/// A field: a number, or a string with its length and its bytes. `spans` is empty if the file does not have the field.
#[derive(Clone, Copy)]
pub(super) struct Field<'i, 'f> {
    pub(super) spans: &'i [Span<'f>],
}

impl<'f> Field<'_, 'f> {
    const NONE: Self = Self { spans: &[] };

    /// Returns the path of the whole field, even if its last span is only the length of a string.
    pub(super) fn path(&self) -> Option<FieldPath> {
        let mut path = self.spans.last()?.path;
        path.piece = Piece::Whole;
        Some(path)
    }

    /// Returns the field's value. An empty string has only the span of its length; its value is the empty text.
    pub(super) fn value(&self) -> Option<Value<'f>> {
        let last = self.spans.last()?;
        Some(if last.path.piece == Piece::Length { Value::Text("") } else { last.value })
    }

    /// Returns true if the field holds information of the record. Counts and `has_attributes` do not: they follow from
    /// the other fields.
    pub(super) fn is_in_record(&self) -> bool {
        self.path().is_some_and(|path| match path.section {
            Section::Header => path.field == "version",
            Section::Bytecode => false,
            _ => path.field != "has_attributes" && !path.field.ends_with("_count"),
        })
    }
}

/// A difference between the two files.
#[derive(Clone, Copy)]
pub(super) enum Change<'i, 'f> {
    /// An entry that is only in the first file.
    Gone(Unit<'i, 'f>),
    /// An entry that is only in the second file.
    New(Unit<'i, 'f>),
    /// An entry that both files have, at different positions of its list.
    Moved { before: Unit<'i, 'f>, after: Unit<'i, 'f> },
    /// A field that has different bytes in the two files, or that only one file has.
    Differs { before: Field<'i, 'f>, after: Field<'i, 'f> },
    /// No field differs, but the bytes at `offset` differ, after the first error of an invalid file. `offset` is the
    /// first such byte.
    Unread { offset: usize },
}

/// Returns all differences, section by section. If the files differ in any byte, the list is not empty. The bytes after
/// the first error of an invalid file are not compared field by field.
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
    let mut aligned = Aligned { before, after, changes: Vec::new() };
    for section in SECTIONS {
        let (a_entries, a_alone) = before.units(section);
        let (b_entries, b_alone) = after.units(section);
        aligned.fields(a_alone.into_iter().flat_map(Unit::fields), b_alone.into_iter().flat_map(Unit::fields));
        aligned.entries(&a_entries, &b_entries);
    }
    if aligned.changes.is_empty() && before.file != after.file {
        aligned.changes.push(unread(before, after));
    }
    aligned.changes
}

/// Returns the differences of the fields with these names. Bytes that could not be read are not compared.
pub(super) fn content<'i, 'f>(before: Fields<'i, 'f>, after: Fields<'i, 'f>, fields: &[&str]) -> Vec<Change<'i, 'f>> {
    let find = |side: Fields<'i, 'f>, name: &str| side.spans.iter().find(|span| span.path.field == name);
    let pairs = fields.iter().map(|name| (find(before, name), find(after, name)));
    pairs.filter_map(|(old, new)| different(before, after, old, new)).collect()
}

/// Returns the differences of the fields with equal paths. Other than [`changes`], it does not align the entries, so a
/// file that differs in one entry more differs in all entries after it. If the files differ in any byte, the list is not
/// empty.
pub(super) fn changes_by_path<'i, 'f>(before: Fields<'i, 'f>, after: Fields<'i, 'f>) -> Vec<Change<'i, 'f>> {
    let mut partners: HashMap<_, _> = after.spans.iter().map(|span| (span.path, span)).collect();
    let mut changes = Vec::new();
    for old in before.spans {
        changes.extend(different(before, after, Some(old), partners.remove(&old.path)));
    }
    let added = after.spans.iter().filter(|span| partners.contains_key(&span.path));
    changes.extend(added.filter_map(|new| different(before, after, None, Some(new))));
    if changes.is_empty() && before.file != after.file {
        changes.push(unread(before, after));
    }
    changes
}

/// Returns the difference of two fields. A field that is missing may be in the part of its file that could not be read;
/// then nothing is known about it.
fn different<'i, 'f>(
    before_file: Fields<'i, 'f>,
    after_file: Fields<'i, 'f>,
    before: Option<&'i Span<'f>>,
    after: Option<&'i Span<'f>>,
) -> Option<Change<'i, 'f>> {
    let is_unknown = (before.is_none() && before_file.is_partial) || (after.is_none() && after_file.is_partial);
    let [before, after] = [before, after].map(|span| Field { spans: span.map_or(&[], slice::from_ref) });
    let is_equal = before_file.bytes(before.spans) == after_file.bytes(after.spans);
    (!is_unknown && !is_equal).then_some(Change::Differs { before, after })
}

fn unread<'i, 'f>(before: Fields<'i, 'f>, after: Fields<'i, 'f>) -> Change<'i, 'f> {
    Change::Unread { offset: before.file.iter().zip(after.file).take_while(|(a, b)| a == b).count() }
}

struct Aligned<'i, 'f> {
    before: Fields<'i, 'f>,
    after: Fields<'i, 'f>,
    changes: Vec<Change<'i, 'f>>,
}

impl<'i, 'f> Aligned<'i, 'f> {
    /// Compares two lists of n entries and adds their differences to `changes`, in O(n log n) time.
    fn entries(&mut self, before: &[Unit<'i, 'f>], after: &[Unit<'i, 'f>]) {
        let Pairs { partners, is_moved } = self.pairs(before, after);
        let mut is_gone = vec![true; before.len()];
        partners.iter().flatten().for_each(|index| is_gone[*index] = false);
        let gone = before.iter().zip(is_gone).filter(|(unit, is_gone)| *is_gone && !self.after.may_have(unit.spans));
        self.changes.extend(gone.map(|(unit, _)| Change::Gone(*unit)));
        for ((new, partner), is_moved) in after.iter().zip(partners).zip(is_moved) {
            match partner {
                Some(index) => {
                    let old = before[index];
                    self.changes.extend(is_moved.then_some(Change::Moved { before: old, after: *new }));
                    if self.before.bytes(old.spans) != self.after.bytes(new.spans) {
                        self.fields(old.fields(), new.fields());
                    }
                }
                None if self.before.may_have(new.spans) => {}
                None => self.changes.push(Change::New(*new)),
            }
        }
    }

    /// Pairs the entries of the two lists in four steps. First, it pairs equal entries from the start of both lists,
    /// and from the end of both lists. Second, it pairs the other entries with equal bytes. Third, it pairs entries
    /// with the same key. Fourth, it pairs entries that are between the same two paired entries in both lists.
    fn pairs(&self, before: &[Unit<'i, 'f>], after: &[Unit<'i, 'f>]) -> Pairs {
        let old = |index: &usize| self.before.bytes(before[*index].spans);
        let new = |index: &usize| self.after.bytes(after[*index].spans);
        let most = before.len().min(after.len());
        let start = (0..most).take_while(|index| old(index) == new(index)).count();
        let is_same = |back: &usize| old(&(before.len() - back)) == new(&(after.len() - back));
        let end = (1..=most - start).take_while(is_same).count();
        let mut partners: Vec<Option<usize>> = (0..after.len())
            .map(|index| match index {
                _ if index < start => Some(index),
                _ if index >= after.len() - end => Some(index + before.len() - after.len()),
                _ => None,
            })
            .collect();
        let middle = start..after.len() - end;
        let mut alone: VecDeque<usize> = (start..before.len() - end).collect();
        match_by(&mut alone, &mut partners[middle.clone()], middle.start, old, new);
        match_by(&mut alone, &mut partners[middle.clone()], middle.start, |i| before[*i].key(), |i| after[*i].key());
        let is_moved = moved(&partners);
        // `ends[index]` is the partner of the next entry that does not move. An entry without a partner can get only a
        // partner before that one.
        let mut ends = vec![before.len(); after.len() + 1];
        for index in (0..after.len()).rev() {
            ends[index] = partners[index].filter(|_| !is_moved[index]).unwrap_or(ends[index + 1]);
        }
        let mut gap = start;
        for index in middle {
            match partners[index] {
                Some(partner) if !is_moved[index] => gap = partner,
                Some(_) => {}
                None => {
                    while alone.front().is_some_and(|old| *old < gap) {
                        alone.pop_front();
                    }
                    partners[index] = alone.pop_front_if(|old| *old < ends[index]);
                }
            }
        }
        Pairs { partners, is_moved }
    }

    /// Compares two lists of fields, and pairs the fields that have the same name. The lists are the fields of two
    /// paired entries, or the fields of a section that are in no entry.
    fn fields(&mut self, before: impl Iterator<Item = Field<'i, 'f>>, after: impl Iterator<Item = Field<'i, 'f>>) {
        let name = |field: &Field<'_, '_>| field.path().map(|path| name(&path));
        let mut old: VecDeque<_> = before.collect();
        for new in after {
            let index = old.iter().position(|old| name(old) == name(&new));
            // Only the first file has the fields before `index`, so they are reported first.
            for gone in old.drain(..index.unwrap_or(0)) {
                differs(self.before, self.after, &mut self.changes, gone, Field::NONE);
            }
            let same = if index.is_some() { old.pop_front() } else { None };
            differs(self.before, self.after, &mut self.changes, same.unwrap_or(Field::NONE), new);
        }
        for gone in old {
            differs(self.before, self.after, &mut self.changes, gone, Field::NONE);
        }
    }
}

fn differs<'i, 'f>(
    before_file: Fields<'i, 'f>,
    after_file: Fields<'i, 'f>,
    changes: &mut Vec<Change<'i, 'f>>,
    before: Field<'i, 'f>,
    after: Field<'i, 'f>,
) {
    let is_unknown = match (before.spans, after.spans) {
        ([], spans) => before_file.may_have(spans),
        (spans, []) => after_file.may_have(spans),
        _ => false,
    };
    if !is_unknown && before_file.bytes(before.spans) != after_file.bytes(after.spans) {
        changes.push(Change::Differs { before, after });
    }
}

/// The pairs of two lists. Both vectors have an element for each entry of the second list: the index of its partner in
/// the first list, and true if the entry moved.
struct Pairs {
    partners: Vec<Option<usize>>,
    is_moved: Vec<bool>,
}

/// Pairs each entry of the second list that has no partner with the first entry of `alone` that has the same key.
/// `alone` has the indices of entries of the first list without a partner. `first` is the index of the entry that
/// `partners[0]` belongs to. `old` and `new` return the key of an entry of the first or the second list.
fn match_by<K: Eq + Hash>(
    alone: &mut VecDeque<usize>,
    partners: &mut [Option<usize>],
    first: usize,
    old: impl Fn(&usize) -> K,
    new: impl Fn(&usize) -> K,
) {
    let mut by_key: HashMap<K, VecDeque<usize>> = HashMap::new();
    for index in &*alone {
        by_key.entry(old(index)).or_default().push_back(*index);
    }
    for (index, partner) in (first..).zip(partners).filter(|(_, partner)| partner.is_none()) {
        *partner = by_key.get_mut(&new(&index)).and_then(VecDeque::pop_front);
    }
    *alone = by_key.into_values().flatten().collect();
    alone.make_contiguous().sort_unstable();
}

/// Returns true for each entry that moved. As few entries as possible count as moved: the partners of the entries that
/// stay are a longest increasing subsequence of `partners`.
pub(super) fn moved(partners: &[Option<usize>]) -> Vec<bool> {
    // `ends[n]` belongs to increasing subsequences of length n + 1: the smallest partner that ends one, and the index
    // of its entry.
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut previous = vec![None; partners.len()];
    for (index, partner) in partners.iter().enumerate() {
        let Some(partner) = *partner else { continue };
        let length = ends.partition_point(|(end, _)| *end < partner);
        previous[index] = length.checked_sub(1).map(|shorter| ends[shorter].1);
        match ends.get_mut(length) {
            Some(end) => *end = (partner, index),
            None => ends.push((partner, index)),
        }
    }
    let mut is_moved: Vec<_> = partners.iter().map(Option::is_some).collect();
    let mut stays = ends.last().map(|(_, index)| *index);
    while let Some(index) = stays {
        is_moved[index] = false;
        stays = previous[index];
    }
    is_moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moves(partners: &[usize]) -> Vec<usize> {
        let partners: Vec<_> = partners.iter().copied().map(Some).collect();
        moved(&partners).iter().enumerate().filter(|(_, is_moved)| **is_moved).map(|(index, _)| index).collect()
    }

    #[test]
    fn as_few_entries_as_possible_move() {
        assert!(moves(&[0, 1, 2]).is_empty());
        assert_eq!(moves(&[1, 2, 0]), [2]);
        assert_eq!(moves(&[2, 0, 1]), [0]);
        assert_eq!(moves(&[2, 1, 0]), [0, 1]);
        assert_eq!(moves(&[0, 4, 1, 2, 3]), [1]);
    }

    #[test]
    fn entries_without_a_partner_do_not_move() {
        assert_eq!(moved(&[None, Some(1), None, Some(0)]), [false, true, false, false]);
    }

    /// Tests that `changes` returns at least one change for files that differ in any byte, and none for equal files.
    #[test]
    fn if_bytes_differ_there_is_a_change() {
        let star_exports = |names: &[&'static str]| {
            let mut record = bmes::ModuleRecord::new(bmes::VersionFields::V2);
            record.requests =
                names.iter().map(|name| bmes::ModuleRequest { specifier: *name, attributes: vec![] }).collect();
            record.star_exports = names.to_vec();
            bmes::encode(&record, b"code").unwrap()
        };
        let valid = star_exports(&["a", "b", "c"]);
        let mut files =
            vec![valid.clone(), star_exports(&["c", "b", "a"]), star_exports(&["b", "c"]), star_exports(&[])];
        for index in 0..valid.len() {
            files.push(valid[..index].to_vec());
            for value in [0, 1, 0xff] {
                let mut file = valid.clone();
                file[index] = value;
                files.push(file);
            }
        }
        files.push([&valid[..], b"more"].concat());
        let inspections: Vec<_> = files.iter().map(|file| bmes::inspect(file)).collect();
        for (a, a_inspection) in files.iter().zip(&inspections).take(5) {
            for (b, b_inspection) in files.iter().zip(&inspections) {
                let changes = changes(Fields::new(a, a_inspection), Fields::new(b, b_inspection));
                assert_eq!(changes.is_empty(), a == b, "{a:x?} {b:x?}");
            }
        }
    }
}
