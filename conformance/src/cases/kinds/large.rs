//! Large files, described by a small module and the pieces of it that repeat:
//! `Large::of(module).times("exports[0]", 70_000)`.
//!
//! The seed is the module's file. The recipe copies the pieces of the seed, and writes new counts, lengths and header
//! numbers.

use std::ops::Range;

use bmes::Version;

use crate::case::{Decoded, Expect, ExpectedResult};
use crate::cases::builder::{File, Module};
use crate::cases::{Described, case, error};
use crate::recipe::{Growth, Part, Recipe, Step};

/// A large module: a seed, and the pieces of it that repeat.
pub(super) struct Large {
    module: Module,
    seed: File,
    repeats: Vec<Repeat>,
    swapped: Option<[Range<usize>; 2]>,
}

/// An entry or a piece of a string that is copied.
struct Repeat {
    path: String,
    /// The range of bytes in the seed.
    range: Range<usize>,
    /// The range of entries or code points in the record.
    place: Range<usize>,
    times: usize,
    first: usize,
}

impl Large {
    /// Returns a large module whose seed is the module's file.
    pub(super) fn of(module: Module) -> Self {
        let seed = module.layout();
        Self { module, seed, repeats: Vec::new(), swapped: None }
    }

    /// Repeats the entry at `path` `times` times. In each copy, the number of the copy replaces `000000`.
    pub(super) fn times(self, path: &str, times: usize) -> Self {
        self.times_from(path, times, 0)
    }

    /// Like [`times`](Self::times), but the first copy has the number `first`.
    pub(super) fn times_from(mut self, path: &str, times: usize, first: usize) -> Self {
        let range = self.seed.range(path);
        let index = index(path);
        self.repeats.push(Repeat { path: path.into(), range, place: index..index + 1, times, first });
        self
    }

    /// Repeats the range `bytes` of the string or the bytecode at `path` `times` times.
    pub(super) fn text_times(mut self, path: &str, bytes: Range<usize>, times: usize) -> Self {
        let field = self.seed.range(&bytes_of(path));
        let range = field.start + bytes.start..field.start + bytes.end;
        // A record counts code points, not bytes. If the string is not UTF-8, the case has no record, so any number is
        // right.
        let points = |end: usize| {
            let text = std::str::from_utf8(&self.seed.bytes()[field.start..field.start + end]);
            text.map_or(end, |text| text.chars().count())
        };
        let place = points(bytes.start)..points(bytes.end);
        self.repeats.push(Repeat { path: path.into(), range, place, times, first: 0 });
        self
    }

    /// Changes the seed. `change` must keep the length of every field.
    pub(super) fn changed(mut self, change: impl FnOnce(File) -> File) -> Self {
        let length = self.seed.bytes().len();
        self.seed = change(self.seed);
        assert_eq!(self.seed.bytes().len(), length, "a change of the seed must keep its length");
        self
    }

    /// States that a writer puts the grown copies of these two entries in the opposite order. The second entry must
    /// directly follow the first.
    pub(super) fn swapped(mut self, first: &str, second: &str) -> Self {
        self.swapped = Some([self.seed.range(first), self.seed.range(second)]);
        self
    }

    /// Describes a file that `decode` and `check` accept, and whose record `encode` accepts.
    pub(super) fn accept(self, name: &str, title: &str, clauses: &[&str]) -> Described {
        let ok = Some(ExpectedResult::Ok { ok: true });
        let record = ExpectedResult::Record { record: Box::new(self.decoded()) };
        let expect = Expect { decode: Some(record), check: ok.clone(), encode: ok, ..Expect::default() };
        let canonical = self.canonical();
        let recipe = Recipe { file: Some(self.growth()), canonical, record: self.steps() };
        self.described(name, title, clauses, expect, recipe)
    }

    /// Like [`accept`](Self::accept), but the case tests only `check`. The largest files are tested with fewer
    /// operations, because each takes time.
    pub(super) fn accept_check(self, name: &str, title: &str, clauses: &[&str]) -> Described {
        let expect = Expect { check: Some(ExpectedResult::Ok { ok: true }), ..Expect::default() };
        let recipe = Recipe { file: Some(self.growth()), ..Recipe::default() };
        self.described(name, title, clauses, expect, recipe)
    }

