//! The inputs of [`cost`](super): records of n entries, and files whose counts are too large for them.

use std::ops::Range;

use bmes::{Digest, Version};

use crate::case::{Given, Record};
use crate::cases::builder::{Module, module};
use crate::generate::files;
use crate::protocol::{Operation, Question};

/// A valid record and its file.
pub(super) struct Input {
    record: Record,
    bytecode: Vec<u8>,
    given: Given,
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
        }
    }
}

/// One list of a record, and how to make it longer. The record is valid for every length of the list.
pub(super) struct List {
    name: &'static str,
    grow: fn(Module, usize) -> Module,
    is_of_version_3: bool,
}

impl List {
    const fn of(name: &'static str, grow: fn(Module, usize) -> Module) -> Self {
        Self { name, grow, is_of_version_3: false }
    }

    pub(super) fn fits(&self, version: Version) -> bool {
        version.has_environment() || !self.is_of_version_3
    }

    pub(super) fn id(&self, version: Version) -> String {
        format!("v{version}/cost/{}", self.name)
    }

    pub(super) fn input(&self, version: Version, entries: usize) -> Input {
        let module = (self.grow)(module(version), entries);
        Input::of(module)
    }
}

/// All lists. If a checker compares each entry with all others, or searches a list for each request, its time is
/// quadratic for at least one of these lists.
pub(super) const LISTS: &[List] = &[
    List::of("requests", |module, entries| fold(module, entries, Module::request)),
    List::of("requests-of-one-specifier", |module, entries| {
        fold(module, entries, |module, name| module.request_with("./m.js", &[("v", name)]))
    }),
    List::of("attributes", |module, entries| {
        let names: Vec<_> = names(entries).collect();
        let attributes: Vec<_> = names.iter().rev().map(|name| (name.as_str(), "v")).collect();
        module.request_with("./m.js", &attributes)
    }),
    List::of("imports", |module, entries| {
        fold(module.request("./m.js"), entries, |module, name| module.import("./m.js", "x", name))
    }),
    List::of("exports", |module, entries| fold(module, entries, |module, name| module.local(name, "x"))),
    List::of("indirect-exports", |module, entries| {
        let requested = fold(module, entries / 2, Module::request);
        fold(requested, entries / 2, |module, name| module.indirect(name, name, "x"))
    }),
    List::of("star-exports", |module, entries| {
        let requested = fold(module, entries / 2, Module::request);
        fold(requested, entries / 2, Module::star)
    }),
    List {
        is_of_version_3: true,
        ..List::of("variables", |module, entries| fold(module, entries, |module, name| module.lexical(name, 0)))
    },
    // In these inputs, a string or the bytecode grows, not a list. A testee that copies it piece by piece may be slow.
    List::of("string", |module, entries| module.request(&"s".repeat(entries * 16))),
    List::of("bytecode", |module, entries| module.bytecode(&vec![0xCA; entries * 16])),
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
#[derive(Clone, Copy)]
pub(super) struct Count {
    pub(super) name: &'static str,
    path: &'static str,
    grow: fn(Module, &str) -> Module,
    is_of_version_3: bool,
}

impl Count {
    pub(super) fn all(version: Version) -> impl Iterator<Item = Self> {
        COUNTS.iter().copied().filter(move |count| version.has_environment() || !count.is_of_version_3)
    }

    pub(super) fn id(self, version: Version) -> String {
        format!("v{version}/cost/{}", self.name)
    }

    /// Returns a valid file with one entry whose name has `length` bytes.
    pub(super) fn valid(self, version: Version, length: usize) -> Input {
        let module = (self.grow)(module(version), &"n".repeat(length));
        let count = module.layout().range(self.path);
        Input { count, ..Input::of(module) }
    }

    /// Returns a count that is a little too large for the file, so that no implementation reserves much memory for it.
    /// No entry is smaller than four bytes.
    pub(super) fn just_too_large(self, valid: &Input) -> u32 {
        let smallest = if self.path.ends_with("length") { 1 } else { 3 };
        u32::try_from(valid.file.len() / smallest).unwrap_or(u32::MAX)
    }

    /// Returns the file of `valid`, but with `number` in the count field.
    pub(super) fn with_number(self, valid: &Input, number: u32) -> Vec<u8> {
        let mut file = valid.file.clone();
        file[valid.count.clone()].copy_from_slice(&number.to_le_bytes());
        file
    }
}

const COUNTS: &[Count] = &[
    // The length of a string is a count of bytes, not of entries. It is made too large in the same way.
    Count {
        name: "string-length",
        path: "star_exports[0].module_name.length",
        grow: |module, name| module.request("m").local(name, "x").star("m"),
        is_of_version_3: false,
    },
    Count { name: "request-count", path: "request_count", grow: Module::request, is_of_version_3: false },
    Count {
        name: "attribute-count",
        path: "requests[0].attribute_count",
        grow: |module, name| module.request_with("m", &[("k", name)]),
        is_of_version_3: false,
    },
    Count {
        name: "import-count",
        path: "import_count",
        grow: |module, name| module.request("m").import("m", "x", name),
        is_of_version_3: false,
    },
    Count {
        name: "export-count",
        path: "export_count",
        grow: |module, name| module.local("x", name),
        is_of_version_3: false,
    },
    Count {
        name: "star-export-count",
        path: "star_export_count",
        grow: |module, name| module.request(name).star(name),
        is_of_version_3: false,
    },
    Count {
        name: "declared-variable-count",
        path: "declared_variable_count",
        grow: |module, name| module.declared(name, 0),
        is_of_version_3: true,
    },
    Count {
        name: "lexical-variable-count",
        path: "lexical_variable_count",
        grow: |module, name| module.lexical(name, 0),
        is_of_version_3: true,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_valid_and_has_its_entries() {
        for version in Version::NAMED {
            for list in LISTS.iter().filter(|list| list.fits(*version)) {
                let [small, large] = [100, 800].map(|entries| list.input(*version, entries));
                assert_eq!(
                    bmes::ModuleView::parse(&large.file).unwrap().check().map_err(|error| error.class()),
                    Ok(())
                );
                assert!(large.file.len() > 7 * small.file.len(), "{} of version {version}", list.name);
            }
        }
    }

    #[test]
    fn every_count_is_too_large_for_its_file_and_the_file_without_it_is_valid() {
        for version in Version::NAMED {
            for count in Count::all(*version) {
                for length in LENGTHS {
                    let valid = count.valid(*version, length);
                    assert!(bmes::validate(&valid.file).is_ok());
                    for number in NUMBERS.into_iter().chain([count.just_too_large(&valid)]) {
                        let class =
                            bmes::validate(&count.with_number(&valid, number)).map(drop).map_err(|error| error.class());
                        assert_eq!(class, Err("truncated"), "{}", count.name);
                    }
                }
            }
        }
    }
}
