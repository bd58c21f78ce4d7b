//! A pack of a program on disk has all modules and resolutions, is reproducible, and notices each change that matters.
#![cfg(all(unix, feature = "build"))]

mod support;

use std::fs::{self, File, FileTimes};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bmes_pack::build::{Made, Options, make};
use bmes_pack::{Change, Changes, Format, Freshness, Pack, Stamps, changes, locate};
use tempfile::TempDir;

use support::PRODUCER;

const FILES: &[(&str, &str)] = &[
    ("package.json", "{\"type\": \"module\"}"),
    (
        "main.js",
        "import {a} from './lib/a.js'; import dep from 'dep'; import cjs from './old.cjs'; import data from './data.json' with {type: 'json'}; import 'node:fs'; import 'path'; import('./late.js?x=1')",
    ),
    ("lib/a.js", "export {b as a} from './b.js'; export * from 'dep/sub'"),
    ("lib/b.js", "export const b = 1;"),
    ("late.js", "export {};"),
    ("data.json", "{}"),
    ("old.cjs", "const dep = require('dep'); try { require('optional') } catch {} exports.x = dep;"),
    (
        "node_modules/dep/package.json",
        "{\"exports\": {\".\": {\"import\": \"./esm.mjs\", \"require\": \"./cjs.js\"}, \"./sub\": \"./sub.mjs\"}}",
    ),
    ("node_modules/dep/esm.mjs", "export default 1;"),
    ("node_modules/dep/cjs.js", "module.exports = require('./inner');"),
    ("node_modules/dep/inner.js", "exports.inner = 1;"),
    ("node_modules/dep/sub.mjs", "export const sub = 1;"),
];

/// A program on disk. Its files were last modified a day ago.
struct Disk {
    folder: TempDir,
    below: String,
}

impl Disk {
    fn new() -> Self {
        Self::below("")
    }

    /// A program in a folder below a new one.
    fn below(folder: &str) -> Self {
        let disk = Self { folder: tempfile::tempdir().unwrap(), below: folder.to_owned() };
        fs::create_dir_all(disk.folder.path().join(folder)).unwrap();
        for (path, text) in FILES {
            disk.write(path, text);
        }
        disk
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(&self.below).canonicalize().unwrap().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        age(&path, Duration::from_secs(24 * 60 * 60));
    }

    fn make(&self) -> Made {
        make(&[self.path("main.js")], &Options::new(PRODUCER)).unwrap()
    }
}

fn age(path: &Path, age: Duration) {
    let time = SystemTime::now() - age;
    File::options().write(true).open(path).unwrap().set_times(FileTimes::new().set_modified(time)).unwrap();
}

fn urls(made: &Made) -> Vec<(String, Format)> {
    let pack = Pack::open(&made.pack).unwrap();
    pack.index().modules.iter().map(|module| (module.url.clone(), module.format)).collect()
}

/// Returns what the requests and the dynamic imports of a module resolve to.
fn targets(made: &Made, url: &str) -> Vec<(String, Option<String>)> {
    let pack = Pack::open(&made.pack).unwrap();
    let modules = &pack.index().modules;
    let module = modules.iter().find(|module| module.url == url).unwrap();
    let target = |number: u32| modules[number as usize].url.clone();
    let all = module.requests.iter().chain(&module.dynamic);
    all.map(|request| (request.specifier.clone(), request.module.map(target))).collect()
}

#[test]
fn all_modules_are_in_breadth_first_with_their_formats() {
    let made = Disk::new().make();
    let expected = [
        ("main.js", Format::Module),
        ("lib/a.js", Format::Module),
        ("node_modules/dep/esm.mjs", Format::Module),
        ("old.cjs", Format::CommonJs),
        ("data.json", Format::Json),
        ("node:fs", Format::Builtin),
        ("node:path", Format::Builtin),
        ("late.js?x=1", Format::Module),
        ("lib/b.js", Format::Module),
        ("node_modules/dep/sub.mjs", Format::Module),
        ("node_modules/dep/cjs.js", Format::CommonJs),
        ("node_modules/dep/inner.js", Format::CommonJs),
    ];
    assert_eq!(urls(&made), expected.map(|(url, format)| (url.to_owned(), format)));
    assert!(made.left_out.is_empty(), "{:?}", made.left_out);
    assert!(made.link_errors.is_empty(), "{:?}", made.link_errors);
    let pack = Pack::open(&made.pack).unwrap();
    for (number, module) in pack.index().modules.iter().enumerate() {
        assert_eq!(pack.verify(number).is_ok(), module.format == Format::Module, "{}", module.url);
    }
}

#[test]
fn import_and_require_resolve_differently() {
    let made = Disk::new().make();
    let some = |specifier: &str, url: &str| (specifier.to_owned(), Some(url.to_owned()));
    assert_eq!(targets(&made, "main.js")[1], some("dep", "node_modules/dep/esm.mjs"));
    let old = targets(&made, "old.cjs");
    assert_eq!(old, [some("dep", "node_modules/dep/cjs.js"), ("optional".to_owned(), None)]);
}

#[test]
fn two_machines_make_the_same_bytes() {
    let (one, two) = (Disk::new(), Disk::below("two/folders/deeper"));
    for (path, _) in FILES {
        age(&two.path(path), Duration::from_secs(5));
    }
    assert_eq!(one.make().pack, two.make().pack);
}

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
    assert_eq!(locate(&made.root, "50%2525 %231%3F.mjs?x=1"), disk.path("50%25 #1?.mjs"));
    let found = changes(pack.index(), &made.root, Freshness::Hash, &mut Stamps::default());
    assert!(found.is_none(), "{found:?}");
}

#[test]
fn javascript_with_a_type_is_left_out() {
    let disk = Disk::new();
    disk.write("main.js", "import './lib/b.js'; import './lib/b.js' with {type: 'css'}");
    let made = disk.make();
    let pack = Pack::open(&made.pack).unwrap();
    let members: Vec<_> = pack.index().modules.iter().map(|module| (&*module.url, module.member.is_some())).collect();
    assert_eq!(members, [("main.js", true), ("lib/b.js", true), ("lib/b.js", false)]);
    let reason = "a request has the type \"css\", but the module is JavaScript".to_owned();
    assert_eq!(made.left_out, [(disk.path("lib/b.js"), reason)]);
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
