//! Tests of `bmes cache` and its commands.

#![cfg(unix)]

mod support;

use std::fmt::Write as _;
use std::fs::{self, File, FileTimes};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use bmes::Version;
use bmes_store::{Key, Producer, Settings};
use serde_json::Value;
use support::{Output, PRODUCER, SOURCE, TestFolder, pairs};

const URL: &str = "file:///app/main.mjs";
const COMMANDS: [&str; 7] = ["dir", "stats", "ls", "verify", "prune", "clear", "explain main.mjs"];

/// Runs a command of `bmes cache`.
fn cache(folder: &TestFolder, line: &str) -> Output {
    folder.shell(&format!("bmes cache {line}"))
}

fn json(folder: &TestFolder, line: &str) -> Vec<Value> {
    let output = cache(folder, &format!("{line} --json"));
    assert_eq!(output.stderr, "", "{line}");
    output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Runs the commands, and returns their output for a snapshot. The paths of the test's folders are replaced.
fn transcript(folder: &TestFolder, lines: &[&str]) -> String {
    let mut transcript = String::new();
    for line in lines {
        let all = cache(folder, line).all();
        let _ = writeln!(transcript, "$ bmes cache {line}\n{all}");
    }
    let replaced = [(folder.cache(), "CACHE"), (folder.0.clone(), "FOLDER")];
    replaced.iter().fold(transcript, |text, (path, word)| text.replace(path.to_str().unwrap(), word))
}

fn path(folder: &TestFolder, key: &Key) -> PathBuf {
    Settings::new(folder.cache()).module_path(key).unwrap()
}

/// Inverts a bit of the bytecode.
fn damage(folder: &TestFolder, key: &Key) {
    let mut file = fs::read(path(folder, key)).unwrap();
    *file.last_mut().unwrap() ^= 1;
    fs::write(path(folder, key), file).unwrap();
}

/// Sets when a file was last used.
fn set_used(folder: &TestFolder, key: &Key, hours: u64) {
    let time = SystemTime::now() - Duration::from_hours(hours);
    let file = File::options().write(true).open(path(folder, key)).unwrap();
    file.set_times(FileTimes::new().set_accessed(time).set_modified(time)).unwrap();
}

/// Returns the names of all files below the folder of the cache.
fn files(folder: &TestFolder) -> Vec<String> {
    folder
        .shell(&format!("cd {} && find . -type f | sort", folder.cache().display()))
        .stdout
        .lines()
        .map(Into::into)
        .collect()
}

fn newer() -> Producer {
    pairs().with("version", "0.12.0").with("flag.strip", "debug\u{1b}[31m")
}

#[test]
fn an_empty_or_missing_cache_is_not_an_error_and_is_not_created() {
    let folder = TestFolder::new("cache-missing");
    let missing = transcript(&folder, &COMMANDS);
    assert!(!folder.cache().exists());
    insta::assert_snapshot!(missing);
    for line in COMMANDS {
        for object in json(&folder, line) {
            assert_eq!(object["ok"], true, "{line}");
        }
    }
    folder.create_folder("foreign");
    for line in ["clear", "prune", "verify --remove"] {
        assert_eq!(cache(&folder, &format!("{line} --dir foreign")).status, 0);
        assert!(folder.names("foreign").is_empty(), "{line}");
    }
    folder.store();
    for line in &COMMANDS[..6] {
        assert_eq!(cache(&folder, line).status, 0, "{line}");
    }
}

#[test]
fn dir_prints_the_path_alone() {
    let folder = TestFolder::new("cache-dir");
    assert_eq!(cache(&folder, "dir").stdout, format!("{}\n", folder.cache().display()));
    assert_eq!(cache(&folder, "dir --dir some/folder").stdout, format!("{}\n", folder.path("some/folder").display()));
    assert_eq!(folder.shell("cd \"$(bmes cache dir --dir 'build')\" && ls main.bmes").status, 0);
    let object = &json(&folder, "dir --dir build")[0];
    assert_eq!(object["dir"], folder.path("build").to_str().unwrap());
    assert_eq!((&object["limit"], &object["exists"]), (&(1 << 30).into(), &true.into()));
    let lower = folder.shell("BMES_CACHE_LOWER=/build BMES_CACHE_MAX='2 MiB' bmes cache dir --json");
    let object: Value = serde_json::from_str(&lower.stdout).unwrap();
    assert_eq!(
        (&object["limit"], &object["lower"], &object["exists"]),
        (&(2 << 20).into(), &"/build".into(), &false.into())
    );
}

#[test]
fn the_environment_names_the_folder() {
    let folder = TestFolder::new("cache-environment");
    let printed = |line: &str| folder.shell(&format!("unset BMES_CACHE_DIR; {line} bmes cache dir")).stdout;
    assert_eq!(printed("XDG_CACHE_HOME=/x HOME=/h"), "/x/bmes/esm\n");
    assert_eq!(printed("XDG_CACHE_HOME= HOME=/h"), "/h/.bun-cache/esm\n");
    let mut all = String::new();
    for line in COMMANDS {
        let output = folder.shell(&format!("unset BMES_CACHE_DIR HOME XDG_CACHE_HOME; bmes cache {line}"));
        let _ = writeln!(all, "$ bmes cache {line}\n{}", output.all());
    }
    insta::assert_snapshot!(all.replace(folder.0.to_str().unwrap(), "FOLDER"));
}

#[test]
fn stats_count_files_by_kind() {
    let folder = TestFolder::new("cache-stats");
    folder.fill_cache();
    let top = folder.cache().join("1");
    fs::create_dir(top.join("packs")).unwrap();
    fs::write(top.join(format!("packs/{PRODUCER}.zip")), [0; 3000]).unwrap();
    fs::write(top.join(format!("tmp/{}.tmp", "0".repeat(32))), [0; 5]).unwrap();
    fs::write(top.join("tmp/note.txt"), "foreign").unwrap();
    insta::assert_snapshot!(transcript(&folder, &["stats", "stats --json"]));
    let output = folder.shell("BMES_CACHE_MAX=40960 bmes cache stats");
    assert!(output.stdout.contains("50.0 % of it used"), "{}", output.stdout);
    let output = folder.shell("BMES_CACHE_MAX=0 bmes cache stats");
    assert!(output.stdout.ends_with(" 0 B\n"), "{}", output.stdout);
}

#[test]
fn ls_lists_the_modules_in_each_order() {
    let folder = TestFolder::new("cache-ls");
    let [a, b] = folder.fill_cache();
    let c = folder.store_module("", &newer(), b"export {}");
    fs::write(path(&folder, &b), support::file_4()).unwrap();
    for (key, hours) in [(&a, 3), (&b, 50), (&c, 0)] {
        set_used(&folder, key, hours);
    }
    let keys = |line: &str| -> Vec<Key> {
        json(&folder, line).iter().map(|row| row["key"].as_str().unwrap().parse().unwrap()).collect()
    };
    let mut sorted = vec![a, b, c];
    sorted.sort();
    assert_eq!(sorted, keys("ls"));
    assert_eq!(vec![c, a, b], keys("ls --sort used"));
    assert_eq!(b, keys("ls --sort size")[0]);
    insta::assert_snapshot!(transcript(&folder, &["ls", "ls --long", "ls --sort used"]));
    let row = &json(&folder, "ls --long --sort used")[0];
    let used = row["used"].as_u64().unwrap();
    assert!(SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() - used < 60 * 60, "{row}");
    assert_eq!(row["producer"], newer().digest().unwrap().to_string());
    assert_eq!(row["source"], bmes::v4::source(b"export {}").sha256.to_string());
}

#[test]
fn ls_of_many_modules_stops_if_the_reader_closes_the_pipe() {
    let folder = TestFolder::new("cache-pipe");
    let [key, _] = folder.fill_cache();
    let file = fs::read(path(&folder, &key)).unwrap();
    for number in 0..3000_u32 {
        let key = Key(bmes::v4::source(&number.to_be_bytes()).sha256);
        folder.store().put(&key, &file).unwrap();
    }
    assert_eq!(cache(&folder, "ls").stdout.lines().count(), 3002);
    assert_eq!(cache(&folder, "ls --sort size").stdout.lines().count(), 3002);
    for line in ["ls", "ls --long", "ls --sort size", "ls --json", "verify --json", "stats"] {
        let output = folder.bash(&format!("(bmes cache {line}; echo $? >&2) | head -n 1"));
        assert_eq!((output.stdout.lines().count(), output.stderr.as_str()), (1, "0\n"), "{line}");
    }
}

#[test]
fn verify_prints_the_invalid_files_and_deletes_only_them() {
    let folder = TestFolder::new("cache-verify");
    let [a, b] = folder.fill_cache();
    let c = folder.store_module("", &newer(), b"export {}");
    assert_eq!(cache(&folder, "verify").all(), "status 0\n--- stdout\n--- stderr\n3 files: 3 ok\n");
    damage(&folder, &a);
    fs::write(path(&folder, &b), support::file(Version::V2)).unwrap();
    let shown = transcript(&folder, &["ls --long", "verify", "verify --jobs 1 --json"]);
    assert!(path(&folder, &a).exists());
    let shown = shown + &transcript(&folder, &["verify --remove", "verify", "ls --long --json"]);
    let used = json(&folder, "ls");
    let shown = used.iter().fold(shown, |shown, row| shown.replace(&row["used"].to_string(), "USED"));
    insta::assert_snapshot!(shown);
    assert!(!path(&folder, &a).exists() && path(&folder, &b).exists() && path(&folder, &c).exists());
}

#[test]
fn the_tip_of_verify_can_be_pasted() {
    let folder = TestFolder::new("cache-tip");
    let [a, b] = folder.fill_cache();
    damage(&folder, &a);
    let output = cache(&folder, "verify");
    let (_, tip) = output.stderr.trim_end().split_once("run: ").unwrap();
    assert_eq!(folder.bash(tip).status, 1);
    assert!(!path(&folder, &a).exists() && path(&folder, &b).exists());
}

#[test]
fn verify_with_remove_prints_json() {
    let folder = TestFolder::new("cache-remove");
    let [a, _] = folder.fill_cache();
    damage(&folder, &a);
    let objects = json(&folder, "verify --remove");
    assert_eq!(objects.len(), 2);
    let damaged = objects.iter().find(|object| object["ok"] == false).unwrap();
    assert_eq!((&damaged["deleted"], &damaged["error"]["class"]), (&true.into(), &"bad-checksum".into()));
    assert_eq!(
        (&damaged["file"], &damaged["key"]),
        (&path(&folder, &a).to_str().unwrap().into(), &a.to_string().into())
    );
}

#[test]
fn a_file_that_others_may_write_is_not_verified_and_not_deleted() {
    let folder = TestFolder::new("cache-others");
    let [a, _] = folder.fill_cache();
    fs::set_permissions(path(&folder, &a), fs::Permissions::from_mode(0o666)).unwrap();
    insta::assert_snapshot!(transcript(&folder, &["verify --remove", "explain main.mjs --url ''"]));
    assert!(path(&folder, &a).exists());
}

#[test]
fn prune_deletes_the_modules_that_were_not_used_for_the_longest_time() {
    let folder = TestFolder::new("cache-prune");
    folder.fill_cache();
    fs::write(folder.cache().join("1/tmp").join(format!("{}.tmp", "0".repeat(32))), "").unwrap();
    assert!(cache(&folder, "prune").stdout.starts_with("nothing to delete: "));
    assert_eq!(
        cache(&folder, "prune --max '1 KiB'").all(),
        "status 0\n--- stdout\ndeleted 3 files: 12.0 KiB\n--- stderr\n"
    );
    folder.fill_cache();
    let object = &json(&folder, "prune --max 0")[0];
    assert_eq!((&object["files"], &object["bytes"], &object["limit"]), (&3.into(), &12_288.into(), &0.into()));
    folder.fill_cache();
    assert_eq!(folder.shell("BMES_CACHE_MAX=0 bmes cache prune").stdout, "deleted 3 files: 12.0 KiB\n");
    let abandoned = folder.cache().join("1/tmp").join(format!("{}.tmp", "0".repeat(32)));
    let old = SystemTime::now() - Duration::from_hours(2);
    let file = File::options().write(true).open(abandoned).unwrap();
    file.set_times(FileTimes::new().set_accessed(old).set_modified(old)).unwrap();
    assert_eq!(cache(&folder, "prune").stdout, "deleted 1 temporary file: 0 B\n");
}

#[test]
fn clear_deletes_only_files_of_the_cache() {
    let folder = TestFolder::new("cache-clear");
    let [a, _] = folder.fill_cache();
    let beside = path(&folder, &a).with_file_name("note.txt");
    fs::write(&beside, "foreign").unwrap();
    fs::write(folder.cache().join("note.txt"), "foreign").unwrap();
    assert_eq!(
        cache(&folder, "clear").all(),
        "status 0\n--- stdout\ndeleted 2 modules, 1 producer: 12.0 KiB\n--- stderr\n"
    );
    let beside = beside.strip_prefix(folder.cache()).unwrap().display().to_string();
    assert_eq!(files(&folder), [format!("./{beside}"), "./CACHEDIR.TAG".into(), "./note.txt".into()]);
    assert_eq!(cache(&folder, "clear").stdout, "nothing to delete: the cache is empty\n");
    folder.fill_cache();
    assert_eq!(json(&folder, "clear")[0]["modules"]["files"], 2);
}

#[test]
fn a_folder_that_others_may_write_is_not_used() {
    let folder = TestFolder::new("cache-unsafe");
    folder.fill_cache();
    let before = files(&folder);
    fs::set_permissions(folder.cache(), fs::Permissions::from_mode(0o777)).unwrap();
    insta::assert_snapshot!(transcript(&folder, &COMMANDS));
    for line in ["verify --remove", "prune --max 0", "clear"] {
        let output = cache(&folder, &format!("{line} --json"));
        let object: Value = serde_json::from_str(&output.stdout).unwrap();
        assert_eq!((output.status, &object["error"]["class"]), (2, &"unwritten".into()), "{line}");
    }
    let object = &json(&folder, "explain main.mjs")[0];
    assert_eq!((&object["ok"], &object["hit"], &object["verdict"]), (&true.into(), &false.into(), &"no-cache".into()));
    assert_eq!(files(&folder), before);
}

#[test]
fn problems_of_other_settings_are_warnings() {
    let folder = TestFolder::new("cache-warnings");
    folder.fill_cache();
    let output = folder.shell("BMES_CACHE_LOWER=/nonexistent BMES_CACHE_MAX=much bmes cache ls");
    assert_eq!((output.status, output.stdout.lines().count()), (0, 2));
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn hostile_names_are_printed_safely() {
    let folder = TestFolder::new("cache-names");
    let name = "a\u{1b}[31m\u{202e}\n'.mjs";
    folder.put(name, SOURCE);
    folder.store_module("", &newer(), SOURCE.as_bytes());
    folder.store_module(&format!("file:///{name}"), &pairs().with("engine", name), SOURCE.as_bytes());
    let producer = PRODUCER.to_owned();
    for arguments in [
        &["explain", name][..],
        &["explain", name, "--producer", "producer.json"],
        &["explain", name, "--producer", &producer, "--url", name],
        &["explain", name, "--json"],
        &["ls", "--dir", name],
        &["verify", "--dir", name],
        &["stats", "--dir", name],
        &["clear", "--dir", name],
        &["dir", "--dir", name, "--json"],
    ] {
        let output = folder.run(&[&["cache"], arguments].concat());
        let printed = format!("{}{}", output.stdout, output.stderr);
        assert!(!printed.is_empty(), "{arguments:?}");
        let harmful = printed.chars().find(|character| bmes::Printable::escapes(*character) && *character != '\n');
        assert_eq!(harmful, None, "{arguments:?}: {printed}");
    }
}

#[test]
fn names_need_not_be_utf_8() {
    let folder = TestFolder::new("cache-bytes");
    folder.shell("cp main.mjs \"$(printf '\\377.mjs')\"");
    let url = bmes_store::file_url(&folder.0).unwrap() + "/%FF.mjs";
    folder.store_module(&url, &pairs(), SOURCE.as_bytes());
    let output = folder.shell("bmes cache explain --json \"$(printf '\\377.mjs')\" --producer producer.json");
    let object: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&object["hit"], &object["lookups"][0]["url"]), (&true.into(), &url.into()));
    assert_eq!(object["file_bytes"], "/y5tanM=");
    let output = folder.shell("bmes cache dir --dir \"$(printf '/\\377')\" | od -An -tx1");
    assert_eq!(output.stdout.trim(), "2f ff 0a");
    let output = folder.shell("bmes cache dir --json --dir \"$(printf '/\\377')\"");
    assert!(output.stdout.contains(r#""dir":"/�","dir_bytes":"L/8=""#), "{}", output.stdout);
}

#[test]
fn explain_names_a_hit() {
    let folder = TestFolder::new("cache-hit");
    let [without, with] = folder.fill_cache();
    for (line, keys) in [
        ("explain main.mjs --producer producer.json", vec![without]),
        ("explain main.mjs", vec![without]),
        ("explain - --producer producer.json < main.mjs", vec![without]),
        (&format!("explain main.mjs --producer {PRODUCER} --url {URL}"), vec![with]),
    ] {
        assert_eq!(cache(&folder, line).status, 0, "{line}");
        let object = &json(&folder, line)[0];
        let lookups = object["lookups"].as_array().unwrap();
        assert_eq!((&object["hit"], &object["verdict"]), (&true.into(), &"hit".into()), "{line}");
        assert_eq!(lookups.iter().map(|it| it["key"].as_str().unwrap().parse().unwrap()).collect::<Vec<Key>>(), keys);
        assert_eq!(lookups[0]["pairs"]["engine"], "quickjs-ng");
    }
    // A path with `..` has the URL without it.
    let url = bmes_store::file_url(&folder.path("main.mjs")).unwrap();
    folder.store_module(&url, &newer(), SOURCE.as_bytes());
    let line = format!("explain build/../main.mjs --producer {}", newer().digest().unwrap());
    assert_eq!(json(&folder, &line)[0]["lookups"][0]["url"], url);
}

/// Puts files into the cache of a test.
type Fill = fn(&TestFolder);

/// Each verdict of a miss, with the state of the cache and with the command.
#[test]
fn explain_names_the_reason_of_a_miss() {
    let with_url = format!("explain main.mjs --url {URL} --producer producer.json");
    let cases: [(&str, &str, Fill); 9] = [
        ("absent", "explain main.mjs --url '' --producer producer.json", |folder| {
            folder.store_module("", &pairs(), b"export {}");
        }),
        ("damaged", &with_url, |folder| {
            let [_, b] = folder.fill_cache();
            damage(folder, &b);
        }),
        ("other-version", &with_url, |folder| {
            let [_, b] = folder.fill_cache();
            fs::write(path(folder, &b), support::file(Version::V2)).unwrap();
        }),
        ("not-a-file", &with_url, |folder| {
            let [_, b] = folder.fill_cache();
            fs::remove_file(path(folder, &b)).unwrap();
            fs::create_dir(path(folder, &b)).unwrap();
        }),
        ("stale-source", &with_url, |folder| {
            folder.store_module(URL, &pairs(), b"export {}");
            let key = folder.store_module(URL, &pairs(), b"export default 1");
            set_used(folder, &key, 30);
        }),
        ("other-url", &with_url, |folder| {
            folder.store_module("", &pairs(), SOURCE.as_bytes());
        }),
        ("other-producer", &with_url, |folder| {
            folder.store_module(URL, &newer(), SOURCE.as_bytes());
            let key = folder.store_module("file:///elsewhere.mjs", &pairs().with("build", "1"), SOURCE.as_bytes());
            set_used(folder, &key, 30);
        }),
        ("stale-source", &with_url, |folder| {
            folder.store_module(URL, &newer(), b"export {}");
        }),
        ("absent", "explain main.mjs --url file:///none.mjs", |folder| {
            folder.store_module(URL, &pairs(), b"export {}");
        }),
    ];
    let mut all = String::new();
    for (index, (verdict, line, fill)) in cases.iter().enumerate() {
        let folder = TestFolder::new(&format!("cache-miss-{index}"));
        fill(&folder);
        let before = files(&folder);
        all += &transcript(&folder, &[line]);
        assert_eq!(files(&folder), before, "explain changes nothing");
        let object = &json(&folder, line)[0];
        assert_eq!((&object["hit"], &object["verdict"]), (&false.into(), &(*verdict).into()), "{index}: {object}");
    }
    insta::assert_snapshot!(all);
}

#[test]
fn explain_shows_the_pairs_that_differ() {
    let folder = TestFolder::new("cache-differences");
    let key = folder.store_module(URL, &newer(), SOURCE.as_bytes());
    let line = format!("explain main.mjs --url {URL} --producer producer.json");
    let object = &json(&folder, &line)[0];
    let found = &object["found"][0];
    assert_eq!((&found["key"], &found["url"]), (&key.to_string().into(), &URL.into()));
    let expected = serde_json::json!([
        {"name": "flag.strip", "this": null, "other": "debug\u{1b}[31m"},
        {"name": "version", "this": "0.11.0", "other": "0.12.0"},
    ]);
    assert_eq!(found["differences"], expected);
    // Neither the pairs of the digest nor those of the file are in the cache.
    let digest = format!("explain main.mjs --url {URL} --producer {PRODUCER}");
    let mut all = transcript(&folder, &[&digest]);
    fs::remove_dir_all(folder.cache().join("1/producers")).unwrap();
    all += &transcript(&folder, &[&line]);
    insta::assert_snapshot!(all);
    assert_eq!(json(&folder, &line)[0]["found"][0].get("differences"), None);
}

#[test]
fn explain_without_a_producer_lists_all() {
    let folder = TestFolder::new("cache-all");
    let older = pairs().with("version", "0.10.0");
    folder.store_module(URL, &pairs(), SOURCE.as_bytes());
    let key = folder.store_module(URL, &newer(), SOURCE.as_bytes());
    damage(&folder, &key);
    folder.store_module(URL, &older, b"export {}");
    let line = format!("explain main.mjs --url {URL}");
    insta::assert_snapshot!(transcript(&folder, &[&line]));
    // The header of a damaged file does not have to be readable.
    fs::write(path(&folder, &key), "").unwrap();
    let object = &json(&folder, &line)[0];
    let verdicts: Vec<_> = object["lookups"].as_array().unwrap().iter().map(|lookup| &lookup["verdict"]).collect();
    assert_eq!(verdicts, ["hit", "damaged"]);
    assert_eq!(object["found"][0]["verdict"], "stale-source");
}

#[test]
fn explain_shows_a_few_of_many_found_files() {
    let folder = TestFolder::new("cache-many");
    for number in 0..20 {
        folder.store_module(URL, &pairs(), format!("export default {number}").as_bytes());
    }
    let line = format!("explain main.mjs --url {URL}");
    let shown = cache(&folder, &line).stdout;
    assert!(shown.ends_with("\n12 found files not shown; --json shows all\n"), "{shown}");
    assert_eq!(json(&folder, &line)[0]["found"].as_array().unwrap().len(), 20);
}

#[test]
fn explain_finds_the_second_cache() {
    let folder = TestFolder::new("cache-lower");
    folder.fill_cache();
    let line = format!(
        "BMES_CACHE_LOWER={} bmes cache explain main.mjs --producer producer.json --dir none",
        folder.cache().display()
    );
    let output = folder.shell(&line);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{}", output.stdout);
}

#[test]
fn explain_of_a_source_that_cannot_be_read_is_an_error() {
    let folder = TestFolder::new("cache-unread");
    folder.fill_cache();
    for line in ["explain none.mjs", "explain build", "explain main.mjs --producer none.json"] {
        let output = cache(&folder, line);
        assert_eq!((output.status, output.stdout.as_str()), (2, ""), "{line}");
    }
}