    /// Describes a file that decodes, and whose record breaks the rule `class` in the seed's `entry`.
    pub(super) fn refuse(self, name: &str, title: &str, clauses: &[&str], class: &str, entry: &str) -> Described {
        let offset = self.offset(self.seed.range(entry).start);
        let expect = Expect { check: Some(error(&[class], Some(offset))), ..Expect::default() };
        let recipe = Recipe { file: Some(self.growth()), ..Recipe::default() };
        self.described(name, title, clauses, expect, recipe)
    }

    /// Like [`refuse`](Self::refuse), but a writer must reject the record, too.
    pub(super) fn refuse_and_encode(
        self,
        name: &str,
        title: &str,
        clauses: &[&str],
        class: &str,
        entry: &str,
    ) -> Described {
        let steps = self.steps();
        let record = self.module.record.clone();
        let mut described = self.refuse(name, title, clauses, class, entry);
        described.case.expect.encode = Some(error(&[class], None));
        described.case.record = Some(record.into());
        if let Some(recipe) = &mut described.case.recipe {
            recipe.record = steps;
        }
        described
    }

    /// Describes a file that does not decode. A decoder reports `class` at the offset `bytes` bytes after the start of
    /// the seed's field `path`.
    pub(super) fn reject(
        self,
        name: &str,
        title: &str,
        clauses: &[&str],
        class: &str,
        (path, bytes): (&str, usize),
    ) -> Described {
        let offset = self.offset(self.seed.range(path).start + bytes);
        let answer = error(&[class], Some(offset));
        let expect = Expect { decode: Some(answer), ..Expect::default() };
        let recipe = Recipe { file: Some(self.growth()), ..Recipe::default() };
        self.described(name, title, clauses, expect, recipe)
    }

    fn described(self, name: &str, title: &str, clauses: &[&str], expect: Expect, recipe: Recipe) -> Described {
        let mut case = case(name, title, clauses, expect);
        case.recipe = Some(recipe);
        Described { case, file: None, canonical: None, seed: Some(self.seed.bytes().into()), left_out: None }
    }

    /// Returns the record before it grows, and the range of the bytecode in the grown file.
    fn decoded(&self) -> Decoded {
        let bytecode = self.seed.range("bytecode");
        let offset = self.offset(bytecode.start);
        let end = self.offset(bytecode.end);
        Decoded { record: self.module.record.clone().into(), text: None, bytecode: (offset..end).into() }
    }

    fn growth(&self) -> Growth {
        let parts = self.pieces().into_iter().map(|(_, part)| part).collect();
        Growth::of(self.seed.bytes(), joined(parts)).expect("the parts are pieces of the seed")
    }

    fn canonical(&self) -> Option<Growth> {
        let [first, second] = self.swapped.clone()?;
        let mut pieces = self.pieces();
        let before = |place: usize| pieces.iter().take_while(|(range, _)| range.end <= place).count();
        let (start, end) = (before(first.start), before(second.end));
        let of_first = before(first.end) - start;
        assert_eq!(first.end, second.start, "the second entry must directly follow the first");
        pieces[start..end].rotate_left(of_first);
        let parts = pieces.into_iter().map(|(_, part)| part).collect();
        Some(Growth::of(self.seed.bytes(), joined(parts)).expect("the parts are pieces of the seed"))
    }

    /// Returns the offset in the grown file of the byte at this offset of the seed. If the byte repeats, this is the
    /// offset of its first copy.
    fn offset(&self, place: usize) -> usize {
        let before = self.pieces().into_iter().take_while(|(range, _)| range.end <= place || range.is_empty());
        let (last, length) = before.fold((0, 0), |(_, length), (range, part)| (range.end, length + part.length()));
        length + (place - last)
    }

