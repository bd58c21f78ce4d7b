//! Tests the command as a user sees it: exit statuses, messages, the table, an explanation.

mod support;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use support::{conformance, folder, stable, stderr, stdout};

struct Case {
    folder: PathBuf,
    corpus: String,
}

fn case(name: &str) -> Case {
    let folder = folder(&format!("command-{name}"));
    let corpus = support::corpus(&folder).to_str().unwrap().to_owned();
    Case { folder, corpus }
}

/// Runs the command with the small corpus. Returns the exit status, standard output and standard error, without the parts that
/// differ between machines.
fn run(case: &Case, arguments: &[&str]) -> (i32, String, String) {
    let output = conformance(&[arguments, &["--corpus", &case.corpus, "--seed", "1", "--timeout", "60"]].concat());
    (output.status.code().unwrap(), stable(&stdout(&output), &case.folder), stable(&stderr(&output), &case.folder))
}

#[test]
fn the_table() {
    let (status, out, err) = run(&case("table"), &[]);
    assert_eq!(status, 0);
    insta::assert_snapshot!(out);
    assert_eq!(err, "Testing the reference codec in this program. To test your implementation, use --testee CMD.");
}

#[test]
fn a_failure_explained() {
    let case = case("explained");
    let wrong = "
if request['op'] == 'decode': answer = answer.replace(b'm\\\\u0000', b'm').replace(b'bad-type', b'bad-flag')
if request['op'] == 'encode': answer = answer.replace(b'cafe', b'ca')";
    let testee = support::testee(&case.folder, wrong);
    let (status, out, _) = run(&case, &["--testee", &testee, "--depth", "quick"]);
    assert_eq!(status, 1);
    insta::assert_snapshot!(out);
}

#[test]
fn a_crash_explained() {
    let case = case("crash");
    let wrong = "if request['op'] == 'check' and '03' in request['hex']:\n    sys.stderr.write('Traceback:\\n  \\x1b[31mIndexError\\n')\n    sys.exit(1)";
    let testee = support::testee(&case.folder, wrong);
    let (status, out, _) = run(&case, &["--testee", &testee, "--depth", "quick", "--filter", "v1/imports/*"]);
    assert_eq!(status, 1);
    insta::assert_snapshot!(out);
}

#[test]
fn one_case_again() {
    let case = case("repro");
    let (status, out, _) = run(&case, &["repro", "v1/star-exports/one#flip=4.1"]);
    assert_eq!(status, 0);
    insta::assert_snapshot!(out);
}

#[test]
fn one_case_shown() {
    let (status, out, _) = run(&case("show"), &["--show", "v1/star-exports/one#prefix=30"]);
    assert_eq!(status, 0);
    insta::assert_snapshot!(out);
}

#[test]
fn the_list_has_derived_cases() {
    let case = case("list");
    let (status, out, _) = run(&case, &["--list", "--filter", "*record/empty#prefix=?"]);
    let expected: Vec<_> = (0..10).map(|length| format!("v1/record/empty#prefix={length}")).collect();
    assert_eq!((status, out), (0, expected.join("\n")));
    let (_, out, _) = run(&case, &["--list", "--depth", "quick"]);
    assert_eq!(out.lines().count(), 4);
}

#[test]
fn the_cases_that_are_newer_than_a_version_are_listed() {
    let case = case("since");
    let (status, _, err) = run(&case, &["--since", "0.9.0"]);
    assert_eq!((status, err.as_str()), (4, "error: this corpus has no ids.txt, the list of its versions"));
    let ids = "v1/header/short 0.10.0\nv1/imports/type-unknown 0.9.0\nv1/record/empty 1.0.0\nv1/record/gone 1.0.0\n\
        v1/star-exports/one 0.9.0\n";
    let path = PathBuf::from(&case.corpus).join("ids.txt");
    fs::write(&path, ids).unwrap();
    let (status, out, _) = run(&case, &["--since", "0.9.0"]);
    assert_eq!((status, out.as_str()), (0, "v1/header/short\nv1/record/empty"));
    let (_, out, _) = run(&case, &["--since", "0.9.0", "--filter", "*short"]);
    assert_eq!(out, "v1/header/short");
    let (status, out, _) = run(&case, &["--since", "1.0.0"]);
    assert_eq!((status, out.as_str()), (0, ""));
    let (status, _, err) = run(&case, &["--since", "v2"]);
    let known = "error: this corpus has no version `v2`; ids.txt has 0.9.0, 0.10.0, 1.0.0";
    assert_eq!((status, err.as_str()), (4, known));
    fs::write(&path, "v1/header/short\n").unwrap();
    let (_, _, err) = run(&case, &["--since", "0.9.0"]);
    assert_eq!(err, "error: ids.txt:1: expected an id, a space and a version");
}

