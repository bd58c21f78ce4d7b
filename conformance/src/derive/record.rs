//! Derived records. An operator that knows the meaning of the fields changes a valid record.
//!
//! [`Operator::apply`] is the entry point. Its argument `number` determines every choice. So the derived case
//! `#rename=17` of a file always has the same record.

mod near;

use bmes::{Attribute, ExportType, ModuleRequest};

use crate::case::NamedRecord;
use near::near;

/// A change of a record. Most changed records are still valid. The others break a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operator {
    /// Reorders the entries of a list.
    Permute,
    /// Adds a copy of an entry at another position of its list.
    Duplicate,
    /// Replaces one name of the record with a name that is nearly equal to another one. The name is replaced either in all fields
    /// that have it or in one field.
    Rename,
    /// Changes the `module_name`, `import_name` or `local_name` of an export. The new value breaks a rule if the field
    /// does not apply to the type of the export, or if it must not be empty.
    Fill,
    /// Adds attributes to a request and reorders them.
    Attributes,
    /// Adds many copies of an entry under other names. One of these names may occur twice.
    Grow,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 6] = [Self::Permute, Self::Duplicate, Self::Rename, Self::Fill, Self::Attributes, Self::Grow];

    /// Returns the operator's name in ids.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Permute => "permute",
            Self::Duplicate => "duplicate",
            Self::Rename => "rename",
            Self::Fill => "fill",
            Self::Attributes => "attributes",
            Self::Grow => "grow",
        }
    }

    /// Returns the operator with the given name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.name() == name)
    }

    /// Returns the number of changed records that the operator makes of one record.
    pub const fn times(self) -> usize {
        match self {
            Self::Rename => 8,
            Self::Attributes => 4,
            Self::Fill => 3,
            Self::Permute | Self::Duplicate | Self::Grow => 2,
        }
    }

    /// Describes the change in words.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Permute => "with the entries of a list in another order",
            Self::Duplicate => "with a duplicate of an entry",
            Self::Rename => "with a name that is nearly equal to another one",
            Self::Fill => "with another value in a field of an export",
            Self::Attributes => "with more attributes, in another order",
            Self::Grow => "with many entries in a list",
        }
    }

    /// Returns whether the record has the entries that the operator changes.
    pub fn fits(self, record: &NamedRecord) -> bool {
        let lengths = List::ALL.map(|list| list.length(record));
        match self {
            Self::Permute => lengths.iter().any(|length| *length >= 2),
            Self::Duplicate | Self::Rename | Self::Grow => lengths.iter().any(|length| *length >= 1),
            Self::Fill => !record.exports.is_empty(),
            Self::Attributes => !record.requests.is_empty(),
        }
    }

    /// Returns the changed record. The same number gives the same record.
    pub fn apply(self, record: &NamedRecord, number: u32) -> NamedRecord {
        let mut changed = record.clone();
        let mut choices = Choices(u64::from(number));
        match self {
            Self::Permute => permute(&mut changed, &mut choices),
            Self::Duplicate => duplicate(&mut changed, &mut choices),
            Self::Rename => rename(&mut changed, &mut choices),
            Self::Fill => fill(&mut changed, &mut choices),
            Self::Attributes => attributes(&mut changed, &mut choices),
            Self::Grow => grow(&mut changed, &mut choices),
        }
        changed
    }
}

/// Choices that a number determines: `SplitMix64` (Steele, Lea and Flood 2014). It is implemented here so that the id
/// of a derived case means the same record in every release.
pub(super) struct Choices(u64);

impl Choices {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// Returns a number below `end`, or 0 if `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or_default()
    }

    fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// A list of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Requests,
    Imports,
    Exports,
    StarExports,
    DeclaredVariables,
    LexicalVariables,
}

impl List {
    const ALL: [Self; 6] = [
        Self::Requests,
        Self::Imports,
        Self::Exports,
        Self::StarExports,
        Self::DeclaredVariables,
        Self::LexicalVariables,
    ];