    /// Returns the parts of the grown file, each with the range of the seed that it replaces.
    fn pieces(&self) -> Vec<(Range<usize>, Part)> {
        let mut changed = self.counts();
        let repeats = self.repeats.iter();
        changed.extend(repeats.map(|repeat| {
            let Range { start, end } = repeat.range;
            (repeat.range.clone(), Part::repeat(start, end, repeat.times, repeat.first))
        }));
        let mut pieces = self.between(changed);
        if self.seed.version() != Version::V1 {
            let length = |pieces: &[(Range<usize>, Part)]| pieces.iter().map(|(_, part)| part.length()).sum::<usize>();
            let padding = self.seed.range("padding");
            let (metadata, rest): (Vec<_>, Vec<_>) =
                pieces.into_iter().partition(|(range, _)| range.end <= padding.start);
            let bytecode: Vec<_> = rest.into_iter().filter(|(range, _)| range.start >= padding.end).collect();
            let end = length(&metadata);
            let offset = end.next_multiple_of(8);
            let header = [u32_bytes(offset), u32_bytes(length(&bytecode))].concat();
            pieces = metadata;
            let place = self.seed.range("bytecode_offset").start..self.seed.range("bytecode_size").end;
            pieces.iter_mut().filter(|(range, _)| *range == place).for_each(|(_, part)| *part = Part::bytes(&header));
            pieces.push((padding, Part::bytes(&vec![0; offset - end])));
            pieces.extend(bytecode);
        }
        pieces
    }

    /// Returns the parts in `changed` and copies of the bytes between them, in the order of the file.
    fn between(&self, mut changed: Vec<(Range<usize>, Part)>) -> Vec<(Range<usize>, Part)> {
        let mut bounds = vec![self.seed.bytes().len()];
        if self.seed.version() != Version::V1 {
            // `pieces` writes the header later; zeros take its place here. No copy goes beyond the end of the metadata
            // or the start of the bytecode.
            let header = self.seed.range("bytecode_offset").start..self.seed.range("bytecode_size").end;
            changed.push((header, Part::bytes(&[0; 8])));
            let padding = self.seed.range("padding");
            bounds.extend([padding.start, padding.end]);
        }
        changed.sort_by_key(|(range, _)| range.start);
        bounds.extend(self.swapped.iter().flatten().flat_map(|range| [range.start, range.end]));
        bounds.extend(changed.iter().flat_map(|(range, _)| [range.start, range.end]));
        bounds.sort_unstable();
        bounds.dedup();
        let mut start = 0;
        let mut pieces = Vec::new();
        for end in bounds.into_iter().filter(|bound| *bound > 0) {
            let range = start..end;
            let part = changed.iter().find(|(changed, _)| *changed == range).map(|(_, part)| part.clone());
            pieces.push((range, part.unwrap_or(Part::copy(start, end))));
            start = end;
        }
        pieces
    }

    /// Returns the counts and lengths that differ in the grown file. Each is its range in the seed and its new bytes.
    fn counts(&self) -> Vec<(Range<usize>, Part)> {
        let mut counted: Vec<(String, usize)> = Vec::new();
        for repeat in &self.repeats {
            let (field, piece) = if repeat.is_entry() {
                (count_of(&repeat.path), repeat.place.len())
            } else {
                (length_of(&repeat.path), repeat.range.len())
            };
            let more = (repeat.times - 1) * piece;
            match counted.iter_mut().find(|(name, _)| *name == field) {
                Some((_, sum)) => *sum += more,
                None => counted.push((field, more)),
            }
        }
        // In versions 2 and 3, `pieces` writes `bytecode_size` with the header.
        counted.retain(|(field, _)| field != "bytecode_size" || self.seed.version() == Version::V1);
        let part = |(field, more): (String, usize)| {
            let range = self.seed.range(&field);
            let stored = self.seed.bytes()[range.clone()].try_into().expect("a count has four bytes");
            let number = u32::from_le_bytes(stored);
            (range, Part::bytes(&u32_bytes(usize::try_from(number).expect("32 bits fit") + more)))
        };
        counted.into_iter().map(part).collect()
    }

