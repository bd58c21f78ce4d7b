//! Tests that the corpus agrees with its description in Rust, and that both decoders give the expected results for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bmes_oracle::Rejection;
use conformance::case::{Case, Decoded, ExpectedResult, Given, Record};
use conformance::cases;
use conformance::clauses::Clauses;
use conformance::corpus::{Corpus, FileCase, IDS};
use conformance::generate::corpus::{self, MANIFEST};
use conformance::generate::coverage::Coverage;
use conformance::protocol::{Info, Operation, Refusal};
use conformance::testee::{Implementation, Negative, Reference, Reply};
use conformance::verdicts;

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// Returns all cases, which are made once: some of them are large.
fn all() -> &'static [FileCase] {
    static ALL: LazyLock<Vec<FileCase>> = LazyLock::new(cases::all);
    &ALL
}

/// Returns the files below a folder, by their paths.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let tree = corpus::tree(folder).unwrap();
    tree.into_iter().map(|(name, path)| (name, fs::read(path).unwrap())).collect()
}

#[test]
fn writing_the_corpus_again_gives_the_committed_bytes() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("corpus-again");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("schema")).unwrap();
    // The schemas are written by hand, and `ids.txt` keeps the ids of earlier versions. So neither can be generated from
    // nothing.
    for kept in ["ids.txt", "schema/case.schema.json", "schema/report.schema.json"] {
        fs::copy(committed().join(kept), folder.join(kept)).unwrap();
    }
    corpus::write(&folder, all()).unwrap();
    let (again, committed) = (files(&folder), files(&committed()));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&again), names(&committed), "run cargo xtask regenerate corpus");
    for (name, bytes) in &committed {
        assert!(again[name] == *bytes, "{name} differs from its description: run cargo xtask regenerate corpus");
    }
}

#[test]
fn an_id_keeps_the_version_that_it_came_with() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("corpus-ids");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let cases = &all()[..3];
    let ids: Vec<_> = cases.iter().map(|case| case.case.id.as_str()).collect();
    // An old id, an id that a person added without a version, and a new id.
    fs::write(folder.join(IDS), format!("{} 0.0.1\n{}\n", ids[0], ids[1])).unwrap();
    corpus::write(&folder, cases).unwrap();
    let now = env!("CARGO_PKG_VERSION");
    let expected = format!("{} 0.0.1\n{} {now}\n{} {now}\n", ids[0], ids[1], ids[2]);
    let written = fs::read_to_string(folder.join(IDS)).unwrap();
    let of_cases = written.lines().filter(|line| ids.iter().any(|id| line.starts_with(&format!("{id} "))));
    assert_eq!(of_cases.collect::<Vec<_>>().join("\n") + "\n", expected);
}

#[test]
fn the_corpus_in_the_binary_is_the_committed_one() {
    let (embedded, folder) = (Corpus::standard().unwrap(), Corpus::load(&committed()).unwrap());
    assert_eq!(embedded.cases().len(), folder.cases().len());
    for (embedded, folder) in embedded.cases().iter().zip(folder.cases()) {
        assert!(embedded == folder, "{}: the embedded case differs from the case in the folder", folder.case.id);
    }
    assert_eq!(embedded.digest(), folder.digest());
}

#[test]
fn the_manifest_has_the_sum_of_every_file() {
    let written = fs::read_to_string(committed().join(MANIFEST)).unwrap();
    assert_eq!(corpus::manifest(&committed()).unwrap(), written);
}

#[test]
fn every_clause_is_tested_from_both_sides_or_says_why_not() {
    let cases = all();
    let coverage = Coverage::of(Clauses::standard(), cases.iter().map(|case| &case.case));
    assert_eq!(coverage.faults(), Vec::<String>::new());
}

#[test]
fn a_clause_without_cases_is_a_fault() {
    let faults = Coverage::of(Clauses::standard(), []).faults();
    assert!(
        faults.contains(&"v1-import-type has no accepting case and no reason in src/cases/untested.rs".to_owned()),
        "{faults:?}"
    );
    assert!(
        faults.contains(&"v1-writer-order has no accepting case and no reason in src/cases/untested.rs".to_owned()),
        "{faults:?}"
    );
}

#[test]
fn every_id_says_version_section_and_name() {
    for FileCase { case, .. } in all() {
        let parts: Vec<&str> = case.id.split('/').collect();
        let [version, section, name] = parts[..] else { panic!("{} does not have three parts", case.id) };
        assert!(["v1", "v2", "v3", "v4", "pack"].contains(&version), "{}", case.id);
        let is_word = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        assert!(is_word(section) && is_word(name), "{}", case.id);
    }
}

#[test]
fn every_case_names_clauses_and_says_something() {
    for FileCase { case, .. } in all() {
        assert!(!case.clauses.is_empty(), "{} names no clause", case.id);
        let distinct: BTreeSet<_> = case.clauses.iter().collect();
        assert_eq!(distinct.len(), case.clauses.len(), "{} names a clause twice", case.id);
        assert!(!case.title.is_empty() && !case.title.ends_with('.'), "{}: {}", case.id, case.title);
    }
}

#[test]
fn no_stored_file_of_a_case_is_larger_than_one_mebibyte() {
    // The manifest has a line for each file.
    for (name, path) in corpus::tree(&committed()).unwrap().into_iter().filter(|(name, _)| name != "MANIFEST.sha256") {
        assert!(fs::metadata(path).unwrap().len() <= 1 << 20, "{name}");
    }
}