    fn length(self, record: &NamedRecord) -> usize {
        let environment = record.environment();
        match self {
            Self::Requests => record.requests.len(),
            Self::Imports => record.imports.len(),
            Self::Exports => record.exports.len(),
            Self::StarExports => record.star_exports.len(),
            Self::DeclaredVariables => environment.map_or(0, |environment| environment.declared_variables.len()),
            Self::LexicalVariables => environment.map_or(0, |environment| environment.lexical_variables.len()),
        }
    }

    /// Replaces the list by entries of the old list. `places` has the indices of these entries in their new order. An
    /// entry may occur twice.
    fn arrange(self, record: &mut NamedRecord, places: &[usize]) {
        match (self, record.environment_mut()) {
            (Self::Requests, _) => arrange(&mut record.requests, places),
            (Self::Imports, _) => arrange(&mut record.imports, places),
            (Self::Exports, _) => arrange(&mut record.exports, places),
            (Self::StarExports, _) => arrange(&mut record.star_exports, places),
            (Self::DeclaredVariables, Some(environment)) => arrange(&mut environment.declared_variables, places),
            (Self::LexicalVariables, Some(environment)) => arrange(&mut environment.lexical_variables, places),
            (Self::DeclaredVariables | Self::LexicalVariables, None) => {}
        }
    }

    /// Returns one of the lists with at least `least` entries, or `None` if there is no such list.
    fn chosen(record: &NamedRecord, least: usize, choices: &mut Choices) -> Option<Self> {
        let lists: Vec<_> = Self::ALL.into_iter().filter(|list| list.length(record) >= least).collect();
        lists.get(choices.below(lists.len())).copied()
    }
}

fn arrange<T: Clone>(entries: &mut Vec<T>, places: &[usize]) {
    *entries = places.iter().map(|place| entries[*place].clone()).collect();
}

fn permute(record: &mut NamedRecord, choices: &mut Choices) {
    let Some(list) = List::chosen(record, 2, choices) else { return };
    let mut places: Vec<_> = (0..list.length(record)).collect();
    choices.shuffle(&mut places);
    list.arrange(record, &places);
}

fn duplicate(record: &mut NamedRecord, choices: &mut Choices) {
    let Some(list) = List::chosen(record, 1, choices) else { return };
    let mut places: Vec<_> = (0..list.length(record)).collect();
    let from = choices.below(places.len());
    // The copy goes to the end of the list, or to a position before the original. So most copies are not next to the
    // original.
    let to = if choices.one_in(2) { places.len() } else { choices.below(from + 1) };
    places.insert(to, from);
    list.arrange(record, &places);
}

/// A group of names in a record that are compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Specifiers,
    AttributeKeys,
    AttributeValues,
    ImportLocalNames,
    ExportNames,
    DeclaredVariables,
    LexicalVariables,
}

impl Family {
    const ALL: [Self; 7] = [
        Self::Specifiers,
        Self::AttributeKeys,
        Self::AttributeValues,
        Self::ImportLocalNames,
        Self::ExportNames,
        Self::DeclaredVariables,
        Self::LexicalVariables,
    ];

    fn names(self, record: &mut NamedRecord) -> Vec<&mut String> {
        let NamedRecord { requests, imports, exports, star_exports, version_fields, .. } = record;
        match self {
            Self::AttributeKeys => attributes_of(requests).map(|attribute| &mut attribute.key).collect(),
            Self::AttributeValues => attributes_of(requests).map(|attribute| &mut attribute.value).collect(),
            Self::Specifiers => {
                let requested = requests.iter_mut().map(|request| &mut request.specifier);
                let imported = imports.iter_mut().map(|import| &mut import.module_request);
                let exported = exports.iter_mut().filter(|export| export.export_type != ExportType::Local);
                let exported = exported.map(|export| &mut export.module_name);
                requested.chain(imported).chain(exported).chain(star_exports).collect()
            }
            Self::ImportLocalNames => imports.iter_mut().map(|import| &mut import.local_name).collect(),
            Self::ExportNames => exports.iter_mut().map(|export| &mut export.export_name).collect(),
            Self::DeclaredVariables | Self::LexicalVariables => {
                let Some(environment) = version_fields.environment_mut() else { return Vec::new() };
                let variables = match self {
                    Self::DeclaredVariables => &mut environment.declared_variables,
                    _ => &mut environment.lexical_variables,
                };
                variables.iter_mut().map(|variable| &mut variable.name).collect()
            }
        }
    }
}

