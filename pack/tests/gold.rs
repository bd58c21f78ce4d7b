//! Files that a release wrote are read by every later release: see `gold/README.md`.

use std::fs;
use std::path::{Path, PathBuf};

use bmes::v4::{self, KnownSource, ModuleView};
use bmes_pack::{Format, Freshness, Pack, Stamps, changes, link};

/// The URL of a module, its attribute `type`, its format, and the URLs that its requests and its dynamic imports resolve to.
type Expected = (&'static str, Option<&'static str>, Format, &'static [&'static str], &'static [&'static str]);

/// The modules of the program.
const MODULES: [Expected; 9] = [
    (
        "main.js",
        None,
        Format::Module,
        &["node:fs", "lib/index.js", "lib/format.cjs", "common.json"],
        &["lib/report.js"],
    ),
    ("node:fs", None, Format::Builtin, &[], &[]),
    ("lib/index.js", None, Format::Module, &["lib/count.js", "lib/counter.js"], &[]),
    ("lib/format.cjs", None, Format::CommonJs, &["lib/pad.cjs"], &[]),
    ("common.json", Some("json"), Format::Json, &[], &[]),
    ("lib/report.js", None, Format::Module, &[], &[]),
    ("lib/count.js", None, Format::Module, &[], &[]),
    ("lib/counter.js", None, Format::Module, &[], &[]),
    ("lib/pad.cjs", None, Format::CommonJs, &[], &[]),
];

fn gold() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("gold")
}

/// Returns a file of each release, with its path.
fn files(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folders = fs::read_dir(gold()).unwrap().map(|entry| entry.unwrap().path());
    let releases = folders.filter(|path| path.is_dir() && !path.ends_with("program"));
    releases.map(|release| release.join(name)).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn the_current_version_has_gold_files() {
    let folder = gold().join(env!("CARGO_PKG_VERSION"));
    assert!(folder.is_dir(), "{} is missing: run `cargo xtask gold`, and commit its files", folder.display());
}

#[test]
fn every_pack_has_the_modules_of_the_program() {
    for (path, file) in files("program.zip") {
        let pack = Pack::open(&file).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let index = pack.index();
        let url = |module: Option<u32>| index.modules[module.unwrap() as usize].url.as_str();
        assert_eq!((index.freshness, &index.entries[..]), (Freshness::Stat, &[0][..]));
        assert_eq!(index.conditions, ["import", "module-sync", "node", "node-addons", "require"]);
        assert_eq!(index.packages.iter().map(|package| &package.path).collect::<Vec<_>>(), ["package.json"]);
        assert_eq!(index.modules.len(), MODULES.len());
        for (module, (expected, r#type, format, requests, dynamic)) in index.modules.iter().zip(MODULES) {
            assert_eq!((&*module.url, module.r#type.as_deref(), module.format), (expected, r#type, format));
            assert_eq!(module.requests.iter().map(|request| url(request.module)).collect::<Vec<_>>(), requests);
            assert_eq!(module.dynamic.iter().map(|request| url(request.module)).collect::<Vec<_>>(), dynamic);
            assert_eq!(module.member.is_some(), format == Format::Module, "{expected}");
        }
        assert_eq!(index.modules[0].requests[3].attributes, [("type".to_owned(), "json".to_owned())]);
        assert_eq!(index.modules[8].exports, ["pad"]);
    }
}

#[test]
fn every_pack_is_fresh_and_its_members_are_verified_and_linked() {
    for (path, file) in files("program.zip") {
        let pack = Pack::open(&file).unwrap();
        let changed = changes(pack.index(), &gold().join("program"), Freshness::Hash, &mut Stamps::default());
        assert!(changed.is_none(), "{}: {changed:?}", path.display());
        let views = (0..MODULES.len()).map(|number| {
            let has_member = pack.index().modules[number].member.is_some();
            has_member.then(|| *pack.verify(number).unwrap().view())
        });
        assert_eq!(link::check(&link::linked(pack.index(), views.collect())), []);
    }
}

#[test]
fn every_module_file_has_the_record_of_the_source() {
    let source = fs::read(gold().join("program/main.js")).unwrap();
    let producer = v4::producer([("engine", "none"), ("purpose", "gold files")]).unwrap();
    for (_, file) in files("module.bmes") {
        let known = KnownSource::Source(v4::source(&source));
        let verified = v4::match_file(&file, &producer, known).unwrap().check().unwrap();
        assert_eq!((verified.text(), verified.bytecode()), (&source[..], &b"bytecode of no engine"[..]));
        assert_record(verified.view());
    }
}

fn assert_record(view: &ModuleView<'_>) {
    let text = |index| view.string(index).unwrap();
    let requests: Vec<_> = view.requests().map(|request| request.specifier()).collect();
    assert_eq!(requests, ["node:fs", "./lib/index.js", "./lib/format.cjs", "./common.json"]);
    let attributes = view.requests().nth(3).unwrap().attributes();
    assert_eq!(attributes.map(|it| (text(it.key), text(it.value))).collect::<Vec<_>>(), [("type", "json")]);
    let imports = view.imports().map(|it| (it.request.0, it.import_name.map(text), text(it.local_name)));
    let expected = [
        (0, Some("readFileSync"), "readFileSync"),
        (1, Some("Counter"), "Words"),
        (1, Some("count"), "count"),
        (2, Some("default"), "format"),
        (3, Some("default"), "common"),
    ];
    let mut imports: Vec<_> = imports.collect();
    imports.sort_unstable();
    assert_eq!(imports, expected);
    let exports = view.exports().map(|it| (text(it.export_name), it.request.map(|it| it.0), it.name.map(text)));
    let expected = [("count", Some(1), Some("count")), ("default", None, Some("words")), ("lib", Some(1), None)];
    assert_eq!(exports.collect::<Vec<_>>(), expected);
}
