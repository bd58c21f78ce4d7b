//! Tests the reports that are files: the HTML page, and JUnit's XML. `schemas.rs` tests the JSON report, and `pages/` tests the
//! page in a browser.

mod support;

use std::fs;
use std::path::PathBuf;

use roxmltree::{Document, Node};
use support::{conformance, folder, stable, stderr, stdout};

const WRONG: &str = "
if request['op'] == 'decode': answer = answer.replace(b'm\\\\u0000', b'm').replace(b'bad-type', b'bad-flag')
if request['op'] == 'encode': answer = answer.replace(b'cafe', b'ca')";

/// Runs a testee with `misbehaviour` and a report in `format`. Returns the folder and the report.
fn report(name: &str, format: &str, misbehaviour: &str, options: &[&str]) -> (PathBuf, String) {
    let folder = folder(name);
    let corpus = support::corpus(&folder);
    let testee = support::testee(&folder, misbehaviour);
    let path = folder.join("report");
    let report = format!("{format}={}", path.display());
    let fixed = ["--corpus", corpus.to_str().unwrap(), "--seed", "1", "--timeout", "60", "--testee", &testee];
    let output = conformance(&[&fixed, options, &["--report", &report]].concat());
    assert!([Some(0), Some(1)].contains(&output.status.code()), "{}", stderr(&output));
    let text = fs::read_to_string(path).unwrap();
    (folder, text)
}

#[test]
fn junit_of_a_run() {
    let (folder, text) = report("junit", "junit", WRONG, &["--depth", "quick"]);
    let times = text.lines().map(|line| match line.split_once(" time=\"") {
        Some((before, _)) => format!("{before} time=\"TIME\">"),
        None => line.to_owned(),
    });
    insta::assert_snapshot!(stable(&times.collect::<Vec<_>>().join("\n"), &folder));
}

/// Tests the structure that Jenkins' `junit-10.xsd` requires: the order of elements, required attributes, and valid numbers. Also
/// tests that the numbers are correct, which the schema does not.
#[test]
fn junit_has_the_structure_that_readers_expect() {
    let wrong =
        format!("{WRONG}\nif request['op'] == 'check': sys.stderr.write('<&\\x1b\\x00\\ufffe]]>'); sys.exit(1)");
    let (_, text) = report("junit-structure", "junit", &wrong, &["--depth", "quick"]);
    let document = Document::parse(&text).unwrap();
    let root = document.root_element();
    let suites = elements(root, "testsuites", &["testsuite"]);
    assert_eq!(suites.len(), 4);
    let mut total = [0; 4];
    for suite in suites {
        let parts = elements(suite, "testsuite", &["properties", "testcase"]);
        assert!(parts.iter().skip(1).all(|part| part.has_tag_name("testcase")), "properties come first");
        let cases: Vec<_> = parts.into_iter().filter(|part| part.has_tag_name("testcase")).collect();
        let mut counted = [cases.len(), 0, 0, 0];
        for case in cases {
            assert!(case.attribute("classname").is_some_and(|class| class.starts_with("v1.")));
            assert!(case.attribute("name").is_some_and(|name| !name.is_empty()));
            let outcomes = elements(case, "testcase", &["skipped", "error", "failure"]);
            assert!(outcomes.len() <= 1);
            for outcome in outcomes {
                counted
                    [["", "failure", "error", "skipped"].iter().position(|tag| outcome.has_tag_name(*tag)).unwrap()] +=
                    1;
                assert!(outcome.attribute("message").is_some());
                assert!(!outcome.has_tag_name("failure") || outcome.attribute("type").is_some());
            }
        }
        assert_eq!(counts(suite), counted);
        total = [0, 1, 2, 3].map(|place| total[place] + counted[place]);
    }
    assert_eq!(counts(root), total);
    assert!(total[1] > 0);
    assert!(root.attribute("time").unwrap().parse::<f64>().is_ok());
}

fn elements<'a>(node: Node<'a, 'a>, name: &str, allowed: &[&str]) -> Vec<Node<'a, 'a>> {
    assert!(node.has_tag_name(name), "{node:?}");
    let children: Vec<_> = node.children().filter(Node::is_element).collect();
    for child in &children {
        assert!(allowed.contains(&child.tag_name().name()), "{child:?} in {name}");
    }
    children
}

