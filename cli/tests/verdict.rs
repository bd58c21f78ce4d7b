//! Tests of `validate`, `check` and `identify`.

mod support;

use serde_json::{Value, json};
use support::{TestFolder, bad_type, twice};

#[test]
fn one_valid_file_prints_one_line() {
    let output = TestFolder::new("verdict-good").run(&["validate", "main.bmes"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(output.stdout, @"ok       main.bmes: version 2, 280 bytes");
}

#[test]
fn an_invalid_file_is_printed_with_position_reason_and_clause() {
    let folder = TestFolder::new("verdict-bad");
    folder.put("bad.bmes", bad_type());
    insta::assert_snapshot!(folder.run(&["validate", "bad.bmes"]).all());
}

#[test]
fn check_verifies_more_than_validate() {
    let folder = TestFolder::new("verdict-check");
    folder.put("twice.bmes", twice());
    assert_eq!(folder.run(&["validate", "twice.bmes"]).status, 0);
    insta::assert_snapshot!(folder.run(&["check", "twice.bmes"]).all());
}

#[test]
fn identify_reads_only_eight_bytes() {
    let folder = TestFolder::new("verdict-identify");
    folder.put("cut.bmes", &folder.read("new.bmes")[..8]);
    let output = folder.run(&["identify", "cut.bmes"]);
    assert_eq!((output.status, output.stdout.as_str()), (0, "ok       cut.bmes: version 3\n"));
}

#[test]
fn folders_are_searched_and_globs_expanded() {
    let output = TestFolder::new("verdict-folders").run(&["validate", "build", "cache/**/*.bmes", "*.bmes"]);
    insta::assert_snapshot!(output.all());
}

#[test]
fn an_existing_path_is_not_a_glob() {
    let folder = TestFolder::new("verdict-star");
    folder.put("[a]*.bmes", folder.read("main.bmes"));
    let output = folder.run(&["validate", "[a]*.bmes"]);
    assert_eq!((output.status, output.stdout.lines().count()), (0, 1));
}

#[test]
fn standard_input_is_a_file() {
    let folder = TestFolder::new("verdict-stdin");
    let output = folder.run_with(&["check", "-", "main.bmes"], folder.read("old.bmes"));
    assert_eq!(output.status, 0);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn standard_input_is_read_once() {
    let output = TestFolder::new("verdict-stdin-twice").run(&["check", "-", "-"]);
    assert_eq!(output.status, 2);
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn a_file_that_cannot_be_read_does_not_stop_the_others() {
    let folder = TestFolder::new("verdict-unread");
    folder.put("bad.bmes", bad_type());
    folder.create_folder("empty");
    let output = folder.run(&["check", "none.bmes", "bad.bmes", "empty", "*.none", "[.none", "main.bmes"]);
    assert_eq!(output.status, 2);
    insta::assert_snapshot!(output.all());
}

#[test]
fn json_is_an_object_per_file() {
    let folder = TestFolder::new("verdict-json");
    folder.put("bad.bmes", bad_type());
    let output = folder.run(&["validate", "--json", "main.bmes", "bad.bmes", "none.bmes"]);
    assert_eq!((output.status, output.stderr.as_str()), (2, ""));
    let lines: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], json!({"ok": true, "file": "main.bmes", "version": 2, "size": 280}));
    let error = &lines[1]["error"];
    assert_eq!(
        [&error["class"], &error["offset"], &error["field"]],
        [&json!("bad-type"), &json!(139), &json!("imports[1].type")]
    );
    assert_eq!([&error["clause"], &error["place"]], ["v2-import-type", "spec/v2.md#v2-import-type"]);
    assert_eq!(lines[2]["error"]["class"], "unread");
}

#[test]
fn quiet_prints_only_invalid_files() {
    let folder = TestFolder::new("verdict-quiet");
    folder.put("bad.bmes", bad_type());
    let output = folder.run(&["validate", "--quiet", "main.bmes", "bad.bmes"]);
    assert_eq!((output.status, output.stdout.lines().count(), output.stderr.as_str()), (1, 1, ""));
    assert!(output.stdout.starts_with("invalid  bad.bmes: "), "{}", output.stdout);
}

#[test]
fn threads_do_not_change_the_order() {
    let folder = TestFolder::new("verdict-order");
    let names: Vec<_> = (0..500).rev().map(|number| format!("{number}.bmes")).collect();
    for name in &names {
        folder.put(name, folder.read("main.bmes"));
    }
    let arguments: Vec<_> = ["validate", "--jobs", "7"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let output = folder.run(&arguments);
    let expected: Vec<_> = names.iter().map(|name| format!("ok       {name}: version 2, 280 bytes\n")).collect();
    assert!(output.stdout == expected.concat(), "{}", output.stdout);
    assert_eq!(output.stderr, "500 files: 500 ok\n");
}

#[test]
fn a_big_endian_magic_and_another_file_type() {
    let folder = TestFolder::new("verdict-magic");
    let mut swapped = folder.read("main.bmes");
    swapped[..4].reverse();
    folder.put("swapped.bmes", swapped);
    insta::assert_snapshot!(folder.run(&["identify", "swapped.bmes", "main.mjs"]).stdout);
}
