//! Each change of a program on disk that matters to its pack is noticed.
#![cfg(all(unix, feature = "build"))]

mod support;

use std::fs::{self, File, FileTimes};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bmes_pack::build::{Options, make};
use bmes_pack::{Change, Changes, Freshness, Pack, Stamps, State, changes, locate};

use support::PRODUCER;
use support::disk::{Disk, age};

/// Makes a pack, changes something, and compares in a mode. The stamps are those of a first start.
fn after(change: impl Fn(&Disk), freshness: Freshness) -> (Changes, Vec<String>) {
    let disk = Disk::new();
    let link = disk.path("node_modules/linked");
    disk.write("elsewhere/one/package.json", "{\"type\": \"module\"}");
    disk.write("elsewhere/one/index.js", "export default 1;");
    disk.write("elsewhere/two/package.json", "{\"type\": \"module\"}");
    disk.write("elsewhere/two/index.js", "export default 1;");
    symlink("../elsewhere/one", &link).unwrap();
    disk.write("lib/b.js", "export const b = 1; import './dir/../c.js'; import 'linked/index.js'");
    disk.write("lib/c.js", "export {};");
    let made = disk.make();
    assert!(made.left_out.is_empty() && made.link_errors.is_empty(), "{made:?}");
    let pack = Pack::open(&made.pack).unwrap();
    let mut stamps = Stamps::default();
    let first = changes(pack.index(), &made.root, Freshness::Stat, &mut stamps);
    assert!(first.is_none(), "{first:?}");
    assert!(first.read > 10);
    // The status of each file has just changed, so these stamps do not count yet. Those of a later start do.
    let later = SystemTime::now() + Duration::from_secs(60);
    let modules = pack.index().modules.iter().filter_map(|module| Some((&module.url, module.source?.sha256)));
    for (url, sha256) in modules.chain(pack.index().packages.iter().map(|package| (&package.path, package.sha256))) {
        let state = State::of(&fs::metadata(locate(&made.root, url).unwrap()).unwrap());
        stamps.add(url.split('?').next().unwrap(), sha256, state, later);
    }
    let again = changes(pack.index(), &made.root, Freshness::Stat, &mut stamps);
    assert!(again.is_none() && again.read == 0, "{again:?}");
    change(&disk);
    let found = changes(pack.index(), &made.root, freshness, &mut stamps);
    let modules = found.modules.iter().map(|(number, _)| pack.index().modules[*number].url.clone()).collect();
    (found, modules)
}

/// Requires that a change makes this module stale, in the modes that notice changes.
fn is_stale(url: &str, change: impl Fn(&Disk), reason: &Change) {
    for mode in [Freshness::Stat, Freshness::Hash] {
        let (found, modules) = after(&change, mode);
        assert_eq!(modules, [url], "{mode:?}");
        assert_eq!(&found.modules[0].1, reason, "{mode:?}");
    }
    assert!(after(&change, Freshness::None).0.is_none());
}

/// Requires that a change makes the resolutions stale, in the modes that notice changes.
fn is_resolved_again(path: &str, change: impl Fn(&Disk), reason: &Change) {
    for mode in [Freshness::Stat, Freshness::Hash] {
        let (found, _) = after(&change, mode);
        assert!(found.resolution.contains(&(path.to_owned(), reason.clone())), "{mode:?}: {found:?}");
    }
    assert!(after(&change, Freshness::None).0.is_none());
}

#[test]
fn another_content_is_noticed() {
    is_stale("lib/c.js", |disk| disk.write("lib/c.js", "export {}; 1"), &Change::Content);
}

#[test]
fn another_content_of_the_same_size_and_time_is_noticed() {
    let change = |disk: &Disk| {
        let path = disk.path("lib/c.js");
        let before = fs::metadata(&path).unwrap().modified().unwrap();
        fs::write(&path, "export [];").unwrap();
        File::options().write(true).open(&path).unwrap().set_times(FileTimes::new().set_modified(before)).unwrap();
    };
    is_stale("lib/c.js", change, &Change::Content);
}

#[test]
fn a_file_that_was_only_touched_is_fresh() {
    for mode in [Freshness::Stat, Freshness::Hash] {
        let (found, _) = after(|disk| age(&disk.path("lib/c.js"), Duration::from_secs(10)), mode);
        assert!(found.is_none(), "{found:?}");
        assert!(found.read >= 1);
    }
}

#[test]
fn a_file_that_was_replaced_by_a_rename_is_noticed() {
    let change = |disk: &Disk| {
        disk.write("new.js", "export [];");
        fs::rename(disk.path("new.js"), disk.path("lib/c.js")).unwrap();
    };
    is_stale("lib/c.js", change, &Change::Content);
}

