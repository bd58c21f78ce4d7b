//! A store keeps what was stored, verifies what it gives, and takes every problem for a miss.
#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::time::{Duration, SystemTime};

use bmes::v4::KnownSource;
use bmes_store::{Buffer, Key, Mode, Producer, Settings, Store};

use support::{Home, PRODUCER, aligned, has, miss, module, names, set_mode};

#[test]
fn a_stored_module_is_found_again_by_another_store() {
    let home = Home::new();
    let module = module("a", 100);
    home.store().put(&module.key, &module.file).unwrap();
    let store = home.store();
    assert!(has(&store, &module));
    assert_eq!(store.counters().hits, 1);
}

#[test]
fn a_module_that_was_not_stored_is_absent() {
    let store = Home::new().store();
    assert_eq!(miss(&store, &module("a", 0)), Some("absent"));
    assert_eq!(store.counters().misses_by_reason().collect::<Vec<_>>(), [("absent", 1)]);
}

#[test]
fn the_location_has_the_layout_of_the_documentation() {
    let home = Home::new();
    let (module, producer) = (module("a", 0), Producer::new("engine", "1"));
    let store = home.store();
    store.put(&module.key, &module.file).unwrap();
    store.put_producer(&producer).unwrap();
    assert_eq!(names(&home.location()), ["1", "CACHEDIR.TAG"]);
    assert_eq!(names(&home.location().join("1")), ["modules", "producers", "tmp"]);
    assert!(home.path(&module).is_file());
    assert_eq!(home.settings().module_path(&module.key), Some(home.path(&module)));
    assert_eq!(names(&home.location().join("1/producers")), [format!("{}.json", producer.digest().unwrap())]);
    assert!(names(&home.location().join("1/tmp")).is_empty());
    let tag = fs::read(home.location().join("CACHEDIR.TAG")).unwrap();
    assert!(tag.starts_with(b"Signature: 8a477f597d28d172789f06886806bc55\n"));
}

#[test]
fn only_the_user_may_use_what_the_store_creates() {
    let home = Home::new();
    let module = module("a", 0);
    home.store().put(&module.key, &module.file).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for folder in ["", "1", "1/modules", "1/tmp"] {
        assert_eq!(mode(&home.location().join(folder)), 0o700, "{folder}");
    }
    assert_eq!(mode(&home.path(&module)), 0o600);
}

#[test]
fn a_file_is_not_used_for_another_source_or_another_producer() {
    let home = Home::new();
    let (a, b) = (module("a", 0), module("b", 0));
    let store = home.store();
    // The file of `a` under the key of `b`: no program does this, so only the comparison can find it.
    store.put(&b.key, &a.file).unwrap();
    assert_eq!(miss(&store, &b), Some("stale-source"));
    let other = bmes::Digest([8; 32]);
    let mut buffer = Buffer::new();
    let lookup = store.get(&b.key, &other, KnownSource::Source(a.source), &mut buffer);
    assert_eq!(lookup.miss().unwrap().reason(), "other-producer");
    assert!(home.path(&b).exists(), "a file of another producer or source is not removed");
}

#[test]
fn every_flipped_bit_is_a_miss() {
    let home = Home::new();
    let module = module("a", 10);
    let store = home.store();
    for bit in 0..module.file.len() * 8 {
        let mut file = module.file.clone();
        file[bit / 8] ^= 1 << (bit % 8);
        store.put(&module.key, &file).unwrap();
        assert!(!has(&store, &module), "bit {bit}");
    }
}

#[test]
fn every_shorter_file_is_a_miss_and_is_removed() {
    let home = Home::new();
    let module = module("a", 10);
    let store = home.store();
    for len in 0..module.file.len() {
        store.put(&module.key, &module.file[..len]).unwrap();
        assert_eq!(miss(&store, &module), Some("damaged"), "{len} bytes");
        assert_eq!(miss(&store, &module), Some("absent"), "{len} bytes");
    }
    assert_eq!(store.counters().removed, module.file.len() as u64);
}

#[test]
fn a_damaged_file_is_replaced_by_the_next_put() {
    let home = Home::new();
    let module = module("a", 10);
    let store = home.store();
    store.put(&module.key, b"nonsense").unwrap();
    store.put(&module.key, &module.file).unwrap();
    assert!(has(&store, &module));
}

