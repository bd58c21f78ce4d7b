//! A store keeps packs and their stamps, and takes every problem for a miss.
#![cfg(unix)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bmes::Digest;
use bmes_pack::{Format, Index, Module, Source, Stamps, State};
use bmes_store::{Buffer, Miss, Mode, PackName, Store};

use support::{Home, PRODUCER, aligned, names, set_mode};

/// Returns the pack of a program with one module, whose file has `len` bytes of bytecode at a multiple of `alignment`.
fn pack(url: &str, len: usize, alignment: u32) -> Vec<u8> {
    let module = aligned(url, len, alignment);
    let source = Source { size: module.source.size, sha256: module.source.sha256 };
    let modules = vec![Module { source: Some(source), ..Module::new(url.into(), Format::Module) }];
    let index = Index { entries: vec![0], modules, ..Index::new(PRODUCER) };
    bmes_pack::write(index, &[Some(module.file)]).unwrap()
}

fn name() -> PackName {
    PackName::new(&Digest([1; 32]), Path::new("/app"))
}

fn path(home: &Home, extension: &str) -> PathBuf {
    home.location().join(format!("1/packs/{}.{extension}", name().0))
}

fn reason(store: &Store) -> Option<&'static str> {
    store.get_pack(&name(), &mut Buffer::new()).err().map(|miss| miss.reason())
}

#[test]
fn a_stored_pack_is_found_again_by_another_store() {
    let home = Home::new();
    let pack = pack("main.mjs", 100, 8);
    home.store().put_pack(&name(), &pack).unwrap();
    let (store, mut buffer) = (home.store(), Buffer::new());
    let found = store.get_pack(&name(), &mut buffer).unwrap();
    assert_eq!(found.index().modules[0].url, "main.mjs");
    assert_eq!(found.verify(0).unwrap().bytecode().len(), 100);
    assert_eq!(store.counters().hits, 1);
    assert_eq!(names(&home.location().join("1/packs")), [format!("{}.zip", name().0)]);
}

#[test]
fn a_pack_that_was_not_stored_is_absent() {
    assert_eq!(reason(&Home::new().store()), Some("absent"));
}

#[test]
fn a_second_pack_replaces_the_first() {
    let home = Home::new();
    let store = home.store();
    for url in ["a.mjs", "b.mjs"] {
        store.put_pack(&name(), &pack(url, 10, 8)).unwrap();
        let mut buffer = Buffer::new();
        assert_eq!(store.get_pack(&name(), &mut buffer).unwrap().index().modules[0].url, url);
    }
}

#[test]
fn the_same_pack_is_not_written_again() {
    let home = Home::new();
    let (store, pack) = (home.store(), pack("main.mjs", 10, 8));
    store.put_pack(&name(), &pack).unwrap();
    let inode = |path: &Path| std::os::unix::fs::MetadataExt::ino(&fs::metadata(path).unwrap());
    let before = inode(&path(&home, "zip"));
    store.put_pack(&name(), &pack).unwrap();
    assert_eq!(inode(&path(&home, "zip")), before);
}

#[test]
fn bytecode_of_a_pack_has_its_alignment_in_memory() {
    let home = Home::new();
    for len in [10, 3 << 20] {
        home.store().put_pack(&name(), &pack("main.mjs", len, 4096)).unwrap();
        let mut buffer = Buffer::new();
        let store = home.store();
        let found = store.get_pack(&name(), &mut buffer).unwrap();
        assert_eq!(found.verify(0).unwrap().bytecode().as_ptr() as usize % 4096, 0);
    }
}

#[test]
fn every_damage_of_the_structures_or_the_index_is_a_miss_and_the_pack_is_removed() {
    let home = Home::new();
    let whole = pack("main.mjs", 10, 8);
    for (what, damaged) in [
        ("empty", Vec::new()),
        ("cut", whole[..whole.len() - 1].to_vec()),
        ("longer", [&whole[..], b"x"].concat()),
        ("index", {
            let at = whole.windows(5).position(|bytes| bytes == b"stat\"").unwrap();
            [&whole[..at], b"Stat", &whole[at + 4..]].concat()
        }),
    ] {
        home.store().put_pack(&name(), &whole).unwrap();
        fs::write(path(&home, "zip"), damaged).unwrap();
        let store = home.store();
        assert_eq!(reason(&store), Some("damaged"), "{what}");
        assert!(!path(&home, "zip").exists(), "{what}");
        assert_eq!(store.counters().removed, 1);
    }
}

#[test]
fn a_pack_of_another_layout_is_a_miss_and_stays() {
    let home = Home::new();
    home.store().put_pack(&name(), &other_layout()).unwrap();
    assert_eq!(reason(&home.store()), Some("other-version"));
    assert!(path(&home, "zip").exists());
}

/// Returns a ZIP file whose index has the layout 2.
fn other_layout() -> Vec<u8> {
    let file = pack("main.mjs", 10, 8);
    let at = file.windows(10).position(|bytes| bytes == b"{\"pack\":1,").unwrap();
    let mut file = file;
    let end = file.len() - 22;
    let directory = u32::from_le_bytes(file[end + 16..end + 20].try_into().unwrap()) as usize;
    let before = bmes_crc(&file[at..directory]);
    file[at + 8] = b'2';
    let after = bmes_crc(&file[at..directory]);
    for place in 0..file.len() - 4 {
        if file[place..place + 4] == before {
            file[place..place + 4].copy_from_slice(&after);
        }
    }
    file
}

/// The CRC-32 of ZIP, bit by bit.
fn bmes_crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    (!crc).to_le_bytes()
}

#[test]
fn programs_in_two_folders_have_packs_of_two_names() {
    let key = Digest([1; 32]);
    assert_ne!(PackName::new(&key, Path::new("/a")), PackName::new(&key, Path::new("/b")));
    assert_ne!(PackName::new(&key, Path::new("/a")), PackName::new(&Digest([2; 32]), Path::new("/a")));
}

#[test]
fn a_pack_that_others_could_have_written_is_a_miss() {
    let home = Home::new();
    home.store().put_pack(&name(), &pack("main.mjs", 10, 8)).unwrap();
    set_mode(&path(&home, "zip"), 0o666);
    assert!(matches!(home.store().get_pack(&name(), &mut Buffer::new()), Err(Miss::OthersMayWrite)));
}

#[test]
fn a_store_that_only_reads_stores_no_pack_and_removes_none() {
    let home = Home::new();
    home.store().put_pack(&name(), &pack("main.mjs", 10, 8)).unwrap();
    fs::write(path(&home, "zip"), b"damaged").unwrap();
    let mut settings = home.settings();
    settings.mode = Mode::ReadOnly;
    let store = Store::open(settings);
    assert_eq!(reason(&store), Some("damaged"));
    assert!(store.put_pack(&name(), b"x").is_err() && store.put_stamps(&name(), &Stamps::default()).is_err());
    assert_eq!(fs::read(path(&home, "zip")).unwrap(), b"damaged");
}

#[test]
fn stamps_are_found_again_and_damaged_ones_are_none() {
    let home = Home::new();
    let mut stamps = Stamps::default();
    stamps.add("main.mjs", Digest([3; 32]), State { size: 1, mtime: 2, ctime: 3, inode: 4 }, SystemTime::now());
    assert_eq!(home.store().stamps(&name()), Stamps::default());
    home.store().put_stamps(&name(), &stamps).unwrap();
    assert_eq!(home.store().stamps(&name()), stamps);
    fs::write(path(&home, "stamps"), b"{}\n00000000\n").unwrap();
    assert_eq!(home.store().stamps(&name()), Stamps::default());
}
