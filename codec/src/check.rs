//! `check`: verifies that a record can be linked.
//!
//! The check is separate from validation, so that a program that only lists dependencies does not pay for the check.
//! The check applies the rules to the bytes of a valid file. To check a record, the codec first writes the record as a
//! file, as [`encode`](crate::encode()) does. So the check of a record and the check of its file cannot disagree.
//!
//! The check goes through the entries of each list in order. It collects their names and sorts them to find equal
//! names. Only if two names are equal, it searches for the first entry that repeats an earlier name. For n names, the
//! number of comparisons grows as n log n, whatever the names are.

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::fast::{self, Entry, Kind, Raw};
use crate::format::error::Error;
use crate::format::field::{FieldPath, Section};
use crate::format::rule::Rule;
use crate::model::record::{ExportEntry, ExportType};
use crate::view::{ModuleView, Table};

impl ModuleView<'_> {
    /// Verifies that the record can be linked.
    ///
    /// Returns the error of the first rule that an entry breaks, in the order of the specification.
    pub fn check(&self) -> Result<(), Error> {
        rules(self).map_err(|broken| broken.error(self, |section, entry| self.entry_offset(section, entry)))
    }
}

/// The reason why a record does not pass the check.
pub(crate) enum Broken {
    Rule { rule: Rule, section: Section, entry: u32, field: &'static str },
    OutOfMemory { bytes: usize },
}

impl Broken {
    /// Makes the error. `offset` returns the position of an entry in the file, or `None` if the record is not in a
    /// file.
    pub(crate) fn error(self, view: &ModuleView<'_>, offset: impl Fn(Section, u32) -> Option<usize>) -> Error {
        match self {
            Self::Rule { rule, section, entry, field } => {
                let path = FieldPath::of_entry(section, entry, field);
                Error::of_rule(rule, view.version(), path, offset(section, entry))
            }
            Self::OutOfMemory { bytes } => Error::out_of_memory(bytes),
        }
    }
}

/// A rule that an entry breaks, and the field that breaks it.
type Violation = (Rule, &'static str);

/// Applies every rule to the record in `view`.
pub(crate) fn rules(view: &ModuleView<'_>) -> Result<(), Broken> {
    // A check that finds no error needs only this buffer. It holds the specifiers of the requests all the time, and the
    // names of at most one other list at a time.
    let lists = [view.imports, view.exports, view.star_exports, view.declared_variables, view.lexical_variables];
    let most = lists.map(|table| table.count).into_iter().fold(0, u32::max);
    let mut names = Names { list: Vec::new(), specifiers: 0, are_shared: false, last: Name::new(b"") };
    names.reserve(u64::from(most).saturating_add(u64::from(view.requests.count)))?;

    requests(&mut names, view.requests)?;
    let imports = NamedList { section: Section::Imports, rule: Rule::DuplicateLocalName, field: "local_name" };
    imports.check(
        &mut names,
        entries::<fast::Imports>(view.imports.count, view.imports.bytes),
        |it| it.local_name,
        |names, it| {
            names.require_requested("module_request", it.module_request)?;
            require(!it.local_name.is_empty(), Rule::MissingLocalName, "local_name")
        },
        |_| Ok(()),
    )?;
    let exports = NamedList { section: Section::Exports, rule: Rule::DuplicateExportName, field: "export_name" };
    exports.check(
        &mut names,
        entries::<fast::Exports>(view.exports.count, view.exports.bytes),
        |it| it.export_name,
        |names, it| match it.export_type {
            ExportType::Indirect | ExportType::Namespace => names.require_requested("module_name", it.module_name),
            ExportType::Local => require(!it.local_name.is_empty(), Rule::MissingLocalName, "local_name"),
        },
        require_placed,
    )?;
    let star_exports =
        NamedList { section: Section::StarExports, rule: Rule::DuplicateStarExport, field: "module_name" };
    star_exports.check(
        &mut names,
        entries::<fast::StarExports>(view.star_exports.count, view.star_exports.bytes),
        |it| it,
        |names, it| names.require_requested("module_name", it),
        |_| Ok(()),
    )?;
    for (section, table) in
        [(Section::DeclaredVariables, view.declared_variables), (Section::LexicalVariables, view.lexical_variables)]
    {
        // A name may be in the declared and in the lexical variables, but not twice in one of these lists.
        let variables = NamedList { section, rule: Rule::DuplicateVariable, field: "name" };
        variables.check(
            &mut names,
            entries::<fast::Variables>(table.count, table.bytes),
            |it| it.name,
            |_, _| Ok(()),
            |_| Ok(()),
        )?;
    }
    Ok(())
}

fn require(kept: bool, rule: Rule, field: &'static str) -> Result<(), Violation> {
    if kept { Ok(()) } else { Err((rule, field)) }
}

/// Verifies that the fields that do not apply to the entry are empty. The type alone decides which fields apply.
fn require_placed(export: &ExportEntry<&[u8]>) -> Result<(), Violation> {
    let module_name = ("module_name", export.module_name);
    let import_name = ("import_name", export.import_name);
    let local_name = ("local_name", export.local_name);
    let empty = match export.export_type {
        ExportType::Local => [module_name, import_name],
        ExportType::Indirect => [local_name, local_name],
        ExportType::Namespace => [import_name, local_name],
    };
    let misplaced = empty.into_iter().find(|(_, value)| !value.is_empty());
    misplaced.map_or(Ok(()), |(field, _)| Err((Rule::MisplacedField, field)))
}

/// Iterates over the entries of a valid section. Strings are returned as bytes, because the check only compares them.
#[inline(always)]
fn entries<K: Kind>(count: u32, bytes: &[u8]) -> impl Iterator<Item = K::Of<'_, &[u8]>> + Clone {
    let mut cursor = Entry::over(bytes, Raw);
    (0..count).map_while(move |_| K::read(&mut cursor))
}

/// Verifies that no request is repeated, and that no key is repeated within a request. Afterwards, `names` holds the
/// sorted specifiers.
fn requests<'a>(names: &mut Names<'a>, table: Table<'a>) -> Result<(), Broken> {
    let broken = |rule, entry, field| Err(Broken::Rule { rule, section: Section::Requests, entry, field });
    let mut repeats_a_key = None;
    for (index, (specifier, count, bytes)) in (0..).zip(entries::<fast::Requests>(table.count, table.bytes)) {
        let keys_are_distinct = count < 2 || names.are_distinct_keys(count, bytes)?;
        names.list.push(Name::new(specifier));
        if !keys_are_distinct {
            repeats_a_key = Some(index);
            break;
        }
    }
    names.specifiers = names.list.len();
    names.are_shared = !names.are_distinct_from(0);
    if names.are_shared
        && let Some(entry) = repeated_request(table, names.specifiers)?
    {
        return broken(Rule::DuplicateRequest, entry, "specifier");
    }
    repeats_a_key.map_or(Ok(()), |entry| broken(Rule::DuplicateAttribute, entry, "attributes"))
}