#[test]
fn the_lookup_of_the_benchmarks_reads_the_file_and_verifies_nothing() {
    let home = Home::new();
    let module = module("a", 10);
    let store = home.store();
    let mut buffer = Buffer::new();
    assert_eq!(store.get_unverified(&module.key, &mut buffer).unwrap_err().reason(), "absent");
    let mut file = module.file.clone();
    *file.last_mut().unwrap() ^= 1;
    store.put(&module.key, &file).unwrap();
    assert_eq!(store.get_unverified(&module.key, &mut buffer).unwrap(), file);
    assert_eq!((store.counters().hits, store.counters().all_misses()), (1, 1));
    assert_eq!(miss(&store, &module), Some("damaged"));
}

#[test]
fn a_file_of_another_version_is_a_miss_and_stays() {
    let home = Home::new();
    let module = module("a", 10);
    let store = home.store();
    for version in [1, 2, 3, 5, 99] {
        let mut file = module.file.clone();
        file[4] = version;
        store.put(&module.key, &file).unwrap();
        assert_eq!(miss(&store, &module), Some("other-version"), "version {version}");
        assert!(home.path(&module).exists());
    }
}

#[test]
fn a_store_that_only_reads_creates_and_deletes_nothing() {
    let home = Home::new();
    let mut settings = home.settings();
    settings.mode = Mode::ReadOnly;
    let store = Store::open(settings.clone());
    let module = module("a", 10);
    assert_eq!(miss(&store, &module), Some("absent"));
    assert!(!home.location().exists());

    home.store().put(&module.key, b"nonsense").unwrap();
    let store = Store::open(settings);
    assert_eq!(miss(&store, &module), Some("damaged"));
    assert!(home.path(&module).exists());
    store.put(&module.key, &module.file).unwrap_err();
    store.prune(0, || {}).unwrap_err();
    store.clear(|| {}).unwrap_err();
    assert_eq!(store.evict().files, 0);
    assert!(home.path(&module).exists());
}

#[test]
fn links_are_not_followed() {
    let home = Home::new();
    let module = module("a", 10);
    let store = home.store();
    store.put(&module.key, &module.file).unwrap();
    let path = home.path(&module);
    let elsewhere = home.location().join("elsewhere");
    fs::rename(&path, &elsewhere).unwrap();
    symlink(&elsewhere, &path).unwrap();
    assert_eq!(miss(&store, &module), Some("not-a-file"));
    // A put replaces the link, and not the file that it names.
    fs::write(&elsewhere, "mine").unwrap();
    store.put(&module.key, &module.file).unwrap();
    assert!(has(&store, &module));
    assert_eq!(fs::read(&elsewhere).unwrap(), b"mine");
}

#[test]
fn links_to_folders_are_not_followed() {
    let home = Home::new();
    let module = module("a", 10);
    home.store().put(&module.key, &module.file).unwrap();
    for folder in ["1/modules", "1/tmp"].map(|folder| home.location().join(folder)) {
        let elsewhere = home.location().join("elsewhere");
        fs::rename(&folder, &elsewhere).unwrap();
        symlink(&elsewhere, &folder).unwrap();
        let before = names(&elsewhere);
        let store = home.store();
        if folder.ends_with("modules") {
            assert_eq!(miss(&store, &module), Some("not-a-file"));
        }
        let other = support::module("another", 10);
        store.put(&other.key, &other.file).unwrap_err();
        store.prune(0, || {}).unwrap();
        assert_eq!(names(&elsewhere), before);
        fs::remove_file(&folder).unwrap();
        fs::rename(&elsewhere, &folder).unwrap();
        home.store().put(&module.key, &module.file).unwrap();
    }
}

#[test]
fn a_fifo_a_folder_and_a_socket_are_misses_at_once() {
    let home = Home::new();
    let module = module("a", 10);
    let store = home.store();
    store.put(&module.key, &module.file).unwrap();
    let path = home.path(&module);
    let plant: [&dyn Fn(); 3] = [
        &|| rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap(),
        &|| fs::create_dir(&path).unwrap(),
        &|| drop(std::os::unix::net::UnixListener::bind(&path).unwrap()),
    ];
    for plant in plant {
        let _ = fs::remove_file(&path);
        let _ = fs::remove_dir(&path);
        plant();
        assert_eq!(miss(&store, &module), Some("not-a-file"));
    }
}

#[test]
fn a_file_that_others_may_write_is_not_used() {
    let home = Home::new();
    let module = module("a", 10);
    let store = home.store();
    store.put(&module.key, &module.file).unwrap();
    for mode in [0o620, 0o602, 0o666] {
        set_mode(&home.path(&module), mode);
        assert_eq!(miss(&store, &module), Some("others-may-write"), "{mode:o}");
    }
}

