//! `validate`, `check`, `identify`.

mod support;

use serde_json::{Value, json};
use support::{Place, bad_type, twice};

#[test]
fn a_good_file_is_a_line_and_nothing_else() {
    let came = Place::new("verdict-good").run(&["validate", "main.bmes"]);
    assert_eq!((came.status, came.err.as_str()), (0, ""));
    insta::assert_snapshot!(came.out, @"ok       main.bmes: version 2, 280 bytes");
}

#[test]
fn a_bad_file_is_named_with_place_reason_and_clause() {
    let place = Place::new("verdict-bad");
    place.put("bad.bmes", bad_type());
    insta::assert_snapshot!(place.run(&["validate", "bad.bmes"]).all());
}

#[test]
fn check_finds_what_validate_does_not_look_for() {
    let place = Place::new("verdict-check");
    place.put("twice.bmes", twice());
    assert_eq!(place.run(&["validate", "twice.bmes"]).status, 0);
    insta::assert_snapshot!(place.run(&["check", "twice.bmes"]).all());
}

#[test]
fn identify_reads_eight_bytes_and_no_more() {
    let place = Place::new("verdict-identify");
    place.put("cut.bmes", &place.read("new.bmes")[..8]);
    let came = place.run(&["identify", "cut.bmes"]);
    assert_eq!((came.status, came.out.as_str()), (0, "ok       cut.bmes: version 3\n"));
}

#[test]
fn folders_are_searched_and_globs_expanded() {
    let came = Place::new("verdict-folders").run(&["validate", "build", "cache/**/*.bmes", "*.bmes"]);
    insta::assert_snapshot!(came.all());
}

#[test]
fn a_path_with_a_star_that_is_there_is_no_glob() {
    let place = Place::new("verdict-star");
    place.put("[a]*.bmes", place.read("main.bmes"));
    let came = place.run(&["validate", "[a]*.bmes"]);
    assert_eq!((came.status, came.out.lines().count()), (0, 1));
}

#[test]
fn standard_input_is_a_file() {
    let place = Place::new("verdict-stdin");
    let came = place.run_with(&["check", "-", "main.bmes"], place.read("old.bmes"));
    assert_eq!(came.status, 0);
    insta::assert_snapshot!(came.out);
}

#[test]
fn standard_input_is_read_once() {
    let came = Place::new("verdict-stdin-twice").run(&["check", "-", "-"]);
    assert_eq!(came.status, 2);
    insta::assert_snapshot!(came.err);
}

#[test]
fn what_cannot_be_read_does_not_keep_the_others_from_an_answer() {
    let place = Place::new("verdict-unread");
    place.put("bad.bmes", bad_type());
    place.folder("empty");
    let came = place.run(&["check", "none.bmes", "bad.bmes", "empty", "*.none", "[.none", "main.bmes"]);
    assert_eq!(came.status, 2);
    insta::assert_snapshot!(came.all());
}

#[test]
fn json_is_an_object_per_file() {
    let place = Place::new("verdict-json");
    place.put("bad.bmes", bad_type());
    let came = place.run(&["validate", "--json", "main.bmes", "bad.bmes", "none.bmes"]);
    assert_eq!((came.status, came.err.as_str()), (2, ""));
    let lines: Vec<Value> = came.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
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
fn quiet_prints_bad_files_only() {
    let place = Place::new("verdict-quiet");
    place.put("bad.bmes", bad_type());
    let came = place.run(&["validate", "--quiet", "main.bmes", "bad.bmes"]);
    assert_eq!((came.status, came.out.lines().count(), came.err.as_str()), (1, 1, ""));
    assert!(came.out.starts_with("invalid  bad.bmes: "), "{}", came.out);
}

#[test]
fn the_order_is_that_of_the_arguments_however_many_threads_there_are() {
    let place = Place::new("verdict-order");
    let names: Vec<_> = (0..500).rev().map(|number| format!("{number}.bmes")).collect();
    for name in &names {
        place.put(name, place.read("main.bmes"));
    }
    let arguments: Vec<_> = ["validate", "--jobs", "7"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let came = place.run(&arguments);
    let expected: Vec<_> = names.iter().map(|name| format!("ok       {name}: version 2, 280 bytes\n")).collect();
    assert!(came.out == expected.concat(), "{}", came.out);
    assert_eq!(came.err, "500 files: 500 ok\n");
}

#[test]
fn a_file_without_a_bit_wrong_that_is_no_cache_is_told_apart() {
    let place = Place::new("verdict-magic");
    let mut swapped = place.read("main.bmes");
    swapped[..4].reverse();
    place.put("swapped.bmes", swapped);
    insta::assert_snapshot!(place.run(&["identify", "swapped.bmes", "main.mjs"]).out);
}
