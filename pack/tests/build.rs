//! A pack of a program on disk has all modules and resolutions, is reproducible, and notices each change that matters.
#![cfg(all(unix, feature = "build"))]

mod support;

use std::fs::{self, File, FileTimes};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bmes::v4::Phase;
use bmes_pack::build::{Made, MakeError, Options, make};
use bmes_pack::{Change, Changes, Format, Freshness, Pack, Stamps, State, changes, locate};
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

/// Requires that the requests of a module resolve to these modules. Node.js 20 resolves them to the same ones.
fn resolve_to(disk: &Disk, path: &str, call: &str, expected: &[(&str, Option<&str>)]) {
    let calls: Vec<_> = expected.iter().map(|(specifier, _)| format!("{call}({specifier:?})")).collect();
    disk.write(path, &calls.join(";"));
    let made = make(&[disk.path("main.js"), disk.path(path)], &Options::new(PRODUCER)).unwrap();
    for (found, (specifier, url)) in targets(&made, path).iter().zip(expected) {
        assert_eq!((found.0.as_str(), found.1.as_deref()), (*specifier, *url), "{call}");
    }
}

#[test]
fn a_relative_import_is_a_url() {
    let disk = Disk::new();
    for path in ["h#1.mjs", "50%25.mjs", "ö b.mjs", "lib/index.js"] {
        disk.write(path, "");
    }
    let absolute = format!("file://{}", disk.path("lib/b.js").display());
    let expected = [
        ("./h%231.mjs", Some("h%231.mjs")),
        ("./50%2525.mjs", Some("50%2525.mjs")),
        ("./%C3%B6%20b.mjs", Some("ö b.mjs")),
        ("./ö b.mjs", Some("ö b.mjs")),
        ("./lib%2Fb.js", None),
        ("./lib%5Cb.js", None),
        ("./lib\\b.js", Some("lib/b.js")),
        ("./none/../lib/b.js", Some("lib/b.js")),
        ("./lib", None),
        ("./lib/", None),
        ("./lib/b", None),
        ("./lib/b.js?x", Some("lib/b.js?x")),
        ("./lib/b.js#y", Some("lib/b.js#y")),
        ("./lib/b.js?a b#y", Some("lib/b.js?a%20b#y")),
        ("./lib/b.js?#", Some("lib/b.js")),
        (&absolute, Some("lib/b.js")),
        ("file://host/b.js", None),
        ("data:text/javascript,1", Some("data:text/javascript,1")),
        ("https://example.com/x.mjs", None),
    ];
    resolve_to(&disk, "urls.mjs", "import", &expected);
}

#[test]
fn the_specifier_of_require_is_a_path() {
    let disk = Disk::new();
    for path in ["h#1.js", "lib/index.js", "both.js", "both/index.js", "main2/package.json", "main2/x.js"] {
        disk.write(path, if path.ends_with("json") { "{\"main\": \"x\"}" } else { "" });
    }
    let file = format!("file://{}", disk.path("lib/b.js").display());
    let expected = [
        ("./h#1.js", Some("h%231.js")),
        ("./h%231.js", None),
        ("./lib/b.js?x", None),
        ("./lib/b.js#y", None),
        ("./lib/b", Some("lib/b.js")),
        ("./lib", Some("lib/index.js")),
        ("./lib/", Some("lib/index.js")),
        ("./both", Some("both.js")),
        ("./both/", Some("both/index.js")),
        ("./main2", Some("main2/x.js")),
        ("./data", Some("data.json")),
        (&file, None),
    ];
    resolve_to(&disk, "paths.cjs", "require", &expected);
}

