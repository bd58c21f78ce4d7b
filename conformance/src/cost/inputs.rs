//! The inputs of [`cost`](super): records of n entries, and files whose counts are too large for them.

use std::ops::Range;

use bmes::{Digest, Version};

use super::v4;
use crate::case::{Given, Record};
use crate::cases::builder::{Module, module};
use crate::generate::files;
use crate::protocol::{Operation, Question};

/// A valid record and its file.
pub(super) struct Input {
    pub(super) record: Record,
    pub(super) bytecode: Vec<u8>,
    pub(super) given: Given,
    pub(super) file: Vec<u8>,
    /// The bytes of the count that is made too large, if the input is for that.
    pub(super) count: Range<usize>,
}

impl Input {
    fn of(module: Module) -> Self {
        let file = files::write(&module.record, &module.bytecode);
        let given = Given { producer: Digest([0; 32]), source: None };
        Self { record: module.record.into(), bytecode: module.bytecode, given, file, count: 0..0 }
    }

    pub(super) fn question(&self, operation: Operation) -> Question<'_> {
        match operation {
            Operation::Identify => Question::Identify(&self.file),
            Operation::Decode => Question::Decode(&self.file),
            Operation::Check => Question::Check(&self.file),
            Operation::Encode => Question::Encode { record: &self.record, text: &[], bytecode: &self.bytecode },
            Operation::Match => Question::Match { file: &self.file, given: self.given },
            Operation::OpenPack => Question::OpenPack(&self.file),
        }
    }
}

/// Makes an input of a given size.
type Make = Box<dyn Fn(usize) -> Input>;

/// One list of a record, and how to make it longer. The record is valid for every length of the list.
pub(super) struct List {
    version: Version,
    name: &'static str,
    /// Returns the input with this number of entries.
    pub(super) input: Make,
    /// True if only the largest inputs are measured, and only with an operation that reads.
    pub(super) is_full_size: bool,
}

impl List {
    pub(super) fn new(version: Version, name: &'static str, input: Make) -> Self {
        Self { version, name, input, is_full_size: false }
    }

    pub(super) fn full_size(self) -> Self {
        Self { is_full_size: true, ..self }
    }

    pub(super) fn all(version: Version) -> Vec<Self> {
        if version == Version::V4 {
            return v4::lists();
        }
        let fitting = LISTS.iter().filter(|list| version.has_environment() || !list.is_of_version_3);
        let list = |list: &'static NamedList| {
            Self::new(version, list.name, Box::new(move |entries| Input::of((list.grow)(module(version), entries))))
        };
        fitting.map(list).collect()
    }

    pub(super) fn id(&self) -> String {
        format!("v{}/cost/{}", self.version, self.name)
    }
}

/// A list of versions 1 to 3.
struct NamedList {
    name: &'static str,
    grow: fn(Module, usize) -> Module,
    is_of_version_3: bool,
}

impl NamedList {
    const fn of(name: &'static str, grow: fn(Module, usize) -> Module) -> Self {
        Self { name, grow, is_of_version_3: false }
    }
}

/// All lists. If a checker compares each entry with all others, or searches a list for each request, its time is
/// quadratic for at least one of these lists.
const LISTS: &[NamedList] = &[
    NamedList::of("requests", |module, entries| fold(module, entries, Module::request)),
    NamedList::of("requests-of-one-specifier", |module, entries| {
        fold(module, entries, |module, name| module.request_with("./m.js", &[("v", name)]))
    }),
    NamedList::of("attributes", |module, entries| {
        let names: Vec<_> = names(entries).collect();
        let attributes: Vec<_> = names.iter().rev().map(|name| (name.as_str(), "v")).collect();
        module.request_with("./m.js", &attributes)
    }),
    NamedList::of("imports", |module, entries| {
        fold(module.request("./m.js"), entries, |module, name| module.import("./m.js", "x", name))
    }),
    NamedList::of("exports", |module, entries| fold(module, entries, |module, name| module.local(name, "x"))),
    NamedList::of("indirect-exports", |module, entries| {
        let requested = fold(module, entries / 2, Module::request);
        fold(requested, entries / 2, |module, name| module.indirect(name, name, "x"))
    }),
    NamedList::of("star-exports", |module, entries| {
        let requested = fold(module, entries / 2, Module::request);
        fold(requested, entries / 2, Module::star)
    }),
    NamedList {
        is_of_version_3: true,
        ..NamedList::of("variables", |module, entries| fold(module, entries, |module, name| module.lexical(name, 0)))
    },
    // In these inputs, a string or the bytecode grows, not a list. A testee that copies it piece by piece may be slow.
    NamedList::of("string", |module, entries| module.request(&"s".repeat(entries * 16))),
    NamedList::of("bytecode", |module, entries| module.bytecode(&vec![0xCA; entries * 16])),
];

fn fold(module: Module, entries: usize, mut add: impl FnMut(Module, &str) -> Module) -> Module {
    names(entries).fold(module, |module, name| add(module, &name))
}

/// Returns different names of the same length.
fn names(entries: usize) -> impl Iterator<Item = String> {
    (0..entries).map(|number| format!("./{number:07}.js"))
}

/// The lengths in bytes of the name in a file whose count is too large. In the file with the long name, the smallest of
/// [`NUMBERS`] is below the number of bytes that are left.
pub(super) const LENGTHS: [usize; 2] = [16, 1 << 20];