#[test]
fn the_bytecode_has_the_alignment_that_the_file_asks_for() {
    let home = Home::new();
    let store = home.store();
    let mut buffer = Buffer::new();
    for alignment in (3..=16).map(|power| 1 << power) {
        // Files of both kinds: those that are read at once, and those whose header is read first.
        for len in [1, 2 << 20] {
            let module = aligned("a", len, alignment);
            store.put(&module.key, &module.file).unwrap();
            let source = KnownSource::Source(module.source);
            let verified = store.get(&module.key, &PRODUCER, source, &mut buffer).hit().unwrap();
            assert_eq!(verified.bytecode().as_ptr() as usize % alignment as usize, 0, "{alignment}, {len}");
            assert_eq!(verified.bytecode(), module.bytecode);
        }
    }
}

#[test]
fn a_long_file_whose_header_is_wrong_takes_no_memory() {
    let home = Home::new();
    let module = module("a", 10);
    let store = home.store();
    store.put(&module.key, &module.file).unwrap();
    // A sparse file: its length is 1 TiB, and it takes no space.
    fs::OpenOptions::new().write(true).open(home.path(&module)).unwrap().set_len(1 << 40).unwrap();
    assert_eq!(miss(&store, &module), Some("damaged"));
}

#[test]
fn the_second_cache_is_used_after_the_first_and_never_changed() {
    let (own, lower) = (Home::new(), Home::new());
    let (a, b, c) = (module("a", 1), module("b", 2), module("c", 3));
    let below = lower.store();
    below.put(&a.key, &a.file).unwrap();
    below.put(&b.key, b"nonsense").unwrap();
    let mut settings = own.settings();
    settings.lower = Some(lower.location());
    let store = Store::open(settings.clone());
    assert!(has(&store, &a));
    assert_eq!(miss(&store, &b), Some("damaged"));
    assert!(lower.path(&b).exists());
    assert_eq!(miss(&store, &c), Some("absent"));
    // A damaged file in the first cache does not hide the one in the second.
    store.put(&a.key, b"nonsense").unwrap();
    assert!(has(&store, &a));
    // The second cache alone.
    settings.location = None;
    assert!(has(&Store::open(settings), &a));
}

#[test]
fn a_folder_that_vanishes_is_a_miss_and_no_error() {
    let home = Home::new();
    let module = module("a", 10);
    let store = home.store();
    store.put(&module.key, &module.file).unwrap();
    for folder in ["1/modules", "1/tmp", "1", ""] {
        let _ = fs::remove_dir_all(home.location().join(folder));
        let _ = miss(&store, &module);
        let _ = store.put(&module.key, &module.file);
        store.evict();
    }
    assert_eq!(miss(&store, &module), Some("absent"));
    assert!(store.put(&module.key, &module.file).is_err());
    let store = home.store();
    store.put(&module.key, &module.file).unwrap();
    assert!(has(&store, &module));
}

#[test]
fn folders_are_created_again_while_the_store_is_open() {
    let home = Home::new();
    let module = module("a", 10);
    let store = home.store();
    for folder in ["1/modules", "1/tmp"] {
        store.put(&module.key, &module.file).unwrap();
        fs::remove_dir_all(home.location().join(folder)).unwrap();
        store.put(&module.key, &module.file).unwrap();
        assert!(has(&store, &module));
    }
}

#[test]
fn without_settings_there_is_no_cache_and_no_problem() {
    let store = Store::open(Settings::from_variables(|_| None));
    assert!(store.problems().is_empty());
    let module = module("a", 10);
    assert_eq!(miss(&store, &module), Some("no-cache"));
    store.put(&module.key, &module.file).unwrap_err();
    store.evict();
}

#[test]
fn the_access_time_is_written_at_most_once_an_hour() {
    let home = Home::new();
    let module = module("a", 10);
    let store = home.store();
    store.put(&module.key, &module.file).unwrap();
    let path = home.path(&module);
    let accessed = || fs::metadata(&path).unwrap().accessed().unwrap();
    let hour = Duration::from_secs(3600);
    let year = hour * 24 * 365;
    let now = SystemTime::now();
    for (time, is_written) in
        [(now - hour / 2, false), (now - 2 * hour, true), (now - 10 * year, true), (now + 10 * year, true)]
    {
        // The modification is as old as the access; otherwise the system itself writes the time of the access.
        let times = fs::FileTimes::new().set_accessed(time).set_modified(time - Duration::from_secs(1));
        fs::File::options().write(true).open(&path).unwrap().set_times(times).unwrap();
        let before = accessed();
        assert!(has(&store, &module));
        let is_recent = accessed().duration_since(now).is_ok_and(|since| since < hour / 2);
        assert_eq!((accessed() != before, is_recent), (is_written, is_written), "{time:?}");
    }
}