fn counts(node: Node<'_, '_>) -> [usize; 4] {
    ["tests", "failures", "errors", "skipped"].map(|name| node.attribute(name).unwrap().parse().unwrap())
}

#[test]
fn the_page_of_a_run() {
    let (folder, text) = report("page", "html", WRONG, &["--depth", "quick"]);
    let (_, main) = text.split_once("<main>").unwrap();
    let (main, _) = main.split_once("</main>").unwrap();
    insta::assert_snapshot!(stable(&main.replace("spec/v1.md:", "(spec/v1.md:"), &folder));
}

#[test]
fn a_page_is_one_file_that_asks_for_nothing() {
    let (_, text) = report("page-alone", "html", WRONG, &["--depth", "quick"]);
    for outside in ["src=", "@import", "url(", "http:", "https:", "<link rel=\"stylesheet\"", "fetch("] {
        assert!(!text.contains(outside), "{outside}");
    }
}

#[test]
fn what_a_testee_says_of_itself_is_text_in_a_page() {
    let evil = "
if request['op'] == 'hello': answer = answer.replace(b'\"name\":\"bmes\"', b'\"name\":\"<script>alert(1)</script>\\\\\"\"')
elif request['op'] == 'decode': answer = json.dumps({'id': request['id'], 'err': {'class': 'bad-magic', 'message': '</pre><img src=x onerror=alert(2)>'}}) + '\\n'";
    let (_, text) = report("page-evil", "html", evil, &["--depth", "quick"]);
    assert!(text.contains("alert(1)") && text.contains("alert(2)"));
    assert!(!text.contains("<script>alert") && !text.contains("<img"));
    assert_eq!(text.matches("<script>").count(), 1);
}

#[test]
fn many_failures_of_a_section_are_counted_and_not_listed() {
    let wrong = "if request['op'] == 'decode': answer = json.dumps({'id': request['id'], 'fault': 'x'}) + '\\n'";
    let (_, text) = report("page-many", "html", wrong, &[]);
    assert!(text.contains("class=\"left-out\"") && text.contains("more of v1/record"));
    let listed = text.matches("<details class=\"failure").count();
    assert!(listed <= 4 * conformance::report::page::LISTED, "{listed}");
}

#[test]
fn reports_that_cannot_be_written_are_told_before_the_run() {
    let folder = folder("report-places");
    let corpus = support::corpus(&folder);
    let old = folder.join("old.json");
    fs::write(&old, "old").unwrap();
    fs::write(folder.join("file"), "").unwrap();
    let marker = folder.join("was-run");
    let testee = support::testee(
        &folder,
        &format!("if request['op'] != 'hello': open({:?}, 'w').close()", marker.to_str().unwrap()),
    );
    let mut messages = Vec::new();
    let at = |name: &str| folder.join(name).display().to_string();
    for paths in [
        vec![format!("json={}", at("none/report.json"))],
        vec![format!("html={}", at(""))],
        vec![format!("junit={}", at("file/report.xml"))],
        vec![format!("json={}", at("old.json")), format!("html={}", at("none/page.html"))],
        vec![format!("json={}", at("same")), format!("html={}", at("same"))],
    ] {
        let mut arguments = vec!["--corpus", corpus.to_str().unwrap(), "--testee", &testee, "--seed", "1"];
        arguments.extend(paths.iter().flat_map(|path| ["--report", path]));
        let output = conformance(&arguments);
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(4), ""));
        messages.push(stable(&stderr(&output), &folder));
    }
    assert!(!marker.exists());
    assert_eq!(fs::read_to_string(&old).unwrap(), "old");
    assert!(messages.iter().all(|message| message.lines().count() == 1));
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn a_run_that_never_begins_leaves_the_last_report() {
    let folder = folder("report-kept");
    let corpus = support::corpus(&folder);
    let old = folder.join("old.json");
    fs::write(&old, "old").unwrap();
    let report = format!("json={}", old.display());
    let output = conformance(&["--corpus", corpus.to_str().unwrap(), "--testee", "false", "--report", &report]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(fs::read_to_string(&old).unwrap(), "old");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "nothing else is left behind");
}
