//! The specification holds together: requirements stand in clauses, links lead somewhere, examples are what the text says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use bmes::ModuleView;

/// A page of the specification, with what the tests look at taken apart.
struct Page {
    name: String,
    paragraphs: Vec<Paragraph>,
    blocks: Vec<Block>,
}

/// A run of lines between blank ones, outside code blocks.
struct Paragraph {
    line: usize,
    text: String,
}

/// A code block.
struct Block {
    line: usize,
    info: String,
    text: String,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../spec")
}

fn pages() -> Vec<Page> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    assert!(files.len() >= 4, "the specification is missing");
    files
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            Page::parse(name, &fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn page(name: &str) -> Page {
    pages().into_iter().find(|page| page.name == name).unwrap_or_else(|| panic!("there is no page {name}"))
}

impl Page {
    fn parse(name: &str, text: &str) -> Self {
        let mut page = Self { name: name.into(), paragraphs: Vec::new(), blocks: Vec::new() };
        let mut in_block = false;
        let mut in_paragraph = false;
        for (index, content) in text.lines().enumerate() {
            let line = index + 1;
            if let Some(info) = content.strip_prefix("```") {
                if !in_block {
                    page.blocks.push(Block { line, info: info.into(), text: String::new() });
                }
                in_block = !in_block;
                in_paragraph = false;
            } else if in_block {
                let block = page.blocks.last_mut().unwrap();
                block.text.push_str(content);
                block.text.push('\n');
            } else if content.trim().is_empty() {
                in_paragraph = false;
            } else if in_paragraph {
                let paragraph = page.paragraphs.last_mut().unwrap();
                paragraph.text.push('\n');
                paragraph.text.push_str(content);
            } else {
                let text = content.to_owned();
                page.paragraphs.push(Paragraph { line, text });
                in_paragraph = true;
            }
        }
        assert!(!in_block, "{name} ends inside a code block");
        page
    }

    fn place(&self, line: usize) -> String {
        format!("spec/{}:{line}", self.name)
    }

    /// The clauses: name and paragraph.
    fn clauses(&self) -> impl Iterator<Item = (&str, &Paragraph)> {
        self.paragraphs.iter().filter_map(|paragraph| Some((clause_name(&paragraph.text)?, paragraph)))
    }
}

/// The name of the clause that a paragraph is.
fn clause_name(paragraph: &str) -> Option<&str> {
    let (anchor, rest) = paragraph.strip_prefix("<a id=\"")?.split_once("\"></a>**")?;
    rest.strip_prefix(anchor)?.strip_prefix("** · ").map(|_| anchor)
}

/// The capital key words in a text, those in double quotes excepted: these are mentioned, not used.
fn key_words(text: &str) -> Vec<&str> {
    const KEY_WORDS: [&str; 9] =
        ["MUST", "SHALL", "SHOULD", "MAY", "REQUIRED", "RECOMMENDED", "OPTIONAL", "MUSTN'T", "FORBIDDEN"];
    text.split(|c: char| !c.is_alphanumeric() && c != '"' && c != '\'')
        .filter(|word| KEY_WORDS.contains(word))
        .collect()
}

/// Link targets in a page: `(page, anchor)`, either of which can be empty.
fn links(text: &str) -> Vec<(&str, &str)> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target)
        .filter(|target| !target.contains("://"))
        .map(|target| target.split_once('#').unwrap_or((target, "")))
        .collect()
}

/// The anchors that a page offers: those of its clauses and those that Markdown makes of its headings.
fn anchors(page: &Page) -> BTreeSet<String> {
    let headings =
        page.paragraphs.iter().flat_map(|paragraph| paragraph.text.lines()).filter(|line| line.starts_with('#')).map(
            |line| {
                let title = line.trim_start_matches('#').trim().to_lowercase();
                let kept = title.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-');
                kept.map(|c| if c == ' ' { '-' } else { c }).collect()
            },
        );
    let clauses = page.clauses().map(|(name, _)| name.to_owned());
    clauses.chain(headings).collect()
}

fn hex_bytes(text: &str) -> Vec<u8> {
    hex::decode(text.split_whitespace().collect::<String>()).expect("a block of hexadecimal bytes")
}

/// The bytes of a block that names them: its second column.
fn annotated_bytes(block: &Block) -> Vec<u8> {
    let bytes = block.text.lines().map(|line| &line[10..line.len().min(33)]);
    hex_bytes(&bytes.collect::<Vec<_>>().join(" "))
}