#[test]
fn no_grown_file_is_larger_than_what_every_reader_accepts() {
    for FileCase { case, .. } in all() {
        let length = case.recipe.as_ref().and_then(|recipe| recipe.file.as_ref()).map_or(0, |growth| growth.length);
        // In version 4, only the metadata is limited. Its largest file has 16 MiB of bytecode at a multiple of 64 KiB.
        let most = match case.version() {
            Some(4) => (1 << 24) + (1 << 16),
            Some(_) => 1 << 24,
            // An opener of packs has no limit below 64 MiB of index. One pack is larger.
            None => 100 << 20,
        };
        assert!(length <= most, "{}: {length} bytes", case.id);
    }
}

#[test]
fn the_reference_says_of_every_case_what_it_expects() {
    for stored in all() {
        agrees(stored, &Reference);
    }
}

#[test]
fn the_oracle_gives_the_expected_answer_to_every_case() {
    // The oracle knows no packs. The testees in Python and JavaScript are second opinions on these.
    for stored in all().iter().filter(|stored| stored.case.expect.open_pack.is_none()) {
        agrees(stored, &Oracle);
    }
}

/// The oracle as an implementation.
struct Oracle;

impl Implementation for Oracle {
    fn info(&self) -> Info {
        Reference.info()
    }

    fn identify(&self, file: &[u8]) -> Reply<u32> {
        bmes_oracle::identify(file).map_err(refused)
    }

    fn decode(&self, file: &[u8]) -> Reply<Decoded> {
        if bmes_oracle::identify(file) == Ok(4) {
            bmes_oracle::v4::decode(file).map(Decoded::from).map_err(refused)
        } else {
            bmes_oracle::decode(file).map(Decoded::from).map_err(refused)
        }
    }

    fn check(&self, file: &[u8]) -> Reply<()> {
        let version_4 = bmes_oracle::identify(file) == Ok(4);
        if version_4 { bmes_oracle::v4::check(file) } else { bmes_oracle::check(file) }.map_err(refused)
    }

    fn encode(&self, record: &Record, text: &[u8], bytecode: &[u8]) -> Reply<Vec<u8>> {
        match record {
            Record::Named(record) => bmes_oracle::encode(record, bytecode),
            Record::V4(record) => bmes_oracle::v4::encode(record, text, bytecode),
        }
        .map_err(refused)
    }

    fn match_file(&self, file: &[u8], given: &Given) -> Reply<()> {
        verdicts::oracle_match(file, given).map_err(refused)
    }
}

fn refused(rejection: Rejection) -> Negative {
    let offset = rejection.offset.map(|offset| u64::try_from(offset).unwrap());
    Negative::Refused(Refusal { class: rejection.class.into(), offset, message: None })
}

/// Asserts that every answer of the implementation is what the case expects: the record and the written bytes, too.
fn agrees(stored: &FileCase, implementation: &dyn Implementation) {
    let grown = stored.grown().unwrap_or_else(|fault| panic!("{}: {fault}", stored.case.id));
    let FileCase { case, file, canonical, .. } = &*grown;
    let id = &case.id;
    if let (Some(file), Some(expected)) = (file, &case.expect.open_pack) {
        let index = implementation.open_pack(file);
        if let (ExpectedResult::Index { index: expected }, Ok(index)) = (expected, &index) {
            assert_eq!(index, &**expected, "{id}");
        }
        answers(case, Operation::OpenPack, || index.map(drop));
    }
    if let Some(file) = file {
        answers(case, Operation::Identify, || implementation.identify(file).map(drop));
        answers(case, Operation::Decode, || implementation.decode(file).map(drop));
        answers(case, Operation::Check, || implementation.check(file));
        if let Some(given) = &case.given {
            answers(case, Operation::Match, || implementation.match_file(file, given));
        }
    }
    if let Some(expected) = case.expect.record() {
        let file = file.as_deref().unwrap();
        let decoded = implementation.decode(file).unwrap();
        assert_eq!(&decoded, expected, "{id}");
        let written = implementation.encode(&decoded.record, grown.text(), grown.bytecode());
        let expected = canonical.as_deref().unwrap_or(file);
        if case.expect.encode.is_some() {
            assert!(
                written.as_deref().map_or(true, |written| written == expected),
                "{id}: encode returns other bytes than expected"
            );
        }
        answers(case, Operation::Encode, || written.map(drop));
    }
    if let Some(record) = &case.record {
        let written = implementation.encode(record, b"", b"");
        if let (Some(canonical), Ok(written)) = (canonical, &written) {
            assert!(written == canonical, "{id}: encode returns other bytes than expected");
        }
        answers(case, Operation::Encode, || written.map(drop));
    }
}

/// Asserts that an answer is what the case expects: acceptance, or one of the classes, and the offset if the case has one.
///
/// If the case has no expected answer for the operation, `answer` is not called, because it takes long on large files.
fn answers(case: &Case, operation: Operation, answer: impl FnOnce() -> Reply<()>) {
    let id = &case.id;
    let Some(expected) = case.expect.of(operation) else { return };
    match (expected, answer()) {
        (ExpectedResult::Error { error, offset }, Err(Negative::Refused(refusal))) => {
            assert!(
                error.contains(&refusal.class),
                "{id}: {operation} reports {}, which is not expected",
                refusal.class
            );
            if let Some(offset) = offset
                && operation != Operation::Encode
            {
                let at = u64::try_from(*offset).unwrap();
                assert_eq!(refusal.offset, Some(at), "{id}: {operation} reports an offset that is not expected");
            }
        }
        (ExpectedResult::Error { .. }, Ok(())) => {
            panic!("{id}: {operation} accepts the input, but an error is expected")
        }
        (_, answer) => assert_eq!(answer, Ok(()), "{id}: {operation}"),
    }
}
