//! Tests of `pack`, and of packs in `check`, `validate`, `identify` and `inspect`.

mod support;

use std::fmt::Write as _;
use std::fs::{self, File, FileTimes};
use std::time::{Duration, SystemTime};

use bmes_pack::{Index, Pack, Stamps, State, write};
use serde_json::{Value, json};
use support::TestFolder;

/// A program with modules of several formats, without link errors.
const PROGRAM: &[(&str, &str)] = &[
    ("package.json", "{\"type\": \"module\"}"),
    ("main.js", "import { a } from \"./lib/a.js\";\nimport old from \"./old.cjs\";\nimport \"node:fs\";\n"),
    ("lib/a.js", "export { b as a } from \"./b.js\";\nimport data from \"../data.json\" with { type: \"json\" };\n"),
    ("lib/b.js", "export const b = 1;\n"),
    ("old.cjs", "exports.dep = require(\"dep\");\n"),
    ("data.json", "{}\n"),
    ("node_modules/dep/package.json", "{\"exports\": {\"browser\": \"./browser.js\", \"default\": \"./index.js\"}}"),
    ("node_modules/dep/index.js", "module.exports = 1;\n"),
    ("node_modules/dep/browser.js", "module.exports = 2;\n"),
];

/// A program with a link error of each kind.
const BROKEN: &[(&str, &str)] = &[
    ("package.json", "{\"type\": \"module\"}"),
    (
        "main.js",
        "import { ok,\n  missing as local } from \"./lib/names.js\";\nimport \"./nowhere.js\";\nimport \"./reexports.js\";\n",
    ),
    ("lib/names.js", "export const ok = 1;\nexport * from \"./more.ts\";\n"),
    (
        "lib/more.ts",
        "import type { T } from \"./types.ts\";\nlet one: number = 1, s = \"🦀\"; export { both as two } from \"../star.js\";\n",
    ),
    (
        "reexports.js",
        "export { circle } from \"./circle.js\";\n\texport { default as \"a b\" } from \"./lib/names.js\";\n",
    ),
    ("circle.js", "export { circle } from \"./reexports.js\";\n"),
    ("star.js", "export * from \"./c.js\";\nexport * from \"./d.js\";\n"),
    ("c.js", "export let both;\n"),
    ("d.js", "export let both;\n"),
];

/// Creates a folder with these files, which were last modified a day ago.
fn folder(name: &str, files: &[(&str, &str)]) -> TestFolder {
    let folder = TestFolder::empty(&format!("pack-{name}"));
    for (path, text) in files {
        folder.create_folder(path.rsplit_once('/').map_or(".", |(folder, _)| folder));
        put(&folder, path, text);
    }
    folder
}

fn put(folder: &TestFolder, path: &str, text: &str) {
    folder.put(path, text);
    let file = File::options().write(true).open(folder.path(path)).unwrap();
    let yesterday = SystemTime::now() - Duration::from_hours(24);
    file.set_times(FileTimes::new().set_modified(yesterday)).unwrap();
}

/// Creates a folder with [`PROGRAM`] and its pack `app.zip`.
fn packed(name: &str) -> TestFolder {
    let folder = folder(name, PROGRAM);
    assert_eq!(folder.run(&["pack", "--for", "record", "main.js", "-o", "app.zip"]).status, 0);
    folder
}

fn object(folder: &TestFolder, arguments: &[&str]) -> Value {
    serde_json::from_str(&folder.run(&[arguments, &["--json"]].concat()).stdout).unwrap()
}

/// Returns the pack with another index.
fn with_index(pack: &[u8], change: impl FnOnce(&mut Index)) -> Vec<u8> {
    let pack = Pack::open(pack).unwrap();
    let mut index = pack.index().clone();
    let file = |module| pack.unverified_member(module).map(<[u8]>::to_vec);
    let files: Vec<_> = (0..index.modules.len()).map(file).collect();
    change(&mut index);
    write(index, &files).unwrap()
}