#[test]
fn help() {
    let output = conformance(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(stdout(&output));
}

#[test]
fn testees_that_cannot_be_used() {
    let case = case("unusable");
    let future = case.folder.join("future.py");
    fs::write(&future, "print('{\"id\":0,\"ok\":{\"protocol\":2}}', flush=True)\ninput()\n").unwrap();
    let future = format!("python3 {}", future.display());
    let vain = case.folder.join("vain.py");
    fs::write(
        &vain,
        "print('{\"id\":0,\"ok\":{\"protocol\":1,\"name\":\"n\",\"versions\":\"1\"}}', flush=True)\ninput()\n",
    )
    .unwrap();
    let vain = format!("python3 {}", vain.display());
    let mut messages = Vec::new();
    for testee in ["cat", "false", "no-such-program", "echo hello", &future, &vain] {
        let start = Instant::now();
        let (status, out, err) = run(&case, &["--testee", testee]);
        assert_eq!((status, out.as_str()), (3, ""), "{testee}");
        assert!(start.elapsed() < Duration::from_secs(30), "{testee}");
        messages.push(err);
    }
    insta::assert_snapshot!(messages.join("\n\n"));
}

#[test]
fn a_testee_that_never_answers_hello() {
    let case = case("silent");
    let start = Instant::now();
    let (status, _, err) = run(&case, &["--testee", "sleep 1000"]);
    assert_eq!(status, 3);
    assert!(start.elapsed() < Duration::from_secs(30));
    insta::assert_snapshot!(err);
}

#[test]
fn wrong_usage_is_told_apart() {
    let case = case("usage");
    let broken = folder("command-usage-broken");
    fs::create_dir_all(broken.join("v1/x")).unwrap();
    let mut messages = Vec::new();
    let mut fails = |arguments: &[&str]| {
        let (status, out, err) = run(&case, arguments);
        assert_eq!((status, out.as_str()), (4, ""), "{arguments:?}: {err}");
        messages.push(err.replace(broken.to_str().unwrap(), "BROKEN"));
    };
    fails(&["--nonsense"]);
    fails(&["--filter", "zzz*"]);
    fails(&["--filter", "[z"]);
    fails(&["--filter", "v1/import"]);
    fails(&["--filter", "v1/header/shorts"]);
    fails(&["--clause", "v1-u32-bound"]);
    fails(&["--clause", "writer-order"]);
    fails(&["--format-version", "9"]);
    fails(&["--testee", "'"]);
    fails(&["--one-shot"]);
    fails(&["--report", "xml=x"]);
    fails(&["--report", "badge=x.png"]);
    fails(&["--shard", "0/4"]);
    fails(&["--shard", "5/4"]);
    fails(&["--shard", "half"]);
    fails(&["--bless"]);
    fails(&["--explain", "all"]);
    fails(&["--show", "v1/record/none"]);
    fails(&["repro", "v1/recrod/empty"]);
    fails(&["repro", "v1/record/empty#prefix=28"]);
    fails(&["--testee", "x", "merge", "x.json"]);
    fails(&["repro", "v1/header/short#append=00"]);
    insta::assert_snapshot!(messages.join("\n\n"));
}

#[test]
fn a_timeout_is_a_time() {
    for seconds in ["0", "-1", "NaN", "inf", "soon", "1e9"] {
        let output = conformance(&[&format!("--timeout={seconds}")]);
        assert_eq!(output.status.code(), Some(4), "{seconds}");
    }
}

#[test]
fn a_corpus_that_cannot_be_used_is_named() {
    let broken = folder("command-broken");
    let sidecar = broken.join("v1/x/y.json");
    let mut messages = Vec::new();
    let mut fails = |corpus: &str| {
        let output = conformance(&["--corpus", corpus]);
        assert_eq!(output.status.code(), Some(4));
        messages.push(stable(&stderr(&output), &broken));
    };
    fails(broken.join("missing").to_str().unwrap());
    fails(broken.to_str().unwrap());
    fs::create_dir_all(sidecar.parent().unwrap()).unwrap();
    let error = r#"{"error":["truncated"]}"#;
    for text in [
        "{".to_owned(),
        r#"{"id":"v1/x/y","title":"t","clauses":["c"],"expect":{},"origin":"hand"}"#.into(),
        format!(r#"{{"id":"v1/x/z","title":"t","clauses":["c"],"expect":{{"decode":{error}}},"origin":"hand"}}"#),
        format!(r#"{{"id":"v1/x/y","title":"t","clauses":[],"expect":{{"decode":{error}}},"origin":"hand"}}"#),
        format!(r#"{{"id":"v1/x/y","title":"t","clauses":["c"],"expect":{{"decode":{error}}},"origin":"hand"}}"#),
        format!(
            r#"{{"id":"v1/x/y","title":"t","clauses":["c"],"expect":{{"decode":{error},"dekode":1}},"origin":"hand"}}"#
        ),
        r#"{"id":"v1/x/y","title":"t","clauses":["c"],"expect":{"decode":{"ok":true}},"origin":"hand"}"#.into(),
        r#"{"id":"v1/x/y","title":"t","clauses":["c"],"expect":{"decode":{"error":[]}},"origin":"hand"}"#.into(),
    ] {
        fs::write(&sidecar, text).unwrap();
        fails(broken.to_str().unwrap());
    }
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn one_shot() {
    let case = case("one-shot");
    let script = case.folder.join("one_shot.py");
    fs::write(
        &script,
        format!(
            r#"import json, subprocess, sys
operation, data = sys.argv[1], sys.stdin.buffer.read()
request = {{"id": 0, "op": operation}}
if operation == "hello": request["protocol"] = 1
elif operation == "encode": request.update(json.loads(data))
else: request["hex"] = data.hex()
if operation == "check" and len(data) == 27: sys.exit(7)
done = subprocess.run([{:?}, "serve"], input=json.dumps(request).encode() + b"\n", stdout=subprocess.PIPE)
answer = json.loads(done.stdout)
del answer["id"]
print(json.dumps(answer))
sys.exit(0 if "ok" in answer else 1)
"#,
            env!("CARGO_BIN_EXE_bmes-conformance")
        ),
    )
    .unwrap();
    let testee = format!("python3 {}", script.display());
    let (status, out, err) = run(&case, &["--one-shot", "--testee", &testee, "--depth", "quick"]);
    assert_eq!((status, err.as_str()), (1, ""), "{out}");
    insta::assert_snapshot!(out);
}

#[test]
fn reports_are_not_lost_silently() {
    let (status, _, err) = run(&case("report"), &["--report", "json=/nonexistent/folder/report.json"]);
    assert_eq!(status, 4);
    assert!(err.contains("/nonexistent/folder/report.json"), "{err}");
}
