//! Eviction keeps a cache below its limit, and deletes only its own files.
#![cfg(unix)]

mod support;

use std::fs::{self, File, FileTimes};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, SystemTime};

use bmes_store::Store;

use support::{Home, has, module, names};

const HOUR: Duration = Duration::from_secs(3600);

/// Makes a file look as if it was last used at this time.
fn set_used(path: &Path, time: SystemTime) {
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_times(FileTimes::new().set_accessed(time).set_modified(time))
        .unwrap();
}

/// Stores modules of one folder, each with about this many bytes.
fn fill(store: &Store, count: usize, len: usize) -> Vec<support::Module> {
    let all = (0..).map(|number| module(&format!("module {number}"), len));
    let modules: Vec<_> = all.filter(|module| module.key.to_string().starts_with("00")).take(count).collect();
    for module in &modules {
        store.put(&module.key, &module.file).unwrap();
    }
    modules
}

/// The space that a file of up to 4 KiB takes.
const BLOCK: u64 = 4096;

/// Returns the limit at which a folder may hold this many bytes.
fn limit(share: u64) -> u64 {
    share * 512
}

#[test]
fn the_least_recently_used_files_are_deleted_until_70_percent_of_the_share_is_left() {
    let home = Home::new();
    let store = home.store();
    let modules = fill(&store, 10, 1000);
    let now = SystemTime::now();
    // The files were used in an order that is neither that of their names nor that in which they were stored.
    for (index, module) in (0..).zip(&modules) {
        set_used(&home.path(module), now - HOUR * (1 + (index * 7) % 10));
    }
    let evicted = store.prune(limit(9 * BLOCK), || {}).unwrap();
    // 70 % of 9 files are 6.3 files.
    assert_eq!((evicted.files, evicted.bytes), (4, 4 * BLOCK));
    for (index, module) in modules.iter().enumerate() {
        let age = 1 + (index * 7) % 10;
        assert_eq!(home.path(module).exists(), age <= 6, "used {age} hours ago");
    }
}

#[test]
fn a_folder_that_holds_no_more_than_its_share_stays_as_it_is() {
    let home = Home::new();
    let store = home.store();
    fill(&store, 3, 100);
    assert_eq!(store.prune(limit(3 * BLOCK), || {}).unwrap().files, 0);
    assert_eq!(store.prune(limit(3 * BLOCK - 1), || {}).unwrap().files, 1);
}

#[test]
fn a_hit_keeps_a_file_from_eviction() {
    let home = Home::new();
    let store = home.store();
    let modules = fill(&store, 4, 1000);
    let now = SystemTime::now();
    for (index, module) in (0..).zip(&modules) {
        set_used(&home.path(module), now - HOUR * (40 - index));
    }
    assert!(has(&store, &modules[0]));
    store.prune(limit(2 * BLOCK), || {}).unwrap();
    assert!(has(&store, &modules[0]));
    assert!(!has(&store, &modules[1]));
}

#[test]
fn a_time_in_the_future_counts_as_the_oldest() {
    let home = Home::new();
    let store = home.store();
    let modules = fill(&store, 2, 1000);
    set_used(&home.path(&modules[0]), SystemTime::now() + HOUR * 24 * 365 * 10);
    store.prune(limit(3 * BLOCK / 2), || {}).unwrap();
    assert!(!home.path(&modules[0]).exists());
    assert!(home.path(&modules[1]).exists());
}

#[test]
fn files_with_other_names_are_never_deleted() {
    let home = Home::new();
    let store = home.store();
    let modules = fill(&store, 1, 1000);
    let folder = home.path(&modules[0]);
    let folder = folder.parent().unwrap();
    let others = [
        folder.join("note.txt"),
        folder.join(format!("{}.bmes.bak", "0".repeat(62))),
        folder.join(format!("{}.BMES", "0".repeat(62))),
        home.location().join("1/note.txt"),
        home.location().join("1/tmp/note.txt"),
        home.location().join("1/producers/note.json"),
        home.location().join("2"),
        home.location().join("note.txt"),
    ];
    for path in &others {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, vec![0; 5000]).unwrap();
        set_used(path, SystemTime::now() - HOUR * 100);
    }
    // A link and a folder with names of the layout are not its files.
    let (link, inner) =
        (folder.join(format!("{}.bmes", "a".repeat(62))), folder.join(format!("{}.bmes", "b".repeat(62))));
    symlink(&others[0], &link).unwrap();
    fs::create_dir(&inner).unwrap();
    assert_eq!(store.prune(0, || {}).unwrap().files, 1);
    let cleared = store.clear(|| {}).unwrap();
    assert_eq!(cleared.modules.files, 0);
    for path in others.iter().chain([&inner]) {
        assert!(path.exists(), "{}", path.display());
    }
    assert!(link.is_symlink());
}

