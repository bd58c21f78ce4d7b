//! `decode`, `encode`, `convert`.

mod support;

use bmes::{Version, decode};
use support::{BYTECODE, Place, bad_type, file, twice};

#[test]
fn decode_prints_the_record() {
    let place = Place::new("record-decode");
    let came = place.run(&["decode", "new.bmes"]);
    assert_eq!((came.status, came.err.as_str()), (0, ""));
    insta::assert_snapshot!(came.out);
}

#[test]
fn decode_and_encode_give_the_file_again() {
    for version in ["old", "main", "new"] {
        let place = Place::new(&format!("record-again-{version}"));
        let line = format!(
            "bmes decode {version}.bmes --bytecode code.bin > r.json && bmes encode r.json --bytecode code.bin -o again.bmes"
        );
        let came = place.shell(&line);
        assert_eq!((came.status, came.err.as_str()), (0, ""), "{version}");
        assert_eq!(place.read("again.bmes"), place.read(&format!("{version}.bmes")), "{version}");
        assert_eq!(place.read("code.bin"), BYTECODE);
    }
}

#[test]
fn a_bad_file_is_not_decoded() {
    let place = Place::new("record-bad");
    place.put("bad.bmes", bad_type());
    let came = place.run(&["decode", "bad.bmes", "--bytecode", "code.bin"]);
    assert_eq!((came.status, came.out.as_str()), (1, ""));
    assert!(!place.path("code.bin").exists());
    insta::assert_snapshot!(came.err);
}

#[test]
fn encode_says_what_it_wrote() {
    let place = Place::new("record-encode");
    let came = place.run(&["encode", "main.json", "--bytecode", "main.bin", "-o", "out.bmes"]);
    assert_eq!((came.status, came.out.as_str(), came.err.as_str()), (0, "out.bmes: version 2, 280 bytes\n", ""));
    assert_eq!(place.read("out.bmes"), file(Version::V2));
}

#[test]
fn encode_in_another_version() {
    let place = Place::new("record-encode-version");
    let arguments = ["encode", "main.json", "--bytecode", "main.bin", "-o", "out.bmes", "--format-version", "1"];
    assert_eq!(place.run(&arguments).status, 0);
    assert_eq!(place.read("out.bmes"), file(Version::V1));
}

#[test]
fn encode_does_not_make_up_an_environment() {
    let place = Place::new("record-encode-3");
    let arguments = ["encode", "main.json", "--bytecode", "main.bin", "-o", "out.bmes", "--format-version", "3"];
    let came = place.run(&arguments);
    assert_eq!((came.status, place.path("out.bmes").exists()), (2, false));
    insta::assert_snapshot!(came.err);
}

#[test]
fn encode_reads_standard_input_and_writes_standard_output() {
    let place = Place::new("record-pipe");
    let line = "bmes decode main.bmes | bmes encode - --bytecode main.bin -o - | bmes validate -";
    let came = place.shell(line);
    assert_eq!((came.status, came.out.as_str()), (0, "ok       -: version 2, 280 bytes\n"), "{}", came.err);
}

#[test]
fn a_record_that_breaks_a_rule_is_refused() {
    let place = Place::new("record-rule");
    let record = String::from_utf8(place.read("main.json")).unwrap();
    place.put("rule.json", record.replacen("\"local_name\": \"settings\"", "\"local_name\": \"readFile\"", 1));
    let came = place.run(&["encode", "rule.json", "--bytecode", "main.bin", "-o", "out.bmes"]);
    assert_eq!((came.status, place.path("out.bmes").exists()), (1, false));
    insta::assert_snapshot!(came.err);
}