fn attributes_of(requests: &mut [ModuleRequest]) -> impl Iterator<Item = &mut Attribute> {
    requests.iter_mut().flat_map(|request| &mut request.attributes)
}

fn rename(record: &mut NamedRecord, choices: &mut Choices) {
    let families: Vec<_> = Family::ALL.into_iter().filter(|family| !family.names(record).is_empty()).collect();
    let Some(family) = families.get(choices.below(families.len())) else { return };
    let everywhere = choices.one_in(3);
    let mut names = family.names(record);
    let (source, target) = (choices.below(names.len()), choices.below(names.len()));
    let (old, target_old) = (names[source].clone(), names[target].clone());
    // `one` and `other` are nearly equal. `one` replaces the name `old`, and `other` replaces the name `target_old`.
    let (one, other) = near(&old, choices);
    for (index, name) in names.iter_mut().enumerate() {
        if index == target || everywhere && **name == target_old {
            name.clone_from(&other);
        } else if **name == old {
            name.clone_from(&one);
        }
    }
}

fn fill(record: &mut NamedRecord, choices: &mut Choices) {
    let index = choices.below(record.exports.len());
    let specifier = record.requests.first().map(|request| request.specifier.clone());
    let Some(export) = record.exports.get_mut(index) else { return };
    let value = match choices.below(4) {
        0 => String::new(),
        1 => specifier.unwrap_or_else(|| "x".into()),
        2 => "\0".into(),
        _ => "x".into(),
    };
    let field = match choices.below(3) {
        0 => &mut export.module_name,
        1 => &mut export.import_name,
        _ => &mut export.local_name,
    };
    // The new value must differ from the old one.
    *field = if *field == value { format!("{value}x") } else { value };
}

fn attributes(record: &mut NamedRecord, choices: &mut Choices) {
    let index = choices.below(record.requests.len());
    let Some(request) = record.requests.get_mut(index) else { return };
    let more = [1, 2, 7, 31, 32, 33, 64, 200][choices.below(8)];
    let prefix = "k".repeat([0, 1, 8, 64, 300][choices.below(5)]);
    let keys = (0..more).map(|number| Attribute { key: format!("{prefix}{number}"), value: format!("{}", number % 3) });
    request.attributes.extend(keys);
    if choices.one_in(4) {
        // Adds a duplicate: a key that the request already has, with another value.
        let of = choices.below(request.attributes.len());
        let key = request.attributes[of].key.clone();
        request.attributes.push(Attribute { key, value: "other".into() });
    }
    choices.shuffle(&mut request.attributes);
}

/// The maximum number of entries that `grow` adds to a list. Recipes create larger lists.
const MOST: usize = 600;

