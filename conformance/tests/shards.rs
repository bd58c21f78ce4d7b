//! Tests merged reports: the shards of a run, merged, equal the whole run, and reports that do not fit together are rejected.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{conformance, folder, stable, stderr, stdout};

const WRONG: &str = "if request['op'] == 'decode': answer = answer.replace(b'bad-type', b'bad-flag').replace(b'truncated', b'bad-flag')";

struct Suite {
    folder: PathBuf,
    corpus: PathBuf,
    testee: String,
}

impl Suite {
    fn new(name: &str) -> Self {
        let folder = folder(&format!("shards-{name}"));
        Self { corpus: support::corpus(&folder), testee: support::testee(&folder, WRONG), folder }
    }

    /// Runs the suite with these options, and returns the path of the JSON report.
    fn run(&self, name: &str, options: &[&str]) -> PathBuf {
        let path = self.folder.join(name);
        let report = format!("json={}", path.display());
        let fixed = ["--corpus", self.corpus.to_str().unwrap(), "--testee", &self.testee, "--timeout", "60"];
        let output = conformance(&[&fixed, options, &["--report", &report]].concat());
        assert!([Some(0), Some(1)].contains(&output.status.code()), "{}", stderr(&output));
        path
    }

    fn merge(&self, files: &[&Path], options: &[&str]) -> (i32, String, String) {
        let files: Vec<_> = files.iter().map(|file| file.to_str().unwrap()).collect();
        let output = conformance(&[&["merge", "--corpus", self.corpus.to_str().unwrap()], &*files, options].concat());
        let text = |text: String| stable(&text, &self.folder);
        (output.status.code().unwrap(), text(stdout(&output)), text(stderr(&output)))
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Returns a report without the elapsed time, which differs from run to run.
fn timeless(path: &Path) -> Value {
    let mut report = read(path);
    report["elapsed_seconds"] = json!(0);
    report
}

#[test]
fn the_parts_are_the_whole() {
    let suite = Suite::new("whole");
    let shards: Vec<_> = (1..=4)
        .map(|index| suite.run(&format!("{index}.json"), &["--shard", &format!("{index}/4"), "--depth", "full"]))
        .collect();
    let whole = suite.run("whole.json", &["--seed", "0", "--depth", "full"]);
    let merged = suite.folder.join("merged.json");
    let files = [&*shards[2], &shards[0], &shards[3], &shards[1]];
    let (status, out, err) = suite.merge(&files, &["--report", &format!("json={}", merged.display())]);
    assert_eq!((status, err.as_str()), (1, ""));
    assert_eq!(timeless(&merged), timeless(&whole));
    assert!(
        shards
            .iter()
            .all(|shard| read(shard)["cases"].as_array().unwrap().len()
                < read(&whole)["cases"].as_array().unwrap().len())
    );
    insta::assert_snapshot!(out);
}

#[test]
fn a_whole_run_can_have_other_reports_later() {
    let suite = Suite::new("later");
    let run = suite.run("run.json", &["--depth", "quick", "--seed", "1"]);
    let (page, junit) = (suite.folder.join("page.html"), suite.folder.join("junit.xml"));
    let reports = [format!("html={}", page.display()), format!("junit={}", junit.display())];
    let (status, ..) = suite.merge(&[&run], &["--report", &reports[0], "--report", &reports[1]]);
    assert_eq!(status, 1);
    assert!(fs::read_to_string(page).unwrap().contains("v1/imports/type-unknown"));
    assert!(fs::read_to_string(junit).unwrap().contains("type-unknown"));
}

#[test]
fn an_empty_part_is_no_mistake() {
    let suite = Suite::new("empty");
    let reports: Vec<_> = (1..=20)
        .map(|index| read(&suite.run("part.json", &["--depth", "quick", "--shard", &format!("{index}/20")])))
        .collect();
    let cases: usize = reports.iter().map(|report| report["cases"].as_array().unwrap().len()).sum();
    assert_eq!(cases, 4);
}

#[test]
fn what_does_not_fit_is_refused() {
    let suite = Suite::new("refused");
    let quick = |name: &str, options: &[&str]| suite.run(name, &[&["--depth", "quick"], options].concat());
    let one = quick("1.json", &["--shard", "1/3"]);
    let two = quick("2.json", &["--shard", "2/3"]);
    let three = quick("3.json", &["--shard", "3/3"]);
    let again = quick("1-again.json", &["--shard", "1/3"]);
    let seed = quick("3-seed.json", &["--shard", "3/3", "--seed", "7"]);
    let of_four = quick("4-of-4.json", &["--shard", "4/4"]);
    let whole = quick("whole.json", &["--seed", "0"]);
    let changed = |name: &str, change: &dyn Fn(&mut Value)| {
        let mut report = read(&three);
        change(&mut report);
        let path = suite.folder.join(name);
        fs::write(&path, report.to_string()).unwrap();
        path
    };
    let other_corpus = changed("3-corpus.json", &|report| report["suite"]["corpus"] = json!("0".repeat(64)));
    let other_testee = changed("3-testee.json", &|report| report["testee"]["version"] = json!("2"));
    let future = changed("3-future.json", &|report| report["report"] = json!(2));
    let many = changed("many.json", &|report| report["options"]["shard"] = json!("5/18446744073709551615"));
    let none = suite.folder.join("none.json");
    let broken = suite.folder.join("broken.json");
    fs::write(&broken, "{\"report\":1,").unwrap();
    let old = suite.folder.join("old.html");
    fs::write(&old, "old").unwrap();
    let mut messages = Vec::new();
    for files in [
        vec![&one, &two],
        vec![&three],
        vec![&one, &two, &three, &again],
        vec![&one, &two, &seed],
        vec![&one, &two, &of_four],
        vec![&one, &two, &whole],
        vec![&one, &two, &other_corpus],
        vec![&one, &two, &other_testee],
        vec![&one, &two, &future],
        vec![&many],
        vec![&one, &none],
        vec![&broken],
    ] {
        let files: Vec<_> = files.into_iter().map(PathBuf::as_path).collect();
        let (status, out, err) = suite.merge(&files, &["--report", &format!("html={}", old.display())]);
        assert_eq!((status, out.as_str(), err.lines().count()), (4, "", 1), "{err}");
        let digest = read(&one)["suite"]["corpus"].as_str().unwrap()[..12].to_owned();
        messages.push(err.replace(&digest, "DIGEST"));
    }
    let (status, _, err) = suite.merge(&[&one, &two, &three], &["--report", "html=/nonexistent/page.html"]);
    assert_eq!(status, 4);
    messages.push(err);
    assert_eq!(fs::read_to_string(&old).unwrap(), "old");
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let suite = Suite::new("compare");
    let run = suite.run("run.json", &["--depth", "quick", "--seed", "1"]);
    let other = suite.run("other.json", &["--depth", "standard", "--seed", "1"]);
    let shard = suite.run("shard.json", &["--depth", "quick", "--shard", "1/2"]);
    let page = suite.folder.join("page.html");
    let mut messages = Vec::new();
    for (file, status) in [(&run, 0), (&other, 4), (&shard, 4)] {
        let arguments =
            ["compare", "--corpus", suite.corpus.to_str().unwrap(), run.to_str().unwrap(), file.to_str().unwrap()];
        let output = conformance(&[&arguments[..], &["--html", page.to_str().unwrap()]].concat());
        assert_eq!(output.status.code(), Some(status));
        messages.push(stable(&(stdout(&output) + &stderr(&output)), &suite.folder));
    }
    assert!(fs::read_to_string(page).unwrap().contains("2 implementations"));
    insta::assert_snapshot!(messages.join("\n"));
}