#[test]
fn every_clause_states_one_requirement_in_its_first_sentence() {
    for page in pages() {
        for (name, paragraph) in page.clauses() {
            let place = page.place(paragraph.line);
            assert_eq!(key_words(&paragraph.text).len(), 1, "{place}: {name} has not exactly one key word");
            let clause = conformance::clauses::Clauses::standard().get(name);
            let clause = clause.unwrap_or_else(|| panic!("{place}: {name} is not known to the runner"));
            assert_eq!(key_words(&clause.text).len(), 1, "{place}: the first sentence of {name} has no key word");
        }
    }
}

#[test]
fn no_requirement_stands_outside_a_clause() {
    for page in pages() {
        for paragraph in page.paragraphs.iter().filter(|paragraph| clause_name(&paragraph.text).is_none()) {
            let words = key_words(&paragraph.text);
            let place = page.place(paragraph.line);
            assert!(words.is_empty(), "{place}: {words:?} outside a clause:\n{}", paragraph.text);
        }
    }
}

#[test]
fn every_anchor_is_the_name_of_one_clause_of_its_version() {
    let mut seen = BTreeSet::new();
    for page in pages() {
        let text: String = page.paragraphs.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(
            text.matches("<a id=").count(),
            page.clauses().count(),
            "{}: an anchor that is no clause",
            page.name
        );
        for (name, paragraph) in page.clauses() {
            let place = page.place(paragraph.line);
            assert!(seen.insert(name.to_owned()), "{place}: {name} stands twice");
            let version = page.name.trim_end_matches(".md");
            assert!(name.starts_with(&format!("{version}-")), "{place}: {name} is not of this page's version");
        }
    }
    assert!(seen.len() >= 60, "only {} clauses were found", seen.len());
}

#[test]
fn the_names_of_clauses_are_those_that_were_given() {
    let listed = include_str!("../../spec/clauses.txt").lines().map(str::to_owned);
    let pages = pages();
    let there = pages.iter().flat_map(|page| page.clauses().map(|(name, _)| name.to_owned()));
    let (listed, there): (BTreeSet<_>, BTreeSet<_>) = (listed.collect(), there.collect());
    let gone: Vec<_> = listed.difference(&there).collect();
    assert!(gone.is_empty(), "names never change and are never given again: {gone:?}");
    let new: Vec<_> = there.difference(&listed).collect();
    assert!(new.is_empty(), "a new clause is listed in spec/clauses.txt: {new:?}");
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    for page in &pages {
        for paragraph in &page.paragraphs {
            for (target, anchor) in links(&paragraph.text) {
                let name = if target.is_empty() { &page.name } else { target };
                let place = page.place(paragraph.line);
                let Some(there) = pages.iter().find(|page| page.name == name) else {
                    assert!(folder().join(target).exists() && anchor.is_empty(), "{place}: no page {target}");
                    continue;
                };
                assert!(anchor.is_empty() || anchors(there).contains(anchor), "{place}: no anchor {target}#{anchor}");
            }
        }
    }
}

#[test]
fn every_example_in_hexadecimal_is_what_the_text_says() {
    let mut examples = 0;
    for page in pages() {
        for block in page.blocks.iter().filter(|block| block.info.starts_with("hex")) {
            let place = page.place(block.line);
            let words: Vec<&str> = block.info.split_whitespace().collect();
            match words[..] {
                ["hex", "accept"] => {
                    let file = hex_bytes(&block.text);
                    assert_eq!(bmes_oracle::check(&file).map_err(|e| e.class), Ok(()), "{place}");
                    assert_eq!(ModuleView::parse(&file).unwrap().check(), Ok(()), "{place}");
                }
                ["hex", "reject", class, offset] => {
                    let file = hex_bytes(&block.text);
                    let expected = (class, offset.parse().unwrap());
                    let error = bmes_oracle::decode(&file).unwrap_err();
                    assert_eq!((error.class, error.offset.unwrap()), expected, "{place}: {error}");
                    let error = bmes::validate(&file).unwrap_err();
                    assert_eq!((error.class(), error.offset()), expected, "{place}: {error}");
                }
                ["hex", "annotated"] => {
                    let file = annotated_bytes(block);
                    let inspection = bmes::inspect(&file);
                    assert_eq!(inspection.error(), None, "{place}");
                    assert_eq!(inspection.annotated().to_string(), block.text, "{place}");
                    assert_eq!(bmes_oracle::check(&file).map_err(|e| e.class), Ok(()), "{place}");
                }
                _ => panic!("{place}: nobody knows what ```{} means", block.info),
            }
            examples += 1;
        }
    }
    assert!(examples >= 6, "only {examples} examples were found");
}

#[test]
fn the_worked_example_is_the_module_that_it_says() {
    for version in 1..=3 {
        worked_example(&page(&format!("v{version}.md")));
    }
}