/// The counts that are too large for the file.
pub(super) const NUMBERS: [u32; 3] = [1 << 20, 1 << 24, 1 << 26];

/// A count field of a file.
pub(super) struct Count {
    pub(super) version: Version,
    pub(super) name: &'static str,
    /// Returns a valid file with one entry whose name has this number of bytes.
    pub(super) valid: Make,
    /// The smallest number of bytes of a counted entry, or a smaller number.
    pub(super) smallest: usize,
    /// Finishes a file whose count was changed: makes its checksums right.
    pub(super) finish: fn(Vec<u8>) -> Vec<u8>,
}

impl Count {
    pub(super) fn all(version: Version) -> Vec<Self> {
        if version == Version::V4 {
            return v4::counts();
        }
        let fitting = COUNTS.iter().filter(|count| version.has_environment() || !count.is_of_version_3);
        let count = |count: &'static NamedCount| Self {
            version,
            name: count.name,
            valid: Box::new(move |length| {
                let module = (count.grow)(module(version), &"n".repeat(length));
                let place = module.layout().range(count.path);
                Input { count: place, ..Input::of(module) }
            }),
            // No entry is smaller than four bytes.
            smallest: if count.path.ends_with("length") { 1 } else { 3 },
            finish: |file| file,
        };
        fitting.map(count).collect()
    }

    pub(super) fn id(&self) -> String {
        format!("v{}/cost/{}", self.version, self.name)
    }

    /// Returns a count that is a little too large for the file, so that no implementation reserves much memory for it.
    pub(super) fn just_too_large(&self, valid: &Input) -> u32 {
        u32::try_from(valid.file.len() / self.smallest).unwrap_or(u32::MAX)
    }

    /// Returns the file of `valid`, but with `number` in the count field.
    pub(super) fn with_number(&self, valid: &Input, number: u32) -> Vec<u8> {
        let mut file = valid.file.clone();
        file[valid.count.clone()].copy_from_slice(&number.to_le_bytes());
        (self.finish)(file)
    }
}

/// A count of versions 1 to 3.
struct NamedCount {
    name: &'static str,
    path: &'static str,
    grow: fn(Module, &str) -> Module,
    is_of_version_3: bool,
}

const COUNTS: &[NamedCount] = &[
    // The length of a string is a count of bytes, not of entries. It is made too large in the same way.
    NamedCount {
        name: "string-length",
        path: "star_exports[0].module_name.length",
        grow: |module, name| module.request("m").local(name, "x").star("m"),
        is_of_version_3: false,
    },
    NamedCount { name: "request-count", path: "request_count", grow: Module::request, is_of_version_3: false },
    NamedCount {
        name: "attribute-count",
        path: "requests[0].attribute_count",
        grow: |module, name| module.request_with("m", &[("k", name)]),
        is_of_version_3: false,
    },
    NamedCount {
        name: "import-count",
        path: "import_count",
        grow: |module, name| module.request("m").import("m", "x", name),
        is_of_version_3: false,
    },
    NamedCount {
        name: "export-count",
        path: "export_count",
        grow: |module, name| module.local("x", name),
        is_of_version_3: false,
    },
    NamedCount {
        name: "star-export-count",
        path: "star_export_count",
        grow: |module, name| module.request(name).star(name),
        is_of_version_3: false,
    },
    NamedCount {
        name: "declared-variable-count",
        path: "declared_variable_count",
        grow: |module, name| module.declared(name, 0),
        is_of_version_3: true,
    },
    NamedCount {
        name: "lexical-variable-count",
        path: "lexical_variable_count",
        grow: |module, name| module.lexical(name, 0),
        is_of_version_3: true,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testee::reference;

    #[test]
    fn every_list_is_valid_and_has_its_entries() {
        for version in Version::ALL {
            for list in List::all(*version) {
                // The lists of full size have 16 bytes or more for each entry.
                let [small, large] = [1000, 8000].map(|entries| (list.input)(entries));
                assert_eq!(reference::check(&large.file).map_err(|error| error.class()), Ok(()), "{}", list.id());
                assert!(large.file.len() > 7 * small.file.len(), "{}", list.id());
            }
        }
    }

    #[test]
    fn the_list_of_full_size_has_metadata_of_almost_16_mib() {
        let full: Vec<_> = List::all(Version::V4).into_iter().filter(|list| list.is_full_size).collect();
        assert_eq!(full.len(), 1);
        let input = (full[0].input)(super::super::LAST * super::super::FACTOR);
        assert!((16_000_000..=16 * 1024 * 1024).contains(&input.file.len()), "{}", input.file.len());
    }

    #[test]
    fn every_count_is_too_large_for_its_file_and_the_file_without_it_is_valid() {
        for version in Version::ALL {
            let expected = if *version == Version::V4 { "bad-layout" } else { "truncated" };
            for count in Count::all(*version) {
                for length in LENGTHS {
                    let valid = (count.valid)(length);
                    assert!(bmes::validate(&valid.file).is_ok());
                    for number in NUMBERS.into_iter().chain([count.just_too_large(&valid)]) {
                        let class =
                            bmes::validate(&count.with_number(&valid, number)).map(drop).map_err(|error| error.class());
                        assert_eq!(class, Err(expected), "{}", count.id());
                    }
                }
            }
        }
    }
}
