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
    assert_eq!((came.status, came.out.as_str()), (0, "good  -: version 2, 280 bytes\n"), "{}", came.err);
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
    let came = place.run(&["convert", "up.bmes", "--to", "3", "--environment", "environment.json", "-o", "up.bmes"]);
    assert_eq!((came.status, came.err.as_str()), (0, ""));
    assert_eq!(place.read("up.bmes"), file(Version::V3));
    let came = place.run(&["convert", "up.bmes", "--to", "1", "--drop-environment", "-o", "down.bmes"]);
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
