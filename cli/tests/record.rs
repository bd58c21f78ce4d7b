//! Tests of `decode`, `encode` and `convert`.

mod support;

use bmes::{Version, decode};
use support::{BYTECODE, SOURCE, TestFolder, bad_type, damaged_4, file, file_4, twice};

#[test]
fn decode_prints_the_record() {
    let folder = TestFolder::new("record-decode");
    let output = folder.run(&["decode", "new.bmes"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn decode_prints_the_record_of_version_4() {
    let folder = TestFolder::empty("record-decode-4");
    folder.put("four.bmes", file_4());
    let output = folder.run(&["decode", "four.bmes", "--bytecode", "code.bin"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    assert_eq!(folder.read("code.bin"), BYTECODE);
    insta::assert_snapshot!(output.stdout);
}

#[test]
fn decode_prints_where_the_text_and_the_bytecode_are() {
    let folder = TestFolder::empty("record-places-4");
    folder.put("four.bmes", file_4());
    let output = folder.run(&["decode", "--json", "four.bmes"]);
    let object: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&object["version"], &object["record"]["version"]), (&4.into(), &4.into()));
    let bytes = |place: &str| {
        let number = |key: &str| usize::try_from(object["record"][place][key].as_u64().unwrap()).unwrap();
        file_4()[number("offset")..][..number("length")].to_vec()
    };
    assert_eq!([bytes("text"), bytes("bytecode")], [SOURCE.as_bytes(), BYTECODE]);
}

/// The file and the record are those of the specification.
#[test]
fn a_file_of_version_4_without_text() {
    let (example, file) = support::example("v4-smallest");
    let folder = TestFolder::empty("record-smallest-4");
    folder.put("smallest.bmes", file);
    let mut expected = example["record"].clone();
    expected["text"] = serde_json::Value::Null;
    expected["bytecode"] = serde_json::json!({"offset": 160, "length": 0});
    let output = folder.run(&["decode", "smallest.bmes"]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&output.stdout).unwrap(), expected);
}

#[test]
fn damaged_bytecode_of_version_4_is_not_written() {
    let folder = TestFolder::empty("record-damaged-4");
    folder.put("damaged.bmes", damaged_4("bytecode"));
    assert_eq!(folder.run(&["decode", "damaged.bmes"]).status, 0, "the record is not damaged");
    let output = folder.run(&["decode", "damaged.bmes", "--bytecode", "code.bin"]);
    assert_eq!((output.status, output.stdout.as_str()), (1, ""));
    assert!(!folder.path("code.bin").exists());
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn a_damaged_record_of_version_4_is_not_decoded() {
    let folder = TestFolder::empty("record-damaged-record-4");
    folder.put("damaged.bmes", damaged_4("exports[0].name"));
    let output = folder.run(&["decode", "damaged.bmes"]);
    assert_eq!((output.status, output.stdout.as_str()), (1, ""));
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn decode_and_encode_make_the_same_file() {
    for version in ["old", "main", "new"] {
        let folder = TestFolder::new(&format!("record-again-{version}"));
        let line = format!(
            "bmes decode {version}.bmes --bytecode code.bin > r.json && bmes encode r.json --bytecode code.bin -o again.bmes"
        );
        let output = folder.shell(&line);
        assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{version}");
        assert_eq!(folder.read("again.bmes"), folder.read(&format!("{version}.bmes")), "{version}");
        assert_eq!(folder.read("code.bin"), BYTECODE);
    }
}

#[test]
fn an_invalid_file_is_not_decoded() {
    let folder = TestFolder::new("record-bad");
    folder.put("bad.bmes", bad_type());
    let output = folder.run(&["decode", "bad.bmes", "--bytecode", "code.bin"]);
    assert_eq!((output.status, output.stdout.as_str()), (1, ""));
    assert!(!folder.path("code.bin").exists());
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn encode_prints_the_version_and_the_size() {
    let folder = TestFolder::new("record-encode");
    let output = folder.run(&["encode", "main.json", "--bytecode", "main.bin", "-o", "out.bmes"]);
    assert_eq!(
        (output.status, output.stdout.as_str(), output.stderr.as_str()),
        (0, "out.bmes: version 2, 280 bytes\n", "")
    );
    assert_eq!(folder.read("out.bmes"), file(Version::V2));
}

#[test]
fn encode_in_another_version() {
    let folder = TestFolder::new("record-encode-version");
    let arguments = ["encode", "main.json", "--bytecode", "main.bin", "-o", "out.bmes", "--format-version", "1"];
    assert_eq!(folder.run(&arguments).status, 0);
    assert_eq!(folder.read("out.bmes"), file(Version::V1));
}

#[test]
fn encode_does_not_invent_an_environment() {
    let folder = TestFolder::new("record-encode-3");
    let arguments = ["encode", "main.json", "--bytecode", "main.bin", "-o", "out.bmes", "--format-version", "3"];
    let output = folder.run(&arguments);
    assert_eq!((output.status, folder.path("out.bmes").exists()), (2, false));
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn encode_reads_standard_input_and_writes_standard_output() {
    let folder = TestFolder::new("record-pipe");
    let line = "bmes decode main.bmes | bmes encode - --bytecode main.bin -o - | bmes validate -";
    let output = folder.shell(line);
    assert_eq!((output.status, output.stdout.as_str()), (0, "ok       -: version 2, 280 bytes\n"), "{}", output.stderr);
}

#[test]
fn a_record_that_breaks_a_rule_is_rejected() {
    let folder = TestFolder::new("record-rule");
    let record = String::from_utf8(folder.read("main.json")).unwrap();
    folder.put("rule.json", record.replacen("\"local_name\": \"settings\"", "\"local_name\": \"readFile\"", 1));
    let output = folder.run(&["encode", "rule.json", "--bytecode", "main.bin", "-o", "out.bmes"]);
    assert_eq!((output.status, folder.path("out.bmes").exists()), (1, false));
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn json_that_is_not_a_record() {
    let folder = TestFolder::new("record-json");
    let mut messages = Vec::new();
    for (name, text) in [
        ("syntax.json", "{\n  \"version\": 1,\n  oops\n}"),
        ("missing.json", "{\"version\": 1, \"requests\": []}"),
        ("unknown.json", "{\"version\": 1, \"requsts\": []}"),
        ("version.json", "{\"version\": 9}"),
        ("empty.json", ""),
        ("list.json", "[]"),
    ] {
        folder.put(name, text);
        let output = folder.run(&["encode", name, "--bytecode", "main.bin", "-o", "out.bmes"]);
        assert_eq!((output.status, output.stdout.as_str()), (1, ""), "{name}");
        messages.push(output.stderr);
    }
    folder.put("latin-1.json", b"{\"version\": 1,\n \"requests\": [\"gr\xf6\xdfe\"]}");
    messages.push(folder.run(&["encode", "latin-1.json", "--bytecode", "main.bin", "-o", "out.bmes"]).stderr);
    assert!(!folder.path("out.bmes").exists());
    insta::assert_snapshot!(messages.concat());
}

#[test]
fn convert_up_and_down() {
    let folder = TestFolder::new("record-convert");
    assert_eq!(folder.run(&["convert", "old.bmes", "--to", "2", "-o", "up.bmes"]).status, 0);
    assert_eq!(folder.read("up.bmes"), file(Version::V2));
    let output =
        folder.run(&["convert", "up.bmes", "--to", "3", "--environment", "environment.json", "-o", "top.bmes"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    assert_eq!(folder.read("top.bmes"), file(Version::V3));
    let output = folder.run(&["convert", "top.bmes", "--to", "1", "--drop-environment", "-o", "down.bmes"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    assert_eq!(folder.read("down.bmes"), file(Version::V1));
}

#[test]
fn convert_neither_invents_nor_loses_an_environment() {
    let folder = TestFolder::new("record-convert-refused");
    let mut messages = Vec::new();
    for arguments in [
        &["main.bmes", "--to", "3"][..],
        &["new.bmes", "--to", "2"],
        &["main.bmes", "--to", "1", "--environment", "environment.json"],
        &["new.bmes", "--to", "3", "--environment", "environment.json"],
        &["new.bmes", "--to", "3", "--drop-environment"],
        &["new.bmes", "--to", "2", "--drop-environment", "--environment", "environment.json"],
    ] {
        let output = folder.run(&[&["convert", "-o", "out.bmes"], arguments].concat());
        assert_eq!((output.status, output.stdout.as_str()), (2, ""), "{arguments:?}");
        messages.push(output.stderr);
    }
    assert!(!folder.path("out.bmes").exists());
    insta::assert_snapshot!(messages.concat());
}

#[test]
fn json_that_is_not_an_environment() {
    let folder = TestFolder::new("record-environment");
    folder.put("half.json", "{\"declared_variables\": [],\n \"lexical_variables\": []}");
    let output = folder.run(&["convert", "main.bmes", "--to", "3", "--environment", "half.json", "-o", "out.bmes"]);
    assert_eq!(output.status, 1);
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn a_record_that_cannot_be_linked_is_not_converted() {
    let folder = TestFolder::new("record-convert-twice");
    folder.put("twice.bmes", twice());
    let output = folder.run(&["convert", "twice.bmes", "--to", "2", "-o", "out.bmes"]);
    assert_eq!((output.status, folder.path("out.bmes").exists()), (1, false));
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn the_codec_reads_the_record_of_version_3() {
    let folder = TestFolder::new("record-codec");
    let output = folder.run(&["decode", "new.bmes"]);
    let record: bmes::ModuleRecord = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(record, decode(&folder.read("new.bmes")).unwrap().record);
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_is_read_once() {
    let folder = TestFolder::new("record-pipe");
    for line in [
        "cat main.json | bmes encode - --bytecode - -o out",
        "cat main.json | bmes encode - --bytecode /dev/stdin -o out",
        "cat main.bmes | bmes diff - /dev/fd/0",
    ] {
        let output = folder.shell(line);
        assert_eq!((output.status, output.stdout.as_str()), (2, ""), "{line}");
        assert!(
            output.stderr.contains("is used as more than one input, but it can be read only once"),
            "{line}: {}",
            output.stderr
        );
    }
    assert_eq!(folder.shell("bmes diff - /dev/stdin < main.bmes").status, 0, "a regular file can be read twice");
}

#[test]
fn a_byte_order_mark_before_json_is_skipped() {
    let folder = TestFolder::new("record-bom");
    for name in ["main.json", "environment.json"] {
        folder.put(&format!("bom.{name}"), [b"\xef\xbb\xbf", &folder.read(name)[..]].concat());
    }
    let output = folder.run(&["encode", "bom.main.json", "--bytecode", "main.bin", "-o", "out.bmes"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    assert_eq!(folder.read("out.bmes"), file(Version::V2));
    let environment = "bom.environment.json";
    let output = folder.run(&["convert", "main.bmes", "--to", "3", "--environment", environment, "-o", "new.out"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    assert_eq!(folder.read("new.out"), file(Version::V3));
    // The byte order mark does not count as a column.
    folder.put("wrong.json", "\u{feff}{\"version\": 9}");
    let output = folder.run(&["encode", "wrong.json", "--bytecode", "main.bin", "-o", "out.bmes"]);
    assert!(
        output
            .stderr
            .starts_with("error: wrong.json: line 1, column 13: BMES version 9 is unknown, expected 1, 2, 3 or 4\n"),
        "{}",
        output.stderr
    );
}

#[test]
fn json_in_another_encoding() {
    let folder = TestFolder::new("record-utf-16");
    let text = String::from_utf8(folder.read("main.json")).unwrap();
    let units = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<_>>();
    folder.put("le.json", [b"\xff\xfe", &units(u16::to_le_bytes)[..]].concat());
    folder.put("be.json", [b"\xfe\xff", &units(u16::to_be_bytes)[..]].concat());
    folder.put("le-without.json", units(u16::to_le_bytes));
    folder.put("be-without.json", units(u16::to_be_bytes));
    let mut messages = String::new();
    for name in ["le.json", "be.json", "le-without.json", "be-without.json"] {
        let output = folder.run(&["encode", name, "--bytecode", "main.bin", "-o", "out.bmes"]);
        assert_eq!((output.status, output.stdout.as_str()), (1, ""));
        messages.push_str(&output.stderr);
        // The command in the tip makes a file that `bmes encode` can read.
        let (_, command) = output.stderr.trim_end().split_once("tip: convert it: ").unwrap();
        let converted = format!("{name}.utf8");
        let output = folder.shell(&format!("{command} && bmes encode {converted} --bytecode main.bin -o out"));
        assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{name}");
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn an_error_in_json_has_the_position_of_the_value_or_none() {
    let folder = TestFolder::new("record-position");
    let text = String::from_utf8(folder.read("main.json")).unwrap();
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
        folder.put("wrong.json", text.replacen(from, to, 1));
        let output = folder.run(&["encode", "wrong.json", "--bytecode", "main.bin", "-o", "out.bmes"]);
        assert_eq!((output.status, output.stdout.as_str()), (1, ""), "{to}");
        messages.push_str(output.stderr.lines().next().unwrap());
        messages.push('\n');
    }
    insta::assert_snapshot!(messages);
}