#[test]
fn json_that_is_no_record_is_named_with_its_place() {
    let place = Place::new("record-json");
    let mut messages = Vec::new();
    for (name, text) in [
        ("syntax.json", "{\n  \"version\": 1,\n  oops\n}"),
        ("missing.json", "{\"version\": 1, \"requests\": []}"),
        ("unknown.json", "{\"version\": 1, \"requsts\": []}"),
        ("version.json", "{\"version\": 9}"),
        ("empty.json", ""),
        ("list.json", "[]"),
    ] {
        place.put(name, text);
        let came = place.run(&["encode", name, "--bytecode", "main.bin", "-o", "out.bmes"]);
        assert_eq!((came.status, came.out.as_str()), (1, ""), "{name}");
        messages.push(came.err);
    }
    place.put("latin-1.json", b"{\"version\": 1,\n \"requests\": [\"gr\xf6\xdfe\"]}");
    messages.push(place.run(&["encode", "latin-1.json", "--bytecode", "main.bin", "-o", "out.bmes"]).err);
    assert!(!place.path("out.bmes").exists());
    insta::assert_snapshot!(messages.concat());
}

#[test]
fn convert_up_and_down() {
    let place = Place::new("record-convert");
    assert_eq!(place.run(&["convert", "old.bmes", "--to", "2", "-o", "up.bmes"]).status, 0);
    assert_eq!(place.read("up.bmes"), file(Version::V2));
    let came = place.run(&["convert", "up.bmes", "--to", "3", "--environment", "environment.json", "-o", "top.bmes"]);
    assert_eq!((came.status, came.err.as_str()), (0, ""));
    assert_eq!(place.read("top.bmes"), file(Version::V3));
    let came = place.run(&["convert", "top.bmes", "--to", "1", "--drop-environment", "-o", "down.bmes"]);
    assert_eq!((came.status, came.err.as_str()), (0, ""));
    assert_eq!(place.read("down.bmes"), file(Version::V1));
}

#[test]
fn convert_neither_makes_up_nor_loses() {
    let place = Place::new("record-convert-refused");
    let mut messages = Vec::new();
    for arguments in [
        &["main.bmes", "--to", "3"][..],
        &["new.bmes", "--to", "2"],
        &["main.bmes", "--to", "1", "--environment", "environment.json"],
        &["new.bmes", "--to", "3", "--environment", "environment.json"],
        &["new.bmes", "--to", "3", "--drop-environment"],
        &["new.bmes", "--to", "2", "--drop-environment", "--environment", "environment.json"],
        &["main.bmes", "--to", "4"],
    ] {
        let came = place.run(&[&["convert", "-o", "out.bmes"], arguments].concat());
        assert_eq!((came.status, came.out.as_str()), (2, ""), "{arguments:?}");
        messages.push(came.err);
    }
    assert!(!place.path("out.bmes").exists());
    insta::assert_snapshot!(messages.concat());
}

#[test]
fn an_environment_that_is_none_is_named_with_its_place() {
    let place = Place::new("record-environment");
    place.put("half.json", "{\"declared_variables\": [],\n \"lexical_variables\": []}");
    let came = place.run(&["convert", "main.bmes", "--to", "3", "--environment", "half.json", "-o", "out.bmes"]);
    assert_eq!(came.status, 1);
    insta::assert_snapshot!(came.err);
}

#[test]
fn a_record_that_may_not_be_linked_is_not_converted() {
    let place = Place::new("record-convert-twice");
    place.put("twice.bmes", twice());
    let came = place.run(&["convert", "twice.bmes", "--to", "2", "-o", "out.bmes"]);
    assert_eq!((came.status, place.path("out.bmes").exists()), (1, false));
    insta::assert_snapshot!(came.err);
}