#[test]
fn a_missing_file_is_noticed() {
    is_stale("lib/c.js", |disk| fs::remove_file(disk.path("lib/c.js")).unwrap(), &Change::Missing);
}

#[test]
fn a_link_with_another_target_is_noticed() {
    let change = |disk: &Disk| {
        let link = disk.path("node_modules/linked");
        fs::remove_file(&link).unwrap();
        symlink("../elsewhere/two", &link).unwrap();
    };
    is_resolved_again("node_modules/linked", change, &Change::Target);
}

#[test]
fn other_exports_in_a_package_json_are_noticed() {
    let path = "node_modules/dep/package.json";
    is_resolved_again(path, |disk| disk.write(path, "{\"exports\": \"./esm.mjs\"}"), &Change::Content);
}

#[test]
fn a_new_file_that_shadows_another_one_is_noticed() {
    // `require('./inner')` looks for a file of this name before `inner.js`.
    let path = "node_modules/dep/inner";
    is_resolved_again(path, |disk| disk.write(path, "exports.inner = 2"), &Change::Appeared);
}

#[test]
fn a_dependency_that_was_removed_is_noticed() {
    for mode in [Freshness::Stat, Freshness::Hash] {
        let (found, modules) = after(|disk| fs::remove_dir_all(disk.path("node_modules/dep")).unwrap(), mode);
        assert!(modules.contains(&"node_modules/dep/esm.mjs".to_owned()));
        assert!(found.resolution.contains(&("node_modules/dep/package.json".to_owned(), Change::Missing)), "{found:?}");
    }
}

#[test]
fn a_name_with_characters_that_a_url_encodes_is_fresh() {
    let disk = Disk::new();
    disk.write("50%25 #1?.mjs", "import './lib/b.js'");
    let made = make(&[disk.path("50%25 #1?.mjs")], &Options::new(PRODUCER)).unwrap();
    let pack = Pack::open(&made.pack).unwrap();
    assert_eq!(pack.index().modules[0].url, "50%2525 %231%3F.mjs");
    let file = Some(disk.path("50%25 #1?.mjs"));
    assert_eq!(
        [locate(&made.root, "50%2525 %231%3F.mjs?x=1"), locate(&made.root, "50%2525 %231%3F.mjs#/")],
        [file.clone(), file]
    );
    let found = changes(pack.index(), &made.root, Freshness::Hash, &mut Stamps::default());
    assert!(found.is_none(), "{found:?}");
}

#[test]
fn an_absolute_path_is_no_path_of_a_pack() {
    let root = Path::new("/root");
    for path in ["/etc/passwd", "a//b", "./a", "a/"] {
        assert_eq!(locate(root, path), None, "{path}");
    }
    for (path, file) in
        [("%2Fetc", "/root/%2Fetc"), ("../a%00%", "/root/../a%00%"), ("", "/root"), ("a%5Cb", "/root/a\\b")]
    {
        assert_eq!(locate(root, path), Some(PathBuf::from(file)), "{path}");
    }
}

#[test]
fn only_files_of_the_right_size_are_read() {
    let disk = Disk::new();
    let made = disk.make();
    let pack = Pack::open(&made.pack).unwrap();
    for path in ["lib/b.js", "package.json"] {
        fs::remove_file(disk.path(path)).unwrap();
        symlink("/dev/zero", disk.path(path)).unwrap();
    }
    let found = changes(pack.index(), &made.root, Freshness::Hash, &mut Stamps::default());
    let reason = || Change::Unreadable("it is not a file".to_owned());
    assert_eq!(found.modules.iter().map(|(_, change)| change.clone()).collect::<Vec<_>>(), [reason()]);
    assert_eq!(found.resolution, [("package.json".to_owned(), reason())]);
    // This file needs 1 TiB, and no blocks.
    fs::remove_file(disk.path("lib/b.js")).unwrap();
    File::create(disk.path("lib/b.js")).unwrap().set_len(1 << 40).unwrap();
    let found = changes(pack.index(), &made.root, Freshness::Hash, &mut Stamps::default());
    assert_eq!(found.modules[0].1, Change::Content);
}

#[test]
fn a_folder_that_was_moved_is_fresh() {
    let disk = Disk::new();
    let made = disk.make();
    let pack = Pack::open(&made.pack).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let moved = elsewhere.path().join("moved");
    fs::rename(&made.root, &moved).unwrap();
    for mode in [Freshness::Stat, Freshness::Hash] {
        let found = changes(pack.index(), &moved, mode, &mut Stamps::default());
        assert!(found.is_none(), "{found:?}");
    }
    fs::create_dir(&made.root).unwrap();
}