fn grow(record: &mut NamedRecord, choices: &mut Choices) {
    let Some(list) = List::chosen(record, 1, choices) else { return };
    let number = match choices.below(4) {
        0 => 2 + choices.below(6),
        1 => 30 + choices.below(6),
        2 => 250 + choices.below(12),
        _ => 8 + choices.below(MOST - 8),
    };
    // In half of the records, all new names differ. In the other half, two of them are equal.
    let same = choices.one_in(2).then(|| (choices.below(number), choices.below(number)));
    let suffix = |index: usize| match same {
        Some((of, other)) if index == other => format!("#{of}"),
        _ => format!("#{index}"),
    };
    let entry = choices.below(list.length(record));
    let suffixes = (0..number).map(suffix);
    match (list, record.environment_mut()) {
        (List::Requests, _) => repeat(&mut record.requests, entry, suffixes, |request| &mut request.specifier),
        (List::Imports, _) => repeat(&mut record.imports, entry, suffixes, |import| &mut import.local_name),
        (List::Exports, _) => repeat(&mut record.exports, entry, suffixes, |export| &mut export.export_name),
        (List::StarExports, _) => {
            let specifier = record.star_exports[entry].clone();
            if let Some(request) = record.requests.iter().position(|request| request.specifier == specifier) {
                // Each different specifier is requested once, so that the record is valid if the names differ.
                let suffixes = (0..number).map(|index| format!("#{index}"));
                repeat(&mut record.requests, request, suffixes, |request| &mut request.specifier);
            }
            repeat(&mut record.star_exports, entry, suffixes, |specifier| specifier);
        }
        (List::DeclaredVariables, Some(environment)) => {
            repeat(&mut environment.declared_variables, entry, suffixes, |variable| &mut variable.name);
        }
        (List::LexicalVariables, Some(environment)) => {
            repeat(&mut environment.lexical_variables, entry, suffixes, |variable| &mut variable.name);
        }
        (List::DeclaredVariables | List::LexicalVariables, None) => {}
    }
}

/// Adds copies of the entry at index `entry` after it, one for each of `suffixes`. The suffix is appended to the name
/// of the copy.
fn repeat<T: Clone>(
    entries: &mut Vec<T>,
    entry: usize,
    suffixes: impl Iterator<Item = String>,
    name: impl Fn(&mut T) -> &mut String,
) {
    let copies: Vec<_> = suffixes
        .map(|suffix| {
            let mut copy = entries[entry].clone();
            name(&mut copy).push_str(&suffix);
            copy
        })
        .collect();
    let rest = entries.split_off(entry + 1);
    entries.extend(copies.into_iter().chain(rest));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Corpus;

    fn records() -> Vec<NamedRecord> {
        let corpus = Corpus::standard().unwrap();
        let small = corpus.cases().iter().filter(|case| case.file.as_ref().is_some_and(|file| file.len() < 4096));
        let valid = small.filter_map(|case| case.case.expect.record());
        valid.filter_map(|decoded| decoded.record.named().cloned()).step_by(5).collect()
    }

    #[test]
    fn the_number_decides_the_record() {
        for record in records().iter().step_by(7) {
            for operator in Operator::ALL.into_iter().filter(|operator| operator.fits(record)) {
                assert_eq!(operator.apply(record, 17), operator.apply(record, 17));
            }
        }
    }

    #[test]
    fn every_operator_makes_valid_records_and_others() {
        for operator in Operator::ALL {
            let (mut valid, mut invalid, mut changed) = (0, 0, 0);
            for record in records().iter().filter(|record| operator.fits(record)) {
                for number in 0..4 {
                    let made = operator.apply(record, number);
                    changed += usize::from(made != *record);
                    if bmes::check(&made).is_ok() { valid += 1 } else { invalid += 1 }
                }
            }
            assert!(changed * 10 >= (valid + invalid) * 8 || operator == Operator::Permute, "{operator:?}: {changed}");
            // `Permute` breaks no rule, and `Duplicate` always breaks one.
            assert!(valid > 20 || operator == Operator::Duplicate, "{operator:?}: {valid} valid, {invalid} invalid");
            assert!(invalid > 20 || operator == Operator::Permute, "{operator:?}: {valid} valid, {invalid} invalid");
        }
    }

    /// These are the first outputs for seed 0 of the reference implementation of `SplitMix64`.
    #[test]
    fn choices_never_change() {
        let mut choices = Choices(0);
        assert_eq!([choices.next(), choices.next()], [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4]);
    }
}
