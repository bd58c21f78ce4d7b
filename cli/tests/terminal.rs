//! Tests of output on a terminal: it has no raw control characters, its commands can be pasted, and it uses the colours
//! and the pager that the user wants.

#![cfg(target_os = "linux")]

mod support;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;

use bmes::{ModuleRequest, Printable, Version};
use support::{BYTECODE, Output, TestFolder, local};

/// One character of each kind that could harm a terminal.
const HARMFUL: &str = "\u{1b}[31m\u{7}\u{7f}\u{85}\u{9b}2J\u{2028}\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}\u{200f}";

fn is_harmless(what: &str, output: &Output) {
    for printed in [&output.stdout, &output.stderr] {
        let found = printed.chars().find(|character| Printable::escapes(*character) && *character != '\n');
        assert_eq!(found, None, "{what}: {printed:?}");
    }
}

/// Returns a folder with files whose names, strings and sources contain the harmful characters, and the start of the
/// names.
fn harmful_folder() -> (TestFolder, String) {
    let folder = TestFolder::new("terminal-harmful");
    let mut record = support::record(Version::V2);
    let specifier: &'static str = String::leak(format!("./{HARMFUL}.mjs"));
    record.requests.push(ModuleRequest { specifier, attributes: vec![] });
    record.star_exports.push(specifier);
    record.exports.push(local(specifier, specifier));
    let file = bmes::encode(&record, BYTECODE).unwrap();
    let name = format!("a{HARMFUL}\n");
    folder.put(&format!("{name}.bmes"), &file);
    folder.put(&format!("{name}.four.bmes"), support::file_4_of(&record, |_| {}));
    // This file ends one byte too early.
    folder.put(&format!("{name}.bad.bmes"), &file[..file.len() - 1]);
    folder.put(&format!("{name}.json"), serde_json::to_string(&record).unwrap());
    folder.put(&format!("{name}.key.json"), format!("{{\"{}\": 1}}", HARMFUL.replace(['\u{1b}', '\u{7}'], "\\u001b")));
    let key = serde_json::to_string(HARMFUL).unwrap();
    folder.put(&format!("{name}.twice.json"), format!("{{{key}: \"1\", {key}: \"2\"}}"));
    folder.put(
        &format!("{name}.type.json"),
        serde_json::to_string(&record).unwrap().replace("\"single\"", &serde_json::to_string(HARMFUL).unwrap()),
    );
    folder.put(
        &format!("{name}.mjs"),
        format!(
            "import \"{}\"; export {{ x as \"{HARMFUL}\" }}; let x;",
            specifier.replace(['\u{2028}', '\u{2029}'], "")
        ),
    );
    folder.put(&format!("{name}.bad.mjs"), format!("let a; export {{ {HARMFUL} }}"));
    folder.put(&format!("{name}.name.mjs"), "export { a as \"\\x1b[31m\", a as \"\\x1b[31m\" }; let a;");
    (folder, name)
}

