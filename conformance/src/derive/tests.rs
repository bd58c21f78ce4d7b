//! Tests of which derived cases a file has, and of what each change does.

use super::*;

fn of(length: usize, metadata: usize, depth: Depth, seed: u64) -> Vec<Change> {
    changes(Original { id: "v1/x/y", file: &vec![0; length], metadata, record: None }, depth, seed)
}

fn kinds(changes: &[Change]) -> (usize, usize, usize) {
    let of = |is: fn(&Change) -> bool| changes.iter().filter(|change| is(change)).count();
    (
        of(|c| matches!(c, Change::Prefix(_))),
        of(|c| matches!(c, Change::Append)),
        of(|c| matches!(c, Change::Flip { .. })),
    )
}

#[test]
fn small_files_are_covered_exhaustively() {
    assert_eq!(kinds(&of(100, 80, Depth::Quick, 1)), (0, 0, 0));
    assert_eq!(kinds(&of(100, 80, Depth::Standard, 1)), (100, 1, SAMPLED_FLIPS));
    assert_eq!(kinds(&of(100, 80, Depth::Full, 1)), (100, 1, 80 * 8));
    assert_eq!(kinds(&of(2100, EXHAUSTIVE, Depth::Full, 1)), (EXHAUSTIVE + 3, 1, EXHAUSTIVE * 8));
}

#[test]
fn nothing_is_there_twice_and_everything_fits() {
    for (length, metadata) in [(28, 28), (2048, 2000), (9000, 8000), (100_000, 50_000)] {
        for depth in [Depth::Standard, Depth::Full] {
            let all = of(length, metadata, depth, 7);
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
            let original = Original { id: "v1/x/y", file: &vec![0; length], metadata, record: None };
            assert!(all.iter().all(|change| change.fits(original)));
        }
    }
}

#[test]
fn large_files_stay_within_the_budget() {
    let all = of(1 << 20, 1 << 19, Depth::Standard, 3);
    let bytes = |wanted: fn(&Change) -> bool| -> usize {
        all.iter().filter(|change| wanted(change)).map(|change| change.apply(&vec![0; 1 << 20]).len()).sum()
    };
    assert!(bytes(|change| matches!(change, Change::Prefix(_))) <= BYTES_STANDARD * 5 / 4);
    assert!(bytes(|change| matches!(change, Change::Flip { .. })) <= BYTES_STANDARD);
    assert!(kinds(&all).0 > 3 && kinds(&all).2 == 3);
}

#[test]
fn the_seed_decides_and_nothing_else() {
    assert_eq!(of(500, 400, Depth::Standard, 5), of(500, 400, Depth::Standard, 5));
    assert_ne!(of(500, 400, Depth::Standard, 5), of(500, 400, Depth::Standard, 6));
}

#[test]
fn names_are_read_back_and_nothing_else_is() {
    let flip = Change::Flip { offset: 12, bit: 7 };
    for change in [
        Change::Prefix(0),
        Change::Prefix(17),
        Change::Append,
        Change::Metadata(16),
        Change::OtherVersion,
        flip,
        Change::Record(Operator::Rename, 7),
    ] {
        assert_eq!(Change::parse(&change.to_string()), Some(change));
    }
    for text in [
        "prefix",
        "prefix=",
        "prefix=01",
        "prefix=-1",
        "append=01",
        "append=",
        "flip=3",
        "flip=3.",
        "flip=+3.1",
        "metadata=",
        "cut=3",
        "rename=",
        "rename=-1",
    ] {
        assert_eq!(Change::parse(text), None, "{text}");
    }
}

/// Returns a file of this version without entries: the smallest file that has this bytecode.
fn empty(version: bmes::Version, bytecode: &[u8]) -> Vec<u8> {
    bmes::encode(&bmes::ModuleRecord::<String>::of_version(version).expect("a version from 1 to 3"), bytecode).unwrap()
}

#[test]
fn metadata_ends_early_only_where_the_header_says_where_it_ends() {
    let ends = |version| {
        let file = empty(version, b"code");
        let metadata = file.len() - 4;
        let original = Original { id: "v/x/y", file: &file, metadata, record: None };
        let all = changes(original, Depth::Standard, 1);
        assert!(all.iter().all(|change| change.fits(original)));
        all.into_iter().filter(|change| matches!(change, Change::Metadata(_))).collect::<Vec<_>>()
    };
    assert_eq!(ends(bmes::Version::V1), []);
    assert_eq!(ends(bmes::Version::V2), (16..32).map(Change::Metadata).collect::<Vec<_>>());
    assert_eq!(ends(bmes::Version::V3), [16, 24, 32, 40].map(Change::Metadata));
    let file = empty(bmes::Version::V1, b"code");
    assert!(!Change::Metadata(16).fits(Original { id: "v/x/y", file: &file, metadata: 28, record: None }));
}

#[test]
fn metadata_that_ends_early_is_followed_by_the_bytecode_and_the_header_says_so() {
    let file = Change::Metadata(20).apply(&empty(bmes::Version::V2, b"code"));
    assert_eq!(file, *b"SEMB\x02\0\0\0\x14\0\0\0\x04\0\0\0\0\0\0\0code");
    assert_eq!(bmes::bytecode_range(&file), Ok(20..24));
}

#[test]
fn a_change_changes_what_it_says() {
    assert_eq!(Change::Prefix(1).apply(&[1, 2, 3]), [1]);
    assert_eq!(Change::Append.apply(&[1]), [1, 0]);
    assert_eq!(Change::Flip { offset: 1, bit: 7 }.apply(&[1, 2]), [1, 0x82]);
}
