//! The shared code of the runner's tests: their small corpus, and testees in Python that misbehave on demand.

#![allow(dead_code, reason = "each test binary uses what it needs")]

pub(crate) mod run;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bmes::{ModuleRecord, ModuleRequest};
use conformance::case::{Case, Decoded, Expect, ExpectedResult, Origin};

/// Returns an empty folder that only this test uses.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Writes a corpus of four different cases, and returns its path.
pub(crate) fn corpus(folder: &Path) -> PathBuf {
    let corpus = folder.join("corpus");
    let mut module = ModuleRecord::new(bmes::VersionFields::V1);
    module.requests.push(ModuleRequest { specifier: "m\0😀".to_owned(), attributes: vec![] });
    module.star_exports.push("m\0😀".to_owned());
    write(&corpus, "v1/record/empty", "v1-layout", ModuleRecord::new(bmes::VersionFields::V1), b"");
    write(&corpus, "v1/star-exports/one", "v1-entries-kept", module, b"\xca\xfe");
    let mut cut = bmes::encode(&ModuleRecord::<String>::new(bmes::VersionFields::V1), &[]).unwrap();
    cut.truncate(27);
    write_refused(&corpus, "v1/header/short", "v1-u32-bounds", "truncated", 24, &cut);
    let mut bad_type = b"SEMB\x01\0\0\0\0\0\0\0\x01\0\0\0\x03\0\0\0".to_vec();
    bad_type.extend([0; 24]);
    write_refused(&corpus, "v1/imports/type-unknown", "v1-import-type", "bad-type", 16, &bad_type);
    corpus
}

fn write(corpus: &Path, id: &str, clause: &str, record: ModuleRecord, bytecode: &[u8]) {
    let file = bmes::encode(&record, bytecode).unwrap();
    let bytecode = (file.len() - bytecode.len()..file.len()).into();
    let ok = Some(ExpectedResult::Ok { ok: true });
    let expect = Expect {
        identify: Some(ExpectedResult::Version { version: 1 }),
        decode: Some(ExpectedResult::Record {
            record: Box::new(Decoded { record: record.into(), text: None, bytecode }),
        }),
        check: ok.clone(),
        encode: ok,
        ..Expect::default()
    };
    save(corpus, id, clause, expect, &file);
}

fn write_refused(corpus: &Path, id: &str, clause: &str, class: &str, offset: usize, file: &[u8]) {
    let error = Some(ExpectedResult::Error { error: vec![class.into()], offset: Some(offset) });
    let expect = Expect {
        identify: Some(ExpectedResult::Version { version: 1 }),
        decode: error.clone(),
        check: error,
        ..Expect::default()
    };
    save(corpus, id, clause, expect, file);
}

fn save(corpus: &Path, id: &str, clause: &str, expect: Expect, file: &[u8]) {
    let case = Case {
        id: id.into(),
        title: format!("the case {}", id.rsplit('/').next().unwrap()),
        clauses: vec![clause.into()],
        expect,
        origin: Origin::Hand,
        provenance: None,
        given: None,
        record: None,
        recipe: None,
    };
    let path = corpus.join(format!("{id}.json"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, serde_json::to_string_pretty(&case).unwrap()).unwrap();
    fs::write(path.with_extension("bmes"), file).unwrap();
}

/// Writes a testee in Python, and returns its command: the reference behind a pipe, with `misbehaviour` between.
///
/// `misbehaviour` is Python that runs for each request. It has the request (`request`), the reference's answer as a line (`answer`)
/// and the number of requests of this process so far (`count`), and writes any output with `say`.
pub(crate) fn testee(folder: &Path, misbehaviour: &str) -> String {
    let path = folder.join("testee.py");
    let script = format!(
        r#"import json, os, signal, subprocess, sys, time
reference = subprocess.Popen([{reference:?}, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def say(text):
    sys.stdout.buffer.write(text if isinstance(text, bytes) else text.encode())
    sys.stdout.buffer.flush()
empty = "53454d42" + "01000000" + "00000000" * 5
count = 0
for line in sys.stdin.buffer:
    request = json.loads(line)
    reference.stdin.write(line)
    reference.stdin.flush()
    if request["op"] == "bye":
        break
    answer = reference.stdout.readline()
    count += 1
    if request["op"] != "hello" or {on_hello}:
        if count:
{body}
    say(answer)
"#,
        reference = env!("CARGO_BIN_EXE_bmes-conformance"),
        on_hello = if misbehaviour.contains("hello") { "True" } else { "False" },
        body = indented(misbehaviour),
    );
    fs::write(&path, script).unwrap();
    format!("python3 {}", shell_words::quote(path.to_str().unwrap()))
}

fn indented(code: &str) -> String {
    let lines: Vec<_> = code.lines().map(|line| format!("            {line}")).collect();
    lines.join("\n")
}

/// Runs `bmes-conformance` with these arguments.
pub(crate) fn conformance(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bmes-conformance")).args(arguments).env_remove("CLICOLOR_FORCE").output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Returns `text` without the parts that differ from machine to machine and from day to day: the folder, the command, times, the
/// line numbers of the specification.
pub(crate) fn stable(text: &str, folder: &Path) -> String {
    let text = text
        .replace(folder.to_str().unwrap(), "FOLDER")
        .replace(env!("CARGO_BIN_EXE_bmes-conformance"), "bmes-conformance");
    let lines = text.lines().map(|line| match (line.split_once(" s, depth "), line.split_once("(spec/v1.md:")) {
        (Some((seconds, rest)), _) if seconds.parse::<f64>().is_ok() => format!("T s, depth {rest}"),
        (_, Some((clause, line))) if line.ends_with(')') => format!("{clause}(spec/v1.md:LINE)"),
        _ => line.trim_end().to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}
