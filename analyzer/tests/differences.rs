//! Checks that the page `DIFFERENCES.md` shows the current list of `differences.json`. If
//! `UPDATE_PAGES=1` is set, first writes the page.

#[path = "support/covered.rs"]
mod covered;

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use bmes_analyzer::{Options, analyze};
use covered::Covered;
use serde::Deserialize;

#[derive(Deserialize)]
struct Difference {
    name: String,
    construct: String,
    example: String,
    analyzer: String,
    parsers: Parsers,
    why: String,
    link: String,
    test262: Covered,
}

#[derive(Deserialize)]
struct Parsers {
    jsc: String,
    v8: String,
    acorn: String,
    babel: String,
}

const HEAD: &str = "\
# Known differences

Constructs on which the analyzer and JavaScriptCore, or the analyzer and other parsers, have
different verdicts. `cargo xtask test262` compares them on all of test262. It fails if one more test
differs, or if an entry covers another number of tests than it says. `differences.json` is this list
as data; its tests are those of one feature of test262, or files.

The parsers are JavaScriptCore 2.50, V8 11.3 (Node 20), acorn 8.19 and Babel 7.29 with its plugins
for proposals.

";

fn read() -> Vec<Difference> {
    serde_json::from_str(&fs::read_to_string(path("differences.json")).unwrap()).unwrap()
}

fn path(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn page(differences: &[Difference]) -> String {
    let mut page = HEAD.to_owned();
    page.push_str("| construct | analyzer | jsc | V8 | acorn | Babel | tests |\n|---|---|---|---|---|---|---|\n");
    for Difference { construct, analyzer, parsers: Parsers { jsc, v8, acorn, babel }, test262, .. } in differences {
        let tests = test262.tests;
        writeln!(page, "| {construct} | {analyzer} | {jsc} | {v8} | {acorn} | {babel} | {tests} |").unwrap();
    }
    for Difference { name, construct, example, why, link, test262, .. } in differences {
        let of = match (&test262.features[..], test262.files.len()) {
            ([feature], _) => format!("the feature `{feature}`"),
            (_, 1) => "one file".to_owned(),
            (_, files) => format!("{files} files"),
        };
        let text = wrapped(&format!("`{name}`, in test262: {of}. {why}"));
        write!(page, "\n## {construct}\n\n{text}\n<{link}>\n\n```js\n{example}\n```\n").unwrap();
    }
    page
}

/// Wraps a text into lines of at most 100 characters.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= 100 => line.extend([" ", word]),
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[test]
fn the_page_shows_the_list() {
    let page = page(&read());
    if env::var_os("UPDATE_PAGES").is_some() {
        fs::write(path("DIFFERENCES.md"), &page).unwrap();
    }
    assert_eq!(fs::read_to_string(path("DIFFERENCES.md")).unwrap(), page);
}

#[test]
fn the_analyzer_behaves_as_the_list_says() {
    for Difference { name, example, analyzer, .. } in read() {
        let verdict = if analyze(&example, &Options::default()).is_ok() { "accepts" } else { "rejects" };
        assert_eq!(verdict, analyzer, "{name}");
    }
}

#[test]
fn the_list_is_short() {
    assert!(read().len() <= 20);
}