/// Returns the index of the first request that has the same specifier and the same attributes as an earlier request.
/// Compares only the first `count` requests.
#[cold]
#[inline(never)]
fn repeated_request(table: Table<'_>, count: usize) -> Result<Option<u32>, Broken> {
    let mut requests = reserved(count)?;
    for (specifier, count, bytes) in entries::<fast::Requests>(table.count, table.bytes).take(count) {
        let mut attributes = reserved(usize::try_from(count).unwrap_or(usize::MAX))?;
        attributes.extend(entries::<fast::Attributes>(count, bytes).map(|it| (it.key, it.value)));
        attributes.sort_unstable();
        requests.push((specifier, attributes));
    }
    first_repeated(requests.iter())
}

/// Returns the index of the first name that equals an earlier name.
#[cold]
#[inline(never)]
fn first_repeated<T: Ord>(names: impl Iterator<Item = T> + Clone) -> Result<Option<u32>, Broken> {
    let mut indexed = reserved(names.clone().count())?;
    indexed.extend(names.zip(0_u32..));
    indexed.sort_unstable();
    let repeated = indexed.windows(2).filter_map(|pair| match pair {
        [(a, _), (b, index)] if a == b => Some(*index),
        _ => None,
    });
    Ok(repeated.min())
}

/// Returns an empty list with capacity for `count` elements.
fn reserved<T>(count: usize) -> Result<Vec<T>, Broken> {
    let mut list = Vec::new();
    let bytes = count.saturating_mul(size_of::<T>());
    list.try_reserve_exact(count).map_err(|_| Broken::OutOfMemory { bytes })?;
    Ok(list)
}

