//! Tests the examples: files in `spec/examples/`, blocks in the pages, and the verdicts of the implementations.
//!
//! `UPDATE_PAGES=1 cargo test -p conformance --test spec` writes the files from [`list`](super::list), and the blocks of the
//! pages from the files. A page shows an example directly above each paragraph that begins with `Verdict:` and links to the
//! example's file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Once;

use bmes::Version;
use conformance::case::{Decoded, Given, Record};
use conformance::verdicts;
use serde_json::{Value, json};

use super::list::{self, Content, Example, Verdict};
use super::list4;
use super::page::{Page, Paragraph, folder, links, pages, replace};

/// The maximum length of a line of JSON.
const WIDTH: usize = 100;

/// The keys that the file of an example can have.
const KEYS: [&str; 11] =
    ["title", "operation", "hex", "producer", "source", "verdict", "class", "offset", "record", "text", "bytecode"];

fn examples() -> Vec<Example> {
    Version::NAMED.iter().flat_map(|version| list::of(*version)).chain(list4::of()).collect()
}

fn files() -> PathBuf {
    folder().join("examples")
}

impl Example {
    fn operation(&self) -> &'static str {
        match self.verdict {
            Verdict::Unreadable(..) => "decode",
            Verdict::Accepted | Verdict::Unlinkable(..) => "check",
            Verdict::Written | Verdict::Refused(_) => "encode",
            Verdict::Matched | Verdict::Missed(..) => "match",
        }
    }

    /// Returns the text of the example's file.
    fn json(&self) -> String {
        let mut json = json!({ "title": self.title, "operation": self.operation() });
        if let Some(file) = &self.file {
            json["hex"] = hex::encode(file).into();
        }
        if let Some(given) = &self.given {
            json["producer"] = given.producer.to_string().into();
            json["source"] = serde_json::to_value(given.source).unwrap();
        }
        let (class, offset) = match self.verdict {
            Verdict::Accepted | Verdict::Written | Verdict::Matched => (None, None),
            Verdict::Unreadable(class, offset)
            | Verdict::Unlinkable(class, offset)
            | Verdict::Missed(class, offset) => (Some(class), Some(offset)),
            Verdict::Refused(class) => (Some(class), None),
        };
        json["verdict"] = if class.is_some() { "reject" } else { "accept" }.into();
        if let Some(class) = class {
            json["class"] = class.into();
        }
        if let Some(offset) = offset {
            json["offset"] = offset.into();
        }
        if let Some(Content { record, text, bytecode }) = &self.content {
            json["record"] = serde_json::to_value(record).unwrap();
            if record.version() == Version::V4 {
                json["text"] = hex::encode(text).into();
            }
            json["bytecode"] = hex::encode(bytecode).into();
        }
        laid_out(&json)
    }

    /// Returns the blocks that a page shows: the text after the opening fence, and the text of the block.
    fn blocks(&self) -> Vec<(String, String)> {
        let mut blocks = Vec::new();
        if matches!(self.verdict, Verdict::Written | Verdict::Refused(_)) {
            let record = &self.content.as_ref().unwrap().record;
            blocks.push(("json".to_owned(), laid_out(&serde_json::to_value(record).unwrap())));
        }
        if let Some(given) = &self.given {
            blocks.push(("json".to_owned(), laid_out(&serde_json::to_value(given).unwrap())));
        }
        if let Some(file) = self.file.as_ref().filter(|_| self.given.is_none()) {
            let mark = match self.verdict {
                Verdict::Accepted if self.is_annotated() => "hex annotated".to_owned(),
                Verdict::Accepted => "hex accept".to_owned(),
                Verdict::Unreadable(class, offset) => format!("hex reject {class} {offset}"),
                Verdict::Unlinkable(class, offset) => format!("hex check {class} {offset}"),
                Verdict::Written | Verdict::Refused(_) => "hex write".to_owned(),
                Verdict::Matched | Verdict::Missed(..) => "hex match".to_owned(),
            };
            let text = if self.is_annotated() { bmes::inspect(file).annotated().to_string() } else { dump(file) };
            blocks.push((mark, text));
        }
        blocks
    }

    fn is_annotated(&self) -> bool {
        self.name.ends_with("-worked-example")
    }

    /// Returns the paragraph that a page shows below the blocks.
    fn paragraph(&self) -> String {
        let verdict = match self.verdict {
            Verdict::Unreadable(class, offset) => format!("a reader rejects it with `{class}` at byte {offset}"),
            Verdict::Accepted => "a reader and a checker accept it".to_owned(),
            Verdict::Unlinkable(class, offset) => {
                format!("a reader accepts it, and a checker rejects it with `{class}` at byte {offset}")
            }
            Verdict::Written => {
                let Content { text, bytecode, .. } = self.content.as_ref().unwrap();
                let with_text = if text.is_empty() { "" } else { ", the text" };
                let with_bytecode = match bytecode.as_slice() {
                    [] => "empty bytecode".to_owned(),
                    bytecode => format!("the bytecode `{}`", spaced(bytecode)),
                };
                format!("a writer writes this file for this record{with_text} and {with_bytecode}")
            }
            Verdict::Refused(class) => format!("a writer rejects this record with `{class}`"),
            Verdict::Matched => "a matcher that is given this accepts the file".to_owned(),
            Verdict::Missed(class, offset) => {
                format!("a matcher that is given this rejects the file with `{class}` at byte {offset}")
            }
        };
        format!("Verdict: {verdict}.\n[{0}](examples/{0}.json)", self.name)
    }
}

