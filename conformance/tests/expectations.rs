//! Tests expected failures: each of these cases must fail and has a reason, and all other cases must pass.

mod support;

use std::fs;
use std::path::PathBuf;

use support::{conformance, folder, stable, stderr, stdout};

/// A misbehaviour: the testee reports a wrong error class, and writes wrong bytecode.
const WRONG: &str = "
if request['op'] == 'decode': answer = answer.replace(b'bad-type', b'bad-flag')
if request['op'] == 'encode': answer = answer.replace(b'cafe', b'ca')";

const KNOWN: &str = r#"
[[expected]]
reason = "classes are mixed up"
link = "https://example.com/1"
fails = { decode = "wrong-answer" }
ids = ["v1/imports/type-unknown"]

[[expected]]
reason = "bytecode is cut"
link = "https://example.com/2"
fails = { encode = "wrong-answer" }
ids = ["v1/star-exports/*"]
"#;

struct Suite {
    folder: PathBuf,
    corpus: String,
    known: PathBuf,
}

impl Suite {
    fn new(name: &str, known: &str) -> Self {
        let folder = folder(&format!("expectations-{name}"));
        let corpus = support::corpus(&folder).to_str().unwrap().to_owned();
        let suite = Self { known: folder.join("known.toml"), folder, corpus };
        fs::write(&suite.known, known).unwrap();
        suite
    }

    /// Runs the suite. Returns the exit status, standard output and standard error.
    fn run(&self, misbehaviour: &str, options: &[&str]) -> (i32, String, String) {
        let testee = support::testee(&self.folder, misbehaviour);
        let known = self.known.to_str().unwrap();
        let fixed = ["--corpus", &self.corpus, "--seed", "1", "--timeout", "60", "--testee", &testee, "--xfail", known];
        let depth: &[&str] = if options.contains(&"--depth") { &[] } else { &["--depth", "quick"] };
        let output = conformance(&[&fixed[..], depth, options].concat());
        let text = |text: String| stable(&text, &self.folder);
        (output.status.code().unwrap(), text(stdout(&output)), text(stderr(&output)))
    }

    fn known(&self) -> String {
        fs::read_to_string(&self.known).unwrap()
    }
}

#[test]
fn what_is_known_is_green() {
    let (status, out, err) = Suite::new("green", KNOWN).run(WRONG, &[]);
    assert_eq!((status, err.as_str()), (0, ""));
    insta::assert_snapshot!(out);
}

#[test]
fn what_passes_again_is_red() {
    let (status, out, err) = Suite::new("passes-again", KNOWN).run("pass", &[]);
    assert_eq!(status, 2, "{err}");
    insta::assert_snapshot!(format!("{out}\n\n{err}"));
}

#[test]
fn what_fails_otherwise_is_a_failure() {
    let (status, out, _) =
        Suite::new("otherwise", KNOWN).run(&format!("{WRONG}\nif request['op'] == 'encode': sys.exit(1)"), &[]);
    assert_eq!(status, 1);
    assert!(out.contains("v1/star-exports/one") && out.contains("got       encode crash"), "{out}");
    assert!(!out.contains("FAIL v1/imports/type-unknown"), "{out}");
}

#[test]
fn one_more_operation_is_otherwise() {
    let more = format!("{WRONG}\nif request['op'] == 'check': answer = answer.replace(b'bad-type', b'bad-flag')");
    let (status, out, _) = Suite::new("more", KNOWN).run(&more, &[]);
    assert_eq!(status, 1);
    assert!(
        out.contains("expected  decode wrong-answer\n    got       decode wrong-answer, check wrong-answer"),
        "{out}"
    );
}

#[test]
fn what_is_not_asked_is_not_stale() {
    let suite = Suite::new("partly", KNOWN);
    assert_eq!(suite.run("pass", &["--filter", "v1/record/*"]).0, 0);
    assert_eq!(suite.run(WRONG, &["--filter", "v1/imports/*"]).0, 0);
    for shard in ["1/2", "2/2"] {
        assert_eq!(suite.run(WRONG, &["--shard", shard]).0, 0, "{shard}");
    }
}

#[test]
fn a_pattern_that_matches_nothing_is_stale() {
    let vain = KNOWN.replace("v1/star-exports/*\"", "v1/star-exports/*\", \"v1/record/*#flip=99999.?\"");
    let suite = Suite::new("vain", &vain);
    assert_eq!(suite.run(WRONG, &[]).0, 0, "derived cases are not asked");
    let (status, out, _) = suite.run(WRONG, &["--depth", "standard", "--allow-broad-xfail"]);
    assert_eq!(status, 2);
    assert!(out.contains("v1/record/*#flip=99999.?\n"), "{out}");
}