#[test]
fn a_program_without_errors() {
    let folder = packed("ok");
    insta::assert_snapshot!(folder.run(&["pack", "--for", "record", "main.js", "-o", "app.zip"]).all(), @r"
    status 0
    --- stdout
    app.zip: pack, 7 modules (3 module, 2 commonjs, 1 builtin, 1 json), 4,099 bytes, root .
    --- stderr
    ");
    let run = |command| folder.run(&[command, "app.zip"]).stdout;
    assert_eq!([run("validate"), run("check")], ["ok       app.zip: pack, 7 modules, 4,099 bytes\n"; 2]);
    assert_eq!(run("identify"), "ok       app.zip: pack\n");
    let expected = json!({"ok": true, "file": "app.zip", "kind": "pack", "modules": 7, "size": 4099});
    assert_eq!(object(&folder, &["check", "app.zip"]), expected);
    assert_eq!(object(&folder, &["identify", "app.zip"]), json!({"ok": true, "file": "app.zip", "kind": "pack"}));
}

#[test]
fn the_numbers_as_json() {
    let folder = packed("json");
    let expected = json!({
        "ok": true, "file": "app.zip", "modules": 7, "bytes": 4099, "root": ".",
        "formats": {"module": 3, "commonjs": 2, "builtin": 1, "json": 1}, "left_out": [], "link_errors": [],
    });
    assert_eq!(object(&folder, &["pack", "--for", "record", "main.js", "-o", "app.zip"]), expected);
}

#[test]
fn each_kind_of_link_error_has_its_place() {
    let folder = folder("broken", BROKEN);
    insta::assert_snapshot!(folder.run(&["pack", "--for", "record", "main.js", "-o", "app.zip"]).all());
    // The pack is written, and is ok.
    assert_eq!(folder.run(&["check", "app.zip", "--verify", "hash"]).status, 0);
}

#[test]
fn link_errors_as_json() {
    let folder = folder("broken-json", BROKEN);
    let output = folder.run(&["pack", "--for", "record", "main.js", "-o", "app.zip", "--json"]);
    assert_eq!((output.status, output.stderr.as_str()), (1, ""));
    let object: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(object["error"], json!({"class": "link-error", "message": "the program has 6 link errors"}));
    assert_eq!(object["ok"], false);
    insta::assert_snapshot!(serde_json::to_string_pretty(&object["link_errors"]).unwrap());
    assert!(folder.path("app.zip").exists());
}

#[test]
fn a_module_that_is_left_out_is_a_warning() {
    let folder = folder("left-out", &[("main.mjs", "import \"./bad.mjs\";\n"), ("bad.mjs", "let a;\nlet a;\n")]);
    insta::assert_snapshot!(folder.run(&["pack", "--for", "record", "main.mjs", "-o", "app.zip"]).all());
    let left_out = object(&folder, &["pack", "--for", "record", "main.mjs", "-o", "app.zip"])["left_out"].clone();
    assert_eq!(left_out[0]["file"], "bad.mjs");
    assert!(left_out[0]["reason"].as_str().unwrap().starts_with("early-error/redeclaration: "), "{left_out}");
}

#[test]
fn an_entry_that_is_not_javascript_is_an_error() {
    let folder = folder("rejected", &[("bad.mjs", "let a;\nlet a;\n"), ("bad.cjs", "(")]);
    insta::assert_snapshot!(folder.run(&["pack", "--for", "record", "bad.mjs", "-o", "app.zip"]).all());
    let object = object(&folder, &["pack", "--for", "record", "bad.cjs", "-o", "app.zip"]);
    assert_eq!((&object["file"], &object["error"]["class"]), (&json!("bad.cjs"), &json!("syntax")));
    assert!(!folder.path("app.zip").exists());
}

#[test]
fn json_without_its_type_is_a_link_error() {
    let folder = folder("json-type", &[("main.mjs", "\nimport data from './data.json';\n"), ("data.json", "{}")]);
    insta::assert_snapshot!(folder.run(&["pack", "--for", "record", "main.mjs", "-o", "app.zip"]).all());
}

#[test]
fn requests_that_differ_from_those_of_the_record_are_found_by_check() {
    let folder = packed("requests");
    let pack =
        with_index(&folder.read("app.zip"), |index| index.modules[0].requests[0].specifier = "./x.js".to_owned());
    folder.put("app.zip", &pack);
    let expected = "invalid  app.zip: main.js: bad-pack-index: the requests of the record are not those of the index\n";
    assert_eq!(folder.run(&["check", "app.zip"]).stdout, expected);
}

#[test]
fn options_change_the_index() {
    let folder = folder("options", PROGRAM);
    let arguments =
        "pack main.js lib/b.js -o app.zip --for record --freshness none --condition browser --preserve-symlinks";
    assert_eq!(folder.run(&arguments.split(' ').collect::<Vec<_>>()).status, 0);
    let index = &object(&folder, &["inspect", "app.zip"])["index"];
    assert_eq!(index["conditions"], json!(["browser", "import", "module-sync", "node", "node-addons", "require"]));
    assert_eq!((&index["freshness"], &index["flags"]), (&json!("none"), &json!(["--preserve-symlinks"])));
    assert_eq!(index["entries"].as_array().unwrap().len(), 2);
    let urls: Vec<_> = index["modules"].as_array().unwrap().iter().map(|module| &module["url"]).collect();
    assert!(urls.contains(&&json!("node_modules/dep/browser.js")), "{urls:?}");
}

#[test]
fn the_same_program_gives_the_same_bytes_on_standard_output() {
    let folder = packed("standard");
    let output = folder.shell("bmes pack --for record ./lib/../main.js -o - | cmp - app.zip");
    assert_eq!(output.all(), "status 0\n--- stdout\n--- stderr\n");
    assert_eq!(folder.shell("bmes check - < app.zip").stdout, "ok       -: pack, 7 modules, 4,099 bytes\n");
    assert_eq!(folder.shell("cat app.zip | bmes check - --verify hash").status, 0);
}

#[test]
fn entries_and_outputs_that_cannot_be_used() {
    let folder = packed("usage");
    let before = folder.names(".");
    let mut all = String::new();
    for arguments in [
        &["none.js", "-o", "out"][..],
        &["lib", "-o", "out"],
        &["main.js", "lib", "-o", "out"],
        &["-", "-o", "out"],
        &["main.js", "-o", "main.js"],
        &["main.js", "-o", "lib/b.js"],
        &["main.js", "-o", "node_modules/dep/package.json"],
        &["main.js", "-o", "none/out"],
        &["main.js", "-o", "-", "--json"],
    ] {
        let output = folder.run(&[&["pack", "--for", "record"], arguments].concat());
        assert_eq!(output.status, 2, "{arguments:?}");
        let _ = write!(all, "$ bmes pack {}\n{}{}", arguments.join(" "), output.stdout, output.stderr);
    }
    insta::assert_snapshot!(all);
    assert_eq!(folder.names("."), before);
    assert_eq!(folder.read("lib/b.js"), b"export const b = 1;\n");
}

/// Requires that `check` reports exactly these lines after the file's name, in this mode.
fn reports(folder: &TestFolder, mode: &str, lines: &[&str]) {
    let output = folder.run(&["check", "app.zip", "--verify", mode]);
    let found: Vec<_> = output.stdout.lines().filter_map(|line| line.strip_prefix("invalid  app.zip: ")).collect();
    assert_eq!((output.status, output.stderr.as_str()), (i32::from(!lines.is_empty()), ""), "{}", output.stdout);
    assert_eq!(found, lines, "{mode}");
}

#[test]
fn changes_are_reported_in_each_mode() {
    let folder = packed("stale");
    for mode in ["stat", "hash", "none"] {
        reports(&folder, mode, &[]);
    }
    put(&folder, "lib/b.js", "export const b = 2;\n");
    put(&folder, "node_modules/dep/package.json", "{\"exports\": \"./index.js\"}");
    fs::remove_file(folder.path("data.json")).unwrap();
    let lines = [
        "data.json: stale-module: the file is gone",
        "lib/b.js: stale-module: the content has changed",
        "node_modules/dep/package.json: changed-resolution: the content has changed",
    ];
    let output = folder.run(&["check", "app.zip", "--verify", "hash"]);
    insta::assert_snapshot!(output.all());
    for mode in ["stat", "hash"] {
        let output = folder.run(&["check", "app.zip", "--verify", mode]);
        assert!(lines.iter().all(|line| output.stdout.contains(line)), "{mode}: {}", output.stdout);
        assert_eq!(output.status, 1);
    }
    reports(&folder, "none", &[]);
    // Without the option, only the pack itself is checked.
    assert_eq!(folder.run(&["check", "app.zip"]).status, 0);
}

#[test]
fn changes_as_json() {
    let folder = packed("stale-json");
    put(&folder, "lib/b.js", "export const b = 2;\n");
    put(&folder, "package.json", "{\"type\": \"module\", \"name\": \"x\"}");
    let expected = json!({
        "ok": false, "file": "app.zip", "kind": "pack", "modules": 7, "size": 4099,
        "problems": [
            {"path": "lib/b.js", "error": {"class": "stale-module", "message": "stale-module: the content has changed"}},
            {"path": "package.json", "error": {"class": "changed-resolution", "message": "changed-resolution: the content has changed"}},
        ],
        "error": {"class": "stale-module", "message": "lib/b.js: stale-module: the content has changed"},
    });
    assert_eq!(object(&folder, &["check", "app.zip", "--verify", "stat"]), expected);
}

#[test]
fn the_mode_stat_reads_the_stamps_and_writes_none() {
    let folder = packed("stamps");
    reports(&folder, "stat", &[]);
    assert!(!folder.path("app.zip.stamps").exists());
    // The stamp says that the changed file still has the digest of the index.
    let pack = folder.read("app.zip");
    let modules = Pack::open(&pack).unwrap().index().modules.clone();
    let module = modules.iter().find(|module| module.url == "lib/b.js").unwrap();
    put(&folder, "lib/b.js", "export const b = 2;\n");
    let mut stamps = Stamps::default();
    let modified = State::of(&fs::metadata(folder.path("lib/b.js")).unwrap());
    // The status of the file has just changed, so a stamp of this moment does not count.
    let later = SystemTime::now() + Duration::from_mins(1);
    stamps.add("lib/b.js", module.source.unwrap().sha256, modified, later);
    let mut stamps = stamps.write();
    folder.put("app.zip.stamps", &stamps);
    reports(&folder, "stat", &[]);
    let stale = &["lib/b.js: stale-module: the content has changed"];
    reports(&folder, "hash", stale);
    assert_eq!(folder.read("app.zip.stamps"), stamps);
    // Damaged stamps are ignored.
    stamps[20] ^= 1;
    folder.put("app.zip.stamps", &stamps);
    reports(&folder, "stat", stale);
}

#[test]
fn the_root_is_the_folder_of_the_package_or_an_option() {
    let folder = packed("root");
    folder.create_folder("dist/deep");
    fs::copy(folder.path("app.zip"), folder.path("dist/deep/app.zip")).unwrap();
    assert_eq!(folder.run(&["check", "dist/deep/app.zip", "--verify", "hash"]).status, 0);
    folder.put("dist/package.json", "{}");
    let mut all = String::new();
    for (status, arguments) in [
        (2, &["dist/deep/app.zip"][..]),
        (0, &["dist/deep/app.zip", "--root", "."]),
        (2, &["app.zip", "--root", "main.js"]),
        (2, &["app.zip", "--root", "none", "--json"]),
    ] {
        let output = folder.run(&[&["check", "--verify", "hash"], arguments].concat());
        assert_eq!(output.status, status, "{arguments:?}: {}", output.stderr);
        let _ = write!(all, "$ {}\n{}{}", arguments.join(" "), output.stdout, output.stderr);
    }
    let here = folder.0.canonicalize().unwrap();
    insta::assert_snapshot!(all.replace(here.to_str().unwrap(), "HERE"));
}

#[test]
fn a_damaged_member_is_found_by_check_and_inspect() {
    let folder = packed("damaged");
    let mut pack = folder.read("app.zip");
    let (index, members) = {
        let pack = Pack::open(&pack).unwrap();
        (pack.index().clone(), pack.members())
    };
    let member = |url: &str| index.modules.iter().find(|module| module.url == url).unwrap().member.unwrap();
    for url in ["lib/a.js", "lib/b.js"] {
        pack[usize::try_from(member(url).offset).unwrap() + 80] ^= 1;
    }
    folder.put("app.zip", &pack);
    assert_eq!(folder.run(&["validate", "app.zip"]).status, 0);
    insta::assert_snapshot!(folder.run(&["check", "app.zip"]).all());
    let output = folder.run(&["inspect", "app.zip"]);
    let end = "\ninvalid: lib/a.js: bad-checksum: the bytes of the member do not have its CRC-32\n";
    assert!(output.status == 1 && output.stdout.ends_with(end), "{}", output.stdout);
    // Each file is the one of another module.
    let files: Vec<_> = members.iter().map(|(_, data)| pack[data.clone()].to_vec()).collect();
    let files = (0..index.modules.len()).map(|number| index.modules[number].member.map(|_| files[0].clone()));
    folder.put("app.zip", write(index.clone(), &files.collect::<Vec<_>>()).unwrap());
    let classes: Vec<_> = object(&folder, &["check", "app.zip"])["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| format!("{} {}", problem["path"], problem["error"]["class"]))
        .collect();
    assert_eq!(classes, ["\"lib/a.js\" \"stale-source\"", "\"lib/b.js\" \"stale-source\""]);
}

#[test]
fn a_pack_with_a_wrong_index_or_a_wrong_end_is_invalid() {
    let folder = packed("wrong");
    let pack = folder.read("app.zip");
    folder.put("layout.zip", with_index(&pack, |index| index.pack = 2));
    folder.put("entry.zip", with_index(&pack, |index| index.entries = vec![99]));
    folder.put("twice.zip", with_index(&pack, |index| index.modules[2].url = index.modules[1].url.clone()));
    folder.put("cut.zip", &pack[..pack.len() - 1]);
    folder.put("start.zip", &pack[..4]);
    let files = ["layout.zip", "entry.zip", "twice.zip", "cut.zip", "start.zip"];
    let mut all = String::new();
    for command in ["validate", "check"] {
        all += &folder.run(&[&[command], &files[..]].concat()).all();
    }
    for file in ["layout.zip", "start.zip"] {
        let output = folder.run(&["inspect", file]);
        assert_eq!(output.status, 1);
        all += &output.all();
    }
    insta::assert_snapshot!(all);
    let object = object(&folder, &["inspect", "entry.zip"]);
    assert_eq!((&object["error"]["class"], &object["kind"]), (&json!("bad-pack-index"), &json!("pack")));
    assert_eq!(object.get("index"), None);
}

#[test]
fn inspect_shows_the_members_and_the_index() {
    let folder = packed("inspect");
    insta::assert_snapshot!(folder.run(&["inspect", "app.zip"]).all());
    let [short, long] =
        [&["inspect", "app.zip"][..], &["inspect", "app.zip", "--all"]].map(|line| folder.run(line).stdout);
    assert!(!short.contains("─ package.json") && long.contains("─ package.json = "), "{long}");
    let object = object(&folder, &["inspect", "app.zip"]);
    let members = object["members"].as_array().unwrap();
    assert_eq!((members.len(), &members[3]["name"]), (4, &json!("index.json")));
    assert_eq!(object["index"], serde_json::to_value(Pack::open(&folder.read("app.zip")).unwrap().index()).unwrap());
}

/// The first bytes of a long file decide whether the rest is read.
#[test]
fn a_large_pack_is_read() {
    let name = "a".repeat(1 << 20);
    let folder = folder("large", &[("main.mjs", &format!("export const {name} = 1, b{name} = 1;"))]);
    assert_eq!(folder.run(&["pack", "--for", "record", "main.mjs", "-o", "app.zip"]).status, 0);
    assert!(folder.read("app.zip").len() > 2 << 20);
    for line in ["bmes check app.zip", "cat app.zip | bmes validate -", "bmes inspect app.zip"] {
        assert_eq!(folder.shell(line).status, 0, "{line}");
    }
}

#[cfg(unix)]
#[test]
fn hostile_names_are_printed_safely() {
    let name = "a\u{1b}[31m\u{202e}\n'.mjs";
    let import = "import { \"\u{1b}[31m\" as x } from './\\x1b.mjs'; import './b\u{1b}.mjs'; import {'\u{202e}' as y} from './c.mjs'";
    let folder = folder("names", &[(name, import), ("b\u{1b}.mjs", "let b, b;"), ("c.mjs", "")]);
    for arguments in [
        &["pack", name, "-o", "\u{1b}.zip"][..],
        &["pack", name, "-o", "\u{1b}.zip", "--json"],
        &["inspect", "\u{1b}.zip", "--all"],
        &["inspect", "\u{1b}.zip", "--json"],
        &["check", "\u{1b}.zip", "--verify", "hash", "--root", "/"],
        &["check", "\u{1b}.zip", "--verify", "hash"],
    ] {
        let output = folder.run(arguments);
        let printed = format!("{}{}", output.stdout, output.stderr);
        let harmful = printed.chars().find(|character| bmes::Printable::escapes(*character) && *character != '\n');
        assert!(harmful.is_none() && !printed.is_empty(), "{arguments:?}: {printed}");
    }
}

#[test]
fn a_missing_file_in_bmes_pack_is_a_warning() {
    let folder = folder("missing-pack", &[("main.mjs", "console.log('it runs')\n")]);
    let output = folder.shell("BMES_PACK=none.zip bmes run main.mjs");
    insta::assert_snapshot!(output.all(), @r"
    status 0
    --- stdout
    it runs
    --- stderr
    warning: there is no file none.zip, which BMES_PACK names
      tip: the program starts without a pack; `bmes pack APP -o FILE` makes one
    ");
}

#[test]
fn a_pack_has_a_place_where_run_finds_it() {
    let folder = folder("own-pack", &[("main.mjs", "console.log('it runs')\n")]);
    assert_eq!(folder.run(&["pack", "main.mjs"]).status, 0);
    let output = folder.run(&["run", "--stats", "main.mjs"]);
    assert!(output.stderr.contains("modules: 1 (1 from the cache, 0 compiled"), "{}", output.stderr);
    let output = folder.run(&["pack", "main.mjs", "--for", "record"]);
    assert_eq!(output.status, 2, "{}", output.all());
}

#[test]
fn the_bytecode_of_a_commonjs_module_says_nothing_about_its_exports() {
    let files = [("main.mjs", "import c from './c.cjs';\nconsole.log(c);\n"), ("c.cjs", "module.exports = 'c';\n")];
    let output = folder("commonjs-member", &files).run(&["pack", "main.mjs", "-o", "app.zip"]);
    assert_eq!(output.status, 0, "{}", output.all());
}