fn spaced(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

fn dump(file: &[u8]) -> String {
    file.chunks(16).map(|row| spaced(row) + "\n").collect()
}

/// Returns a JSON value as text. A list or an object is on one line if it fits.
fn laid_out(value: &Value) -> String {
    let mut text = String::new();
    lay_out(&mut text, value, 0, 0);
    text.push('\n');
    text
}

/// Appends `value`, which begins at `column`. Its other lines are indented by more than `indent`.
fn lay_out(text: &mut String, value: &Value, indent: usize, column: usize) {
    let flat = flat(value);
    let inner = " ".repeat(indent + 2);
    match value {
        Value::Object(members) if indent == 0 || column + flat.chars().count() >= WIDTH => {
            text.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                let _ = write!(text, "{}\n{inner}{}: ", if index > 0 { "," } else { "" }, json!(key));
                lay_out(text, value, indent + 2, inner.len() + key.len() + 4);
            }
            let _ = write!(text, "\n{}}}", " ".repeat(indent));
        }
        Value::Array(values) if column + flat.chars().count() >= WIDTH => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                let _ = write!(text, "{}\n{inner}", if index > 0 { "," } else { "" });
                lay_out(text, value, indent + 2, inner.len());
            }
            let _ = write!(text, "\n{}]", " ".repeat(indent));
        }
        _ => text.push_str(&flat),
    }
}

fn flat(value: &Value) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| format!("{}: {}", json!(key), flat(value)));
            format!("{{{}}}", list(members.collect()))
        }
        Value::Array(values) => format!("[{}]", list(values.iter().map(flat).collect())),
        other => other.to_string(),
    }
}

/// Returns the text of every file by its name.
fn texts(examples: &[Example]) -> BTreeMap<String, String> {
    examples.iter().map(|example| (format!("{}.json", example.name), example.json())).collect()
}

/// Writes the files and the blocks of the pages if `UPDATE_PAGES` is set. Every test that reads them calls this first.
pub(crate) fn update() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if std::env::var_os("UPDATE_PAGES").is_none() {
            return;
        }
        let examples = examples();
        let _ = fs::remove_dir_all(files());
        fs::create_dir_all(files()).unwrap();
        for (name, text) in texts(&examples) {
            fs::write(files().join(name), text).unwrap();
        }
        for page in pages() {
            let path = folder().join(&page.name);
            let text = fs::read_to_string(&path).unwrap();
            let (expected, names) = with_examples(&page, &text, &examples);
            if !names.is_empty() {
                replace(&path, &expected);
            }
        }
    });
}

#[test]
fn the_files_are_those_that_the_records_make() {
    update();
    let examples = examples();
    let named = texts(&examples);
    assert_eq!(named.len(), examples.len(), "two examples have the same name");
    let there = fs::read_dir(files()).unwrap().map(|entry| entry.unwrap());
    let there: BTreeMap<String, String> = there
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
        .collect();
    assert_eq!(
        there, named,
        "the files in spec/examples/ are out of date; run UPDATE_PAGES=1 cargo test -p conformance --test spec"
    );
}

/// Returns the name of the example that a paragraph shows.
fn shown(paragraph: &Paragraph) -> Option<&str> {
    paragraph.text.strip_prefix("Verdict:")?;
    let (target, _) = *links(&paragraph.text).first()?;
    target.strip_prefix("examples/")?.strip_suffix(".json")
}

/// Returns the text of a page in which the shown examples are replaced by those of `examples`, and the names of the shown
/// examples.
fn with_examples<'e>(page: &Page, text: &str, examples: &'e [Example]) -> (String, Vec<&'e str>) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut names = Vec::new();
    for paragraph in page.paragraphs.iter().rev() {
        let Some(name) = shown(paragraph) else { continue };
        let example = examples.iter().find(|example| example.name == name);
        let example = example.unwrap_or_else(|| panic!("{}: no example {name}", page.place(paragraph.line)));
        names.push(example.name.as_str());
        let (mut start, mut rendered) = (paragraph.line, String::new());
        for (info, text) in example.blocks() {
            let _ = write!(rendered, "```{info}\n{text}```\n\n");
            // A blank line is between two blocks, and between the last block and the paragraph.
            let above = page.blocks.iter().find(|block| block.end + 2 == start);
            start = above.unwrap_or_else(|| panic!("{}: no block above {name}", page.place(start))).line;
        }
        rendered.push_str(&example.paragraph());
        let end = paragraph.line - 1 + paragraph.text.lines().count();
        lines.splice(start - 1..end, rendered.lines().map(str::to_owned));
    }
    (lines.join("\n") + "\n", names)
}