#[test]
fn a_pattern_of_many_cases_must_be_allowed() {
    let suite = Suite::new("broad", KNOWN);
    let (status, out, err) = suite.run(WRONG, &["--depth", "standard"]);
    assert_eq!((status, out.as_str()), (4, ""));
    insta::assert_snapshot!(err);
}

#[test]
fn blessing_asks_for_reasons_and_then_is_green_until_one_passes_again() {
    let suite = Suite::new("bless", "");
    fs::remove_file(&suite.known).unwrap();
    let (status, out, err) = suite.run(WRONG, &["--bless"]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(
        out.ends_with("known.toml: 2 entries\n2 entries need a reason and a link; a run rejects the file without them"),
        "{out}"
    );
    insta::assert_snapshot!(suite.known());

    let (status, out, err) = suite.run(WRONG, &[]);
    assert_eq!((status, out.as_str()), (4, ""));
    assert!(err.contains("known.toml:4: `reason` is empty"), "{err}");

    let filled = suite
        .known()
        .replace("reason = \"\"", "reason = \"why\"")
        .replace("link = \"\"", "link = \"https://example.com\"");
    fs::write(&suite.known, filled).unwrap();
    assert_eq!(suite.run(WRONG, &[]).0, 0);
    assert_eq!(suite.run("pass", &[]).0, 2);
    assert_eq!(suite.run("pass", &["--bless"]).0, 0);
    assert_eq!(suite.run("pass", &[]).0, 0);
    assert!(!suite.known().contains("https"), "{}", suite.known());
}

#[test]
fn blessing_keeps_what_holds_and_what_was_not_asked() {
    let suite = Suite::new("bless-kept", KNOWN);
    let half = "if request['op'] == 'encode': answer = answer.replace(b'cafe', b'ca')";
    assert_eq!(suite.run(half, &["--bless", "--filter", "v1/star-exports/*"]).0, 0);
    assert!(suite.known().contains("classes are mixed up") && suite.known().contains("v1/star-exports/*"));
    assert_eq!(suite.run(half, &["--bless"]).0, 0);
    assert!(!suite.known().contains("classes are mixed up") && suite.known().contains("bytecode is cut"));
}

#[test]
fn a_file_that_is_wrong_is_one_line_and_nothing_is_run() {
    let entry = |fields: &str| format!("[[expected]]\n{fields}\n");
    let whole = |ids: &str, fails: &str, reason: &str, link: &str| {
        entry(&format!("ids = {ids}\nfails = {fails}\nreason = \"{reason}\"\nlink = \"{link}\""))
    };
    let (id, fails, link) = ("[\"v1/record/empty\"]", "{ decode = \"crash\" }", "https://example.com");
    let mut messages = Vec::new();
    for text in [
        "expected = 1".to_owned(),
        "[[expected]\n".into(),
        entry("ids = []\nreason = \"r\""),
        entry("ids = [\"v1/record/empty\"]\nnonsense = 1"),
        whole("[]", fails, "r", link),
        whole(id, "{}", "r", link),
        whole(id, "{ decode = \"pass\" }", "r", link),
        whole(id, "{ decode = \"broken\" }", "r", link),
        whole(id, "{ read = \"crash\" }", "r", link),
        whole(id, fails, " ", link),
        whole(id, fails, "r", ""),
        whole(id, fails, "r", "ftp://example.com"),
        whole("[\"v1/record/none\"]", fails, "r", link),
        whole("[\"v1/record/empty#prefix=999\"]", fails, "r", link),
        whole("[\"v9/*\"]", fails, "r", link),
        whole("[\"v1/[\"]", fails, "r", link),
        whole("[\"v1/record/empty\", \"v1/record/empty\"]", fails, "r", link),
        whole("[\"v1/*\"]", fails, "r", link) + &whole("[\"v1/*\"]", fails, "s", link),
    ] {
        let suite = Suite::new("malformed", &text);
        let (status, out, err) = suite.run("sys.exit(1)", &[]);
        assert_eq!((status, out.as_str()), (4, ""), "{text}");
        assert_eq!(suite.known(), text);
        assert_eq!(err.lines().count(), 1, "{err}");
        messages.push(err);
    }
    let suite = Suite::new("missing", "");
    fs::remove_file(&suite.known).unwrap();
    messages.push(suite.run("pass", &[]).2);
    insta::assert_snapshot!(messages.join("\n"));
}