#[test]
fn no_command_prints_harmful_characters() {
    let (folder, name) = harmful_folder();
    let file = |extension: &str| format!("{name}.{extension}");
    let mut lines: Vec<Vec<String>> = Vec::new();
    let none = file("none");
    for command in ["inspect", "validate", "check", "identify", "decode", "analyze", "producer"] {
        for given in ["bmes", "four.bmes", "bad.bmes", "json", "twice.json", "mjs", "bad.mjs", "name.mjs", "none"] {
            lines.push(vec![command.into(), file(given)]);
        }
    }
    lines.push(vec!["inspect".into(), "--all".into(), file("bmes")]);
    lines.push(vec!["diff".into(), file("bmes"), "main.bmes".into()]);
    lines.push(vec!["diff".into(), "main.bmes".into(), file("bad.bmes")]);
    lines.push(vec!["diff".into(), file("bmes"), none.clone()]);
    folder.put("four.bmes", support::file_4());
    lines.push(vec!["diff".into(), "four.bmes".into(), file("four.bmes")]);
    lines.push(vec!["diff".into(), file("four.bmes"), "main.bmes".into()]);
    for given in ["json", "key.json", "type.json", "mjs", "none"] {
        for out in [format!("out{HARMFUL}"), format!("{none}/out"), "build".into()] {
            lines.push(["encode", &file(given), "--bytecode", "main.bin", "-o", &out].map(Into::into).to_vec());
        }
    }
    for given in ["bmes", "four.bmes", "bad.bmes", "none"] {
        lines.push(["convert", &file(given), "--to", "1", "-o", &none].map(Into::into).to_vec());
        lines.push(
            ["convert", "main.bmes", "--to", "3", "--environment", &file(given), "-o", &none].map(Into::into).to_vec(),
        );
    }
    for given in ["mjs", "bad.mjs", "name.mjs", "none"] {
        lines.push(["build", &file(given), "--bytecode", "main.bin"].map(Into::into).to_vec());
        lines.push(["build", &file(given), "--bytecode", &none].map(Into::into).to_vec());
        lines
            .push(["build", "main.mjs", "--bytecode", "main.bin", "--producer", &file(given)].map(Into::into).to_vec());
    }
    for option in ["--to", "--type", "--color", "--jobs", "--files-from", "--none"] {
        lines.push(vec!["validate".into(), option.into(), name.clone()]);
        lines.push(vec!["analyze".into(), format!("{option}={name}")]);
    }
    lines.push(vec![name.clone()]);
    lines.push(vec!["help".into(), name.clone()]);
    lines.push(vec!["man".into(), name.clone()]);
    lines.push(vec!["completions".into(), name.clone()]);
    for line in lines {
        for json in [None, Some("--json")] {
            let arguments: Vec<_> = line.iter().map(String::as_str).chain(json).collect();
            let output = folder.run(&arguments);
            assert!(!output.stdout.is_empty() || !output.stderr.is_empty(), "{arguments:?}");
            is_harmless(&format!("{arguments:?}"), &output);
        }
    }
}

#[test]
fn a_command_in_a_tip_can_be_pasted() {
    let folder = TestFolder::empty("terminal-tips");
    let names: [&[u8]; 8] = [
        b"a b.bmes",
        b"it's.bmes",
        b"-x.bmes",
        b"a\nb.bmes",
        b"\xff\x1b[31m.bmes",
        "größe.bmes".as_bytes(),
        b"$HOME`x`.bmes",
        b"!#&;.bmes",
    ];
    for name in names {
        fs::write(folder.0.join(OsStr::from_bytes(name)), support::bad_type()).unwrap();
        let mut command = folder.command();
        let output =
            command.args(["validate", "--"].map(OsString::from)).arg(OsStr::from_bytes(name)).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        let (_, pasted) =
            err.trim_end().split_once("tip: to see the error in the file, run: ").unwrap_or_else(|| panic!("{err}"));
        let output = folder.bash(pasted);
        assert_eq!((output.status, output.stderr.as_str()), (1, ""), "{pasted}");
        assert!(output.stdout.contains("imports[1].type at byte 139"), "{pasted}: {}", output.stdout);
    }
    folder.put("u 16.json", b"\xff\xfe{\0}\0");
    let output = folder.run(&["encode", "u 16.json", "--bytecode", "a b.bmes", "-o", "out"]);
    let (_, pasted) = output.stderr.trim_end().split_once("tip: convert it: ").unwrap();
    assert_eq!(folder.bash(pasted).status, 0, "{pasted}");
    assert_eq!(folder.read("u 16.json.utf8"), b"{}");
    let output = folder.run(&["encode", "u 16.json", "--bytecode", "a b.bmes", "-o", "new folder/out"]);
    let (_, pasted) = output.stderr.trim_end().split_once("tip: create it first: ").unwrap();
    assert_eq!(folder.bash(pasted).status, 0, "{pasted}");
    assert!(folder.path("new folder").is_dir());
}