/// A list of entries whose names must be distinct, with the rule that requires this and the field that holds the name.
struct NamedList {
    section: Section,
    rule: Rule,
    field: &'static str,
}

impl NamedList {
    /// Applies the rules to each entry, in this order: the rules of `before`, the rule that the name is new, the rules
    /// of `after`.
    #[inline(always)]
    fn check<'a, T>(
        self,
        names: &mut Names<'a>,
        entries: impl Iterator<Item = T> + Clone,
        name: impl Fn(&T) -> &'a [u8] + Clone,
        before: impl Fn(&mut Names<'a>, &T) -> Result<(), Violation>,
        after: impl Fn(&T) -> Result<(), Violation>,
    ) -> Result<(), Broken> {
        let mut broken = None;
        for entry in entries.clone() {
            if let Err(violation) = before(names, &entry) {
                broken = Some((names.list.len(), violation));
                break;
            }
            names.list.push(Name::new(name(&entry)));
            if let Err(violation) = after(&entry) {
                broken = Some((names.list.len().saturating_sub(1), violation));
                break;
            }
        }
        let taken = names.list.len().saturating_sub(names.specifiers);
        let distinct = names.are_distinct_from(names.specifiers);
        let Self { section, rule, field } = self;
        if !distinct && let Some(entry) = first_repeated(entries.take(taken).map(|entry| name(&entry)))? {
            return Err(Broken::Rule { rule, section, entry, field });
        }
        if let Some((index, (rule, field))) = broken {
            let entry = u32::try_from(index.saturating_sub(names.specifiers)).unwrap_or(u32::MAX);
            return Err(Broken::Rule { rule, section, entry, field });
        }
        names.list.truncate(names.specifiers);
        Ok(())
    }
}

/// One buffer for two things: the sorted specifiers of the requests, and after them the names of the list that is being
/// checked.
struct Names<'a> {
    list: Vec<Name<'a>>,
    specifiers: usize,
    /// True if several requests have the same specifier.
    are_shared: bool,
    /// The specifier that was looked up last. Entries that name the same module usually follow one another, so most
    /// entries need no lookup. A failed lookup ends the check, so `last` always names exactly one request.
    last: Name<'a>,
}

impl<'a> Names<'a> {
    fn reserve(&mut self, more: u64) -> Result<(), Broken> {
        let more = usize::try_from(more).unwrap_or(usize::MAX);
        let bytes = more.saturating_mul(size_of::<Name<'_>>());
        self.list.try_reserve(more).map_err(|_| Broken::OutOfMemory { bytes })
    }

    /// Sorts the names from the index `start` on. Returns true if they are all different.
    fn are_distinct_from(&mut self, start: usize) -> bool {
        let names = self.list.get_mut(start..).unwrap_or_default();
        names.sort_unstable();
        names.windows(2).all(|pair| matches!(pair, [a, b] if a != b))
    }

    /// Returns true if all attributes of a request have different keys.
    #[inline(never)]
    fn are_distinct_keys(&mut self, count: u32, attributes: &'a [u8]) -> Result<bool, Broken> {
        let before = self.list.len();
        self.reserve(count.into())?;
        self.list.extend(entries::<fast::Attributes>(count, attributes).map(|it| Name::new(it.key)));
        let are_distinct = self.are_distinct_from(before);
        self.list.truncate(before);
        Ok(are_distinct)
    }

    /// Verifies that exactly one request has this specifier.
    #[inline(always)]
    fn require_requested(&mut self, field: &'static str, specifier: &'a [u8]) -> Result<(), Violation> {
        let name = Name::new(specifier);
        if self.last == name && !specifier.is_empty() {
            return Ok(());
        }
        self.last = name;
        self.look_up(&name).map_or(Ok(()), |rule| Err((rule, field)))
    }

    /// Returns the rule that an entry with this specifier breaks, if it breaks one.
    #[inline(never)]
    fn look_up(&self, name: &Name<'_>) -> Option<Rule> {
        let specifiers = self.list.get(..self.specifiers).unwrap_or_default();
        // This search compares only the numbers, without branches. It finds almost every specifier. If it does not,
        // `binary_search` compares whole names.
        let first = specifiers.partition_point(|other| other.number < name.number);
        let found = specifiers.get(first).filter(|other| *other == name).map(|_| first);
        let Some(index) = found.or_else(|| specifiers.binary_search(name).ok()) else {
            return Some(Rule::UnrequestedModule);
        };
        let neighbours = [index.checked_sub(1), index.checked_add(1)];
        let is_shared = |other| specifiers.get(other) == Some(name);
        let ambiguous = self.are_shared && neighbours.into_iter().flatten().any(is_shared);
        ambiguous.then_some(Rule::AmbiguousRequest)
    }
}

/// A string with a number that is made from its bytes. Two names are compared by their numbers first, and by their
/// bytes only if the numbers are equal. The order only brings equal names together; it is not alphabetical.
#[derive(Clone, Copy)]
struct Name<'a> {
    number: u64,
    text: &'a [u8],
}