#[test]
fn packages_resolve_as_in_node() {
    let disk = Disk::new();
    let package = "{\"type\": \"module\", \"name\": \"self\", \"exports\": {\".\": \"./lib/b.js\", \"./lib/*\": \"./lib/*.js\", \"./null/*\": null, \"./list\": [\"bad\", \"./lib/b.js\"], \"./query\": \"./lib/b.js?x#y\"}, \"imports\": {\"#b\": \"./lib/b.js\", \"#dep\": \"dep\", \"#fs\": \"fs\", \"#list\": [{\"browser\": \"./none.js\"}, [\"./lib/b.js\"]]}}";
    disk.write("package.json", package);
    for (name, text) in [
        ("index/index.js", ""),
        ("main/package.json", "{\"main\": \"lib/main\"}"),
        ("main/lib/main.js", ""),
        ("main/sub.js", ""),
        ("main/h#1.js", ""),
        ("folder/package.json", "{\"main\": \"lib\"}"),
        ("folder/lib/index.js", ""),
        ("json/package.json", "{\"main\": \"data\"}"),
        ("json/data.json", ""),
        ("@scope/name/index.js", ""),
        ("sqlite/index.js", ""),
        ("punycode/index.js", ""),
    ] {
        disk.write(&format!("node_modules/{name}"), text);
    }
    let common = [
        ("self", Some("lib/b.js")),
        ("self/lib/a", Some("lib/a.js")),
        ("self/null/a", None),
        ("self/list", Some("lib/b.js")),
        ("self/none", None),
        ("#b", Some("lib/b.js")),
        ("#b?x", None),
        ("#none", None),
        ("#list", Some("lib/b.js")),
        ("index", Some("node_modules/index/index.js")),
        ("main", Some("node_modules/main/lib/main.js")),
        ("main/sub.js", Some("node_modules/main/sub.js")),
        ("folder", Some("node_modules/folder/lib/index.js")),
        ("json", Some("node_modules/json/data.json")),
        ("@scope/name", Some("node_modules/@scope/name/index.js")),
        ("sqlite", Some("node_modules/sqlite/index.js")),
        ("punycode", Some("node:punycode")),
        ("fs/promises", Some("node:fs/promises")),
        ("dep/none", None),
    ];
    let import = [
        ("#dep", Some("node_modules/dep/esm.mjs")),
        ("punycode/", None),
        ("#fs", Some("node:fs")),
        ("self/query", Some("lib/b.js?x#y")),
        ("main/sub", None),
        ("main/h%231.js", Some("node_modules/main/h%231.js")),
        ("main/sub.js?x#y", Some("node_modules/main/sub.js?x#y")),
        ("main/lib%2Fmain.js", None),
    ];
    let require = [
        ("#dep", Some("node_modules/dep/cjs.js")),
        ("punycode/", Some("node_modules/punycode/index.js")),
        ("self/query", Some("lib/b.js")),
        ("main/sub", Some("node_modules/main/sub.js")),
        ("main/sub.js?x", None),
    ];
    resolve_to(&disk, "packages.mjs", "import", &[&common[..], &import].concat());
    resolve_to(&disk, "packages.cjs", "require", &[&common[..], &require].concat());
}

#[test]
fn a_module_without_a_file_has_no_type() {
    let disk = Disk::new();
    disk.write(
        "main.js",
        "import 'node:fs' with {type: 'json'}; import 'data:application/json,{}' with {type: 'json'}",
    );
    let made = disk.make();
    let pack = Pack::open(&made.pack).unwrap();
    let modules: Vec<_> = pack.index().modules.iter().map(|module| (&*module.url, module.r#type.as_deref())).collect();
    assert_eq!(modules, [("main.js", None), ("node:fs", None), ("data:application/json,{}", None)]);
    assert_eq!(made.link_errors, []);
}

#[test]
fn a_dynamic_import_has_its_phase_and_its_attributes() {
    let disk = Disk::new();
    let text =
        "import.defer('./lib/b.js'); import('./data.json', {with: {type: 'json'}}); import('./late.js', options)";
    disk.write("main.js", text);
    let made = disk.make();
    let pack = Pack::open(&made.pack).unwrap();
    let dynamic = &pack.index().modules[0].dynamic;
    let found: Vec<_> =
        dynamic.iter().map(|import| (&*import.specifier, import.phase, import.attributes.len())).collect();
    assert_eq!(found, [("./lib/b.js", Phase::Defer, 0), ("./data.json", Phase::Evaluation, 1)]);
}

#[test]
fn an_entry_that_is_not_javascript_is_an_error() {
    for (path, text) in [("bad.mjs", "let a, a;"), ("bad.cjs", "("), ("lib/bad.js", "import x from")] {
        let disk = Disk::new();
        disk.write(path, text);
        let Err(error) = make(&[disk.path("main.js"), disk.path(path)], &Options::new(PRODUCER)) else {
            panic!("{path}")
        };
        assert!(matches!(&error, MakeError::Rejected(bad, _) if *bad == disk.path(path)), "{error:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_module_that_cannot_be_read_is_left_out_and_resolves_to_nothing() {
    let disk = Disk::new();
    // Its first byte cannot be read, not even by root.
    symlink("/proc/self/mem", disk.path("unreadable.mjs")).unwrap();
    disk.write("main.js", "import './unreadable.mjs'; import './lib/b.js'");
    let made = disk.make();
    assert_eq!(urls(&made), [("main.js".to_owned(), Format::Module), ("lib/b.js".to_owned(), Format::Module)]);
    let expected = [("./unreadable.mjs".to_owned(), None), ("./lib/b.js".to_owned(), Some("lib/b.js".to_owned()))];
    assert_eq!(targets(&made, "main.js"), expected);
    assert_eq!((made.left_out.len(), made.link_errors.len()), (1, 1), "{made:?}");
    let pack = Pack::open(&made.pack).unwrap();
    assert!(pack.verify(1).is_ok());
    assert!(changes(pack.index(), &made.root, Freshness::Hash, &mut Stamps::default()).is_none());
}

#[test]
fn the_target_of_a_link_that_leads_to_nothing_is_absent() {
    let disk = Disk::new();
    symlink("lib/target.mjs", disk.path("dangling.mjs")).unwrap();
    disk.write("main.js", "try { await import('./dangling.mjs') } catch {}");
    let made = disk.make();
    let pack = Pack::open(&made.pack).unwrap();
    let compare = || changes(pack.index(), &made.root, Freshness::Hash, &mut Stamps::default()).resolution;
    assert_eq!(compare(), []);
    disk.write("lib/target.mjs", "");
    assert_eq!(compare(), [("lib/target.mjs".to_owned(), Change::Appeared)]);
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