    /// Returns the steps that grow the record: first those for strings, then those for attributes, then those for other
    /// lists. In this order, no step moves the target of a later step.
    fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<(usize, Step)> = Vec::new();
        for repeat in self.repeats.iter().filter(|repeat| repeat.path != "bytecode") {
            let (rank, path) = match repeat.path.rsplit_once('[') {
                Some((list, _)) if repeat.is_entry() => (if list.contains('[') { 1 } else { 2 }, list),
                _ => (0, repeat.path.as_str()),
            };
            let at = pointer(path);
            if steps.iter().all(|(_, step)| step.at != at) {
                let parts = self.parts_of(path);
                steps.push((rank, Step { at, parts }));
            }
        }
        steps.sort_by_key(|(rank, _)| *rank);
        steps.into_iter().map(|(_, step)| step).collect()
    }

    /// Returns the parts from which the list or the string at `path` of the record grows.
    fn parts_of(&self, path: &str) -> Vec<Part> {
        let of_path = |repeat: &&Repeat| match repeat.path.rsplit_once('[') {
            Some((list, _)) if repeat.is_entry() => list == path,
            _ => repeat.path == path,
        };
        let mut repeats: Vec<_> = self.repeats.iter().filter(of_path).collect();
        repeats.sort_by_key(|repeat| repeat.place.start);
        let mut parts = Vec::new();
        let mut start = 0;
        for repeat in repeats {
            if start < repeat.place.start {
                parts.push(Part::copy(start, repeat.place.start));
            }
            parts.push(Part::repeat(repeat.place.start, repeat.place.end, repeat.times, repeat.first));
            start = repeat.place.end;
        }
        let end = self.size_of(path);
        if start < end {
            parts.push(Part::copy(start, end));
        }
        parts
    }

    /// Returns the number of entries or code points at this path of the seed's record.
    fn size_of(&self, path: &str) -> usize {
        let record = serde_json::to_value(&self.module.record).expect("a record is JSON");
        match record.pointer(&pointer(path)) {
            Some(serde_json::Value::Array(list)) => list.len(),
            Some(serde_json::Value::String(text)) => text.chars().count(),
            _ => panic!("{path}: neither a list nor a string"),
        }
    }
}

impl Repeat {
    fn is_entry(&self) -> bool {
        self.path.ends_with(']')
    }
}

/// Joins neighbouring ranges that are copied once into one range, and removes empty parts.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts.into_iter().filter(|part| part.length() > 0) {
        match (joined.last_mut(), &part) {
            (
                Some(Part::Copy { copy: [_, end], times: 1, first: 0, .. }),
                Part::Copy { copy: [start, to], times: 1, first: 0, .. },
            ) if end == start => *end = *to,
            _ => joined.push(part),
        }
    }
    joined
}

fn u32_bytes(number: usize) -> Vec<u8> {
    u32::try_from(number).expect("a file of the corpus is shorter than 4 GiB").to_le_bytes().into()
}

fn index(path: &str) -> usize {
    let digits = path.rsplit_once('[').and_then(|(_, rest)| rest.strip_suffix(']'));
    digits
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_else(|| panic!("{path} does not end with the index of an entry"))
}

/// Returns the name of the count for the list of the entry at `path`: `export_count` for `exports[0]`.
fn count_of(path: &str) -> String {
    let list = path.rsplit_once('[').map_or(path, |(list, _)| list);
    format!("{}_count", list.strip_suffix('s').unwrap_or(list))
}

fn length_of(path: &str) -> String {
    if path == "bytecode" { "bytecode_size".into() } else { format!("{path}.length") }
}

fn bytes_of(path: &str) -> String {
    if path == "bytecode" { path.into() } else { format!("{path}.bytes") }
}

/// Returns the JSON pointer of a path: `/requests/0/attributes` for `requests[0].attributes`.
fn pointer(path: &str) -> String {
    let path = if path.starts_with("star_exports") { path.trim_end_matches(".module_name") } else { path };
    format!("/{}", path.replace('[', "/").replace(']', "").replace('.', "/"))
}