impl<'a> Name<'a> {
    #[inline]
    fn new(text: &'a [u8]) -> Self {
        // The number is made from the last bytes, because similar names differ at the end more often than at the start:
        // `item1`, `item2`.
        let number = match (text.last_chunk::<8>(), text.first_chunk::<4>(), text.last_chunk::<4>()) {
            (Some(last), ..) => u64::from_le_bytes(*last),
            (None, Some(first), Some(last)) => {
                u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
            }
            _ => text.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)),
        };
        Self { number, text }
    }
}

impl Ord for Name<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        #[cfg(test)]
        tests::count_comparison();
        self.number.cmp(&other.number).then_with(|| self.text.cmp(other.text))
    }
}

impl PartialOrd for Name<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    /// The standard library's sort calls `lt`, not `cmp`.
    #[inline]
    fn lt(&self, other: &Self) -> bool {
        #[cfg(test)]
        tests::count_comparison();
        self.number < other.number || self.number == other.number && self.text < other.text
    }
}

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && self.text == other.text
    }
}

impl Eq for Name<'_> {}

#[cfg(test)]
mod tests {
    extern crate std;

    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;
    use core::cell::Cell;

    use crate::model::record::{ExportEntry, ModuleRecord, VersionFields};

    std::thread_local! {
        static COMPARISONS: Cell<u64> = const { Cell::new(0) };
    }

    pub(super) fn count_comparison() {
        COMPARISONS.set(COMPARISONS.get() + 1);
    }

    fn comparisons(names: &[String]) -> u64 {
        let mut record: ModuleRecord<&str> = ModuleRecord::new(VersionFields::V1);
        record.exports = names.iter().map(|name| ExportEntry::local(name.as_str(), "x")).collect();
        COMPARISONS.set(0);
        crate::check(&record).unwrap();
        COMPARISONS.get()
    }

    #[test]
    fn comparisons_grow_as_n_log_n_whatever_the_names() {
        for count in [1_000_u32, 10_000, 100_000] {
            let most = 2 * u64::from(count) * u64::from(count.ilog2() + 1);
            let ends = |name: u32| if name.is_multiple_of(2) { name } else { count - name };
            let orders: [(&str, Vec<String>); 5] = [
                ("ascending", (0..count).map(|name| format!("{name:08}")).collect()),
                ("descending", (0..count).rev().map(|name| format!("{name:08}")).collect()),
                ("from both ends", (0..count).map(|name| format!("{:08}{}", ends(name), name % 2)).collect()),
                ("shuffled", (0..count).map(|name| format!("{:08}", u64::from(name) * 7_919 % 1_000_003)).collect()),
                ("with equal ends", (0..count).map(|name| format!("{name}-the same end")).collect()),
            ];
            for (order, names) in orders {
                let comparisons = comparisons(&names);
                assert!(comparisons <= most, "{count} names {order}: {comparisons}");
            }
        }
    }
}
