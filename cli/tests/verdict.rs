//! Tests of `validate`, `check` and `identify`.

mod support;

use serde_json::{Value, json};
use support::{TestFolder, bad_type, damaged_4, file_4, twice};

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
fn a_valid_file_of_version_4() {
    let folder = TestFolder::empty("verdict-4");
    folder.put("four.bmes", file_4());
    let run = |command| folder.run(&[command, "four.bmes"]).stdout;
    assert_eq!(run("identify"), "ok       four.bmes: version 4\n");
    assert_eq!([run("validate"), run("check")], ["ok       four.bmes: version 4, 616 bytes\n"; 2]);
}

/// Each line names the checksum that shows which part is damaged.
#[test]
fn damage_of_each_part_of_version_4() {
    let folder = TestFolder::empty("verdict-damaged-4");
    let fields = ["producer", "code_features", "text", "bytecode"];
    for field in fields {
        folder.put(&format!("{field}.bmes"), damaged_4(field));
    }
    let output = folder.run(&["validate", "producer.bmes", "code_features.bmes", "text.bmes", "bytecode.bmes"]);
    insta::assert_snapshot!(output.all());
}

/// The corpus has the file, because the encoder does not write one.
#[test]
fn check_verifies_more_than_validate_in_version_4() {
    let folder = TestFolder::empty("verdict-check-4");
    let case = concat!(env!("CARGO_MANIFEST_DIR"), "/../conformance/corpus/v4/check/unused-middle.bmes");
    folder.put("unused.bmes", std::fs::read(case).unwrap());
    assert_eq!(folder.run(&["validate", "unused.bmes"]).status, 0);
    insta::assert_snapshot!(folder.run(&["check", "unused.bmes"]).all());
}

#[test]
fn json_names_the_clause_of_version_4() {
    let folder = TestFolder::empty("verdict-json-4");
    folder.put("damaged.bmes", damaged_4("bytecode"));
    let output = folder.run(&["check", "--json", "damaged.bmes"]);
    let object: Value = serde_json::from_str(&output.stdout).unwrap();
    let error = &object["error"];
    assert_eq!([&error["class"], &error["offset"]], [&json!("bad-checksum"), &json!(104)]);
    assert_eq!([&error["field"], &error["place"]], ["bytecode_crc", "spec/v4.md#v4-bytecode-crc"]);
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
