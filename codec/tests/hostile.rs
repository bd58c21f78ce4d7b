//! The codec returns an error if a caller's strings change between calls, or if so many entries share a long string
//! that the file does not fit in memory.

use std::cell::Cell;
use std::process::Command;

use allocation_counter::measure;
use bmes::{Attribute, Checked, ErrorKind, ExportEntry, ImportEntry, ModuleRecord, ModuleRequest, ModuleView, Version};

/// A string whose `as_ref` returns the next of its texts at each call.
struct Liar {
    texts: Vec<&'static str>,
    asked: Cell<usize>,
}

impl Liar {
    fn new(texts: &[&'static str]) -> Self {
        Self { texts: texts.to_vec(), asked: Cell::new(0) }
    }
}

impl AsRef<str> for Liar {
    fn as_ref(&self) -> &str {
        let asked = self.asked.replace(self.asked.get() + 1);
        self.texts[asked % self.texts.len()]
    }
}

fn honest(text: &'static str) -> Liar {
    Liar::new(&[text])
}

/// Returns a record with two exports. The name of the first export changes between calls.
fn lying(version: Version, texts: &[&'static str]) -> ModuleRecord<Liar> {
    let export = |name: Liar| ExportEntry {
        export_type: bmes::ExportType::Local,
        export_name: name,
        module_name: honest(""),
        import_name: honest(""),
        local_name: honest("x"),
    };
    let mut record = ModuleRecord::of_version(version).expect("a version from 1 to 3");
    record.exports = vec![export(Liar::new(texts)), export(honest("a"))];
    record
}

#[test]
fn a_text_with_another_length_the_second_time_is_an_error() {
    for version in Version::NAMED {
        for texts in [["b", "a longer name"], ["a longer name", "b"], ["b", ""]] {
            let error = bmes::encode(&lying(*version, &texts), b"code").unwrap_err();
            assert_eq!((error.kind(), error.class(), error.clause()), (ErrorKind::TextChanged, "text-changed", None));
            assert_eq!(bmes::check(&lying(*version, &texts)), Err(error));
        }
    }
    let error = bmes::encode(&lying(Version::V1, &["b", "bb"]), b"").unwrap_err();
    insta::assert_snapshot!(error, @"text-changed: file: a string of the record returned one text when it was measured, and a different text when it was written: `as_ref` must always return the same text");
}

#[test]
fn the_rules_are_checked_in_the_text_that_was_written() {
    // The name is `b` when it is measured, and `a` when it is written. The second export is also called `a`.
    let error = bmes::encode(&lying(Version::V1, &["b", "a"]), b"code").unwrap_err();
    assert_eq!(error.class(), "duplicate-export-name");
}

#[test]
fn a_file_with_changing_strings_passes_the_check_if_it_is_written() {
    for version in Version::NAMED {
        for texts in [vec!["b", "c"], vec!["a", "b"], vec!["b", "b", "a"], vec!["b", "c", "d", "e"]] {
            for _ in 0..3 {
                let record = lying(*version, &texts);
                if let Ok(file) = bmes::encode(&record, b"code") {
                    assert_eq!(ModuleView::parse(&file).unwrap().check(), Ok(()), "{texts:?}");
                }
                if let Ok(checked) = Checked::new(&record) {
                    let file = checked.encode(b"other code").unwrap();
                    assert_eq!(ModuleView::parse(&file).unwrap().check(), Ok(()), "{texts:?}");
                }
            }
        }
    }
}

#[test]
fn keys_that_change_during_the_sort_cause_no_panic() {
    let attribute = |_| Attribute { key: Liar::new(&["a", "c", "b", "d", "e"]), value: honest("v") };
    let mut record = ModuleRecord::new(bmes::VersionFields::V2);
    record.requests = vec![ModuleRequest { specifier: honest("m"), attributes: (0..200).map(attribute).collect() }];
    for _ in 0..10 {
        assert_eq!(bmes::encode(&record, b"code").unwrap_err().class(), "duplicate-attribute");
    }
}

#[test]
fn a_changing_string_leaves_the_buffer_unchanged() {
    let mut buffer = b"before".to_vec();
    bmes::encode_into(&lying(Version::V2, &["b", "bb"]), b"code", &mut buffer).unwrap_err();
    assert_eq!(buffer, b"before");
}

/// Returns records whose entries share a string of 16 MiB. The file of each record would take 1.6 TB.
fn sharing(long: &str) -> Vec<(&'static str, ModuleRecord<&str>)> {
    const COUNT: usize = 100_000;
    let mut export_names = ModuleRecord::new(bmes::VersionFields::V1);
    export_names.exports = vec![ExportEntry::local(long, "x"); COUNT];
    let mut modules = ModuleRecord::new(bmes::VersionFields::V2);
    modules.requests = vec![ModuleRequest::new(long)];
    modules.imports = vec![ImportEntry::single(long, "x", "y"); COUNT];
    let mut beginnings = ModuleRecord::new(bmes::VersionFields::V3(bmes::Environment::new()));
    beginnings.exports = (0..COUNT).map(|index| ExportEntry::local(&long[index..], "x")).collect();
    let mut variables = ModuleRecord::new(bmes::VersionFields::V3(bmes::Environment::new()));
    let environment = variables.environment_mut().unwrap();
    environment.lexical_variables = vec![bmes::Variable::new(long, 0); COUNT];
    vec![
        ("one name", export_names),
        ("one module", modules),
        ("names that are ends of one name", beginnings),
        ("variables", variables),
    ]
}

#[test]
fn a_string_that_many_entries_share_is_measured_and_not_written() {
    let long = "x".repeat(16 << 20);
    for (what, record) in sharing(&long) {
        let mut error = None;
        let info = measure(|| error = bmes::encode(&record, b"code").err());
        let error = error.unwrap();
        assert_eq!(error.class(), "too-large", "{what}");
        assert_eq!(bmes::check(&record), Err(error), "{what}");
        assert_eq!(info.count_total, 0, "{what}: `encode` allocated memory");
    }
}

/// Encodes a file of 1.6 GB in a process that may use only 800 MB. `memory_that_is_not_there_is_an_error` starts this
/// process.
#[test]
#[ignore = "only `memory_that_is_not_there_is_an_error` runs this test, in a child process with little memory"]
fn a_child_with_little_memory() {
    let long = "x".repeat(16 << 20);
    let mut record: ModuleRecord<&str> = ModuleRecord::new(bmes::VersionFields::V1);
    record.exports = vec![ExportEntry::local("e", long.as_str()); 100];
    let error = bmes::encode(&record, b"").unwrap_err();
    assert_eq!((error.class(), error.code(), error.offset()), ("out-of-memory", 301, None));
    assert_eq!(bmes::check(&record), Err(error));

    // The file has more than eight million empty specifiers. For each of them, the list of `inspect` takes more memory
    // than the file does.
    let stars: u32 = (8 << 20) + 1_000;
    let mut file = b"SEMB\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    file.extend(stars.to_le_bytes());
    file.resize(file.len() + 4 * stars as usize + 4, 0);
    assert_eq!(bmes::inspect(&file).error().map(|error| error.class()), Some("out-of-memory"));
    let decoded = bmes::decode(&file).map(|module| module.record.star_exports.len()).map_err(|error| error.class());
    assert!(decoded == Ok(stars as usize) || decoded == Err("out-of-memory"), "{decoded:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn memory_that_is_not_there_is_an_error() {
    let child = Command::new("sh")
        .args(["-c", "ulimit -v 800000 && exec \"$0\" --exact a_child_with_little_memory --ignored"])
        .arg(std::env::current_exe().unwrap())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && printed.contains("1 passed"), "{printed}{child:?}");
}