#[test]
fn packs_and_their_stamps_may_hold_half_of_the_limit() {
    let home = Home::new();
    let store = home.store();
    let packs = home.location().join("1/packs");
    fs::create_dir(&packs).unwrap();
    for (index, name) in (0..).zip(["a", "b", "c"]) {
        for extension in ["zip", "stamps"] {
            let path = packs.join(format!("{}.{extension}", name.repeat(64)));
            fs::write(&path, vec![0; 1000]).unwrap();
            set_used(&path, SystemTime::now() - HOUR * (10 - index));
        }
    }
    assert_eq!(store.prune(12 * BLOCK, || {}).unwrap().files, 0);
    let evicted = store.prune(11 * BLOCK, || {}).unwrap();
    // 70 % of 5.5 files are 3.85 files.
    assert_eq!(evicted.files, 3);
    assert_eq!(names(&packs).iter().filter(|name| name.starts_with('c')).count(), 2);
}

#[test]
fn temporary_files_are_deleted_after_an_hour() {
    let home = Home::new();
    let store = home.store();
    store.put(&module("a", 1).key, b"").unwrap();
    let folder = home.location().join("1/tmp");
    let (old, new) = (folder.join(format!("{}.tmp", "0".repeat(32))), folder.join(format!("{}.tmp", "1".repeat(32))));
    // The clock of a file server may be ahead.
    let ahead = folder.join(format!("{}.tmp", "2".repeat(32)));
    let now = SystemTime::now();
    for (path, time) in [(&old, now - HOUR * 2), (&new, now - HOUR / 2), (&ahead, now + HOUR * 2)] {
        fs::write(path, "half of a file").unwrap();
        set_used(path, time);
    }
    assert_eq!(store.evict().temporary, 1);
    assert!(!old.exists() && new.exists() && ahead.exists());
}

#[test]
fn eviction_looks_at_all_folders_in_the_long_run() {
    let home = Home::new();
    let mut settings = home.settings();
    settings.limit = 0;
    let store = Store::open(settings);
    let modules: Vec<_> = (0..600).map(|number| module(&format!("module {number}"), 10)).collect();
    for module in &modules {
        store.put(&module.key, &module.file).unwrap();
    }
    let mut runs = 0;
    while modules.iter().any(|module| home.path(module).exists()) {
        store.evict();
        runs += 1;
        // The folders take turns by chance. It is practically impossible that one has not had its turn by then.
        assert!(runs < 100_000);
    }
    assert!(runs > 100, "one run looks at one folder: {runs}");
}

#[test]
fn clear_deletes_everything_of_the_layout() {
    let home = Home::new();
    let store = home.store();
    fill(&store, 3, 100);
    store.put_producer(&bmes_store::Producer::new("engine", "1")).unwrap();
    fs::write(home.location().join(format!("1/tmp/{}.tmp", "0".repeat(32))), "half").unwrap();
    let cleared = store.clear(|| {}).unwrap();
    let counts = [cleared.modules, cleared.producers, cleared.temporary].map(|totals| totals.files);
    assert_eq!(counts, [3, 1, 1]);
    assert_eq!(cleared.modules.bytes, 3 * BLOCK);
    assert_eq!(store.contents(|| {}), bmes_store::Contents::default());
}

#[test]
fn eviction_looks_at_packs_and_producers_too() {
    let home = Home::new();
    let mut settings = home.settings();
    settings.limit = 0;
    let store = Store::open(settings);
    let packs = home.location().join("1/packs");
    fs::create_dir(&packs).unwrap();
    fs::write(packs.join(format!("{}.zip", "a".repeat(64))), "a pack").unwrap();
    store.put_producer(&bmes_store::Producer::new("engine", "1")).unwrap();
    let mut runs = 0;
    while !names(&packs).is_empty() || !store.producers().is_empty() {
        store.evict();
        runs += 1;
        assert!(runs < 100_000);
    }
}

#[test]
fn producers_have_a_share_of_the_limit() {
    let home = Home::new();
    let store = home.store();
    for number in 0..20 {
        store.put_producer(&bmes_store::Producer::new("engine", "1").url(&format!("file:///{number}.mjs"))).unwrap();
    }
    store.prune(limit(10 * BLOCK), || {}).unwrap();
    assert_eq!(store.producers().len(), 7);
}