/// Runs a line of shell on a terminal. Returns the text that it shows, and the exit status.
fn on_terminal(folder: &TestFolder, line: &str) -> (String, i32) {
    let script = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(['sh', '-c', sys.argv[1]])))";
    let mut python = folder.shell_command("exec python3 -c \"$SCRIPT\" \"$LINE\"");
    let output = python.env("SCRIPT", script).env("LINE", line).env("TERM", "xterm").output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n"), output.status.code().unwrap())
}

#[test]
fn colours_are_for_terminals_and_can_be_turned_off() {
    let folder = TestFolder::new("terminal-colours");
    for (line, has_colours) in [
        ("bmes validate main.bmes", true),
        ("bmes inspect main.bmes", true),
        ("bmes diff main.bmes old.bmes", true),
        ("bmes inspect none 2>&1", true),
        ("NO_COLOR=1 bmes validate main.bmes", false),
        ("NO_COLOR=1 bmes inspect main.bmes", false),
        ("NO_COLOR=1 bmes inspect none", false),
        ("NO_COLOR=1 bmes --help", false),
        ("bmes validate --color never main.bmes", false),
        ("bmes validate --json main.bmes", false),
        ("bmes --help", true),
        ("bmes nosuch", true),
        ("bmes --color never --help", false),
        ("bmes inspect --color=never", false),
        ("bmes --color never nosuch", false),
        ("TERM=dumb bmes validate main.bmes", false),
        ("bmes validate main.bmes | cat", false),
        ("bmes validate --color always main.bmes | cat", true),
    ] {
        let (shown, _) = on_terminal(&folder, line);
        assert!(!shown.is_empty());
        assert_eq!(shown.contains('\u{1b}'), has_colours, "{line}: {shown:?}");
    }
}

#[test]
fn long_text_goes_through_the_pager_on_a_terminal() {
    let folder = TestFolder::new("terminal-pager");
    for command in ["inspect main.bmes", "diff main.bmes old.bmes", "decode main.bmes"] {
        let plain = folder.shell(&format!("bmes {command}")).stdout;
        let marked = format!("| {}\n", plain.trim_end().replace('\n', "\n| "));
        let shown = |line: &str| on_terminal(&folder, &format!("export NO_COLOR=1; {line}")).0;
        let pager = "sed 's/^/| /'";
        assert_eq!(shown(&format!("PAGER=\"{pager}\" bmes {command}")), marked, "{command}");
        assert_eq!(shown(&format!("PAGER=false BMES_PAGER=\"{pager}\" bmes {command}")), marked, "{command}");
        for pager in ["", "cat", "no-such-pager"] {
            assert_eq!(shown(&format!("PAGER='{pager}' bmes {command}")), plain, "{command}, {pager}");
        }
        assert_eq!(shown(&format!("PAGER=\"{pager}\" bmes {command} | cat")), plain, "{command}");
        // A pager that ends before it has read all text.
        let (first, status) = on_terminal(&folder, &format!("NO_COLOR=1 PAGER='head -n 1' bmes {command}"));
        assert_eq!(first.lines().next(), plain.lines().next());
        assert_eq!(status, i32::from(command.starts_with("diff")), "{command}");
    }
    assert!(!on_terminal(&folder, "PAGER=\"sed 's/^/| /'\" bmes validate main.bmes").0.starts_with('|'));
}

#[test]
fn bytes_are_not_written_to_a_terminal() {
    let folder = TestFolder::new("terminal-bytes");
    for out in ["-", "/dev/stdout", "/dev/tty"] {
        let (shown, status) = on_terminal(&folder, &format!("NO_COLOR=1 bmes convert main.bmes --to 1 -o {out}"));
        assert_eq!(status, 2, "{out}");
        assert!(shown.contains("is a terminal, but the output is binary"), "{out}: {shown}");
    }
}

#[test]
fn a_terminal_is_not_an_input() {
    let folder = TestFolder::new("terminal-input");
    let (shown, status) = on_terminal(&folder, "NO_COLOR=1 bmes inspect -");
    assert_eq!(status, 2);
    assert!(shown.starts_with("error: standard input: is a terminal, expected a file\n"), "{shown}");
}