fn worked_example(page: &Page) {
    let block = page.blocks.iter().find(|block| block.info == "hex annotated").unwrap();
    let file = annotated_bytes(block);
    let module = bmes::decode(&file).unwrap();
    assert_eq!(bmes::encode(&module.record, &file[module.bytecode]).unwrap(), file, "the example is canonical");
    let specifiers: Vec<&str> = module.record.requests.iter().map(|request| request.specifier.as_str()).collect();
    let source = page.blocks.iter().find(|block| block.info == "js").unwrap();
    let mut at = 0;
    for specifier in specifiers {
        let quoted = format!("\"{specifier}\"");
        at += source.text[at..].find(&quoted).unwrap_or_else(|| panic!("{specifier} is not next in the source"));
    }
}

#[test]
fn the_page_of_errors_has_every_class_of_the_code_and_no_other() {
    let errors = page("errors.md");
    let tables = errors.paragraphs.iter().filter(|paragraph| paragraph.text.starts_with("| class |"));
    let listed: BTreeSet<&str> = tables
        .flat_map(|table| table.text.lines().skip(2))
        .filter_map(|row| row.strip_prefix("| `")?.split_once('`'))
        .map(|(class, _)| class)
        .collect();
    let structural = [
        "truncated",
        "bad-magic",
        "unsupported-version",
        "bad-flag",
        "bad-type",
        "bad-utf8",
        "bad-layout",
        "trailing-bytes",
    ];
    let semantic = bmes::Rule::ALL.iter().map(|rule| rule.class());
    assert_eq!(listed, structural.into_iter().chain(semantic).collect());
}

#[test]
fn the_reader_in_pseudocode_fits_two_screens() {
    let page = page("implementing.md");
    let reader = page.blocks.iter().find(|block| block.text.starts_with("read(file):")).unwrap();
    assert!(reader.text.lines().count() <= 100, "{} lines", reader.text.lines().count());
}

/// The clauses of a version's page by their names without the version, each text as it would stand in any version.
fn clauses_of(version: u32) -> BTreeMap<String, String> {
    let page = page(&format!("v{version}.md"));
    let prefix = format!("v{version}-");
    let text = |paragraph: &Paragraph| paragraph.text.replace(&prefix, "").replace(&page.name, "");
    page.clauses().map(|(name, paragraph)| (name[prefix.len()..].to_owned(), text(paragraph))).collect()
}

/// The clauses that `spec/README.md` lists behind `what` for the step to `version`.
fn listed(version: u32, what: &str) -> BTreeSet<String> {
    let page = page("README.md");
    let heading = format!("### From {} to {version}", version - 1);
    let mut below = page.paragraphs.iter().skip_while(|paragraph| paragraph.text != heading).skip(1);
    let list = below.find(|paragraph| paragraph.text.starts_with("- ")).unwrap();
    let items = list.text.replace("\n  ", " ");
    let line = items.lines().find_map(|line| line.strip_prefix(&format!("- {what}: ")));
    let names = line.into_iter().flat_map(|line| line.trim_end_matches('.').split(", "));
    names.map(|name| name.trim_matches('`').to_owned()).collect()
}

#[test]
fn a_clause_that_versions_share_is_word_for_word_the_same_unless_it_is_listed() {
    for version in [2, 3] {
        let (before, now) = (clauses_of(version - 1), clauses_of(version));
        let changed = now.iter().filter(|(name, text)| before.get(*name).is_some_and(|before| before != *text));
        let changed: BTreeSet<String> = changed.map(|(name, _)| name.clone()).collect();
        let names = |clauses: &BTreeMap<String, String>| clauses.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(changed, listed(version, "Changed"), "changed in version {version}");
        assert_eq!(&names(&now) - &names(&before), listed(version, "New"), "new in version {version}");
        assert_eq!(&names(&before) - &names(&now), listed(version, "Gone"), "gone in version {version}");
    }
}

/// The rows of the first table that has these columns first, without them.
fn table<'p>(page: &'p Page, columns: &str) -> Vec<Vec<&'p str>> {
    let table = page.paragraphs.iter().find(|paragraph| paragraph.text.starts_with(columns)).unwrap();
    let cells = |row: &'p str| row.trim_matches('|').split('|').map(str::trim).collect();
    table.text.lines().skip(2).map(cells).collect()
}

#[test]
fn the_table_of_fields_is_that_of_every_version() {
    let readme = page("README.md");
    let rows = table(&readme, "| section | field | kind | 1 | 2 | 3 |");
    for version in 1..=3 {
        let all = rows.iter().filter(|row| row[2 + version] == "●").map(|row| (row[1], row[2]));
        let page = page(&format!("v{version}.md"));
        let own = table(&page, "| section | field | kind | value |");
        let own: Vec<_> = own.iter().map(|row| (row[1], row[2])).collect();
        assert_eq!(all.collect::<Vec<_>>(), own, "version {version}");
    }
}