#[test]
fn the_record_of_version_3_is_what_the_codec_reads() {
    let place = Place::new("record-codec");
    let came = place.run(&["decode", "new.bmes"]);
    let record: bmes::ModuleRecord = serde_json::from_str(&came.out).unwrap();
    assert_eq!(record, decode(&place.read("new.bmes")).unwrap().record);
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_is_read_once() {
    let place = Place::new("record-pipe");
    for line in [
        "cat main.json | bmes encode - --bytecode - -o out",
        "cat main.json | bmes encode - --bytecode /dev/stdin -o out",
        "cat main.bmes | bmes diff - /dev/fd/0",
    ] {
        let came = place.shell(line);
        assert_eq!((came.status, came.out.as_str()), (2, ""), "{line}");
        assert!(came.err.contains("is named twice; it can be read only once"), "{line}: {}", came.err);
    }
    assert_eq!(place.shell("bmes diff - /dev/stdin < main.bmes").status, 0, "a file can be read again");
}

#[test]
fn a_byte_order_mark_before_json_is_skipped() {
    let place = Place::new("record-bom");
    for name in ["main.json", "environment.json"] {
        place.put(&format!("bom.{name}"), [b"\xef\xbb\xbf", &place.read(name)[..]].concat());
    }
    let came = place.run(&["encode", "bom.main.json", "--bytecode", "main.bin", "-o", "out.bmes"]);
    assert_eq!((came.status, came.err.as_str()), (0, ""));
    assert_eq!(place.read("out.bmes"), file(Version::V2));
    let environment = "bom.environment.json";
    let came = place.run(&["convert", "main.bmes", "--to", "3", "--environment", environment, "-o", "new.out"]);
    assert_eq!((came.status, came.err.as_str()), (0, ""));
    assert_eq!(place.read("new.out"), file(Version::V3));
    // The byte order mark does not count as a column.
    place.put("wrong.json", "\u{feff}{\"version\": 9}");
    let came = place.run(&["encode", "wrong.json", "--bytecode", "main.bin", "-o", "out.bmes"]);
    assert!(came.err.starts_with("error: wrong.json: line 1, column 13: BMES version 9 is unknown\n"), "{}", came.err);
}

#[test]
fn json_in_another_encoding_is_named() {
    let place = Place::new("record-utf-16");
    let text = String::from_utf8(place.read("main.json")).unwrap();
    let units = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<_>>();
    place.put("le.json", [b"\xff\xfe", &units(u16::to_le_bytes)[..]].concat());
    place.put("be.json", [b"\xfe\xff", &units(u16::to_be_bytes)[..]].concat());
    place.put("le-without.json", units(u16::to_le_bytes));
    place.put("be-without.json", units(u16::to_be_bytes));
    let mut messages = String::new();
    for name in ["le.json", "be.json", "le-without.json", "be-without.json"] {
        let came = place.run(&["encode", name, "--bytecode", "main.bin", "-o", "out.bmes"]);
        assert_eq!((came.status, came.out.as_str()), (1, ""));
        messages.push_str(&came.err);
        // The command in the tip makes a file that can be read.
        let (_, command) = came.err.trim_end().split_once("tip: convert it: ").unwrap();
        let converted = format!("{name}.utf8");
        let came = place.shell(&format!("{command} && bmes encode {converted} --bytecode main.bin -o out"));
        assert_eq!((came.status, came.err.as_str()), (0, ""), "{name}");
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn an_error_in_json_is_at_the_value_or_nowhere() {
    let place = Place::new("record-position");
    let text = String::from_utf8(place.read("main.json")).unwrap();
    let mut messages = String::new();
    for (from, to) in [
        ("\"version\": 2", "\"version\": 3"),
        ("\"version\": 2", "\"version\": 7"),
        ("\"version\": 2", "\"version\": \"2\""),
        ("\"type\": \"single\"", "\"type\": \"multiple\""),
        ("\"import_name\": \"default\",", ""),
        ("\"star_exports\"", "\"star_export\""),
        ("\"exports\": [", "\"exports\": [ 7, "),
        ("\"specifier\": \"node:fs\"", "\"specifier\": null"),
        ("\"version\": 2", "\"version\": 2, \"code_features\": 1"),
        ("\"version\": 2", "\"version\": 2, \"version\": 2"),
    ] {
        assert!(text.contains(from), "{from}");
        place.put("wrong.json", text.replacen(from, to, 1));
        let came = place.run(&["encode", "wrong.json", "--bytecode", "main.bin", "-o", "out.bmes"]);
        assert_eq!((came.status, came.out.as_str()), (1, ""), "{to}");
        messages.push_str(came.err.lines().next().unwrap());
        messages.push('\n');
    }
    insta::assert_snapshot!(messages);
}