#[test]
fn the_pairs_of_a_producer_are_found_by_their_digest() {
    let home = Home::new();
    let producer = Producer::new("quickjs-ng", "0.11.0").flag("strip", "debug");
    let digest = producer.digest().unwrap();
    let store = home.store();
    assert_eq!(store.producer(&digest), None);
    store.put_producer(&producer).unwrap();
    let path = home.location().join(format!("1/producers/{digest}.json"));
    let inode = || fs::metadata(&path).unwrap().ino();
    let before = inode();
    store.put_producer(&producer).unwrap();
    assert_eq!(inode(), before, "pairs that are there are not written again");
    assert_eq!(store.producer(&digest), Some(producer));
    assert_eq!(store.producers(), [digest]);
    let producer = Producer::new("quickjs-ng", "0.11.0").flag("strip", "debug");
    for wrong in ["{\"engine\": \"other\"}", ""] {
        fs::write(&path, wrong).unwrap();
        assert_eq!(store.producer(&digest), None, "pairs with another digest are not used");
        store.put_producer(&producer).unwrap();
        assert_eq!(store.producer(&digest).as_ref(), Some(&producer), "and they are replaced");
    }
    assert_eq!(store.counters().stored, 0, "only modules are counted");
}

#[test]
fn a_buffer_can_be_used_for_files_of_any_size_in_any_order() {
    let home = Home::new();
    let store = home.store();
    let modules: Vec<_> = [5, 3 << 20, 0, 70_000, 1].map(|len| module(&format!("m{len}"), len)).into();
    for module in &modules {
        store.put(&module.key, &module.file).unwrap();
    }
    let mut buffer = Buffer::new();
    for module in modules.iter().chain(modules.iter().rev()) {
        let source = KnownSource::Source(module.source);
        let verified = store.get(&module.key, &PRODUCER, source, &mut buffer).hit().unwrap();
        assert_eq!(verified.bytecode(), module.bytecode);
    }
}

#[test]
fn a_key_has_the_url_the_producer_and_the_source() {
    let (producer, source) = (bmes::Digest([1; 32]), bmes::Digest([2; 32]));
    let key = |url, producer, source| Key::new(url, &producer, &source).unwrap();
    let one = key("file:///a.mjs", producer, source);
    assert_ne!(one, key("file:///b.mjs", producer, source));
    assert_ne!(one, key("file:///a.mjs", source, source));
    assert_ne!(one, key("file:///a.mjs", producer, producer));
}

#[test]
fn a_file_that_is_stored_already_is_not_written_again() {
    let home = Home::new();
    let module = module("a", 10);
    let store = home.store();
    let inode = || fs::metadata(home.path(&module)).unwrap().ino();
    store.put(&module.key, &module.file).unwrap();
    let first = inode();
    store.put(&module.key, &module.file).unwrap();
    assert_eq!(inode(), first);
    // Of the same length, but with another header.
    let mut other = module.file.clone();
    other[40] ^= 1;
    store.put(&module.key, &other).unwrap();
    assert_ne!(inode(), first);
    assert_eq!(fs::read(home.path(&module)).unwrap(), other);
}

#[test]
fn the_threads_of_a_process_have_one_temporary_file_together() {
    let home = Home::new();
    let store = home.store();
    // On a busy machine, the files of a round can come and go unseen. Then another round follows.
    let most = (0..100).map(|round| most_temporary_files(&home, &store, round)).find(|most| *most > 0);
    assert_eq!(most, Some(1));
}

/// Stores modules from four threads, and returns the largest number of temporary files that were seen at once.
fn most_temporary_files(home: &Home, store: &Store, round: usize) -> usize {
    let modules: Vec<_> = (0..40).map(|number| module(&format!("m{round}.{number}"), 500_000)).collect();
    let is_done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut most = 0;
            while !is_done.load(std::sync::atomic::Ordering::Relaxed) {
                most = most.max(names(&home.location().join("1/tmp")).len());
            }
            most
        });
        let put =
            |part: &[support::Module]| part.iter().for_each(|module| store.put(&module.key, &module.file).unwrap());
        let writers: Vec<_> = modules.chunks(10).map(|part| scope.spawn(move || put(part))).collect();
        for writer in writers {
            writer.join().unwrap();
        }
        is_done.store(true, std::sync::atomic::Ordering::Relaxed);
        watch.join().unwrap()
    })
}