#[test]
fn the_pages_show_the_files_and_the_verdicts() {
    update();
    let examples = examples();
    let mut all = BTreeSet::new();
    for page in pages() {
        let path = folder().join(&page.name);
        let text = fs::read_to_string(&path).unwrap();
        let (expected, names) = with_examples(&page, &text, &examples);
        let differs = expected.lines().zip(text.lines()).position(|(expected, shown)| expected != shown);
        let line = page.place(differs.unwrap_or_default() + 1);
        assert!(
            expected == text,
            "{line}: differs from the examples; run UPDATE_PAGES=1 cargo test -p conformance --test spec"
        );
        let blocks = page.blocks.iter().filter(|block| block.info.starts_with("hex") || block.info == "json");
        let of_examples: usize =
            examples.iter().filter(|it| names.contains(&it.name.as_str())).map(|it| it.blocks().len()).sum();
        assert_eq!(blocks.count(), of_examples, "{}: a block without a verdict below it", page.name);
        for name in names {
            assert!(name.starts_with(page.name.trim_end_matches(".md")), "{name} in {}", page.name);
            assert!(all.insert(name.to_owned()), "{name} is shown twice");
        }
    }
    let made: BTreeSet<String> = examples.into_iter().map(|example| example.name).collect();
    assert_eq!(all, made, "the examples on the pages are those of the list");
}

#[test]
fn the_reference_and_the_oracle_report_what_each_file_says() {
    update();
    let mut classes = BTreeSet::new();
    for entry in fs::read_dir(files()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let json: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let unknown = json.as_object().unwrap().keys().find(|key| !KEYS.contains(&key.as_str()));
        assert_eq!(unknown, None, "{name}: an unknown key");

        let bytes = |key: &str| json.get(key).map(|value| hex::decode(value.as_str().unwrap()).unwrap());
        let file = bytes("hex");
        let class = json.get("class").map(|class| class.as_str().unwrap());
        let offset = json.get("offset").map(|offset| usize::try_from(offset.as_u64().unwrap()).unwrap());
        let record = json.get("record").map(|record| serde_json::from_value::<Record>(record.clone()).unwrap());
        assert_eq!(json["verdict"], if class.is_some() { "reject" } else { "accept" }, "{name}");
        classes.extend(class.map(str::to_owned));

        // `ask` compares the reference with the oracle.
        let found = |error: Option<bmes::Error>| (error.map(|it| it.class()), error.and_then(|it| it.offset()));
        match json["operation"].as_str().unwrap() {
            "decode" => {
                let file = file.unwrap();
                let verdicts = verdicts::ask(&file, None).unwrap();
                assert_eq!(found(verdicts.decode.err()), (class, offset), "{name}");
                let error = bmes::validate(&file).err();
                assert_eq!(found(error), (class, offset), "{name}: {error:?}");
            }
            "check" => {
                let (file, bytecode) = (file.unwrap(), bytes("bytecode").unwrap());
                let verdicts = verdicts::ask(&file, None).unwrap();
                let Decoded { record: decoded, text, bytecode: place } = verdicts.decode.unwrap();
                assert_eq!(Some(decoded), record, "{name}");
                assert_eq!(file[place.offset..], bytecode, "{name}");
                let text = text.map(|text| file[text.offset..][..text.length].to_vec());
                assert_eq!(text.unwrap_or_default(), bytes("text").unwrap_or_default(), "{name}");
                assert_eq!(found(verdicts.check.err()), (class, offset), "{name}");
            }
            "encode" => {
                let (record, bytecode) = (record.unwrap(), bytes("bytecode").unwrap());
                let text = bytes("text").unwrap_or_default();
                let written = verdicts::ask_writers(&record, &text, &bytecode).unwrap();
                assert_eq!(written.as_ref().ok(), file.as_ref(), "{name}");
                assert_eq!(written.err().map(|error| error.class()), class, "{name}");
            }
            "match" => {
                let given = json!({ "producer": json["producer"], "source": json["source"] });
                let given: Given = serde_json::from_value(given).unwrap();
                let verdicts = verdicts::ask(&file.unwrap(), Some(&given)).unwrap();
                assert_eq!(found(verdicts.match_file.unwrap().err()), (class, offset), "{name}");
            }
            other => panic!("{name}: no operation {other}"),
        }
    }
    let missing = bmes::Rule::ALL.iter().find(|rule| !classes.contains(rule.class()));
    assert_eq!(missing, None, "no example has this class");
}
